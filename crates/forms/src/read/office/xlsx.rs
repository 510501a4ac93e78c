//! Excel workbooks: xlsx and xlsm.
//!
//! Read here and not by calamine, which gives neither hidden rows nor columns, lays a sheet out as a rectangle from its
//! first cell to its last, and gives up a whole workbook for one odd sheet. One pass over each sheet is enough.

mod styles;
mod text;

use std::borrow::Cow;
use std::collections::BTreeMap;

use huizong_schema::CellName;
use quick_xml::events::BytesStart;

use self::styles::{CellStyle, Styles};
use self::text::{RichText, shared_strings, string_of, unescaped};
use super::number::ShownNumber;
use super::sheet::{Area, Sheet, SheetCell};
use super::{Budget, SHEETS, Workbook, number as numbers};
use crate::ooxml::xml::{Piece, Pieces, attribute, is_set, number, plain_text, text_of};
use crate::ooxml::{Package, main_part, relations};
use crate::runs::RunStyle;
use crate::unreadable::Unreadable;

/// A row lower than this, in points, or a column narrower than this, in characters, shows nothing.
const LEAST_HEIGHT: f64 = 1.5;
const LEAST_WIDTH: f64 = 0.3;
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
                    common.styles = Styles::read(&text_of(&part))?;
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
    let mut recalculates = false;
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
            "calcPr" => recalculates = is_set(&element, "fullCalcOnLoad"),
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
            Ok(cells) => {
                // Damaged shapes take nothing from the form.
                let shapes =
                    if cells.has_drawing { shapes(package, &target).unwrap_or_default() } else { Vec::new() };
                workbook.sheets.push(Sheet { name, is_hidden, shapes, recalculates, ..cells });
            }
            Err(why) => workbook.broken.push((name, why)),
        }
    }
    Ok(workbook)
}

/// The strings and styles that all sheets share.
#[derive(Default)]
struct Common {
    strings: Vec<RichText>,
    styles: Styles,
    default_style: CellStyle,
    is_1904: bool,
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
    // These come after the cells, and matter before.
    let may_be_coloured = text.contains("<conditionalFormatting") || text.contains("<tablePart");
    let mut view = View { may_be_coloured, ..View::default() };
    let mut conditional: Vec<Area> = Vec::new();
    let mut pieces = Pieces::of(text);
    while let Some(piece) = pieces.next()? {
        match piece {
            Piece::Start(element) => match element.local_name().as_ref() {
                "col"
                    if is_set(&element, "hidden")
                        || number::<f64>(&element, "width").is_some_and(|width| width < LEAST_WIDTH) =>
                {
                    let column = |name| number::<u32>(&element, name).map(|column| column.saturating_sub(1));
                    if let (Some(first), Some(last)) = (column("min"), column("max")) {
                        sheet.hidden.columns.extend(first..=last.min(CellName::COLUMNS - 1));
                    }
                }
                "sheetView" => {
                    view.hides_zeros |= attribute(&element, "showZeros")
                        .is_some_and(|shows| matches!(&*shows, "0" | "false"));
                }
                "conditionalFormatting" => {
                    let areas = attribute(&element, "sqref").unwrap_or_default();
                    conditional = areas.split_whitespace().filter_map(area_of).take(MERGED).collect();
                }
                "cfRule" => {
                    let changes =
                        number::<usize>(&element, "dxfId").and_then(|id| common.styles.conditional.get(id));
                    if changes == Some(&true) {
                        sheet.conditional.append(&mut conditional);
                    }
                }
                "drawing" => sheet.has_drawing = true,
                "row" => {
                    row = number::<u32>(&element, "r").map_or(row, |row| row.saturating_sub(1));
                    column = 0;
                    if is_set(&element, "hidden")
                        || number::<f64>(&element, "ht").is_some_and(|height| height < LEAST_HEIGHT)
                    {
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
                    if let Some(cell) = raw.take().and_then(|raw| cell(raw, common, view)) {
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

/// What a sheet says of how its cells are shown.
#[derive(Clone, Copy, Default)]
struct View {
    /// Whether zeros are not shown.
    hides_zeros: bool,
    /// Whether a table's style or a conditional format may colour cells.
    may_be_coloured: bool,
}

fn cell(raw: Raw, common: &Common, view: View) -> Option<SheetCell> {
    let mut style = Cow::Borrowed(common.styles.cells.get(raw.style).unwrap_or(&common.default_style));
    let has_value = !raw.value.trim().is_empty();
    let rich = match raw.kind.as_str() {
        "s" => Some(common.strings.get(raw.value.trim().parse::<usize>().ok()?)?),
        "inlineStr" => raw.text.as_ref(),
        "str" | "b" | "e" | "d" => None,
        _ => raw.text.as_ref().filter(|_| !has_value),
    };
    let is_pale = style.hides(style.font.ink) || rich.is_some_and(|text| text.is_pale_on(&style));
    let may_be_otherwise = is_pale && view.may_be_coloured;
    if may_be_otherwise {
        style.to_mut().paper = None;
    }
    let not_shown = RunStyle { is_pale: style.hides(style.font.ink), ..style.font.style }.why_not_shown();
    let plain = |text: String| SheetCell::text(text).left_out(not_shown);
    let lacks_value = !has_value && raw.text.is_none() && raw.kind != "str";
    let shown = match raw.kind.as_str() {
        _ if rich.is_some() => SheetCell::runs(rich.map(|text| text.shown(&style)).unwrap_or_default()),
        "str" => plain(unescaped(&raw.value).into_owned()),
        "b" => plain(if raw.value.trim() == "1" { "TRUE" } else { "FALSE" }.into()),
        "e" | "d" => plain(raw.value),
        _ if !has_value => SheetCell::default(),
        _ => match raw.value.trim().parse::<f64>().ok().filter(|value| value.is_finite()) {
            Some(value) => {
                let shown = if view.hides_zeros && value == 0.0 {
                    ShownNumber::nothing()
                } else {
                    numbers::shown(value, &style.format, common.is_1904)
                };
                SheetCell::number(shown, value).left_out(not_shown)
            }
            None => plain(raw.value),
        },
    };
    let lacks_value = (lacks_value && raw.formula.is_some()).then(|| style.format.clone());
    let mut cell = SheetCell { formula: raw.formula, lacks_value, ..shown };
    if may_be_otherwise {
        cell.may_be_otherwise();
    }
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

/// The texts of the shapes that lie over a sheet.
fn shapes(package: &mut Package<'_>, sheet: &str) -> Result<Vec<String>, Unreadable> {
    let mut shapes = Vec::new();
    for (kind, target) in relations(package, sheet)?.into_values() {
        let Some(part) = package.part(&target)?.filter(|_| kind == "drawing") else { continue };
        let text = text_of(&part);
        let mut pieces = Pieces::of(&text);
        let (mut words, mut is_text) = (String::new(), false);
        while let Some(piece) = pieces.next()? {
            match piece {
                Piece::Start(element) => is_text = element.local_name().as_ref() == "t",
                Piece::Text(text) if is_text => words.push_str(&text),
                Piece::Text(_) => {}
                Piece::End(end) => {
                    is_text = false;
                    if matches!(end.name(), "sp" | "txBody") && !words.trim().is_empty() {
                        shapes.push(std::mem::take(&mut words));
                    }
                }
            }
        }
    }
    Ok(shapes)
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
    fn margins_lose_their_codes() {
        assert_eq!(margin_lines("&L&\"宋体\"&9附表&R单位：万元 &P/&N"), ["附表", "单位：万元 /"]);
    }
}
