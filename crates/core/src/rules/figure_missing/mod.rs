//! `figure-missing`: a form lacks a figure that every document must have.

use huizong_schema::figures;
use huizong_schema::findings::{Arg, Args, Message};

use crate::message::Template;
use crate::outcome::{Hit, Judgement, Skip};
use crate::rule::{Check, Exclusion, Rule};
use crate::state::State;
use crate::subject::{Source, Subject};

pub(super) static RULE: Rule = Rule {
    id: "figure-missing",
    messages: &[Template::new("缺少必填项：{figure}。", "A required entry is missing: {figure}.")],
    page: include_str!("page.md"),
    reads: &[
        "/department/name",
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

fn judge(_: &Rule, subject: &Subject<'_>) -> Judgement {
    if subject.reading.source == Source::Json {
        // A JSON document that lacks one breaks the schema, which says so itself.
        let broken = !subject.reading.problems.is_empty();
        return if broken { Judgement::Skipped(Skip::EarlierRuleFailed) } else { Judgement::Passed };
    }
    let mut hits = Vec::new();
    for pointer in subject.draft.missing() {
        if subject.is_refused(&pointer) {
            continue;
        }
        let mut needed = figures::needed(subject.draft);
        let label = needed.find_map(|(of, label, _)| (of == pointer.as_str()).then_some(label));
        // The name of a unit is asked for by where it is.
        let (zh, en) = label.unwrap_or((pointer.as_str(), pointer.as_str()));
        let args = Args::from([("figure", Arg::Words(Message { zh: zh.into(), en: en.into() }))]);
        hits.push(Hit { args, ..Hit::at(pointer.clone()) });
    }
    Judgement::of(hits)
}
