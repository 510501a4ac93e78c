//! `duplicate-member`: a JSON object names a member twice, which no JSON Schema can see.

use huizong_schema::ProblemKind;
use huizong_schema::findings::{Arg, Args};

use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "duplicate-member",
    page: include_str!("page.md"),
    reads: &[""],
    check: Check::Document(|_, subject| {
        let twice =
            subject.reading.problems.iter().filter(|problem| problem.kind == ProblemKind::DuplicateMember);
        let hits = twice.map(|problem| {
            let member = problem.pointer.split_last().map(|(_, last)| last).unwrap_or_default();
            Hit { args: Args::from([("member", Arg::Text(member))]), ..Hit::at(problem.pointer.clone()) }
        });
        Judgement::of(hits.collect())
    }),
    ..Rule::RELATIONS
};
