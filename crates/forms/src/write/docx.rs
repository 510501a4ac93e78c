//! Word documents: the title, and one table with merged cells.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;

use super::marked::Marked;
use super::notes;
use super::page::{Page, Printed, Role};
use crate::ooxml::options;
use crate::profile::ValueKind;

const NAMESPACE: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/// The width between the margins of A4, in twentieths of a point.
const WIDTH: u32 = 10_206;

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
    packed(&body, marked)
}

/// A document with this content, on upright A4.
pub(crate) fn packed(body: &str, marked: &Marked<'_>) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document xmlns:w=\"{NAMESPACE}\"><w:body>{body}\
         <w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1134\" w:right=\"850\" w:bottom=\"1134\" \
         w:left=\"850\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>"
    );
    let mut parts = vec![
        ("[Content_Types].xml", content_types(marked)),
        ("_rels/.rels", ROOT_RELATIONS.to_owned()),
        ("word/document.xml", document),
        ("word/styles.xml", styles()),
        ("word/_rels/document.xml.rels", relations(marked)),
    ];
    if !marked.is_empty() {
        parts.push(("word/comments.xml", notes::comments(marked)));
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        let written = writer.start_file(name, options()).map(|()| writer.write_all(text.as_bytes()));
        debug_assert!(matches!(written, Ok(Ok(()))), "memory takes whatever is written");
    }
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}

const ROOT_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
Target=\"word/document.xml\"/></Relationships>";

fn content_types(marked: &Marked<'_>) -> String {
    const MAIN: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let comments = if marked.is_empty() {
        String::new()
    } else {
        format!("<Override PartName=\"/word/comments.xml\" ContentType=\"{MAIN}.comments+xml\"/>")
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
         ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" \
         ContentType=\"{MAIN}.document.main+xml\"/><Override PartName=\"/word/styles.xml\" \
         ContentType=\"{MAIN}.styles+xml\"/>{comments}</Types>"
    )
}

fn relations(marked: &Marked<'_>) -> String {
    const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let comments = if marked.is_empty() {
        String::new()
    } else {
        format!("<Relationship Id=\"rId2\" Type=\"{KIND}/comments\" Target=\"comments.xml\"/>")
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
         Type=\"{KIND}/styles\" Target=\"styles.xml\"/>{comments}</Relationships>"
    )
}

fn styles() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:styles xmlns:w=\"{NAMESPACE}\"><w:docDefaults>\
         <w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"宋体\"/>\
         <w:sz w:val=\"20\"/><w:szCs w:val=\"20\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault>\
         <w:pPrDefault><w:pPr><w:spacing w:after=\"0\" w:line=\"276\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault>\
         </w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"a\"><w:name w:val=\"Normal\"/></w:style>\
         </w:styles>"
    )
}

fn page(body: &mut String, page: &Page, index: usize, marked: &Marked<'_>, bookmarks: &mut usize) {
    let by_row = page.by_row();
    let is_above = |row: &[&Printed]| {
        row.iter().any(|cell| matches!(cell.role, Role::Title | Role::Line)) && row.len() == 1
    };
    let above = by_row.iter().take_while(|row| is_above(row)).count();
    for row in &by_row[..above] {
        let (alignment, run) = match row[0].role {
            Role::Title => ("center", "<w:rPr><w:b/><w:sz w:val=\"32\"/></w:rPr>"),
            _ => ("right", ""),
        };
        let _ = write!(
            body,
            "<w:p><w:pPr><w:spacing w:after=\"120\"/><w:jc w:val=\"{alignment}\"/></w:pPr>{}</w:p>",
            notes::run(&row[0].content.shown(), run)
        );
    }
    let all: u32 = page.widths.iter().map(|width| u32::from(*width)).sum::<u32>().max(1);
    let widths: Vec<u32> = page.widths.iter().map(|width| u32::from(*width) * WIDTH / all).collect();
    *body += &notes::table_begins();
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
        *body += "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"F2F2F2\"/>";
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
            *body += &notes::run(line, properties);
        }
        if at + 1 == lines.len() {
            *body += &notes::end(&numbers);
        }
        *body += "</w:p>";
    }
    *body += "</w:tc>";
}
