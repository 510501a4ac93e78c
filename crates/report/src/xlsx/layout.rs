//! Where figures are in the workbook: used to write the cells and to look one up by its name.

use std::collections::BTreeMap;

use huizong_core::Row;
use huizong_schema::CellName;
use huizong_schema::consolidation::{Consolidation, Group};
use huizong_schema::figures::{Figure, Rate, Thing};

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
/// The column of the departments' sheet with the first figure.
pub(super) const FIRST_FIGURE: u16 = 4;

/// The row of the overview with the first total.
pub(super) const FIRST_TOTAL: u32 = 7;

/// The heading row of each block of groups.
pub(super) fn block_rows(groups: &[Group]) -> Vec<u32> {
    let mut row = 2;
    let mut rows = Vec::new();
    for block in tables::blocks(groups) {
        rows.push(row);
        row += u32::try_from(block.len()).unwrap_or(u32::MAX) + 2;
    }
    rows
}

/// The column of a group's first figure, after its values and two counts of departments.
pub(super) fn first_of_group(by: &BTreeMap<String, String>) -> u16 {
    u16::try_from(by.len()).unwrap_or(u16::MAX).saturating_add(2)
}

/// The figure of a column, or of a row of the overview: sums, then rates and numbers of things.
fn what(figures: &[Figure], column: usize) -> Option<What> {
    let sums = figures.iter().copied().map(What::Figure);
    let rates = Rate::ALL.iter().copied().map(What::Rate);
    let counts = Thing::ALL.iter().copied().map(What::Count);
    sums.chain(rates).chain(counts).nth(column)
}

/// Finds the figure in a cell of the workbook, such as `部门!F12` or `departments!F12`.
pub fn target_at(cell: &str, consolidation: &Consolidation<Row<'_>>) -> Option<Target> {
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
        let what = what(&figures, usize::from(column.checked_sub(FIRST_FIGURE)?))?;
        return Some(Target { of, what });
    }
    if is(OVERVIEW) {
        let index = usize::try_from(row.checked_sub(FIRST_TOTAL)?).ok()?;
        let what = what(&figures, index).filter(|what| !matches!(what, What::Count(_)))?;
        return matches!(column, 1 | 2).then_some(Target { of: Of::All, what });
    }
    if is(GROUPS) {
        let mut before = 0;
        for (block, first) in tables::blocks(&consolidation.groups).zip(block_rows(&consolidation.groups)) {
            let index = row.checked_sub(first + 1).and_then(|index| usize::try_from(index).ok());
            if let Some(index) = index.filter(|index| *index < block.len()) {
                let column = column.checked_sub(first_of_group(&block[0].by))?;
                let what = what(&figures, usize::from(column))?;
                return Some(Target { of: Of::Group(before + index), what });
            }
            before += block.len();
        }
    }
    None
}
