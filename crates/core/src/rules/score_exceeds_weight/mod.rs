//! `score-exceeds-weight`: more points were given than the weight.

use crate::message::Template;
use crate::relation::{Expr, Relation, Test};
use crate::rule::Rule;
use huizong_schema::figures::{EXECUTION_SCORE, EXECUTION_WEIGHT, Over, SCORE, WEIGHT};

pub(super) static RULE: Rule = Rule {
    id: "score-exceeds-weight",
    messages: &[Template::new(
        "得分 {actual} 超过分值 {expected}。请改正。",
        "The score of {actual} exceeds the weight of {expected}.",
    )],
    page: include_str!("page.md"),
    relations: &[
        Relation {
            over: Over::ScoreRows,
            test: Test::AtMost(Expr::Value(&SCORE), Expr::Value(&WEIGHT)),
            at: &SCORE,
            holds: ("得分不超过分值", "the score does not exceed its weight"),
        },
        Relation {
            over: Over::Document,
            test: Test::AtMost(Expr::Value(&EXECUTION_SCORE), Expr::Value(&EXECUTION_WEIGHT)),
            at: &EXECUTION_SCORE,
            holds: ("预算执行得分不超过分值", "the score of execution does not exceed its weight"),
        },
    ],
    ..Rule::RELATIONS
};
