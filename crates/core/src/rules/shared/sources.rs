//! The sources of funds as an expression: 财政拨款 contains the three budgets, so they are not added to it.

use crate::relation::Expr;
use huizong_schema::figures::{
    CARRIED_OVER, FISCAL_APPROPRIATION, FISCAL_SPECIAL_ACCOUNT, GENERAL_PUBLIC_BUDGET,
    GOVERNMENT_FUND_BUDGET, OTHER, STATE_CAPITAL_BUDGET, UNIT_FUNDS,
};

/// The three budgets of a column.
pub(in crate::rules) const THREE_BUDGETS: Expr = Expr::Sum(&[
    Expr::Value(&GENERAL_PUBLIC_BUDGET),
    Expr::Value(&GOVERNMENT_FUND_BUDGET),
    Expr::Value(&STATE_CAPITAL_BUDGET),
]);

/// All sources of a column.
pub(in crate::rules) const PARTS: Expr = Expr::Sum(&[
    Expr::Else(&Expr::Value(&FISCAL_APPROPRIATION), &THREE_BUDGETS),
    Expr::Value(&FISCAL_SPECIAL_ACCOUNT),
    Expr::Value(&UNIT_FUNDS),
    Expr::Value(&CARRIED_OVER),
    Expr::Value(&OTHER),
]);
