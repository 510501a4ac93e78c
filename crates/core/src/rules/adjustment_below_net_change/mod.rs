//! `adjustment-below-net-change`: the gross adjustment is smaller than the net change of the budget.

use huizong_schema::findings::Severity;

use crate::member::{ADJUSTED, ADJUSTMENT, INITIAL, Over};
use crate::relation::{Expr, Relation, Test};
use crate::rule::Rule;

pub(super) static RULE: Rule = Rule {
    id: "adjustment-below-net-change",
    page: include_str!("page.md"),
    severity: Severity::Info,
    relations: &[Relation {
        over: Over::Document,
        test: Test::AtMost(
            Expr::Abs(&Expr::Minus(&Expr::Value(&ADJUSTED), &Expr::Value(&INITIAL))),
            Expr::Abs(&Expr::Value(&ADJUSTMENT)),
        ),
        at: &ADJUSTMENT,
    }],
    ..Rule::RELATIONS
};
