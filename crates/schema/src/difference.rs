//! The difference of two consolidations: the change of each total, by department and cause.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::consolidation::Name;
use crate::money::Money;

/// What changed between two consolidations. The parts of each total's change add up to it exactly.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "对比 / Difference")]
pub struct Difference {
    /// The version of this schema: `1.0`.
    #[schemars(extend("const" = "1.0"))]
    pub schema_version: Name,
    /// Always `difference`.
    #[schemars(extend("const" = "difference"))]
    pub kind: Name,
    /// The unit of every amount here: always `CNY`, 元.
    #[schemars(extend("const" = "CNY"))]
    pub unit: Name,
    /// The earlier consolidation.
    pub old: Side,
    /// The later one.
    pub new: Side,
    /// Whether both are of one year.
    pub span: Span,
    /// What differs besides the documents, by the receipts: `tool`, `rules`, `settings`, `plugins`, or the role of a file. Absent where
    /// one of the two has no receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub besides: Option<Vec<String>>,
    /// The change of each total that either holds, in the order of the figures.
    pub totals: Vec<TotalChange>,
    /// Rates recomputed from the sums, in percent.
    pub rates: BTreeMap<Name, RateChange>,
}

/// One of the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Side {
    /// The year of its documents; null if they differ.
    pub fiscal_year: Option<u16>,
    /// Documents that its totals hold.
    pub included: u64,
    /// Departments that should report, where a roster says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
}

/// How far apart the two are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Span {
    /// Two consolidations of one year.
    SameYear,
    /// Two years.
    TwoYears,
}

/// Why a department's part of a total is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Its document came after the earlier one was made.
    Late,
    /// Its document is the same file with other content.
    Corrected,
    /// Another document replaces the earlier one.
    Replaced,
    /// A document of it did not count earlier and does now.
    Counted,
    /// It counted earlier; a document of it is there and does not count.
    Uncounted,
    /// It counted earlier and no document of it is there.
    Withdrawn,
    /// The document is the same to the byte: rules, settings, plugins or the command are not.
    Reread,
    /// On one side its department's consolidated document includes it, on the other it reports itself.
    Regrouped,
    /// It did not report the figure earlier and does now.
    Filled,
    /// It reported the figure earlier and does not any more.
    Emptied,
    /// It reports another figure: the results are of two years, or their receipts give no closer cause.
    Changed,
    /// It reports this year and was not on last year's roster, if there was one.
    New,
    /// It reported last year, and no roster expects it this year.
    Gone,
    /// It was expected last year and was not in the totals.
    MissingBefore,
    /// It is expected this year and is not in the totals.
    MissingNow,
    /// The total is not the sum of its rows: the file was changed after it was made.
    Unexplained,
}

/// The change of a total.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TotalChange {
    /// The total's path, such as `actual_expenditure` or `by_source.other.initial_budget`.
    pub figure: String,
    /// The earlier total; absent where nobody reported the figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Money>,
    /// The later total; absent where nobody reported the figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Money>,
    /// The later less the earlier one, where an absent one adds nothing.
    pub change: Money,
    /// The change by cause.
    pub by_cause: BTreeMap<Cause, Money>,
    /// The change by department.
    pub parts: Vec<PartChange>,
}

/// A department's part of a change.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PartChange {
    /// The department's name, as printed in the later document, else in the earlier one. Absent where the cause is `unexplained`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Its code, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why.
    pub cause: Cause,
    /// What it reported in the earlier one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Money>,
    /// What it reports in the later one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Money>,
    /// The later less the earlier one.
    pub change: Money,
    /// The earlier document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_document: Option<String>,
    /// The later document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_document: Option<String>,
}

/// A rate of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RateChange {
    /// The earlier one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The later one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}
