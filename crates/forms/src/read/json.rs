//! JSON documents, alone, in an array, or a line each.

use huizong_core::{Origins, Source};
use huizong_schema::findings::Place;
use huizong_schema::{Pointer, explain, offsets_of, parse};
use serde_json::value::RawValue;

use crate::Read;

/// Reads one document. `first_line` is the line of the file on which the text begins, from 1.
pub fn document(text: &str, first_line: u32) -> Read {
    if text.trim().is_empty() {
        let mut read = Read::nothing(Source::Empty);
        read.origins.note(Pointer::root(), Place::Text { line: first_line, column: 1 });
        return read;
    }
    let mut read = Read::nothing(Source::Json);
    // The fast path's value borrows from the text; a reader's draft owns its texts, so the slow one is asked here.
    let explained = explain(text);
    let mut places = Places::new(text, first_line);
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

/// Notes where members stand in a JSON text.
pub fn locate<'p>(
    text: &str,
    first_line: u32,
    pointers: impl IntoIterator<Item = &'p Pointer>,
    origins: &mut Origins,
) {
    let mut new: Vec<&Pointer> = pointers.into_iter().filter(|pointer| !origins.holds(pointer)).collect();
    new.sort_unstable();
    new.dedup();
    let offsets = offsets_of(text, &new);
    let mut found: Vec<(usize, &Pointer)> = offsets.into_iter().zip(new).collect();
    found.sort_unstable();
    let mut places = Places::new(text, first_line);
    for (offset, pointer) in found {
        origins.note(pointer.clone(), places.at(offset));
    }
}

/// Lines and columns of a text, asked for from its beginning to its end.
pub(crate) struct Places<'t> {
    text: &'t str,
    /// What was passed: its length, and the line and column behind it.
    passed: usize,
    line: u32,
    column: u32,
}

impl<'t> Places<'t> {
    pub(crate) fn new(text: &'t str, first_line: u32) -> Self {
        Self { text, passed: 0, line: first_line, column: 1 }
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

/// The documents of a file: one, an array's items, or a line each; with the line on which each begins.
pub fn split(text: &str) -> Vec<(&str, u32)> {
    let mut places = Places::new(text, 1);
    let mut line_of = |part: &str| match places.at(part.as_ptr() as usize - text.as_ptr() as usize) {
        Place::Text { line, .. } => line,
        _ => 1,
    };
    let trimmed = text.trim();
    if trimmed.starts_with('[')
        && let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(trimmed)
        && !items.is_empty()
    {
        return items.into_iter().map(|item| (item.get(), line_of(item.get()))).collect();
    }
    let is_json = serde_json::from_str::<&RawValue>(trimmed).is_ok();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    if !is_json
        && lines.clone().count() > 1
        && lines.clone().next().is_some_and(|line| serde_json::from_str::<&RawValue>(line).is_ok())
    {
        return lines.map(|line| (line, line_of(line))).collect();
    }
    vec![(text, 1)]
}
