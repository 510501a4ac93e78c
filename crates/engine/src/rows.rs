//! The part of checked documents that is kept.

use huizong_core::{Entry, Tally, rules};
use huizong_schema::findings::{Finding, Notice};

use crate::document::Checked;

/// The part of checked documents that is kept: a row each, whatever their size.
#[derive(Clone, Debug)]
pub struct Rows {
    /// The documents.
    pub entries: Vec<Entry>,
    /// Their findings, in order.
    pub findings: Vec<Finding>,
    /// Notices about what could not be read or checked.
    pub notices: Vec<Notice>,
    /// How often each built-in rule ended in each state.
    pub tally: Tally,
}

impl Default for Rows {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            findings: Vec::new(),
            notices: Vec::new(),
            tally: Tally::new(rules::ALL.len()),
        }
    }
}

impl Rows {
    /// Adds a document.
    pub fn push(&mut self, document: Checked<'_>) {
        let (entry, mut findings, mut notices) = document.into_row();
        self.entries.push(entry);
        self.findings.append(&mut findings);
        self.notices.append(&mut notices);
    }

    /// Adds the documents that come after these.
    pub fn append(&mut self, other: Self) {
        append(&mut self.entries, other.entries);
        append(&mut self.findings, other.findings);
        append(&mut self.notices, other.notices);
        self.tally.merge(&other.tally);
    }
}

/// Adds items to a list; without a copy where the list is empty and has no room for them.
fn append<T>(list: &mut Vec<T>, mut more: Vec<T>) {
    if list.is_empty() && list.capacity() < more.len() {
        *list = more;
    } else {
        list.append(&mut more);
    }
}
