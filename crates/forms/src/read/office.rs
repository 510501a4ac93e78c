//! Office files read into the cells that they show.

mod docx;
mod format;
mod formula;
mod number;
mod numerals;
mod ods;
mod ours;
mod sheet;
mod spreadsheet_xml;
mod xls;
mod xls_password;
mod xls_records;
mod xls_text;
mod xlsx;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use huizong_schema::findings::{Arg, Args, Notice};

pub(crate) use self::docx::spots;
use self::sheet::{Sheet, SheetCell};
use crate::grid::Grid;
use crate::notices::{
    HIDDEN_CELLS, HIDDEN_SHEET, LINKS_NOT_FOLLOWED, MACROS_NOT_RUN, SHAPES_NOT_READ, SHEET_NOT_READ,
    SHEETS_BEYOND,
};
use crate::ooxml::Package;
use crate::read::{Container, PackageKind, returned};
use crate::unreadable::Unreadable;

/// How many bytes of a file may still be kept: its unpacked size is bounded, but one text may be in many cells.
pub(crate) struct Budget(usize);

impl Budget {
    fn new() -> Self {
        Self(96 << 20)
    }

    pub(crate) fn spend(&mut self, bytes: usize) -> Result<(), Unreadable> {
        self.0 = self.0.checked_sub(bytes).ok_or(Unreadable::TooLarge)?;
        Ok(())
    }

    /// Spends the bytes of a cell, once in its sheet and once in the grid.
    pub(crate) fn spend_on(&mut self, cell: &SheetCell) -> Result<(), Unreadable> {
        self.spend(2 * cell.text.len() + size_of::<SheetCell>() + size_of::<crate::grid::GridCell>())
    }
}

/// The most sheets of a workbook that are read.
const SHEETS: usize = 1000;

/// A workbook with the sheets that it shows.
#[derive(Debug, Default)]
pub(crate) struct Workbook {
    sheets: Vec<Sheet>,
    /// Sheets that could not be read.
    broken: Vec<(String, Unreadable)>,
    /// How many sheets were left out because there are too many.
    beyond: usize,
    has_macros: bool,
    has_links: bool,
}

/// The cells that an office file shows: a grid a sheet, or one for a document.
pub(crate) struct Office {
    pub(crate) grids: Vec<Grid>,
    /// Notices about the file; their location's file is left blank.
    pub(crate) notices: Vec<Notice>,
}

/// Reads a container.
pub(crate) fn read(container: Container, bytes: &[u8]) -> Result<Office, Unreadable> {
    read_as(container, bytes, Workbook::office)
}

/// Reads a container that holds a list: hidden rows and columns belong to it.
pub(crate) fn read_list(container: Container, bytes: &[u8]) -> Result<Office, Unreadable> {
    read_as(container, bytes, |mut workbook| {
        let mut notices = Vec::new();
        for sheet in workbook.sheets.iter_mut().filter(|sheet| !sheet.is_hidden) {
            notices.extend(sheet.unhide());
        }
        let mut office = workbook.office();
        office.notices.extend(notices);
        office
    })
}

fn read_as(
    container: Container,
    bytes: &[u8],
    office: impl FnOnce(Workbook) -> Office,
) -> Result<Office, Unreadable> {
    let mut budget = Budget::new();
    match container {
        Container::Zip => {
            let mut package = Package::open(bytes)?;
            match PackageKind::of(&mut package)? {
                PackageKind::Document => docx::read(&mut package, &mut budget),
                PackageKind::OpenSpreadsheet => Ok(office(ods::read(&mut package, &mut budget)?)),
                PackageKind::Workbook => Ok(office(xlsx::read(&mut package, &mut budget)?)),
                PackageKind::Other(name) => Err(Unreadable::OtherKind(name)),
            }
        }
        Container::Ole => Ok(office(xls::read(bytes, &mut budget)?)),
        Container::SpreadsheetXml => Ok(office(spreadsheet_xml::read(bytes, &mut budget)?)),
        Container::WebArchive => archive(bytes),
        Container::Other(kind) => Err(Unreadable::OtherKind(kind)),
        Container::Damaged => Err(Unreadable::Broken("it does not begin as its kind does".into())),
    }
}

/// The pages of a web archive, a grid each.
fn archive(bytes: &[u8]) -> Result<Office, Unreadable> {
    let pages = super::mhtml::pages(bytes);
    let (mut grids, mut notices) = (Vec::new(), Vec::new());
    for page in pages {
        let decoded = crate::encoding::decode(&page);
        let Ok(grid) = super::html::grid(&decoded.text) else { continue };
        notices.extend(super::encoding_notice(&decoded));
        notices.extend(super::hidden_notice(&grid));
        grids.push(grid);
    }
    if grids.is_empty() {
        return Err(Unreadable::Broken("no page in it has a table".into()));
    }
    notices.dedup();
    Ok(Office { grids, notices })
}

/// Whether a file declares itself a workbook with macros.
pub(crate) fn has_macros(bytes: &[u8]) -> bool {
    let types = Package::open(bytes).and_then(|mut package| package.part("[Content_Types].xml"));
    let types = types.ok().flatten().unwrap_or_default();
    String::from_utf8_lossy(&types).contains("macroEnabled.main")
}

/// The names of the sheets that list the problems of a form that was given back.
pub(crate) fn lists(package: &mut Package<'_>) -> Result<BTreeSet<String>, Unreadable> {
    let workbook = xlsx::read(package, &mut Budget::new())?;
    Ok(workbook.sheets.into_iter().filter(Sheet::is_list).map(|sheet| sheet.name).collect())
}

impl Workbook {
    fn office(self) -> Office {
        let mut notices = Vec::new();
        let text = |text: String| Arg::Text(huizong_core::shown_text(&text));
        for (name, why) in self.broken {
            let args = Args::from([("sheet", text(name)), ("reason", Arg::Words(why.message()))]);
            notices.push(SHEET_NOT_READ.incomplete(None, args));
        }
        if self.beyond > 0 {
            notices.push(
                SHEETS_BEYOND.incomplete(None, Args::from([("count", Arg::Count(self.beyond as u64))])),
            );
        }
        if self.has_macros {
            notices.push(MACROS_NOT_RUN.notice(None, Args::new()));
        }
        if self.has_links {
            notices.push(LINKS_NOT_FOLLOWED.notice(None, Args::new()));
        }
        let mut grids = Vec::new();
        for mut sheet in self.sheets {
            // The list of problems is not part of the form.
            if sheet.is_list() {
                let (list, _) = sheet.grid();
                notices.extend(returned::answers(&list, 0..list.rows()));
                continue;
            }
            if sheet.is_guide() {
                continue;
            }
            let name = sheet.name.clone();
            if sheet.is_hidden {
                if !sheet.cells.is_empty() {
                    notices.push(HIDDEN_SHEET.notice(None, Args::from([("sheet", text(name))])));
                }
                continue;
            }
            let shapes = std::mem::take(&mut sheet.shapes);
            let (grid, any_hidden) = sheet.grid();
            if any_hidden {
                notices.push(HIDDEN_CELLS.notice(None, Args::from([("sheet", text(name.clone()))])));
            }
            if !shapes.is_empty() {
                let found =
                    shapes.iter().map(|shape| huizong_core::shown_text(shape.trim())).collect::<Vec<_>>();
                let args = Args::from([("sheet", text(name)), ("found", Arg::Text(found.join("；")))]);
                notices.push(SHAPES_NOT_READ.notice(None, args));
            }
            if grid.rows() > 0 {
                grids.push(grid);
            }
        }
        Office { grids, notices }
    }
}
