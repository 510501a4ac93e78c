//! `sources-exceed-total`: the sources of funds together exceed the total of their column.

use crate::message::Template;
use crate::relation::{Expr, Relation, Test};
use crate::rule::Rule;
use crate::rules::shared::sources::{PARTS, THREE_BUDGETS};
use huizong_schema::figures::{COLUMN_TOTAL, FISCAL_APPROPRIATION, Over};

pub(super) static RULE: Rule = Rule {
    id: "sources-exceed-total",
    messages: &[Template::new(
        "{column_name}：其中项合计 {expected}，超过其总额 {actual}，超出 {difference}（{arithmetic}）。",
        "In the column {column_name} the parts add up to {expected}, {difference} more than their total of {actual} ({arithmetic}).",
    )],
    page: include_str!("page.md"),
    relations: &[
        Relation {
            over: Over::Columns,
            test: Test::AtMost(PARTS, Expr::Total(&COLUMN_TOTAL)),
            at: &COLUMN_TOTAL,
        },
        Relation {
            over: Over::Columns,
            test: Test::AtMost(THREE_BUDGETS, Expr::Total(&FISCAL_APPROPRIATION)),
            at: &FISCAL_APPROPRIATION,
        },
    ],
    ..Rule::RELATIONS
};
