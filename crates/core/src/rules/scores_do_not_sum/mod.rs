//! `scores-do-not-sum`: the points do not add up to the total score.

use crate::member::{EXECUTION_SCORE, Over, SCORE, TOTAL_SCORE};
use crate::relation::{Expr, Relation, Test};
use crate::rule::Rule;

pub(super) static RULE: Rule = Rule {
    id: "scores-do-not-sum",
    page: include_str!("page.md"),
    relations: &[Relation {
        over: Over::Document,
        test: Test::Equal(
            Expr::Rounded(&TOTAL_SCORE),
            Expr::SumOfAll(&[Expr::Value(&EXECUTION_SCORE), Expr::AllItems(Over::ScoreRows, &SCORE)]),
        ),
        at: &TOTAL_SCORE,
    }],
    ..Rule::RELATIONS
};
