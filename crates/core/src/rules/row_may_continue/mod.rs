//! `row-may-continue`: a row with one cell filled in may go on with the row above it.

use huizong_schema::findings::Severity;

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "row-may-continue",
    messages: &[Template::new(
        "这一行只填了“{found}”，按另外一项读取。如果是接着上一行写的，请并到上一行的格里；如果确是另外一项，请把这一行补全。",
        "Only \"{found}\" is filled in on this row, which is read as an item of its own. If it continues the row above, move it there; if it does not, fill in the rest.",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &["/tasks", "/scorecard"],
    judges_reading: true,
    check: Check::Document(|_, input| {
        Judgement::of(Hit::texts_found(input.reading.lone.iter().map(|(at, text)| (at, text))))
    }),
    ..Rule::RELATIONS
};
