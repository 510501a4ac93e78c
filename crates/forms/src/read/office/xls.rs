//! Excel workbooks of old: xls.
//!
//! calamine gives values, formulas and merged cells. The formats of numbers and what is hidden are read here, from the
//! same records; and as calamine believes a file's own sizes, the records are looked through before it sees them.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::catch_unwind;

use calamine::{Data, Reader, SheetType, SheetVisible, Xls, XlsError};
use huizong_schema::CellName;

use super::number::ShownNumber;
use super::sheet::{Area, HiddenLines, Sheet, SheetCell};
use super::xls_password;
use super::xls_records::{double_word, hide, packed, records, records_of, word};
use super::xls_text::{self, CellTexts, XlsText};
use super::{Budget, Workbook, number as numbers};
use crate::runs::RunStyle;
use crate::unreadable::Unreadable;

/// calamine lays a sheet out as a rectangle; larger ones are not handed to it.
const LARGEST: u64 = 2_000_000;

pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<Workbook, Unreadable> {
    // Both readers are for sound files first of all, and may panic on others.
    let mut stream = guarded(|| records_of(bytes))?;
    xls_password::decrypt(&mut stream)?;
    let facts = Facts::of(&mut stream);
    let clean = packed(&stream);
    let mut xls = guarded(|| Xls::new(Cursor::new(clean)).map_err(unreadable))?;
    let mut workbook = Workbook::default();
    for (index, sheet) in xls.sheets_metadata().to_vec().iter().enumerate() {
        let of_sheet = facts.sheets.get(index);
        if of_sheet.is_some_and(|sheet| sheet.is_too_large) {
            workbook.broken.push((sheet.name.clone(), Unreadable::TooLarge));
            continue;
        }
        if sheet.typ == SheetType::WorkSheet {
            let mut read = cells(&mut xls, &sheet.name, &facts, of_sheet, budget)?;
            read.is_hidden = sheet.visible != SheetVisible::Visible;
            workbook.sheets.push(read);
        }
    }
    Ok(workbook)
}

fn guarded<T>(
    read: impl FnOnce() -> Result<T, Unreadable> + std::panic::UnwindSafe,
) -> Result<T, Unreadable> {
    catch_unwind(read).unwrap_or_else(|_| Err(Unreadable::Broken("the records make no sense".into())))
}

fn unreadable(error: XlsError) -> Unreadable {
    match error {
        XlsError::Password => Unreadable::Password,
        error => Unreadable::Broken(error.to_string()),
    }
}

/// Facts that calamine does not give.
#[derive(Default)]
struct Facts {
    /// The format codes by style.
    formats: Vec<String>,
    fonts: Vec<RunStyle>,
    /// The fonts by style.
    style_fonts: Vec<u16>,
    /// By style: whether the cell has a colour of its own behind its text.
    style_fills: Vec<bool>,
    /// Whether conditional formats may colour cells.
    has_conditions: bool,
    /// The texts that cells share.
    texts: Vec<XlsText>,
    is_1904: bool,
    sheets: Vec<SheetFacts>,
}

#[derive(Default)]
struct SheetFacts {
    /// Where its records begin.
    begins: usize,
    styles: BTreeMap<CellName, u16>,
    hidden: HiddenLines,
    texts: CellTexts,
    is_too_large: bool,
    /// Whether zeros are not shown.
    hides_zeros: bool,
    /// Whether conditional formats may colour cells.
    has_conditions: bool,
}

/// Records of one cell each: its row, column and style first.
const CELLS: [u16; 7] = [0x0203, 0x027e, 0x0006, 0x0204, 0x00d6, 0x0205, 0x00fd];
impl Facts {
    /// How text in a font is shown in a cell of a style. There is no font with the index 4: the fonts after it are
    /// counted from 5.
    fn font(&self, index: u16, style: u16) -> RunStyle {
        let at = usize::from(if index > 4 { index - 1 } else { index });
        let font = self.fonts.get(at).copied().unwrap_or_default();
        let has_fill = self.style_fills.get(usize::from(style)).copied().unwrap_or(true);
        RunStyle { is_pale: font.is_pale && !has_fill && !self.has_conditions, ..font }
    }

    /// The style of a cell's text: whole cells are not raised.
    fn of_cell(&self, style: u16) -> RunStyle {
        let font = self
            .style_fonts
            .get(usize::from(style))
            .map_or_else(RunStyle::default, |font| self.font(*font, style));
        RunStyle { is_struck: font.is_struck, is_pale: font.is_pale, ..RunStyle::default() }
    }

    fn of(stream: &mut [u8]) -> Self {
        let mut facts = Self::default();
        let mut formats: BTreeMap<u16, String> = BTreeMap::new();
        let (mut styles, mut fonts, mut style_fonts) = (Vec::new(), Vec::new(), Vec::new());
        let mut is_new = true;
        let (mut texts_from, mut texts_to) = (0, usize::MAX);
        let globals = records(stream, 0);
        for (number, &(kind, from, to)) in globals.iter().enumerate() {
            let data = &stream[from..to];
            match kind {
                0x0809 => is_new = word(data, 0) == Some(0x0600),
                0x0022 => facts.is_1904 = word(data, 0) == Some(1),
                0x041e => {
                    if let (Some(id), Some(code)) = (word(data, 0), format_code(data, is_new)) {
                        formats.insert(id, code);
                    }
                }
                0x0031 => fonts.push(font_style(data)),
                0x00fc => (texts_from, texts_to) = (number, number + 1),
                0x003c if number == texts_to => texts_to = number + 1,
                0x00e0 => {
                    styles.push(word(data, 2).unwrap_or(0));
                    style_fonts.push(word(data, 0).unwrap_or(0));
                    // The pattern is in the highest six bits; older records have it elsewhere.
                    facts
                        .style_fills
                        .push(double_word(data, 14).is_none_or(|fill| !is_new || fill >> 26 != 0));
                }
                0x0085 => {
                    let begins = double_word(data, 0).unwrap_or(0);
                    facts.sheets.push(SheetFacts { begins: begins as usize, ..SheetFacts::default() });
                }
                _ => {}
            }
        }
        let code =
            |id: &u16| formats.get(id).cloned().unwrap_or_else(|| numbers::built_in((*id).into()).to_owned());
        facts.formats = styles.iter().map(code).collect();
        facts.fonts = fonts;
        facts.style_fonts = style_fonts;
        if texts_to != usize::MAX {
            let pieces: Vec<&[u8]> =
                globals[texts_from..texts_to].iter().map(|&(_, from, to)| &stream[from..to]).collect();
            facts.texts = xls_text::shared(&pieces);
        }
        for sheet in &mut facts.sheets {
            sheet.look_through(stream);
            facts.has_conditions |= sheet.has_conditions;
        }
        facts
    }
}

impl SheetFacts {
    fn look_through(&mut self, stream: &mut [u8]) {
        let mut extent: Option<(CellName, CellName)> = None;
        let mut formula = None;
        let all = records(stream, self.begins);
        for &(kind, from, to) in &all {
            let data = &stream[from..to];
            let at = |row: Option<u16>, column: Option<u16>| Some(CellName::new(row?.into(), column?.into()));
            match kind {
                // The sizes that a sheet claims are not trusted.
                0x0200 => hide(stream, from),
                0x0208 if word(data, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                    self.hidden.rows.extend(word(data, 0).map(u32::from));
                }
                0x007d if word(data, 8).is_some_and(|flags| flags & 1 != 0) => {
                    if let (Some(first), Some(last)) = (word(data, 0), word(data, 2)) {
                        self.hidden.columns.extend(u32::from(first)..=u32::from(last.min(255)));
                    }
                }
                0x023e => self.hides_zeros |= word(data, 0).is_some_and(|flags| flags & 0x10 == 0),
                0x01b0 => self.has_conditions = true,
                // The text that the formula before it evaluates to.
                0x0207 => {
                    let text = formula.take().zip(xls_text::of_formula(data));
                    self.texts.of_formulas.extend(text);
                }
                kind if CELLS.contains(&kind) => {
                    if let Some(at) = at(word(data, 0), word(data, 2)) {
                        if kind == 0x00fd {
                            self.texts.shared.extend(double_word(data, 6).map(|text| (at, text)));
                        }
                        let is_text =
                            kind == 0x0006 && data.get(6) == Some(&0) && word(data, 12) == Some(0xffff);
                        formula = is_text.then_some(at);
                        self.styles.insert(at, word(data, 4).unwrap_or(0));
                        extent = Some(grown(extent, at));
                    }
                }
                0x00bd => {
                    let first = word(data, 2);
                    let many = data.len().saturating_sub(6) / 6;
                    for index in 0..many {
                        let column = first.and_then(|first| first.checked_add(u16::try_from(index).ok()?));
                        if let Some(at) = at(word(data, 0), column) {
                            self.styles.insert(at, word(data, 4 + 6 * index).unwrap_or(0));
                            extent = Some(grown(extent, at));
                        }
                    }
                }
                _ => {}
            }
        }
        let area = extent.map_or(0, |(first, last)| {
            (u64::from(last.row - first.row) + 1) * (u64::from(last.column - first.column) + 1)
        });
        if area > LARGEST {
            self.is_too_large = true;
            // Rows of numbers, and the texts that formulas evaluate to, are cells too.
            let is_cell = |kind: u16| CELLS.contains(&kind) || matches!(kind, 0x00bd | 0x0207);
            all.iter().filter(|(kind, ..)| is_cell(*kind)).for_each(|(_, from, _)| hide(stream, *from));
        }
    }
}

/// What a FONT record says of how text is shown.
fn font_style(data: &[u8]) -> RunStyle {
    let escapement = word(data, 8).unwrap_or(0);
    RunStyle {
        is_struck: word(data, 2).is_some_and(|flags| flags & 0x08 != 0),
        is_raised: escapement == 1,
        is_lowered: escapement == 2,
        // White, of the first colours and of the palette.
        is_pale: matches!(word(data, 4), Some(1 | 9)),
        ..RunStyle::default()
    }
}

/// The corners of an area that holds one more cell.
fn grown(extent: Option<(CellName, CellName)>, at: CellName) -> (CellName, CellName) {
    let (first, last) = extent.unwrap_or((at, at));
    (
        CellName::new(first.row.min(at.row), first.column.min(at.column)),
        CellName::new(last.row.max(at.row), last.column.max(at.column)),
    )
}

/// The code in a FORMAT record: of two bytes a character or one, or, in old files, in the country's own encoding.
fn format_code(data: &[u8], is_new: bool) -> Option<String> {
    if !is_new {
        let length = usize::from(*data.get(2)?);
        return Some(crate::encoding::decode(data.get(3..3 + length)?).text);
    }
    let length = usize::from(word(data, 2)?);
    let is_wide = data.get(4)? & 1 != 0;
    if is_wide {
        let units: Vec<u16> = (0..length).filter_map(|index| word(data, 5 + 2 * index)).collect();
        return Some(String::from_utf16_lossy(&units));
    }
    Some(data.get(5..5 + length)?.iter().map(|byte| char::from(*byte)).collect())
}

fn cells(
    xls: &mut Xls<Cursor<Vec<u8>>>,
    name: &str,
    facts: &Facts,
    of_sheet: Option<&SheetFacts>,
    budget: &mut Budget,
) -> Result<Sheet, Unreadable> {
    let mut sheet = Sheet { name: name.to_owned(), ..Sheet::default() };
    let range = xls.worksheet_range(name).map_err(unreadable)?;
    let at_of = |begins: (u32, u32), row: usize, column: usize| {
        let from = |begins: u32, offset: usize| begins + u32::try_from(offset).unwrap_or(0);
        CellName::new(from(begins.0, row), from(begins.1, column))
    };
    if let Some(of_sheet) = of_sheet {
        sheet.hidden = of_sheet.hidden.clone();
    }
    let begins = range.start().unwrap_or_default();
    for (row, column, value) in range.used_cells() {
        let at = at_of(begins, row, column);
        let style = of_sheet.and_then(|sheet| sheet.styles.get(&at)).copied().unwrap_or(0);
        let format = facts.formats.get(usize::from(style)).map_or("", String::as_str);
        let hides_zeros = of_sheet.is_some_and(|sheet| sheet.hides_zeros);
        let number = |value: f64| {
            let shown = if hides_zeros && value == 0.0 {
                ShownNumber::nothing()
            } else {
                numbers::shown(value, format, facts.is_1904)
            };
            SheetCell::number(shown, value)
        };
        let of_formula = of_sheet.and_then(|sheet| sheet.texts.of_formulas.get(&at));
        let cell = match value {
            _ if of_formula.is_some() => SheetCell::text(of_formula.cloned().unwrap_or_default()),
            Data::Int(value) => {
                value.to_string().parse().map_or_else(|_| SheetCell::text(value.to_string()), number)
            }
            Data::Float(value) => number(*value),
            Data::DateTime(value) => number(value.as_f64()),
            Data::Bool(value) => SheetCell::text(if *value { "TRUE" } else { "FALSE" }.into()),
            Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
                SheetCell::text(text.replace("\r\n", "\n").replace('\r', "\n"))
            }
            Data::Error(error) => SheetCell::text(error.to_string()),
            Data::Empty => continue,
        };
        let of_cell = facts.of_cell(style);
        let font = |index: u16| facts.font(index, style);
        let text = of_sheet.and_then(|sheet| facts.texts.get(*sheet.texts.shared.get(&at)? as usize));
        let cell = match text.filter(|text| text.is_styled(&font)) {
            Some(text) => {
                let mut runs = text.shown(of_cell, &font);
                runs.text = runs.text.replace("\r\n", "\n").replace('\r', "\n");
                SheetCell::runs(runs)
            }
            None => cell.left_out(of_cell.why_not_shown()),
        };
        budget.spend_on(&cell)?;
        sheet.cells.insert(at, cell);
    }
    if let Ok(formulas) = xls.worksheet_formula(name) {
        let begins = formulas.start().unwrap_or_default();
        for (row, column, formula) in formulas.used_cells() {
            if let Some(cell) = sheet.cells.get_mut(&at_of(begins, row, column)) {
                cell.formula = Some(formula.clone());
            }
        }
    }
    let merged = xls.merge_cells_by_sheet_name(name).unwrap_or_default();
    sheet.merged =
        merged.iter().map(|area| Area { first: area.start.into(), last: area.end.into() }).collect();
    Ok(sheet)
}
