//! `fiscal-year-unexpected`: the document reports another year than the one asked for.

use huizong_schema::findings::{Arg, Args};

use crate::message::Template;
use crate::outcome::{Hit, Judgement, Skip};
use crate::rule::{Check, Exclusion, Rule};
use crate::state::State;

pub(super) static RULE: Rule = Rule {
    id: "fiscal-year-unexpected",
    messages: &[Template::new(
        "这是 {actual} 年度的表，要报的是 {expected} 年度，没有计入。请报 {expected} 年度的表。",
        "The form is for {actual}; {expected} was expected.",
    )],
    page: include_str!("page.md"),
    reads: &["/fiscal_year"],
    excludes: Some(Exclusion { precedence: 6, state: State::AnotherYear }),
    check: Check::Document(|_, input| {
        let Some(expected) = input.settings.year else { return Judgement::Skipped(Skip::NotAsked) };
        let Some(year) = input.draft.fiscal_year else {
            return Judgement::Skipped(input.nothing_at(&["/fiscal_year"]));
        };
        let args = || {
            Args::from([
                ("expected", Arg::Text(expected.to_string())),
                ("actual", Arg::Text(year.to_string())),
            ])
        };
        let hit = (year.get() != expected).then(|| Hit { args: args(), ..Hit::at("/fiscal_year") });
        Judgement::of(hit.into_iter().collect())
    }),
    ..Rule::RELATIONS
};
