//! Pasted text: cells separated by tabs, by commas or semicolons, by `|`, or by runs of spaces.

use std::collections::BTreeMap;

use huizong_schema::findings::Place;

use unicode_width::UnicodeWidthStr;

use crate::grid::{Grid, MAX_COLUMNS};
use crate::markup::{paragraphs, unmark};

/// Bars that separate cells, as keyboards and drawn tables have them.
const BARS: [char; 4] = ['|', '｜', '│', '┃'];

/// The separator of a line's cells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parting {
    /// A character between cells, which may be quoted.
    Mark(char),
    /// Bars; `framed` if lines begin with one, so that nothing is before it.
    Bars {
        framed: bool,
    },
    Spaces,
}

/// Reads text into cells. Lines and columns are counted in the text as given.
///
/// `None` if there are more cells than any form has.
pub(crate) fn grid(text: &str) -> Option<Grid> {
    let mut grid = Grid::default();
    append(text, true, &mut grid).then_some(grid)
}

/// Adds the rows of a text. `placed` is false if the text is part of something else, so that its places are not known.
///
/// Returns `false` if there were too many cells.
pub(crate) fn append(text: &str, placed: bool, grid: &mut Grid) -> bool {
    let parting = parting(text);
    let mut rest = text;
    let mut at = Cursor { line: 1, column: 1, left: 0 };
    let mut blank_rows = 0;
    while !rest.is_empty() {
        // A form has no more than three blank rows in a line; further blank lines mean nothing.
        let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
        blank_rows = if rest[..end].trim().is_empty() { blank_rows + 1 } else { 0 };
        if blank_rows > 3 {
            at.pass(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        if grid.is_full() {
            return false;
        }
        let row = grid.begin_row();
        let (cells, used) = split_row(rest, parting);
        let mut seen = 0;
        for (text, offset) in cells {
            at.pass(&rest[seen..offset]);
            seen = offset;
            grid.push(row, clean(&text), (1, 1), |_| placed.then(|| at.place()));
            if parting == Parting::Spaces {
                grid.mark_last(Some(at.left), false);
            }
        }
        at.pass(&rest[seen..used]);
        rest = &rest[used..];
    }
    true
}

/// A position in a text.
struct Cursor {
    line: u32,
    /// The character in the line, from 1.
    column: u32,
    /// The column on a screen, from 0.
    left: usize,
}

impl Cursor {
    fn pass(&mut self, text: &str) {
        let mut tail = text;
        if let Some(end) = text.rfind('\n') {
            let lines = u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX);
            (self.line, self.column, self.left) = (self.line.saturating_add(lines), 1, 0);
            tail = &text[end + 1..];
        }
        self.column = self.column.saturating_add(u32::try_from(tail.chars().count()).unwrap_or(u32::MAX));
        self.left += tail.width();
    }

    fn place(&self) -> Place {
        Place::Text { line: self.line, column: self.column }
    }
}

fn parting(text: &str) -> Parting {
    // A form's table begins long before that.
    let lines = || text.lines().take(100_000);
    let lines_with = |mark: &[char]| lines().filter(|line| line.contains(mark)).count();
    let (tabs, bars) = (lines_with(&['\t']), lines_with(&BARS));
    // A stray tab in a table of bars is white space; a stray bar among tabs is text.
    match (tabs, bars) {
        _ if bars >= 3 && bars > tabs => {
            let framed = lines().filter(|line| line.trim_start().starts_with(BARS)).count();
            Parting::Bars { framed: framed * 2 > bars }
        }
        (0, _) => [',', ';']
            .into_iter()
            .find(|mark| has_columns(text, *mark))
            .map_or(Parting::Spaces, Parting::Mark),
        _ => Parting::Mark('\t'),
    }
}

/// Whether most rows have the same number of cells, as in a table that a spreadsheet wrote. A quoted cell may hold marks and
/// line breaks.
fn has_columns(text: &str, mark: char) -> bool {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    let (mut marks, mut in_quotes, mut is_blank) = (0, false, true);
    for c in text.chars().take(MOST_CHARACTERS).chain(['\n']) {
        match c {
            '"' => in_quotes = !in_quotes,
            '\n' if !in_quotes => {
                if !is_blank {
                    *counts.entry(marks).or_default() += 1;
                }
                (marks, is_blank) = (0, true);
                continue;
            }
            c if c == mark && !in_quotes => marks += 1,
            _ => {}
        }
        is_blank &= c.is_whitespace();
    }
    let all: usize = counts.values().sum();
    let (marks, most) = counts.into_iter().max_by_key(|(_, rows)| *rows).unwrap_or_default();
    marks >= FEWEST_MARKS && most >= FEWEST_LINES && most * 3 >= all * 2
}

/// How far a text is looked through for the marks between its cells.
const MOST_CHARACTERS: usize = 1_000_000;
/// A table that commas part has so many of them in a line, and so many lines.
const FEWEST_MARKS: usize = 2;
const FEWEST_LINES: usize = 5;

/// The cells of the first row, with their byte offsets, and how many bytes the row takes with its line break.
fn split_row(text: &str, parting: Parting) -> (Vec<(String, usize)>, usize) {
    let end = text.find('\n').unwrap_or(text.len());
    let used = (end + 1).min(text.len());
    let line = text[..end].trim_end_matches('\r');
    match parting {
        Parting::Mark(mark) => split_at(mark, text, line, used),
        Parting::Bars { framed } => (split_bars(line, framed), used),
        Parting::Spaces => (split_spaces(line), used),
    }
}

/// Spreadsheets quote a copied cell that holds line breaks or quotes; such a cell continues over lines.
fn split_at(mark: char, text: &str, line: &str, line_used: usize) -> (Vec<(String, usize)>, usize) {
    let mut cells = Vec::new();
    let mut at = 0;
    let mut end = line.len();
    let mut used = line_used;
    while cells.len() < MAX_COLUMNS {
        if let Some((content, length)) = quoted(&text[at..], mark) {
            cells.push((content, at));
            at += length;
            if at > end {
                let next = text[at..].find('\n').map_or(text.len(), |i| at + i);
                used = (next + 1).min(text.len());
                end = at + text[at..next].trim_end_matches('\r').len();
            }
            if at >= end {
                break;
            }
            at += 1; // the mark after the quote
        } else {
            let stop = text[at..end].find(mark).map_or(end, |i| at + i);
            cells.push((text[at..stop].to_owned(), at));
            if stop == end {
                break;
            }
            at = stop + 1;
        }
    }
    (cells, used)
}

/// A quoted cell at the beginning of the text: its content and length. The quote must end at a mark or line break.
fn quoted(text: &str, mark: char) -> Option<(String, usize)> {
    let body = text.strip_prefix('"')?;
    let mut content = String::new();
    let mut chars = body.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if chars.peek().is_some_and(|(_, next)| *next == '"') => {
                chars.next();
                content.push('"');
            }
            '"' => {
                let ends = body[at + 1..]
                    .chars()
                    .next()
                    .is_none_or(|next| next == mark || matches!(next, '\n' | '\r'));
                return ends.then_some((content, at + 2));
            }
            // Only a cell with a line break or a quote in it is quoted; a tab means that the quote is plain text.
            '\t' if mark == '\t' => return None,
            c => content.push(c),
        }
    }
    None
}

fn split_bars(line: &str, framed: bool) -> Vec<(String, usize)> {
    let trimmed = line.trim();
    if !trimmed.is_empty()
        && trimmed
            .chars()
            .all(|c| BARS.contains(&c) || matches!(c, '-' | ':' | ' ' | '─' | '━' | '┼' | '├' | '┤'))
        && trimmed.contains(['-', '─', '━'])
    {
        return Vec::new();
    }
    let mut at = 0;
    let mut cells = Vec::new();
    for part in line.split(BARS).take(MAX_COLUMNS) {
        cells.push((part.to_owned(), at + part.len() - part.trim_start().len()));
        at += part.len();
        at += line[at..].chars().next().map_or(0, char::len_utf8);
    }
    if framed && trimmed.starts_with(BARS) {
        cells.remove(0);
    }
    cells
}

fn split_spaces(line: &str) -> Vec<(String, usize)> {
    let mut cells = Vec::new();
    let (mut start, mut gap) = (None, 0);
    for (at, c) in line.char_indices() {
        if c.is_whitespace() {
            gap += if c == '\u{3000}' { 2 } else { 1 };
            if gap >= 2
                && cells.len() < MAX_COLUMNS
                && let Some(from) = start.take()
            {
                cells.push((line[from..at].to_owned(), from));
            }
        } else {
            gap = 0;
            start.get_or_insert(at);
        }
    }
    if let Some(from) = start {
        cells.push((line[from..].to_owned(), from));
    }
    cells
}

fn clean(text: &str) -> String {
    let text = text.replace('\0', "");
    // Office programs write these for a line break within a cell.
    unmark(&text).unwrap_or_else(|| {
        paragraphs(&text.replace(['\r', '\u{b}', '\u{85}', '\u{2028}', '\u{2029}'], "\n")).join("\n")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let grid = grid(text).unwrap();
        (0..grid.rows()).map(|row| grid.row(row).map(|cell| cell.text.to_string()).collect()).collect()
    }

    #[test]
    fn commas_part_a_table_and_not_a_text() {
        let table = "标题,,,\n单位：万元,,,\n,,,\n,,,\n部门名称,甲局,年度,2022年\n年初,\"1,339.04\",调整,280.19\n目标,\"一是\"\"好\"\"；\n二是多\",,\n";
        let read = rows(table);
        assert_eq!(read[5], ["年初", "1,339.04", "调整", "280.19"]);
        assert_eq!(read[6], ["目标", "一是\"好\"；\n二是多", "", ""]);
        assert_eq!(rows("1,234.50 甲\n2,000.00 乙\n"), [["1,234.50 甲"], ["2,000.00 乙"]]);
    }

    #[test]
    fn tabs_quotes_pipes_and_spaces() {
        assert_eq!(rows("a\t\tb\r\n\tc\n"), [vec!["a", "", "b"], vec!["", "c"]]);
        assert_eq!(rows("a\t\"b\n\"\"c\"\"\"\td\ne\tf"), [vec!["a", "b\n\"c\"", "d"], vec!["e", "f"]]);
        assert_eq!(rows("a\t\"b\n"), [vec!["a", "\"b"]]);
        assert_eq!(rows("a\t\"b\" c\td"), [vec!["a", "\"b\" c", "d"]]);
        assert_eq!(rows("| a | b |\n|---|---|\n| c |  |\n| d | e |")[0], ["a", "b", ""]);
        assert_eq!(rows("部门名称  示范局　　年度 2023"), [vec!["部门名称", "示范局", "年度 2023"]]);
        assert_eq!(rows("a\tb\u{2028}c\nd\te"), [vec!["a", "b\nc"], vec!["d", "e"]]);
        assert_eq!(
            rows("｜甲｜乙\t丙｜\n│─│─│\n│丁│戊│\n｜己｜庚｜")[..3],
            [vec!["甲", "乙 丙", ""], vec![], vec!["丁", "戊", ""]]
        );
    }

    #[test]
    fn places_count_lines_and_characters() {
        let grid = grid("甲\t\"乙\n丙\"\t丁\n戊\t己").unwrap();
        let places: Vec<_> = grid.cells().iter().map(|cell| cell.place.clone().unwrap()).collect();
        let at = |line, column| Place::Text { line, column };
        assert_eq!(places, [at(1, 1), at(1, 3), at(2, 4), at(3, 1), at(3, 3)]);
    }
}
