//! `key-project-overspent`: a key project used more than it asked for.

use huizong_schema::findings::Severity;

use crate::message::Template;
use crate::relation::{Expr, Relation, Test};
use crate::rule::Rule;
use huizong_schema::figures::{Over, REQUESTED, USED};

pub(super) static RULE: Rule = Rule {
    id: "key-project-overspent",
    messages: &[Template::new(
        "重点项目“{item}”使用 {actual}，超过申报预算 {expected}，超出 {difference}。请核对。",
        "Key project \"{item}\" used {actual}, {difference} more than the {expected} requested.",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    relations: &[Relation {
        over: Over::KeyProjects,
        test: Test::AtMost(Expr::Value(&USED), Expr::Value(&REQUESTED)),
        at: &USED,
        holds: ("实际使用不超过申报预算", "the funds used do not exceed those requested"),
    }],
    ..Rule::RELATIONS
};
