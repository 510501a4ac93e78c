//! Tests that malicious files are refused, or read within bounds.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what went wrong by panicking")]

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::time::Instant;

use huizong_tests::harm::{MOST_MEMORY, forget_peak, peak, take};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn zipped(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook whose sheets have this content.
fn workbook(sheets: &[String], strings: &str) -> Vec<u8> {
    let mut list = String::new();
    let mut relations = String::new();
    let names: Vec<String> = (1..=sheets.len()).map(|of| format!("xl/worksheets/sheet{of}.xml")).collect();
    for of in 1..=sheets.len() {
        let _ = write!(list, "<sheet name=\"s{of}\" sheetId=\"{of}\" r:id=\"r{of}\"/>");
        let _ = write!(
            relations,
            "<Relationship Id=\"r{of}\" Type=\"x/worksheet\" Target=\"worksheets/sheet{of}.xml\"/>"
        );
    }
    relations += "<Relationship Id=\"s\" Type=\"x/sharedStrings\" Target=\"sharedStrings.xml\"/>";
    let mut parts: Vec<(&str, Vec<u8>)> = vec![
        ("[Content_Types].xml", b"<Types/>".to_vec()),
        ("xl/workbook.xml", format!("<workbook><sheets>{list}</sheets></workbook>").into_bytes()),
        ("xl/_rels/workbook.xml.rels", format!("<Relationships>{relations}</Relationships>").into_bytes()),
        ("xl/sharedStrings.xml", format!("<sst>{strings}</sst>").into_bytes()),
    ];
    parts.extend(names.iter().zip(sheets).map(|(name, sheet)| {
        (name.as_str(), format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>").into_bytes())
    }));
    zipped(&parts)
}

fn ods(table: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"a\">{table}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet".to_vec()),
        ("content.xml", content.into_bytes()),
    ])
}

fn docx(body: &str) -> Vec<u8> {
    zipped(&[("word/document.xml", format!("<w:document><w:body>{body}</w:body></w:document>").into_bytes())])
}

/// Builds the malicious file with this name.
fn bomb(name: &str) -> Vec<u8> {
    let mut laughs = String::new();
    for of in 1..9 {
        let _ = write!(laughs, "<!ENTITY a{of} \"{}\">", format!("&a{};", of - 1).repeat(10));
    }
    let laughs = format!("<!DOCTYPE x [<!ENTITY a0 \"ha\">{laughs}]>");
    let row = |cells: &str| format!("<row>{cells}</row>");
    let long = "<si><t>".to_owned() + &"长".repeat(1 << 20) + "</t></si>";
    let everywhere = row(&"<c t=\"s\"><v>0</v></c>".repeat(1000)).repeat(100);
    match name {
        "spaces.xlsx" => workbook(&[" ".repeat(300 << 20)], ""),
        "strings.xlsx" => workbook(&[everywhere], &long),
        "rows.xlsx" => workbook(&["<row/>".repeat(1_000_000)], ""),
        "far.xlsx" => workbook(&["<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>".into()], ""),
        "sheets.xlsx" => workbook(&vec![String::new(); 10_000], ""),
        "merged.xlsx" => workbook(&[row("<c r=\"A1\"><v>1</v></c>") + &"<mergeCell ref=\"A1:XFD1048576\"/>".repeat(10_000)], ""),
        "laughs.xlsx" => zipped(&[
("[Content_Types].xml", b"<Types/>".to_vec()),
("xl/workbook.xml", format!("{laughs}<workbook><sheets><sheet name=\"&a8;\"/></sheets></workbook>").into_bytes()),
]),
        "deep.xlsx" => workbook(&["<a>".repeat(1_000_000)], ""),
        "rows.ods" => ods("<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"16384\" office:value-type=\"float\" office:value=\"1\"><text:p>1</text:p></table:table-cell></table:table-row>"),
        "spans.ods" => ods(&"<table:table-row><table:table-cell table:number-columns-spanned=\"99999\" table:number-rows-spanned=\"99999\"><text:p>1</text:p></table:table-cell></table:table-row>".repeat(5000)),
        "tables.docx" => docx(&"<w:tbl><w:tr><w:tc>".repeat(200_000)),
        "spans.docx" => docx(&format!("<w:tbl>{}</w:tbl>", "<w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"4000000000\"/></w:tcPr><w:p/></w:tc></w:tr>".repeat(5000))),
        "text.docx" => docx(&format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "字".repeat(10 << 20))),
        "spans.html" => format!("<table>{}</table>", "<tr><td rowspan=65000 colspan=1000>1".repeat(5000)).into_bytes(),
        "deep.html" => "<div><table><tr><td>".repeat(100_000).into_bytes(),
        "tabs.txt" => "\t".repeat(20 << 20).into_bytes(),
        "lines.txt" => "\n".repeat(20 << 20).into_bytes(),
        "quotes.txt" => "\"a\n".repeat(2 << 20).into_bytes(),
        "empty.xlsx" => Vec::new(),
        "container.xlsx" => b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(),
        "rows.html" => "<tr><td rowspan=65000 colspan=1000>".repeat(400_000).into_bytes(),
        "cells.html" => format!("<table><tr>{}", "<td>1".repeat(900_000)).into_bytes(),
        "tags.html" => "<p>1".repeat(12 << 20).into_bytes(),
        "cells.txt" => "1\n".repeat(24 << 20).into_bytes(),
        "bars.txt" => "|1|2|3|\n".repeat(6 << 20).into_bytes(),
        other => panic!("{other}"),
    }
}

#[test]
fn malicious_files_are_refused_or_read_within_bounds() {
    for name in [
        "spaces.xlsx",
        "strings.xlsx",
        "rows.xlsx",
        "far.xlsx",
        "sheets.xlsx",
        "merged.xlsx",
        "laughs.xlsx",
        "deep.xlsx",
        "rows.ods",
        "spans.ods",
        "tables.docx",
        "spans.docx",
        "text.docx",
        "spans.html",
        "deep.html",
        "tabs.txt",
        "lines.txt",
        "quotes.txt",
        "empty.xlsx",
        "container.xlsx",
        "rows.html",
        "cells.html",
        "tags.html",
        "cells.txt",
        "bars.txt",
    ] {
        let bytes = bomb(name);
        // Do not count the memory that building the file takes.
        forget_peak();
        let began = Instant::now();
        let outcome = take(name, &bytes);
        println!("{name}: {outcome} in {:?}, peak {} MiB", began.elapsed(), peak() >> 10);
        assert!(peak() < MOST_MEMORY, "{name}: {} MiB", peak() >> 10);
    }
}
