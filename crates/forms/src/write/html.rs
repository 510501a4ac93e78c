//! One page that needs nothing else, and prints on A4.

use std::fmt::Write;

use super::marked::Marked;
use super::page::{Content, Page, Printed, Role};
use crate::ooxml::escaped;
use crate::profile::ValueKind;

const STYLE: &str = "\
@page { size: A4; margin: 15mm 12mm; }
body { font-family: SimSun, \"Songti SC\", \"Noto Serif CJK SC\", serif; font-size: 10.5pt; line-height: 1.5; \
margin: 1.5em auto; max-width: 66em; color: #000; background: #fff; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin-bottom: 2em; }
td { border: 1px solid #444; padding: .25em .4em; vertical-align: middle; overflow-wrap: break-word; }
td.title, td.line { border: none; }
td.title { font-size: 16pt; font-weight: bold; text-align: center; padding-bottom: .6em; }
td.line { text-align: right; }
td.label { background: #f2f2f2; font-weight: bold; text-align: center; }
td.figure { text-align: right; white-space: nowrap; }
td.centre { text-align: center; }
td p { margin: 0; }
td p + p { margin-top: .2em; }
td.related { background: #fbf9e6; }
td.error { background: #ffd9d9; outline: 2px solid #b00020; outline-offset: -2px; }
td.warning { background: #fff0cc; outline: 2px solid #a66300; outline-offset: -2px; }
td.info { background: #e3f0ff; outline: 2px solid #1c5fa8; outline-offset: -2px; }
td sup a { font-weight: bold; text-decoration: none; }
section h2 { font-size: 13pt; }
section td:last-child { min-width: 10em; }
@media print { td.label { -webkit-print-color-adjust: exact; print-color-adjust: exact; } tr { break-inside: avoid; } }
";

pub(super) fn write(pages: &[Page], marked: &Marked<'_>) -> Vec<u8> {
    let title = pages.first().map(|page| page.name.as_str()).filter(|name| !name.is_empty());
    let title = title.unwrap_or("部门整体支出绩效自评表");
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
        escaped(title)
    );
    for (index, page) in pages.iter().enumerate() {
        table(&mut html, page, index, marked);
    }
    html += &marked.section();
    html += "</body>\n</html>\n";
    html.into_bytes()
}

fn table(html: &mut String, page: &Page, index: usize, marked: &Marked<'_>) {
    let all: u32 = page.widths.iter().map(|width| u32::from(*width)).sum::<u32>().max(1);
    *html += "<table>\n<colgroup>";
    for width in &page.widths {
        let _ = write!(html, "<col style=\"width: {:.1}%\">", f64::from(*width) * 100.0 / f64::from(all));
    }
    *html += "</colgroup>\n";
    let covered = page.covered();
    for (row, places) in covered.iter().enumerate() {
        *html += "<tr>";
        let mut column = 0;
        while column < places.len() {
            match places[column].map(|of| (of, &page.cells[of])) {
                Some((of, cell)) => {
                    if cell.row == row && cell.column == column {
                        self::cell(html, cell, (index, of), marked);
                    }
                    column = cell.column + cell.column_span;
                }
                None => {
                    *html += "<td></td>";
                    column += 1;
                }
            }
        }
        *html += "</tr>\n";
    }
    *html += "</table>\n";
}

fn cell(html: &mut String, cell: &Printed, at: (usize, usize), marked: &Marked<'_>) {
    let numbers = marked.numbers(at.0, at.1);
    *html += "<td";
    let mut classes = vec![match cell.role {
        Role::Title => "title",
        Role::Line => "line",
        Role::Label => "label",
        Role::Value(ValueKind::Amount | ValueKind::Percent | ValueKind::Points) => "figure",
        Role::Value(ValueKind::Year) => "centre",
        Role::Value(_) | Role::Plain => "",
    }];
    if let Some(shade) = marked.shade(at, &numbers) {
        classes.push(shade.as_str());
    }
    classes.retain(|class| !class.is_empty());
    if !classes.is_empty() {
        let _ = write!(html, " class=\"{}\"", classes.join(" "));
    }
    if let Some(first) = numbers.first() {
        let said: Vec<String> = numbers.iter().map(|number| marked.text(*number)).collect();
        let _ = write!(html, " id=\"cell-{}\" title=\"{}\"", first + 1, escaped(&said.join("\n")));
    }
    for (name, span) in [("rowspan", cell.row_span), ("colspan", cell.column_span)] {
        if span > 1 {
            let _ = write!(html, " {name}=\"{span}\"");
        }
    }
    *html += ">";
    match &cell.content {
        Content::Text(text) if text.contains('\n') => {
            for line in text.split('\n') {
                let _ = write!(html, "<p>{}</p>", escaped(line));
            }
        }
        content => *html += &escaped(&content.shown()),
    }
    *html += "</td>";
}
