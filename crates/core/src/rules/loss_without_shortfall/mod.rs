//! `loss-without-shortfall`: points were lost although the result meets the target.

use huizong_schema::findings::Severity;

use crate::rule::{Check, Rule};
use crate::rules::shared::targets;

pub(super) static RULE: Rule = Rule {
    id: "loss-without-shortfall",
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: targets::READS,
    check: Check::Document(|_, subject| targets::judge(subject, |score, weight, met| score < weight && met)),
    ..Rule::RELATIONS
};
