//! `result-missing`: an indicator has a name and no result.

use huizong_schema::findings::{Args, Severity};

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};
use crate::rules::shared::indicators;

pub(super) static RULE: Rule = Rule {
    id: "result-missing",
    messages: &[Template::new("指标“{item}”没有填写完成情况。", "Indicator \"{item}\" has no result.")],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &[
        "/tasks/*/indicators/*/name",
        "/tasks/*/indicators/*/result",
        "/scorecard/indicators/*/name",
        "/scorecard/indicators/*/result",
    ],
    check: Check::Document(|_, subject| {
        let blank = |text: Option<&str>| text.is_none_or(|text| text.chars().all(char::is_whitespace));
        let mut seen = false;
        let mut hits = Vec::new();
        indicators::all(subject.draft).filter(|i| !blank(i.name)).for_each(|indicator| {
            seen = true;
            if blank(indicator.result) && !subject.is_refused(&indicator.pointer("result")) {
                let args = Args::from([("item", indicator.label())]);
                hits.push(Hit { args, ..Hit::at(indicator.pointer("result")) });
            }
        });
        if seen {
            Judgement::of(hits)
        } else {
            Judgement::Skipped(subject.nothing_at(&["/tasks", "/scorecard"]))
        }
    }),
    ..Rule::RELATIONS
};
