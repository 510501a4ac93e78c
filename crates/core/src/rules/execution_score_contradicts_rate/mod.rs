//! `execution-score-contradicts-rate`: the points for execution are not the weight times the execution rate.

use huizong_schema::findings::{Arg, Args, Severity};

use crate::message::Template;
use crate::number::{Interval, Verdict, percent, verdict};
use crate::outcome::{Hit, Judgement, Skip};
use crate::rule::{Check, Rule};
use crate::rule_input::RuleInput;
use huizong_schema::figures::{ACTUAL, ADJUSTED, EXECUTION_SCORE, EXECUTION_WEIGHT, INITIAL, Over};

pub(super) static RULE: Rule = Rule {
    id: "execution-score-contradicts-rate",
    messages: &[Template::new(
        "预算执行得分填 {actual}，按执行率 {rate} 和分值 {weight} 应为 {expected}。请核对。",
        "The execution scores {actual}; a rate of {rate} and a weight of {weight} give {expected}.",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &[
        "/scorecard/execution/weight",
        "/scorecard/execution/score",
        "/budget/initial_budget",
        "/budget/adjusted_budget",
        "/budget/actual_expenditure",
    ],
    check: Check::Document(judge),
    ..Rule::RELATIONS
};

fn judge(_: &Rule, input: &RuleInput<'_>) -> Judgement {
    if let Some(skip) = input.amounts_are_incomparable() {
        return Judgement::Skipped(skip);
    }
    let draft = input.draft;
    let base = input.traits.completion_base.choose(&ADJUSTED, &INITIAL);
    let read = |member: &huizong_schema::figures::Member| member.read(draft, 0);
    let has_row = draft.scorecard.as_ref().is_some_and(|card| card.execution.is_some());
    let (Some(weight), Some(score), Some(spent), Some(budget), true) =
        (read(&EXECUTION_WEIGHT), read(&EXECUTION_SCORE), read(&ACTUAL), read(base), has_row)
    else {
        return Judgement::Skipped(input.nothing_at(&["/scorecard", "/budget"]));
    };
    let (spent, budget) = (Interval::printed(spent), Interval::printed(budget));
    if budget.low <= 0 {
        return Judgement::Skipped(Skip::BaseIsZero);
    }
    // `score-exceeds-weight` reports more points than the weight.
    if score > weight {
        return Judgement::Passed;
    }
    // Above 100 % the points are at most the weight, and regulations differ on whether some are lost.
    if spent.value > budget.value {
        return Judgement::Passed;
    }
    let unit = 10_i128.pow(weight.scale());
    let verdict = verdict(score, spent.times(weight.mantissa()), budget.times(unit), 1);
    if verdict != Some(Verdict::Contradicted) {
        return Judgement::Passed;
    }
    let expected =
        crate::number::ratio(spent.value * weight.mantissa(), budget.value * unit, 1, score.scale().max(2));
    let args = Args::from([
        ("actual", Arg::Points(score)),
        ("expected", Arg::Points(expected)),
        ("weight", Arg::Points(weight)),
        ("rate", Arg::Percent(percent(spent.value, budget.value, 2))),
    ]);
    let at = |member: &huizong_schema::figures::Member| member.pointer(Over::Document, 0);
    let related = [&EXECUTION_WEIGHT, &ACTUAL, base];
    let related = related.iter().filter_map(|member| Some((at(member), read(member)?.to_string()))).collect();
    Judgement::Failed(vec![Hit { args, related, ..Hit::at(at(&EXECUTION_SCORE)) }])
}
