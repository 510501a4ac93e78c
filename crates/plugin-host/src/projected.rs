//! The parts of documents that are sent to plugins.

use std::ops::Range;

use huizong_schema::Draft;
use huizong_schema::protocol::Op;

use crate::plugin::Plugin;

/// The members of documents that a plugin reads, as JSON, one document after another.
#[derive(Clone, Debug, Default)]
pub struct Projected {
    check: Texts,
    set: Texts,
}

impl Projected {
    /// Adds the members of a finished document that this plugin reads.
    pub fn take(&mut self, plugin: &Plugin, draft: &Draft<'_>) {
        if plugin.does(Op::CheckDocuments) {
            self.check.add(|out| plugin.reads.project(draft, out));
        }
        if plugin.does_sets() {
            self.set.add(|out| plugin.set_reads.project(draft, out));
        }
    }

    /// Removes all documents.
    pub fn clear(&mut self) {
        self.check.clear();
        self.set.clear();
    }

    /// The members of a document that checks read.
    pub(crate) fn check(&self, index: usize) -> &[u8] {
        self.check.of(index)
    }

    /// The members of a document that the set reads.
    pub(crate) fn set(&self, index: usize) -> &[u8] {
        self.set.of(index)
    }
}

/// Texts stored in one buffer.
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
