//! Word documents: paragraphs, and tables with merged cells.

mod body;
mod fields;
mod margins;
mod numbering;
mod styles;
mod table;

use std::borrow::Cow;

use huizong_schema::findings::{Args, Place};
use quick_xml::events::BytesStart;

use self::body::DocumentReader;
use self::numbering::Numbering;
use self::styles::Styles;
use super::{Budget, Office};
use crate::markup::paragraphs;
use crate::notices::EMBEDDED_NOT_READ;
use crate::ooxml::xml::{attribute, text_of};
use crate::ooxml::{Package, main_part, relations};
use crate::read::returned::set_apart;
use crate::unreadable::Unreadable;

pub(super) fn read(package: &mut Package<'_>, budget: &mut Budget) -> Result<Office, Unreadable> {
    let main = main_part(package, "word/document.xml")?;
    let text = text_of(&package.needed(&main)?);
    let targets = relations(package, &main)?;
    let mut other = |kind: &str| -> Result<String, Unreadable> {
        let target = targets.values().find(|(of, _)| of == kind);
        let part = target.map(|(_, target)| package.part(target)).transpose()?.flatten();
        Ok(part.map(|part| text_of(&part)).unwrap_or_default())
    };
    // Damaged styles take nothing from the form but what they hide.
    let styles = Styles::read(&other("styles")?).unwrap_or_default();
    let numbering = Numbering::read(&other("numbering")?).unwrap_or_default();
    let settings = other("settings")?;
    let reader = DocumentReader::read(&text, (&styles, &numbering), budget)?;
    let DocumentReader { grid, problems, margins, has_embedded, .. } = reader;
    let (mut grid, answers) = set_apart(grid, problems.map(|(_, rows)| rows));
    for id in margins.shown(&settings) {
        let Some((_, target)) = targets.get(id) else { continue };
        let Some(part) = package.part(target)? else { continue };
        // A damaged margin takes nothing from the form.
        let Ok(margin) = DocumentReader::read(&text_of(&part), (&styles, &numbering), budget) else {
            continue;
        };
        grid.margins.extend(margin.grid.cells().iter().flat_map(|cell| paragraphs(&cell.text)));
    }
    if grid.is_full() {
        return Err(Unreadable::TooLarge);
    }
    let embedded = has_embedded.then(|| EMBEDDED_NOT_READ.incomplete(None, Args::new()));
    let notices = answers.into_iter().chain(embedded).collect();
    Ok(Office { grids: vec![grid], notices })
}

/// Where in the main part's text the content of each cell begins, by the cell's place.
pub(crate) fn spots(text: &str) -> Result<Vec<(Place, usize)>, Unreadable> {
    let plain = (&Styles::default(), &Numbering::default());
    DocumentReader::read(text, plain, &mut Budget::new()).map(|reader| reader.spots)
}

/// Whether a property is set: without a value it is.
fn is_on(element: &BytesStart<'_>) -> bool {
    let is_off = |val: Cow<'_, str>| matches!(&*val, "0" | "false" | "off" | "none");
    !attribute(element, "val").is_some_and(is_off)
}
