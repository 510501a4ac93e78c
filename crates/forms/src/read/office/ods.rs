//! OpenDocument sheets. The file itself has the shown text of each cell, merged cells and what is hidden; calamine
//! gives none of these, so the file would be read a second time anyway.

use std::collections::BTreeSet;

use huizong_schema::CellName;
use quick_xml::events::BytesStart;

use super::sheet::{Area, Sheet, SheetCell};
use super::{Budget, SHEETS, Workbook, number as numbers};
use crate::ooxml::Package;
use crate::ooxml::xml::{Piece, Pieces, attribute, number, text_of};
use crate::unreadable::Unreadable;

pub(super) fn read(package: &mut Package<'_>, budget: &mut Budget) -> Result<Workbook, Unreadable> {
    if let Some(manifest) = package.part("META-INF/manifest.xml")?
        && text_of(&manifest).contains("encryption-data")
    {
        return Err(Unreadable::Password);
    }
    let text = text_of(&package.needed("content.xml")?);
    let mut pieces = Pieces::of(&text);
    let mut workbook = Workbook {
        has_macros: package.names().any(|name| name.starts_with("Basic/")),
        ..Workbook::default()
    };
    let mut hidden_styles: BTreeSet<String> = BTreeSet::new();
    let mut style = None;
    while let Some(piece) = pieces.next()? {
        let Piece::Start(element) = piece else { continue };
        match element.local_name().as_ref() {
            "style" => style = attribute(&element, "name").map(std::borrow::Cow::into_owned),
            "table-properties" if attribute(&element, "display").as_deref() == Some("false") => {
                hidden_styles.extend(style.clone());
            }
            "tracked-changes" => pieces.skip("tracked-changes", |_| ())?,
            "table" if workbook.sheets.len() >= SHEETS => {
                workbook.beyond += 1;
                pieces.skip("table", |_| ())?;
            }
            "table" => {
                let is_hidden =
                    attribute(&element, "style-name").is_some_and(|style| hidden_styles.contains(&*style));
                let name = attribute(&element, "name").unwrap_or_default().into_owned();
                let sheet = sheet(&mut pieces, budget)?;
                workbook.sheets.push(Sheet { name, is_hidden, ..sheet });
            }
            _ => {}
        }
    }
    Ok(workbook)
}

/// How often a row, column or cell is repeated.
fn times(element: &BytesStart<'_>, name: &str, most: u32) -> u32 {
    number::<u32>(element, name).unwrap_or(1).clamp(1, most)
}

fn is_hidden(element: &BytesStart<'_>) -> bool {
    attribute(element, "visibility").is_some_and(|visibility| visibility != "visible")
}

fn sheet(pieces: &mut Pieces<'_>, budget: &mut Budget) -> Result<Sheet, Unreadable> {
    let mut sheet = Sheet::default();
    let mut hidden_columns: BTreeSet<u32> = BTreeSet::new();
    let (mut row, mut rows, mut column, mut next_column) = (0_u32, 1_u32, 0_u32, 0_u32);
    let mut is_row_hidden = false;
    while let Some(piece) = pieces.next()? {
        match piece {
            Piece::Start(element) => match element.local_name().as_ref() {
                "table-column" => {
                    let many = times(&element, "number-columns-repeated", CellName::COLUMNS);
                    if is_hidden(&element) {
                        hidden_columns
                            .extend(next_column..next_column.saturating_add(many).min(CellName::COLUMNS));
                    }
                    next_column = next_column.saturating_add(many);
                }
                "table-row" => {
                    rows = times(&element, "number-rows-repeated", CellName::ROWS);
                    (column, is_row_hidden) = (0, is_hidden(&element));
                }
                name @ ("table-cell" | "covered-table-cell") => {
                    let many = times(&element, "number-columns-repeated", CellName::COLUMNS);
                    let name = name.to_owned();
                    let spans = (
                        times(&element, "number-rows-spanned", CellName::ROWS),
                        times(&element, "number-columns-spanned", CellName::COLUMNS),
                    );
                    let cell = cell(&element, &name, pieces)?;
                    if spans != (1, 1) {
                        budget.spend(size_of::<Area>())?;
                        let last = CellName::new(
                            row.saturating_add(spans.0 - 1),
                            column.saturating_add(spans.1 - 1),
                        );
                        sheet.merged.push(Area { first: CellName::new(row, column), last });
                    }
                    if let Some(cell) = cell.filter(|_| name == "table-cell") {
                        for at_row in row..row.saturating_add(rows).min(CellName::ROWS) {
                            for at_column in column..column.saturating_add(many).min(CellName::COLUMNS) {
                                budget.spend_on(&cell)?;
                                let is_hidden = is_row_hidden || hidden_columns.contains(&at_column);
                                sheet.cells.insert(
                                    CellName::new(at_row, at_column),
                                    SheetCell { is_hidden, ..cell.clone() },
                                );
                            }
                        }
                    }
                    column = column.saturating_add(many);
                }
                "shapes" => pieces.skip("shapes", |_| ())?,
                _ => {}
            },
            Piece::End(name) => match name.as_str() {
                "table-row" => row = row.saturating_add(rows),
                "table" => return Ok(sheet),
                _ => {}
            },
            Piece::Text(_) => {}
        }
    }
    Err(Unreadable::Broken("the file ends within a sheet".into()))
}

/// Reads a cell up to its end.
fn cell(
    element: &BytesStart<'_>,
    name: &str,
    pieces: &mut Pieces<'_>,
) -> Result<Option<SheetCell>, Unreadable> {
    let value = number::<f64>(element, "value").filter(|value| value.is_finite());
    let kind = attribute(element, "value-type").unwrap_or_default().into_owned();
    let formula = attribute(element, "formula").and_then(|formula| plain_formula(&formula));
    let mut lines: Vec<String> = Vec::new();
    let mut in_paragraph = 0_u32;
    while let Some(piece) = pieces.next()? {
        match piece {
            Piece::Start(element) => match element.local_name().as_ref() {
                "annotation" => pieces.skip("annotation", |_| ())?,
                "frame" => pieces.skip("frame", |_| ())?,
                "p" | "h" => {
                    in_paragraph += 1;
                    lines.push(String::new());
                }
                "s" => put(&mut lines, &" ".repeat(times(&element, "c", 1000) as usize)),
                "tab" => put(&mut lines, "\t"),
                "line-break" => put(&mut lines, "\n"),
                _ => {}
            },
            Piece::Text(text) if in_paragraph > 0 => put(&mut lines, &text),
            Piece::Text(_) => {}
            Piece::End(end) if end == name => {
                let text = lines.join("\n");
                let is_number = matches!(kind.as_str(), "float" | "percentage" | "currency");
                let value = value.filter(|_| is_number);
                let beneath = value.and_then(|value| numbers::beneath(&text, value));
                let number = value.and_then(numbers::decimal);
                let cell = SheetCell { text, number, beneath, formula, is_hidden: false };
                return Ok((!cell.text.is_empty() || cell.formula.is_some()).then_some(cell));
            }
            Piece::End(end) => {
                if matches!(end.as_str(), "p" | "h") {
                    in_paragraph = in_paragraph.saturating_sub(1);
                }
            }
        }
    }
    Err(Unreadable::Broken("the file ends within a cell".into()))
}

fn put(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

/// A formula such as `of:=[.A1]-[.A2]` with its cells named as in other formats. `None` if it refers to another sheet.
fn plain_formula(formula: &str) -> Option<String> {
    let formula = formula.split_once('=').map_or(formula, |(_, formula)| formula);
    let mut plain = String::with_capacity(formula.len());
    let mut rest = formula;
    while let Some((before, behind)) = rest.split_once('[') {
        plain.push_str(before);
        let (cell, after) = behind.split_once(']')?;
        for (index, end) in cell.split(':').enumerate() {
            if index > 0 {
                plain.push(':');
            }
            plain.push_str(end.strip_prefix('.')?);
        }
        rest = after;
    }
    plain.push_str(rest);
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_named_as_elsewhere() {
        for (formula, plain) in [
            ("of:=[.A1]-[.$B$2]", Some("A1-$B$2")),
            ("of:=SUM([.A1:.A3];[.C1])", Some("SUM(A1:A3;C1)")),
            ("of:=[$'表'.A1]", None),
            ("of:=[.A1", None),
        ] {
            assert_eq!(plain_formula(formula).as_deref(), plain, "{formula}");
        }
    }
}
