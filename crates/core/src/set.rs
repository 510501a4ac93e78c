//! All documents together: who reported twice, what is counted, and the consolidation that comes of it.

mod keys;
mod settle;
mod sums;

use std::borrow::Cow;
use std::collections::BTreeSet;

use huizong_schema::consolidation::SeverityCounts;
use huizong_schema::findings::{Args, Severity};
use huizong_schema::{Draft, Level, Pointer, Scope};

use crate::contribution::Contribution;
use crate::roster::Roster;
use crate::rule::Skip;
use crate::stored::Stored;

pub use keys::{Key, Keys};
pub(crate) use settle::departments_and_years;
pub use settle::settle;
pub use sums::{add_severity, consolidate, count};

/// The file of a document: its id without a number behind it.
pub fn file_of(document: &str) -> &str {
    match document.rsplit_once('#') {
        Some((file, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => file,
        _ => document,
    }
}

/// What is kept of one document: a row, whatever its size.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The document's id.
    pub document: String,
    /// The department's name as printed.
    pub name: Option<String>,
    /// The department's code.
    pub code: Option<String>,
    /// Whether the figures hold the department with its units.
    pub scope: Option<Scope>,
    /// Whether a department reports or a unit.
    pub level: Option<Level>,
    /// The department above: its code, else its name.
    pub parent: Option<String>,
    /// The units that the form says it holds: their codes and names.
    pub units: Vec<String>,
    /// The year reported.
    pub fiscal_year: Option<u16>,
    /// A hash of the document, which tells copies of one department's document from others of it.
    pub digest: u128,
    /// What the document adds to the sums, if it can be counted.
    pub contribution: Option<Contribution>,
    /// Why it is not counted: the id of a rule or notice.
    pub excluded: Option<Cow<'static, str>>,
    /// Its findings by severity.
    pub findings: SeverityCounts,
}

impl Entry {
    /// Of what could be read of a document.
    pub fn new(document: String, draft: &Draft<'_>, digest: u128) -> Self {
        let department = draft.department.as_ref();
        let text = |text: Option<&huizong_schema::NonEmpty<'_>>| text.map(|text| text.to_string());
        Self {
            document,
            name: text(department.and_then(|d| d.name.as_ref())),
            code: text(department.and_then(|d| d.code.as_ref())),
            scope: department.and_then(|d| d.scope),
            level: department.and_then(|d| d.level),
            parent: text(department.and_then(|d| d.parent.as_ref())),
            units: department
                .iter()
                .flat_map(|d| &d.units)
                .flat_map(|unit| [text(unit.code.as_ref()), text(unit.name.as_ref())])
                .flatten()
                .collect(),
            fiscal_year: draft.fiscal_year.map(huizong_schema::FiscalYear::get),
            digest,
            contribution: None,
            excluded: None,
            findings: SeverityCounts::default(),
        }
    }
}

impl Entry {
    /// Of a document of which nothing but its id is known yet.
    pub(crate) fn unread(document: String) -> Self {
        Self::new(document, &Draft::default(), 0)
    }

    /// Whether the document counts.
    pub fn counts(&self) -> bool {
        self.excluded.is_none() && self.contribution.is_some()
    }
}

/// All documents, as rules about the set see them.
pub struct Set<'s, 'e> {
    /// The documents, in the order of their ids.
    pub entries: &'e [Entry],
    /// Who each one is from.
    pub keys: &'s Keys<'e>,
    /// The ids that settle which of several documents of one department counts.
    pub accept: &'s BTreeSet<String>,
    /// Why documents do not count by what the set shows.
    excluded: &'s [Option<&'static str>],
}

impl<'e> Set<'_, 'e> {
    /// The documents that still count, by department, of departments that have several.
    pub fn repeated(&self) -> impl Iterator<Item = Vec<usize>> {
        self.keys.departments().filter(|documents| documents.len() > 1).filter_map(|documents| {
            let count: Vec<usize> = documents.iter().copied().filter(|&index| self.counts(index)).collect();
            (count.len() > 1).then_some(count)
        })
    }

    /// The documents that still count of those who are meant by a code or a name.
    pub fn meant_by(&self, code_or_name: &'e str) -> impl Iterator<Item = usize> {
        self.keys.meant_by(code_or_name).filter(|&index| self.counts(index))
    }

    /// Whether a document still counts.
    pub fn counts(&self, index: usize) -> bool {
        self.excluded[index].is_none() && self.entries[index].counts()
    }
}

/// What the user asks of the set.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The ids that settle which of several documents of one department counts.
    pub accept: &'a BTreeSet<String>,
    /// Whether documents with errors are left out.
    pub exclude_errors: bool,
    /// The departments that should report.
    pub roster: Option<&'a Roster>,
}

/// What a consolidation is set against.
#[derive(Clone, Copy, Default)]
pub struct Frame<'f> {
    /// The departments that should report.
    pub roster: Option<&'f Roster>,
    /// The groups wanted: of each, the roster's columns that make it.
    pub group_by: &'f [Vec<usize>],
    /// Last year's consolidation.
    pub previous: Option<&'f Stored>,
}

/// How a rule about the set ends.
pub type SetJudgement = Result<Vec<SetHit>, Skip>;

/// One thing that a rule found about the set.
#[derive(Debug, Default)]
pub struct SetHit {
    /// The documents concerned, by index.
    pub documents: Vec<usize>,
    /// Those that are not counted because of it.
    pub excluded: Vec<usize>,
    /// The department's name.
    pub department: Option<String>,
    /// A severity below the rule's.
    pub severity: Option<Severity>,
    /// Which of the rule's messages; empty for the one that bears its id.
    pub variant: &'static str,
    /// The member of the documents concerned.
    pub pointer: Pointer,
    /// The message's arguments.
    pub args: Args,
}
