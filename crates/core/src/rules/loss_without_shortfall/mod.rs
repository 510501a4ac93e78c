//! `loss-without-shortfall`: points were lost although the result meets the target.

use huizong_schema::findings::Severity;

use crate::message::Template;
use crate::rule::{Check, Rule};
use crate::rules::shared::targets;

pub(super) static RULE: Rule = Rule {
    id: "loss-without-shortfall",
    messages: &[Template::new(
        "指标“{item}”完成值“{result}”已达到指标值“{target}”，却只得 {score}（分值 {weight}）。请核对得分。",
        "Indicator \"{item}\" meets its target (\"{result}\" for \"{target}\") and still has only {score} of {weight}.",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: targets::READS,
    check: Check::Document(|_, input| targets::judge(input, |score, weight, met| score < weight && met)),
    ..Rule::RELATIONS
};
