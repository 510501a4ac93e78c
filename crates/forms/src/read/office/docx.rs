//! Word documents: paragraphs, and tables with merged cells.

use std::borrow::Cow;

use huizong_schema::findings::Place;

use super::Budget;
use crate::grid::Grid;
use crate::markup::paragraphs;
use crate::ooxml::marks::PROBLEMS_BOOKMARK;
use crate::ooxml::xml::{Piece, Pieces, attribute, number, text_of};
use crate::ooxml::{Package, main_part};
use crate::unreadable::Unreadable;

/// No table has more columns.
const COLUMNS: u32 = 1024;

pub(super) fn read(package: &mut Package<'_>, budget: &mut Budget) -> Result<Grid, Unreadable> {
    let main = main_part(package, "word/document.xml")?;
    let text = text_of(&package.needed(&main)?);
    let grid = DocumentReader::read(&text, budget)?.grid;
    if grid.is_full() { Err(Unreadable::TooLarge) } else { Ok(grid) }
}

/// Where in the main part's text the content of each cell begins, by the cell's place.
pub(crate) fn spots(text: &str) -> Result<Vec<(Place, usize)>, Unreadable> {
    DocumentReader::read(text, &mut Budget::new()).map(|reader| reader.spots)
}

/// Skips to the end of a bookmark; `false` if it has none.
fn pass_over(pieces: &mut Pieces<'_>, id: &str) -> Result<bool, Unreadable> {
    while let Some(piece) = pieces.next()? {
        if let Piece::Start(element) = piece
            && element.local_name().as_ref() == "bookmarkEnd"
            && attribute(&element, "id").is_some_and(|of| of == id)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A table while it is read.
#[derive(Default)]
struct Table {
    rows: Vec<Vec<TableCell>>,
    /// Whether the current row's cells before the first are left out, and how many columns that is.
    column: u32,
    /// The text before the current cell's: a table may be in a cell.
    outer: String,
    cell: TableCell,
}

#[derive(Clone, Debug, Default)]
struct TableCell {
    text: String,
    column: u32,
    span: u32,
    /// Whether it continues the cell above.
    goes_on: bool,
    /// Where its content begins in the part.
    begins: usize,
}

struct DocumentReader<'b> {
    grid: Grid,
    /// The tables that are open, the outermost first.
    tables: Vec<Table>,
    /// How many tables there were, without those in cells.
    count: u32,
    /// The text of the cell or paragraph that is open.
    text: String,
    spots: Vec<(Place, usize)>,
    budget: &'b mut Budget,
}

impl<'b> DocumentReader<'b> {
    fn read(text: &str, budget: &'b mut Budget) -> Result<Self, Unreadable> {
        let (grid, tables, spots) = (Grid::default(), Vec::new(), Vec::new());
        let mut reader = Self { grid, tables, count: 0, text: String::new(), spots, budget };
        reader.body(&mut Pieces::of(text))?;
        Ok(reader)
    }
}

impl DocumentReader<'_> {
    fn body(&mut self, pieces: &mut Pieces<'_>) -> Result<(), Unreadable> {
        let mut is_text = false;
        let mut is_hidden = false;
        while let Some(piece) = pieces.next()? {
            match piece {
                Piece::Start(element) => match element.local_name().as_ref() {
                    // Deleted text of tracked changes, fallbacks for old programs, the code of fields, and properties.
                    name @ ("del" | "moveFrom" | "Fallback" | "instrText" | "pPr" | "sectPr" | "tblPr"
                    | "trPr" | "tblPrEx") => {
                        let name = name.to_owned();
                        let mut before = 0;
                        pieces.skip(&name, |inner| {
                            if inner.local_name().as_ref() == "gridBefore" {
                                before = number(inner, "val").unwrap_or(0).min(COLUMNS);
                            }
                        })?;
                        if let Some(table) = self.tables.last_mut().filter(|_| name == "trPr") {
                            table.column = before;
                        }
                    }
                    // The list of problems of a form that was given back is not part of the form.
                    "bookmarkStart"
                        if attribute(&element, "name").is_some_and(|name| name == PROBLEMS_BOOKMARK) =>
                    {
                        let id = attribute(&element, "id").unwrap_or_default().into_owned();
                        // One without an end reaches to the document's.
                        if !pass_over(pieces, &id)? {
                            let text = std::mem::take(&mut self.text);
                            return self.lines(&text);
                        }
                    }
                    "r" => is_hidden = false,
                    "vanish" => {
                        let is_off = |val: Cow<'_, str>| matches!(&*val, "0" | "false");
                        is_hidden = !attribute(&element, "val").is_some_and(is_off);
                    }
                    "t" => is_text = !is_hidden,
                    "tab" => self.text.push('\t'),
                    "p" => self.text.push('\n'),
                    "br" | "cr" if !is_hidden => self.text.push('\n'),
                    "noBreakHyphen" => self.text.push('-'),
                    "tbl" => {
                        let outer = std::mem::take(&mut self.text);
                        if self.tables.is_empty() {
                            self.lines(&outer)?;
                            self.tables.push(Table::default());
                        } else {
                            self.tables.push(Table { outer, ..Table::default() });
                        }
                    }
                    "tr" => {
                        if let Some(table) = self.tables.last_mut() {
                            table.rows.push(Vec::new());
                            table.column = 0;
                        }
                    }
                    "tc" => {
                        self.text.clear();
                        if let Some(table) = self.tables.last_mut() {
                            let (column, begins) = (table.column, pieces.position());
                            table.cell = TableCell { column, span: 1, begins, ..TableCell::default() };
                        }
                    }
                    "gridSpan" => {
                        if let Some(table) = self.tables.last_mut() {
                            table.cell.span = number(&element, "val").unwrap_or(1).clamp(1, COLUMNS);
                        }
                    }
                    "vMerge" => {
                        if let Some(table) = self.tables.last_mut() {
                            table.cell.goes_on =
                                attribute(&element, "val").is_none_or(|val| val != "restart");
                        }
                    }
                    _ => {}
                },
                Piece::Text(text) if is_text => {
                    self.budget.spend(text.len())?;
                    self.text.push_str(&text);
                }
                Piece::Text(_) => {}
                Piece::End(name) => match name.as_str() {
                    "t" => is_text = false,
                    "tc" => self.end_cell()?,
                    "tbl" => self.end_table(),
                    "body" => {
                        let text = std::mem::take(&mut self.text);
                        return self.lines(&text);
                    }
                    _ => {}
                },
            }
        }
        Err(Unreadable::Broken("the file ends within the text".into()))
    }

    fn end_cell(&mut self) -> Result<(), Unreadable> {
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        let mut cell = std::mem::take(&mut table.cell);
        cell.text = paragraphs(&self.text).join("\n");
        self.text.clear();
        self.budget.spend(cell.text.len() + size_of::<TableCell>())?;
        table.column = table.column.saturating_add(cell.span).min(COLUMNS);
        if let Some(row) = table.rows.last_mut() {
            row.push(cell);
        }
        Ok(())
    }

    fn end_table(&mut self) {
        let Some(table) = self.tables.pop() else { return };
        if self.tables.is_empty() {
            self.count += 1;
            return self.put(&table);
        }
        // A table in a cell is the content of that cell.
        let rows = table.rows.iter().map(|row| {
            row.iter()
                .map(|cell| cell.text.as_str())
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        });
        self.text = table.outer;
        for row in rows {
            self.text.push('\n');
            self.text.push_str(&row);
        }
    }

    fn put(&mut self, table: &Table) {
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
                self.grid.put((row, column), cell.text.clone(), (rows, cell.span as usize), place);
            }
        }
    }

    /// Puts text outside of tables, a row a line.
    fn lines(&mut self, text: &str) -> Result<(), Unreadable> {
        self.budget.spend(text.len())?;
        super::super::html::lines(text, &mut self.grid);
        Ok(())
    }
}
