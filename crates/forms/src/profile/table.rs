//! A block of rows under a header.

use serde::Deserialize;

use super::{Pattern, ValueKind};

/// A block of rows under a header.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) member: String,
    /// The member of the column that begins an item; the first column's, if none is named.
    #[serde(default)]
    pub(super) item: Option<String>,
    /// The figure to read from the row that adds up the others.
    #[serde(default)]
    pub(crate) total: Option<Total>,
    pub(crate) columns: Vec<TableColumn>,
}

impl Table {
    /// The member of the column that begins an item.
    pub(crate) fn item(&self) -> Option<&str> {
        self.item.as_deref().or_else(|| self.columns.first().map(|column| &*column.member))
    }

    /// How many of the first columns are carried.
    pub(crate) fn carried(&self) -> usize {
        self.columns.iter().take_while(|column| column.carried).count()
    }
}

/// The figure of the row that adds the others up.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Total {
    /// The member of the column that has it.
    pub(crate) column: String,
    pub(crate) member: String,
}

/// A column of the block.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableColumn {
    pub(super) labels: Vec<String>,
    pub(crate) member: String,
    pub(crate) kind: ValueKind,
    /// Whether a cell holds for the rows below it, until another one comes.
    #[serde(default)]
    pub(crate) carried: bool,
    /// The words before the value that are not part of it.
    #[serde(default)]
    pub(crate) strip: Option<Pattern>,
}
