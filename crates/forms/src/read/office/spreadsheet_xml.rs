//! XML spreadsheets of Excel 2003, which programs like to call `.xls`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use huizong_schema::CellName;
use quick_xml::events::BytesStart;

use super::sheet::{Area, Sheet, SheetCell};
use super::{Budget, SHEETS, Workbook, number as numbers};
use crate::ooxml::xml::{Piece, Pieces, attribute, is_set, number, plain_text, text_of};
use crate::runs::{RunStyle, Runs};
use crate::unreadable::Unreadable;

/// A cell's style.
#[derive(Clone, Default)]
struct CellStyle {
    format: String,
    is_struck: bool,
    is_white: bool,
    has_fill: bool,
}

impl CellStyle {
    /// How the cell's text is shown.
    fn run(&self) -> RunStyle {
        let is_pale = self.is_white && !self.has_fill;
        RunStyle { is_struck: self.is_struck, is_pale, ..RunStyle::default() }
    }
}

pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<Workbook, Unreadable> {
    let text = text_of(bytes);
    let mut pieces = Pieces::of(&text);
    let mut workbook = Workbook::default();
    let mut styles: BTreeMap<String, CellStyle> = BTreeMap::new();
    let mut style = String::new();
    while let Some(piece) = pieces.next()? {
        let Piece::Start(element) = piece else { continue };
        match element.local_name().as_ref() {
            "Style" => {
                style = attribute(&element, "ID").unwrap_or_default().into_owned();
                let parent = attribute(&element, "Parent").and_then(|parent| styles.get(&*parent).cloned());
                styles.insert(style.clone(), parent.unwrap_or_default());
            }
            "NumberFormat" => {
                if let Some(style) = styles.get_mut(&style) {
                    code(&attribute(&element, "Format").unwrap_or_default()).clone_into(&mut style.format);
                }
            }
            "Font" => {
                if let Some(style) = styles.get_mut(&style) {
                    style.is_struck = is_set(&element, "StrikeThrough");
                    style.is_white = attribute(&element, "Color")
                        .is_some_and(|colour| colour.eq_ignore_ascii_case("#FFFFFF"));
                }
            }
            "Interior" => {
                if let Some(style) = styles.get_mut(&style) {
                    style.has_fill = attribute(&element, "Pattern").is_some();
                }
            }
            "Worksheet" if workbook.sheets.len() >= SHEETS => {
                workbook.beyond += 1;
                pieces.skip("Worksheet", |_| ())?;
            }
            "Worksheet" => {
                let name = attribute(&element, "Name").unwrap_or_default().into_owned();
                let sheet = sheet(&mut pieces, &styles, budget)?;
                workbook.sheets.push(Sheet { name, ..sheet });
            }
            _ => {}
        }
    }
    Ok(workbook)
}

/// The code of a format, which may be given by name.
fn code(format: &str) -> &str {
    match format {
        "Percent" => "0.00%",
        "Standard" | "Currency" | "Euro Currency" => "#,##0.00",
        "Fixed" => "0.00",
        "Scientific" => "0.00E+00",
        "Short Date" | "General Date" => "yyyy/m/d",
        "Long Date" | "Medium Date" => "yyyy\"年\"m\"月\"d\"日\"",
        "General Number" | "General" => "",
        code => code,
    }
}

fn sheet(
    pieces: &mut Pieces<'_>,
    styles: &BTreeMap<String, CellStyle>,
    budget: &mut Budget,
) -> Result<Sheet, Unreadable> {
    let mut sheet = Sheet::default();
    let (mut row, mut column, mut next_column) = (0_u32, 0_u32, 0_u32);
    let mut is_complete = false;
    // The styles of rows and columns are those of the cells that have none.
    let mut of_columns: Vec<(u32, u32, String)> = Vec::new();
    let mut of_row: Option<String> = None;
    let style_of = |element: &BytesStart<'_>| attribute(element, "StyleID").map(Cow::into_owned);
    while let Some(piece) = pieces.next()? {
        match piece {
            Piece::Start(element) => match element.local_name().as_ref() {
                "Column" => {
                    next_column = index(&element).unwrap_or(next_column);
                    let many = number::<u32>(&element, "Span").unwrap_or(0).min(CellName::COLUMNS);
                    if let Some(style) = style_of(&element).filter(|_| of_columns.len() < MOST_STYLED) {
                        of_columns.push((next_column, next_column.saturating_add(many), style));
                    }
                    if is_set(&element, "Hidden") || number(&element, "Width") == Some(0.0_f64) {
                        let last = next_column.saturating_add(many).min(CellName::COLUMNS - 1);
                        sheet.hidden.columns.extend(next_column..=last);
                    }
                    next_column = next_column.saturating_add(many + 1);
                }
                "Row" => {
                    row = index(&element).unwrap_or(row);
                    column = 0;
                    of_row = style_of(&element);
                    if is_set(&element, "Hidden") || number(&element, "Height") == Some(0.0_f64) {
                        sheet.hidden.rows.insert(row);
                    }
                }
                "Cell" => {
                    column = index(&element).unwrap_or(column);
                    let spans =
                        ["MergeDown", "MergeAcross"].map(|name| number::<u32>(&element, name).unwrap_or(0));
                    let at = CellName::new(row, column);
                    if spans != [0, 0] {
                        budget.spend(size_of::<Area>())?;
                        let last =
                            CellName::new(row.saturating_add(spans[0]), column.saturating_add(spans[1]));
                        sheet.merged.push(Area { first: at, last });
                    }
                    let of_column = || {
                        let covers =
                            |(first, last, _): &&(u32, u32, String)| (*first..=*last).contains(&column);
                        of_columns.iter().find(covers).map(|(.., style)| style.clone())
                    };
                    let style = style_of(&element).or_else(|| of_row.clone()).or_else(of_column);
                    let style =
                        styles.get(style.as_deref().unwrap_or("Default")).cloned().unwrap_or_default();
                    if let Some(cell) = cell(pieces, &style)? {
                        budget.spend_on(&cell)?;
                        sheet.cells.insert(at, cell);
                    }
                    column = column.saturating_add(spans[1] + 1);
                }
                "Visible" => {
                    sheet.is_hidden |= plain_text(pieces, "Visible")?.trim() != "SheetVisible";
                }
                "Header" | "Footer" => {
                    let text = attribute(&element, "Data").unwrap_or_default();
                    sheet.margins.extend(super::xlsx::margin_lines(&text));
                }
                _ => {}
            },
            Piece::End(end) => match end.name() {
                "Row" => row = row.saturating_add(1),
                "Table" => is_complete = true,
                "Worksheet" => return Ok(sheet),
                _ => {}
            },
            Piece::Text(_) => {}
        }
    }
    if is_complete { Ok(sheet) } else { Err(Unreadable::Broken("the sheet is cut off".into())) }
}

/// The most columns whose style is kept.
const MOST_STYLED: usize = 1024;

/// The place that an element gives itself, from 0.
fn index(element: &BytesStart<'_>) -> Option<u32> {
    number::<u32>(element, "Index").map(|index| index.saturating_sub(1))
}

/// Reads a cell up to its end: its value, in runs if it is marked up.
fn cell(pieces: &mut Pieces<'_>, style: &CellStyle) -> Result<Option<SheetCell>, Unreadable> {
    let mut kind = String::new();
    let mut runs = Runs::default();
    let mut in_data = false;
    let mut open = vec![style.run()];
    while let Some(piece) = pieces.next()? {
        let of_run = open.last().copied().unwrap_or_default();
        match piece {
            Piece::Start(element) => match element.local_name().as_ref() {
                "Comment" | "PhoneticText" => {
                    let name = element.local_name().as_ref().to_owned();
                    pieces.skip(&name, |_| ())?;
                }
                "Data" => {
                    kind = attribute(&element, "Type").unwrap_or_default().into_owned();
                    in_data = true;
                }
                name if in_data => open.push(RunStyle {
                    is_struck: of_run.is_struck
                        || matches!(name, "S" | "Strike" | "Del")
                        || attribute(&element, "style").is_some_and(|style| style.contains("line-through")),
                    is_raised: of_run.is_raised || name == "Sup",
                    is_lowered: of_run.is_lowered || name == "Sub",
                    ..of_run
                }),
                _ => {}
            },
            Piece::Text(text) if in_data => runs.push(&text, of_run),
            Piece::Text(_) => {}
            Piece::End(end) => match end.name() {
                "Data" => in_data = false,
                "Cell" => {
                    let cell = shown(&kind, runs, style);
                    return Ok((!cell.is_empty()).then_some(cell));
                }
                _ if in_data && open.len() > 1 => {
                    open.pop();
                }
                _ => {}
            },
        }
    }
    Err(Unreadable::Broken("the file ends within a cell".into()))
}

fn shown(kind: &str, runs: Runs, style: &CellStyle) -> SheetCell {
    // A number that is not shown is in no run that is.
    let not_shown = style.run().why_not_shown();
    let stored = if not_shown.is_some() {
        runs.left_out.iter().map(|part| &*part.text).collect()
    } else {
        runs.text.clone()
    };
    let value = match kind {
        "Number" => stored.trim().parse::<f64>().ok(),
        "DateTime" => days(stored.trim()),
        _ => None,
    };
    match value.filter(|value| value.is_finite()) {
        Some(value) => {
            let cell = SheetCell::number(numbers::shown(value, &style.format, false), value);
            cell.left_out(not_shown)
        }
        None if kind == "Boolean" => {
            SheetCell::text(if runs.text.trim() == "1" { "TRUE" } else { "FALSE" }.into())
        }
        None => SheetCell::runs(runs),
    }
}

/// The days since the end of 1899 of a date such as `2023-03-15T00:00:00.000`.
fn days(text: &str) -> Option<f64> {
    let date = text.split('T').next()?;
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1900..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days of the civil calendar: years begin in March, so that a leap day comes last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let of_years = 365 * year + year / 4 - year / 100 + year / 400;
    let count = of_years + (153 * month + 2) / 5 + day - 1;
    // 1899-12-30.
    u32::try_from(count - 693_899).ok().map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_sheets_count_them() {
        assert_eq!(days("2023-03-15T00:00:00.000"), Some(45000.0));
        assert_eq!(days("1900-03-01"), Some(61.0));
        assert_eq!(days("2023"), None);
    }

    #[test]
    fn a_sheet_with_indexes_merged_cells_styles_and_marked_up_text() {
        let text = r#"<?xml version="1.0"?><Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
            <Styles><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style>
            <Style ss:ID="s"><Font ss:StrikeThrough="1"/></Style></Styles>
            <Worksheet ss:Name="表"><Table><Column ss:Index="3" ss:Hidden="1"/>
            <Row ss:Index="2"><Cell ss:MergeAcross="1"><Data ss:Type="String">甲</Data></Cell>
            <Cell ss:Index="4" ss:StyleID="p"><Data ss:Type="Number">0.98685</Data></Cell>
            <Cell ss:StyleID="s"><Data ss:Type="Number">5</Data></Cell></Row>
            <Row ss:StyleID="s"><Cell><Data ss:Type="Number">7</Data></Cell>
            <Cell ss:StyleID="p"><Data ss:Type="Number">0.5</Data></Cell></Row>
            <Row><Cell><ss:Data ss:Type="String"><Font>121</Font><Sup>1</Sup><S>9</S></ss:Data></Cell></Row>
            </Table></Worksheet></Workbook>"#;
        let workbook = read(text.as_bytes(), &mut Budget::new()).unwrap();
        let sheet = &workbook.sheets[0];
        let text = |name: &str| sheet.cells.get(&name.parse().unwrap()).map(|cell| &*cell.text);
        assert_eq!(
            (text("A2"), text("D2"), text("E2"), text("A4")),
            (Some("甲"), Some("98.69%"), Some(""), Some("121¹"))
        );
        assert_eq!((text("A3"), text("B3")), (Some(""), Some("50.00%")));
        assert!(sheet.hidden.columns.contains(&2));
        assert_eq!(sheet.merged, [Area { first: "A2".parse().unwrap(), last: "B2".parse().unwrap() }]);
        assert!(read(b"<Workbook><Worksheet><Table><Row>", &mut Budget::new()).is_err());
    }
}
