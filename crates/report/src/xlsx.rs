//! Writes the result as a workbook. Totals are live formulas over the departments' rows, with their values
//! cached.
//!
//! Amounts are shown in 万元. A cell holds the double nearest to its amount, and formulas add up whole cents,
//! so every total below 2³³ 万元 (8.5·10¹³ 元) is right to the cent in any spreadsheet.

mod layout;
mod sheets;
mod style;

use std::io;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::book::Book;
use crate::table::Table;
use huizong_schema::difference::Difference;

pub use layout::target_at;

/// The number of amounts in the lineage sheet (溯源); the data files hold all.
pub const LINEAGE_ROWS: usize = 500_000;

/// Writes the workbook. The same result gives the same bytes at any time.
///
/// # Errors
/// Returns an error if the workbook cannot be built.
pub fn write(book: &Book<'_>) -> io::Result<Vec<u8>> {
    build(book).map_err(io::Error::other)
}

/// Writes a workbook of the changes between two consolidations.
///
/// # Errors
/// Returns an error if the workbook cannot be built.
pub fn difference(difference: &Difference) -> io::Result<Vec<u8>> {
    let build = || {
        let mut workbook = dated("对比")?;
        sheets::difference(&mut workbook, difference)?;
        workbook.save_to_buffer().map(huizong_platform::archive::of_unix)
    };
    build().map_err(io::Error::other)
}

/// Writes a workbook of one list.
pub(crate) fn list(sheet: &str, title: &str, table: Table<'_>) -> io::Result<Vec<u8>> {
    let build = || {
        let mut workbook = dated(title)?;
        let note = "金额单位写在各条里。";
        sheets::listing(&mut workbook, sheet, title, table, Some(note), &|_| None)?;
        workbook.save_to_buffer().map(huizong_platform::archive::of_unix)
    };
    build().map_err(io::Error::other)
}

/// Creates an empty workbook with this title.
fn dated(title: &str) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    // A workbook needs a date; the run's would make each one differ.
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&created));
    Ok(workbook)
}

fn build(book: &Book<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = dated(&sheets::title(book.consolidation))?;
    sheets::overview(&mut workbook, book)?;
    sheets::departments(&mut workbook, book)?;
    if !book.consolidation.groups.is_empty() {
        sheets::groups(&mut workbook, book)?;
    }
    sheets::listings(&mut workbook, book)?;
    workbook.save_to_buffer().map(huizong_platform::archive::of_unix)
}
