//! `scores-do-not-sum`: the points do not add up to the total score.

use crate::message::Template;
use crate::relation::{Expr, Relation, Test};
use crate::rule::Rule;
use huizong_schema::figures::{EXECUTION_SCORE, Over, SCORE, TOTAL_SCORE};

pub(super) static RULE: Rule = Rule {
    id: "scores-do-not-sum",
    messages: &[Template::new(
        "总分填 {actual}，各项得分合计为 {expected}，相差 {difference}。请核对。",
        "The total score is {actual}; the scores add up to {expected}, a difference of {difference}.",
    )],
    page: include_str!("page.md"),
    relations: &[Relation {
        over: Over::Document,
        test: Test::Equal(
            Expr::Rounded(&TOTAL_SCORE),
            Expr::SumOfAll(&[Expr::Value(&EXECUTION_SCORE), Expr::AllItems(Over::ScoreRows, &SCORE)]),
        ),
        at: &TOTAL_SCORE,
        holds: ("各项得分合计等于总分", "the scores add up to the total score"),
    }],
    ..Rule::RELATIONS
};
