//! Rules, and how they check documents.

use huizong_schema::findings::{Arg, Args, Message, Notice, Severity};

use crate::message::Template;
use crate::notices::RULE_CRASHED;
use crate::outcome::Judgement;
use crate::relation::{self, Relation};
use crate::rule_input::RuleInput;
use crate::set::{Set, SetJudgement};
use crate::state::State;

/// A check with a name.
pub struct Rule {
    /// Names the defect, in kebab-case. Never reused.
    pub id: &'static str,
    /// The version that introduced it.
    pub since: &'static str,
    /// The highest severity that its findings may have.
    pub severity: Severity,
    /// Its messages: one without a variant, or one for each variant that it names.
    pub messages: &'static [Template],
    /// Its page: Markdown, both languages, with examples that fail and that pass.
    pub page: &'static str,
    /// The relations of figures that it checks; empty if it is not arithmetic.
    pub relations: &'static [Relation],
    /// The pointers that it reads besides its relations' figures; `*` is any item.
    pub reads: &'static [&'static str],
    /// Whether it judges the reader's observations at those members, and not the members themselves.
    pub judges_reading: bool,
    /// Why documents in which it fails are not counted; [`None`] if they are.
    pub excludes: Option<Exclusion>,
    /// Whether it is about reading the document, rather than about the figures in it.
    pub is_about_reading: bool,
    /// Whether it also judges files that could not be read as a document at all.
    pub judges_unreadable: bool,
    /// How it judges.
    pub check: Check,
}

/// Why a document is not counted when a rule fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exclusion {
    /// Of several rules that fail, the one with the lowest precedence is given as the reason.
    pub precedence: u8,
    /// The state of the document.
    pub state: State,
}

/// How a rule judges.
pub enum Check {
    /// One document at a time.
    Document(fn(&Rule, &RuleInput<'_>) -> Judgement),
    /// All documents together.
    Set(fn(&Set<'_, '_>) -> SetJudgement),
    /// All documents that count, after it is decided which do.
    Counted(fn(&Set<'_, '_>) -> SetJudgement),
}

impl Rule {
    /// An arithmetic rule about one document, to be completed with `..`.
    pub(crate) const RELATIONS: Self = Self {
        id: "",
        since: "0.1.0",
        severity: Severity::Error,
        messages: &[],
        page: "",
        relations: &[],
        reads: &[],
        judges_reading: false,
        excludes: None,
        is_about_reading: false,
        judges_unreadable: false,
        check: Check::Document(|rule, input| relation::judge(rule.relations, input)),
    };

    /// Whether it is about all documents together.
    pub const fn is_about_set(&self) -> bool {
        !matches!(self.check, Check::Document(_))
    }

    /// Every pointer that it reads; `*` is any item.
    pub fn read_set(&self) -> Vec<&'static str> {
        let mut reads: Vec<&'static str> = self.relations.iter().flat_map(Relation::reads).collect();
        reads.extend(self.reads);
        reads.sort_unstable();
        reads.dedup();
        reads
    }

    /// The severity of a finding: its own, but not above the rule's.
    pub(crate) fn severity_of(&self, own: Option<Severity>) -> Severity {
        own.map_or(self.severity, |own| own.min(self.severity))
    }

    /// The notice that the rule crashed in a document, or in the set if `document` is empty.
    pub(crate) fn crashed(&self, document: &str) -> Notice {
        RULE_CRASHED.incomplete(Some(document), Args::from([("rule", Arg::Text(self.id.to_owned()))]))
    }

    /// Fills in one of the rule's messages.
    pub(crate) fn message(&self, variant: &str, args: &Args) -> Message {
        Template::find(self.messages, variant).fill(args)
    }
}
