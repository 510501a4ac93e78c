//! `expenditure-exceeds-budget`: more was spent than the adjusted budget.

use huizong_schema::findings::Severity;

use crate::message::Template;
use crate::relation::{Expr, Relation, Test};
use crate::rule::Rule;
use huizong_schema::figures::{ACTUAL, ADJUSTED, Over};

pub(super) static RULE: Rule = Rule {
    id: "expenditure-exceeds-budget",
    messages: &[Template::new(
        "实际支出 {actual} 超过调整后预算 {expected}，超出 {difference}。请核对这两个数。",
        "The expenditure of {actual} exceeds the adjusted budget of {expected} by {difference}.",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    relations: &[Relation {
        over: Over::Document,
        test: Test::AtMost(Expr::Value(&ACTUAL), Expr::Value(&ADJUSTED)),
        at: &ACTUAL,
        holds: ("实际支出不超过调整后预算", "the expenditure does not exceed the adjusted budget"),
    }],
    ..Rule::RELATIONS
};
