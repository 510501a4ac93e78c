//! `result-missing`: an indicator has a name and no result.

use huizong_schema::findings::{Args, Severity};

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};
use crate::rules::shared::indicators;

pub(super) static RULE: Rule = Rule {
    id: "result-missing",
    messages: &[Template::new(
        "指标“{item}”没有填写完成情况。请补填。",
        "Indicator \"{item}\" has no result.",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &[
        "/tasks/*/indicators/*/name",
        "/tasks/*/indicators/*/result",
        "/scorecard/indicators/*/name",
        "/scorecard/indicators/*/result",
    ],
    check: Check::Document(|_, input| {
        let blank = |text: Option<&str>| text.is_none_or(|text| text.chars().all(char::is_whitespace));
        let mut seen = false;
        let mut hits = Vec::new();
        indicators::all(input.draft).filter(|i| !blank(i.name())).for_each(|indicator| {
            seen = true;
            if blank(indicator.result()) && !input.is_refused(&indicator.pointer("result")) {
                let args = Args::from([("item", indicator.label())]);
                hits.push(Hit { args, ..Hit::at(indicator.pointer("result")) });
            }
        });
        if seen {
            Judgement::of(hits)
        } else {
            Judgement::Skipped(input.nothing_at(&["/tasks", "/scorecard"]))
        }
    }),
    ..Rule::RELATIONS
};
