//! What is near a form and not part of it: annexes, blocks about other years, cells beside the table.

use std::ops::Range;

use huizong_schema::findings::Place;

use super::{Form, LONGEST_HEADING};
use crate::figure::{self, Figure, narrow};
use crate::grid::{Grid, GridCell};
use crate::profile::{Found, Pattern, ValueKind};

impl<'g> Form<'g> {
    /// Whether a row is not part of the form: of an annex, or of a block about another year.
    pub(super) fn is_beyond(&mut self, row: usize, cells: &[&'g GridCell]) -> bool {
        let Some(first) = cells.first() else { return self.in_annex };
        let is = |pattern: &Option<Pattern>, cell: &GridCell| {
            cell.text.len() < LONGEST_HEADING
                && pattern.as_ref().is_some_and(|pattern| pattern.0.is_match(&narrow(&cell.text)))
        };
        let begins_annex = || {
            is(&self.profile.other_year, first) || is(&self.profile.annex, first) && self.has_label_above(row)
        };
        if cells.len() == 1 && !self.is_claimed(first) && begins_annex() {
            self.in_annex = true;
            self.open = None;
        }
        // A form goes on after its annex only with a text or a block of its own.
        if self.in_annex && self.goes_on(cells) {
            self.in_annex = false;
        }
        let heading =
            cells.iter().find(|cell| is(&self.profile.foreign, cell) && self.label_of(cell).is_none());
        if let Some(heading) = heading.filter(|heading| heading.column <= first.column) {
            if self.pass_over_pair(heading, cells) {
                return self.in_annex;
            }
            self.foreign_until = self.foreign_until.max(heading.row + heading.row_span);
        }
        self.in_annex || row < self.foreign_until
    }

    /// Passes over a figure that the form has no place for, such as 上年实际支出数, where one of the form's own follows it in
    /// its row. Returns true if one does.
    fn pass_over_pair(&mut self, heading: &GridCell, cells: &[&'g GridCell]) -> bool {
        let behind = |cell: &&&'g GridCell| cell.column > heading.column;
        let values = cells.iter().filter(behind).take_while(|cell| self.label_of(cell).is_none());
        let values: Vec<&'g GridCell> = values.copied().collect();
        let is_value = |cell: &&GridCell| matches!(figure::read(cell.figure()), Figure::Number { .. });
        let goes_on = cells.iter().filter(behind).count() > values.len();
        let is_pair = heading.row_span == 1 && goes_on && !values.is_empty() && values.iter().all(is_value);
        if is_pair {
            let heading = cells.iter().copied().filter(|cell| std::ptr::eq(*cell, heading));
            let pair: Vec<&GridCell> = heading.chain(values).collect();
            self.remark(&pair);
        }
        is_pair
    }

    /// Whether the form has begun above a row. A form that is itself an annex says so above its title.
    fn has_label_above(&self, row: usize) -> bool {
        (self.rows.start..row)
            .any(|row| self.grid.row(row).any(|cell| self.label_of(cell).is_some() || self.has_parts(cell)))
    }

    /// Whether a row begins a text or a block of the form: anything but figures, which an annex has as well.
    pub(super) fn goes_on(&self, cells: &[&'g GridCell]) -> bool {
        let columns = cells.iter().filter(|cell| matches!(self.found(cell), Some(Found::Column(_)))).count();
        let begins = |cell: &&&GridCell| match self.found(cell) {
            Some(Found::Label(index)) => self.profile.labels[index].kind == ValueKind::Paragraphs,
            Some(Found::Projects) => true,
            _ => false,
        };
        columns >= 3 || cells.iter().any(|cell| begins(&cell))
    }
}

/// The column at which most rows of a form end, counted with their merged cells; `None` if they do not agree.
pub(super) fn edge(grid: &Grid, rows: &Range<usize>) -> Option<usize> {
    let end = |row: usize| grid.row(row).filter(|cell| !cell.is_blank() || cell.column_span > 1).last();
    let ends: Vec<usize> = rows
        .clone()
        .filter_map(end)
        .filter(|cell| !matches!(cell.place, Some(Place::Text { .. }) | None))
        .map(|cell| cell.column + cell.column_span)
        .collect();
    let most = ends.iter().copied().max_by_key(|end| ends.iter().filter(|other| *other == end).count())?;
    (ends.iter().filter(|end| **end == most).count() * 3 > ends.len() * 2).then_some(most)
}
