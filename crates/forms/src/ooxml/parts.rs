//! Parts of office files changed in a few places, the rest of the bytes left as they are.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::{ZipArchive, ZipWriter};

use super::{Package, entry_options, xml};
use crate::unreadable::Unreadable;

/// The children of the outermost element of a part, or of a piece of one.
#[derive(Debug)]
pub(crate) struct Outline {
    /// The prefix of the element's name, with its colon; empty if it has none.
    pub(crate) prefix: String,
    /// Where its content begins.
    pub(crate) open: usize,
    /// Where its content ends.
    pub(crate) close: usize,
    /// The names of the elements in it, without prefixes, and the range of each.
    pub(crate) children: Vec<(String, Range<usize>)>,
}

impl Outline {
    /// An outline without children, of an element whose content begins at `open`.
    fn begun(element: &BytesStart<'_>, open: usize) -> Self {
        let prefix = element.name().as_ref().split_once(':').map(|(prefix, _)| format!("{prefix}:"));
        Self { prefix: prefix.unwrap_or_default(), open, close: open, children: Vec::new() }
    }

    /// The first child with a name.
    pub(crate) fn child(&self, name: &str) -> Option<Range<usize>> {
        self.children.iter().find(|(of, _)| of == name).map(|(_, range)| range.clone())
    }

    /// Where the first child with one of these names begins, or else where the content ends.
    pub(crate) fn before(&self, names: &[&str]) -> usize {
        let found = self.children.iter().find(|(of, _)| names.contains(&of.as_str()));
        found.map_or(self.close, |(_, range)| range.start)
    }
}

/// The same XML with an end tag for its outermost element, so that something can be put before it.
pub(crate) fn with_end(mut text: String) -> Result<String, Unreadable> {
    let mut reader = Reader::from_str(&text);
    loop {
        let event = reader.read_event().map_err(|error| Unreadable::Broken(error.to_string()))?;
        match event {
            Event::Start(_) => return Ok(text),
            Event::Empty(element) => {
                let name = element.name().as_ref().to_owned();
                let end = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
                let slash = text[..end].rfind('/').unwrap_or(end);
                text.replace_range(slash..end, &format!("></{name}>"));
                return Ok(text);
            }
            Event::Eof => return Err(Unreadable::Broken("a part is empty".into())),
            _ => {}
        }
    }
}

/// The outline of a text that is one element, perhaps with a declaration before it.
pub(crate) fn outline(text: &str) -> Result<Outline, Unreadable> {
    let mut reader = Reader::from_str(text);
    let at = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(text.len());
    let mut outline: Option<Outline> = None;
    let (mut depth, mut begins) = (0_u32, 0);
    loop {
        let before = at(&reader);
        let event = reader.read_event().map_err(|error| Unreadable::Broken(error.to_string()))?;
        let after = at(&reader);
        match event {
            Event::Start(element) => {
                depth += 1;
                let name = element.local_name().as_ref().to_owned();
                match (&mut outline, depth) {
                    (None, _) => outline = Some(Outline::begun(&element, after)),
                    (Some(outline), 2) => {
                        begins = before;
                        outline.children.push((name, before..after));
                    }
                    _ => {}
                }
            }
            Event::Empty(element) => {
                let name = element.local_name().as_ref().to_owned();
                match &mut outline {
                    None => return Ok(Outline::begun(&element, after)),
                    Some(outline) if depth == 1 => outline.children.push((name, before..after)),
                    Some(_) => {}
                }
            }
            Event::End(_) => {
                match (&mut outline, depth) {
                    (Some(outline), 2) => {
                        if let Some((_, range)) = outline.children.last_mut() {
                            *range = begins..after;
                        }
                    }
                    (Some(_), 1) => {
                        if let Some(mut outline) = outline {
                            outline.close = before;
                            return Ok(outline);
                        }
                        return Err(Unreadable::Broken("a part has no element".into()));
                    }
                    _ => {}
                }
                depth = depth.saturating_sub(1);
            }
            Event::Eof => return Err(Unreadable::Broken("a part is cut off".into())),
            _ => {}
        }
    }
}

/// The value of an attribute of the element with which a text begins, as it is written.
pub(crate) fn attribute(text: &str, name: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) => {
                return xml::attribute(&element, name).map(std::borrow::Cow::into_owned);
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// A part as text, its declaration changed to UTF-8 if it declares another encoding.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    let text = crate::encoding::decode(bytes).text;
    let Some(end) = text.starts_with("<?xml").then(|| text.find("?>")).flatten() else { return text };
    let (declaration, rest) = text.split_at(end);
    let is_other = declaration.contains("encoding") && !declaration.to_ascii_lowercase().contains("utf-8");
    if is_other { format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"{rest}") } else { text }
}

/// The changed parts of a file.
pub(crate) struct Changes<'p, 'b> {
    pub(crate) package: &'p mut Package<'b>,
    /// Whether the file is in the strict variant of the format, whose relations have other names.
    pub(crate) is_strict: bool,
    pub(crate) changed: BTreeMap<String, String>,
}

impl<'p, 'b> Changes<'p, 'b> {
    /// No changes yet, of a file with this main part.
    pub(crate) fn new(package: &'p mut Package<'b>, main: &str) -> Result<Self, Unreadable> {
        let mut changes = Self { package, is_strict: false, changed: BTreeMap::new() };
        changes.is_strict = changes.part(main)?.contains("purl.oclc.org/ooxml");
        Ok(changes)
    }

    /// A part with the changes so far.
    pub(crate) fn part(&mut self, name: &str) -> Result<String, Unreadable> {
        match self.changed.get(name) {
            Some(text) => Ok(text.clone()),
            None => Ok(text_of(&self.package.needed(name)?)),
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.changed.contains_key(name) || self.package.has(name)
    }

    /// A name for a new part.
    pub(crate) fn free(&self, before: &str, behind: &str) -> String {
        let name = |number: usize| format!("{before}{number}{behind}");
        name((1..usize::MAX).find(|number| !self.has(&name(*number))).unwrap_or(0))
    }

    /// The namespace of relation ids, which is also the beginning of relation types.
    pub(crate) fn relations_namespace(&self) -> &'static str {
        if self.is_strict {
            "http://purl.oclc.org/ooxml/officeDocument/relationships"
        } else {
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        }
    }

    /// Adds a relation to a part and gives its id.
    pub(crate) fn relate(&mut self, part: &str, kind: &str, target: &str) -> Result<String, Unreadable> {
        let name = relations_of(part);
        let text = if self.has(&name) {
            with_end(self.part(&name)?)?
        } else {
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
             <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"></Relationships>"
                .to_owned()
        };
        let shape = outline(&text)?;
        let id = (1..u32::MAX)
            .map(|number| format!("huizong{number}"))
            .find(|id| !text.contains(&format!("\"{id}\"")));
        let id = id.unwrap_or_default();
        let relation = format!(
            "<{}Relationship Id=\"{id}\" Type=\"{}/{kind}\" Target=\"{}\"/>",
            shape.prefix,
            self.relations_namespace(),
            seen_from(part, target)
        );
        self.changed.insert(name, spliced(&text, vec![(shape.close..shape.close, relation)]));
        Ok(id)
    }

    /// Declares the content type of a part, or of an ending such as `.vml`.
    pub(crate) fn content_type(&mut self, part: &str, of: &str) -> Result<(), Unreadable> {
        let name = "[Content_Types].xml";
        let text = with_end(self.part(name)?)?;
        let shape = outline(&text)?;
        let entry = match part.strip_prefix('.') {
            Some(ending)
                if shape.children.iter().any(|(_, range)| {
                    attribute(&text[range.clone()], "Extension")
                        .is_some_and(|of| of.eq_ignore_ascii_case(ending))
                }) =>
            {
                return Ok(());
            }
            Some(ending) => format!("<{}Default Extension=\"{ending}\" ContentType=\"{of}\"/>", shape.prefix),
            None => format!("<{}Override PartName=\"/{part}\" ContentType=\"{of}\"/>", shape.prefix),
        };
        // Defaults come before overrides.
        let at = if part.starts_with('.') { shape.open } else { shape.close };
        self.changed.insert(name.to_owned(), spliced(&text, vec![(at..at, entry)]));
        Ok(())
    }

    /// The file with its changed parts; new parts come after the others.
    pub(crate) fn rewritten(self, bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
        let mut changed = self.changed;
        let broken = |error: zip::result::ZipError| Unreadable::Broken(error.to_string());
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let put = |writer: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, text: &str| {
            writer.start_file(name, entry_options()).map_err(broken)?;
            writer.write_all(text.as_bytes()).map_err(|error| Unreadable::Broken(error.to_string()))
        };
        for index in 0..archive.len() {
            let part = archive.by_index_raw(index).map_err(broken)?;
            let name = part.name().map_err(broken)?.into_owned();
            match changed.remove(&name) {
                Some(text) => put(&mut writer, &name, &text)?,
                None => writer.raw_copy_file(part).map_err(broken)?,
            }
        }
        for (name, text) in &changed {
            put(&mut writer, name, text)?;
        }
        writer.finish().map(Cursor::into_inner).map_err(broken)
    }
}

/// A text with pieces inserted or replaced; no two of the ranges overlap.
pub(crate) fn spliced(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    // Pieces inserted at one place keep their order.
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len() + edits.iter().map(|(_, new)| new.len()).sum::<usize>());
    let mut from = 0;
    for (range, new) in edits {
        out += &text[from..range.start];
        out += &new;
        from = range.end;
    }
    out + &text[from..]
}

/// The name of the part that holds a part's relations.
fn relations_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// The relative path from a part to another one.
fn seen_from(part: &str, target: &str) -> String {
    let up = "../".repeat(part.matches('/').count());
    format!("{up}{target}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_tell_where_children_stand() {
        let text = "<?xml version='1.0'?><x:a><x:b/><!-- c --><x:d><x:b>1</x:b></x:d>\n</x:a>";
        let outline = outline(text).unwrap();
        let shown: Vec<&str> = outline.children.iter().map(|(_, range)| &text[range.clone()]).collect();
        assert_eq!(shown, ["<x:b/>", "<x:d><x:b>1</x:b></x:d>"]);
        assert_eq!((outline.prefix.as_str(), &text[outline.close..]), ("x:", "</x:a>"));
        assert_eq!(&text[outline.before(&["d", "e"])..][..5], "<x:d>");
        assert_eq!(with_end("<a x='1/2' />".into()).unwrap(), "<a x='1/2' ></a>");
        assert!(super::outline("<a><b></a").is_err());
    }

    #[test]
    fn pieces_are_put_in_where_they_belong() {
        let edits = vec![(4..4, "2".into()), (0..1, "A".into()), (4..4, "3".into())];
        assert_eq!(spliced("abcdef", edits), "Abcd23ef");
        assert_eq!(seen_from("xl/worksheets/s.xml", "xl/c.xml"), "../../xl/c.xml");
        assert_eq!(relations_of("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
    }
}
