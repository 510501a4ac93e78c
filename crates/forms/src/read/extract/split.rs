//! The rows of a grid that make a form.

use std::ops::Range;

use crate::figure::narrow;
use crate::grid::{Grid, GridCell};
use crate::profile::{Found, Profile};

/// The rows of each form. A form begins at its first label, or at the codes, year and title above it.
///
/// Rows that begin like a form without a figure's label, such as a cover or a signature, belong to the form beside
/// them.
pub(super) fn split(profile: &Profile, grid: &Grid) -> Vec<Range<usize>> {
    let label = |cell: &GridCell| {
        profile.found(&cell.text).or_else(|| profile.found_with_value(&cell.text).map(|(found, _)| found))
    };
    let has =
        |row: usize, test: &dyn Fn(Found) -> bool| grid.row(row).any(|cell| label(cell).is_some_and(test));
    let begins = |found: Found| profile.begins(found);
    let is_figure = |found: Found| profile.leads_into(found, "/budget");
    let anchors: Vec<usize> = (0..grid.rows()).filter(|&row| has(row, &begins)).collect();
    let figures: Vec<usize> = (0..grid.rows()).filter(|&row| has(row, &is_figure)).collect();
    let has_figures = |rows: &Range<usize>| {
        figures.get(figures.partition_point(|row| *row < rows.start)).is_some_and(|row| rows.contains(row))
    };

    let mut starts = vec![0];
    starts.extend(anchors.windows(2).map(|pair| head_above(profile, grid, pair[0] + 1..pair[1], &label)));
    let ends = starts.iter().skip(1).copied().chain([grid.rows()]);
    let mut forms: Vec<Range<usize>> = Vec::new();
    for part in starts.iter().copied().zip(ends).map(|(start, end)| start..end) {
        match forms.last_mut() {
            Some(last) if !has_figures(last) || !has_figures(&part) => last.end = part.end,
            _ => forms.push(part),
        }
    }
    forms
}

/// The row from which the head of a form reaches down to its first label, which is in the row after `between`.
fn head_above(
    profile: &Profile,
    grid: &Grid,
    between: Range<usize>,
    label: &dyn Fn(&GridCell) -> Option<Found>,
) -> usize {
    let cells = |row: usize| -> Vec<&GridCell> { grid.row(row).filter(|cell| !cell.is_blank()).collect() };
    let is_title = |row: &usize| matches!(cells(*row)[..], [only] if only.text.len() < 200 && profile.title.0.is_match(&narrow(&only.text)));
    let of_head = |found: Found| {
        ["/department", "/fiscal_year"].into_iter().any(|member| profile.leads_into(found, member))
    };
    let anchor = between.end;
    let above = between.rev().take_while(|&row| {
        let found: Vec<Found> = grid.row(row).filter_map(label).collect();
        let is_unit = || cells(row).iter().any(|cell| profile.unit.0.is_match(&cell.text));
        is_title(&row)
            || cells(row).is_empty()
            || is_unit()
            || (!found.is_empty() && found.iter().all(|f| of_head(*f)))
    });
    let above: Vec<usize> = above.collect();
    above.iter().copied().rfind(|row| !cells(*row).is_empty()).unwrap_or(anchor)
}
