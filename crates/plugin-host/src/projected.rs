//! What plugins are sent of documents.

use std::ops::Range;

use huizong_schema::Draft;
use huizong_schema::protocol::Op;

use crate::plugin::Plugin;

/// The members that a plugin reads of some documents, as JSON: one document behind the other.
#[derive(Clone, Debug, Default)]
pub struct Projected {
    check: Texts,
    set: Texts,
}

impl Projected {
    /// Takes what this plugin reads of a document that is finished.
    pub fn take(&mut self, plugin: &Plugin, draft: &Draft<'_>) {
        if plugin.does(Op::CheckDocuments) {
            self.check.add(|out| plugin.reads.project(draft, out));
        }
        if plugin.does_sets() {
            self.set.add(|out| plugin.set_reads.project(draft, out));
        }
    }

    /// Forgets the documents.
    pub fn clear(&mut self) {
        self.check.clear();
        self.set.clear();
    }

    /// What the checks of documents read of one.
    pub(crate) fn check(&self, index: usize) -> &[u8] {
        self.check.of(index)
    }

    /// What the set reads of one.
    pub(crate) fn set(&self, index: usize) -> &[u8] {
        self.set.of(index)
    }
}

/// Texts in one piece of memory.
#[derive(Clone, Debug, Default)]
struct Texts {
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl Texts {
    fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        write(&mut self.bytes);
        self.places.push(start..self.bytes.len());
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.places.clear();
    }

    fn of(&self, index: usize) -> &[u8] {
        &self.bytes[self.places[index].clone()]
    }
}
