//! The part of a document that is kept while others are read.

use std::borrow::Cow;

use compact_str::CompactString;
use huizong_schema::consolidation::SeverityCounts;
use huizong_schema::findings::Severity;
use huizong_schema::{Draft, Level, NonEmpty, Scope};

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

/// The part of a document that is kept while others are read, of much the same size for any document. A country has a million of
/// them, so it is small: what few documents have is in a box.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The document's id.
    pub document: CompactString,
    /// The department's name as printed.
    pub name: Option<CompactString>,
    /// The department's code.
    pub code: Option<CompactString>,
    pub(crate) ties: Option<Box<Ties>>,
    /// Whether the figures include the department's units.
    pub scope: Option<Scope>,
    /// Whether a department or a unit reports.
    pub level: Option<Level>,
    /// The year reported.
    pub fiscal_year: Option<u16>,
    /// By which its copies are told from other documents of the department.
    pub digest: DocumentDigest,
    /// The figures that the document adds to the sums, if it can be counted.
    pub contribution: Option<Contribution>,
    /// Why it is not counted, if it is not.
    pub uncounted: Option<Box<Uncounted>>,
    /// Whether a form was filled in on a blank form that this tool wrote; `None` for what is no form.
    pub on_template: Option<bool>,
    pub(crate) found: Option<Box<SeverityCounts>>,
}

/// What ties a document to others: the department above and the units below.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ties {
    parent: Option<String>,
    units: Vec<String>,
}

/// A hash by which copies of a document are told from other documents of its department.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentDigest {
    hash: [u8; 16],
    is_of_bytes: bool,
}

impl DocumentDigest {
    /// Of its members: neither white space, nor the order of members, nor the kind of file makes a difference.
    pub const fn members(hash: u128) -> Self {
        Self { hash: hash.to_be_bytes(), is_of_bytes: false }
    }

    /// Of its bytes, which is quicker. Where it differs, the members may still be equal.
    pub const fn bytes(hash: u128) -> Self {
        Self { hash: hash.to_be_bytes(), is_of_bytes: true }
    }

    /// The hash.
    pub const fn hash(self) -> u128 {
        u128::from_be_bytes(self.hash)
    }

    /// Returns true if it is of the document's bytes, not of its members.
    pub const fn is_of_bytes(self) -> bool {
        self.is_of_bytes
    }
}

impl Entry {
    /// Creates the entry from what could be read of a document.
    pub fn new(document: impl Into<CompactString>, draft: &Draft<'_>, digest: DocumentDigest) -> Self {
        let department = draft.department.as_ref();
        let text = |text: Option<&NonEmpty<'_>>| text.map(|text| CompactString::new(&**text));
        let owned = |text: Option<&NonEmpty<'_>>| text.map(|text| str::to_owned(text));
        let units = department.map_or(&[][..], |d| &d.units).iter();
        let units = units.flat_map(|unit| [owned(unit.code.as_ref()), owned(unit.name.as_ref())]).flatten();
        Self {
            document: document.into(),
            name: text(department.and_then(|d| d.name.as_ref())),
            code: text(department.and_then(|d| d.code.as_ref())),
            ties: Ties::boxed(owned(department.and_then(|d| d.parent.as_ref())), units.collect()),
            scope: department.and_then(|d| d.scope),
            level: department.and_then(|d| d.level),
            fiscal_year: draft.fiscal_year.map(huizong_schema::FiscalYear::get),
            digest,
            contribution: None,
            uncounted: None,
            on_template: None,
            found: None,
        }
    }

    /// Sets the department above and the units that the form says it includes.
    #[must_use]
    pub(crate) fn with_ties(self, parent: Option<String>, units: Vec<String>) -> Self {
        Self { ties: Ties::boxed(parent, units), ..self }
    }

    /// The department's name as printed; empty if the document names none.
    pub fn department_name(&self) -> String {
        self.name.as_deref().unwrap_or_default().to_owned()
    }

    /// The department above: its code, else its name.
    pub fn parent(&self) -> Option<&str> {
        self.ties.as_ref()?.parent.as_deref()
    }

    /// The units that the form says it includes: their codes and names.
    pub fn units(&self) -> &[String] {
        self.ties.as_ref().map_or(&[], |ties| &ties.units)
    }

    /// Its findings by severity.
    pub fn findings(&self) -> SeverityCounts {
        self.found.as_deref().copied().unwrap_or_default()
    }

    /// Counts findings.
    pub fn add_findings(&mut self, severities: impl IntoIterator<Item = Severity>) {
        for severity in severities {
            self.found.get_or_insert_default().add(severity);
        }
    }

    /// Sets how many findings it has.
    #[must_use]
    pub(crate) fn with_findings(self, findings: SeverityCounts) -> Self {
        Self { found: (findings != SeverityCounts::default()).then(|| Box::new(findings)), ..self }
    }

    /// Creates the entry of a document that has not been read yet.
    pub(crate) fn unread(document: String) -> Self {
        Self::new(document, &Draft::default(), DocumentDigest::members(0))
    }

    /// Returns true if nobody has to mend it, as another document of its department counts: that one was accepted or is the same, or
    /// this one only came with it.
    pub fn gave_way(&self) -> bool {
        let is = |why: &Uncounted| [SUPERSEDED, ATTACHMENT, IDENTICAL_COPY.id].contains(&&*why.reason);
        self.uncounted.as_deref().is_some_and(is)
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
            None if self.findings().error > 0 => State::CountedWithErrors,
            None => State::Counted,
        }
    }
}

impl Ties {
    fn boxed(parent: Option<String>, units: Vec<String>) -> Option<Box<Self>> {
        (parent.is_some() || !units.is_empty()).then(|| Box::new(Self { parent, units }))
    }
}

// A row for each of a million documents.
const _: () = assert!(size_of::<Entry>() <= 152, "an entry is small");
