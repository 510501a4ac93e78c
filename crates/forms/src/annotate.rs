//! A form given back with its problems marked: notes on the cells, colours, and a list with links.
//!
//! An xlsx or docx stays the submitter's own file, in which nothing else is changed; any other file is written anew from
//! what was read.

mod docx;
mod xlsx;

use std::collections::BTreeMap;

use huizong_core::Lang;
use huizong_schema::findings::{Message, Place};

use crate::grid::Grid;
use crate::ooxml::Package;
use crate::profile::Profile;
use crate::read::{self, Container, NoteKind, Options, PackageKind, Read};
use crate::round_trip;
use crate::write::marked::{Mark, Marked};
use crate::write::page::Page;
use crate::write::{self, Format};

/// Marks the problems in a file.
///
/// An xlsx or docx that keeps its format is changed in place. Any other file is written anew from what was read; a
/// document without cells, such as JSON, by the layout of `profile`.
///
/// # Errors
/// Returns the reason if the file cannot be read at all, or if it cannot be written in that format.
pub fn annotate(
    bytes: &[u8],
    name: &str,
    profile: &Profile,
    marks: &[Mark],
    format: Format,
    lang: Lang,
) -> Result<Vec<u8>, Message> {
    let edited = match (package_kind(bytes), format) {
        (Some(PackageKind::Workbook), Format::Xlsx) => Some(xlsx::annotated(
            bytes,
            &Marked::new(marks, lang, |mark| mark.place.as_ref().map(|_| (0, 0))),
        )),
        (Some(PackageKind::Document), Format::Docx) => {
            let is_cell = |mark: &Mark| matches!(mark.place, Some(Place::Table { .. })).then_some((0, 0));
            Some(docx::annotated(bytes, &Marked::new(marks, lang, is_cell)))
        }
        _ => None,
    };
    if let Some(edited) = edited {
        return edited.map_err(|why| why.message());
    }
    let refused = |why: String| Message { zh: format!("写不成这种格式（{why}）"), en: why };
    let grids = read::grids(bytes, name).map_err(|why| why.message())?;
    let read = read::read(bytes, name, &Options { profile: Some(profile), ..Options::default() }).documents;
    // By the profile's layout if that shows everything; else as it came, so that nothing is lost.
    if grids.is_none() || read.iter().all(|read| is_whole(read, profile)) {
        let pages = read.iter().map(|read| write::form::page(&read.draft, profile));
        let pages: Vec<Page> = pages.collect::<Option<_>>().unwrap_or_default();
        let named: Vec<Mark> = marks.iter().map(|mark| with_name(mark, &pages)).collect();
        let marked = Marked::new(&named, lang, |mark| by_member(&pages, mark));
        return write::print(&pages, format, &marked).map_err(refused);
    }
    let grids = grids.unwrap_or_default();
    let pages: Vec<Page> = grids.iter().map(|grid| Page::of_grid(grid, sheet_of(grid))).collect();
    let mut cells: BTreeMap<&Place, (usize, usize)> = BTreeMap::new();
    for (page, grid) in grids.iter().enumerate() {
        for (cell, of) in grid.cells().iter().enumerate() {
            if let Some(place) = &of.place {
                cells.entry(place).or_insert((page, cell));
            }
        }
    }
    let marked = Marked::new(marks, lang, |mark| cells.get(mark.place.as_ref()?).copied());
    write::print(&pages, format, &marked).map_err(refused)
}

/// The kind of a package whose parts can be changed in place: one that says what its parts hold.
fn package_kind(bytes: &[u8]) -> Option<PackageKind> {
    let is_zip = Container::of(bytes) == Some(Container::Zip);
    let mut package = is_zip.then(|| Package::open(bytes).ok()).flatten()?;
    let kind = PackageKind::of(&mut package).ok()?;
    (kind == PackageKind::Document || package.has("[Content_Types].xml")).then_some(kind)
}

/// Whether everything was understood, and a form written by the layout holds all of it.
fn is_whole(read: &Read, profile: &Profile) -> bool {
    let reading = &read.reading;
    let is_understood = reading.unreadable.is_empty()
        && reading.misplaced.is_empty()
        && reading.unclaimed.is_empty()
        && reading.refused.is_empty()
        && read.notes.iter().all(|note| note.what != NoteKind::Unclaimed);
    let written = || round_trip::write(std::slice::from_ref(&read.draft), profile, Format::Text);
    is_understood && written().is_some_and(|written| written.notices.iter().all(Vec::is_empty))
}

/// A mark whose place is named by the form's label, as its cell was in another file.
fn with_name(mark: &Mark, pages: &[Page]) -> Mark {
    let name = by_member(pages, mark).and_then(|(page, cell)| pages[page].name_of(cell));
    Mark { shown: name.unwrap_or_else(|| mark.shown.clone()), ..mark.clone() }
}

/// The name of a grid's sheet; empty if it is not from a sheet.
fn sheet_of(grid: &Grid) -> String {
    match grid.cells().iter().find_map(|cell| cell.place.as_ref()) {
        Some(Place::Cell { sheet, .. }) => sheet.clone(),
        _ => String::new(),
    }
}

/// The cell of a mark's member; if the member has no cell, that of the nearest member around it.
pub(crate) fn by_member(pages: &[Page], mark: &Mark) -> Option<(usize, usize)> {
    let page = pages.get(mark.document)?;
    let mut pointer = mark.pointer.clone();
    loop {
        let is_it = |cell: &&crate::write::page::Printed| cell.member.as_ref() == Some(&pointer);
        let value = page.cells.iter().rposition(|cell| is_it(&cell));
        if let Some(cell) = value {
            return Some((mark.document, cell));
        }
        pointer = pointer.parent()?;
    }
}
