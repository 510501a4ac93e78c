//! `differs-from-books`: a figure differs from the bureau's own books.

use huizong_schema::findings::{Arg, Args, Message};

use crate::bureau_accounts::in_yuan;
use crate::message::Template;
use crate::number::in_unit;
use crate::outcome::{Hit, Judgement, Skip};
use crate::rule::{Check, Rule};
use crate::rule_input::RuleInput;
use crate::rules::unit_mistake_suspected;
use huizong_schema::figures::{Column, Over};

pub(super) static RULE: Rule = Rule {
    id: "differs-from-books",
    messages: &[
        Template::variant(
            "more",
            "{figure}填 {actual}，比财政局账上的 {expected} 多 {by}。请与财政局核对。",
            "The {figure} of {actual} is {by} more than the {expected} in the bureau's books. Compare with the bureau.",
        ),
        Template::variant(
            "less",
            "{figure}填 {actual}，比财政局账上的 {expected} 少 {by}。请与财政局核对。",
            "The {figure} of {actual} is {by} less than the {expected} in the bureau's books. Compare with the bureau.",
        ),
    ],
    page: include_str!("page.md"),
    reads: &[
        "/department/code",
        "/department/name",
        "/fiscal_year",
        "/unit",
        "/budget/initial_budget",
        "/budget/adjusted_budget",
        "/budget/actual_expenditure",
    ],
    check: Check::Document(judge),
    ..Rule::RELATIONS
};

fn judge(_: &Rule, input: &RuleInput<'_>) -> Judgement {
    let Some(books) = input.settings.books.as_ref().filter(|_| !input.is_of_another_year()) else {
        return Judgement::Skipped(Skip::NotAsked);
    };
    let Some(booked) = input.of_department(|code, name| books.find(code, name)) else {
        return Judgement::Skipped(Skip::NotAsked);
    };
    if let Some(skip) = input.amounts_are_incomparable() {
        return Judgement::Skipped(skip);
    }
    // One cause, one finding.
    if unit_mistake_suspected::of_whole_form(input).is_some_and(|mistake| mistake.is_by_books()) {
        return Judgement::Skipped(Skip::EarlierRuleFailed);
    }
    let mut compared = false;
    let mut hits = Vec::new();
    for &column in Column::ALL {
        let member = column.total();
        let Some((expected, unit)) = booked.figure(column) else { continue };
        let Some(actual) = member.read(input.draft, 0) else { continue };
        compared = true;
        let (ours, theirs) = (in_yuan(actual, input.unit()), in_yuan(expected, unit));
        // The number with fewer decimals is taken as rounded from the other, which is taken as exact.
        let coarser = if ours.high - ours.low >= theirs.high - theirs.low { ours } else { theirs };
        let difference = ours.value - theirs.value;
        if difference.abs() > coarser.high - coarser.value {
            let args = Args::from([
                ("figure", Arg::Words(Message { zh: member.zh.into(), en: member.en.into() })),
                ("actual", Arg::Amount(actual, input.unit())),
                ("expected", Arg::Amount(in_unit(theirs.value, input.unit()), input.unit())),
                ("difference", Arg::Amount(in_unit(difference, input.unit()), input.unit())),
                ("by", Arg::Amount(in_unit(difference.abs(), input.unit()), input.unit())),
            ]);
            let variant = if difference > 0 { "more" } else { "less" };
            hits.push(Hit { variant, args, ..Hit::at(member.pointer(Over::Document, 0)) });
        }
    }
    if compared { Judgement::of(hits) } else { Judgement::Skipped(input.nothing_at(&["/budget"])) }
}
