//! Inputs to results: bytes, documents, findings, sums. On any number of threads the same results in the same order.

mod blocks;
mod document;

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Mutex;
use std::sync::mpsc::{channel, sync_channel};

use huizong_core::set::{Asked, Entry, settle};
use huizong_core::{Tally, notice, rules};
use huizong_forms::profile::Profile;
use huizong_report::terminal::Excerpt;
use huizong_schema::findings::{Args, Finding, Notice};

use crate::inputs::Input;
use blocks::{Answer, Piece};

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
    /// How the rules fared.
    pub(crate) tally: Tally,
}

impl Batch {
    fn new() -> Self {
        Self {
            entries: Vec::new(),
            findings: Vec::new(),
            excerpts: Vec::new(),
            notices: Vec::new(),
            tally: Tally::new(rules::ALL.len()),
        }
    }

    fn append(&mut self, mut other: Self) {
        self.entries.append(&mut other.entries);
        self.findings.append(&mut other.findings);
        self.excerpts.append(&mut other.excerpts);
        self.notices.append(&mut other.notices);
        self.tally.merge(&other.tally);
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
    let progress = Progress::new(job.progress);
    if job.jobs <= 1 {
        blocks::each(inputs, stdin, &mut |piece| {
            progress.step(&piece);
            Answer::More(document::judge(piece, job, &mut all))
        });
    } else {
        for batch in in_parallel(inputs, stdin, job, &progress) {
            all.append(batch);
        }
    }
    progress.done();
    if all.entries.is_empty() && all.notices.iter().all(|notice| !notice.incomplete) {
        all.notices.push(notice("no-documents", None, Args::new(), true));
    }
    let asked = Asked { accept: job.accept, exclude_errors: job.exclude_errors };
    let (findings, notices) = settle(rules::ALL, &mut all.entries, asked, &mut all.tally);
    all.excerpts.resize(all.findings.len() + findings.len(), None);
    all.findings.extend(findings);
    all.notices.extend(notices);
    all
}

/// The batches of all work, in the order of the work.
fn in_parallel(inputs: &[Input], stdin: &mut dyn Read, job: &Job<'_>, progress: &Progress) -> Vec<Batch> {
    let (send, receive) = sync_channel::<(usize, Piece)>(job.jobs * 2);
    let (give_back, spares) = channel::<Vec<u8>>();
    let receive = Mutex::new(receive);
    let done: Mutex<Vec<(usize, Batch)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..job.jobs {
            let give_back = give_back.clone();
            let (receive, done) = (&receive, &done);
            scope.spawn(move || {
                loop {
                    let next = receive.lock().map(|queue| queue.recv());
                    let Ok(Ok((sequence, piece))) = next else { break };
                    let mut batch = Batch::new();
                    if let Some(buffer) = document::judge(piece, job, &mut batch) {
                        let _ = give_back.send(buffer);
                    }
                    if let Ok(mut done) = done.lock() {
                        done.push((sequence, batch));
                    }
                }
            });
        }
        let mut sequence = 0;
        blocks::each(inputs, stdin, &mut |piece| {
            progress.step(&piece);
            sequence += 1;
            match send.send((sequence, piece)) {
                Ok(()) => Answer::More(spares.try_recv().ok()),
                Err(_) => Answer::Enough,
            }
        });
        drop(send);
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(sequence, _)| *sequence);
    done.into_iter().map(|(_, batch)| batch).collect()
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
