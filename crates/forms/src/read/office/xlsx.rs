//! Excel workbooks: xlsx and xlsm.
//!
//! Read here and not by calamine, which gives neither hidden rows nor columns, lays a sheet out as a rectangle from its
//! first cell to its last, and gives up a whole workbook for one odd sheet. One pass over each sheet is enough.

use std::collections::{BTreeMap, BTreeSet};

use huizong_schema::CellName;
use quick_xml::events::BytesStart;

use super::sheet::{Area, Sheet, SheetCell};
use super::{Budget, SHEETS, Workbook, number as numbers};
use crate::ooxml::xml::{Piece, Pieces, attribute, is_set, number, text_of};
use crate::ooxml::{Package, main_part, relations};
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
                    common.formats = formats(&text_of(&part))?;
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

/// The strings and formats that all sheets share.
#[derive(Default)]
struct Common {
    strings: Vec<String>,
    /// The format codes by style.
    formats: Vec<String>,
    is_1904: bool,
}

fn shared_strings(text: &str, budget: &mut Budget) -> Result<Vec<String>, Unreadable> {
    let mut strings = Vec::new();
    let mut pieces = Pieces::of(text);
    while let Some(piece) = pieces.next()? {
        if let Piece::Start(element) = piece
            && element.local_name().as_ref() == "si"
        {
            let string = string_of(&mut pieces, "si")?;
            budget.spend(string.len() + size_of::<String>())?;
            strings.push(string);
        }
    }
    Ok(strings)
}

/// The text of a string with its runs, up to its end, without its phonetic text.
fn string_of(pieces: &mut Pieces<'_>, end: &str) -> Result<String, Unreadable> {
    let mut string = String::new();
    let (mut is_text, mut spoken) = (false, 0_u32);
    while let Some(piece) = pieces.next()? {
        match piece {
            Piece::Start(element) => match element.local_name().as_ref() {
                "t" => is_text = spoken == 0,
                "rPh" => spoken += 1,
                _ => {}
            },
            Piece::Text(text) if is_text => string.push_str(&text),
            Piece::Text(_) => {}
            Piece::End(name) => match name.as_str() {
                "t" => is_text = false,
                "rPh" => spoken = spoken.saturating_sub(1),
                name if name == end => return Ok(unescaped(&string)),
                _ => {}
            },
        }
    }
    Err(Unreadable::Broken("the file ends within a text".into()))
}

/// Characters that XML cannot hold are written `_x000D_`.
fn unescaped(text: &str) -> String {
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
    plain.replace("\r\n", "\n").replace('\r', "\n")
}

/// The format codes of the cells' styles.
fn formats(text: &str) -> Result<Vec<String>, Unreadable> {
    let mut own: BTreeMap<u32, String> = BTreeMap::new();
    let mut styles = Vec::new();
    let mut in_cells = false;
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
                "cellXfs" => in_cells = true,
                "xf" if in_cells => styles.push(number::<u32>(&element, "numFmtId").unwrap_or(0)),
                _ => {}
            },
            Piece::End(name) if name == "cellXfs" => in_cells = false,
            _ => {}
        }
    }
    let code = |id: u32| own.get(&id).cloned().unwrap_or_else(|| numbers::built_in(id).to_owned());
    Ok(styles.into_iter().map(code).collect())
}

/// A cell that is being read.
#[derive(Default)]
struct Raw {
    style: usize,
    kind: String,
    value: String,
    text: Option<String>,
    formula: Option<String>,
}

fn sheet(text: &str, common: &Common, budget: &mut Budget) -> Result<Sheet, Unreadable> {
    let mut sheet = Sheet::default();
    let mut hidden_columns: BTreeSet<u32> = BTreeSet::new();
    let (mut row, mut column, mut is_row_hidden) = (0_u32, 0_u32, false);
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
                        hidden_columns.extend(first..=last.min(CellName::COLUMNS - 1));
                    }
                }
                "row" => {
                    row = number::<u32>(&element, "r").map_or(row, |row| row.saturating_sub(1));
                    column = 0;
                    is_row_hidden = is_set(&element, "hidden") || number(&element, "ht") == Some(0.0_f64);
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
                "mergeCell" => {
                    let area = attribute(&element, "ref").and_then(|area| area_of(&area));
                    sheet.merged.extend(area.filter(|_| sheet.merged.len() < MERGED));
                }
                _ => {}
            },
            Piece::End(name) => match name.as_str() {
                "row" => row = row.saturating_add(1),
                "c" => {
                    if let Some(mut cell) = raw.take().and_then(|raw| cell(raw, common)) {
                        cell.is_hidden = is_row_hidden || hidden_columns.contains(&column);
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

/// The text up to an element's end.
fn plain_text(pieces: &mut Pieces<'_>, end: &str) -> Result<String, Unreadable> {
    let mut text = String::new();
    while let Some(piece) = pieces.next()? {
        match piece {
            Piece::Text(piece) => text.push_str(&piece),
            Piece::End(name) if name == end => return Ok(text),
            _ => {}
        }
    }
    Err(Unreadable::Broken("the file ends within a cell".into()))
}

/// Reads a formula. A shared one is written at its first cell, and moved for the others.
fn formula(
    element: &BytesStart<'_>,
    pieces: &mut Pieces<'_>,
    at: CellName,
    shared: &mut BTreeMap<u32, (String, CellName)>,
    budget: &mut Budget,
) -> Result<Option<String>, Unreadable> {
    let kind = attribute(element, "t").map(std::borrow::Cow::into_owned);
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
    let shown = match raw.kind.as_str() {
        "s" => {
            let index: usize = raw.value.trim().parse().ok()?;
            SheetCell::text(common.strings.get(index)?.clone())
        }
        "inlineStr" => SheetCell::text(raw.text.unwrap_or_default()),
        "str" => SheetCell::text(unescaped(&raw.value)),
        "b" => SheetCell::text(if raw.value.trim() == "1" { "TRUE" } else { "FALSE" }.into()),
        "e" | "d" => SheetCell::text(raw.value),
        _ if raw.value.trim().is_empty() => SheetCell::text(raw.text.unwrap_or_default()),
        _ => match raw.value.trim().parse::<f64>().ok().filter(|value| value.is_finite()) {
            Some(value) => {
                let format = common.formats.get(raw.style).map_or("", String::as_str);
                SheetCell::number(numbers::shown(value, format, common.is_1904), numbers::decimal(value))
            }
            None => SheetCell::text(raw.value),
        },
    };
    let cell = SheetCell { formula: raw.formula, ..shown };
    (!cell.text.is_empty() || cell.formula.is_some()).then_some(cell)
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
        assert_eq!(unescaped("甲_x000D_\n乙_x0041_ _x_ _xZZZZ_ _x00"), "甲\n乙A _x_ _xZZZZ_ _x00");
    }
}
