//! Lists that a bureau keeps beside the forms (a roster, its books): rows of cells.

use huizong_schema::findings::{Message, Notice, Place};

use super::extract::left_out_of;
use super::formats::{FileKind, Sniffed, sniff};
use super::{html, office};
use crate::grid::Grid;

/// The rows of a list.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The sheet that it is on, if it is on one.
    pub sheet: Option<String>,
    /// The cells of each row.
    pub rows: Vec<Vec<String>>,
    /// The place of each cell, if it is known.
    pub places: Vec<Vec<Option<Place>>>,
    /// Notices about its cells; the file itself is left blank in them.
    pub notices: Vec<Notice>,
}

/// The lists of a file: a sheet of a workbook each, or one.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    /// The lists, without those that are blank.
    pub lists: Vec<List>,
    /// Notices about the file; the file itself is left blank in them.
    pub notices: Vec<Notice>,
}

impl List {
    /// The place of a cell, or else of its row's first cell.
    pub fn place(&self, row: usize, column: Option<usize>) -> Option<Place> {
        let places = self.places.get(row)?;
        let of_cell = column.and_then(|column| places.get(column)?.clone());
        of_cell.or_else(|| places.iter().flatten().next().cloned())
    }
}

/// Reads lists: the sheets of a workbook, the tables of a page or document, or text with commas, tabs or semicolons
/// between its cells. Hidden rows and columns of a sheet are read as well: a filter leaves the list whole.
///
/// # Errors
/// Returns the reason if the file cannot be read at all.
pub fn lists(bytes: &[u8], name: &str) -> Result<Lists, Message> {
    let (kind, decoded) = match sniff(bytes, name) {
        Sniffed::Container(container) => {
            let office::Office { grids, notices } =
                office::read_list(container, bytes).map_err(|why| why.message())?;
            let lists = grids.iter().filter(|grid| grid.rows() > 0).map(of_grid).collect();
            return Ok(Lists { lists, notices });
        }
        Sniffed::Text(kind, decoded) => (kind, decoded),
    };
    if decoded.bad > 0 {
        return Err(Message {
            zh: "文件里有乱码；请另存为 Excel（.xlsx），或另存时“编码”选 UTF-8".to_owned(),
            en: "it has bytes that are no text in any encoding known; save it again as UTF-8".to_owned(),
        });
    }
    let notices = super::encoding_notice(&decoded).into_iter().collect();
    let list = if kind == FileKind::Html {
        let grid = html::grid(&decoded.text);
        grid.as_ref().map(of_grid).unwrap_or_default()
    } else {
        of_text(&decoded.text)?
    };
    Ok(Lists { lists: vec![list], notices })
}

/// A cell that covers several rows is repeated in each of them; one that covers several columns is in the first.
fn of_grid(grid: &Grid) -> List {
    let sheet = grid.cells().iter().find_map(|cell| match &cell.place {
        Some(Place::Cell { sheet, .. }) => Some(sheet.clone()),
        _ => None,
    });
    let notices = grid.cells().iter().flat_map(left_out_of).collect();
    let mut list = List { sheet, notices, ..List::default() };
    for row in 0..grid.rows() {
        let cell = |column| grid.at(row, column).filter(|cell| cell.column == column);
        let cells = (0..grid.columns(row)).map(cell);
        let texts = cells.clone().map(|cell| cell.map_or("", |cell| &cell.text).to_owned());
        list.rows.push(texts.collect());
        list.places.push(cells.map(|cell| cell?.place.clone()).collect());
    }
    list
}

fn of_text(text: &str) -> Result<List, Message> {
    let text = text.trim_start_matches('\u{feff}');
    // A title may come above the headings.
    let most = |mark: &u8| text.lines().take(20).flat_map(str::bytes).filter(|byte| byte == mark).count();
    let delimiter = [b';', b'\t', b','].into_iter().max_by_key(most).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let lines: Vec<&str> = text.lines().collect();
    let mut list = List::default();
    for record in reader.records() {
        let record = record.map_err(|error| Message { zh: error.to_string(), en: error.to_string() })?;
        let line = record.position().map_or(1, csv::Position::line);
        let line_number = u32::try_from(line).unwrap_or(u32::MAX);
        list.places.push(places_in_line(&lines, line_number, &record));
        list.rows.push(record.iter().map(str::to_owned).collect());
    }
    Ok(list)
}

/// The places of a record's cells: where cells are quoted, the place of the line.
fn places_in_line(lines: &[&str], line: u32, record: &csv::StringRecord) -> Vec<Option<Place>> {
    let is_plain = lines.get(line as usize - 1).is_some_and(|line| !line.contains('"'));
    let mut column = 1_u32;
    let place = |cell: &str| {
        let place = Place::Text { line, column: if is_plain { column } else { 1 } };
        column = column.saturating_add(u32::try_from(cell.chars().count() + 1).unwrap_or(u32::MAX));
        Some(place)
    };
    record.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(bytes: &[u8], name: &str) -> List {
        lists(bytes, name).unwrap().lists.pop().unwrap()
    }

    #[test]
    fn text_with_any_usual_mark_between_its_cells() {
        for mark in [",", ";", "\t"] {
            let text = format!("名单\n\nname{mark}code\n\"甲{mark}局\n\"{mark}1\n");
            let list = only(text.as_bytes(), "roster.csv");
            let rows: Vec<Vec<&str>> =
                list.rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
            assert_eq!(rows.last().unwrap()[1..], ["1"], "{mark:?}");
            assert_eq!(list.place(list.rows.len() - 1, None), Some(Place::Text { line: 4, column: 1 }));
        }
        let (gbk, ..) = encoding_rs::GB18030.encode("部门名称,编码\n档案馆,1\n");
        assert_eq!(only(&gbk, "roster.csv").rows[1], ["档案馆", "1"]);
        assert!(only(b"", "roster.csv").rows.is_empty());
        assert!(lists(b"PK\x03\x04 broken", "roster.xlsx").is_err());
    }

    #[test]
    fn a_cell_over_several_rows_stands_in_each() {
        let page = "<table><tr><td>name<td>类别</tr><tr><td>甲<td rowspan=2>群团</tr><tr><td>乙</tr></table>";
        let list = only(page.as_bytes(), "roster.html");
        assert_eq!(list.rows, [["name", "类别"], ["甲", "群团"], ["乙", "群团"]]);
    }
}
