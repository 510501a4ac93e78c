//! Rows of a pasted text that are broken because a cell held a line break.

use huizong_schema::findings::Place;

use crate::figure::{self, Figure};
use crate::grid::{Grid, GridCell};
use crate::profile::{Found, Profile, ValueKind};

/// The most lines over which a cell continues.
const MOST_LINES: usize = 12;

/// Joins rows whose pieces, end to end, are as long as the block's header and have a figure where
/// the header wants one. `None` if there are no such rows.
pub(super) fn joined(profile: &Profile, grid: &Grid) -> Option<Grid> {
    let mut header: Option<Header> = None;
    let mut row = 0;
    let mut rows: Vec<(usize, usize)> = Vec::new();
    while row < grid.rows() {
        header = Header::of(profile, grid, row).or(header.filter(|_| !begins_elsewhere(profile, grid, row)));
        let pieces = header.as_ref().map_or(1, |header| header.pieces(profile, grid, row));
        rows.push((row, pieces));
        row += pieces;
    }
    if rows.len() == grid.rows() {
        return None;
    }
    let mut whole = Grid::default();
    for (row, pieces) in rows {
        put(&mut whole, &row_of(grid, row, pieces));
    }
    Some(whole)
}

/// The header of a block in a text whose cells are separated by marks.
struct Header {
    length: usize,
    /// The columns that hold figures.
    figures: Vec<usize>,
}

impl Header {
    fn of(profile: &Profile, grid: &Grid, row: usize) -> Option<Self> {
        // Rows of tables in web pages are never broken, and lines aligned by spaces keep their columns.
        let is_parted_text =
            |cell: &&GridCell| cell.left.is_none() && matches!(cell.place, Some(Place::Text { .. }));
        let cells: Vec<&GridCell> = grid.row(row).collect();
        if !cells.iter().all(is_parted_text) {
            return None;
        }
        let kind = |cell: &GridCell| match profile.found(&cell.text)? {
            Found::Column(index) => Some(profile.table.as_ref()?.columns[index].kind),
            _ => None,
        };
        let kinds: Vec<Option<ValueKind>> = cells.iter().map(|cell| kind(cell)).collect();
        let known = kinds.iter().flatten().count();
        let figures = (0..kinds.len()).filter(|&at| kinds[at] == Some(ValueKind::Amount)).collect();
        (known >= 3).then_some(Self { length: cells.len(), figures })
    }

    /// How many rows, from a row on, are pieces of one row.
    fn pieces(&self, profile: &Profile, grid: &Grid, row: usize) -> usize {
        let mut length = grid.row(row).count();
        if length == 0 || length >= self.length {
            return 1;
        }
        for next in row + 1..grid.rows().min(row + MOST_LINES) {
            let cells = grid.row(next).count();
            // A row as long as the header is whole; the rows above it may be anything.
            if cells == 0 || cells >= self.length || begins_elsewhere(profile, grid, next) {
                return 1;
            }
            length += cells - 1;
            if length >= self.length {
                let cells = row_of(grid, row, next - row + 1);
                let is_figure = |at: &usize| matches!(figure::read(&cells[*at].text), Figure::Number { .. });
                return if length == self.length && self.figures.iter().all(is_figure) {
                    next - row + 1
                } else {
                    1
                };
            }
        }
        1
    }
}

/// Whether a row begins with a label, so that the block ended above it.
fn begins_elsewhere(profile: &Profile, grid: &Grid, row: usize) -> bool {
    let first = grid.row(row).find(|cell| !cell.is_blank());
    first.is_some_and(|cell| matches!(profile.found(&cell.text), Some(Found::Label(_) | Found::Projects)))
}

/// The cells of some rows end to end: the last cell of each continues in the first of the next.
fn row_of(grid: &Grid, row: usize, pieces: usize) -> Vec<GridCell> {
    let mut cells: Vec<GridCell> = Vec::new();
    for piece in row..row + pieces {
        let mut piece = grid.row(piece).cloned();
        if let Some(last) = cells.last_mut()
            && let Some(first) = piece.next()
        {
            last.text = format!("{}\n{}", last.text, first.text).into();
            last.joined = true;
        }
        cells.extend(piece);
    }
    cells
}

fn put(grid: &mut Grid, cells: &[GridCell]) {
    let row = grid.begin_row();
    for cell in cells {
        grid.push(row, cell.text.to_string(), (1, 1), |_| cell.place.clone());
        grid.mark_last(cell.left, cell.joined);
    }
}
