//! `weights-do-not-sum`: the weights do not add up to one hundred.

use crate::message::Template;
use crate::relation::{Expr, Relation, Test};
use crate::rule::Rule;
use huizong_schema::figures::{ALL_WEIGHTS, EXECUTION_WEIGHT, Over, WEIGHT};

pub(super) static RULE: Rule = Rule {
    id: "weights-do-not-sum",
    messages: &[Template::new(
        "各项分值合计 {actual}，应为 {expected}，相差 {difference}。请核对各项分值。",
        "The weights add up to {actual}, not to {expected}; the difference is {difference}.",
    )],
    page: include_str!("page.md"),
    relations: &[Relation {
        over: Over::Document,
        test: Test::Equal(
            Expr::SumOfAll(&[Expr::Value(&EXECUTION_WEIGHT), Expr::AllItems(Over::ScoreRows, &WEIGHT)]),
            Expr::Number(100),
        ),
        at: &ALL_WEIGHTS,
        holds: ("各项分值合计为 100", "the weights add up to 100"),
    }],
    ..Rule::RELATIONS
};
