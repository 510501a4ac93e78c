//! Notes in documents: comments, shading, and the list at the end.

use std::fmt::Write as _;

use huizong_word::{NAMESPACE, run, table_begins};

use super::marked::{Marked, Shade};
use crate::ooxml::escaped;
use crate::ooxml::marks::{AUTHOR, BOOKMARK, PROBLEMS_BOOKMARK};

/// A cell's shading.
pub(crate) fn shading(shade: Shade) -> String {
    huizong_word::shading(&format!("{:06X}", shade.colour()))
}

/// The beginning of a cell's first paragraph: the starts of its comments, and the bookmarks that links lead to.
pub(crate) fn begin(numbers: &[usize], ids: &[usize], bookmarks: &mut usize) -> String {
    let mut xml = String::new();
    for (number, comment) in numbers.iter().zip(ids) {
        let id = *bookmarks;
        *bookmarks += 1;
        let _ = write!(
            xml,
            "<w:bookmarkStart w:id=\"{id}\" w:name=\"{BOOKMARK}{}\"/><w:bookmarkEnd w:id=\"{id}\"/>\
             <w:commentRangeStart w:id=\"{comment}\"/>",
            number + 1
        );
    }
    xml
}

/// The ends of the comments, after the text that they are about.
pub(crate) fn end(ids: &[usize]) -> String {
    let mut xml = String::new();
    for id in ids {
        let _ =
            write!(xml, "<w:commentRangeEnd w:id=\"{id}\"/><w:r><w:commentReference w:id=\"{id}\"/></w:r>");
    }
    xml
}

/// One comment.
pub(crate) fn comment(marked: &Marked<'_>, number: usize, id: usize) -> String {
    format!(
        "<w:comment w:id=\"{id}\" w:author=\"{AUTHOR}\" w:initials=\"汇总\"><w:p><w:r><w:t xml:space=\"preserve\">{}</w:t>\
         </w:r></w:p></w:comment>",
        escaped(&marked.text(number))
    )
}

/// The part that holds the comments of a new document.
pub(crate) fn comments(marked: &Marked<'_>) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:comments xmlns:w=\"{NAMESPACE}\">"
    );
    for number in (0..marked.len()).filter(|number| marked.at(*number).is_some()) {
        xml += &comment(marked, number, number);
    }
    xml + "</w:comments>"
}

/// The widths of the list's columns, in twentieths of a point.
const WIDTHS: [u32; 6] = [600, 750, 1500, 2000, 3550, 1800];

/// The list of problems, on a page of its own; nothing without marks.
pub(crate) fn section(marked: &Marked<'_>, bookmark: usize) -> String {
    if marked.is_empty() {
        return String::new();
    }
    let mut xml = format!(
        "<w:p><w:pPr><w:pageBreakBefore/></w:pPr><w:bookmarkStart w:id=\"{bookmark}\" \
         w:name=\"{PROBLEMS_BOOKMARK}\"/>{}</w:p><w:p>{}</w:p>{}<w:tblGrid>",
        run(&marked.heading(), "<w:rPr><w:b/><w:sz w:val=\"28\"/></w:rPr>"),
        run(marked.how(), ""),
        table_begins()
    );
    for width in WIDTHS {
        let _ = write!(xml, "<w:gridCol w:w=\"{width}\"/>");
    }
    xml += "</w:tblGrid>";
    let row = |cells: [String; 6], fill: Option<String>| {
        let mut row = "<w:tr><w:trPr><w:cantSplit/></w:trPr>".to_owned();
        for (at, cell) in cells.into_iter().enumerate() {
            let fill = fill.as_ref().filter(|_| at == 1).map_or("", String::as_str);
            let _ = write!(
                row,
                "<w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"dxa\"/>{fill}</w:tcPr><w:p>{cell}</w:p></w:tc>",
                WIDTHS[at]
            );
        }
        row + "</w:tr>"
    };
    let bold = "<w:rPr><w:b/></w:rPr>";
    xml += &row(marked.headings().map(|heading| run(heading, bold)), None);
    for number in 0..marked.len() {
        let place = marked.place(number);
        let linked = format!(
            "<w:hyperlink w:anchor=\"{BOOKMARK}{}\">{}</w:hyperlink>",
            number + 1,
            run(&place, "<w:rPr><w:color w:val=\"0563C1\"/><w:u w:val=\"single\"/></w:rPr>")
        );
        let place = if marked.at(number).is_some() { linked } else { run(&place, "") };
        let cells = [
            run(&(number + 1).to_string(), ""),
            run(marked.severity_word(number), ""),
            place,
            run(marked.title(number), ""),
            run(marked.message(number), ""),
            run(marked.answer(number), ""),
        ];
        xml += &row(cells, Some(shading(Shade::Of(marked.severity(number)))));
    }
    format!("{xml}</w:tbl><w:p><w:bookmarkEnd w:id=\"{bookmark}\"/></w:p>")
}
