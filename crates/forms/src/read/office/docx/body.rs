//! The text of a document, header or footer, paragraph by paragraph and table by table.

use std::borrow::Cow;
use std::ops::Range;

use huizong_schema::findings::Place;
use quick_xml::events::BytesStart;

use super::fields::{Fields, Prompts, chosen, is_prompt_style, tick_box};
use super::is_on;
use super::margins::Margins;
use super::numbering::{Counters, Numbering};
use super::styles::{Properties, Styles, is_shading};
use super::table::{COLUMNS, Table};
use crate::grid::Grid;
use crate::ooxml::marks::PROBLEMS_BOOKMARK;
use crate::ooxml::xml::{Piece, Pieces, attribute, number, plain_text};
use crate::read::office::Budget;
use crate::runs::{FontKind, LeftOutKind, Level, RunStyle, Runs};
use crate::unreadable::Unreadable;

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

/// Reads a part.
pub(super) struct DocumentReader<'b> {
    pub(super) grid: Grid,
    /// The tables that are open, the outermost first.
    pub(super) tables: Vec<Table>,
    /// How many tables there were, without those in cells.
    pub(super) count: u32,
    /// The text of the cell or paragraph that is open.
    pub(super) text: Runs,
    pub(super) spots: Vec<(Place, usize)>,
    pub(super) margins: Margins,
    /// Whether another file is shown in the text.
    pub(super) has_embedded: bool,
    /// The list of problems of a form that was given back: the id of its bookmark, and its rows.
    pub(super) problems: Option<(String, Range<usize>)>,
    pub(super) budget: &'b mut Budget,
    styles: &'b Styles,
    numbering: &'b Numbering,
    counters: Counters,
    /// The properties of the paragraph and of the run that are open: of the run's own, and of its style.
    paragraph: Properties,
    run: Properties,
    run_style: Properties,
    prompts: Prompts,
    pub(super) fields: Fields,
    /// How many formulas are open.
    math: u32,
    /// The height of what is being read of a formula, if it is a power or an index.
    math_level: Option<Level>,
}

impl<'b> DocumentReader<'b> {
    pub(super) fn read(
        text: &str,
        (styles, numbering): (&'b Styles, &'b Numbering),
        budget: &'b mut Budget,
    ) -> Result<Self, Unreadable> {
        let mut reader = Self {
            grid: Grid::default(),
            tables: Vec::new(),
            count: 0,
            text: Runs::default(),
            spots: Vec::new(),
            margins: Margins::default(),
            has_embedded: false,
            problems: None,
            budget,
            styles,
            numbering,
            counters: Counters::default(),
            paragraph: styles.paragraph(None),
            run: Properties::default(),
            run_style: Properties::default(),
            prompts: Prompts::default(),
            fields: Fields::default(),
            math: 0,
            math_level: None,
        };
        reader.body(&mut Pieces::of(text))?;
        Ok(reader)
    }
}

impl DocumentReader<'_> {
    fn body(&mut self, pieces: &mut Pieces<'_>) -> Result<(), Unreadable> {
        let mut is_text = false;
        // The texts that open text boxes are put over.
        let mut boxes: Vec<Runs> = Vec::new();
        while let Some(piece) = pieces.next()? {
            match piece {
                Piece::Start(element) => match element.local_name().as_ref() {
                    "t" => is_text = true,
                    "txbxContent" => boxes.push(std::mem::take(&mut self.text)),
                    "bookmarkStart"
                        if attribute(&element, "name").is_some_and(|name| name == PROBLEMS_BOOKMARK) =>
                    {
                        let id = attribute(&element, "id").unwrap_or_default().into_owned();
                        // One without an end reaches to the document's.
                        self.problems = Some((id, self.grid.rows()..usize::MAX));
                    }
                    "bookmarkEnd" => {
                        let ends = attribute(&element, "id");
                        let rows = self.grid.rows();
                        if let Some((id, problems)) = &mut self.problems
                            && ends.is_some_and(|ends| ends == id.as_str())
                        {
                            problems.end = problems.end.min(rows);
                        }
                    }
                    "altChunk" | "OLEObject" => self.has_embedded = true,
                    _ => {
                        let taken = self.properties(&element, pieces)?
                            || self.field(&element, pieces)?
                            || self.layout(&element, pieces.position())?;
                        if !taken {
                            self.character(&element);
                        }
                    }
                },
                Piece::Text(text) if is_text => {
                    self.budget.spend(text.len())?;
                    if self.prompts.in_run || self.prompts.open.last() == Some(&true) {
                        self.text.leave_out(LeftOutKind::Prompt, &text);
                    } else {
                        self.put_text(&text);
                    }
                }
                Piece::Text(_) => {}
                Piece::End(end) => match end.name() {
                    "t" => is_text = false,
                    "r" => self.prompts.in_run = false,
                    "oMath" => self.math = self.math.saturating_sub(1),
                    "sup" | "sub" => self.math_level = None,
                    "num" if self.math > 0 => self.text.text.push('/'),
                    "txbxContent" => {
                        if let Some(under) = boxes.pop() {
                            let within = std::mem::replace(&mut self.text, under);
                            self.put_box(within);
                        }
                    }
                    "sdt" => {
                        self.prompts.open.pop();
                    }
                    "tc" => self.end_cell()?,
                    "tbl" => self.end_table(),
                    "body" | "hdr" | "ftr" => return self.finish(),
                    _ => {}
                },
            }
        }
        Err(Unreadable::Broken("the file ends within the text".into()))
    }

    fn finish(&mut self) -> Result<(), Unreadable> {
        let text = std::mem::take(&mut self.text);
        self.lines(&text.text)
    }

    /// Adds a text to what is shown.
    fn put_text(&mut self, text: &str) {
        let style = self.style();
        let (style, sign) = match self.math_level {
            // There are raised and lowered digits; other powers and indexes are marked.
            Some(level) if text.chars().all(|c| c.is_ascii_digit()) => (
                RunStyle { is_raised: level == Level::Raised, is_lowered: level == Level::Lowered, ..style },
                "",
            ),
            Some(Level::Raised) => (style, "^"),
            Some(Level::Lowered) => (style, "_"),
            _ => (style, ""),
        };
        self.fields.put(&format!("{sign}{text}"), style, &mut self.text);
    }

    /// How the run that is open is shown.
    fn style(&self) -> RunStyle {
        self.run
            .over(self.run_style.toggled_over(self.paragraph))
            .style(self.tables.iter().any(Table::is_coloured))
    }

    /// Takes properties, and what is not part of the text: old properties and deletions of tracked changes, fallbacks for
    /// old programs, phonetic guides. Returns true if it was any of these.
    fn properties(&mut self, element: &BytesStart<'_>, pieces: &mut Pieces<'_>) -> Result<bool, Unreadable> {
        match element.local_name().as_ref() {
            name @ ("del" | "moveFrom") => {
                let deleted = deleted_text(pieces, name)?;
                self.text.leave_out(LeftOutKind::Deleted, &deleted);
            }
            "tblPr" => self.table_properties(pieces)?,
            name @ ("Fallback" | "tblPrEx" | "rt" | "rPrChange") => {
                pieces.skip(name, |_| ())?;
            }
            "trPr" => self.row_properties(pieces)?,
            name @ ("pPr" | "sectPr") => self.paragraph_properties(name, pieces)?,
            "r" => (self.run, self.run_style) = (Properties::default(), Properties::default()),
            "rStyle" => {
                let style = attribute(element, "val").unwrap_or_default();
                self.prompts.in_run = is_prompt_style(&style);
                self.run_style = self.styles.resolved(&style);
            }
            "vanish" | "strike" | "dstrike" | "vertAlign" | "position" | "rFonts" | "color" | "shd"
            | "highlight" => self.run.take(element),
            "tcPr" => self.cell_properties(pieces)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn table_properties(&mut self, pieces: &mut Pieces<'_>) -> Result<(), Unreadable> {
        let mut is_coloured = false;
        pieces.skip("tblPr", |inner| match inner.local_name().as_ref() {
            "tblStyle" => {
                is_coloured |= attribute(inner, "val").is_some_and(|style| self.styles.shades_cells(&style));
            }
            "shd" => is_coloured |= is_shading(inner),
            _ => {}
        })?;
        if let Some(table) = self.tables.last_mut() {
            table.is_coloured = is_coloured;
        }
        Ok(())
    }

    /// Takes the properties of a paragraph or a section, and puts the paragraph's number before its text.
    fn paragraph_properties(&mut self, name: &str, pieces: &mut Pieces<'_>) -> Result<(), Unreadable> {
        self.margins.begin();
        let (mut style, mut list, mut level) = (None, None, None);
        let mut is_old = false;
        let mut is_shaded = false;
        pieces.skip(name, |inner| {
            // The properties before a tracked change come last.
            is_old |= matches!(inner.local_name().as_ref(), "pPrChange" | "sectPrChange");
            if is_old {
                return;
            }
            self.margins.take(inner);
            is_shaded |= inner.local_name().as_ref() == "shd" && is_shading(inner);
            let value = attribute(inner, "val");
            match inner.local_name().as_ref() {
                "pStyle" => style = value.map(Cow::into_owned),
                "numId" => list = value.map(Cow::into_owned),
                "ilvl" => level = value.and_then(|level| level.parse().ok()),
                _ => {}
            }
        })?;
        if let Some(style) = &style {
            self.paragraph = self.styles.paragraph(Some(style));
        }
        self.paragraph = self.paragraph.shaded(is_shaded);
        let of_style = style.and_then(|style| self.styles.list(&style));
        let (list, level) = list.map(|list| (list, level.unwrap_or(0))).or(of_style).unwrap_or_default();
        if let Some(number) = self.numbering.next(&list, level, &mut self.counters) {
            self.text.text.push_str(&number);
            self.text.text.push(' ');
        }
        Ok(())
    }

    fn row_properties(&mut self, pieces: &mut Pieces<'_>) -> Result<(), Unreadable> {
        let (mut before, mut is_deleted) = (0, false);
        pieces.skip("trPr", |inner| match inner.local_name().as_ref() {
            "gridBefore" => before = number(inner, "val").unwrap_or(0).min(COLUMNS),
            // `hidden` hides no more than the mark at the row's end.
            "del" => is_deleted = true,
            _ => {}
        })?;
        if let Some(table) = self.tables.last_mut() {
            table.begin_row(before, is_deleted);
        }
        Ok(())
    }

    fn cell_properties(&mut self, pieces: &mut Pieces<'_>) -> Result<(), Unreadable> {
        let mut is_old = false;
        let Some(table) = self.tables.last_mut() else { return pieces.skip("tcPr", |_| ()) };
        pieces.skip("tcPr", |inner| match inner.local_name().as_ref() {
            // The properties before a tracked change come last.
            "tcPrChange" => is_old = true,
            _ if is_old => {}
            "gridSpan" => table.cell.span = number(inner, "val").unwrap_or(1).clamp(1, COLUMNS),
            "vMerge" => table.cell.goes_on = attribute(inner, "val").is_none_or(|val| val != "restart"),
            "shd" => table.cell.is_coloured = is_shading(inner),
            _ => {}
        })
    }

    /// Takes a field or a content control. Returns true if it was one.
    fn field(&mut self, element: &BytesStart<'_>, pieces: &mut Pieces<'_>) -> Result<bool, Unreadable> {
        match element.local_name().as_ref() {
            "instrText" => {
                let code = plain_text(pieces, "instrText")?;
                self.fields.code(&code);
            }
            "fldChar" => self.fields.take(element, &mut self.text),
            "ddList" => {
                let chosen = chosen(pieces)?;
                self.text.push(&chosen, self.style());
                self.fields.has_result();
            }
            "checkBox" => {
                let ticked = tick_box(pieces)?;
                self.text.push(ticked, self.style());
                self.fields.has_result();
            }
            "sdt" => self.prompts.open.push(false),
            "showingPlcHdr" => {
                if let Some(last) = self.prompts.open.last_mut() {
                    *last = is_on(element);
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Takes a table, a row or a cell, which begins at a position of the part. Returns true if it was one.
    fn layout(&mut self, element: &BytesStart<'_>, position: usize) -> Result<bool, Unreadable> {
        match element.local_name().as_ref() {
            "tbl" => {
                let outer = std::mem::take(&mut self.text);
                if self.tables.is_empty() {
                    self.lines(&outer.text)?;
                    self.tables.push(Table::default());
                } else {
                    self.tables.push(Table::within(outer));
                }
            }
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.rows.push(Vec::new());
                    table.begin_row(0, false);
                }
            }
            "tc" => {
                self.text = Runs::default();
                if let Some(table) = self.tables.last_mut() {
                    table.begin_cell(position, self.fields.depth());
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Takes an element that is shown as a character.
    fn character(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "tab" => self.text.text.push('\t'),
            "p" => {
                self.paragraph = self.styles.paragraph(None);
                self.text.text.push('\n');
            }
            "br" | "cr" if !self.style().is_hidden => self.text.text.push('\n'),
            "noBreakHyphen" => self.text.text.push('-'),
            "sym" => {
                let font = attribute(element, "font").map(|font| FontKind::named(&font)).unwrap_or_default();
                let code = attribute(element, "char").and_then(|code| u32::from_str_radix(&code, 16).ok());
                // In a font of letters, Windows names the characters of one byte in the same way.
                let code = code.map(|code| match code {
                    0xf020..=0xf0ff if font == FontKind::Letters => code - 0xf000,
                    code => code,
                });
                let symbol = code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
                let style = RunStyle { font, ..self.style() };
                self.fields.put(&symbol.to_string(), style, &mut self.text);
            }
            "oMath" => self.math += 1,
            // A power, an index and a root of a formula: not digits of the number before them.
            "sup" if self.math > 0 => self.math_level = Some(Level::Raised),
            "sub" if self.math > 0 => self.math_level = Some(Level::Lowered),
            "rad" if self.math > 0 => self.text.text.push('√'),
            _ => {}
        }
    }

    /// Takes the text of a text box: outside of tables a line like others, in a cell to be decided at its end.
    fn put_box(&mut self, within: Runs) {
        match self.tables.last_mut() {
            Some(table) => table.boxes.push(within),
            None => self.text.text.push_str(&within.text),
        }
    }

    /// Puts text outside of tables, a row a line.
    fn lines(&mut self, text: &str) -> Result<(), Unreadable> {
        self.budget.spend(text.len())?;
        crate::read::html::lines(text, &mut self.grid);
        Ok(())
    }
}
