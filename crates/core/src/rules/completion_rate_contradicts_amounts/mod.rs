//! `completion-rate-contradicts-amounts`: no unrounded amounts give the printed completion rate.

use huizong_schema::findings::Severity;

use crate::message::Template;
use crate::number::Verdict;
use crate::outcome::{Hit, Judgement};
use crate::relation;
use crate::rule::{Check, Rule};
use crate::rule_input::RuleInput;
use crate::rules::shared::rates;

pub(super) static RULE: Rule = Rule {
    id: "completion-rate-contradicts-amounts",
    messages: &[
        Template::new(
            "预算完成率填 {actual}，按表内金额应为 {expected}（{arithmetic}）。请核对后改正。",
            "The completion rate is printed as {actual}; the amounts give {expected} ({arithmetic}).",
        ),
        Template::variant(
            "other-base",
            "预算完成率填 {actual}，按规定的预算口径应为 {expected}（{arithmetic}）；所填数与另一口径（年初预算或调整后预算）相符。请核对用的是哪个预算。",
            "The completion rate is printed as {actual}; of the budget that the form prescribes it is {expected} ({arithmetic}). The print fits the other budget (initial or adjusted).",
        ),
    ],
    page: include_str!("page.md"),
    relations: &[
        rates::completion(Verdict::Contradicted),
        rates::completion_by_source(Verdict::Contradicted),
    ],
    check: Check::Document(judge),
    ..Rule::RELATIONS
};

/// A rate that fits only the other budget is a warning, with its own message.
fn judge(rule: &Rule, input: &RuleInput<'_>) -> Judgement {
    let hits = match relation::judge(rule.relations, input) {
        Judgement::Failed(hits) => hits,
        other => return other,
    };
    let with_other = relation::holds_at(rule.relations, input, input.traits.completion_base.other());
    let soften = |hit: Hit| {
        if with_other.contains(&hit.pointer) {
            Hit { severity: Some(Severity::Warning), variant: "other-base", ..hit }
        } else {
            hit
        }
    };
    Judgement::Failed(hits.into_iter().map(soften).collect())
}
