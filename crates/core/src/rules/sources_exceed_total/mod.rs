//! `sources-exceed-total`: the sources of funds together exceed the total of their column.

use crate::message::Template;
use crate::relation::{Expr, Relation, Test};
use crate::rule::Rule;
use crate::rules::shared::sources::{PARTS, THREE_BUDGETS};
use huizong_schema::figures::{COLUMN_TOTAL, FISCAL_APPROPRIATION, Over};

pub(super) static RULE: Rule = Rule {
    id: "sources-exceed-total",
    messages: &[Template::new(
        "{column_name}：“其中”各项合计 {expected}，超过总额 {actual}，超出 {difference}（{arithmetic}）。请核对。",
        "In the column {column_name} the parts add up to {expected}, {difference} more than their total of {actual} ({arithmetic}).",
    )],
    page: include_str!("page.md"),
    relations: &[
        Relation {
            over: Over::Columns,
            test: Test::AtMost(PARTS, Expr::Total(&COLUMN_TOTAL)),
            at: &COLUMN_TOTAL,
            holds: ("各项资金来源相加不超过总额", "the sources do not exceed the total"),
        },
        Relation {
            over: Over::Columns,
            test: Test::AtMost(THREE_BUDGETS, Expr::Total(&FISCAL_APPROPRIATION)),
            at: &FISCAL_APPROPRIATION,
            holds: ("三项预算相加不超过财政拨款", "the three budgets do not exceed the fiscal appropriation"),
        },
    ],
    ..Rule::RELATIONS
};
