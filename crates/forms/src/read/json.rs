//! JSON documents: a single one, an array, or one per line.

use huizong_core::{InputKind, Origins};
use huizong_schema::findings::Place;
use huizong_schema::{Pointer, explain, offsets_of, offsets_of_unique, parse};
use serde_json::value::RawValue;

use crate::read::Read;

/// A document in its file: its text, and where the text begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'t> {
    /// The document's text.
    pub text: &'t str,
    /// The line on which it begins, from 1.
    pub line: u32,
    /// The character of that line at which it begins, from 1.
    pub column: u32,
}

/// Reads one document.
pub fn document(part: Part<'_>) -> Read {
    let text = part.text;
    if text.trim().is_empty() {
        let mut read = Read::nothing(InputKind::Empty);
        read.origins.note(Pointer::root(), Places::new(part).at(0));
        return read;
    }
    let mut read = Read::nothing(InputKind::Json);
    // The fast path's value borrows from the text; a reader's draft owns its texts, so the slow one is asked here.
    let explained = explain(text);
    let mut places = Places::new(part);
    for problem in &explained.problems {
        // Problems come in the order of the text.
        read.origins.note(problem.pointer.clone(), places.at(problem.offset));
    }
    debug_assert_eq!(explained.problems.is_empty(), parse(text).is_ok());
    read.draft = explained.draft;
    read.reading.refused = explained.refused;
    read.reading.problems = explained.problems;
    read
}

/// Notes the places of members in a JSON text; `is_sound` if no member is in it twice.
pub fn locate<'p>(
    part: Part<'_>,
    is_sound: bool,
    pointers: impl IntoIterator<Item = &'p Pointer>,
    origins: &mut Origins,
) {
    let mut new: Vec<&Pointer> = pointers.into_iter().filter(|pointer| !origins.holds(pointer)).collect();
    new.sort_unstable();
    new.dedup();
    let offsets = if is_sound { offsets_of_unique(part.text, &new) } else { offsets_of(part.text, &new) };
    let mut found: Vec<(usize, &Pointer)> = offsets.into_iter().zip(new).collect();
    found.sort_unstable();
    let mut places = Places::new(part);
    for (offset, pointer) in found {
        origins.note(pointer.clone(), places.at(offset));
    }
}

/// Lines and columns of a text, asked for from its beginning to its end.
pub(crate) struct Places<'t> {
    text: &'t str,
    /// The bytes already passed; `line` and `column` are those of the next one.
    passed: usize,
    line: u32,
    column: u32,
}

impl<'t> Places<'t> {
    pub(crate) fn new(part: Part<'t>) -> Self {
        Self { text: part.text, passed: 0, line: part.line, column: part.column }
    }

    /// The place of a byte that is not before the last one asked for.
    pub(crate) fn at(&mut self, offset: usize) -> Place {
        let mut next = &self.text[self.passed..offset.max(self.passed)];
        self.passed += next.len();
        if let Some(end) = next.rfind('\n') {
            let lines = u32::try_from(next.matches('\n').count()).unwrap_or(u32::MAX);
            (self.line, self.column) = (self.line.saturating_add(lines), 1);
            next = &next[end + 1..];
        }
        self.column = self.column.saturating_add(u32::try_from(next.chars().count()).unwrap_or(u32::MAX));
        Place::Text { line: self.line, column: self.column }
    }
}

/// The documents of a file: a single one, the items of an array, or one per line.
pub fn split(text: &str) -> Vec<Part<'_>> {
    let whole = Part { text, line: 1, column: 1 };
    let mut places = Places::new(whole);
    let mut part = |text_of_part| {
        let offset = str::as_ptr(text_of_part) as usize - text.as_ptr() as usize;
        let Place::Text { line, column } = places.at(offset) else { return whole };
        Part { text: text_of_part, line, column }
    };
    let trimmed = text.trim();
    if trimmed.starts_with('[')
        && let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(trimmed)
        && !items.is_empty()
    {
        return items.into_iter().map(|item| part(item.get())).collect();
    }
    let is_json = serde_json::from_str::<&RawValue>(trimmed).is_ok();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    if !is_json
        && lines.clone().count() > 1
        && lines.clone().next().is_some_and(|line| serde_json::from_str::<&RawValue>(line).is_ok())
    {
        return lines.map(part).collect();
    }
    vec![whole]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_know_where_they_begin() {
        let parts = |text| {
            split(text).into_iter().map(|part| (part.text, part.line, part.column)).collect::<Vec<_>>()
        };
        assert_eq!(parts("[{}, \"二\",\n  3]"), [("{}", 1, 2), ("\"二\"", 1, 6), ("3", 2, 3)]);
        assert_eq!(parts("{}\n\n[]\n"), [("{}", 1, 1), ("[]", 3, 1)]);
        assert_eq!(parts("{\n}"), [("{\n}", 1, 1)]);
        let part = split("[{}, {\"甲\": \"乙\"}]")[1];
        let mut origins = Origins::default();
        locate(part, true, [&Pointer::parse("/甲"), &Pointer::parse("")], &mut origins);
        let place = |pointer| origins.place(&Pointer::parse(pointer)).cloned();
        assert_eq!(place("/甲"), Some(Place::Text { line: 1, column: 12 }));
        assert_eq!(place(""), Some(Place::Text { line: 1, column: 6 }));
    }
}
