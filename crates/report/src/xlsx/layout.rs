//! Where figures are in the workbook: used to write the cells and to look one up by its name.

use std::collections::BTreeMap;

use huizong_core::DepartmentRow;
use huizong_schema::CellName;
use huizong_schema::consolidation::{Consolidation, Group};
use huizong_schema::figures::{Figure, Rate, Thing, Top};

use crate::tables;
use crate::target::{Of, Target, What};

/// Names of the sheets, in Chinese and for programs.
pub(super) const OVERVIEW: (&str, &str) = ("概览", "overview");
pub(super) const DEPARTMENTS: (&str, &str) = ("部门", "departments");
pub(super) const GROUPS: (&str, &str) = ("分组", "groups");

/// Rows of the departments' sheet, from 0.
pub(super) const TOTAL_ROW: u32 = 2;
pub(super) const FILTERED_ROW: u32 = 3;
pub(super) const HEADER_ROW: u32 = 4;
pub(super) const FIRST_ROW: u32 = 5;

/// The row of the overview with the first total.
pub(super) const FIRST_TOTAL: u32 = 7;

/// What a column of the departments' sheet holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Name,
    Code,
    Document,
    Year,
    Figure(What),
    Errors,
    Warnings,
    Infos,
    /// A column of the roster.
    Listed(usize),
}

impl Holds {
    /// Its place among the others. Columns before [`BAR`] are printed.
    fn rank(self) -> u8 {
        match self {
            Self::Name => 0,
            Self::Code => 1,
            Self::Figure(what) if is_main(what) => 2,
            Self::Figure(What::Rate(_)) => 3,
            Self::Errors | Self::Warnings => 4,
            Self::Listed(_) => 5,
            Self::Figure(What::Figure(_)) => BAR,
            Self::Figure(What::Count(_)) => 7,
            Self::Infos => 8,
            Self::Year => 9,
            Self::Document => 10,
        }
    }
}

const BAR: u8 = 6;

/// Whether a figure is one of those that every reader looks for.
fn is_main(what: What) -> bool {
    let main = [Top::InitialBudget, Top::AdjustedBudget, Top::ActualExpenditure];
    matches!(what, What::Figure(Figure::Top(top)) if main.contains(&top))
}

/// The columns of the departments' sheet: first the ones that readers look for, which fit on one page, then the others.
pub(super) struct Columns {
    holds: Vec<Holds>,
    /// The number of each in the table of departments.
    pub(super) order: Vec<usize>,
    /// How many are printed.
    pub(super) printed: u16,
}

impl Columns {
    pub(super) fn of(consolidation: &Consolidation<DepartmentRow<'_>>) -> Self {
        let figures = tables::figures(consolidation);
        let mut holds = vec![Holds::Name, Holds::Code, Holds::Document, Holds::Year];
        holds.extend(whats(&figures).map(Holds::Figure));
        holds.extend([Holds::Errors, Holds::Warnings, Holds::Infos]);
        holds.extend((0..tables::listed(consolidation).len()).map(Holds::Listed));
        let mut order: Vec<usize> = (0..holds.len()).collect();
        order.sort_by_key(|&at| holds[at].rank());
        let holds: Vec<Holds> = order.iter().map(|&at| holds[at]).collect();
        let printed = holds.iter().filter(|holds| holds.rank() < BAR).count();
        Self { holds, order, printed: u16::try_from(printed).unwrap_or(u16::MAX) }
    }

    /// The column that holds something.
    pub(super) fn at(&self, holds: Holds) -> Option<u16> {
        self.holds.iter().position(|of| *of == holds).and_then(|at| u16::try_from(at).ok())
    }

    pub(super) fn figure(&self, figure: Figure) -> Option<u16> {
        self.at(Holds::Figure(What::Figure(figure)))
    }

    pub(super) fn rate(&self, rate: Rate) -> Option<u16> {
        self.at(Holds::Figure(What::Rate(rate)))
    }
}

/// Every figure, in the order of tables: sums, rates, numbers of things.
fn whats(figures: &[Figure]) -> impl Iterator<Item = What> {
    let sums = figures.iter().copied().map(What::Figure);
    let rates = Rate::ALL.iter().copied().map(What::Rate);
    let counts = Thing::ALL.iter().copied().map(What::Count);
    sums.chain(rates).chain(counts)
}

/// The figures of a group in the order of their columns, and how many of them are printed.
pub(super) fn group_figures(figures: &[Figure]) -> (Vec<What>, usize) {
    let mut all: Vec<What> = whats(figures).collect();
    all.sort_by_key(|what| Holds::Figure(*what).rank());
    let printed = all.iter().filter(|what| Holds::Figure(**what).rank() < BAR).count();
    (all, printed)
}

/// The heading row of each block of groups. Below a block are its total and what rounding leaves of it.
pub(super) fn block_rows(groups: &[Group]) -> Vec<u32> {
    let mut row = 2;
    let mut rows = Vec::new();
    for block in tables::blocks(groups) {
        rows.push(row);
        row += u32::try_from(block.len()).unwrap_or(u32::MAX) + 4;
    }
    rows
}

/// The column of a group's first figure, after its values and two counts of departments.
pub(super) fn first_of_group(by: &BTreeMap<String, String>) -> u16 {
    u16::try_from(by.len()).unwrap_or(u16::MAX).saturating_add(2)
}

/// Finds the figure in a cell of the workbook, such as `部门!F12` or `departments!F12`.
pub fn target_at(cell: &str, consolidation: &Consolidation<DepartmentRow<'_>>) -> Option<Target> {
    // Chinese input methods type a full-width `！`.
    let (sheet, cell) = cell.rsplit_once(['!', '！'])?;
    let sheet = sheet.trim_matches('\'');
    let CellName { row, column } = CellName::from_reference(cell)?;
    let column = u16::try_from(column).ok()?;
    let figures = tables::figures(consolidation);
    let is = |names: (&str, &str)| sheet == names.0 || sheet.eq_ignore_ascii_case(names.1);
    if is(DEPARTMENTS) {
        let of = match row {
            TOTAL_ROW => Of::All,
            _ => {
                let index = usize::try_from(row.checked_sub(FIRST_ROW)?).ok()?;
                (index < consolidation.departments.len()).then_some(Of::Department(index))?
            }
        };
        return match Columns::of(consolidation).holds.get(usize::from(column))? {
            Holds::Figure(what) => Some(Target { of, what: *what }),
            _ => None,
        };
    }
    if is(OVERVIEW) {
        let index = usize::try_from(row.checked_sub(FIRST_TOTAL)?).ok()?;
        let what = whats(&figures).nth(index).filter(|what| !matches!(what, What::Count(_)))?;
        return matches!(column, 1 | 2).then_some(Target { of: Of::All, what });
    }
    if is(GROUPS) {
        let mut before = 0;
        for (block, first) in tables::blocks(&consolidation.groups).zip(block_rows(&consolidation.groups)) {
            let index = row.checked_sub(first + 1).and_then(|index| usize::try_from(index).ok());
            if let Some(index) = index.filter(|index| *index <= block.len()) {
                let column = column.checked_sub(first_of_group(&block[0].by))?;
                let what = *group_figures(&figures).0.get(usize::from(column))?;
                // Below the groups is their total.
                let of = if index < block.len() { Of::Group(before + index) } else { Of::All };
                return Some(Target { of, what });
            }
            before += block.len();
        }
    }
    None
}
