//! The line around a place, short enough to be shown.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use huizong_core::Excerpt;
use huizong_schema::findings::Place;

use crate::grid::Grid;

const BEFORE: usize = 24;
const MARKED: usize = 36;
const AFTER: usize = 16;

/// A file's text or cells, in which places can be looked up.
#[derive(Debug)]
pub struct Shown {
    what: What,
    /// Some places of the text by line and column, from which others are reached; made when first asked for.
    marks: OnceLock<Vec<Mark>>,
    /// The cells of the grids by their places, each with its grid; made when first asked for.
    cells: OnceLock<BTreeMap<Place, (usize, usize)>>,
}

#[derive(Debug)]
enum What {
    Text(String),
    Grids(Vec<Grid>),
}

/// A place of a text and the byte that it is.
#[derive(Debug)]
struct Mark {
    line: u32,
    column: u32,
    offset: usize,
}

impl Shown {
    /// Text with lines.
    pub fn text(text: String) -> Self {
        Self { what: What::Text(text), marks: OnceLock::new(), cells: OnceLock::new() }
    }

    /// Tables with rows, or sheets.
    pub fn grids(grids: Vec<Grid>) -> Self {
        Self { what: What::Grids(grids), marks: OnceLock::new(), cells: OnceLock::new() }
    }

    /// The surroundings of a place.
    pub fn excerpt(&self, place: &Place) -> Option<Excerpt> {
        match (&self.what, place) {
            (What::Text(text), &Place::Text { line, column }) => {
                let first = text[self.offset(text, line, 1)?..].chars().next();
                let (shown, span) = text_excerpt(text, self.offset(text, line, column)?, first);
                Some(Excerpt { line: shown, span, number: Some(line) })
            }
            (What::Grids(grids), Place::Table { .. } | Place::Cell { .. }) => {
                let cells = self.cells.get_or_init(|| {
                    let cells = grids.iter().enumerate().flat_map(|(of, grid)| {
                        let cells = grid.cells().iter().enumerate();
                        cells.filter_map(move |(index, cell)| Some((cell.place.clone()?, (of, index))))
                    });
                    cells.collect()
                });
                let (of, cell) = *cells.get(place)?;
                let (shown, span) = grid_excerpt(&grids[of], cell);
                Some(Excerpt { line: shown, span, number: None })
            }
            _ => None,
        }
    }

    /// The byte offset of a line and column, or of the line's end if that comes first.
    fn offset(&self, text: &str, line: u32, column: u32) -> Option<usize> {
        let marks = self.marks.get_or_init(|| marks(text));
        let behind = marks.partition_point(|mark| (mark.line, mark.column) <= (line, column));
        let Mark { line: mut at_line, column: mut at_column, mut offset } =
            *marks.get(behind.checked_sub(1)?)?;
        for c in text[offset..].chars() {
            if (at_line, at_column) == (line, column) || (at_line == line && c == '\n') {
                return Some(offset);
            }
            offset += c.len_utf8();
            (at_line, at_column) = if c == '\n' { (at_line + 1, 1) } else { (at_line, at_column + 1) };
        }
        (at_line == line).then_some(offset)
    }
}

fn marks(text: &str) -> Vec<Mark> {
    const APART: usize = 1024;
    let mut marks = vec![Mark { line: 1, column: 1, offset: 0 }];
    let (mut line, mut column, mut last) = (1_u32, 1_u32, 0);
    for (offset, c) in text.char_indices() {
        if offset - last >= APART {
            marks.push(Mark { line, column, offset });
            last = offset;
        }
        (line, column) =
            if c == '\n' { (line.saturating_add(1), 1) } else { (line, column.saturating_add(1)) };
    }
    marks
}

/// The line around a byte; `first` is the line's first character.
fn text_excerpt(text: &str, offset: usize, first: Option<char>) -> (String, Range<usize>) {
    let mut chars: Vec<char> =
        text[..offset].chars().rev().take(BEFORE + 1).take_while(|c| *c != '\n').collect();
    chars.reverse();
    let start = chars.len();
    let ahead = text[offset..].chars().take(MARKED + AFTER + 1).take_while(|c| !matches!(c, '\n' | '\r'));
    chars.extend(ahead);
    let rest = &chars[start..];
    // In JSON a place is a value; elsewhere a cell.
    let is_json = first.is_some_and(|c| matches!(c, '{' | '[' | ' ' | '"' | '}')) && !chars.contains(&'\t');
    let length = if is_json {
        json_value(rest)
    } else {
        let is_gap = |pair: &[char]| pair.iter().all(|c| matches!(c, ' ' | '\u{3000}'));
        let mark = rest.iter().position(|c| matches!(c, '\t' | '|' | '｜' | '│')).unwrap_or(rest.len());
        rest.windows(2).position(is_gap).unwrap_or(mark).min(mark)
    };
    window(&chars, start, start + length)
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

fn grid_excerpt(grid: &Grid, cell: usize) -> (String, Range<usize>) {
    let cell = &grid.cells()[cell];
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
    window(&chars, span.start, span.end)
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
        // A blank cell: the mark needs something to underline.
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
        let shown = Shown::text(text.to_owned());
        let Excerpt { line, span, .. } = shown.excerpt(&Place::Text { line, column }).unwrap();
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
        let lines = "甲乙\t丙\n".repeat(5_000);
        assert_eq!(marked(&lines, 5_000, 4), ("甲乙│丙".into(), "丙".into()));
        assert_eq!(marked(&lines, 2_345, 1).1, "甲乙");
        let line = (0..9_000).map(|n| n.to_string()).collect::<Vec<_>>().join("\t");
        let column = u32::try_from(line.find("\t8765\t").unwrap() + 2).unwrap();
        assert_eq!(marked(&line, 1, column).1, "8765");
    }
}
