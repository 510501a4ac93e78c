//! A sheet of a workbook, whatever kind of file it came from, as cells of a form.

use std::collections::{BTreeMap, BTreeSet};

use huizong_schema::findings::Place;
use rust_decimal::Decimal;

use super::formula::{self, At, Operand};
use super::number::ShownNumber;
use crate::annotate::{HEADINGS, PROBLEMS};
use crate::grid::{Grid, Stale};
use crate::write::checks::is_check;

/// A sheet with what it shows.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    /// Whether nobody sees it.
    pub(crate) is_hidden: bool,
    /// By row and column, from 0; blank cells are left out.
    pub(crate) cells: BTreeMap<At, SheetCell>,
    pub(crate) merged: Vec<Area>,
}

/// What one cell holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct SheetCell {
    /// What it shows.
    pub(crate) text: String,
    /// The number that it keeps, if it is one.
    pub(crate) number: Option<Decimal>,
    /// That number as it was kept, where what is shown is another one.
    pub(crate) beneath: Option<String>,
    pub(crate) formula: Option<String>,
    /// Whether its row or column is hidden.
    pub(crate) is_hidden: bool,
}

impl SheetCell {
    pub(crate) fn text(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    pub(crate) fn number(shown: ShownNumber, number: Option<Decimal>) -> Self {
        Self { text: shown.text, number, beneath: shown.beneath, ..Self::default() }
    }
}

/// A rectangle of cells, its last row and column included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) first: At,
    pub(crate) last: At,
}

impl Sheet {
    /// Takes out what nobody sees, and says whether anything was.
    fn hide(&mut self) -> bool {
        let before = self.cells.len();
        self.cells.retain(|_, cell| !cell.is_hidden);
        self.cells.len() < before
    }

    /// Whether it is the list of problems that the workbook was given back with.
    pub(crate) fn is_list(&self) -> bool {
        let first = || self.cells.range((0, 0)..(1, 0)).map(|(_, cell)| cell.text.as_str());
        self.name.starts_with(PROBLEMS) && HEADINGS.iter().any(|ours| first().eq(ours.iter().copied()))
    }

    /// The sheet as a grid, and whether hidden cells were left out.
    ///
    /// Rows and columns in which nothing stands are left out too: a form begins anywhere, and a sheet may claim to have
    /// a million of either.
    pub(crate) fn grid(mut self) -> (Grid, bool) {
        let stale = self.stale();
        let any_hidden = self.hide();
        // What a template says of its own figures is no part of the form.
        self.cells.retain(|_, cell| !is_check(&cell.text, cell.formula.as_deref()));
        let rows: BTreeSet<u32> = self.cells.keys().map(|at| at.0).collect();
        let columns: BTreeSet<u32> = self.cells.keys().map(|at| at.1).collect();
        let columns: Vec<u32> = columns.into_iter().collect();
        let rows: Vec<u32> = rows.into_iter().collect();
        let areas: BTreeMap<At, Area> = self.merged.iter().map(|area| (area.first, *area)).collect();
        let mut grid = Grid::default();
        // Where a figure is missing, the cell that it is missing from has a place.
        let with_blanks = rows.len().saturating_mul(columns.len()) <= MOST_BLANKS;
        let blank = SheetCell::default();
        for &number in &rows {
            let row = grid.begin_row();
            grid.settle_spans(row, 0);
            let mut put = |at: usize, column: u32, cell: &SheetCell| {
                let last = areas.get(&(number, column)).map_or((number, column), |area| area.last);
                let spans = (span(&rows, number, last.0), span(&columns, column, last.1));
                let place = Place::Cell { sheet: self.name.clone(), cell: name_of((number, column)) };
                grid.put((row, at), cell.text.clone(), spans, place);
                grid.tell_last(cell.beneath.clone(), stale.get(&(number, column)).cloned());
            };
            if with_blanks {
                for (at, &column) in columns.iter().enumerate() {
                    put(at, column, self.cells.get(&(number, column)).unwrap_or(&blank));
                }
            } else {
                for (&(_, column), cell) in self.cells.range((number, 0)..=(number, u32::MAX)) {
                    put(columns.partition_point(|other| *other < column), column, cell);
                }
            }
        }
        (grid, any_hidden)
    }

    /// The formulas whose stored value is not what they come to.
    fn stale(&self) -> BTreeMap<At, Stale> {
        let operand = |at: At| match self.cells.get(&at) {
            None => Operand::Blank,
            Some(SheetCell { number: Some(number), .. }) => Operand::Number(*number),
            Some(_) => Operand::Other,
        };
        let mut stale = BTreeMap::new();
        for (at, cell) in &self.cells {
            let (Some(formula), Some(stored)) = (&cell.formula, cell.number) else { continue };
            let Some(computed) = formula::value(formula, &operand) else { continue };
            if differ(stored, computed) {
                let formula = formula.trim_start_matches('=').to_owned();
                stale.insert(*at, Stale { formula, stored, computed: computed.round_dp(6).normalize() });
            }
        }
        stale
    }
}

/// Larger sheets are given without their blank cells.
const MOST_BLANKS: usize = 200_000;

/// Whether two numbers are more than a residue apart: what is stored is a binary fraction.
fn differ(stored: Decimal, computed: Decimal) -> bool {
    let scale = stored.abs().max(computed.abs()).max(Decimal::ONE);
    // Nine digits that agree are no accident.
    (stored - computed).abs() > scale * Decimal::new(1, 9)
}

/// How many of these numbers lie from one to another.
fn span(numbers: &[u32], first: u32, last: u32) -> usize {
    let begin = numbers.partition_point(|number| *number < first);
    numbers.partition_point(|number| *number <= last).saturating_sub(begin).max(1)
}

/// A cell's name, as in `B7`.
pub(crate) fn name_of((row, column): At) -> String {
    let mut letters = Vec::new();
    let mut left = u64::from(column) + 1;
    while left > 0 {
        letters.push(b'A' + u8::try_from((left - 1) % 26).expect("below 26"));
        left = (left - 1) / 26;
    }
    let letters: String = letters.iter().rev().map(|letter| char::from(*letter)).collect();
    format!("{letters}{}", u64::from(row) + 1)
}

/// The cell of a name, as in `B7`.
pub(crate) fn cell_at(name: &str) -> Option<At> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = name.split_at(digits);
    if !(1..=3).contains(&letters.len()) || digits.len() > 7 {
        return None;
    }
    let mut column = 0_u32;
    for letter in letters.bytes() {
        column =
            column * 26 + u32::from(letter.to_ascii_uppercase().checked_sub(b'A').filter(|l| *l < 26)?) + 1;
    }
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, column - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_names() {
        for (at, name) in
            [((0, 0), "A1"), ((6, 25), "Z7"), ((9, 26), "AA10"), ((1_048_575, 16_383), "XFD1048576")]
        {
            assert_eq!(name_of(at), name);
            assert_eq!(cell_at(name), Some(at));
        }
        for name in ["", "A", "1", "A0", "ABCD1", "A12345678", "名1"] {
            assert_eq!(cell_at(name), None, "{name}");
        }
    }

    fn sheet(cells: &[(&str, &str)], merged: &[(&str, &str)]) -> Sheet {
        Sheet {
            name: "表".into(),
            cells: cells
                .iter()
                .map(|(at, text)| (cell_at(at).unwrap(), SheetCell::text((*text).into())))
                .collect(),
            merged: merged
                .iter()
                .map(|(first, last)| Area { first: cell_at(first).unwrap(), last: cell_at(last).unwrap() })
                .collect(),
            ..Sheet::default()
        }
    }

    #[test]
    fn blank_rows_and_columns_take_no_room() {
        let cells = [("C3", "a"), ("F3", "b"), ("C9", "c"), ("XFD1048576", "d"), ("D1000", "e")];
        let (grid, _) = sheet(&cells, &[("C9", "F2000"), ("C3", "D3")]).grid();
        assert_eq!(grid.rows(), 4);
        let merged = grid.at(2, 1).unwrap();
        assert_eq!((merged.text.as_str(), merged.row_span, merged.column_span), ("c", 2, 3));
        assert_eq!(grid.at(0, 2).unwrap().place, Some(Place::Cell { sheet: "表".into(), cell: "F3".into() }));
        assert_eq!(grid.at(3, 3).unwrap().text, "d");
    }

    #[test]
    fn what_nobody_sees_is_left_out() {
        let mut hidden = sheet(&[("A1", "a"), ("B1", "b"), ("A2", "c")], &[]);
        for at in [(0, 1), (1, 0)] {
            hidden.cells.get_mut(&at).unwrap().is_hidden = true;
        }
        let (grid, any_hidden) = hidden.grid();
        assert!(any_hidden);
        assert_eq!(grid.cells().len(), 1);
    }

    #[test]
    fn a_stored_value_that_is_another_one_is_told_of() {
        let number = |text: &str| {
            let number: Decimal = text.parse().unwrap();
            SheetCell { text: text.into(), number: Some(number), ..SheetCell::default() }
        };
        let mut sheet = Sheet::default();
        sheet.cells.insert((0, 0), number("339.04"));
        sheet.cells.insert((1, 0), number("280.19"));
        let with =
            |stored: &str, formula: &str| SheetCell { formula: Some(formula.into()), ..number(stored) };
        sheet.cells.insert((2, 0), with("58.8500000000000014", "A1-A2"));
        sheet.cells.insert((3, 0), with("60", "=A1-A2"));
        let stale = sheet.stale();
        assert_eq!(stale.len(), 1);
        let Stale { formula, stored, computed } = &stale[&(3, 0)];
        assert_eq!(
            (&**formula, stored.to_string(), computed.to_string()),
            ("A1-A2", "60".into(), "58.85".into())
        );
    }
}
