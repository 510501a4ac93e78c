//! The interface that a plugin's author implements.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use huizong_schema::consolidation::Consolidation;
use huizong_schema::findings::Severity;
use huizong_schema::protocol::{Answer, Given, Measured, Reported, Request};
use huizong_schema::{Draft, Pointer};
use serde::de::DeserializeOwned;

/// A plugin: its manifest, and its work on documents and sets of them.
///
/// Follow the rules of the header: no clock, files, environment or output, no threads left running, and the
/// same answer to the same request. [`check`](Self::check) borrows the plugin immutably, so it cannot
/// remember documents.
pub trait Plugin: Send + Sized + 'static {
    /// The manifest as JSON, by convention from a file: `include_str!("../manifest.json")`.
    const MANIFEST: &'static str;

    /// The configuration, as the manifest's `config_schema` describes it.
    type Config: DeserializeOwned;

    /// Creates an instance.
    ///
    /// # Errors
    /// Returns a message for the bureau if the configuration is not acceptable.
    fn create(config: Self::Config) -> Result<Self, String>;

    /// Checks one document (op 1).
    fn check(&self, document: &Document<'_>, findings: &mut Findings) {
        let _ = (document, findings);
    }

    /// Receives a document of the set (op 2). Documents come in the order of their ids.
    fn feed(&mut self, document: &Document<'_>) {
        let _ = document;
    }

    /// Reports findings and measures about the set (op 3).
    fn finish(&mut self, end: &End<'_>, findings: &mut Findings) {
        let _ = (end, findings);
    }
}

/// A document, reduced to the members that the manifest reads.
#[derive(Clone, Copy, Debug)]
pub struct Document<'d> {
    /// Its id.
    pub id: &'d str,
    /// Its members. Those that the manifest does not read are absent, as are those that the department did
    /// not report.
    pub draft: &'d Draft<'d>,
}

/// The end of a set.
pub struct End<'r> {
    /// Every document that was fed.
    pub documents: Vec<Ended<'r>>,
    /// The consolidation without its rows, and without what plugins measured.
    pub consolidation: &'r Consolidation,
}

/// A document at the end of its set.
#[derive(Clone, Debug)]
pub struct Ended<'r> {
    /// Its id.
    pub id: &'r str,
    /// Why the totals do not include it; [`None`] if they do.
    pub excluded: Option<&'r str>,
    /// The groups that it belongs to, by the roster's columns.
    pub groups: &'r BTreeMap<String, String>,
}

impl<'r> End<'r> {
    pub(crate) fn of(request: &'r Request<'_>) -> Self {
        static NOTHING: LazyLock<Consolidation> = LazyLock::new(Consolidation::of_nothing);
        let documents = request.documents.iter();
        Self {
            documents: documents
                .map(|sent| Ended { id: &sent.id, excluded: sent.excluded.as_deref(), groups: &sent.groups })
                .collect(),
            consolidation: request.consolidation.as_deref().unwrap_or(&NOTHING),
        }
    }
}

/// A finding.
#[derive(Clone, Debug)]
pub struct Finding(pub(crate) Reported);

impl Finding {
    /// Creates a finding of a rule of the manifest at a member: a JSON Pointer that resolves, or whose parent
    /// does.
    pub fn new(rule: &str, pointer: impl Into<Pointer>) -> Self {
        Self(Reported { rule: rule.to_owned(), pointer: pointer.into(), ..Reported::default() })
    }

    /// Adds an argument of the message, of the kind that the manifest declares.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Given>) -> Self {
        self.0.args.insert(Cow::Borrowed(name), value.into());
        self
    }

    /// Lowers the severity below the rule's.
    #[must_use]
    pub fn as_severe_as(mut self, severity: Severity) -> Self {
        self.0.severity = Some(severity);
        self
    }

    /// Assigns the finding to the document with this id instead of the one being checked.
    #[must_use]
    pub fn of(mut self, document: &str) -> Self {
        self.0.document = Some(document.to_owned());
        self
    }

    /// Assigns a finding about the set to these documents. The pointer is into the first one.
    #[must_use]
    pub fn about<'d>(mut self, documents: impl IntoIterator<Item = &'d str>) -> Self {
        self.0.documents = documents.into_iter().map(str::to_owned).collect();
        self
    }
}

/// Collects findings, measures and log lines.
#[derive(Debug, Default)]
pub struct Findings {
    /// The id of the document being checked; [`None`] at the end of a set.
    document: Option<String>,
    pub(crate) answer: Answer,
}

impl Findings {
    /// Assigns everything reported from now on to this document.
    pub(crate) fn begin(&mut self, id: &str) {
        let document = self.document.get_or_insert_default();
        document.clear();
        document.push_str(id);
    }

    /// Reports a finding about the document being checked or, at the end of a set, about those that it names.
    pub fn report(&mut self, finding: Finding) {
        let mut reported = finding.0;
        if reported.document.is_none() {
            reported.document.clone_from(&self.document);
        }
        self.answer.findings.push(reported);
    }

    /// Reports a value of an aggregate; an empty group means the whole set.
    pub fn measure(&mut self, id: &str, group: &BTreeMap<String, String>, value: &impl ToString) {
        self.answer.aggregates.push(Measured {
            id: id.to_owned(),
            group: group.clone(),
            value: value.to_string(),
        });
    }

    /// Whether there are no findings.
    pub fn is_empty(&self) -> bool {
        self.answer.findings.is_empty()
    }

    /// Logs a line for the plugin's author. Users see a bounded part of the log on standard error.
    pub fn log(&mut self, line: impl Into<String>) {
        self.answer.log.push(line.into());
    }
}
