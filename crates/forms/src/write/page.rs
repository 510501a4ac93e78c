//! A form laid out: cells with their places, the same for every file format.

use huizong_schema::Pointer;

use crate::grid::Grid;
use crate::profile::ValueKind;

/// A form, or the cells of a file, to be written.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The name of its sheet.
    pub(crate) name: String,
    /// How wide each column is, in Latin characters.
    pub(crate) widths: Vec<u16>,
    /// How many rows there are.
    pub(crate) rows: usize,
    pub(crate) cells: Vec<Printed>,
}

/// A cell of a page.
#[derive(Debug)]
pub(crate) struct Printed {
    pub(crate) row: usize,
    pub(crate) column: usize,
    pub(crate) row_span: usize,
    pub(crate) column_span: usize,
    pub(crate) role: Role,
    pub(crate) content: Content,
    /// The member whose label or value it is.
    pub(crate) member: Option<Pointer>,
}

/// The role of a cell in its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The form's title.
    Title,
    /// A line above the table.
    Line,
    /// A label.
    Label,
    /// A value.
    Value(ValueKind),
    /// A cell of a file that was read.
    Plain,
}

/// The content of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Words, a paragraph a line.
    Text(String),
    /// A number's digits as they are printed.
    Number(String),
    /// A rate's digits, without the percent sign.
    Percent(String),
}

impl Content {
    /// The text that it shows.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Number(text) => text.clone(),
            Self::Percent(digits) => format!("{digits}%"),
        }
    }

    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }
}

/// The bounds of a column's width that follows from its content.
const NARROWEST: u16 = 8;
const WIDEST: u16 = 40;
/// The width of a sheet of paper, in Latin characters.
const PAPER: u16 = 130;

impl Page {
    /// The cells of a file, laid out as in the file.
    pub(crate) fn of_grid(grid: &Grid, name: String) -> Self {
        let mut widths: Vec<u16> = Vec::new();
        for cell in grid.cells() {
            let end = cell.column + cell.column_span;
            if widths.len() < end {
                widths.resize(end, NARROWEST);
            }
            if cell.column_span == 1 {
                let longest = cell.text.lines().map(unicode_width::UnicodeWidthStr::width).max().unwrap_or(0);
                let wanted = u16::try_from(longest + 2).unwrap_or(WIDEST).min(WIDEST);
                widths[cell.column] = widths[cell.column].max(wanted);
            }
        }
        let all: u32 = widths.iter().map(|width| u32::from(*width)).sum();
        if all > u32::from(PAPER) {
            for width in &mut widths {
                let scaled = u32::from(*width) * u32::from(PAPER) / all;
                *width = u16::try_from(scaled).unwrap_or(WIDEST).max(NARROWEST / 2);
            }
        }
        let cells = grid.cells().iter().filter(|cell| cell.row < grid.rows()).map(|cell| Printed {
            row: cell.row,
            column: cell.column,
            row_span: cell.row_span.min(grid.rows() - cell.row),
            column_span: cell.column_span,
            role: Role::Plain,
            content: Content::Text(cell.text.to_string()),
            member: None,
        });
        let mut page = Self { name, widths, rows: grid.rows(), cells: cells.collect() };
        page.part_cells();
        page
    }

    /// Shrinks cells that overlap others: the spans that a file claims are not trusted.
    fn part_cells(&mut self) {
        let covered = self.covered();
        for (index, cell) in self.cells.iter_mut().enumerate() {
            let rows = &covered[cell.row..cell.row + cell.row_span];
            let is_own = |row: &Vec<Option<usize>>| {
                row[cell.column..cell.column + cell.column_span].iter().all(|of| *of == Some(index))
            };
            if !rows.iter().all(is_own) {
                (cell.row_span, cell.column_span) = (1, 1);
            }
        }
    }

    /// The name of a cell: its own label, or else the heading of its column.
    pub(crate) fn name_of(&self, cell: usize) -> Option<String> {
        let cell = &self.cells[cell];
        let labels = || self.cells.iter().filter(|of| of.role == Role::Label && !of.content.is_blank());
        let own = labels().find(|label| label.member.is_some() && label.member == cell.member);
        let covers = |label: &&Printed| {
            (label.column..label.column + label.column_span).contains(&cell.column) && label.row < cell.row
        };
        let name = own.or_else(|| labels().filter(covers).max_by_key(|label| label.row));
        name.map(|label| label.content.shown())
    }

    /// The cells of each row, from left to right. A cell that spans rows is in the first of them.
    pub(crate) fn by_row(&self) -> Vec<Vec<&Printed>> {
        let mut rows: Vec<Vec<&Printed>> = vec![Vec::new(); self.rows];
        for cell in &self.cells {
            rows[cell.row].push(cell);
        }
        for row in &mut rows {
            row.sort_by_key(|cell| cell.column);
        }
        rows
    }

    /// By row and column: the index of the cell that covers the place.
    pub(crate) fn covered(&self) -> Vec<Vec<Option<usize>>> {
        let mut covered = vec![vec![None; self.widths.len()]; self.rows];
        for (index, cell) in self.cells.iter().enumerate() {
            for row in &mut covered[cell.row..cell.row + cell.row_span] {
                for place in &mut row[cell.column..cell.column + cell.column_span] {
                    place.get_or_insert(index);
                }
            }
        }
        covered
    }

    /// How many lines a cell's text needs in its width.
    pub(crate) fn lines(&self, cell: &Printed) -> usize {
        let width = self.widths[cell.column..cell.column + cell.column_span].iter().map(|w| usize::from(*w));
        // The cell's edges take a little.
        let width = width.sum::<usize>().saturating_sub(2).max(2);
        let lines = |text: &str| unicode_width::UnicodeWidthStr::width(text).div_ceil(width).max(1);
        cell.content.shown().split('\n').map(lines).sum()
    }

    /// How many lines each row needs, so that nothing is hidden.
    pub(crate) fn heights(&self) -> Vec<usize> {
        let mut heights = vec![1; self.rows];
        for cell in self.cells.iter().filter(|cell| cell.row_span == 1) {
            heights[cell.row] = heights[cell.row].max(self.lines(cell));
        }
        // The lines that a cell over several rows still needs are spread evenly over these rows.
        for cell in self.cells.iter().filter(|cell| cell.row_span > 1) {
            let rows = &mut heights[cell.row..cell.row + cell.row_span];
            let missing = self.lines(cell).saturating_sub(rows.iter().sum());
            let each = missing.div_ceil(rows.len());
            rows.iter_mut().for_each(|row| *row += each);
        }
        heights
    }
}
