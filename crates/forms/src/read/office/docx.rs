//! Word documents: paragraphs, and tables with merged cells.

use std::borrow::Cow;

use huizong_schema::findings::Place;
use quick_xml::events::BytesStart;

use super::Budget;
use crate::grid::Grid;
use crate::markup::paragraphs;
use crate::ooxml::marks::PROBLEMS_BOOKMARK;
use crate::ooxml::xml::{Piece, Pieces, attribute, number, plain_text, text_of};
use crate::ooxml::{Package, main_part, relations};
use crate::runs::{LeftOutKind, RunStyle, Runs};
use crate::unreadable::Unreadable;

/// No table has more columns.
const COLUMNS: u32 = 1024;

pub(super) fn read(package: &mut Package<'_>, budget: &mut Budget) -> Result<Grid, Unreadable> {
    let main = main_part(package, "word/document.xml")?;
    let text = text_of(&package.needed(&main)?);
    let mut grid = DocumentReader::read(&text, budget)?.grid;
    for (kind, target) in relations(package, &main)?.into_values() {
        if matches!(kind.as_str(), "header" | "footer")
            && let Some(part) = package.part(&target)?
        {
            // A damaged margin takes nothing from the form.
            let Ok(margin) = DocumentReader::read(&text_of(&part), budget) else { continue };
            grid.margins.extend(margin.grid.cells().iter().flat_map(|cell| paragraphs(&cell.text)));
        }
    }
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

/// Whether a property is set: without a value it is.
fn is_on(element: &BytesStart<'_>) -> bool {
    let is_off = |val: Cow<'_, str>| matches!(&*val, "0" | "false" | "off" | "none");
    !attribute(element, "val").is_some_and(is_off)
}

/// Whether a style is that of the prompt of a field.
fn is_prompt_style(name: &str) -> bool {
    name.eq_ignore_ascii_case("PlaceholderText") || name == "占位符文本"
}

/// Fields that were not filled in.
#[derive(Default)]
struct Prompts {
    /// By open field, the outermost first: whether it shows its prompt.
    open: Vec<bool>,
    /// Whether the run has the style of a prompt.
    in_run: bool,
}

/// The fields that are open, the outermost first.
#[derive(Default)]
struct Fields(Vec<Field>);

#[derive(Default)]
struct Field {
    code: String,
    /// Whether a result follows its code.
    has_result: bool,
}

impl Fields {
    /// Takes a mark of a field: its beginning, the end of its code, its end. A formula without a result is kept as it is
    /// written, so that its place is not taken for blank.
    fn take(&mut self, mark: &BytesStart<'_>, text: &mut Runs) {
        match attribute(mark, "fldCharType").as_deref() {
            Some("begin") => self.0.push(Field::default()),
            Some("separate") => self.has_result(),
            Some("end") => {
                let ended = self.0.pop();
                let code =
                    ended.filter(|field| !field.has_result).map(|field| field.code).unwrap_or_default();
                if code.trim_start().starts_with('=') {
                    text.push(code.trim(), RunStyle::default());
                }
            }
            _ => {}
        }
    }

    fn has_result(&mut self) {
        if let Some(field) = self.0.last_mut() {
            field.has_result = true;
        }
    }

    fn code(&mut self, code: &str) {
        if let Some(field) = self.0.last_mut() {
            field.code.push_str(code);
        }
    }
}

/// The text that a tracked change deleted.
fn deleted_text(pieces: &mut Pieces<'_>, name: &str) -> Result<String, Unreadable> {
    let (mut text, mut depth, mut is_text) = (String::new(), 1_u32, false);
    while let Some(piece) = pieces.next()? {
        match piece {
            Piece::Start(element) => {
                let element = element.local_name();
                is_text = matches!(element.as_ref(), "t" | "delText");
                depth += u32::from(element.as_ref() == name);
            }
            Piece::Text(piece) if is_text => text.push_str(&piece),
            Piece::Text(_) => {}
            Piece::End(end) => {
                is_text = false;
                depth -= u32::from(end.name() == name);
                if depth == 0 {
                    return Ok(text);
                }
            }
        }
    }
    Err(Unreadable::Broken(format!("the file ends within {name}")))
}

/// The chosen entry of a list of a form.
fn chosen(pieces: &mut Pieces<'_>) -> Result<String, Unreadable> {
    let (mut index, mut entries) = (0, Vec::new());
    pieces.skip("ddList", |inner| {
        let value = attribute(inner, "val").unwrap_or_default().into_owned();
        match inner.local_name().as_ref() {
            "result" | "default" => index = value.parse().unwrap_or(index),
            "listEntry" => entries.push(value),
            _ => {}
        }
    })?;
    Ok(entries.into_iter().nth(index).unwrap_or_default())
}

/// A table while it is read.
#[derive(Default)]
struct Table {
    rows: Vec<Vec<TableCell>>,
    /// Whether the current row's cells before the first are left out, and how many columns that is.
    column: u32,
    /// The text before the current cell's: a table may be in a cell.
    outer: Runs,
    cell: TableCell,
    /// The text boxes of the current cell.
    boxes: Vec<Runs>,
}

#[derive(Clone, Debug, Default)]
struct TableCell {
    runs: Runs,
    column: u32,
    span: u32,
    /// Whether it continues the cell above.
    goes_on: bool,
    /// Where its content begins in the part.
    begins: usize,
    /// Whether its lines are the rows of a table in it.
    has_rows: bool,
}

struct DocumentReader<'b> {
    grid: Grid,
    /// The tables that are open, the outermost first.
    tables: Vec<Table>,
    /// How many tables there were, without those in cells.
    count: u32,
    /// The text of the cell or paragraph that is open.
    text: Runs,
    spots: Vec<(Place, usize)>,
    budget: &'b mut Budget,
}

impl<'b> DocumentReader<'b> {
    fn read(text: &str, budget: &'b mut Budget) -> Result<Self, Unreadable> {
        let (grid, tables, spots) = (Grid::default(), Vec::new(), Vec::new());
        let mut reader = Self { grid, tables, count: 0, text: Runs::default(), spots, budget };
        reader.body(&mut Pieces::of(text))?;
        Ok(reader)
    }
}

impl DocumentReader<'_> {
    fn body(&mut self, pieces: &mut Pieces<'_>) -> Result<(), Unreadable> {
        let mut is_text = false;
        let mut style = RunStyle::default();
        let mut prompts = Prompts::default();
        let mut fields = Fields::default();
        // The texts that open text boxes are put over.
        let mut boxes: Vec<Runs> = Vec::new();
        while let Some(piece) = pieces.next()? {
            match piece {
                Piece::Start(element) => match element.local_name().as_ref() {
                    // Old properties of tracked changes, fallbacks for old programs, the code of
                    // fields, phonetic guides, and properties.
                    "instrText" => {
                        let code = plain_text(pieces, "instrText")?;
                        fields.code(&code);
                    }
                    name @ ("del" | "moveFrom") => {
                        let name = name.to_owned();
                        let deleted = deleted_text(pieces, &name)?;
                        self.text.leave_out(LeftOutKind::Deleted, &deleted);
                    }
                    name @ ("Fallback" | "pPr" | "sectPr" | "tblPr" | "trPr" | "tblPrEx" | "rt"
                    | "rPrChange" | "tcPrChange") => {
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
                            return self.lines(&text.text);
                        }
                    }
                    "r" => style = RunStyle::default(),
                    "vanish" | "webHidden" => style.is_hidden = is_on(&element),
                    "strike" | "dstrike" => style.is_struck |= is_on(&element),
                    "vertAlign" => {
                        let value = attribute(&element, "val");
                        style.is_raised = value.as_deref() == Some("superscript");
                        style.is_lowered = value.as_deref() == Some("subscript");
                    }
                    "txbxContent" => boxes.push(std::mem::take(&mut self.text)),
                    "fldChar" => fields.take(&element, &mut self.text),
                    "ddList" => {
                        let chosen = chosen(pieces)?;
                        self.text.push(&chosen, style);
                        fields.has_result();
                    }
                    "rStyle" => {
                        prompts.in_run =
                            attribute(&element, "val").is_some_and(|style| is_prompt_style(&style));
                    }
                    "sdt" => prompts.open.push(false),
                    "showingPlcHdr" => {
                        if let Some(last) = prompts.open.last_mut() {
                            *last = is_on(&element);
                        }
                    }
                    "t" => is_text = true,
                    "tab" => self.text.text.push('\t'),
                    "p" => self.text.text.push('\n'),
                    "br" | "cr" if !style.is_hidden => self.text.text.push('\n'),
                    "noBreakHyphen" => self.text.text.push('-'),
                    "tbl" => {
                        let outer = std::mem::take(&mut self.text);
                        if self.tables.is_empty() {
                            self.lines(&outer.text)?;
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
                        self.text = Runs::default();
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
                    if prompts.in_run || prompts.open.last() == Some(&true) {
                        self.text.leave_out(LeftOutKind::Prompt, &text);
                    } else {
                        self.text.push(&text, style);
                    }
                }
                Piece::Text(_) => {}
                Piece::End(end) => match end.name() {
                    "t" => is_text = false,
                    "r" => prompts.in_run = false,
                    "txbxContent" => {
                        if let Some(under) = boxes.pop() {
                            let within = std::mem::replace(&mut self.text, under);
                            self.put_box(within);
                        }
                    }
                    "sdt" => {
                        prompts.open.pop();
                    }
                    "tc" => self.end_cell()?,
                    "tbl" => self.end_table(),
                    "body" | "hdr" | "ftr" => {
                        let text = std::mem::take(&mut self.text);
                        return self.lines(&text.text);
                    }
                    _ => {}
                },
            }
        }
        Err(Unreadable::Broken("the file ends within the text".into()))
    }

    /// Takes the text of a text box: outside of tables a line like others, in a cell to be decided at its end.
    fn put_box(&mut self, within: Runs) {
        match self.tables.last_mut() {
            Some(table) => table.boxes.push(within),
            None => self.text.text.push_str(&within.text),
        }
    }

    fn end_cell(&mut self) -> Result<(), Unreadable> {
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        let mut cell = std::mem::take(&mut table.cell);
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
        self.budget.spend(cell.runs.text.len() + size_of::<TableCell>())?;
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

    /// Puts text outside of tables, a row a line.
    fn lines(&mut self, text: &str) -> Result<(), Unreadable> {
        self.budget.spend(text.len())?;
        super::super::html::lines(text, &mut self.grid);
        Ok(())
    }
}
