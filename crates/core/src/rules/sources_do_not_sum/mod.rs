//! `sources-do-not-sum`: a breakdown that the form calls complete does not add up to the total of its column.

use huizong_schema::findings::Severity;

use crate::message::Template;
use crate::outcome::{Judgement, Skip};
use crate::relation::{self, Expr, Relation, Test};
use crate::rule::{Check, Rule};
use crate::rules::shared::sources::PARTS;
use huizong_schema::figures::{COLUMN_TOTAL, Over};

pub(super) static RULE: Rule = Rule {
    id: "sources-do-not-sum",
    messages: &[Template::new(
        "{column_name}：各资金来源合计 {expected}，与总额 {actual} 不符，相差 {difference}（{arithmetic}）。请核对。",
        "In the column {column_name} the sources add up to {expected}, not to the total of {actual}; the difference is {difference} ({arithmetic}).",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    relations: &[Relation {
        over: Over::Columns,
        test: Test::Equal(PARTS, Expr::Value(&COLUMN_TOTAL)),
        at: &COLUMN_TOTAL,
        holds: ("各项资金来源相加等于总额", "the sources add up to the total"),
    }],
    check: Check::Document(|rule, input| {
        if input.traits.sources_are_complete {
            relation::judge(rule.relations, input)
        } else {
            Judgement::Skipped(Skip::NotAsked)
        }
    }),
    ..Rule::RELATIONS
};
