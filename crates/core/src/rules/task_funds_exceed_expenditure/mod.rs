//! `task-funds-exceed-expenditure`: the tasks together took more than the department spent.

use huizong_schema::findings::Severity;

use crate::member::{ACTUAL, Over, TASK_FUNDS};
use crate::relation::{Expr, Relation, Test};
use crate::rule::Rule;

pub(super) static RULE: Rule = Rule {
    id: "task-funds-exceed-expenditure",
    page: include_str!("page.md"),
    severity: Severity::Warning,
    relations: &[Relation {
        over: Over::Document,
        test: Test::AtMost(Expr::Items(Over::Tasks, &TASK_FUNDS), Expr::Value(&ACTUAL)),
        at: &ACTUAL,
    }],
    ..Rule::RELATIONS
};
