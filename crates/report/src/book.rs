//! The input of the workbook and the page: a result and everything that they show with it.

use std::collections::BTreeMap;

use huizong_core::rollup::Rollup;
use huizong_core::{DepartmentRow, RuleIndex};
use huizong_schema::Money;
use huizong_schema::consolidation::Consolidation;
use huizong_schema::difference::Difference;
use huizong_schema::figures::{Figure, Top};
use huizong_schema::findings::{Finding, Location};

use crate::names::Names;
use crate::table::{Column, Table};
use crate::tables::{self, Documents};

/// The input of the workbook and the page.
pub struct Book<'b> {
    /// The consolidation.
    pub consolidation: &'b Consolidation<DepartmentRow<'b>>,
    /// Its sums.
    pub sums: &'b Rollup,
    /// All findings.
    pub findings: &'b [Finding],
    /// The titles of the rules.
    pub rule_index: &'b RuleIndex,
    /// The details of single documents: tasks, indicators, projects and the amounts behind figures.
    pub documents: Documents<'b>,
    /// The changes since last year, if last year's consolidation was given.
    pub difference: Option<&'b Difference>,
    /// Gives a file's address relative to the result's folder, or [`None`] if there is no file.
    pub link: &'b (dyn Fn(&Location) -> Option<String> + Sync),
}

/// A department with its name, its adjusted budget and its expenditure.
pub(crate) type BySize = (String, Option<Money>, Option<Money>);

/// The ids of the tables that results have as data.
pub const TABLES: [&str; 13] = [
    "departments",
    "totals",
    "categories",
    "groups",
    "excluded",
    "coverage",
    "findings",
    "aggregates",
    "notices",
    "tasks",
    "indicators",
    "key_projects",
    "lineage",
];

/// The columns of every table that results have as data, by its id.
pub fn published() -> Vec<(&'static str, Vec<Column>)> {
    let consolidation = Consolidation::of_nothing().with_rows(Vec::new());
    let (sums, rule_index, details) = (Rollup::default(), RuleIndex::default(), BTreeMap::new());
    let book = Book {
        consolidation: &consolidation,
        sums: &sums,
        findings: &[],
        rule_index: &rule_index,
        documents: Documents { consolidation: &consolidation, details: &details },
        difference: None,
        link: &|_| None,
    };
    TABLES.into_iter().filter_map(|id| Some((id, book.table(id)?.columns))).collect()
}

impl<'b> Book<'b> {
    /// Returns the table with this id, if results have one.
    pub fn table(&self, id: &str) -> Option<Table<'b>> {
        let &Self { consolidation, documents, .. } = self;
        Some(match id {
            "departments" => tables::departments(consolidation),
            "totals" => tables::totals(consolidation, self.sums),
            "categories" => tables::categories(consolidation),
            "groups" => tables::groups(consolidation),
            "excluded" => tables::excluded(consolidation),
            "coverage" => tables::coverage(consolidation),
            "findings" => tables::findings(self.findings, self.rule_index, consolidation),
            "aggregates" => tables::aggregates(consolidation),
            "notices" => tables::notices(consolidation),
            "tasks" => documents.tasks(),
            "indicators" => documents.indicators(),
            "key_projects" => documents.key_projects(),
            "lineage" => documents.lineage(),
            _ => return None,
        })
    }
}

impl Book<'_> {
    /// The departments whose figures may be wrong as a whole.
    pub(crate) fn suspected(&self) -> &[String] {
        self.consolidation.suspected.as_ref().map_or(&[], |suspected| &suspected.departments)
    }

    /// The departments that give an adjusted budget or an expenditure, the largest first. One that may be ten thousand times too
    /// large would leave nothing to see of the others, and is left out.
    pub(crate) fn by_size(&self) -> Vec<BySize> {
        let value = |row: &DepartmentRow<'_>, top| row.contribution().value(Figure::Top(top));
        let names = Names::of(self.consolidation);
        let is_suspected = |row: &&DepartmentRow<'_>| {
            self.consolidation
                .suspected
                .as_ref()
                .is_some_and(|of| of.documents.iter().any(|id| *id == row.entry.document))
        };
        let rows = self.consolidation.departments.iter().filter(|row| !is_suspected(row));
        let departments = rows.map(|row| {
            let name = names.of_row(row).to_owned();
            (name, value(row, Top::AdjustedBudget), value(row, Top::ActualExpenditure))
        });
        let mut rows: Vec<BySize> =
            departments.filter(|(_, budget, spent)| budget.is_some() || spent.is_some()).collect();
        rows.sort_by_key(|(_, budget, spent)| std::cmp::Reverse(*budget.max(spent)));
        rows
    }
}
