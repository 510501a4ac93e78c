//! A result with all that is shown of it, for those who make something for people to look at.

use huizong_core::rollup::Rollup;
use huizong_core::{Legend, Row};
use huizong_schema::consolidation::Consolidation;
use huizong_schema::difference::Difference;
use huizong_schema::findings::{Finding, Location};

use crate::tables::Documents;

/// What a workbook and a page are made of.
pub struct Book<'b> {
    /// The consolidation.
    pub consolidation: &'b Consolidation<Row<'b>>,
    /// Its sums.
    pub sums: &'b Rollup,
    /// All findings.
    pub findings: &'b [Finding],
    /// What rules are called.
    pub legend: &'b Legend,
    /// What there is of documents beyond their rows.
    pub documents: Documents<'b>,
    /// What changed since last year, where last year's consolidation is at hand.
    pub difference: Option<&'b Difference>,
    /// Where a file can be opened from the folder of the result: a relative address. [`None`] where there is no file.
    pub link: &'b dyn Fn(&Location) -> Option<String>,
}
