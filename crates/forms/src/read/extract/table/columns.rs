//! The columns of a table: their header cells, and the cells of a row under each.

use huizong_schema::findings::Place;

use super::rows::is_numbering;
use super::{Block, BlockColumn, is_number};
use crate::grid::GridCell;
use crate::profile::{Found, TableColumn, ValueKind};
use crate::read::extract::Form;
use crate::read::extract::values::is_under;

/// The score of a cell that fits its column: a number where points belong, or a text that begins with what the column
/// strips.
const FITS: i32 = 2;
/// The score of a cell that does not fit: words where points belong, or a number where a level's name does.
const MISFITS: i32 = -2;
/// The score of a filled cell beyond the header's last column. No row is wider than its header, so this outweighs two
/// cells that fit by chance.
const BEYOND_HEADER: i32 = -5;

impl<'g> Form<'g> {
    /// The cells of a header, and the row after it. In a text whose cells held line breaks, a header has several lines.
    pub(super) fn heads(&self, header: usize) -> (Vec<&'g GridCell>, usize) {
        let mut heads: Vec<&'g GridCell> = self.grid.row(header).collect();
        let is_text =
            heads.iter().all(|cell| matches!(cell.place, Some(Place::Text { .. })) && cell.left.is_none());
        let mut row = header + 1;
        if let Some(more) = self.second_heads(&heads, row) {
            let is_over =
                |head: &&GridCell| more.iter().any(|below| head.covers(below.column) && !below.is_blank());
            heads.retain(|head| !is_over(head));
            heads.extend(more);
            heads.sort_by_key(|head| head.column);
            return (heads, row + 1);
        }
        // A heading over two rows, of which one cell goes on in the second.
        let tall = heads.iter().filter(|head| head.row_span > 1 && !head.is_blank()).count();
        if !is_text && tall > 2 && tall * 2 > heads.iter().filter(|head| !head.is_blank()).count() {
            let reach =
                heads.iter().filter(|head| head.row_span > 1).map(|head| head.row + head.row_span).min();
            let end = reach.unwrap_or(row).min(self.rows.end);
            let own = |row: usize| self.grid.row(row).filter(|cell| !cell.is_blank()).count();
            if (row..end).all(|row| own(row) <= 2) {
                return (heads, end.max(row));
            }
        }
        while is_text && row < self.rows.end {
            let more: Vec<&'g GridCell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
            let found = |cell: &&GridCell| self.found(cell).filter(|found| matches!(found, Found::Column(_)));
            let is_new = |cell: &&'g GridCell| {
                found(cell).is_some_and(|of| heads.iter().all(|head| found(head) != Some(of)))
            };
            if more.is_empty() || !more.iter().all(is_new) {
                break;
            }
            heads.retain(|head| !head.is_blank());
            heads.extend(more);
            row += 1;
        }
        (heads, row)
    }

    /// The cells of a header's second row: each of them a column, under a cell of the first row that covers several.
    fn second_heads(&self, heads: &[&'g GridCell], row: usize) -> Option<Vec<&'g GridCell>> {
        let more: Vec<&'g GridCell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
        let is_column = |cell: &&&GridCell| matches!(self.found(cell), Some(Found::Column(_)));
        let is_wide =
            |cell: &&&GridCell| heads.iter().any(|head| head.column_span > 1 && head.covers(cell.column));
        let reach_down = heads.iter().any(|head| head.row_span > 1);
        let are_heads = !more.is_empty() && more.iter().all(|cell| is_column(&cell) && is_wide(&cell));
        (row < self.rows.end && reach_down && are_heads).then_some(more)
    }

    /// For each column of the block, the row's cell under it, which may begin in a row above. `None` if the row's
    /// columns are unclear.
    pub(super) fn cells_of_columns(
        &self,
        block: &Block<'g>,
        row: usize,
        cells: &[&'g GridCell],
    ) -> Option<Vec<Option<&'g GridCell>>> {
        let in_row: Vec<&'g GridCell> = self.grid.row(row).collect();
        // A line with a single text may be a task's name, a piece of one, or a heading.
        let is_bare =
            in_row.len() == 1 && block.heads.len() > 2 && matches!(cells[0].place, Some(Place::Text { .. }));
        let under = self.under(row, &block.heads).filter(|_| !is_bare)?;
        let shift = self.shift(row, &block.heads);
        let cell = |column: &BlockColumn<'g>| match shift {
            Some(shift) => {
                let at = block.heads.iter().position(|head| std::ptr::eq(*head, column.head))?;
                in_row.get(at.checked_sub(shift)?).copied()
            }
            None => self.within_head(row, column).or_else(|| under(column.head)),
        };
        Some(block.columns.iter().map(cell).collect())
    }

    /// Under a head that covers several columns: the cell that is not a running number, or the only one that is filled.
    fn within_head(&self, row: usize, column: &BlockColumn<'g>) -> Option<&'g GridCell> {
        let head = column.head;
        if head.column_span < 2 || head.known_column().is_none() {
            return None;
        }
        let cells = (head.column..head.column + head.column_span).filter_map(|at| self.cell(row, at));
        let mut cells: Vec<&'g GridCell> = cells.filter(|cell| !cell.is_blank() && cell.row == row).collect();
        cells.dedup_by(|a, b| std::ptr::eq(*a, *b));
        match cells[..] {
            [only] => Some(only),
            [number, name, ..] if column.column.kind == ValueKind::Text && is_numbering(&number.text) => {
                Some(name)
            }
            _ => None,
        }
    }

    /// How many carried columns a row of a text leaves out at its beginning, where merged cells were lost; `None` where
    /// cells are in their columns.
    fn shift(&self, row: usize, heads: &[&'g GridCell]) -> Option<usize> {
        let table = self.profile.table.as_ref().filter(|table| table.carried() > 0)?;
        let cells: Vec<&GridCell> = self.grid.row(row).collect();
        let is_text =
            |cell: &&GridCell| matches!(cell.place, Some(Place::Text { .. })) && cell.left.is_none();
        // A text that keeps its blank cells keeps its columns.
        cells.first().filter(|first| is_text(first) && !first.is_blank())?;
        let column = |at: usize| match self.found(heads.get(at)?)? {
            Found::Column(index) => Some(&table.columns[index]),
            _ => None,
        };
        let leading = (0..heads.len()).take_while(|at| column(*at).is_some_and(|column| column.carried));
        let score = |shift: usize| -> i32 {
            cells.iter().enumerate().map(|(at, cell)| fit(column(at + shift), cell)).sum()
        };
        // Of equal scores, the one that leaves out the fewest columns.
        (0..=leading.count()).max_by_key(|shift| (score(*shift), std::cmp::Reverse(*shift)))
    }

    /// Which cell of a row is under a header cell; `None` if that is unclear.
    ///
    /// On lines with cells separated only by spaces, a row as long as its header is in the header's order; in any other
    /// row, each cell must begin under one header cell.
    fn under(
        &self,
        row: usize,
        heads: &[&'g GridCell],
    ) -> Option<impl Fn(&GridCell) -> Option<&'g GridCell> + use<'g>> {
        let grid = self.grid;
        let cells: Vec<&'g GridCell> = grid.row(row).collect();
        let loose = cells.first().is_some_and(|cell| cell.left.is_some()) && cells.len() != heads.len();
        if loose {
            let is_known =
                |cell: &&'g GridCell| heads.iter().filter(|head| is_under(cell, head)).count() == 1;
            let is_taken_once =
                |head: &&&'g GridCell| cells.iter().filter(|cell| is_under(cell, head)).count() <= 1;
            if !cells.iter().all(is_known) || !heads.iter().all(|head| is_taken_once(&head)) {
                return None;
            }
        }
        Some(move |head: &GridCell| {
            if loose {
                cells.iter().copied().find(|cell| is_under(cell, head))
            } else {
                grid.at(row, head.column)
            }
        })
    }
}

/// How well a cell fits under a column of the table, or beyond the last one; a blank cell fits anywhere.
fn fit(column: Option<&TableColumn>, cell: &GridCell) -> i32 {
    if cell.is_blank() {
        return 0;
    }
    let Some(column) = column else { return BEYOND_HEADER };
    match (column.kind, &column.strip) {
        (ValueKind::Points, _) if is_number(&cell.text) => FITS,
        (ValueKind::Points, _) => MISFITS,
        (_, Some(_)) if stripped(column, cell).text != cell.text => FITS,
        (ValueKind::Text, None) if column.carried && is_number(&cell.text) => MISFITS,
        _ => 0,
    }
}

/// A cell without what its column strips from its beginning.
pub(super) fn stripped(column: &TableColumn, cell: &GridCell) -> GridCell {
    let found = column.strip.as_ref().and_then(|strip| strip.0.find(&cell.text));
    let from = found.filter(|found| found.start() == 0).map_or(0, |found| found.end());
    cell.part(&cell.text[from..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Grid;
    use crate::profile::{Profile, built_in};

    fn mof() -> &'static Profile {
        built_in().iter().find(|profile| profile.id == "mof-general").unwrap()
    }

    #[test]
    fn cells_speak_for_and_against_their_columns() {
        let table = mof().table.as_ref().unwrap();
        let column = |test: &dyn Fn(&&TableColumn) -> bool| table.columns.iter().find(test);
        let cell = |text: &str| {
            let mut grid = Grid::default();
            grid.begin_row();
            grid.push(0, text.to_owned(), (1, 1), |_| None);
            grid.cells()[0].clone()
        };
        let points = column(&|column| column.kind == ValueKind::Points);
        let level =
            column(&|column| column.carried && column.kind == ValueKind::Text && column.strip.is_none());
        let free =
            column(&|column| !column.carried && column.kind == ValueKind::Text && column.strip.is_none());
        assert!(points.is_some() && level.is_some() && free.is_some());
        assert_eq!((fit(points, &cell("9.5")), fit(points, &cell("数量"))), (FITS, MISFITS));
        assert_eq!((fit(level, &cell("产出指标")), fit(level, &cell("10"))), (0, MISFITS));
        assert_eq!((fit(free, &cell("10")), fit(free, &cell("10 次"))), (0, 0));
        assert_eq!((fit(None, &cell("9.5")), fit(None, &cell(" "))), (BEYOND_HEADER, 0));
        assert_eq!(fit(points, &cell("")), 0);
        // One cell too many outweighs two that fit.
        let scores = [fit(points, &cell("9")), fit(points, &cell("8")), fit(None, &cell("x"))];
        assert!(scores.iter().sum::<i32>() < 0);
    }
}
