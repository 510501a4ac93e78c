//! Where figures stand in the workbook: for those who write the cells, and for those who explain them.

use std::collections::BTreeMap;

use huizong_core::Row;
use huizong_schema::consolidation::{Consolidation, Group};
use huizong_schema::figures::{Figure, Rate, Thing};

use crate::tables;
use crate::target::{Of, Target, What};

/// The sheets: their names, and what programs call them.
pub(super) const OVERVIEW: (&str, &str) = ("概览", "overview");
pub(super) const DEPARTMENTS: (&str, &str) = ("部门", "departments");
pub(super) const GROUPS: (&str, &str) = ("分组", "groups");

/// Rows of the departments' sheet, from 0.
pub(super) const TOTAL_ROW: u32 = 2;
pub(super) const FILTERED_ROW: u32 = 3;
pub(super) const HEADER_ROW: u32 = 4;
pub(super) const FIRST_ROW: u32 = 5;
/// The column of its first figure.
pub(super) const FIRST_FIGURE: u16 = 4;

/// The row of the overview in which the first total stands.
pub(super) const FIRST_TOTAL: u32 = 7;

/// The first row of each block of groups: its heading.
pub(super) fn block_rows(groups: &[Group]) -> Vec<u32> {
    let mut row = 2;
    let mut rows = Vec::new();
    for block in tables::blocks(groups) {
        rows.push(row);
        row += u32::try_from(block.len()).unwrap_or(u32::MAX) + 2;
    }
    rows
}

/// The column of a group's first figure: behind its values and the two numbers of departments.
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

/// The figure that a cell of the workbook shows, such as `部门!F12` or `departments!F12`.
pub fn target_at(cell: &str, consolidation: &Consolidation<Row<'_>>) -> Option<Target> {
    // An input method for Chinese writes the mark in its full width.
    let (sheet, cell) = cell.rsplit_once(['!', '！'])?;
    let sheet = sheet.trim_matches('\'');
    let (row, column) = position(cell)?;
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

/// A cell's row and column, from 0.
fn position(cell: &str) -> Option<(u32, u16)> {
    let cell = cell.replace('$', "");
    let letters = cell.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = cell.split_at(letters);
    let column = letters.bytes().try_fold(0_u16, |column, letter| {
        column.checked_mul(26)?.checked_add(u16::from(letter.to_ascii_uppercase() - b'A') + 1)
    })?;
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::position;

    #[test]
    fn cells_by_name() {
        assert_eq!(position("F12"), Some((11, 5)));
        assert_eq!(position("$aa$1"), Some((0, 26)));
        for cell in ["", "F", "12", "F0", "FF12x"] {
            assert_eq!(position(cell), None, "{cell}");
        }
    }
}
