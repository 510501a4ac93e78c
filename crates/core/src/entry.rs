//! The part of a document that is kept while others are read.

use std::borrow::Cow;

use huizong_schema::consolidation::SeverityCounts;
use huizong_schema::{Draft, Level, Scope};

use crate::contribution::Contribution;
use crate::notices::IDENTICAL_COPY;
use crate::state::State;

/// The file of a document: its id without the number at its end.
pub fn file_of(document: &str) -> &str {
    match document.rsplit_once('#') {
        Some((file, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => file,
        _ => document,
    }
}

/// Why a document is not counted in whose place another one of its department counts.
pub const SUPERSEDED: &str = "superseded";

/// Why a document is not counted that is no form and came with a form of its department.
pub const ATTACHMENT: &str = "attachment";

/// Why a document is not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncounted {
    /// The document's state.
    pub state: State,
    /// The id of the rule or notice that says more, or `has-errors`.
    pub reason: Cow<'static, str>,
}

impl Uncounted {
    /// Creates the state and the reason.
    pub fn new(state: State, reason: &'static str) -> Self {
        Self { state, reason: Cow::Borrowed(reason) }
    }
}

/// The part of a document that is kept, of the same size for any document.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The document's id.
    pub document: String,
    /// The department's name as printed.
    pub name: Option<String>,
    /// The department's code.
    pub code: Option<String>,
    /// Whether the figures include the department's units.
    pub scope: Option<Scope>,
    /// Whether a department or a unit reports.
    pub level: Option<Level>,
    /// The department above: its code, else its name.
    pub parent: Option<String>,
    /// The units that the form says it includes: their codes and names.
    pub units: Vec<String>,
    /// The year reported.
    pub fiscal_year: Option<u16>,
    /// By which its copies are told from other documents of the department.
    pub digest: DocumentDigest,
    /// The figures that the document adds to the sums, if it can be counted.
    pub contribution: Option<Contribution>,
    /// Why it is not counted, if it is not.
    pub uncounted: Option<Uncounted>,
    /// Whether a form was filled in on a blank form that this tool wrote; `None` for what is no form.
    pub on_template: Option<bool>,
    /// Its findings by severity.
    pub findings: SeverityCounts,
}

/// A hash by which copies of a document are told from other documents of its department.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentDigest {
    /// Of its members: neither white space, nor the order of members, nor the kind of file makes a difference.
    Members(u128),
    /// Of its bytes, which is quicker. Where it differs, the members may still be equal.
    Bytes(u128),
}

impl Entry {
    /// Creates the entry from what could be read of a document.
    pub fn new(document: String, draft: &Draft<'_>, digest: DocumentDigest) -> Self {
        let department = draft.department.as_ref();
        let text = |text: Option<&huizong_schema::NonEmpty<'_>>| text.map(|text| str::to_owned(text));
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
            uncounted: None,
            on_template: None,
            findings: SeverityCounts::default(),
        }
    }

    /// Creates the entry of a document that has not been read yet.
    pub(crate) fn unread(document: String) -> Self {
        Self::new(document, &Draft::default(), DocumentDigest::Members(0))
    }

    /// Returns true if nobody has to mend it, as another document of its department counts: that one was accepted or is the same, or
    /// this one only came with it.
    pub fn gave_way(&self) -> bool {
        let is = |why: &Uncounted| [SUPERSEDED, ATTACHMENT, IDENTICAL_COPY.id].contains(&&*why.reason);
        self.uncounted.as_ref().is_some_and(is)
    }

    /// Returns true if the sums contain the document's figures.
    pub fn counts(&self) -> bool {
        self.state().is_counted()
    }

    /// Returns the document's state. Every output takes it from here.
    pub fn state(&self) -> State {
        match &self.uncounted {
            Some(uncounted) => uncounted.state,
            None if self.contribution.is_none() => State::NotFinished,
            None if self.findings.error > 0 => State::CountedWithErrors,
            None => State::Counted,
        }
    }
}
