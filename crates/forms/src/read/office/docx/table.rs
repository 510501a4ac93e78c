//! The tables of a document, laid out with their merged cells.

use huizong_schema::findings::Place;

use super::body::DocumentReader;
use crate::markup::paragraphs;
use crate::runs::{LeftOutKind, Runs};
use crate::unreadable::Unreadable;

/// No table has more columns.
pub(super) const COLUMNS: u32 = 1024;

/// A table while it is read.
#[derive(Default)]
pub(super) struct Table {
    pub(super) rows: Vec<Vec<TableCell>>,
    /// The column at which the next cell of the current row begins.
    column: u32,
    /// Whether a tracked change deleted the current row.
    is_deleted: bool,
    /// The text before the current cell's: a table may be in a cell.
    outer: Runs,
    pub(super) cell: TableCell,
    /// The text boxes of the current cell.
    pub(super) boxes: Vec<Runs>,
    /// Whether the table gives its cells a colour.
    pub(super) is_coloured: bool,
    /// How many fields were open when the current cell began.
    fields: usize,
}

#[derive(Clone, Debug, Default)]
pub(super) struct TableCell {
    runs: Runs,
    column: u32,
    pub(super) span: u32,
    /// Whether it has a colour behind its text.
    pub(super) is_coloured: bool,
    /// Whether it continues the cell above.
    pub(super) goes_on: bool,
    /// Where its content begins in the part.
    begins: usize,
    /// Whether its lines are the rows of a table in it.
    has_rows: bool,
}

impl Table {
    /// A table in a cell that has a text before it.
    pub(super) fn within(outer: Runs) -> Self {
        Self { outer, ..Self::default() }
    }

    /// Whether what is behind the current cell's text has a colour.
    pub(super) fn is_coloured(&self) -> bool {
        self.is_coloured || self.cell.is_coloured
    }

    /// Begins a row that leaves columns out before its first cell.
    pub(super) fn begin_row(&mut self, before: u32, is_deleted: bool) {
        (self.column, self.is_deleted) = (before, is_deleted);
    }

    /// Begins a cell, whose content is at a position of the part.
    pub(super) fn begin_cell(&mut self, begins: usize, fields: usize) {
        self.cell = TableCell { column: self.column, span: 1, begins, ..TableCell::default() };
        self.fields = fields;
    }
}

impl DocumentReader<'_> {
    pub(super) fn end_cell(&mut self) -> Result<(), Unreadable> {
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        let mut cell = std::mem::take(&mut table.cell);
        self.fields.close(table.fields);
        cell.runs = std::mem::take(&mut self.text).finish();
        // A text box over a cell is its content only if nothing else is there.
        for within in std::mem::take(&mut table.boxes) {
            if cell.runs.text.trim().is_empty() {
                cell.runs.text = within.text;
            } else {
                cell.runs.leave_out(LeftOutKind::TextBox, within.text.trim());
            }
        }
        cell.runs.text = paragraphs(&cell.runs.text).join("\n");
        if table.is_deleted {
            let text = std::mem::take(&mut cell.runs.text);
            cell.runs.leave_out(LeftOutKind::Deleted, &text);
        }
        self.budget.spend(cell.runs.text.len() + size_of::<TableCell>())?;
        table.column = table.column.saturating_add(cell.span).min(COLUMNS);
        if let Some(row) = table.rows.last_mut() {
            row.push(cell);
        }
        Ok(())
    }

    pub(super) fn end_table(&mut self) {
        let Some(table) = self.tables.pop() else { return };
        if self.tables.is_empty() {
            self.count += 1;
            return self.put(&table);
        }
        // A table in a cell is the content of that cell.
        let rows = table.rows.iter().map(|row| {
            row.iter()
                .filter(|cell| !cell.goes_on)
                .map(|cell| cell.runs.text.as_str())
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        });
        let rows: Vec<String> = rows.filter(|row| !row.is_empty()).collect();
        self.text = table.outer;
        if let Some(outer) = self.tables.last_mut() {
            outer.cell.has_rows = rows.len() > 1;
        }
        for row in rows {
            self.text.text.push('\n');
            self.text.text.push_str(&row);
        }
    }

    pub(super) fn put(&mut self, table: &Table) {
        let mut first = None;
        for (index, cells) in table.rows.iter().enumerate() {
            let row = self.grid.begin_row();
            self.grid.settle_spans(row, *first.get_or_insert(row));
            for cell in cells.iter().filter(|cell| !cell.goes_on) {
                let below = table.rows[index + 1..].iter();
                let goes_on = |row: &&Vec<TableCell>| {
                    row.iter().any(|below| below.goes_on && below.column == cell.column)
                };
                let rows = 1 + below.take_while(goes_on).count();
                let column = cell.column as usize;
                let number = |number: usize| u32::try_from(number + 1).unwrap_or(u32::MAX);
                let place = Place::Table { table: self.count, row: number(index), column: number(column) };
                self.spots.push((place.clone(), cell.begins));
                let spans = (rows, cell.span as usize);
                if self.grid.put((row, column), cell.runs.text.clone(), spans, place)
                    && let Some(last) = self.grid.last_mut()
                {
                    last.left_out.clone_from(&cell.runs.left_out);
                    last.has_rows = cell.has_rows;
                }
            }
        }
    }
}
