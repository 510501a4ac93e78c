//! Word documents: the title, and one table with merged cells.

use std::fmt::Write as _;

use huizong_word::{Part, WIDTH, run, shading, table_begins};

use super::marked::Marked;
use super::notes;
use super::page::{Page, Printed, Role};
use crate::profile::ValueKind;

pub(super) fn write(pages: &[Page], marked: &Marked<'_>) -> Vec<u8> {
    let mut body = String::new();
    let mut bookmarks = 0;
    for (index, page) in pages.iter().enumerate() {
        if index > 0 {
            body += "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>";
        }
        self::page(&mut body, page, index, marked, &mut bookmarks);
    }
    body += &notes::section(marked, bookmarks);
    huizong_word::document(&body, &comments(marked))
}

/// The part that holds the comments; none without marks.
fn comments(marked: &Marked<'_>) -> Vec<Part> {
    if marked.is_empty() {
        return Vec::new();
    }
    vec![Part {
        file: "comments.xml",
        relation: "comments",
        content_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml",
        xml: notes::comments(marked),
    }]
}

fn page(body: &mut String, page: &Page, index: usize, marked: &Marked<'_>, bookmarks: &mut usize) {
    let by_row = page.by_row();
    let is_above = |row: &[&Printed]| {
        row.iter().any(|cell| matches!(cell.role, Role::Title | Role::Line)) && row.len() == 1
    };
    let above = by_row.iter().take_while(|row| is_above(row)).count();
    for row in &by_row[..above] {
        let (alignment, properties) = match row[0].role {
            Role::Title => ("center", "<w:rPr><w:b/><w:sz w:val=\"32\"/></w:rPr>"),
            _ => ("right", ""),
        };
        let _ = write!(
            body,
            "<w:p><w:pPr><w:spacing w:after=\"120\"/><w:jc w:val=\"{alignment}\"/></w:pPr>{}</w:p>",
            run(&row[0].content.shown(), properties)
        );
    }
    let all: u32 = page.widths.iter().map(|width| u32::from(*width)).sum::<u32>().max(1);
    let widths: Vec<u32> = page.widths.iter().map(|width| u32::from(*width) * WIDTH / all).collect();
    *body += &table_begins();
    *body += "<w:tblGrid>";
    for width in &widths {
        let _ = write!(body, "<w:gridCol w:w=\"{width}\"/>");
    }
    *body += "</w:tblGrid>";
    let heights = page.heights();
    for (row, places) in page.covered().iter().enumerate().skip(above) {
        // A row that fits on a page is not split.
        *body += if heights[row] < 20 { "<w:tr><w:trPr><w:cantSplit/></w:trPr>" } else { "<w:tr>" };
        let mut column = 0;
        while column < places.len() {
            match places[column].map(|of| (of, &page.cells[of])) {
                Some((of, cell)) => {
                    let span = cell.column_span;
                    let width: u32 = widths[column..column + span].iter().sum();
                    self::cell(body, (cell, (index, of)), cell.row == row, width, marked, bookmarks);
                    column += span;
                }
                None => {
                    let _ = write!(
                        body,
                        "<w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"dxa\"/></w:tcPr><w:p/></w:tc>",
                        widths[column]
                    );
                    column += 1;
                }
            }
        }
        *body += "</w:tr>";
    }
    // Two tables without a paragraph between them would be one.
    *body += "</w:tbl><w:p/>";
}

fn cell(
    body: &mut String,
    (cell, at): (&Printed, (usize, usize)),
    begins: bool,
    width: u32,
    marked: &Marked<'_>,
    bookmarks: &mut usize,
) {
    // Of a merged cell the notes are on its first row.
    let numbers = if begins { marked.numbers(at.0, at.1) } else { Vec::new() };
    let _ = write!(body, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
    if cell.column_span > 1 {
        let _ = write!(body, "<w:gridSpan w:val=\"{}\"/>", cell.column_span);
    }
    if cell.row_span > 1 {
        *body += if begins { "<w:vMerge w:val=\"restart\"/>" } else { "<w:vMerge/>" };
    }
    if let Some(shade) = marked.shade(at, &numbers).filter(|_| begins) {
        *body += &notes::shading(shade);
    } else if cell.role == Role::Label {
        *body += &shading("F2F2F2");
    }
    *body += "<w:vAlign w:val=\"center\"/></w:tcPr>";
    if !begins {
        *body += "<w:p/></w:tc>";
        return;
    }
    let (alignment, properties) = match cell.role {
        Role::Label => ("center", "<w:rPr><w:b/></w:rPr>"),
        Role::Value(ValueKind::Amount | ValueKind::Percent | ValueKind::Points) => ("right", ""),
        Role::Value(ValueKind::Year) => ("center", ""),
        _ => ("left", ""),
    };
    let shown = cell.content.shown();
    let lines: Vec<&str> = shown.split('\n').collect();
    for (at, line) in lines.iter().enumerate() {
        let _ = write!(body, "<w:p><w:pPr><w:jc w:val=\"{alignment}\"/></w:pPr>");
        if at == 0 {
            *body += &notes::begin(&numbers, &numbers, bookmarks);
        }
        if !line.is_empty() {
            *body += &run(line, properties);
        }
        if at + 1 == lines.len() {
            *body += &notes::end(&numbers);
        }
        *body += "</w:p>";
    }
    *body += "</w:tc>";
}
