//! Excel workbooks: a sheet a form, ready to print on A4.

use huizong_schema::CellName;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Note, Url, Workbook,
};
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::marked::{Marked, Shade};
use super::page::{Content, Page, Printed, Role};
use crate::ooxml::marks::{AUTHOR, OURS, PROBLEMS};
use crate::profile::ValueKind;

/// The height of a line, in points.
pub(crate) const LINE: usize = 15;
/// The highest row of a sheet, in points; content that needs more goes over several rows.
const HIGHEST: usize = 405;
/// The digits of a number that spreadsheets keep.
const DIGITS: usize = 15;
/// The most characters of a cell.
const LONGEST: usize = 32_767;

pub(super) fn write(pages: &[Page], marked: &Marked<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = self::workbook()?;
    let names = sheet_names(pages);
    let mut rows = Vec::new();
    for (index, (page, name)) in pages.iter().zip(&names).enumerate() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name)?;
        rows.push(self::page(sheet, page, index, marked)?);
    }
    if !marked.is_empty() {
        let links: Vec<Option<(String, u32, u16)>> = (0..marked.len())
            .map(|number| {
                let (page, cell) = marked.at(number)?;
                let printed = &pages[page].cells[cell];
                Some((names[page].clone(), rows[page][printed.row], column(printed.column)))
            })
            .collect();
        problems(workbook.add_worksheet(), marked, &links)?;
    }
    workbook.save_to_buffer().map(huizong_platform::archive::of_unix)
}

/// An empty workbook with a fixed creation time.
pub(crate) fn workbook() -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    workbook
        .set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    Ok(workbook)
}

/// Names that are allowed for sheets, without repetition.
fn sheet_names(pages: &[Page]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for page in pages {
        let allowed =
            |c: &char| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') && !c.is_control();
        let base: String = page.name.chars().filter(allowed).take(25).collect();
        // Spreadsheets keep one name for themselves.
        let is_name = !base.trim().is_empty() && !base.trim().eq_ignore_ascii_case("history");
        let base = if is_name { base.trim().to_owned() } else { "自评表".to_owned() };
        let is_taken = |name: &str, names: &[String]| {
            name == PROBLEMS || names.iter().any(|other| other.to_lowercase() == name.to_lowercase())
        };
        let mut name = base.clone();
        let mut number = 2;
        while is_taken(&name, &names) {
            name = format!("{base} ({number})");
            number += 1;
        }
        names.push(name);
    }
    names
}

/// A column's number as sheets count them.
pub(crate) fn column(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

/// Writes a page and returns the row of the sheet in which each of its rows begins.
fn page(
    sheet: &mut Worksheet,
    page: &Page,
    index: usize,
    marked: &Marked<'_>,
) -> Result<Vec<u32>, XlsxError> {
    set_up(sheet, page)?;
    let (begins, ends) = self::rows(sheet, page)?;
    for (of, cell) in page.cells.iter().enumerate() {
        let numbers = marked.numbers(index, of);
        let mut format = format_of(cell);
        if let Some(shade) = marked.shade((index, of), &numbers) {
            format = format.set_background_color(Color::RGB(shade.colour()));
        }
        let (top, left) = (begins[cell.row], column(cell.column));
        let (bottom, right) =
            (ends[cell.row + cell.row_span - 1], column(cell.column + cell.column_span - 1));
        if (top, left) != (bottom, right) {
            sheet.merge_range(top, left, bottom, right, "", &format)?;
        }
        content(sheet, (top, left), cell, format)?;
        if !numbers.is_empty() {
            let said: Vec<String> = numbers.iter().map(|number| marked.text(*number)).collect();
            let lines = said.iter().map(|text| text.chars().count().div_ceil(20) + 1).sum::<usize>();
            let note = Note::new(format!("{}{}", OURS, said.join("\n")))
                .set_author(AUTHOR)
                .add_author_prefix(false)
                .set_width(320)
                .set_height(u32::try_from(lines * 18 + 10).unwrap_or(400).min(600));
            sheet.insert_note(top, left, &note)?;
        }
    }
    Ok(begins)
}

/// Paper, margins and columns.
pub(crate) fn set_up(sheet: &mut Worksheet, page: &Page) -> Result<(), XlsxError> {
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0).set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
    sheet.set_print_center_horizontally(true).set_footer("&C第 &P 页 共 &N 页");
    for (at, width) in page.widths.iter().enumerate() {
        sheet.set_column_width(column(at), f64::from(*width))?;
    }
    Ok(())
}

/// Sets the heights of rows. A row that is too high for a sheet becomes several. Returns the row of the sheet in which
/// each begins, and ends.
fn rows(sheet: &mut Worksheet, page: &Page) -> Result<(Vec<u32>, Vec<u32>), XlsxError> {
    let (mut begins, mut ends) = (Vec::new(), Vec::new());
    let mut next = 0_u32;
    let titles: Vec<usize> =
        page.cells.iter().filter(|cell| cell.role == Role::Title).map(|cell| cell.row).collect();
    for (row, lines) in page.heights().into_iter().enumerate() {
        let needed = if titles.contains(&row) { 32 } else { lines * LINE + 4 };
        let parts = needed.div_ceil(HIGHEST);
        begins.push(next);
        for _ in 0..parts {
            let height = u32::try_from(needed.div_ceil(parts)).unwrap_or(400);
            sheet.set_row_height(next, f64::from(height))?;
            next += 1;
        }
        ends.push(next - 1);
    }
    Ok((begins, ends))
}

pub(crate) fn format_of(cell: &Printed) -> Format {
    let format = Format::new().set_font_name("宋体").set_font_size(10).set_text_wrap();
    let format = format.set_align(FormatAlign::VerticalCenter);
    let framed = |format: Format| format.set_border(FormatBorder::Thin);
    match cell.role {
        Role::Title => format.set_font_size(16).set_bold().set_align(FormatAlign::Center),
        Role::Line => format.set_align(FormatAlign::Right),
        Role::Label => framed(format)
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_background_color(Color::RGB(0x00F2_F2F2)),
        Role::Value(ValueKind::Amount | ValueKind::Percent | ValueKind::Points) => {
            framed(format).set_align(FormatAlign::Right).set_indent(1)
        }
        Role::Value(ValueKind::Year) => framed(format).set_align(FormatAlign::Center),
        Role::Value(_) | Role::Plain => framed(format).set_align(FormatAlign::Left).set_indent(1),
    }
}

fn content(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Printed,
    format: Format,
) -> Result<(), XlsxError> {
    let mut shown = cell.content.shown();
    if shown.chars().map(char::len_utf16).sum::<usize>() > LONGEST {
        shown = shown.chars().take(LONGEST / 2).collect();
    }
    let number = match &cell.content {
        Content::Number(digits) => Some((digits, false)),
        Content::Percent(digits) => Some((digits, true)),
        Content::Text(_) => None,
    };
    if let Some((digits, is_percent)) = number
        && let Some((value, code)) = as_number(digits, is_percent)
    {
        sheet.write_number_with_format(row, column, value, &format.set_num_format(code))?;
    } else if shown.is_empty() {
        sheet.write_blank(row, column, &format)?;
    } else {
        // A text that looks like a number must stay text.
        sheet.write_string_with_format(row, column, shown, &format.set_num_format("@"))?;
    }
    Ok(())
}

/// A number for a sheet, and the format that shows the digits as they are; `None` if sheets do not keep them all.
fn as_number(digits: &str, is_percent: bool) -> Option<(f64, String)> {
    let significant = digits.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
    let leading = significant.iter().take_while(|digit| **digit == b'0').count();
    if significant.len() - leading > DIGITS {
        return None;
    }
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let places = if decimals == 0 { String::new() } else { format!(".{}", "0".repeat(decimals)) };
    let exponent = if is_percent { "e-2" } else { "" };
    let value: f64 = format!("{digits}{exponent}").parse().ok()?;
    Some((value, format!("0{places}{}", if is_percent { "%" } else { "" })))
}

/// The row of the list's headings, below its title and what to do.
pub(crate) const HEAD: u32 = 2;

/// The sheet that lists the problems, each with a link to its cell.
fn problems(
    sheet: &mut Worksheet,
    marked: &Marked<'_>,
    links: &[Option<(String, u32, u16)>],
) -> Result<(), XlsxError> {
    sheet.set_name(PROBLEMS)?;
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0).set_landscape().set_repeat_rows(HEAD, HEAD)?;
    let plain = Format::new().set_font_name("宋体").set_font_size(10);
    sheet.write_string_with_format(0, 0, marked.heading(), &plain.clone().set_bold().set_font_size(14))?;
    sheet.write_string_with_format(1, 0, marked.how(), &plain)?;
    let base = plain.set_text_wrap();
    let base = base.set_align(FormatAlign::Top).set_border(FormatBorder::Thin);
    let head = base.clone().set_bold().set_background_color(Color::RGB(0x00F2_F2F2));
    for (at, (title, width)) in marked.headings().into_iter().zip([6, 8, 22, 32, 76, 32]).enumerate() {
        sheet.write_string_with_format(HEAD, column(at), title, &head)?;
        sheet.set_column_width(column(at), f64::from(width))?;
    }
    for (number, link) in links.iter().enumerate() {
        let row = HEAD + u32::try_from(number + 1).unwrap_or(u32::MAX - HEAD);
        let coloured =
            base.clone().set_background_color(Color::RGB(Shade::Of(marked.severity(number)).colour()));
        sheet.write_number_with_format(row, 0, f64::from(row - HEAD), &base)?;
        sheet.write_string_with_format(row, 1, marked.severity_word(number), &coloured)?;
        let place = marked.place(number);
        match link {
            Some((name, to_row, to_column)) => {
                let cell = CellName::new(*to_row, (*to_column).into());
                let url = Url::new(format!("internal:'{}'!{cell}", name.replace('\'', "''")));
                // The form was written anew: places in the old file cannot be looked up.
                let shown = format!("{name}!{cell}");
                let format = base.clone().set_font_color(Color::RGB(0x0005_63C1));
                sheet.write_url_with_options(row, 2, url, shown, "", Some(&format))?;
            }
            None => drop(sheet.write_string_with_format(row, 2, place, &base)?),
        }
        sheet.write_string_with_format(row, 3, marked.title(number), &base)?;
        sheet.write_string_with_format(row, 4, marked.message(number), &base)?;
        sheet.write_string_with_format(row, 5, marked.answer(number), &base)?;
        sheet.set_row_height(row, f64::from(u32::try_from(marked.height(number)).unwrap_or(400)))?;
    }
    sheet.set_freeze_panes(HEAD + 1, 0)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_or_are_none() {
        assert_eq!(as_number("280.10", false), Some((280.1, "0.00".into())));
        assert_eq!(as_number("17.35", true), Some((0.1735, "0.00%".into())));
        assert_eq!(as_number("-58.85", false), Some((-58.85, "0.00".into())));
        assert_eq!(as_number("0.000001", false), Some((0.000_001, "0.000000".into())));
        assert_eq!(as_number("999999999999999", false).map(|(value, _)| value), Some(999_999_999_999_999.0));
        assert_eq!(as_number("999999999999999.9", false), None);
    }
}
