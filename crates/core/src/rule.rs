//! What a rule is, and the four states in which it ends.

use std::borrow::Cow;

use huizong_schema::Pointer;
use huizong_schema::findings::{Arg, Args, Place, RuleCounts, Severity};

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
        check: Check::Document(relation::judge),
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

/// How a rule ends for one document.
#[derive(Debug)]
pub enum Judgement {
    /// Nothing to say against it.
    Passed,
    /// Something found.
    Failed(Vec<Hit>),
    /// Could not be judged.
    Skipped(Skip),
    /// The rule itself failed.
    Crashed,
}

impl Judgement {
    /// Failed if there are hits, else passed.
    pub(crate) fn of(hits: Vec<Hit>) -> Self {
        if hits.is_empty() { Self::Passed } else { Self::Failed(hits) }
    }
}

/// Why a rule could not be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skip {
    /// A member that it reads is missing.
    MemberMissing,
    /// A member that it reads was refused by the schema or could not be read.
    MemberRefused,
    /// A rate's base may be zero: the rate is undefined.
    BaseIsZero,
    /// An earlier rule failed in a way that leaves nothing to judge.
    EarlierRuleFailed,
    /// It judges only what a setting or the form's profile asks for.
    NotAsked,
}

impl Skip {
    const ALL: [Self; 5] =
        [Self::MemberMissing, Self::MemberRefused, Self::BaseIsZero, Self::EarlierRuleFailed, Self::NotAsked];

    /// The reason's name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MemberMissing => "member-missing",
            Self::MemberRefused => "member-refused",
            Self::BaseIsZero => "base-is-zero",
            Self::EarlierRuleFailed => "earlier-rule-failed",
            Self::NotAsked => "not-asked",
        }
    }
}

/// One thing that a rule found in a document.
#[derive(Debug)]
pub struct Hit {
    /// The member concerned.
    pub pointer: Pointer,
    /// A severity below the rule's.
    pub severity: Option<Severity>,
    /// Which of the rule's messages; empty for the one that bears its id.
    pub variant: &'static str,
    /// The message's arguments.
    pub args: Args,
    /// The other members read, and their values.
    pub related: Vec<(Pointer, String)>,
    /// Where it stands, if not where the member does.
    pub place: Option<Place>,
}

impl Hit {
    /// Hits at members where a reader saw texts that do not belong there.
    pub(crate) fn texts_found<'t>(texts: impl IntoIterator<Item = (&'t Pointer, &'t String)>) -> Vec<Self> {
        let hit = |(pointer, text): (&Pointer, &String)| Self {
            args: Args::from([("found", Arg::Text(shortened(text)))]),
            ..Self::at(pointer.clone())
        };
        texts.into_iter().map(hit).collect()
    }

    /// A hit at a member, without arguments.
    pub fn at(pointer: impl Into<Pointer>) -> Self {
        Self {
            pointer: pointer.into(),
            severity: None,
            variant: "",
            args: Args::new(),
            related: Vec::new(),
            place: None,
        }
    }
}

/// A text as a message shows it: on one line, cut where it is long.
fn shortened(text: &str) -> String {
    const KEPT: usize = 80;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(KEPT) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// How each rule fared over many documents. Merging in any order gives the same counts.
#[derive(Clone, Debug)]
pub struct Tally(Vec<RuleTally>);

#[derive(Clone, Copy, Debug, Default)]
struct RuleTally {
    passed: u64,
    failed: u64,
    skipped: [u64; Skip::ALL.len()],
    crashed: u64,
}

impl Tally {
    /// No documents yet, for so many rules.
    pub fn new(rules: usize) -> Self {
        Self(vec![RuleTally::default(); rules])
    }

    /// Counts how the rule of that index ended for one document.
    pub(crate) fn count(&mut self, rule: usize, judgement: &Judgement) {
        let tally = &mut self.0[rule];
        match judgement {
            Judgement::Passed => tally.passed += 1,
            Judgement::Failed(_) => tally.failed += 1,
            Judgement::Skipped(reason) => tally.skipped[*reason as usize] += 1,
            Judgement::Crashed => tally.crashed += 1,
        }
    }

    /// Adds another tally of the same rules.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            mine.passed += theirs.passed;
            mine.failed += theirs.failed;
            mine.crashed += theirs.crashed;
            for (mine, theirs) in mine.skipped.iter_mut().zip(theirs.skipped) {
                *mine += theirs;
            }
        }
    }

    /// The counts as a report holds them.
    pub fn counts(&self, rules: &[&'static Rule]) -> Vec<RuleCounts> {
        let row = |(rule, tally): (&&'static Rule, &RuleTally)| RuleCounts {
            rule: rule.id.into(),
            passed: tally.passed,
            failed: tally.failed,
            skipped: Skip::ALL
                .iter()
                .zip(tally.skipped)
                .filter(|(_, n)| *n > 0)
                .map(|(s, n)| (s.as_str(), n))
                .collect(),
            crashed: tally.crashed,
        };
        rules.iter().zip(&self.0).map(row).collect()
    }
}
