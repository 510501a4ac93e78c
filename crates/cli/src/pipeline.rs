//! Inputs to results: bytes, documents, findings, sums. On any number of threads the same results in the same order.

pub(crate) mod again;
mod blocks;
mod desk;
mod document;
mod stage;

pub(crate) use desk::MOST_HELD;
pub(crate) use document::about;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Mutex;
use std::sync::mpsc::{channel, sync_channel};

use huizong_core::Entry;
use huizong_core::consolidate::Frame;
use huizong_core::{Tally, rules};
use huizong_forms::profile::Profile;
use huizong_plugin_host::Plugin;
use huizong_report::terminal::Excerpt;
use huizong_schema::consolidation::{Aggregate, PluginUsed};
use huizong_schema::findings::{Finding, Notice, RuleCounts};

use crate::inputs::Input;
pub(crate) use blocks::Digest;
use blocks::{Answer, Piece};
use desk::Sent;
use stage::{Line, Stage};

/// What is asked of every document.
pub(crate) struct Job<'j> {
    /// What the user asks of documents.
    pub(crate) settings: huizong_core::Settings,
    /// The profile to read forms by, if one is named.
    pub(crate) profile: Option<&'j Profile>,
    /// Whether findings are to be shown with the line that they stand in.
    pub(crate) excerpts: bool,
    /// Whether documents with errors are left out of the sums.
    pub(crate) exclude_errors: bool,
    /// The documents that stand where several are from one department.
    pub(crate) accept: &'j BTreeSet<String>,
    /// What the documents together are set against.
    pub(crate) frame: Frame<'j>,
    /// The plugins that have their say, by id.
    pub(crate) plugins: &'j [Plugin],
    /// Whether the inputs' digests are wanted.
    pub(crate) digests: bool,
    /// How many threads work.
    pub(crate) jobs: usize,
    /// How many bytes there are to read, if progress is to be shown on the terminal.
    pub(crate) progress: Option<u64>,
}

/// What came of some inputs.
pub(crate) struct Batch {
    /// A row for each document, in the order of the inputs.
    pub(crate) entries: Vec<Entry>,
    /// Findings, in the order of the documents.
    pub(crate) findings: Vec<Finding>,
    /// The findings' lines, where they are asked for.
    pub(crate) excerpts: Vec<Option<Excerpt>>,
    /// What there is to say about the work itself.
    pub(crate) notices: Vec<Notice>,
    /// How the built-in rules fared.
    pub(crate) tally: Tally,
    /// How the plugins' rules fared.
    pub(crate) plugin_counts: Vec<RuleCounts>,
    /// The plugins that took part.
    pub(crate) plugins: Vec<PluginUsed>,
    /// What they measured.
    pub(crate) aggregates: BTreeMap<String, Aggregate>,
    /// What they said to their authors, by plugin.
    pub(crate) said: Vec<(String, String)>,
    /// The digests of the inputs, in their order.
    pub(crate) digests: Vec<Digest>,
}

impl Batch {
    fn new() -> Self {
        Self {
            entries: Vec::new(),
            findings: Vec::new(),
            excerpts: Vec::new(),
            notices: Vec::new(),
            tally: Tally::new(rules::ALL.len()),
            plugin_counts: Vec::new(),
            plugins: Vec::new(),
            aggregates: BTreeMap::new(),
            said: Vec::new(),
            digests: Vec::new(),
        }
    }

    /// Takes in what came of a piece of the inputs; plugins' own results come at the end alone.
    fn append(&mut self, piece: Self) {
        self.entries.extend(piece.entries);
        self.findings.extend(piece.findings);
        self.excerpts.extend(piece.excerpts);
        self.notices.extend(piece.notices);
        self.tally.merge(&piece.tally);
    }

    /// How every rule fared, the plugins' behind the built-in ones.
    pub(crate) fn rule_counts(&self) -> Vec<RuleCounts> {
        let mut counts = self.tally.counts(rules::ALL);
        counts.extend(self.plugin_counts.iter().cloned());
        counts
    }

    /// Whether something could not be read or judged.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.notices.iter().any(|notice| notice.incomplete)
    }
}

/// Reads and judges all inputs, then all documents together.
pub(crate) fn run(inputs: &[Input], notices: Vec<Notice>, stdin: &mut dyn Read, job: &Job<'_>) -> Batch {
    let mut all = Batch::new();
    all.notices = notices;
    let mut stage = Stage::new(job, all);
    let progress = Progress::new(job.progress);
    let digests;
    if job.jobs <= 1 {
        let mut for_plugins = Sent::new(job.plugins);
        digests = blocks::each(inputs, stdin, job.digests, &mut |piece| {
            progress.step(&piece);
            let (work, buffer) = document::judge(piece, job, &mut for_plugins, &mut |pile| stage.ask(pile));
            stage.take(work);
            Answer::More(buffer)
        });
    } else {
        (stage, digests) = in_parallel(inputs, stdin, job, stage, &progress);
    }
    progress.done();
    Batch { digests, ..stage.finish() }
}

/// Pieces are judged by several threads, which come to the stage in the order of the pieces.
fn in_parallel<'j>(
    inputs: &[Input],
    stdin: &mut dyn Read,
    job: &'j Job<'j>,
    stage: Stage<'j>,
    progress: &Progress,
) -> (Stage<'j>, Vec<Digest>) {
    let (send, receive) = sync_channel::<(usize, Piece)>(job.jobs * 2);
    let (give_back, spares) = channel::<Vec<u8>>();
    let receive = Mutex::new(receive);
    let line = Line::new(stage);
    let digests = std::thread::scope(|scope| {
        for _ in 0..job.jobs {
            let (receive, line, give_back) = (&receive, &line, give_back.clone());
            scope.spawn(move || {
                let mut for_plugins = Sent::new(job.plugins);
                loop {
                    let next = receive.lock().map(|queue| queue.recv());
                    let Ok(Ok((sequence, piece))) = next else { break };
                    let mut turn = line.turn(sequence);
                    let (work, buffer) =
                        document::judge(piece, job, &mut for_plugins, &mut |pile| turn.stage().ask(pile));
                    turn.stage().take(work);
                    if let Some(buffer) = buffer {
                        let _ = give_back.send(buffer);
                    }
                }
            });
        }
        let mut sequence = 0;
        let digests = blocks::each(inputs, stdin, job.digests, &mut |piece| {
            progress.step(&piece);
            let handed = send.send((sequence, piece));
            sequence += 1;
            match handed {
                Ok(()) => Answer::More(spares.try_recv().ok()),
                Err(_) => Answer::Enough,
            }
        });
        drop(send);
        digests
    });
    (line.into_stage(), digests)
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
