//! OpenDocument sheets. The file itself has the shown text of each cell, merged cells and what is hidden; calamine
//! gives none of these, so the file would be read a second time anyway.

use std::collections::{BTreeMap, BTreeSet};

use huizong_schema::CellName;
use quick_xml::events::BytesStart;

use super::sheet::{Area, Sheet, SheetCell};
use super::{Budget, SHEETS, Workbook, number as numbers};
use crate::ooxml::Package;
use crate::ooxml::xml::{Piece, Pieces, attribute, number, text_of};
use crate::runs::{FontKind, LeftOut, LeftOutKind, RunStyle, Runs};
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
    let mut styles = Styles::default();
    let mut style: Option<String> = None;
    while let Some(piece) = pieces.next()? {
        let Piece::Start(element) = piece else { continue };
        match element.local_name().as_ref() {
            "style" => style = attribute(&element, "name").map(std::borrow::Cow::into_owned),
            "table-properties" if attribute(&element, "display").as_deref() == Some("false") => {
                styles.hidden_tables.extend(style.clone());
            }
            "text-properties" => {
                if let Some(style) = &style {
                    styles.texts.insert(style.clone(), run_style(&element));
                }
            }
            "table-cell-properties" if has_background(&element) => styles.coloured.extend(style.clone()),
            "map" => styles.coloured.extend(style.clone()),
            "tracked-changes" => pieces.skip("tracked-changes", |_| ())?,
            "table" if workbook.sheets.len() >= SHEETS => {
                workbook.beyond += 1;
                pieces.skip("table", |_| ())?;
            }
            "table" => {
                let is_hidden = attribute(&element, "style-name")
                    .is_some_and(|style| styles.hidden_tables.contains(&*style));
                let name = attribute(&element, "name").unwrap_or_default().into_owned();
                let sheet = sheet(&mut pieces, &styles, budget)?;
                workbook.sheets.push(Sheet { name, is_hidden, ..sheet });
            }
            _ => {}
        }
    }
    Ok(workbook)
}

/// The styles that decide what is shown.
#[derive(Default)]
struct Styles {
    hidden_tables: BTreeSet<String>,
    texts: BTreeMap<String, RunStyle>,
    /// The styles of cells with a colour behind their text, or with conditions that may give them one.
    coloured: BTreeSet<String>,
}

impl Styles {
    /// The style of text that an element names.
    fn of(&self, element: &BytesStart<'_>) -> Option<RunStyle> {
        self.texts.get(&*attribute(element, "style-name")?).copied()
    }
}

fn has_background(element: &BytesStart<'_>) -> bool {
    attribute(element, "background-color")
        .is_some_and(|colour| colour != "transparent" && !colour.eq_ignore_ascii_case("#ffffff"))
}

fn run_style(element: &BytesStart<'_>) -> RunStyle {
    let is =
        |name: &str, test: &dyn Fn(&str) -> bool| attribute(element, name).is_some_and(|value| test(&value));
    RunStyle {
        is_struck: is("text-line-through-style", &|value| value != "none")
            || is("text-line-through-type", &|value| value != "none"),
        is_hidden: is("display", &|value| value == "none"),
        is_raised: is("text-position", &|value| {
            value.starts_with("super") || value.starts_with(|c: char| ('1'..='9').contains(&c))
        }),
        is_lowered: is("text-position", &|value| value.starts_with("sub") || value.starts_with('-')),
        is_pale: is("color", &|value| value.eq_ignore_ascii_case("#ffffff")),
        font: attribute(element, "font-name").map(|name| FontKind::named(&name)).unwrap_or_default(),
    }
}

/// How often a row, column or cell is repeated.
fn times(element: &BytesStart<'_>, name: &str, most: u32) -> u32 {
    number::<u32>(element, name).unwrap_or(1).clamp(1, most)
}

fn is_hidden(element: &BytesStart<'_>) -> bool {
    attribute(element, "visibility").is_some_and(|visibility| visibility != "visible")
}

fn sheet(pieces: &mut Pieces<'_>, styles: &Styles, budget: &mut Budget) -> Result<Sheet, Unreadable> {
    let mut sheet = Sheet::default();
    let (mut row, mut rows, mut column, mut next_column) = (0_u32, 1_u32, 0_u32, 0_u32);
    while let Some(piece) = pieces.next()? {
        match piece {
            Piece::Start(element) => match element.local_name().as_ref() {
                "table-column" => {
                    let many = times(&element, "number-columns-repeated", CellName::COLUMNS);
                    if is_hidden(&element) {
                        sheet
                            .hidden
                            .columns
                            .extend(next_column..next_column.saturating_add(many).min(CellName::COLUMNS));
                    }
                    next_column = next_column.saturating_add(many);
                }
                "table-row" => {
                    rows = times(&element, "number-rows-repeated", CellName::ROWS);
                    column = 0;
                    if is_hidden(&element) {
                        let last = row.saturating_add(rows).min(CellName::ROWS);
                        // A sheet may hide all the rows below its last one.
                        sheet.hidden.rows.extend(row..last.min(row.saturating_add(HIDDEN_ROWS)));
                    }
                }
                name @ ("table-cell" | "covered-table-cell") => {
                    let many = times(&element, "number-columns-repeated", CellName::COLUMNS);
                    let name = name.to_owned();
                    let spans = (
                        times(&element, "number-rows-spanned", CellName::ROWS),
                        times(&element, "number-columns-spanned", CellName::COLUMNS),
                    );
                    let cell = cell(&element, &name, styles, pieces)?;
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
                                sheet.cells.insert(CellName::new(at_row, at_column), cell.clone());
                            }
                        }
                    }
                    column = column.saturating_add(many);
                }
                "shapes" => pieces.skip("shapes", |_| ())?,
                _ => {}
            },
            Piece::End(end) => match end.name() {
                "table-row" => row = row.saturating_add(rows),
                "table" => return Ok(sheet),
                _ => {}
            },
            Piece::Text(_) => {}
        }
    }
    Err(Unreadable::Broken("the file ends within a sheet".into()))
}

/// The most hidden rows in a line that are noted one by one; cells are not expected below so many.
const HIDDEN_ROWS: u32 = 100_000;

/// Reads a cell up to its end.
fn cell(
    element: &BytesStart<'_>,
    name: &str,
    styles: &Styles,
    pieces: &mut Pieces<'_>,
) -> Result<Option<SheetCell>, Unreadable> {
    let formula = attribute(element, "formula").and_then(|formula| plain_formula(&formula));
    let stored = Stored::of(element);
    let mut runs = Runs::default();
    let (mut paragraphs, mut in_paragraph) = (0_u32, 0_u32);
    let mut spans = vec![styles.of(element).unwrap_or_default()];
    let is_coloured = attribute(element, "style-name").is_some_and(|name| styles.coloured.contains(&*name));
    while let Some(piece) = pieces.next()? {
        let style = spans.last().copied().unwrap_or_default();
        let style = RunStyle { is_pale: style.is_pale && !is_coloured, ..style };
        match piece {
            Piece::Start(element) => match element.local_name().as_ref() {
                name @ ("annotation" | "frame" | "ruby-text") => {
                    let name = name.to_owned();
                    pieces.skip(&name, |_| ())?;
                }
                "p" | "h" => {
                    in_paragraph += 1;
                    paragraphs += 1;
                    if paragraphs > 1 {
                        runs.text.push('\n');
                    }
                }
                "span" => spans.push(styles.of(&element).unwrap_or(style)),
                "s" => runs.push(&" ".repeat(times(&element, "c", 1000) as usize), style),
                "tab" => runs.push("\t", style),
                "line-break" => runs.push("\n", style),
                _ => {}
            },
            Piece::Text(text) if in_paragraph > 0 => runs.push(&text, style),
            Piece::Text(_) => {}
            Piece::End(end) if end.name() == name => {
                let cell = stored.shown(runs, paragraphs > 0);
                let lacks_value = (formula.is_some() && stored.is_nothing()).then(String::new);
                let cell = SheetCell { formula, lacks_value, ..cell };
                return Ok((!cell.is_empty()).then_some(cell));
            }
            Piece::End(end) => match end.name() {
                "p" | "h" => in_paragraph = in_paragraph.saturating_sub(1),
                "span" if spans.len() > 1 => {
                    spans.pop();
                }
                _ => {}
            },
        }
    }
    Err(Unreadable::Broken("the file ends within a cell".into()))
}

/// The value that a cell stores.
enum Stored {
    Nothing,
    Number(f64),
    Percentage(f64),
    /// A date or a text, as it would be shown where the file holds no shown text.
    Text(String),
}

impl Stored {
    fn of(element: &BytesStart<'_>) -> Self {
        let number = || number::<f64>(element, "value").filter(|value| value.is_finite());
        let text = |name| attribute(element, name).map(|value| Self::Text(value.into_owned()));
        let stored = match attribute(element, "value-type").as_deref() {
            Some("float" | "currency") => number().map(Self::Number),
            Some("percentage") => number().map(Self::Percentage),
            Some("date") => text("date-value"),
            Some("time") => text("time-value"),
            Some("string") => text("string-value").or(Some(Self::Text(String::new()))),
            Some("boolean") => {
                attribute(element, "boolean-value").map(|value| Self::Text(value.to_ascii_uppercase()))
            }
            _ => None,
        };
        stored.unwrap_or(Self::Nothing)
    }

    fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    /// The cell: its shown text, or, where a program wrote none, the value in a plain form.
    fn shown(&self, runs: Runs, has_text: bool) -> SheetCell {
        let value = match self {
            Self::Number(value) | Self::Percentage(value) => *value,
            Self::Text(text) if !has_text => return SheetCell::text(text.clone()),
            Self::Text(_) | Self::Nothing => return SheetCell::runs(runs),
        };
        if !has_text {
            let format = if matches!(self, Self::Percentage(_)) { "0.00%" } else { "" };
            return SheetCell::number(numbers::shown(value, format, false), value);
        }
        let mut cell = SheetCell::runs(runs);
        cell.number = numbers::decimal(value);
        cell.figure = numbers::figure_of(value, &cell.text, true);
        cell.beneath = numbers::beneath(cell.figure.as_deref().unwrap_or(&cell.text), value);
        if cell.text.trim().is_empty() && cell.left_out.is_empty() {
            cell.left_out.push(LeftOut { kind: LeftOutKind::Suppressed, text: value.to_string() });
        }
        cell
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
