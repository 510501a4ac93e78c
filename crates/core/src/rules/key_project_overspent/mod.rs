//! `key-project-overspent`: a key project used more than it asked for.

use huizong_schema::findings::Severity;

use crate::member::{Over, REQUESTED, USED};
use crate::relation::{Expr, Relation, Test};
use crate::rule::Rule;

pub(super) static RULE: Rule = Rule {
    id: "key-project-overspent",
    page: include_str!("page.md"),
    severity: Severity::Warning,
    relations: &[Relation {
        over: Over::KeyProjects,
        test: Test::AtMost(Expr::Value(&USED), Expr::Value(&REQUESTED)),
        at: &USED,
    }],
    ..Rule::RELATIONS
};
