//! The list of problems in a form that was given back: it is no part of the form, and departments answer in it.

use std::ops::Range;

use huizong_schema::findings::{Arg, Args, Location, Notice, Place};

use crate::grid::Grid;
use crate::notices::DEPARTMENT_ANSWERED;
use crate::ooxml::marks::{ANSWER, is_heading_row, is_title};

/// Takes our list out of what was read. `known` are its rows, where the file says which they are: programs that save a file again
/// often lose that, and then its headings tell. Returns the answers in it.
pub(super) fn set_apart(grid: Grid, known: Option<Range<usize>>) -> (Grid, Vec<Notice>) {
    let known = known.map(|rows| rows.start..rows.end.min(grid.rows()));
    let rows = match (known, rows(&grid)) {
        // Programs move the marks.
        (Some(known), Some(found)) => known.start.min(found.start)..known.end.max(found.end),
        (known, found) => match known.or(found) {
            Some(rows) => rows,
            None => return (grid, Vec::new()),
        },
    };
    let answers = answers(&grid, rows.clone());
    (grid.without_rows(&rows), answers)
}

fn texts(grid: &Grid, row: usize) -> Vec<&str> {
    grid.row(row).filter(|cell| !cell.is_blank()).map(|cell| cell.text.trim()).collect()
}

/// The rows of the list, found by its title and its headings.
fn rows(grid: &Grid) -> Option<Range<usize>> {
    let title = (0..grid.rows()).find(|row| matches!(texts(grid, *row)[..], [text] if is_title(text)));
    let head = (0..grid.rows()).find(|row| is_heading_row(&texts(grid, *row)));
    let Some(head) = head else {
        // A list that is no table: it comes last.
        return title.map(|title| title..grid.rows());
    };
    let start = title.filter(|title| *title < head).unwrap_or(head);
    let table_of = |row: usize| match grid.row(row).find_map(|cell| cell.place.as_ref()) {
        Some(Place::Table { table, .. }) => Some(*table),
        _ => None,
    };
    let table = table_of(head);
    let end = (head..grid.rows()).find(|row| table.is_some() && table_of(*row) != table);
    Some(start..end.unwrap_or(grid.rows()))
}

/// What departments wrote beside the problems.
pub(super) fn answers(grid: &Grid, rows: Range<usize>) -> Vec<Notice> {
    let Some(head) = rows.clone().find(|row| is_heading_row(&texts(grid, *row))) else { return Vec::new() };
    let column =
        |is: &dyn Fn(&str) -> bool| grid.row(head).find(|cell| is(cell.text.trim())).map(|cell| cell.column);
    let Some(answer) = column(&|text| ANSWER.contains(&text)) else { return Vec::new() };
    let first = grid.row(head).next().map_or(0, |cell| cell.column);
    let below = head + 1..rows.end;
    let notices = below.filter_map(|row| {
        let cell = grid.at(row, answer).filter(|cell| cell.row == row && !cell.is_blank())?;
        let text = |column: usize| grid.at(row, first + column).map_or("", |cell| cell.text.trim());
        let args = Args::from([
            ("problem", Arg::Text(huizong_core::shown_text(&[text(2), text(3)].join(" ")).trim().to_owned())),
            ("message", Arg::Text(text(4).to_owned())),
            ("answer", Arg::Text(cell.text.trim().to_owned())),
        ]);
        let location = cell.place.as_ref().map(|place| Location::new("", Some(place)));
        Some(Notice { location, ..DEPARTMENT_ANSWERED.notice(None, args) })
    });
    notices.collect()
}
