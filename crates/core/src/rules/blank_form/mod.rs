//! `blank-form`: a form with nothing filled in.

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Exclusion, Rule};
use crate::rule_input::InputKind;
use crate::state::State;

pub(super) static RULE: Rule = Rule {
    id: "blank-form",
    messages: &[Template::new(
        "这是一张空白的自评表，只有栏目，没有填写内容。请填好以后再报。",
        "This is a blank form: it has the labels and nothing filled in. Hand it in again when it is filled in.",
    )],
    page: include_str!("page.md"),
    judges_unreadable: true,
    excludes: Some(Exclusion { precedence: 1, state: State::Blank }),
    is_about_reading: true,
    check: Check::Document(|_, input| match input.reading.source {
        InputKind::BlankForm => Judgement::Failed(vec![Hit::at("")]),
        _ => Judgement::Passed,
    }),
    ..Rule::RELATIONS
};
