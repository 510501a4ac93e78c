//! Notes in the submitter's own document.

mod cell;
mod ours;

use std::collections::{BTreeMap, BTreeSet};

use huizong_word::NAMESPACE;

use self::cell::DocumentCell;
use self::ours::{next_bookmark, references, without_our_comments, without_ours};
use crate::ooxml::parts::{Changes, outline, spliced};
use crate::ooxml::{Package, main_part, relations};
use crate::read::office::spots;
use crate::unreadable::Unreadable;
use crate::write::marked::{Marked, Shade};
use crate::write::notes::{begin, comment, end, section, shading};

const STRICT: &str = "http://purl.oclc.org/ooxml/wordprocessingml/main";

pub(super) fn annotated(bytes: &[u8], marked: &Marked<'_>) -> Result<Vec<u8>, Unreadable> {
    let mut package = Package::open(bytes)?;
    let main = main_part(&mut package, "word/document.xml")?;
    let mut changes = Changes::new(&mut package, &main)?;
    let comments = relations(changes.package, &main)?;
    let comments = comments.into_values().find(|(kind, _)| kind == "comments").map(|(_, target)| target);
    let comments = comments.filter(|part| changes.has(part));
    let namespace = if changes.is_strict { STRICT } else { NAMESPACE };
    let before = changes.part(&main)?;
    let (old, ids, next) = match &comments {
        Some(part) => without_our_comments(&changes.part(part)?)?,
        None => (bare_comments(namespace), std::collections::BTreeSet::new(), 0),
    };
    let text = without_ours(&before, &ids)?;
    // A form in which nothing is wrong goes back as it came.
    if marked.is_empty() {
        if text != before {
            changes.changed.insert(main, text);
        }
        if let Some(part) = comments.filter(|_| !ids.is_empty()) {
            changes.changed.insert(part, old);
        }
        let is_as_it_came = changes.changed.is_empty();
        return if is_as_it_came { Ok(bytes.to_vec()) } else { changes.rewritten(bytes) };
    }
    // Ids that are referred to but not defined are not ours either.
    let next = next.max(references(&text));
    let mut bookmark = next_bookmark(&text);
    let places: BTreeMap<_, _> = spots(&text)?.into_iter().collect();
    let mut by_spot: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for number in 0..marked.len() {
        if let Some(spot) = marked.file_place(number).and_then(|place| places.get(place)) {
            by_spot.entry(*spot).or_default().push(number);
        }
    }
    let mut edits = Vec::new();
    let mut said = String::new();
    for (spot, numbers) in &by_spot {
        let Some(cell) = DocumentCell::of(&text, *spot) else { continue };
        let ids: Vec<usize> = numbers.iter().map(|number| next + number).collect();
        let notes = (begin(numbers, &ids, &mut bookmark), end(&ids));
        edits.extend(cell.edits(&text, marked.gravest(numbers), notes));
        said.extend(numbers.iter().zip(&ids).map(|(number, id)| comment(marked, *number, *id)));
    }
    let related: BTreeSet<usize> =
        marked.related_places().filter_map(|place| places.get(place)).copied().collect();
    for spot in related.iter().filter(|spot| !by_spot.contains_key(spot)) {
        let Some(cell) = DocumentCell::of(&text, *spot) else { continue };
        edits.extend(cell.shaded(&text, &shading(Shade::Related)));
    }
    let root = outline(&text)?;
    let body = root.child("body").ok_or_else(|| Unreadable::Broken("the document has no body".into()))?;
    let inner = outline(&text[body.clone()])?;
    let at = inner.children.iter().rfind(|(name, _)| name == "sectPr").map_or(inner.close, |(_, r)| r.start);
    let at = body.start + at;
    edits.push((at..at, section(marked, bookmark)));
    changes.changed.insert(main.clone(), with_our_prefix(&spliced(&text, edits), namespace)?);
    let shape = outline(&old)?;
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
    let said = spliced(&old, vec![(shape.close..shape.close, said)]);
    changes.changed.insert(part, with_our_prefix(&said, namespace)?);
    changes.rewritten(bytes)
}

fn bare_comments(namespace: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:comments xmlns:w=\"{namespace}\"></w:comments>"
    )
}

/// A part that knows the prefix with which we write, whatever its own is.
fn with_our_prefix(text: &str, namespace: &str) -> Result<String, Unreadable> {
    let open = outline(text)?.open;
    if text[..open].contains("xmlns:w=") {
        return Ok(text.to_owned());
    }
    let end = if text[..open].ends_with("/>") { open - 2 } else { open - 1 };
    Ok(spliced(text, vec![(end..end, format!(" xmlns:w=\"{namespace}\""))]))
}
