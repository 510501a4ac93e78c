//! The set of all documents, for the rules about it.

mod department_index;

use std::collections::BTreeMap;

use huizong_schema::Pointer;
use huizong_schema::findings::{Args, Severity};

use crate::accepted::Accepted;
use crate::entry::{Entry, Uncounted};
use crate::outcome::Skip;

pub(crate) use department_index::departments_and_years;
pub use department_index::{DepartmentIndex, DepartmentKey};

/// All documents, for the rules about the set.
pub struct Set<'s, 'e> {
    /// The documents, in the order of their ids.
    pub entries: &'e [Entry],
    /// The department of each document.
    pub departments: &'s DepartmentIndex<'e>,
    /// The ids of the documents that count where a department sent several.
    pub accept: &'s Accepted,
    /// Why documents do not count because of others in the set, by index.
    pub(crate) uncounted: &'s BTreeMap<usize, Uncounted>,
}

impl<'e> Set<'_, 'e> {
    /// The documents that still count, by department, for departments with several.
    pub fn repeated(&self) -> impl Iterator<Item = Vec<usize>> {
        self.departments.by_department().filter(|documents| documents.len() > 1).filter_map(|documents| {
            let count: Vec<usize> = documents.iter().copied().filter(|&index| self.counts(index)).collect();
            (count.len() > 1).then_some(count)
        })
    }

    /// The documents that still count, of the departments that a code or a name means.
    pub fn meant_by(&self, code_or_name: &'e str) -> impl Iterator<Item = usize> {
        self.departments.meant_by(code_or_name).filter(|&index| self.counts(index))
    }

    /// Whether a document still counts.
    pub fn counts(&self, index: usize) -> bool {
        !self.uncounted.contains_key(&index) && self.entries[index].counts()
    }
}

/// The result of a rule about the set.
pub type SetJudgement = Result<Vec<SetHit>, Skip>;

/// One thing that a rule found about the set.
#[derive(Debug, Default)]
pub struct SetHit {
    /// The documents concerned, by index.
    pub documents: Vec<usize>,
    /// The documents that are not counted because of it.
    pub excluded: Vec<usize>,
    /// Why they are not, where that is not the rule.
    pub reason: Option<&'static str>,
    /// The department's name.
    pub department: Option<String>,
    /// The severity, if lower than the rule's.
    pub severity: Option<Severity>,
    /// Which of the rule's messages; empty for the one named after the rule.
    pub variant: &'static str,
    /// The member of the documents concerned.
    pub pointer: Pointer,
    /// The message's arguments.
    pub args: Args,
}
