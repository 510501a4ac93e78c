//! A cell of a document, and where in it notes go.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::ooxml::parts::{outline, spliced, with_end};
use crate::write::marked::Shade;
use crate::write::notes::shading;

/// The elements of a cell's properties that come before its shading.
const BEFORE_SHADING: [&str; 7] = ["cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "hVMerge", "tcBorders"];

/// A lenient reader: documents are not always well-formed.
pub(super) fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    reader
}

/// The position of a reader.
pub(super) fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// The places of a cell where notes and shading go.
pub(super) struct DocumentCell {
    /// Where its content begins.
    begins: usize,
    properties: Option<Range<usize>>,
    /// The paragraph that notes go to: where its text begins and ends, or, if it is an empty element, all of it.
    paragraph: Result<(usize, usize), Range<usize>>,
}

impl DocumentCell {
    /// Scans the cell whose content begins at a place. Notes go to its first direct paragraph, or else to the first
    /// nested one.
    pub(super) fn of(text: &str, begins: usize) -> Option<Self> {
        let mut reader = reader(&text[begins..]);
        let mut properties = None;
        // The names of the elements that are open, and where each began.
        let mut open: Vec<(String, usize)> = Vec::new();
        let mut inner: Option<Result<(usize, usize), Range<usize>>> = None;
        // The paragraphs that are open: the depth of each, and where its text begins.
        let mut paragraphs: Vec<(usize, usize)> = Vec::new();
        loop {
            let before = begins + position(&reader);
            let event = reader.read_event().ok()?;
            let after = begins + position(&reader);
            match event {
                Event::Start(element) => {
                    let name = element.local_name().as_ref().to_owned();
                    if name == "p" {
                        paragraphs.push((open.len(), after));
                    }
                    open.push((name, before));
                }
                Event::Empty(element) => match (element.local_name().as_ref(), open.len()) {
                    ("tcPr", 0) => properties = Some(before..after),
                    ("p", 0) => return Some(Self { begins, properties, paragraph: Err(before..after) }),
                    ("p", _) => drop(inner.get_or_insert(Err(before..after))),
                    ("pPr", depth) => begin_behind(&mut paragraphs, depth, before..after, text),
                    _ => {}
                },
                Event::End(_) => {
                    let Some((name, from)) = open.pop() else {
                        // The end of the cell.
                        let paragraph = inner?;
                        return Some(Self { begins, properties, paragraph });
                    };
                    match (name.as_str(), open.len()) {
                        ("tcPr", 0) => properties = Some(from..after),
                        ("p", depth) => {
                            let (_, from) = paragraphs.pop()?;
                            let paragraph = Ok((from, before));
                            if depth == 0 {
                                return Some(Self { begins, properties, paragraph });
                            }
                            inner.get_or_insert(paragraph);
                        }
                        ("pPr", depth) => begin_behind(&mut paragraphs, depth, from..after, text),
                        _ => {}
                    }
                }
                Event::Eof => return None,
                _ => {}
            }
        }
    }

    /// The edits that put notes before and after the cell's text, and shade it unless it has a shading of its own.
    pub(super) fn edits(
        &self,
        text: &str,
        shade: Option<Shade>,
        (before, behind): (String, String),
    ) -> Vec<(Range<usize>, String)> {
        let mut edits: Vec<_> =
            shade.and_then(|shade| self.shaded(text, &shading(shade))).into_iter().collect();
        match &self.paragraph {
            Ok((from, to)) => edits.extend([(*from..*from, before), (*to..*to, behind)]),
            Err(empty) => {
                let element = text[empty.clone()].trim_end_matches('>').trim_end_matches('/').trim_end();
                let name = element[1..].split_whitespace().next().unwrap_or("w:p");
                edits.push((empty.clone(), format!("{element}>{before}{behind}</{name}>")));
            }
        }
        edits
    }

    /// The cell's properties with our shading.
    pub(super) fn shaded(&self, text: &str, shading: &str) -> Option<(Range<usize>, String)> {
        let Some(properties) = &self.properties else {
            return Some((self.begins..self.begins, format!("<w:tcPr>{shading}</w:tcPr>")));
        };
        let of = with_end(text[properties.clone()].to_owned()).ok()?;
        let shape = outline(&of).ok()?;
        if shape.child("shd").is_some() {
            return None;
        }
        let before = shape.children.iter().rfind(|(name, _)| BEFORE_SHADING.contains(&name.as_str()));
        let at = before.map_or(shape.open, |(_, range)| range.end);
        Some((properties.clone(), spliced(&of, vec![(at..at, shading.to_owned())])))
    }
}

/// A paragraph's own properties come before everything else in it: its text begins after them.
fn begin_behind(paragraphs: &mut [(usize, usize)], depth: usize, properties: Range<usize>, text: &str) {
    if let Some((of, from)) = paragraphs.last_mut()
        && depth == *of + 1
        && text[*from..properties.start].trim().is_empty()
    {
        *from = properties.end;
    }
}
