//! `deviation-reason-missing`: points were lost and no reason is given.

use huizong_schema::findings::{Arg, Args, Severity};

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};
use crate::rules::shared::indicators;

pub(super) static RULE: Rule = Rule {
    id: "deviation-reason-missing",
    messages: &[Template::new(
        "指标“{item}”得 {score}，低于分值 {weight}，但没有填写偏差原因。请补写。",
        "Indicator \"{item}\" scores {score} of {weight} and no reason is given.",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &[
        "/tasks/*/indicators/*/weight",
        "/tasks/*/indicators/*/score",
        "/tasks/*/indicators/*/deviation_reason",
        "/scorecard/indicators/*/weight",
        "/scorecard/indicators/*/score",
        "/scorecard/indicators/*/deviation_reason",
    ],
    check: Check::Document(|_, input| {
        let mut seen = false;
        let mut hits = Vec::new();
        indicators::all(input.draft).for_each(|indicator| {
            let (Some(weight), Some(score)) = (indicator.weight(), indicator.score()) else { return };
            seen = true;
            let reason = indicator.deviation_reason().unwrap_or_default();
            if score.decimal() < weight.decimal()
                && reason.trim().is_empty()
                && !input.is_refused(&indicator.pointer("deviation_reason"))
            {
                let args = Args::from([
                    ("item", indicator.label()),
                    ("score", Arg::Points(score.decimal())),
                    ("weight", Arg::Points(weight.decimal())),
                ]);
                hits.push(Hit { args, ..Hit::at(indicator.pointer("deviation_reason")) });
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
