//! Excel workbooks: xlsx and xlsm.
//!
//! Read here and not by calamine, which gives neither hidden rows nor columns, lays a sheet out as a rectangle from its
//! first cell to its last, and gives up a whole workbook for one odd sheet. One pass over each sheet is enough.

use std::borrow::Cow;
use std::collections::BTreeMap;

use huizong_schema::CellName;
use quick_xml::events::BytesStart;

use super::sheet::{Area, Sheet, SheetCell};
use super::{Budget, SHEETS, Workbook, number as numbers};
use crate::ooxml::xml::{Piece, Pieces, attribute, is_set, number, plain_text, text_of};
use crate::ooxml::{Package, main_part, relations};
use crate::runs::{RunStyle, Runs};
use crate::unreadable::Unreadable;

/// The most merged areas of a sheet.
const MERGED: usize = 100_000;

pub(super) fn read(package: &mut Package<'_>, budget: &mut Budget) -> Result<Workbook, Unreadable> {
    let main = main_part(package, "xl/workbook.xml")?;
    let targets = relations(package, &main)?;
    let mut common = Common::default();
    for (kind, target) in targets.values() {
        match kind.as_str() {
            "sharedStrings" => {
                if let Some(part) = package.part(target)? {
                    common.strings = shared_strings(&text_of(&part), budget)?;
                }
            }
            "styles" => {
                if let Some(part) = package.part(target)? {
                    common.styles = styles(&text_of(&part))?;
                }
            }
            _ => {}
        }
    }
    let text = text_of(&package.needed(&main)?);
    let mut workbook = Workbook {
        has_macros: targets.values().any(|(kind, _)| kind == "vbaProject"),
        ..Workbook::default()
    };
    let mut listed = Vec::new();
    let mut pieces = Pieces::of(&text);
    while let Some(piece) = pieces.next()? {
        let Piece::Start(element) = piece else { continue };
        match element.local_name().as_ref() {
            "workbookPr" => common.is_1904 |= is_set(&element, "date1904"),
            "sheet" => {
                let name = attribute(&element, "name").unwrap_or_default().into_owned();
                let is_hidden = attribute(&element, "state").is_some_and(|state| state != "visible");
                // `r:id`; a sheet's own number is called `sheetId`.
                let target = attribute(&element, "id").and_then(|id| targets.get(&*id).cloned());
                listed.push((name, is_hidden, target));
            }
            "externalReference" => workbook.has_links = true,
            _ => {}
        }
    }
    for (name, is_hidden, target) in listed {
        // Charts, dialogues and macros have sheets of their own.
        let Some((_, target)) = target.filter(|(kind, _)| kind == "worksheet") else { continue };
        if workbook.sheets.len() >= SHEETS {
            workbook.beyond += 1;
            continue;
        }
        let part = package
            .part(&target)
            .and_then(|part| part.ok_or_else(|| Unreadable::Broken(format!("{target} is missing"))));
        match part.and_then(|part| sheet(&text_of(&part), &common, budget)) {
            Ok(cells) => workbook.sheets.push(Sheet { name, is_hidden, ..cells }),
            Err(why) => workbook.broken.push((name, why)),
        }
    }
    Ok(workbook)
}

/// The strings and styles that all sheets share.
#[derive(Default)]
struct Common {
    strings: Vec<RichText>,
    styles: Vec<CellStyle>,
    is_1904: bool,
}

/// What a cell's style says of how its value is shown.
#[derive(Clone, Default)]
struct CellStyle {
    /// The format code of numbers.
    format: String,
    is_struck: bool,
}

/// A text as runs. A run without a style has that of its cell.
#[derive(Clone, Default)]
struct RichText(Vec<(String, Option<RunStyle>)>);

impl RichText {
    fn len(&self) -> usize {
        self.0.iter().map(|(text, _)| text.len()).sum()
    }

    /// The text as a cell shows it.
    fn shown(&self, of_cell: RunStyle) -> Runs {
        let mut runs = Runs::default();
        for (text, style) in &self.0 {
            runs.push(&unescaped(text), style.unwrap_or(of_cell));
        }
        runs
    }
}

fn shared_strings(text: &str, budget: &mut Budget) -> Result<Vec<RichText>, Unreadable> {
    let mut strings = Vec::new();
    let mut pieces = Pieces::of(text);
    while let Some(piece) = pieces.next()? {
        if let Piece::Start(element) = piece
            && element.local_name().as_ref() == "si"
        {
            let string = string_of(&mut pieces, "si")?;
            budget.spend(string.len() + string.0.len() * size_of::<(String, Option<RunStyle>)>())?;
            strings.push(string);
        }
    }
    Ok(strings)
}

/// The runs of a string, up to its end, without its phonetic text.
fn string_of(pieces: &mut Pieces<'_>, name: &str) -> Result<RichText, Unreadable> {
    let mut string = RichText::default();
    let (mut is_text, mut spoken) = (false, 0_u32);
    let mut style = None;
    while let Some(piece) = pieces.next()? {
        match piece {
            Piece::Start(element) => match element.local_name().as_ref() {
                "t" => {
                    is_text = spoken == 0;
                    if is_text {
                        string.0.push((String::new(), style));
                    }
                }
                "r" => style = None,
                "rPr" => style = Some(RunStyle::default()),
                "rPh" => spoken += 1,
                _ => {
                    if let Some(style) = &mut style {
                        take_style(&element, style);
                    }
                }
            },
            Piece::Text(text) if is_text => {
                if let Some((last, _)) = string.0.last_mut() {
                    last.push_str(&text);
                }
            }
            Piece::Text(_) => {}
            Piece::End(end) => match end.name() {
                "t" => is_text = false,
                "rPh" => spoken = spoken.saturating_sub(1),
                end if end == name => return Ok(string),
                _ => {}
            },
        }
    }
    Err(Unreadable::Broken("the file ends within a text".into()))
}

/// Takes a property of a font into a run's style.
fn take_style(element: &BytesStart<'_>, style: &mut RunStyle) {
    let value = attribute(element, "val");
    match element.local_name().as_ref() {
        "strike" => style.is_struck = value.is_none_or(|value| !matches!(&*value, "0" | "false")),
        "vertAlign" => {
            style.is_raised = value.as_deref() == Some("superscript");
            style.is_lowered = value.as_deref() == Some("subscript");
        }
        _ => {}
    }
}

/// Characters that XML cannot hold are written `_x000D_`.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") && !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let code = from.get(2..6).filter(|_| from.as_bytes().get(6) == Some(&b'_'));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                plain.push(c);
                rest = &from[7..];
            }
            None => {
                plain.push_str("_x");
                rest = &from[2..];
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain.replace("\r\n", "\n").replace('\r', "\n"))
}

/// The styles of cells: formats of numbers, and fonts that strike through.
fn styles(text: &str) -> Result<Vec<CellStyle>, Unreadable> {
    let mut own: BTreeMap<u32, String> = BTreeMap::new();
    let mut fonts: Vec<RunStyle> = Vec::new();
    let mut styles: Vec<(u32, usize)> = Vec::new();
    let (mut in_cells, mut in_fonts) = (false, false);
    let mut pieces = Pieces::of(text);
    while let Some(piece) = pieces.next()? {
        match piece {
            Piece::Start(element) => match element.local_name().as_ref() {
                "numFmt" => {
                    if let (Some(id), Some(code)) =
                        (number(&element, "numFmtId"), attribute(&element, "formatCode"))
                    {
                        own.insert(id, code.into_owned());
                    }
                }
                "fonts" => in_fonts = true,
                "font" if in_fonts => fonts.push(RunStyle::default()),
                "cellXfs" => in_cells = true,
                "xf" if in_cells => styles.push((
                    number(&element, "numFmtId").unwrap_or(0),
                    number(&element, "fontId").unwrap_or(0),
                )),
                _ if in_fonts => {
                    if let Some(font) = fonts.last_mut() {
                        take_style(&element, font);
                    }
                }
                _ => {}
            },
            Piece::End(end) => match end.name() {
                "cellXfs" => in_cells = false,
                "fonts" => in_fonts = false,
                _ => {}
            },
            Piece::Text(_) => {}
        }
    }
    let code = |id: u32| own.get(&id).cloned().unwrap_or_else(|| numbers::built_in(id).to_owned());
    let is_struck = |font: usize| fonts.get(font).is_some_and(|font| font.is_struck);
    let style = |(format, font)| CellStyle { format: code(format), is_struck: is_struck(font) };
    Ok(styles.into_iter().map(style).collect())
}

/// A cell that is being read.
#[derive(Default)]
struct Raw {
    style: usize,
    kind: String,
    value: String,
    text: Option<RichText>,
    formula: Option<String>,
}

fn sheet(text: &str, common: &Common, budget: &mut Budget) -> Result<Sheet, Unreadable> {
    let mut sheet = Sheet::default();
    let (mut row, mut column) = (0_u32, 0_u32);
    let mut shared: BTreeMap<u32, (String, CellName)> = BTreeMap::new();
    let mut raw: Option<Raw> = None;
    let mut is_complete = false;
    let mut pieces = Pieces::of(text);
    while let Some(piece) = pieces.next()? {
        match piece {
            Piece::Start(element) => match element.local_name().as_ref() {
                "col" if is_set(&element, "hidden") => {
                    let column = |name| number::<u32>(&element, name).map(|column| column.saturating_sub(1));
                    if let (Some(first), Some(last)) = (column("min"), column("max")) {
                        sheet.hidden.columns.extend(first..=last.min(CellName::COLUMNS - 1));
                    }
                }
                "row" => {
                    row = number::<u32>(&element, "r").map_or(row, |row| row.saturating_sub(1));
                    column = 0;
                    if is_set(&element, "hidden") || number(&element, "ht") == Some(0.0_f64) {
                        sheet.hidden.rows.insert(row);
                    }
                }
                "c" => {
                    if let Some(Ok(name)) = attribute(&element, "r").map(|name| name.parse::<CellName>()) {
                        column = name.column;
                    }
                    let kind = attribute(&element, "t").unwrap_or_default().into_owned();
                    raw = Some(Raw { style: number(&element, "s").unwrap_or(0), kind, ..Raw::default() });
                }
                "is" => {
                    if let Some(raw) = &mut raw {
                        raw.text = Some(string_of(&mut pieces, "is")?);
                    }
                }
                "v" => {
                    let value = plain_text(&mut pieces, "v")?;
                    if let Some(raw) = &mut raw {
                        raw.value = value;
                    }
                }
                "f" => {
                    let formula =
                        formula(&element, &mut pieces, CellName::new(row, column), &mut shared, budget)?;
                    if let Some(raw) = &mut raw {
                        raw.formula = formula;
                    }
                }
                "oddHeader" | "oddFooter" | "firstHeader" | "firstFooter" => {
                    let name = element.local_name().as_ref().to_owned();
                    let text = plain_text(&mut pieces, &name)?;
                    sheet.margins.extend(margin_lines(&text));
                }
                "mergeCell" => {
                    let area = attribute(&element, "ref").and_then(|area| area_of(&area));
                    sheet.merged.extend(area.filter(|_| sheet.merged.len() < MERGED));
                }
                _ => {}
            },
            Piece::End(end) => match end.name() {
                "row" => row = row.saturating_add(1),
                "c" => {
                    if let Some(cell) = raw.take().and_then(|raw| cell(raw, common)) {
                        budget.spend_on(&cell)?;
                        sheet.cells.insert(CellName::new(row, column), cell);
                    }
                    column = column.saturating_add(1);
                }
                "sheetData" => is_complete = true,
                _ => {}
            },
            Piece::Text(_) => {}
        }
    }
    if is_complete { Ok(sheet) } else { Err(Unreadable::Broken("the sheet is cut off".into())) }
}

/// Reads a formula. A shared one is written at its first cell, and moved for the others.
fn formula(
    element: &BytesStart<'_>,
    pieces: &mut Pieces<'_>,
    at: CellName,
    shared: &mut BTreeMap<u32, (String, CellName)>,
    budget: &mut Budget,
) -> Result<Option<String>, Unreadable> {
    let kind = attribute(element, "t").map(Cow::into_owned);
    let group = number::<u32>(element, "si");
    let text = plain_text(pieces, "f")?;
    match (kind.as_deref(), group) {
        (Some("shared"), Some(group)) if text.is_empty() => {
            Ok(shared.get(&group).and_then(|(formula, first)| super::formula::moved(formula, *first, at)))
        }
        (Some("shared"), Some(group)) => {
            budget.spend(text.len() + 64)?;
            shared.insert(group, (text.clone(), at));
            Ok(Some(text))
        }
        // A formula that fills several cells at once does not belong to one cell.
        (Some("array" | "dataTable"), _) => Ok(None),
        _ => Ok((!text.is_empty()).then_some(text)),
    }
}

fn cell(raw: Raw, common: &Common) -> Option<SheetCell> {
    let default = CellStyle::default();
    let style = common.styles.get(raw.style).unwrap_or(&default);
    let of_cell = RunStyle { is_struck: style.is_struck, ..RunStyle::default() };
    let plain = |text: String| {
        let cell = SheetCell::text(text);
        if style.is_struck { cell.struck() } else { cell }
    };
    let inline = |text: Option<RichText>| SheetCell::runs(text.unwrap_or_default().shown(of_cell));
    let lacks_value = raw.value.trim().is_empty() && raw.text.is_none() && raw.kind != "str";
    let shown = match raw.kind.as_str() {
        "s" => {
            let index: usize = raw.value.trim().parse().ok()?;
            SheetCell::runs(common.strings.get(index)?.shown(of_cell))
        }
        "inlineStr" => inline(raw.text),
        "str" => plain(unescaped(&raw.value).into_owned()),
        "b" => plain(if raw.value.trim() == "1" { "TRUE" } else { "FALSE" }.into()),
        "e" | "d" => plain(raw.value),
        _ if raw.value.trim().is_empty() => inline(raw.text),
        _ => match raw.value.trim().parse::<f64>().ok().filter(|value| value.is_finite()) {
            Some(value) => {
                let cell = SheetCell::number(numbers::shown(value, &style.format, common.is_1904), value);
                if style.is_struck { cell.struck() } else { cell }
            }
            None => plain(raw.value),
        },
    };
    let lacks_value = (lacks_value && raw.formula.is_some()).then(|| style.format.clone());
    let cell = SheetCell { formula: raw.formula, lacks_value, ..shown };
    (!cell.is_empty()).then_some(cell)
}

/// The lines of a page's header or footer, without the codes of fonts, positions and fields: `&R单位：万元`.
pub(super) fn margin_lines(text: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('&', Some('&')) => {
                chars.next();
                plain.push('&');
            }
            ('&', Some('"')) => {
                chars.next();
                chars.by_ref().find(|c| *c == '"');
            }
            ('&', Some(digit)) if digit.is_ascii_digit() => {
                while chars.next_if(char::is_ascii_digit).is_some() {}
            }
            ('&', Some('L' | 'C' | 'R')) => {
                chars.next();
                plain.push('\n');
            }
            ('&', Some(_)) => {
                chars.next();
            }
            (c, _) => plain.push(c),
        }
    }
    crate::markup::paragraphs(&plain)
}

/// An area such as `B2:C3`.
pub(super) fn area_of(text: &str) -> Option<Area> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let (first, last) = (CellName::from_reference(first)?, CellName::from_reference(last)?);
    (first.row <= last.row && first.column <= last.column).then_some(Area { first, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_unescaped() {
        assert_eq!(margin_lines("&L&\"宋体\"&9附表&R单位：万元 &P/&N"), ["附表", "单位：万元 /"]);
        assert_eq!(unescaped("甲_x000D_\n乙_x0041_ _x_ _xZZZZ_ _x00"), "甲\n乙A _x_ _xZZZZ_ _x00");
    }
}
