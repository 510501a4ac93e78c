//! `key-project-exceeds-expenditure`: one key project used more than the department spent.

use huizong_schema::findings::Severity;

use crate::message::Template;
use crate::relation::{Expr, Relation, Test};
use crate::rule::Rule;
use huizong_schema::figures::{ACTUAL, Over, USED};

pub(super) static RULE: Rule = Rule {
    id: "key-project-exceeds-expenditure",
    messages: &[Template::new(
        "重点项目“{item}”使用 {actual}，超过部门实际支出 {expected}。请核对。",
        "Key project \"{item}\" used {actual}, more than the department's expenditure of {expected}.",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    relations: &[Relation {
        over: Over::KeyProjects,
        test: Test::AtMost(Expr::Value(&USED), Expr::Value(&ACTUAL)),
        at: &USED,
        holds: (
            "项目实际使用不超过部门实际支出",
            "the funds used do not exceed the department's expenditure",
        ),
    }],
    ..Rule::RELATIONS
};
