//! The result of a rule for one document.

use huizong_schema::Pointer;
use huizong_schema::findings::{Arg, Args, Place, Severity};

/// The result of a rule for one document.
#[derive(Debug)]
pub enum Judgement {
    /// The rule found nothing.
    Passed,
    /// The rule found something.
    Failed(Vec<Hit>),
    /// The rule could not be judged.
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
    /// An earlier rule failed and left nothing to judge.
    EarlierRuleFailed,
    /// No setting or form's profile asks for it.
    NotAsked,
}

impl Skip {
    /// Every reason.
    pub(crate) const ALL: [Self; 5] =
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
    /// The severity, if lower than the rule's.
    pub severity: Option<Severity>,
    /// Which of the rule's messages; empty for the one named after the rule.
    pub variant: &'static str,
    /// The message's arguments.
    pub args: Args,
    /// The other members read, and their values.
    pub related: Vec<(Pointer, String)>,
    /// Its place, if it is not the member's.
    pub place: Option<Place>,
}

impl Hit {
    /// A hit at each member where a reader found a text that does not belong there.
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
