//! `full-score-below-target`: full points for a result that falls short of the target.

use huizong_schema::findings::Severity;

use crate::message::Template;
use crate::rule::{Check, Rule};
use crate::rules::shared::targets;

pub(super) static RULE: Rule = Rule {
    id: "full-score-below-target",
    messages: &[Template::new(
        "指标“{item}”完成值“{result}”未达到指标值“{target}”，却得满分 {score}。请核对得分。",
        "Indicator \"{item}\" has the full {score}, though \"{result}\" falls short of \"{target}\".",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: targets::READS,
    check: Check::Document(|_, input| targets::judge(input, |score, weight, met| score == weight && !met)),
    ..Rule::RELATIONS
};
