//! A sheet of a workbook of any format, as cells of a form.

use std::collections::{BTreeMap, BTreeSet};

use huizong_schema::CellName;
use huizong_schema::findings::Place;
use rust_decimal::Decimal;

use super::formula::{self, Operand};
use super::number::ShownNumber;
use crate::grid::{Grid, Stale};
use crate::ooxml::marks::{HEADINGS, PROBLEMS, is_check};

/// A sheet with the cells that it shows.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    /// Whether the sheet is hidden.
    pub(crate) is_hidden: bool,
    /// Blank cells are left out.
    pub(crate) cells: BTreeMap<CellName, SheetCell>,
    pub(crate) merged: Vec<Area>,
}

/// The content of a cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct SheetCell {
    /// The text that it shows.
    pub(crate) text: String,
    /// Its number, if it is one.
    pub(crate) number: Option<Decimal>,
    /// That number as it is stored, if the cell shows another one.
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
    pub(crate) first: CellName,
    pub(crate) last: CellName,
}

impl Sheet {
    /// Removes hidden cells, and returns whether there were any.
    fn hide(&mut self) -> bool {
        let before = self.cells.len();
        self.cells.retain(|_, cell| !cell.is_hidden);
        self.cells.len() < before
    }

    /// Whether it is the list of problems of a form that was given back.
    pub(crate) fn is_list(&self) -> bool {
        let first =
            || self.cells.range(CellName::new(0, 0)..CellName::new(1, 0)).map(|(_, cell)| cell.text.as_str());
        self.name.starts_with(PROBLEMS) && HEADINGS.iter().any(|ours| first().eq(ours.iter().copied()))
    }

    /// The sheet as a grid, and whether hidden cells were left out.
    ///
    /// Blank rows and columns are left out too: a form begins anywhere, and a sheet may claim to have
    /// a million of either.
    pub(crate) fn grid(mut self) -> (Grid, bool) {
        let stale = self.stale();
        let any_hidden = self.hide();
        // A template's live checks are not part of the form.
        self.cells.retain(|_, cell| !is_check(&cell.text, cell.formula.as_deref()));
        let rows: BTreeSet<u32> = self.cells.keys().map(|at| at.row).collect();
        let columns: BTreeSet<u32> = self.cells.keys().map(|at| at.column).collect();
        let columns: Vec<u32> = columns.into_iter().collect();
        let rows: Vec<u32> = rows.into_iter().collect();
        let areas: BTreeMap<CellName, Area> = self.merged.iter().map(|area| (area.first, *area)).collect();
        let mut grid = Grid::default();
        // A missing figure needs a cell with a place.
        let with_blanks = rows.len().saturating_mul(columns.len()) <= MOST_BLANKS;
        let blank = SheetCell::default();
        for &number in &rows {
            let row = grid.begin_row();
            grid.settle_spans(row, 0);
            let mut put = |at: usize, column: u32, cell: &SheetCell| {
                let name = CellName::new(number, column);
                let last = areas.get(&name).map_or(name, |area| area.last);
                let spans = (span(&rows, number, last.row), span(&columns, column, last.column));
                let place = Place::Cell { sheet: self.name.clone(), cell: name.to_string() };
                grid.put((row, at), cell.text.clone(), spans, place);
                grid.tell_last(cell.beneath.clone(), stale.get(&name).cloned());
            };
            if with_blanks {
                for (at, &column) in columns.iter().enumerate() {
                    put(at, column, self.cells.get(&CellName::new(number, column)).unwrap_or(&blank));
                }
            } else {
                let row = CellName::new(number, 0)..=CellName::new(number, u32::MAX);
                for (name, cell) in self.cells.range(row) {
                    put(columns.partition_point(|other| *other < name.column), name.column, cell);
                }
            }
        }
        (grid, any_hidden)
    }

    /// The formulas whose stored value is not what they evaluate to.
    fn stale(&self) -> BTreeMap<CellName, Stale> {
        let operand = |at: CellName| match self.cells.get(&at) {
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

/// The most cells of a sheet that keeps its blank ones.
const MOST_BLANKS: usize = 200_000;

/// Whether two numbers differ by more than the rounding error of binary fractions.
fn differ(stored: Decimal, computed: Decimal) -> bool {
    let scale = stored.abs().max(computed.abs()).max(Decimal::ONE);
    // Numbers that agree to nine digits are taken as equal.
    (stored - computed).abs() > scale * Decimal::new(1, 9)
}

/// How many of these numbers are from `first` to `last`, but at least one.
fn span(numbers: &[u32], first: u32, last: u32) -> usize {
    let begin = numbers.partition_point(|number| *number < first);
    numbers.partition_point(|number| *number <= last).saturating_sub(begin).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(cells: &[(&str, &str)], merged: &[(&str, &str)]) -> Sheet {
        Sheet {
            name: "表".into(),
            cells: cells
                .iter()
                .map(|(at, text)| (at.parse().unwrap(), SheetCell::text((*text).into())))
                .collect(),
            merged: merged
                .iter()
                .map(|(first, last)| Area { first: first.parse().unwrap(), last: last.parse().unwrap() })
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
            hidden.cells.get_mut(&CellName::from(at)).unwrap().is_hidden = true;
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
        sheet.cells.insert(CellName::new(0, 0), number("339.04"));
        sheet.cells.insert(CellName::new(1, 0), number("280.19"));
        let with =
            |stored: &str, formula: &str| SheetCell { formula: Some(formula.into()), ..number(stored) };
        sheet.cells.insert(CellName::new(2, 0), with("58.8500000000000014", "A1-A2"));
        sheet.cells.insert(CellName::new(3, 0), with("60", "=A1-A2"));
        let stale = sheet.stale();
        assert_eq!(stale.len(), 1);
        let Stale { formula, stored, computed } = &stale[&CellName::new(3, 0)];
        assert_eq!(
            (&**formula, stored.to_string(), computed.to_string()),
            ("A1-A2", "60".into(), "58.85".into())
        );
    }
}
