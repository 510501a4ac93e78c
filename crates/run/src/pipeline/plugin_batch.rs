//! Documents that the built-in rules have checked, until the plugins have checked them too.

use std::borrow::Cow;

use huizong_engine::Checked;
use huizong_plugin_host::{Documents, Plugin, Projected};
use huizong_schema::findings::Finding;
use huizong_schema::{Draft, Evaluation};

use super::{Batch, Job, Keeps};
use crate::contents::contents_of;

/// So many documents are held before plugins are asked. A block of lines has fewer: a thread that has asked keeps the
/// others waiting until its piece is done.
pub const MOST_HELD: usize = 512;

/// The members that plugins read, of some documents. A thread has one, whose memory serves for every piece of work.
pub(super) struct Projections {
    /// The finished documents, by their index among those held.
    finished: Vec<usize>,
    /// The members that each plugin reads of those.
    by_plugin: Vec<Projected>,
}

impl Projections {
    pub(super) fn new(plugins: &[Plugin]) -> Self {
        Self { finished: Vec::new(), by_plugin: plugins.iter().map(|_| Projected::default()).collect() }
    }

    /// The finished documents, by their index among those held.
    pub(super) fn finished(&self) -> &[usize] {
        &self.finished
    }

    /// The members that each plugin reads of those.
    pub(super) fn by_plugin(&self) -> &[Projected] {
        &self.by_plugin
    }

    /// Keeps what the plugins read of a document, which is the next one held.
    pub(super) fn add(&mut self, plugins: &[Plugin], index: usize, evaluation: Option<&Evaluation<'_>>) {
        let Some(evaluation) = evaluation else { return };
        self.finished.push(index);
        for (plugin, projected) in plugins.iter().zip(&mut self.by_plugin) {
            projected.take(plugin, evaluation);
        }
    }

    fn clear(&mut self) {
        self.finished.clear();
        self.by_plugin.iter_mut().for_each(Projected::clear);
    }
}

/// Documents as one plugin is asked about them.
pub(super) struct Held<'h, 't> {
    pub(super) documents: &'h [Checked<'t>],
    pub(super) finished: &'h [usize],
    pub(super) projected: &'h Projected,
}

impl Documents for Held<'_, '_> {
    fn count(&self) -> usize {
        self.finished.len()
    }

    fn arrived(&self) -> usize {
        self.documents.len()
    }

    fn before(&self, index: usize) -> usize {
        self.finished[index]
    }

    fn id(&self, index: usize) -> &str {
        self.documents[self.finished[index]].id()
    }

    fn projected(&self) -> &Projected {
        self.projected
    }

    fn draft(&self, index: usize) -> Cow<'_, Draft<'_>> {
        self.documents[self.finished[index]].draft()
    }
}

/// Asks the plugins about documents. Returns what they found in each.
pub(super) type Ask<'a> = dyn FnMut(&[Checked<'_>], &Projections) -> Vec<Vec<Finding>> + 'a;

/// Documents of one piece of work, in their order, on their way to the plugins.
pub(super) struct PluginBatch<'b, 't> {
    job: &'b Job<'b>,
    work: &'b mut Batch,
    ask: &'b mut Ask<'b>,
    held: Vec<Checked<'t>>,
    projections: &'b mut Projections,
}

impl<'b, 't> PluginBatch<'b, 't> {
    pub(super) fn new(
        job: &'b Job<'b>,
        work: &'b mut Batch,
        projections: &'b mut Projections,
        ask: &'b mut Ask<'b>,
    ) -> Self {
        // A panic may have left something.
        projections.clear();
        Self { job, work, ask, held: Vec::new(), projections }
    }

    pub(super) fn push(&mut self, mut document: Checked<'t>) {
        if self.job.keeps == Keeps::Documents
            && let Some(contents) = contents_of(&mut document)
        {
            self.work.contents.insert(document.id().to_owned(), contents);
        }
        if self.job.plugins.is_empty() {
            self.work.push(document, self.job.excerpts);
            return;
        }
        self.projections.add(self.job.plugins, self.held.len(), document.evaluation());
        document.release();
        self.held.push(document);
        if self.held.len() >= MOST_HELD {
            self.ask();
        }
    }

    /// Asks about what is still held.
    pub(super) fn finish(mut self) {
        if !self.held.is_empty() {
            self.ask();
        }
    }

    fn ask(&mut self) {
        let found = (self.ask)(&self.held, self.projections);
        for (mut document, found) in self.held.drain(..).zip(found) {
            document.add_findings(found);
            self.work.push(document, self.job.excerpts);
        }
        self.projections.clear();
    }
}

impl Batch {
    fn push(&mut self, document: Checked<'_>, excerpts: bool) {
        if excerpts {
            self.excerpts.extend(document.excerpts());
        } else {
            self.excerpts.resize(self.excerpts.len() + document.findings().len(), None);
        }
        self.rows.push(document);
    }
}
