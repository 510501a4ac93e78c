//! `duplicate-member`: a JSON object names a member twice, which no JSON Schema can see.

use huizong_schema::ProblemKind;
use huizong_schema::findings::{Arg, Args};

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Exclusion, Rule};
use crate::state::State;

pub(super) static RULE: Rule = Rule {
    id: "duplicate-member",
    messages: &[Template::new(
        "字段“{member}”在同一对象中出现两次，无法判断以哪个为准。",
        "The member \"{member}\" is named twice in one object; which one is meant is unclear.",
    )],
    page: include_str!("page.md"),
    reads: &[""],
    judges_reading: true,
    excludes: Some(Exclusion { precedence: 3, state: State::NotFinished }),
    is_about_reading: true,
    check: Check::Document(|_, input| {
        let twice =
            input.reading.problems.iter().filter(|problem| problem.kind == ProblemKind::DuplicateMember);
        let hits = twice.map(|problem| {
            let member = problem.pointer.split_last().map(|(_, last)| last).unwrap_or_default();
            Hit { args: Args::from([("member", Arg::Text(member))]), ..Hit::at(problem.pointer.clone()) }
        });
        Judgement::of(hits.collect())
    }),
    ..Rule::RELATIONS
};
