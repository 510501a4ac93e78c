//! `task-funds-exceed-expenditure`: the tasks together used more than the department spent.

use huizong_schema::findings::Severity;

use crate::message::Template;
use crate::relation::{Expr, Relation, Test};
use crate::rule::Rule;
use huizong_schema::figures::{ACTUAL, Over, TASK_FUNDS};

pub(super) static RULE: Rule = Rule {
    id: "task-funds-exceed-expenditure",
    messages: &[Template::new(
        "各任务涉及资金合计 {expected}，超过实际支出 {actual}，超出 {difference}（{arithmetic}）。请核对。",
        "The tasks' funds add up to {expected}, {difference} more than the expenditure of {actual} ({arithmetic}).",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    relations: &[Relation {
        over: Over::Document,
        test: Test::AtMost(Expr::Items(Over::Tasks, &TASK_FUNDS), Expr::Value(&ACTUAL)),
        at: &ACTUAL,
        holds: ("各任务资金合计不超过实际支出", "the tasks' funds do not exceed the expenditure"),
    }],
    ..Rule::RELATIONS
};
