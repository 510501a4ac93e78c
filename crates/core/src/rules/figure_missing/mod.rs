//! `figure-missing`: a form lacks a figure that every document must have.

use huizong_schema::figures;
use huizong_schema::findings::{Arg, Args, Message};

use crate::message::Template;
use crate::outcome::{Hit, Judgement, Skip};
use crate::rule::{Check, Exclusion, Rule};
use crate::rule_input::{InputKind, RuleInput};
use crate::state::State;

pub(super) static RULE: Rule = Rule {
    id: "figure-missing",
    messages: &[Template::new(
        "缺少必填项：{figure}。请补填后再报。",
        "A required entry is missing: {figure}.",
    )],
    page: include_str!("page.md"),
    reads: &[
        "/schema_version",
        "/department/name",
        "/department/units/*/name",
        "/fiscal_year",
        "/unit",
        "/budget/initial_budget",
        "/budget/adjusted_budget",
        "/budget/actual_expenditure",
    ],
    excludes: Some(Exclusion { precedence: 4, state: State::NotFinished }),
    is_about_reading: true,
    check: Check::Document(judge),
    ..Rule::RELATIONS
};

fn judge(_: &Rule, input: &RuleInput<'_>) -> Judgement {
    if input.reading.source == InputKind::Json {
        // In a JSON document, `schema-violation` reports it.
        let broken = !input.reading.problems.is_empty();
        return if broken { Judgement::Skipped(Skip::EarlierRuleFailed) } else { Judgement::Passed };
    }
    let mut hits = Vec::new();
    for pointer in input.draft.missing() {
        if input.is_refused(&pointer) {
            continue;
        }
        let mut needed = figures::needed(input.draft);
        let label = needed.find_map(|(of, label, _)| (of == pointer.as_str()).then_some(label));
        // A member without a label, such as a unit's name, is named by its pointer.
        let (zh, en) = label.unwrap_or((pointer.as_str(), pointer.as_str()));
        let args = Args::from([("figure", Arg::Words(Message { zh: zh.into(), en: en.into() }))]);
        hits.push(Hit { args, ..Hit::at(pointer.clone()) });
    }
    Judgement::of(hits)
}
