//! `not-a-form`: nothing in the file looks like a self-evaluation form.

use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};
use crate::subject::Source;

pub(super) static RULE: Rule = Rule {
    id: "not-a-form",
    page: include_str!("page.md"),
    check: Check::Document(|_, subject| match subject.reading.source {
        Source::NoForm => Judgement::Failed(vec![Hit::at("")]),
        Source::TooDeep => Judgement::Failed(vec![Hit { variant: "deep", ..Hit::at("") }]),
        Source::TooLarge => Judgement::Failed(vec![Hit { variant: "large", ..Hit::at("") }]),
        Source::Empty => Judgement::Failed(vec![Hit { variant: "empty", ..Hit::at("") }]),
        Source::Json | Source::Form => Judgement::Passed,
    }),
    ..Rule::RELATIONS
};
