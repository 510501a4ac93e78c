//! Figures where a row and a column meet.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::member::fits;
use super::{ProfileError, ValueKind};
use crate::label::{Comparable, Meanings};

/// Figures where a row and a column meet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Matrix {
    pub(crate) columns: Vec<MatrixColumn>,
    pub(crate) rows: Vec<MatrixRow>,
    #[serde(skip)]
    by_column: Meanings<usize>,
}

/// A column of the matrix. Without a member only rows that lead from it elsewhere have figures there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MatrixColumn {
    pub(crate) id: String,
    pub(super) labels: Vec<String>,
    #[serde(default)]
    pub(crate) member: Option<String>,
    pub(crate) kind: ValueKind,
}

/// A row of the matrix.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MatrixRow {
    pub(super) labels: Vec<String>,
    pub(crate) member: String,
    /// By a column's id: the member that its figure is in this row.
    #[serde(default)]
    pub(crate) leads: BTreeMap<String, String>,
    /// Columns of which documents have nothing in this row.
    #[serde(default)]
    pub(crate) without: Vec<String>,
}

impl Matrix {
    /// The column that a cell's text heads.
    pub(crate) fn column(&self, text: &(impl Comparable + ?Sized)) -> Option<usize> {
        self.by_column.of(text)
    }

    pub(super) fn prepare(&mut self) -> Result<(), ProfileError> {
        for (index, column) in self.columns.iter().enumerate() {
            for label in &column.labels {
                if !self.by_column.add(label, index) {
                    return Err(ProfileError(format!("the label {label} means two things")));
                }
            }
        }
        for row in &self.rows {
            if let Some(id) = row
                .leads
                .keys()
                .chain(&row.without)
                .find(|id| self.columns.iter().all(|column| column.id != **id))
            {
                return Err(ProfileError(format!("no column of the matrix is called {id}")));
            }
            for column in self.columns.iter().filter(|column| !row.without.contains(&column.id)) {
                let member = column.member.as_ref().map(|member| format!("{}/{member}", row.member));
                if let Some(member) = row.leads.get(&column.id).cloned().or(member) {
                    fits(&member, column.kind)?;
                }
            }
        }
        Ok(())
    }
}
