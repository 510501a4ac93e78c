//! A form as rows of cells, whatever kind of file it came from.

mod text;

use huizong_schema::findings::Place;
use rust_decimal::Decimal;

pub use self::text::Text;
use crate::figure::as_seen;
use crate::ooxml::marks::{TEMPLATE, is_check};
use crate::ooxml::template_mark::{Mark, Trace};
use crate::runs::LeftOut;

/// One cell. A merged cell is listed once, with its spans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridCell {
    /// The text that it shows, a paragraph a line.
    pub text: Text,
    /// Its place in the file, if that is known.
    pub place: Option<Place>,
    /// Its first row, from 0.
    pub row: usize,
    /// Its first column, from 0.
    pub column: usize,
    /// How many rows it covers.
    pub row_span: usize,
    /// How many columns it covers.
    pub column_span: usize,
    /// Where it begins on its line, in screen columns, if only that tells which column it belongs to.
    pub left: Option<usize>,
    /// Whether it was joined from several lines.
    pub joined: bool,
    /// The number that the file stores, if the cell shows another one.
    pub beneath: Option<String>,
    /// Its formula, if the stored value is not the formula's result.
    pub stale: Option<Stale>,
    /// The text to read a figure or a year from, where that is not `text`: in digits, with the sign that a colour means.
    pub figure: Option<String>,
    /// The parts of the file's cell that it does not show.
    pub left_out: Vec<LeftOut>,
    /// Whether its lines are the rows of a table in it.
    pub has_rows: bool,
    /// Its formula, if its value is not from the file.
    pub unstored: Option<Unstored>,
    /// Its formula, if its value may be another one when the file is opened.
    pub recalculated: Option<String>,
}

/// A formula for which the file stores no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unstored {
    /// The formula.
    pub formula: String,
    /// Whether its value was worked out.
    pub is_computed: bool,
}

/// A formula whose stored value is not what it evaluates to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// The formula.
    pub formula: String,
    /// The value that the file stores.
    pub stored: Decimal,
    /// The value that it evaluates to.
    pub computed: Decimal,
}

impl GridCell {
    /// Whether it covers a column.
    pub(crate) fn covers(&self, column: usize) -> bool {
        (self.column..self.column + self.column_span).contains(&column)
    }

    /// Its column, if the file has columns: a text has none.
    pub(crate) fn known_column(&self) -> Option<usize> {
        (!matches!(self.place, Some(Place::Text { .. }) | None)).then_some(self.column)
    }

    /// The text to read a figure or a year from.
    pub(crate) fn figure(&self) -> &str {
        self.figure.as_deref().unwrap_or(&self.text)
    }

    /// A part of its text, at its place.
    pub(crate) fn part(&self, text: &str) -> Self {
        let is_all = *self.text == *text;
        Self { text: text.into(), figure: self.figure.clone().filter(|_| is_all), ..self.clone() }
    }

    /// Whether it shows nothing.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Rows of cells. Knows for every position which cell covers it.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// The lines of the page's header and footer.
    pub(crate) margins: Vec<String>,
    /// Whether a style sheet that was not read may hide some of it.
    pub(crate) has_linked_styles: bool,
    /// Whether rows or cells of it are not shown.
    pub(crate) has_hidden: bool,
    /// The mark of the blank form that was filled in, and the checks that are left of it.
    pub(crate) template: Option<Trace>,
    cells: Vec<GridCell>,
    /// By row and column: the index of the covering cell.
    covered: Vec<Vec<Option<usize>>>,
    /// By row: the column from which the next free one is looked for.
    free: Vec<usize>,
    /// How many positions are covered.
    slots: usize,
}

/// The most cells of a file; a hundred forms have fewer.
const MOST_CELLS: usize = 500_000;
/// The most positions that cells cover; beyond these a merged cell covers one column only.
const MOST_SLOTS: usize = 4_000_000;
/// The widest table; anything wider is cut off here.
pub(crate) const MAX_COLUMNS: usize = 1024;

impl Grid {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.covered.len()
    }

    /// How many columns a row has.
    pub fn columns(&self, row: usize) -> usize {
        self.covered.get(row).map_or(0, Vec::len)
    }

    /// Whether it holds more than any form could.
    pub(crate) fn is_full(&self) -> bool {
        self.cells.len() > MOST_CELLS || self.slots > MOST_SLOTS
    }

    /// Begins a row below the last one.
    pub fn begin_row(&mut self) -> usize {
        self.covered.push(Vec::new());
        self.covered.len() - 1
    }

    /// Puts a cell at the first free column of a row, and returns that column.
    ///
    /// Spans reach down into rows that exist only once they are begun: see [`Grid::settle_spans`].
    pub fn push(
        &mut self,
        row: usize,
        text: String,
        spans: (usize, usize),
        place: impl FnOnce(usize) -> Option<Place>,
    ) -> usize {
        let from = self.free.get(row).copied().unwrap_or(0);
        if from >= MAX_COLUMNS {
            return MAX_COLUMNS;
        }
        let row_of = &self.covered[row];
        let column = row_of.iter().skip(from).position(Option::is_none).map_or(row_of.len(), |at| from + at);
        let column = column.min(MAX_COLUMNS - 1);
        let span = spans.1.clamp(1, MAX_COLUMNS - column);
        let place = place(column);
        self.add((row, column), text, (spans.0, span), place);
        self.free.resize(self.covered.len(), 0);
        self.free[row] = column + span;
        column
    }

    /// Puts a cell at a row and column, unless another one covers that already. Returns true if it did.
    pub fn put(&mut self, at: (usize, usize), text: String, spans: (usize, usize), place: Place) -> bool {
        let (row, column) = at;
        let is_free = column < MAX_COLUMNS && self.at(row, column).is_none();
        if is_free {
            self.add(at, text, (spans.0, spans.1.clamp(1, MAX_COLUMNS - column)), Some(place));
        }
        is_free
    }

    /// Adds a cell at the place that it says.
    pub(crate) fn add_cell(&mut self, cell: GridCell) {
        let (row, column, span) = (cell.row, cell.column, cell.column_span);
        let index = self.cells.len();
        self.cells.push(cell);
        self.cover(row, column, span, index);
    }

    fn add(
        &mut self,
        (row, column): (usize, usize),
        text: String,
        spans: (usize, usize),
        place: Option<Place>,
    ) {
        let index = self.cells.len();
        self.cells.push(GridCell {
            text: as_seen(text).into(),
            place,
            row,
            column,
            row_span: spans.0.max(1),
            column_span: spans.1,
            left: None,
            joined: false,
            beneath: None,
            stale: None,
            figure: None,
            left_out: Vec::new(),
            has_rows: false,
            unstored: None,
            recalculated: None,
        });
        self.cover(row, column, spans.1, index);
    }

    /// The cell put last, to say more of it.
    pub(crate) fn last_mut(&mut self) -> Option<&mut GridCell> {
        self.cells.last_mut()
    }

    /// Sets, for the cell put last, where it begins on its line and whether it was joined.
    pub(crate) fn mark_last(&mut self, left: Option<usize>, joined: bool) {
        if let Some(cell) = self.cells.last_mut() {
            (cell.left, cell.joined) = (left, joined);
        }
    }

    fn cover(&mut self, row: usize, column: usize, span: usize, index: usize) {
        let span = if self.slots > MOST_SLOTS { 1 } else { span };
        self.slots += span;
        let covered = &mut self.covered[row];
        if covered.len() < column + span {
            covered.resize(column + span, None);
        }
        for slot in &mut covered[column..column + span] {
            slot.get_or_insert(index);
        }
    }

    /// Covers the positions of a row just begun that cells of the rows above reach down to. `first` is the table's
    /// first row.
    pub fn settle_spans(&mut self, row: usize, first: usize) {
        if row == first {
            return;
        }
        let mut above: Vec<usize> = self.covered[row - 1].iter().flatten().copied().collect();
        above.dedup();
        for index in above {
            let GridCell { row: top, row_span, column, column_span, .. } = self.cells[index];
            if top + row_span > row {
                self.cover(row, column, column_span, index);
            }
        }
    }

    /// The cell that covers a position.
    pub fn at(&self, row: usize, column: usize) -> Option<&GridCell> {
        self.covered.get(row)?.get(column)?.map(|index| &self.cells[index])
    }

    /// The cells that begin in a row, from left to right.
    pub fn row(&self, row: usize) -> impl Iterator<Item = &GridCell> {
        let mut seen = None;
        let indexes = self.covered.get(row).into_iter().flatten().flatten();
        indexes.filter_map(move |&index| {
            if seen == Some(index) {
                return None;
            }
            seen = Some(index);
            Some(&self.cells[index]).filter(|cell| cell.row == row)
        })
    }

    /// The grid without the cells of some rows, which stay as blank rows.
    pub(crate) fn without_rows(self, rows: &std::ops::Range<usize>) -> Self {
        self.only(|cell| !rows.contains(&cell.row))
    }

    /// The grid without a template's live checks and its mark, which a page shows as other cells.
    pub(crate) fn without_checks(mut self) -> Self {
        let is_ours = |cell: &GridCell| is_check(&cell.text, None) || cell.text.starts_with(TEMPLATE);
        let ours = self.cells.iter().filter(|cell| is_ours(cell)).count();
        if ours == 0 {
            return self;
        }
        let mark = self.cells.iter().find_map(|cell| Mark::parse(&cell.text));
        self = self.only(|cell| !is_ours(cell));
        self.template = mark.map(|mark| Trace { mark, checks: ours - 1 });
        self
    }

    /// The grid with the cells alone that are to be kept.
    fn only(mut self, keep: impl Fn(&GridCell) -> bool) -> Self {
        self.covered.iter_mut().for_each(Vec::clear);
        self.slots = 0;
        let cells = std::mem::take(&mut self.cells);
        for cell in cells.into_iter().filter(keep) {
            self.add_cell(cell);
        }
        self
    }

    /// Every cell, in the order of the file.
    pub fn cells(&self) -> &[GridCell] {
        &self.cells
    }
}
