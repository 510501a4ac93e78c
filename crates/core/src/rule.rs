//! What a rule is, and the four states in which it ends.

use std::borrow::Cow;

use huizong_schema::findings::Severity;

use crate::outcome::Judgement;
use crate::relation::{self, Relation};
use crate::set::{Set, SetJudgement};
use crate::subject::Subject;

/// A check with a name.
pub struct Rule {
    /// Names the defect, in kebab-case. Never reused.
    pub id: &'static str,
    /// The version that brought it.
    pub since: &'static str,
    /// The gravest severity that its findings may have.
    pub severity: Severity,
    /// Its page: Markdown, both languages, with examples that fail and that pass.
    pub page: &'static str,
    /// The arithmetic that it holds documents to, if it is arithmetic.
    pub relations: &'static [Relation],
    /// What it reads besides its relations' figures: pointers, `*` standing for an item.
    pub reads: &'static [&'static str],
    /// How it judges.
    pub check: Check,
}

/// How a rule judges.
pub enum Check {
    /// One document at a time.
    Document(fn(&Rule, &Subject<'_>) -> Judgement),
    /// All documents together.
    Set(fn(&Set<'_, '_>) -> SetJudgement),
    /// All documents that count, once it is known which do.
    Counted(fn(&Set<'_, '_>) -> SetJudgement),
}

impl Rule {
    /// An arithmetic rule about one document, to be completed with `..`.
    pub(crate) const RELATIONS: Self = Self {
        id: "",
        since: "0.1.0",
        severity: Severity::Error,
        page: "",
        relations: &[],
        reads: &[],
        check: Check::Document(|rule, subject| relation::judge(rule.relations, subject)),
    };

    /// Every pointer that it reads, `*` standing for an item.
    pub fn read_set(&self) -> Vec<&'static str> {
        let mut reads: Vec<&'static str> = self.relations.iter().flat_map(Relation::reads).collect();
        reads.extend(self.reads);
        reads.sort_unstable();
        reads.dedup();
        reads
    }

    /// The key of its message: its id, or a variant of it.
    pub(crate) fn message_key(&self, variant: &str) -> Cow<'static, str> {
        if variant.is_empty() { self.id.into() } else { format!("{}.{variant}", self.id).into() }
    }
}
