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
        holds: ("预算完成率与金额相符", "the completion rate follows from the amounts"),
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
        holds: ("该来源的完成率与金额相符", "the source's completion rate follows from its amounts"),
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
        holds: ("预算调整率与金额相符", "the adjustment rate follows from the amounts"),
    }
}
