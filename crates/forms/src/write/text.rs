//! Text as a spreadsheet puts it on the clipboard: cells separated by tabs, quoted if they hold line breaks.

use super::page::Page;

pub(super) fn write(pages: &[Page]) -> Vec<u8> {
    let pages: Vec<String> = pages.iter().map(page).collect();
    pages.join("\n").into_bytes()
}

fn page(page: &Page) -> String {
    let mut text = String::new();
    for row in page.by_row() {
        let mut line = String::new();
        let mut column = 0;
        let is_alone = row.len() == 1;
        for cell in row.into_iter().filter(|cell| !cell.content.is_blank()) {
            line.extend(std::iter::repeat_n('\t', cell.column - column));
            column = cell.column;
            line += &quoted(&cell.content.shown());
        }
        // A row has all its cells, with the blank ones at its end: a single text could be anything.
        if !is_alone {
            line.extend(std::iter::repeat_n('\t', page.widths.len() - 1 - column));
        }
        text += &line;
        text.push('\n');
    }
    text
}

fn quoted(text: &str) -> String {
    let text = text.replace(['\t', '\r'], " ");
    if text.contains('\n') || text.starts_with('"') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
