//! The input of the workbook and the page: a result and everything that they show with it.

use huizong_core::rollup::Rollup;
use huizong_core::{Legend, Row};
use huizong_schema::consolidation::Consolidation;
use huizong_schema::difference::Difference;
use huizong_schema::findings::{Finding, Location};

use crate::tables::Documents;

/// The input of the workbook and the page.
pub struct Book<'b> {
    /// The consolidation.
    pub consolidation: &'b Consolidation<Row<'b>>,
    /// Its sums.
    pub sums: &'b Rollup,
    /// All findings.
    pub findings: &'b [Finding],
    /// The titles of the rules.
    pub legend: &'b Legend,
    /// The details of single documents: tasks, indicators, projects and the amounts behind figures.
    pub documents: Documents<'b>,
    /// The changes since last year, if last year's consolidation was given.
    pub difference: Option<&'b Difference>,
    /// Gives a file's address relative to the result's folder, or [`None`] if there is no file.
    pub link: &'b dyn Fn(&Location) -> Option<String>,
}
