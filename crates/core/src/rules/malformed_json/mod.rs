//! `malformed-json`: the text is no JSON, or nests deeper than is accepted.

use huizong_schema::ProblemKind;

use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "malformed-json",
    page: include_str!("page.md"),
    check: Check::Document(|_, subject| {
        let hits = subject.reading.problems.iter().filter_map(|problem| {
            let variant = match problem.kind {
                ProblemKind::NotJson => "",
                ProblemKind::TooDeep => "depth",
                ProblemKind::TooLong => "long",
                _ => return None,
            };
            Some(Hit { variant, ..Hit::at(problem.pointer.clone()) })
        });
        Judgement::of(hits.collect())
    }),
    ..Rule::RELATIONS
};
