//! Removes what an earlier annotation put into a document.

use std::collections::BTreeSet;
use std::ops::Range;

use quick_xml::events::{BytesStart, Event};

use super::cell::{position, reader};
use crate::ooxml::marks::{AUTHOR, BOOKMARK, PROBLEMS_BOOKMARK};
use crate::ooxml::parts::{attribute, outline, spliced, with_end};
use crate::ooxml::xml::attribute as attribute_of;
use crate::unreadable::Unreadable;
use crate::write::marked::Shade;

/// The comments without ours, the ids of ours, and the first number above those of other comments.
pub(super) fn without_our_comments(text: &str) -> Result<(String, BTreeSet<String>, usize), Unreadable> {
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
            next = next.max(behind(&id));
        }
    }
    Ok((spliced(&text, edits), ours, next))
}

/// The number after an id, if the id is a number.
fn behind(id: &str) -> usize {
    id.parse::<usize>().ok().filter(|id| *id < 1 << 30).map_or(0, |id| id + 1)
}

/// The number after the largest id of these elements.
fn next(text: &str, names: &[&str]) -> usize {
    let mut reader = reader(text);
    let mut next = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                if names.contains(&element.local_name().as_ref())
                    && let Some(id) = attribute_of(&element, "id")
                {
                    next = next.max(behind(&id));
                }
            }
            Ok(Event::Eof) | Err(_) => return next,
            Ok(_) => {}
        }
    }
}

/// The first comment number above those that the document refers to.
pub(super) fn references(text: &str) -> usize {
    next(text, &["commentRangeStart", "commentRangeEnd", "commentReference"])
}

/// The first number that no bookmark has.
pub(super) fn next_bookmark(text: &str) -> usize {
    next(text, &["bookmarkStart", "bookmarkEnd"])
}

/// The document without what an earlier annotation put into it.
pub(super) fn without_ours(text: &str, comments: &BTreeSet<String>) -> Result<String, Unreadable> {
    let text = without_list(text)?;
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut reader = reader(&text);
    let mut bookmarks = BTreeSet::new();
    // The cells that are open: the shading of each that could be ours, and whether it has a bookmark of ours.
    let mut cells: Vec<(Option<Range<usize>>, bool)> = Vec::new();
    // Where a shading with an end tag began.
    let mut shading: Option<usize> = None;
    loop {
        let before = position(&reader);
        let event = reader.read_event().map_err(|error| Unreadable::Broken(error.to_string()))?;
        let range = before..position(&reader);
        let is_empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "tc" if !is_empty => cells.push((None, false)),
                "shd" if is_our_colour(&element) => {
                    if is_empty {
                        if let Some(cell) = cells.last_mut() {
                            cell.0.get_or_insert(range);
                        }
                    } else {
                        shading = Some(before);
                    }
                }
                _ => {
                    if is_ours(&element, comments, &mut bookmarks) {
                        if element.local_name().as_ref() == "bookmarkStart"
                            && let Some(cell) = cells.last_mut()
                        {
                            cell.1 = true;
                        }
                        let range = if is_empty { range } else { range.start..end_of(&text, range.end) };
                        edits.push((with_its_run(&text, range), String::new()));
                    }
                }
            },
            Event::End(element) => match element.local_name().as_ref() {
                "tc" => {
                    // Another program's shading of the same colour is kept.
                    if let Some((Some(range), true)) = cells.pop() {
                        edits.push((range, String::new()));
                    }
                }
                "shd" => {
                    if let (Some(from), Some(cell)) = (shading.take(), cells.last_mut()) {
                        cell.0.get_or_insert(from..range.end);
                    }
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(spliced(&text, edits))
}

/// The end of an empty element: after its end tag, if it has one.
fn end_of(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    if rest.starts_with("</") { from + rest.find('>').map_or(0, |end| end + 1) } else { from }
}

/// The document without the list of problems: from the paragraph in which its bookmark begins to that in which it ends.
fn without_list(text: &str) -> Result<String, Unreadable> {
    let mut text = text.to_owned();
    // There are several only if the list was copied.
    for _ in 0..100 {
        let Some(body) = outline(&text)?.child("body") else { break };
        let mut reader = reader(&text);
        let mut found: Option<(usize, String)> = None;
        let mut ends = None;
        loop {
            let before = position(&reader);
            match reader.read_event() {
                Ok(Event::Start(element) | Event::Empty(element)) => {
                    let id = || attribute_of(&element, "id").unwrap_or_default().into_owned();
                    match (element.local_name().as_ref(), &found) {
                        ("bookmarkStart", None)
                            if attribute_of(&element, "name")
                                .is_some_and(|name| name == PROBLEMS_BOOKMARK) =>
                        {
                            found = Some((before, id()));
                        }
                        ("bookmarkEnd", Some((_, of))) if *of == id() => {
                            ends = Some(before);
                            break;
                        }
                        _ => {}
                    }
                }
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => {}
            }
        }
        let (Some((from, _)), Some(to)) = (found, ends) else { break };
        let blocks = outline(&text[body.clone()])?.children;
        let holding = |at: usize| {
            let at = at.checked_sub(body.start)?;
            blocks.iter().map(|(_, range)| range).find(|range| range.contains(&at))
        };
        let (Some(first), Some(last)) = (holding(from), holding(to)) else { break };
        text.replace_range(body.start + first.start..body.start + last.end, "");
    }
    Ok(text)
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
            let ours = attribute_of(element, "name").is_some_and(|name| name.starts_with(BOOKMARK));
            if ours {
                bookmarks.insert(id());
            }
            ours
        }
        "bookmarkEnd" => bookmarks.contains(&id()),
        _ => false,
    }
}

fn is_our_colour(element: &BytesStart<'_>) -> bool {
    let is = |name: &str, value: &str| attribute_of(element, name).is_some_and(|of| of == value);
    let fill = attribute_of(element, "fill").unwrap_or_default();
    if !is("val", "clear") || !is("color", "auto") {
        return false;
    }
    Shade::ALL.iter().any(|shade| fill.eq_ignore_ascii_case(&format!("{:06X}", shade.colour())))
}
