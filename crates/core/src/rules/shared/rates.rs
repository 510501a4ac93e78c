//! The relations of printed rates, for any verdict that a rule reports.

use crate::number::Verdict;
use crate::relation::{Expr, Relation, Test};
use huizong_schema::figures::{
    ACTUAL, ADJUSTED, ADJUSTMENT, ADJUSTMENT_RATE, COMPLETION_RATE, INITIAL, Over, SOURCE_ACTUAL,
    SOURCE_ADJUSTED, SOURCE_INITIAL, SOURCE_RATE,
};

const ADJUSTED_BY: Expr = Expr::Value(&ADJUSTMENT);

/// 预算完成率: expenditure over the budget that the form's profile names.
pub(in crate::rules) const fn completion(fails_on: Verdict) -> Relation {
    Relation {
        over: Over::Document,
        test: Test::Rate {
            printed: &COMPLETION_RATE,
            numerator: Expr::Value(&ACTUAL),
            denominator: Expr::Base(&ADJUSTED, &INITIAL),
            fails_on,
        },
        at: &COMPLETION_RATE,
    }
}

/// 执行率 of one source.
pub(in crate::rules) const fn completion_by_source(fails_on: Verdict) -> Relation {
    Relation {
        over: Over::Sources,
        test: Test::Rate {
            printed: &SOURCE_RATE,
            numerator: Expr::Value(&SOURCE_ACTUAL),
            denominator: Expr::Base(&SOURCE_ADJUSTED, &SOURCE_INITIAL),
            fails_on,
        },
        at: &SOURCE_RATE,
    }
}

/// 预算调整率: the adjustment over the initial budget, signs aside.
pub(in crate::rules) const fn adjustment(fails_on: Verdict) -> Relation {
    Relation {
        over: Over::Document,
        test: Test::Rate {
            printed: &ADJUSTMENT_RATE,
            numerator: Expr::Abs(&ADJUSTED_BY),
            denominator: Expr::Value(&INITIAL),
            fails_on,
        },
        at: &ADJUSTMENT_RATE,
    }
}
