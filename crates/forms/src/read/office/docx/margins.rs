//! The headers and footers that a document shows.

use quick_xml::events::BytesStart;

use super::is_on;
use crate::ooxml::xml::{Piece, Pieces, attribute};

/// The headers and footers that the sections of a document name.
#[derive(Default)]
pub(super) struct Margins {
    sections: Vec<Section>,
}

#[derive(Default)]
struct Section {
    /// The kind of page that each is for, and the id of its relation.
    references: Vec<(String, String)>,
    has_first_page: bool,
}

impl Margins {
    /// Begins the properties of a section or of a paragraph, which may hold those of a section.
    pub(super) fn begin(&mut self) {
        self.sections.push(Section::default());
    }

    /// Takes a property of a section.
    pub(super) fn take(&mut self, property: &BytesStart<'_>) {
        let Some(section) = self.sections.last_mut() else { return };
        match property.local_name().as_ref() {
            "headerReference" | "footerReference" => {
                let of = |name| attribute(property, name).unwrap_or_default().into_owned();
                section.references.push((of("type"), of("id")));
            }
            "titlePg" => section.has_first_page = is_on(property),
            _ => {}
        }
    }

    /// The ids of the relations of those that are shown: a page has its own only if the section, or for even pages the
    /// document, says so.
    pub(super) fn shown(&self, settings: &str) -> Vec<&str> {
        let has_even_pages = has_even_pages(settings);
        let mut shown = Vec::new();
        for section in &self.sections {
            let is_shown = |kind: &str| match kind {
                "first" => section.has_first_page,
                "even" => has_even_pages,
                _ => true,
            };
            for (_, id) in section.references.iter().filter(|(kind, _)| is_shown(kind)) {
                if !shown.contains(&id.as_str()) {
                    shown.push(id);
                }
            }
        }
        shown
    }
}

/// Whether a document's settings give even pages headers of their own.
fn has_even_pages(settings: &str) -> bool {
    let mut pieces = Pieces::of(settings);
    while let Ok(Some(piece)) = pieces.next() {
        if let Piece::Start(element) = piece
            && element.local_name().as_ref() == "evenAndOddHeaders"
        {
            return is_on(&element);
        }
    }
    false
}
