//! The form as it is printed: the label or value of each cell.

use serde::Deserialize;
use serde_json::Value;

use super::{Label, Profile, ProfileError, ValueKind};

/// A form's layout, from which it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Layout {
    /// How wide each column is, in Latin characters.
    pub(crate) widths: Vec<u16>,
    #[serde(rename = "block")]
    pub(crate) blocks: Vec<Block>,
}

/// A block of rows. If it has a head, one cell to the left of all rows holds it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Block {
    /// The member whose label comes before the rows.
    #[serde(default)]
    pub(crate) head: Option<String>,
    #[serde(default)]
    pub(crate) rows: Vec<LayoutRow>,
    /// The columns of the profile's table, if the block is that table.
    #[serde(default)]
    pub(crate) table: Vec<LayoutColumn>,
    /// How many rows a blank form has for the table's items.
    #[serde(default)]
    pub(crate) blank_rows: usize,
}

/// A row of cells.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LayoutRow {
    /// Whether the row is left out of a form that has none of its values.
    #[serde(default)]
    pub(crate) optional: bool,
    pub(crate) cells: Vec<LayoutCell>,
}

/// A cell; at most one of the entries for its content is given.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LayoutCell {
    /// These words, with `{year}`, `{department}` and `{unit}` filled in.
    #[serde(default)]
    pub(crate) words: Option<String>,
    /// The words if one of those is missing.
    #[serde(default)]
    pub(crate) otherwise: Option<String>,
    /// The label that leads to a member.
    #[serde(default)]
    pub(crate) label: Option<String>,
    /// The label of the matrix's row for a member.
    #[serde(default)]
    pub(crate) row: Option<String>,
    /// The label of the matrix's column of that id.
    #[serde(default)]
    pub(crate) head: Option<String>,
    /// The value of a member.
    #[serde(default)]
    pub(crate) value: Option<String>,
    /// The words before a label.
    #[serde(default)]
    pub(crate) before: String,
    /// How many columns the cell covers.
    #[serde(default = "one")]
    pub(crate) columns: usize,
    #[serde(default)]
    pub(crate) style: Option<Style>,
}

/// The style of words that are not a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Style {
    /// The form's title.
    Title,
    /// A line above the table, at its right.
    Line,
}

/// A column of the table as it is printed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LayoutColumn {
    pub(crate) member: String,
    /// How many of the form's columns it covers.
    #[serde(default = "one")]
    pub(crate) columns: usize,
    /// Whether the column is left out where no item has it; the one before it is wider then.
    #[serde(default)]
    pub(crate) optional: bool,
}

fn one() -> usize {
    1
}

impl Layout {
    /// Whether everything that it names is in the profile, and its rows are as wide as the form.
    pub(super) fn fits(&self, profile: &Profile) -> Result<(), ProfileError> {
        let no =
            |what: &str, name: &str| Err(ProfileError(format!("layout: the profile has no {what} {name}")));
        for block in &self.blocks {
            let head = usize::from(block.head.is_some());
            if let Some(member) = &block.head
                && profile.labels_to(member).next().is_none()
            {
                return no("label for", member);
            }
            let width = |columns: usize| {
                let (is, wanted) = (columns + head, self.widths.len());
                if is == wanted {
                    return Ok(());
                }
                Err(ProfileError(format!("layout: a row of {is} columns where there are {wanted}")))
            };
            for row in &block.rows {
                width(row.cells.iter().map(|cell| cell.columns).sum())?;
                for cell in &row.cells {
                    if let Some(member) = &cell.label
                        && profile.labels_to(member).next().is_none()
                        && profile.projects.as_ref().is_none_or(|projects| projects.member != *member)
                    {
                        return no("label for", member);
                    }
                    if let Some(member) = &cell.row
                        && profile.row_label(member).is_none()
                    {
                        return no("row for", member);
                    }
                    if let Some(id) = &cell.head
                        && profile.head_label(id).is_none()
                    {
                        return no("column", id);
                    }
                    if let Some(member) = &cell.value
                        && profile.kind_of(member).is_none()
                    {
                        return no("place for", member);
                    }
                }
            }
            if !block.table.is_empty() {
                width(block.table.iter().map(|column| column.columns).sum())?;
            }
            for column in &block.table {
                if profile.column(&column.member).is_none() {
                    return no("column of the table for", &column.member);
                }
            }
        }
        Ok(())
    }
}

impl Profile {
    /// The layout by which forms are written; a profile may do without.
    pub fn has_layout(&self) -> bool {
        self.layout.is_some()
    }

    /// The labels that lead to a member.
    pub(crate) fn labels_to(&self, member: &str) -> impl Iterator<Item = &Label> {
        self.labels.iter().filter(move |label| label.member == member)
    }

    /// The label to print before a member of a document: of those that agree with it, the one that adds least.
    ///
    /// `None` if every label contradicts the document.
    pub(crate) fn label_for(&self, member: &str, document: &Value) -> Option<&str> {
        if let Some(projects) = self.projects.as_ref().filter(|projects| projects.member == member) {
            return projects.labels.first().map(String::as_str);
        }
        let adds = |label: &&Label| {
            let said = label.sets.iter().map(|(member, value)| (document.pointer(member), value));
            said.filter(|(there, _)| there.is_none()).count()
        };
        let agrees = |label: &&Label| {
            label
                .sets
                .iter()
                .all(|(member, value)| document.pointer(member).is_none_or(|there| there == value))
        };
        let label = self.labels_to(member).filter(agrees).min_by_key(adds)?;
        label.text()
    }

    /// The label of the matrix's row for a member.
    pub(crate) fn row_label(&self, member: &str) -> Option<&str> {
        let row = self.matrix.as_ref()?.rows.iter().find(|row| row.member == member)?;
        row.labels.first().map(String::as_str)
    }

    /// The label of the matrix's column of an id.
    pub(crate) fn head_label(&self, id: &str) -> Option<&str> {
        let column = self.matrix.as_ref()?.columns.iter().find(|column| column.id == id)?;
        column.labels.first().map(String::as_str)
    }

    /// The table's column for a member of its items, and its label.
    pub(crate) fn column(&self, member: &str) -> Option<(ValueKind, &str)> {
        let column = self.table.as_ref()?.columns.iter().find(|column| column.member == member)?;
        Some((column.kind, column.labels.first()?))
    }

    /// The kind of value that the profile has a place for at a member.
    pub(crate) fn kind_of(&self, member: &str) -> Option<ValueKind> {
        if let Some(label) = self.labels_to(member).next() {
            return (label.kind != ValueKind::Heading).then_some(label.kind);
        }
        if self.projects.as_ref().is_some_and(|projects| projects.member == member) {
            return Some(ValueKind::Paragraphs);
        }
        if self
            .table
            .as_ref()
            .and_then(|table| table.total.as_ref())
            .is_some_and(|total| total.member == member)
        {
            return Some(ValueKind::Points);
        }
        let matrix = self.matrix.as_ref()?;
        matrix.rows.iter().find_map(|row| {
            let of = |column: &super::matrix::MatrixColumn| {
                let led = row.leads.get(&column.id).cloned();
                let own = || Some(format!("{}/{}", row.member, column.member.as_ref()?));
                (led.or_else(own)? == member).then_some(column.kind)
            };
            matrix.columns.iter().find_map(of)
        })
    }
}
