//! `adjustment-below-net-change`: the gross adjustment is smaller than the net change of the budget.

use huizong_schema::findings::Severity;

use crate::message::Template;
use crate::relation::{Expr, Relation, Test};
use crate::rule::Rule;
use huizong_schema::figures::{ADJUSTED, ADJUSTMENT, INITIAL, Over};

pub(super) static RULE: Rule = Rule {
    id: "adjustment-below-net-change",
    messages: &[Template::new(
        "年度预算调整数 {actual} 小于预算净增减 {expected}（{arithmetic}）：调整数通常是各项增减之和，不应小于净额。请核对。",
        "The budget adjustment of {actual} is below the net change of {expected} ({arithmetic}): it is usually the gross sum and so not below the net.",
    )],
    page: include_str!("page.md"),
    severity: Severity::Info,
    relations: &[Relation {
        over: Over::Document,
        test: Test::AtMost(
            Expr::Abs(&Expr::Minus(&Expr::Value(&ADJUSTED), &Expr::Value(&INITIAL))),
            Expr::Abs(&Expr::Value(&ADJUSTMENT)),
        ),
        at: &ADJUSTMENT,
        holds: ("预算调整数不小于净增减", "the adjustment is not below the net change"),
    }],
    ..Rule::RELATIONS
};
