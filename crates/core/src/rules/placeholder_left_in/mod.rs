//! `placeholder-left-in`: a prompt of the template was left in a cell.

use huizong_schema::findings::Severity;

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "placeholder-left-in",
    messages: &[Template::new(
        "模板的提示文字还留在格中：“{found}”。请填写，或删去提示。",
        "A prompt of the template still stands here: \"{found}\".",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &[""],
    judges_reading: true,
    check: Check::Document(|_, input| {
        Judgement::of(Hit::texts_found(input.reading.placeholders.iter().map(|(at, text)| (at, text))))
    }),
    ..Rule::RELATIONS
};
