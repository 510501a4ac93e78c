//! Whether a grid holds a form, its beginning, or a part of one.

use std::collections::BTreeSet;

use crate::grid::{Grid, GridCell};
use crate::profile::{Found, Profile, ValueKind};

/// How well a profile fits a grid: the number of its labels that are in it.
pub(crate) fn labels_found(profile: &Profile, grid: &Grid) -> usize {
    let found: BTreeSet<Found> = grid.cells().iter().filter_map(|cell| label_in(profile, cell)).collect();
    let columns: BTreeSet<usize> = profile
        .matrix
        .iter()
        .flat_map(|matrix| grid.cells().iter().filter_map(|cell| matrix.column(&cell.text)))
        .collect();
    found.len() + columns.len()
}

/// The label that a cell is, or that it begins with before its value.
fn label_in(profile: &Profile, cell: &GridCell) -> Option<Found> {
    profile.found(&cell.text).or_else(|| profile.found_with_value(&cell.text).map(|(found, _)| found))
}

/// Whether a cell is the label with which a form begins, alone or with its value.
pub(crate) fn begins_form(profile: &Profile, cell: &GridCell) -> bool {
    label_in(profile, cell).is_some_and(|found| profile.begins(found))
}

/// Whether a form begins in a grid.
pub(crate) fn begins(profile: &Profile, grid: &Grid) -> bool {
    grid.cells().iter().any(|cell| begins_form(profile, cell))
}

/// Whether a grid holds a part of a form: its table, its texts, or several of its figures.
pub(crate) fn goes_on(profile: &Profile, grid: &Grid) -> bool {
    let found = |cell: &GridCell| profile.found(&cell.text);
    let columns =
        |row: usize| grid.row(row).filter(|cell| matches!(found(cell), Some(Found::Column(_)))).count();
    let is_text = |cell: &GridCell| match found(cell) {
        Some(Found::Label(index)) => profile.labels[index].kind == ValueKind::Paragraphs,
        Some(Found::Projects) => true,
        _ => false,
    };
    let is_figure = |cell: &&GridCell| match found(cell) {
        Some(Found::Label(index)) => profile.labels[index].kind == ValueKind::Amount,
        _ => false,
    };
    let cells = grid.cells();
    (0..grid.rows()).any(|row| columns(row) >= 3)
        || cells.iter().any(is_text)
        || cells.iter().filter(is_figure).count() >= 3
}
