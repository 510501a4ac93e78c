//! The figures of a document and of a consolidation, each said once: how it is called, where it is, how it is read and
//! written, what is added up of it.
//!
//! A [`Member`] is a figure of a document. A [`Figure`] is a sum over documents, made of members; a [`Rate`] is made of
//! two sums, a [`Thing`] is counted. Rules, sums, tables and pages take names and labels from here.

mod by_name;
mod member;
mod range;
mod rate;
mod total;

pub use by_name::{ByName, Named};
pub use member::{
    ACTUAL, ADJUSTED, ADJUSTMENT, ADJUSTMENT_RATE, ALL, ALL_WEIGHTS, CARRIED_OVER, COLUMN_TOTAL,
    COMPLETION_RATE, EXECUTION_SCORE, EXECUTION_WEIGHT, FISCAL_APPROPRIATION, FISCAL_SPECIAL_ACCOUNT,
    GENERAL_PUBLIC_BUDGET, GOVERNMENT_FUND_BUDGET, INITIAL, Measure, Member, NATURE_ACTUAL, NATURE_ADJUSTED,
    NATURE_INITIAL, Needed, OTHER, OutOfRange, REQUESTED, SCORE, SOURCE_ACTUAL, SOURCE_ADJUSTED,
    SOURCE_INITIAL, SOURCE_RATE, STATE_CAPITAL_BUDGET, TASK_BUDGET, TASK_FUNDS, TOTAL_SCORE, UNIT_FUNDS,
    USED, WEIGHT, is_complete, needed,
};
pub use range::{Column, Nature, Over, Source};
pub use rate::{Rate, Thing};
pub use total::{Addend, Figure, Top};

#[cfg(test)]
mod tests;
