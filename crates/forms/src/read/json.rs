//! JSON documents, alone, in an array, or a line each.

use huizong_core::{Origins, Source};
use huizong_schema::findings::Place;
use huizong_schema::{Pointer, explain, offset_of, parse};
use serde_json::value::RawValue;

use crate::Read;

/// Reads one document. `first_line` is the line of the file on which the text begins, from 1.
pub fn document(text: &str, first_line: u32) -> Read {
    if text.trim().is_empty() {
        let mut read = Read::nothing(Source::Empty);
        read.origins.note(Pointer::root(), place(text, 0, first_line));
        return read;
    }
    let mut read = Read::nothing(Source::Json);
    // The fast path's value borrows from the text; a reader's draft owns its texts, so the slow one is asked here.
    let explained = explain(text);
    for problem in &explained.problems {
        read.origins.note(problem.pointer.clone(), place(text, problem.offset, first_line));
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
    for pointer in pointers {
        if !origins.iter().any(|(noted, _)| noted == pointer) {
            origins.note(pointer.clone(), place(text, offset_of(text, pointer), first_line));
        }
    }
}

fn place(text: &str, offset: usize, first_line: u32) -> Place {
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX);
    let column = u32::try_from(before[start..].chars().count()).unwrap_or(u32::MAX - 1);
    Place::Text { line: first_line.saturating_add(line), column: column + 1 }
}

/// The documents of a file: one, an array's items, or a line each; with the line on which each begins.
pub fn split(text: &str) -> Vec<(&str, u32)> {
    let lines_before = |part: &str| {
        let offset = part.as_ptr() as usize - text.as_ptr() as usize;
        u32::try_from(text[..offset].matches('\n').count() + 1).unwrap_or(u32::MAX)
    };
    let trimmed = text.trim();
    if trimmed.starts_with('[')
        && let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(trimmed)
        && !items.is_empty()
    {
        return items.into_iter().map(|item| (item.get(), lines_before(item.get()))).collect();
    }
    let is_json = serde_json::from_str::<&RawValue>(trimmed).is_ok();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    if !is_json
        && lines.clone().count() > 1
        && lines.clone().next().is_some_and(|line| serde_json::from_str::<&RawValue>(line).is_ok())
    {
        return lines.map(|line| (line, lines_before(line))).collect();
    }
    vec![(text, 1)]
}
