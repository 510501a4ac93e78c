//! The last stage: what comes of the pieces of work, put together in their order, and the plugins.
//!
//! There is one of it, whatever the number of threads, and threads come to it in turn: which documents a failing plugin
//! did not see must not depend on them.

use std::borrow::Cow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use huizong_core::consolidate::Frame;
use huizong_core::counting::{Asked, settle};
use huizong_core::set::Keys;
use huizong_core::{notice, rules};
use huizong_plugin_host::{Documents, Plugin, Projected, Runner, SetView, without_rows};
use huizong_schema::Draft;
use huizong_schema::findings::{Args, Finding};

use super::desk::{Held, Pile};
use super::{Batch, Job};

pub(super) struct Stage<'j> {
    job: &'j Job<'j>,
    runners: Vec<Runner<'j>>,
    all: Batch,
}

impl<'j> Stage<'j> {
    pub(super) fn new(job: &'j Job<'j>, all: Batch) -> Self {
        Self { job, runners: job.plugins.iter().map(Runner::new).collect(), all }
    }

    /// Asks the plugins about documents.
    pub(super) fn ask(&mut self, pile: &Pile<'_, '_>) -> Vec<Vec<Finding>> {
        let mut all: Vec<Vec<Finding>> = pile.held.iter().map(|_| Vec::new()).collect();
        for (runner, projected) in self.runners.iter_mut().zip(&pile.sent.projected) {
            let found = runner.check(&Finished { pile, projected });
            for (&index, found) in pile.sent.finished.iter().zip(found) {
                all[index].extend(found);
            }
        }
        all
    }

    /// Takes what came of a piece of work.
    pub(super) fn take(&mut self, work: Batch) {
        self.all.append(work);
    }

    /// After the last document: what there is to say about the set, by the rules and by the plugins.
    pub(super) fn finish(self) -> Batch {
        let Self { job, mut runners, mut all } = self;
        if all.entries.is_empty() && all.notices.iter().all(|notice| !notice.incomplete) {
            all.notices.push(notice("no-documents", None, Args::new(), true));
        }
        let asked = Asked {
            accept: job.accept,
            exclude_errors: job.exclude_errors,
            roster: job.frame.roster,
            is_whole_set: true,
        };
        let (findings, notices) = settle(rules::ALL, &mut all.entries, asked, &mut all.tally);
        all.findings.extend(findings);
        all.notices.extend(notices);
        if job.plugins.iter().any(Plugin::does_sets) {
            ask_about_set(&mut runners, &mut all, job.frame);
        }
        for runner in runners {
            let ran = runner.finish();
            all.notices.extend(ran.notices);
            all.plugin_counts.extend(ran.counts);
            if !ran.said.is_empty() {
                all.said.push((ran.used.id.clone(), ran.said));
            }
            all.plugins.push(ran.used);
        }
        all.excerpts.resize(all.findings.len(), None);
        all
    }
}

/// What plugins have to say about all documents together.
fn ask_about_set(runners: &mut [Runner<'_>], all: &mut Batch, frame: Frame<'_>) {
    let keys = Keys::new(&all.entries, frame.roster);
    let consolidation = without_rows(&keys, &all.findings, frame);
    let view = SetView { keys: &keys, consolidation: &consolidation };
    for runner in runners {
        let of_set = runner.set(&view);
        all.findings.extend(of_set.findings);
        all.aggregates.extend(of_set.aggregates);
    }
}

/// What one plugin is asked about: the documents held that are finished.
struct Finished<'p> {
    pile: &'p Pile<'p, 'p>,
    projected: &'p Projected,
}

impl Finished<'_> {
    fn held(&self, index: usize) -> &Held<'_> {
        &self.pile.held[self.pile.sent.finished[index]]
    }
}

impl Documents for Finished<'_> {
    fn count(&self) -> usize {
        self.pile.sent.finished.len()
    }

    fn arrived(&self) -> usize {
        self.pile.held.len()
    }

    fn before(&self, index: usize) -> usize {
        self.pile.sent.finished[index]
    }

    fn id(&self, index: usize) -> &str {
        &self.held(index).entry.document
    }

    fn projected(&self) -> &Projected {
        self.projected
    }

    fn draft(&self, index: usize) -> Cow<'_, Draft<'_>> {
        self.held(index).draft()
    }
}

/// Threads come to the stage in the order of their pieces.
pub(super) struct Line<'j> {
    stage: Mutex<(usize, Stage<'j>)>,
    moved: Condvar,
}

impl<'j> Line<'j> {
    pub(super) fn new(stage: Stage<'j>) -> Self {
        Self { stage: Mutex::new((0, stage)), moved: Condvar::new() }
    }

    /// The place in the line of the piece of that number, from 0. It must be taken once by each piece.
    pub(super) fn turn(&self, sequence: usize) -> Turn<'_, 'j> {
        Turn { line: self, sequence, held: None }
    }

    pub(super) fn into_stage(self) -> Stage<'j> {
        self.stage.into_inner().unwrap_or_else(PoisonError::into_inner).1
    }
}

/// A piece's turn: it begins when the stage is first asked for, and ends when this is dropped.
pub(super) struct Turn<'l, 'j> {
    line: &'l Line<'j>,
    sequence: usize,
    held: Option<MutexGuard<'l, (usize, Stage<'j>)>>,
}

impl<'j> Turn<'_, 'j> {
    /// The stage, once all pieces before are through.
    pub(super) fn stage(&mut self) -> &mut Stage<'j> {
        let (line, sequence) = (self.line, self.sequence);
        let held = self.held.get_or_insert_with(|| {
            let held = line.stage.lock().unwrap_or_else(PoisonError::into_inner);
            line.moved.wait_while(held, |(next, _)| *next != sequence).unwrap_or_else(PoisonError::into_inner)
        });
        &mut held.1
    }
}

impl Drop for Turn<'_, '_> {
    fn drop(&mut self) {
        // The next one's turn comes whatever became of this one.
        self.stage();
        if let Some(mut held) = self.held.take() {
            held.0 += 1;
        }
        self.line.moved.notify_all();
    }
}
