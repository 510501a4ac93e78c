//! Inputs to results: bytes, documents, findings, sums. On any number of threads the same results in the same order.

mod blocks;
mod collector;
mod piece;
mod plugin_batch;
pub(crate) mod reread;

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{channel, sync_channel};

use huizong_engine::{DigestsOf, Excerpt, File, Options, Plugins as _, Round, Rows, Settled};
use huizong_plugin_host::Plugin;
use huizong_schema::consolidation::PluginUsed;
use huizong_schema::findings::{Notice, RuleCounts};

use crate::inputs::Input;
use blocks::{Answer, Piece};
pub(crate) use blocks::{Digest, read_file};
pub(crate) use collector::PluginRunners;
use collector::{Collector, InOrder};
pub(crate) use plugin_batch::MOST_HELD;
use plugin_batch::Projections;

/// A run's work with its inputs.
pub(crate) struct Job<'j> {
    /// The options of documents and of their set.
    pub(crate) options: &'j Options,
    /// Whether findings are shown with the line that they are in.
    pub(crate) excerpts: bool,
    /// The plugins that take part, by id.
    pub(crate) plugins: &'j [Plugin],
    /// Whether the inputs' digests are wanted.
    pub(crate) digests: bool,
    /// How many threads work.
    pub(crate) jobs: usize,
    /// How many bytes there are to read, if progress is shown on the terminal.
    pub(crate) progress: Option<u64>,
}

/// The result of some pieces of work.
#[derive(Default)]
struct Batch {
    rows: Rows,
    /// The line of each finding, if it is asked for.
    excerpts: Vec<Option<Excerpt>>,
}

impl Batch {
    fn append(&mut self, piece: Self) {
        self.rows.append(piece.rows);
        self.excerpts.extend(piece.excerpts);
    }
}

/// The results of plugins at the end of a run.
#[derive(Default)]
pub(crate) struct PluginResults {
    /// Failures, and parts that were left out.
    pub(crate) notices: Vec<Notice>,
    /// How often each of their rules ended in each state.
    pub(crate) counts: Vec<RuleCounts>,
    /// The plugins that took part.
    pub(crate) used: Vec<PluginUsed>,
    /// Log lines for their authors, by plugin.
    pub(crate) said: Vec<(String, String)>,
}

/// The result of a run over all inputs.
pub(crate) struct Outcome {
    /// The documents, and which of them count.
    pub(crate) settled: Settled,
    /// The line of each finding, if it is asked for.
    pub(crate) excerpts: Vec<Option<Excerpt>>,
    /// The results of plugins.
    pub(crate) plugins: PluginResults,
    /// The digests of the inputs, in their order.
    pub(crate) digests: Vec<Digest>,
}

impl Outcome {
    /// Settles a round and ends its plugins.
    fn of(
        round: Round,
        mut runners: PluginRunners<'_>,
        mut excerpts: Vec<Option<Excerpt>>,
        members: Option<&DigestsOf<'_>>,
    ) -> Self {
        let mut settled = round.settle_with(&mut runners, members);
        let plugins = runners.finish();
        settled.rows.notices.extend(plugins.notices.iter().cloned());
        settled.drop_with_findings(&mut excerpts);
        excerpts.resize(settled.findings().len(), None);
        Self { settled, excerpts, plugins, digests: Vec::new() }
    }

    /// Returns how often each rule ended in each state, the plugins' after the built-in ones.
    pub(crate) fn rule_counts(&self) -> Vec<RuleCounts> {
        let mut counts = self.settled.rule_counts();
        counts.extend(self.plugins.counts.iter().cloned());
        counts
    }

    /// Returns true if something could not be read or judged.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.settled.notices().iter().any(|notice| notice.incomplete)
    }
}

/// Reads and checks all inputs, then all documents together.
pub(crate) fn run(inputs: &[Input], notices: Vec<Notice>, stdin: &mut dyn Read, job: &Job<'_>) -> Outcome {
    let mut all = Batch::default();
    all.rows.notices = notices;
    let mut collector = Collector::new(job, all);
    let progress = Progress::new(job.progress);
    let digests;
    if job.jobs <= 1 {
        let mut projections = Projections::new(job.plugins);
        digests = blocks::each(inputs, stdin, job.digests, &mut |piece| {
            progress.step(&piece);
            let (work, buffer) = piece::check(piece, job, &mut projections, &mut |documents, sent| {
                collector.ask(documents, sent)
            });
            collector.add(work);
            Answer::More(buffer)
        });
    } else {
        (collector, digests) = in_parallel(inputs, stdin, job, collector, &progress);
    }
    progress.done();
    Outcome { digests, ..collector.finish(&|wanted| reread::members_digests(inputs, wanted)) }
}

/// Has the plugins check the documents of one file that was read already, then checks what concerns them together.
pub(crate) fn check_file(
    mut file: File,
    notices: Vec<Notice>,
    options: &Options,
    plugins: &[Plugin],
) -> Outcome {
    let mut runners = PluginRunners::new(plugins);
    let found = runners.check(file.documents());
    for (document, found) in file.documents_mut().iter_mut().zip(found) {
        document.add_findings(found);
    }
    let mut round = Round::new(options);
    round.add_rows(Rows { notices, ..Rows::default() });
    round.add(file);
    Outcome::of(round, runners, Vec::new(), None)
}

/// Several threads check the pieces and come to the collector in the order of the pieces.
fn in_parallel<'j>(
    inputs: &[Input],
    stdin: &mut dyn Read,
    job: &'j Job<'j>,
    collector: Collector<'j>,
    progress: &Progress,
) -> (Collector<'j>, Vec<Digest>) {
    let (send, receive) = sync_channel::<(usize, Piece)>(job.jobs * 2);
    let (give_back, spares) = channel::<Vec<u8>>();
    let receive = Mutex::new(receive);
    let collector = InOrder::new(collector);
    let digests = std::thread::scope(|scope| {
        for _ in 0..job.jobs {
            let (receive, collector, give_back) = (&receive, &collector, give_back.clone());
            scope.spawn(move || {
                let mut projections = Projections::new(job.plugins);
                loop {
                    let next = receive.lock().map(|queue| queue.recv());
                    let Ok(Ok((number, piece))) = next else { break };
                    let work = AssertUnwindSafe(|| {
                        piece::check(piece, job, &mut projections, &mut |documents, sent| {
                            collector.with(number, |collector| collector.ask(documents, sent))
                        })
                    });
                    match catch_unwind(work) {
                        Ok((work, buffer)) => {
                            collector.finish(number, |collector| collector.add(work));
                            if let Some(buffer) = buffer {
                                let _ = give_back.send(buffer);
                            }
                        }
                        Err(panic) => {
                            // The other threads wait for this piece's turn to pass.
                            collector.finish(number, |_| ());
                            resume_unwind(panic);
                        }
                    }
                }
            });
        }
        let mut number = 0;
        let digests = blocks::each(inputs, stdin, job.digests, &mut |piece| {
            progress.step(&piece);
            let handed = send.send((number, piece));
            number += 1;
            match handed {
                Ok(()) => Answer::More(spares.try_recv().ok()),
                Err(_) => Answer::Enough,
            }
        });
        drop(send);
        digests
    });
    (collector.into_inner(), digests)
}

/// A bar on standard error while somebody watches and the work is long.
struct Progress(Option<indicatif::ProgressBar>);

impl Progress {
    fn new(bytes: Option<u64>) -> Self {
        Self(bytes.map(|bytes| {
            let bar = indicatif::ProgressBar::new(bytes);
            let style = indicatif::ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {wide_msg}");
            style.map_or(bar.clone(), |style| bar.with_style(style))
        }))
    }

    fn step(&self, piece: &Piece) {
        if let Some(bar) = &self.0 {
            bar.inc(piece.length() as u64);
            bar.set_message(piece.id().to_owned());
        }
    }

    fn done(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
