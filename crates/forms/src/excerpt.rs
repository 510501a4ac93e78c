//! The line around a place, short enough to be shown.

use std::ops::Range;

use huizong_schema::findings::Place;

use crate::Shown;
use crate::grid::Grid;

const BEFORE: usize = 24;
const MARKED: usize = 36;
const AFTER: usize = 16;

impl Shown {
    /// What stands around a place: a line, the bytes of it that the place is, and the line's number.
    pub fn excerpt(&self, place: &Place) -> Option<(String, Range<usize>, Option<u32>)> {
        match (self, place) {
            (Self::Text(text), &Place::Text { line, column }) => {
                let shown = text.split('\n').nth(line.checked_sub(1)? as usize)?;
                text_excerpt(shown, column as usize).map(|(line_text, span)| (line_text, span, Some(line)))
            }
            (Self::Grid(grid), Place::Table { .. }) => {
                grid_excerpt(grid, place).map(|(line, span)| (line, span, None))
            }
            _ => None,
        }
    }
}

fn text_excerpt(line: &str, column: usize) -> Option<(String, Range<usize>)> {
    let chars: Vec<char> = line.trim_end_matches('\r').chars().collect();
    let start = column.checked_sub(1)?.min(chars.len());
    let rest = &chars[start..];
    // In JSON a place is a value; elsewhere a cell.
    let is_json =
        chars.first().is_some_and(|c| matches!(c, '{' | '[' | ' ' | '"' | '}')) && !chars.contains(&'\t');
    let length = if is_json {
        json_value(rest)
    } else {
        rest.iter().position(|c| matches!(c, '\t' | '|')).unwrap_or(rest.len())
    };
    Some(window(&chars, start, start + length))
}

/// The length of the value that begins here: a string, or all up to a comma or bracket.
fn json_value(rest: &[char]) -> usize {
    match rest.first() {
        Some('"') => {
            let mut escaped = false;
            let end = rest.iter().skip(1).position(|c| {
                let ends = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                ends
            });
            end.map_or(rest.len(), |end| end + 2)
        }
        Some('{' | '[') => 1,
        _ => rest.iter().position(|c| matches!(c, ',' | '}' | ']')).unwrap_or(rest.len()),
    }
}

fn grid_excerpt(grid: &Grid, place: &Place) -> Option<(String, Range<usize>)> {
    let cell = grid.cells().iter().find(|cell| cell.place.as_ref() == Some(place))?;
    let mut chars: Vec<char> = Vec::new();
    let mut span = 0..0;
    for (index, other) in grid.row(cell.row).enumerate() {
        if index > 0 {
            chars.extend(" │ ".chars());
        }
        let start = chars.len();
        let shown: Vec<char> = other.text.replace('\n', " ").chars().collect();
        if other.column == cell.column {
            chars.extend(&shown);
            span = start..chars.len();
        } else {
            chars.extend(shown.iter().take(BEFORE));
            if shown.len() > BEFORE {
                chars.push('…');
            }
        }
    }
    Some(window(&chars, span.start, span.end))
}

/// The characters around a range, with an ellipsis where something is left out.
fn window(chars: &[char], start: usize, end: usize) -> (String, Range<usize>) {
    let from = start.saturating_sub(BEFORE);
    let marked_end = end.min(start + MARKED);
    let to = if marked_end < end { marked_end } else { (end + AFTER).min(chars.len()) };
    let visible = |c: &char| {
        if *c == '\t' {
            '│'
        } else if c.is_control() {
            '\u{fffd}'
        } else {
            *c
        }
    };
    let mut line = String::new();
    if from > 0 {
        line.push('…');
    }
    line.extend(chars[from..start].iter().map(visible));
    let span_start = line.len();
    line.extend(chars[start..marked_end].iter().map(visible));
    if marked_end < end {
        line.push('…');
    }
    let mut span = span_start..line.len();
    if span.is_empty() {
        // A blank cell: the mark needs something to stand under.
        line.push(' ');
        span = span_start..line.len();
    }
    line.extend(chars[marked_end.max(start)..to.max(marked_end)].iter().map(visible));
    if to < chars.len() && marked_end >= end {
        line.push('…');
    }
    (line, span)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, line: u32, column: u32) -> (String, String) {
        let shown = Shown::Text(text.to_owned());
        let (line, span, _) = shown.excerpt(&Place::Text { line, column }).unwrap();
        let mark = line[span].to_owned();
        (line, mark)
    }

    #[test]
    fn cells_and_values_are_marked() {
        assert_eq!(marked("a\n甲\t280.19\t乙", 2, 3), ("甲│280.19│乙".into(), "280.19".into()));
        assert_eq!(marked(r#"{"a": "x\",y", "b": 3}"#, 1, 7).1, r#""x\",y""#);
        assert_eq!(marked(r#"{"a": "x", "b": 3}"#, 1, 17).1, "3");
        assert_eq!(marked("甲\t\t乙", 1, 3), ("甲│ │乙".into(), " ".into()));
        let long = format!("{}\t{}\t{}", "前".repeat(100), "中".repeat(100), "后".repeat(100));
        let (line, mark) = marked(&long, 1, 102);
        assert!(line.chars().count() < 80 && mark.chars().count() == MARKED + 1, "{line}");
    }
}
