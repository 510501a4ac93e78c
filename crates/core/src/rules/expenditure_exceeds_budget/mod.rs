//! `expenditure-exceeds-budget`: more was spent than the adjusted budget.

use huizong_schema::findings::Severity;

use crate::member::{ACTUAL, ADJUSTED, Over};
use crate::relation::{Expr, Relation, Test};
use crate::rule::Rule;

pub(super) static RULE: Rule = Rule {
    id: "expenditure-exceeds-budget",
    page: include_str!("page.md"),
    severity: Severity::Warning,
    relations: &[Relation {
        over: Over::Document,
        test: Test::AtMost(Expr::Value(&ACTUAL), Expr::Value(&ADJUSTED)),
        at: &ACTUAL,
    }],
    ..Rule::RELATIONS
};
