//! `row-cannot-be-placed`: cells whose column cannot be determined.

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "row-cannot-be-placed",
    messages: &[Template::new(
        "这些内容看不出属于哪一栏，未读取：“{found}”。请核对它们的位置。",
        "It cannot be told what column this belongs to, so it was not read: \"{found}\".",
    )],
    page: include_str!("page.md"),
    reads: &["/goal", "/tasks"],
    is_about_reading: true,
    judges_reading: true,
    check: Check::Document(|_, input| {
        Judgement::of(Hit::texts_found(input.reading.misplaced.iter().map(|(at, text)| (at, text))))
    }),
    ..Rule::RELATIONS
};
