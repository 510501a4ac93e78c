//! A sheet of a workbook of any format, as cells of a form.

use std::collections::{BTreeMap, BTreeSet};

use huizong_schema::CellName;
use huizong_schema::findings::{Arg, Args, Notice, Place};
use rust_decimal::Decimal;

use super::formula::{self, Computed, Operand};
use super::number::ShownNumber;
use crate::grid::{Grid, Stale, Unstored};
use crate::notices::HIDDEN_LINES_READ;
use crate::runs::{LeftOut, LeftOutKind, Runs};

/// A sheet with its cells.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    /// Whether the sheet is hidden.
    pub(crate) is_hidden: bool,
    /// Blank cells are left out.
    pub(crate) cells: BTreeMap<CellName, SheetCell>,
    pub(crate) merged: Vec<Area>,
    pub(crate) hidden: HiddenLines,
    /// The lines of the page's header and footer.
    pub(crate) margins: Vec<String>,
    /// Areas where a conditional format may show another text than the cell's.
    pub(crate) conditional: Vec<Area>,
    /// Whether shapes lie over the cells.
    pub(crate) has_drawing: bool,
    /// The texts of those shapes.
    pub(crate) shapes: Vec<String>,
    /// Whether all formulas are worked out anew when the workbook is opened.
    pub(crate) recalculates: bool,
}

/// The rows and columns of a sheet that are not shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct HiddenLines {
    pub(crate) rows: BTreeSet<u32>,
    pub(crate) columns: BTreeSet<u32>,
}

impl HiddenLines {
    fn hide(&self, at: CellName) -> bool {
        self.rows.contains(&at.row) || self.columns.contains(&at.column)
    }

    /// The first cell of an area that is shown; `None` if none is.
    fn first_shown(&self, area: Area) -> Option<CellName> {
        let row = (area.first.row..=area.last.row).find(|row| !self.rows.contains(row))?;
        let column = (area.first.column..=area.last.column).find(|column| !self.columns.contains(column))?;
        Some(CellName::new(row, column))
    }
}

/// The content of a cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct SheetCell {
    /// The text that it shows.
    pub(crate) text: String,
    /// The text to read a figure from, if it is not `text`.
    pub(crate) figure: Option<String>,
    /// Its number, if it is one.
    pub(crate) number: Option<Decimal>,
    /// That number as it is stored, if the cell shows another one.
    pub(crate) beneath: Option<String>,
    pub(crate) formula: Option<String>,
    /// The format to show the value of its formula in, if the file stores no value.
    pub(crate) lacks_value: Option<String>,
    /// Its formula, if the value is not from the file.
    pub(crate) unstored: Option<Unstored>,
    /// What it does not show.
    pub(crate) left_out: Vec<LeftOut>,
}

impl SheetCell {
    pub(crate) fn text(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    pub(crate) fn runs(runs: Runs) -> Self {
        let runs = runs.finish();
        Self { text: runs.text, left_out: runs.left_out, ..Self::default() }
    }

    pub(crate) fn number(shown: ShownNumber, value: f64) -> Self {
        let number = super::number::decimal(value);
        let suppressed = shown.is_suppressed.then(|| LeftOut {
            kind: LeftOutKind::Suppressed,
            text: number.map_or_else(|| value.to_string(), |number| number.to_string()),
        });
        Self {
            text: shown.text,
            figure: shown.figure,
            number,
            beneath: shown.beneath,
            left_out: suppressed.into_iter().collect(),
            ..Self::default()
        }
    }

    /// The cell with everything that it shows left out, if there is a reason to.
    pub(crate) fn left_out(mut self, why: Option<LeftOutKind>) -> Self {
        let Some(kind) = why else { return self };
        if !self.text.trim().is_empty() {
            let text = std::mem::take(&mut self.text);
            self.left_out.push(LeftOut { kind, text });
        }
        Self { figure: None, beneath: None, formula: None, ..self }
    }

    /// Says that the cell may be shown otherwise.
    pub(crate) fn may_be_otherwise(&mut self) {
        let is_said = self.left_out.iter().any(|part| part.kind == LeftOutKind::Conditional);
        if !is_said && !self.text.trim().is_empty() {
            self.left_out.push(LeftOut { kind: LeftOutKind::Conditional, text: self.text.clone() });
        }
    }

    /// Sets the value of its formula.
    fn take_computed(&mut self, computed: Computed) {
        let formula = self.formula.as_deref().unwrap_or_default().trim_start_matches('=').to_owned();
        let format = self.lacks_value.take().unwrap_or_default();
        match computed {
            Computed::Text(text) => self.text = text,
            Computed::Number(number) => {
                let value: f64 = number.to_string().parse().unwrap_or_default();
                let shown = Self::number(super::number::shown(value, &format, false), value);
                self.text = shown.text;
                (self.figure, self.beneath, self.left_out) = (shown.figure, shown.beneath, shown.left_out);
                self.number = Some(number);
            }
        }
        self.unstored = Some(Unstored { formula, is_computed: true });
    }

    /// Whether nothing is in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.formula.is_none() && self.left_out.is_empty()
    }
}

/// A rectangle of cells, its last row and column included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) first: CellName,
    pub(crate) last: CellName,
}

impl Sheet {
    /// Removes hidden cells, and returns whether there were any. A merged area shows the value of its first cell wherever
    /// a part of the area is shown. Returns the names under which moved cells are known.
    fn hide(&mut self) -> (bool, BTreeMap<CellName, CellName>) {
        let mut moved = BTreeMap::new();
        for area in &mut self.merged {
            let first = area.first;
            if !self.hidden.hide(first) {
                continue;
            }
            if let Some(shown) = self.hidden.first_shown(*area)
                && let Some(cell) = self.cells.remove(&first)
            {
                self.cells.insert(shown, cell);
                moved.insert(shown, first);
                area.first = shown;
            }
        }
        let before = self.cells.len();
        self.cells.retain(|at, cell| !self.hidden.hide(*at) || cell.text.trim().is_empty());
        let any_hidden = self.cells.len() < before;
        self.cells.retain(|at, _| !self.hidden.hide(*at));
        (any_hidden, moved)
    }

    /// Shows every row and column, and returns a notice if any that holds something was hidden.
    pub(crate) fn unhide(&mut self) -> Option<Notice> {
        let hidden = std::mem::take(&mut self.hidden);
        let shown = |at: &&CellName| hidden.hide(**at);
        let cells: Vec<&CellName> = self.cells.keys().filter(shown).collect();
        let rows: BTreeSet<u32> =
            cells.iter().filter(|at| hidden.rows.contains(&at.row)).map(|at| at.row + 1).collect();
        let columns: BTreeSet<u32> =
            cells.iter().filter(|at| hidden.columns.contains(&at.column)).map(|at| at.column).collect();
        if rows.is_empty() && columns.is_empty() {
            return None;
        }
        let rows = rows.iter().map(u32::to_string);
        let columns = columns.iter().map(|column| {
            let name = CellName::new(0, *column).to_string();
            name.trim_end_matches('1').to_owned()
        });
        let lines: Vec<String> = rows.chain(columns).take(MOST_NAMED).collect();
        let args =
            Args::from([("sheet", Arg::Text(self.name.clone())), ("lines", Arg::Text(lines.join("、")))]);
        Some(HIDDEN_LINES_READ.notice(None, args))
    }

    /// The sheet as a grid, and whether hidden cells were left out.
    ///
    /// Blank rows and columns are left out too: a form begins anywhere, and a sheet may claim to have
    /// a million of either.
    pub(crate) fn grid(mut self) -> (Grid, bool) {
        let template = self.take_checks();
        self.compute();
        let stale = self.stale();
        let recalculated = self.recalculated(&stale);
        let in_area = |at: &CellName, area: &Area| {
            (area.first.row..=area.last.row).contains(&at.row)
                && (area.first.column..=area.last.column).contains(&at.column)
        };
        for (at, cell) in &mut self.cells {
            if self.conditional.iter().any(|area| in_area(at, area)) {
                cell.may_be_otherwise();
            }
        }
        let (any_hidden, moved) = self.hide();
        let rows: BTreeSet<u32> = self.cells.keys().map(|at| at.row).collect();
        let columns: BTreeSet<u32> = self.cells.keys().map(|at| at.column).collect();
        let columns: Vec<u32> = columns.into_iter().collect();
        let rows: Vec<u32> = rows.into_iter().collect();
        let areas: BTreeMap<CellName, Area> = self.merged.iter().map(|area| (area.first, *area)).collect();
        let mut grid = Grid::default();
        grid.margins = std::mem::take(&mut self.margins);
        grid.template = template;
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
                let stored_at = moved.get(&name).unwrap_or(&name);
                let place = Place::Cell { sheet: self.name.clone(), cell: stored_at.to_string() };
                if grid.put((row, at), cell.text.clone(), spans, place)
                    && let Some(last) = grid.last_mut()
                {
                    last.beneath.clone_from(&cell.beneath);
                    last.figure.clone_from(&cell.figure);
                    last.left_out.clone_from(&cell.left_out);
                    last.unstored.clone_from(&cell.unstored);
                    last.stale = stale.get(stored_at).cloned();
                    last.recalculated = recalculated.get(stored_at).cloned();
                }
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

    /// Works out the formulas for which the file stores no value. One that cannot be worked out is shown as it is written,
    /// so that its cell is not taken for blank.
    fn compute(&mut self) {
        let mut open: Vec<CellName> =
            self.cells.iter().filter(|(_, cell)| cell.lacks_value.is_some()).map(|(at, _)| *at).collect();
        // A formula may refer to others.
        while !open.is_empty() {
            let before = open.len();
            open.retain(|at| {
                let computed = self
                    .cells
                    .get(at)
                    .and_then(|cell| formula::computed(cell.formula.as_deref()?, &|at| self.operand(at)));
                let Some((computed, cell)) = computed.zip(self.cells.get_mut(at)) else { return true };
                cell.take_computed(computed);
                false
            });
            if open.len() == before {
                break;
            }
        }
        for at in open {
            if let Some(cell) = self.cells.get_mut(&at)
                && let Some(formula) = &cell.formula
            {
                let formula = formula.trim_start_matches('=').to_owned();
                cell.text = format!("={formula}");
                cell.unstored = Some(Unstored { formula, is_computed: false });
            }
        }
    }

    /// The content of a cell as a formula sees it.
    fn operand(&self, at: CellName) -> Operand {
        match self.cells.get(&at) {
            None => Operand::Blank,
            Some(SheetCell { number: Some(number), .. }) => Operand::Number(*number),
            Some(_) => Operand::Other,
        }
    }

    /// The formulas whose stored value is not what they evaluate to.
    fn stale(&self) -> BTreeMap<CellName, Stale> {
        let mut stale = BTreeMap::new();
        for (at, cell) in &self.cells {
            let (Some(formula), Some(stored)) = (&cell.formula, cell.number) else { continue };
            let Some(computed) = formula::value(formula, &|at| self.operand(at)) else { continue };
            if differ(stored, computed) {
                let formula = formula.trim_start_matches('=').to_owned();
                stale.insert(*at, Stale { formula, stored, computed: computed.round_dp(6).normalize() });
            }
        }
        stale
    }
}

impl Sheet {
    /// The formulas whose stored value may not be the one that is shown when the workbook is opened, as 今天's year is.
    fn recalculated(&self, stale: &BTreeMap<CellName, Stale>) -> BTreeMap<CellName, String> {
        let stored =
            self.cells.iter().filter(|(at, cell)| cell.lacks_value.is_none() && !stale.contains_key(at));
        let formulas = stored.filter_map(|(at, cell)| Some((at, cell.formula.as_deref()?)));
        let changes = |formula: &str| {
            formula::is_volatile(formula)
                || self.recalculates && formula::value(formula, &|at| self.operand(at)).is_none()
        };
        formulas
            .filter(|(_, formula)| changes(formula))
            .map(|(at, formula)| (*at, formula.trim_start_matches('=').to_owned()))
            .collect()
    }
}

/// The most hidden rows and columns that a notice names.
const MOST_NAMED: usize = 20;

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
        assert_eq!((&*merged.text, merged.row_span, merged.column_span), ("c", 2, 3));
        assert_eq!(grid.at(0, 2).unwrap().place, Some(Place::Cell { sheet: "表".into(), cell: "F3".into() }));
        assert_eq!(grid.at(3, 3).unwrap().text, "d");
    }

    #[test]
    fn what_nobody_sees_is_left_out() {
        let mut hidden = sheet(&[("A1", "a"), ("B1", "b"), ("A2", "c")], &[]);
        hidden.hidden.columns.insert(1);
        hidden.hidden.rows.insert(1);
        let (grid, any_hidden) = hidden.grid();
        assert!(any_hidden);
        assert_eq!(grid.cells().len(), 1);
    }

    #[test]
    fn a_merged_area_shows_its_value_where_a_part_of_it_is_shown() {
        let mut sheet = sheet(&[("A1", "a"), ("B1", "b"), ("B3", "c")], &[("A1", "A3"), ("B1", "B2")]);
        sheet.hidden.rows.extend([0, 1]);
        let (grid, any_hidden) = sheet.grid();
        assert!(any_hidden);
        let texts: Vec<&str> = grid.cells().iter().map(|cell| &*cell.text).collect();
        assert_eq!(texts, ["a", "c"]);
        assert_eq!(grid.cells()[0].place, Some(Place::Cell { sheet: "表".into(), cell: "A1".into() }));
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
