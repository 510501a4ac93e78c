//! Forms of which a file has several pieces: parts on several sheets, two beside each other, and copies.

use std::borrow::Cow;

use huizong_core::InputKind;
use huizong_schema::findings::{Args, Location};

use super::{Options, Read, best_fit, extract};
use crate::grid::{Grid, GridCell};
use crate::notices::COPY_IN_FILE;
use crate::profile::Profile;

/// The grids of a file, with the pieces of one form in one grid.
///
/// Two forms beside each other are two grids. A sheet that goes on with the form of another one has a table or texts of a
/// form, and does not begin one; if only one sheet begins a form, the others belong to it, in the order of the file.
pub(super) fn joined<'g>(grids: &'g [Grid], options: &Options<'_>) -> Vec<Cow<'g, Grid>> {
    let Some(profile) = grids.iter().find_map(|grid| best_fit(grid, options.profiles)) else {
        return grids.iter().map(Cow::Borrowed).collect();
    };
    let profile = options.profile.unwrap_or(profile);
    let apart: Vec<Cow<'g, Grid>> = grids.iter().flat_map(|grid| beside(profile, grid)).collect();
    if let [_] = apart[..] {
        return apart;
    }
    let begins: Vec<bool> = apart.iter().map(|grid| extract::begins(profile, grid)).collect();
    if begins.iter().filter(|begins| **begins).count() != 1 {
        return apart;
    }
    let belongs = |(grid, begins): &(&Cow<'g, Grid>, bool)| *begins || extract::goes_on(profile, grid);
    let parts: Vec<&Grid> = apart.iter().zip(begins).filter(belongs).map(|(grid, _)| grid.as_ref()).collect();
    if let [_] = parts[..] {
        return apart;
    }
    let mut whole = Grid::default();
    for part in parts {
        whole.append(part);
    }
    vec![Cow::Owned(whole)]
}

/// A grid in which forms begin beside each other, one grid for each form.
fn beside<'g>(profile: &Profile, grid: &'g Grid) -> Vec<Cow<'g, Grid>> {
    let starts = (0..grid.rows()).find_map(|row| {
        let begins = grid.row(row).filter(|cell| extract::begins_form(profile, cell));
        let columns: Vec<usize> = begins.filter(|cell| cell.left.is_none()).map(|cell| cell.column).collect();
        (columns.len() > 1).then_some(columns)
    });
    let Some(starts) = starts else { return vec![Cow::Borrowed(grid)] };
    let ends = starts.iter().skip(1).copied().chain([usize::MAX]);
    let of = |(start, end): (usize, usize)| Cow::Owned(grid.columns_between(start, end));
    std::iter::once(0).chain(starts.iter().skip(1).copied()).zip(ends).map(of).collect()
}

/// Removes the blank forms of a file that has others: the form to fill in may lie beside the filled one.
pub(super) fn without_blanks(found: &mut Vec<Read>) {
    let is_blank = |read: &Read| matches!(read.reading.source, InputKind::BlankForm);
    if !found.iter().all(is_blank) {
        found.retain(|read| !is_blank(read));
    }
}

/// Removes forms of a file that say the same as an earlier one, with a notice.
pub(super) fn without_copies(found: &mut Vec<Read>) {
    let mut kept: Vec<Read> = Vec::new();
    for read in found.drain(..) {
        let same = |earlier: &&mut Read| earlier.draft == read.draft && earlier.draft.department.is_some();
        match kept.iter_mut().find(same) {
            Some(earlier) => {
                let mut notice = COPY_IN_FILE.notice(None, Args::new());
                let place = read.origins.place(&huizong_schema::Pointer::root());
                notice.location = Some(Location::new("", place));
                earlier.notices.push(notice);
            }
            None => kept.push(read),
        }
    }
    *found = kept;
}

impl Grid {
    /// Adds the rows of another grid below.
    fn append(&mut self, other: &Grid) {
        let first = self.rows();
        self.margins.extend(other.margins.iter().cloned());
        self.template = self.template.take().or_else(|| other.template.clone());
        for row in 0..other.rows() {
            self.begin_row();
            self.settle_spans(first + row, first);
            for cell in other.row(row) {
                self.put_like(cell, (first + row, cell.column));
            }
        }
    }

    /// The cells that begin between two columns.
    fn columns_between(&self, start: usize, end: usize) -> Grid {
        let mut part = Grid::default();
        part.margins.clone_from(&self.margins);
        for row in 0..self.rows() {
            part.begin_row();
            part.settle_spans(row, 0);
            for cell in self.row(row).filter(|cell| (start..end).contains(&cell.column)) {
                part.put_like(cell, (row, cell.column - start));
            }
        }
        part
    }

    fn put_like(&mut self, cell: &GridCell, (row, column): (usize, usize)) {
        self.add_cell(GridCell { row, column, ..cell.clone() });
    }
}
