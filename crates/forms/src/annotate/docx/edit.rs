//! Notes in the submitter's own document.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{NAMESPACE, TAG, begin, comment, end, section, shading};
use crate::annotate::parts::{Changes, attribute, outline, spliced, with_end};
use crate::annotate::{AUTHOR, Marked, SEVERITIES};
use crate::read::office::{Package, Unreadable, attribute as attribute_of, main_part, relations, spots};

/// What a cell's properties have before its shading.
const BEFORE_SHADING: [&str; 7] = ["cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "hVMerge", "tcBorders"];
const STRICT: &str = "http://purl.oclc.org/ooxml/wordprocessingml/main";

pub(in crate::annotate) fn annotated(bytes: &[u8], marked: &Marked<'_>) -> Result<Vec<u8>, Unreadable> {
    let mut package = Package::open(bytes)?;
    let main = main_part(&mut package, "word/document.xml")?;
    let mut changes = Changes::new(&mut package, &main)?;
    let comments = relations(changes.package, &main)?;
    let comments = comments.into_values().find(|(kind, _)| kind == "comments").map(|(_, target)| target);
    let comments = comments.filter(|part| changes.has(part));
    let (old, ids, next) = match &comments {
        Some(part) => without_our_comments(&changes.part(part)?)?,
        None => (bare_comments(changes.is_strict), BTreeSet::new(), 0),
    };
    let text = without_ours(&changes.part(&main)?, &ids)?;
    if marked.is_empty() && ids.is_empty() {
        changes.changed.insert(main, text);
        return changes.rewritten(bytes);
    }
    let root = outline(&text)?;
    let places: BTreeMap<_, _> = spots(&text)?.into_iter().collect();
    let mut by_spot: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for number in 0..marked.len() {
        if let Some(spot) = marked.file_place(number).and_then(|place| places.get(place)) {
            by_spot.entry(*spot).or_default().push(number);
        }
    }
    let mut edits = Vec::new();
    let mut said = String::new();
    let mut bookmarks = 0;
    for (spot, numbers) in &by_spot {
        let Some(cell) = Cell::of(&text, *spot) else { continue };
        let ids: Vec<usize> = numbers.iter().map(|number| next + number).collect();
        edits.extend(cell.edits(&text, marked, numbers, &ids, &mut bookmarks));
        said.extend(numbers.iter().zip(&ids).map(|(number, id)| comment(marked, *number, *id)));
    }
    let list = section(marked);
    let body = root.child("body").ok_or_else(|| Unreadable::Broken("the document has no body".into()))?;
    let inner = outline(&text[body.clone()])?;
    let at = inner.children.iter().rfind(|(name, _)| name == "sectPr").map_or(inner.close, |(_, r)| r.start);
    let at = body.start + at;
    edits.push((at..at, list));
    // What we write bears the prefix that documents use; one that uses another gets it said.
    let edits = edits.into_iter().map(|(range, new)| (range, with_prefix(&new, &root.prefix))).collect();
    changes.changed.insert(main.clone(), spliced(&text, edits));
    let shape = outline(&old)?;
    let said = with_prefix(&said, &shape.prefix);
    let part = match comments {
        Some(part) => part,
        None => {
            let part = changes.free("word/huizong-comments", ".xml");
            changes.relate(&main, "comments", &part)?;
            changes.content_type(
                &part,
                "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml",
            )?;
            part
        }
    };
    changes.changed.insert(part, spliced(&old, vec![(shape.close..shape.close, said)]));
    changes.rewritten(bytes)
}

fn bare_comments(is_strict: bool) -> String {
    let namespace = if is_strict { STRICT } else { NAMESPACE };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:comments xmlns:w=\"{namespace}\"></w:comments>"
    )
}

/// Our pieces with another prefix than usual.
fn with_prefix(xml: &str, prefix: &str) -> String {
    if prefix == "w:" {
        return xml.to_owned();
    }
    xml.replace("</w:", &format!("</{prefix}"))
        .replace("<w:", &format!("<{prefix}"))
        .replace(" w:", &format!(" {prefix}"))
}

/// The comments without ours, which ours were, and the first number that no comment has.
fn without_our_comments(text: &str) -> Result<(String, BTreeSet<String>, usize), Unreadable> {
    let text = with_end(text.to_owned())?;
    let shape = outline(&text)?;
    let (mut ours, mut edits, mut next) = (BTreeSet::new(), Vec::new(), 0);
    for (_, range) in &shape.children {
        let of = &text[range.clone()];
        let Some(id) = attribute(of, "id") else { continue };
        if attribute(of, "author").is_some_and(|author| author == AUTHOR) {
            edits.push((range.clone(), String::new()));
            ours.insert(id);
        } else {
            next = next.max(id.parse::<usize>().map_or(0, |id| id.saturating_add(1)));
        }
    }
    Ok((spliced(&text, edits), ours, next))
}

/// The document without what we put into it before.
fn without_ours(text: &str, comments: &BTreeSet<String>) -> Result<String, Unreadable> {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut reader = reader(text);
    let mut bookmarks = BTreeSet::new();
    // The blocks that are open: where each began, and whether it is our list.
    let mut blocks: Vec<(usize, bool)> = Vec::new();
    loop {
        let before = position(&reader);
        let event = reader.read_event().map_err(|error| Unreadable::Broken(error.to_string()))?;
        let range = before..position(&reader);
        match event {
            Event::Start(element) if element.local_name().as_ref() == "sdt" => blocks.push((before, false)),
            Event::End(element) if element.local_name().as_ref() == "sdt" => {
                if let Some((start, true)) = blocks.pop() {
                    edits.retain(|(range, _)| range.start < start);
                    edits.push((start..range.end, String::new()));
                }
            }
            Event::Start(element) | Event::Empty(element) => {
                if element.local_name().as_ref() == "tag"
                    && attribute_of(&element, "val").is_some_and(|val| val == TAG)
                    && let Some(block) = blocks.last_mut()
                {
                    block.1 = true;
                }
                if is_ours(&element, comments, &mut bookmarks) {
                    edits.push((with_its_run(text, range), String::new()));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(spliced(text, edits))
}

/// An element with the run that holds nothing else, if one does.
fn with_its_run(text: &str, range: Range<usize>) -> Range<usize> {
    let before = text[..range.start].rfind('<').filter(|at| text[*at..range.start].ends_with(":r>"));
    let behind = text[range.end..].find('>').filter(|end| text[range.end..=range.end + end].ends_with(":r>"));
    match (before, behind) {
        (Some(from), Some(end)) if text[range.end..].starts_with("</") => from..range.end + end + 1,
        _ => range,
    }
}

fn is_ours(element: &BytesStart<'_>, comments: &BTreeSet<String>, bookmarks: &mut BTreeSet<String>) -> bool {
    let id = || attribute_of(element, "id").unwrap_or_default().into_owned();
    match element.local_name().as_ref() {
        "commentRangeStart" | "commentRangeEnd" | "commentReference" => comments.contains(&id()),
        "bookmarkStart" => {
            let ours = attribute_of(element, "name").is_some_and(|name| name.starts_with("huizong_"));
            if ours {
                bookmarks.insert(id());
            }
            ours
        }
        "bookmarkEnd" => bookmarks.contains(&id()),
        "shd" => {
            let fill = attribute_of(element, "fill").unwrap_or_default();
            SEVERITIES.iter().any(|s| *fill == *format!("{:06X}", Marked::colour(*s)))
        }
        _ => false,
    }
}

fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    reader
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// What there is to change in a cell.
struct Cell {
    /// Where its content begins.
    begins: usize,
    properties: Option<Range<usize>>,
    /// The first paragraph: where its text begins, and where it ends; or the whole of one that is empty.
    paragraph: Result<(usize, usize), Range<usize>>,
}

impl Cell {
    /// Looks through the cell of which the content begins at a place.
    fn of(text: &str, begins: usize) -> Option<Self> {
        let mut reader = reader(&text[begins..]);
        let mut properties = None;
        // The paragraph's beginning, and how many paragraphs in it are open.
        let mut open: Option<(usize, u32)> = None;
        let (mut depth, mut in_properties) = (0_u32, None);
        loop {
            let before = begins + position(&reader);
            let event = reader.read_event().ok()?;
            let after = begins + position(&reader);
            match event {
                Event::Start(element) => {
                    let name = element.local_name();
                    match (name.as_ref(), &mut open) {
                        ("tcPr", None) if depth == 0 => in_properties = Some(before),
                        ("p", None) if in_properties.is_none() => open = Some((after, 1)),
                        ("p", Some((_, paragraphs))) => *paragraphs += 1,
                        _ => {}
                    }
                    depth += 1;
                }
                Event::Empty(element) => {
                    let name = element.local_name();
                    match name.as_ref() {
                        "tcPr" if depth == 0 => properties = Some(before..after),
                        "p" if open.is_none() && in_properties.is_none() => {
                            return Some(Self { begins, properties, paragraph: Err(before..after) });
                        }
                        "pPr" => {
                            if let Some((from, 1)) = &mut open
                                && *from == before
                            {
                                *from = after;
                            }
                        }
                        _ => {}
                    }
                }
                Event::End(element) => {
                    let name = element.local_name();
                    depth = depth.checked_sub(1)?;
                    match (name.as_ref(), &mut open) {
                        ("tcPr", None) => properties = in_properties.take().map(|from| from..after),
                        // The paragraph's own properties stand before everything else in it.
                        ("pPr", Some((from, 1)))
                            if text[*from..].starts_with('<') && is_properties(text, *from) =>
                        {
                            *from = after;
                        }
                        ("p", Some((from, 1))) => {
                            return Some(Self { begins, properties, paragraph: Ok((*from, before)) });
                        }
                        ("p", Some((_, paragraphs))) => *paragraphs -= 1,
                        _ => {}
                    }
                }
                Event::Eof => return None,
                _ => {}
            }
        }
    }

    fn edits(
        &self,
        text: &str,
        marked: &Marked<'_>,
        numbers: &[usize],
        ids: &[usize],
        bookmarks: &mut usize,
    ) -> Vec<(Range<usize>, String)> {
        let mut edits = Vec::new();
        if let Some(gravest) = marked.gravest(numbers) {
            edits.push(self.shaded(text, &shading(gravest)));
        }
        let (before, behind) = (begin(numbers, ids, bookmarks), end(ids));
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
    fn shaded(&self, text: &str, shading: &str) -> (Range<usize>, String) {
        let bare = || (self.begins..self.begins, format!("<w:tcPr>{shading}</w:tcPr>"));
        let Some(properties) = &self.properties else { return bare() };
        let Ok(of) = with_end(text[properties.clone()].to_owned()) else { return bare() };
        let Ok(shape) = outline(&of) else { return bare() };
        let edit = match shape.child("shd") {
            Some(old) => (old, shading.to_owned()),
            None => {
                let before = shape.children.iter().rfind(|(name, _)| BEFORE_SHADING.contains(&name.as_str()));
                let at = before.map_or(shape.open, |(_, range)| range.end);
                (at..at, shading.to_owned())
            }
        };
        (properties.clone(), spliced(&of, vec![edit]))
    }
}

/// Whether a paragraph's properties begin at a place.
fn is_properties(text: &str, at: usize) -> bool {
    let name = text[at + 1..].split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next();
    name.is_some_and(|name| name.rsplit(':').next() == Some("pPr"))
}
