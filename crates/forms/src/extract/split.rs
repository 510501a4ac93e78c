//! Which rows of a grid make a form.

use std::ops::Range;

use crate::figure::narrow;
use crate::grid::{Cell, Grid};
use crate::profile::Profile;

/// The rows of each form: a form begins at its first label, or at the title above it.
pub(super) fn split(profile: &Profile, grid: &Grid) -> Vec<Range<usize>> {
    let has = |row: usize, test: &dyn Fn(&Cell) -> bool| grid.row(row).any(test);
    let begins = |cell: &Cell| profile.found(&cell.text).is_some_and(|found| profile.begins(found));
    let labelled = |cell: &Cell| profile.found(&cell.text).is_some();
    let titled = |cell: &Cell| profile.title.0.is_match(&narrow(&cell.text));
    let anchors: Vec<usize> = (0..grid.rows()).filter(|&row| has(row, &begins)).collect();
    let mut starts = vec![0];
    for pair in anchors.windows(2) {
        let between = pair[0] + 1..pair[1];
        let title =
            between.rev().take_while(|&row| !has(row, &labelled)).filter(|&row| has(row, &titled)).last();
        starts.push(title.unwrap_or(pair[1]));
    }
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([grid.rows()]).collect();
    starts.into_iter().zip(ends).map(|(start, end)| start..end).collect()
}
