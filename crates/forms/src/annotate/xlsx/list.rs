//! The sheet that lists the problems, each with a link to its cell.

use std::fmt::Write;

use huizong_schema::CellName;
use huizong_schema::findings::Place;

use super::{CONDITION, Styles};
use crate::ooxml::escaped;
use crate::write::marked::{Marked, SEVERITIES};
use crate::write::xlsx::HEAD;

/// The sheet that lists the problems.
pub(super) fn list(namespace: &str, marked: &Marked<'_>, styles: Styles) -> String {
    let text = |cell: &str, text: &str| {
        format!(
            "<c r=\"{cell}\" s=\"{}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
            styles.wrapped,
            escaped(text)
        )
    };
    let bold = |cell: &str, text: &str| {
        format!(
            "<c r=\"{cell}\" s=\"{}\" t=\"inlineStr\"><is><r><rPr><b/><sz val=\"11\"/><rFont val=\"宋体\"/></rPr>\
             <t xml:space=\"preserve\">{}</t></r></is></c>",
            styles.wrapped,
            escaped(text)
        )
    };
    // Without wrapping, these two lines run over the columns beside them.
    let line = |row: u32, size: u32, weight: &str, text: &str| {
        format!(
            "<row r=\"{row}\"><c r=\"A{row}\" t=\"inlineStr\"><is><r><rPr>{weight}<sz val=\"{size}\"/><rFont val=\"宋体\"/>\
             </rPr><t xml:space=\"preserve\">{}</t></r></is></c></row>",
            escaped(text)
        )
    };
    let mut rows = String::new();
    if !marked.is_empty() {
        rows += &line(1, 14, "<b/>", &marked.heading());
        rows += &line(2, 10, "", marked.how());
    }
    let _ = write!(rows, "<row r=\"{}\">", HEAD + 1);
    for (column, heading) in (0_u32..).zip(marked.headings()) {
        rows += &bold(&CellName::new(HEAD, column).to_string(), heading);
    }
    rows += "</row>";
    let (mut links, mut coloured) = (String::new(), vec![Vec::new(); SEVERITIES.len()]);
    for number in 0..marked.len() {
        let row = HEAD + u32::try_from(number + 1).unwrap_or(u32::MAX - HEAD - 1);
        let at = |column| CellName::new(row, column).to_string();
        let of = SEVERITIES.iter().position(|severity| *severity == marked.severity(number));
        coloured[of.unwrap_or(0)].push(at(1));
        let _ = write!(
            rows,
            "<row r=\"{}\" ht=\"{}\" customHeight=\"1\"><c r=\"{}\" s=\"{}\"><v>{}</v></c>{}{}{}{}{}</row>",
            row + 1,
            marked.height(number),
            at(0),
            styles.wrapped,
            number + 1,
            text(&at(1), marked.severity_word(number)),
            text(&at(2), &marked.place(number)),
            text(&at(3), marked.title(number)),
            text(&at(4), marked.message(number)),
            text(&at(5), marked.answer(number)),
        );
        if let Some(Place::Cell { sheet, cell }) = marked.file_place(number) {
            let location = format!("'{}'!{cell}", sheet.replace('\'', "''"));
            let _ = write!(links, "<hyperlink ref=\"{}\" location=\"{}\"/>", at(2), escaped(&location));
        }
    }
    let mut formats = String::new();
    for (of, cells) in coloured.iter().enumerate().filter(|(_, cells)| !cells.is_empty()) {
        let _ = write!(
            formats,
            "<conditionalFormatting sqref=\"{}\"><cfRule type=\"expression\" dxfId=\"{}\" priority=\"{}\">\
             <formula>{CONDITION}</formula></cfRule></conditionalFormatting>",
            cells.join(" "),
            styles.colours + of,
            of + 1
        );
    }
    let links = if links.is_empty() { links } else { format!("<hyperlinks>{links}</hyperlinks>") };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"{namespace}\"><sheetPr>\
         <pageSetUpPr fitToPage=\"1\"/></sheetPr><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"3\" \
         topLeftCell=\"A4\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols>\
         <col min=\"1\" max=\"1\" width=\"6\" customWidth=\"1\"/><col min=\"2\" max=\"2\" width=\"8\" customWidth=\"1\"/>\
         <col min=\"3\" max=\"3\" width=\"20\" customWidth=\"1\"/><col min=\"4\" max=\"4\" width=\"30\" customWidth=\"1\"/>\
         <col min=\"5\" max=\"5\" width=\"80\" customWidth=\"1\"/><col min=\"6\" max=\"6\" width=\"32\" customWidth=\"1\"/></cols><sheetData>{rows}</sheetData>{formats}{links}\
         <pageMargins left=\"0.5\" right=\"0.5\" top=\"0.6\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/>\
         <pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/></worksheet>"
    )
}
