//! `differs-from-books`: a figure differs from the bureau's own books.

use huizong_schema::Unit;
use huizong_schema::findings::{Arg, Args, Message};
use rust_decimal::Decimal;

use crate::bureau_accounts::in_yuan;
use crate::message::Template;
use crate::outcome::{Hit, Judgement, Skip};
use crate::rule::{Check, Rule};
use crate::rule_input::RuleInput;
use huizong_schema::figures::{Column, Over};

pub(super) static RULE: Rule = Rule {
    id: "differs-from-books",
    messages: &[Template::new(
        "{figure}填 {actual}，财政局账上是 {expected}，相差 {difference}。",
        "The {figure} is printed as {actual}; the bureau's books have {expected}, a difference of {difference}.",
    )],
    page: include_str!("page.md"),
    reads: &[
        "/department/code",
        "/department/name",
        "/unit",
        "/budget/initial_budget",
        "/budget/adjusted_budget",
        "/budget/actual_expenditure",
    ],
    check: Check::Document(judge),
    ..Rule::RELATIONS
};

fn judge(_: &Rule, input: &RuleInput<'_>) -> Judgement {
    let Some(books) = &input.settings.books else { return Judgement::Skipped(Skip::NotAsked) };
    let Some(booked) = input.of_department(|code, name| books.find(code, name)) else {
        return Judgement::Skipped(Skip::NotAsked);
    };
    if let Some(skip) = input.amounts_are_incomparable() {
        return Judgement::Skipped(skip);
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
        if (ours.value - theirs.value).abs() > coarser.high - coarser.value {
            let args = Args::from([
                ("figure", Arg::Words(Message { zh: member.zh.into(), en: member.en.into() })),
                ("actual", Arg::Amount(actual, input.unit())),
                ("expected", Arg::Amount(expected, unit)),
                ("difference", difference(ours.value - theirs.value, input.unit())),
            ]);
            hits.push(Hit { args, ..Hit::at(member.pointer(Over::Document, 0)) });
        }
    }
    if compared { Judgement::of(hits) } else { Judgement::Skipped(input.nothing_at(&["/budget"])) }
}

/// A count of 10⁻⁷ 元 as an amount in a unit.
fn difference(count: i128, unit: Unit) -> Arg {
    let scale = match unit {
        Unit::Cny => 7,
        Unit::Cny10k => 11,
    };
    let mut value = Decimal::from_i128_with_scale(count, scale).normalize();
    if value.scale() < 2 {
        value.rescale(2);
    }
    Arg::Amount(value, unit)
}
