//! `figure-unclaimed`: a figure stands on the form and no label says what it is.

use huizong_schema::findings::{Arg, Args, Severity};

use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "figure-unclaimed",
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &[""],
    check: Check::Document(|_, subject| {
        let hits = subject.reading.unclaimed.iter().map(|(text, place)| Hit {
            args: Args::from([("found", Arg::Text(text.clone()))]),
            place: place.clone(),
            ..Hit::at("")
        });
        Judgement::of(hits.collect())
    }),
    ..Rule::RELATIONS
};
