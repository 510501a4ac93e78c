//! `text-not-decodable`: bytes that are no text in any encoding known.

use huizong_schema::findings::{Arg, Args};

use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "text-not-decodable",
    page: include_str!("page.md"),
    check: Check::Document(|_, subject| {
        let count = subject.reading.undecodable;
        let hit =
            (count > 0).then(|| Hit { args: Args::from([("count", Arg::Count(count))]), ..Hit::at("") });
        Judgement::of(hit.into_iter().collect())
    }),
    ..Rule::RELATIONS
};
