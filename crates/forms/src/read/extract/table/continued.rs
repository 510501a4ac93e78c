//! Rows that go on with the row above them, or may.

use huizong_core::shown_text;
use serde_json::Value;

use super::Block;
use crate::grid::GridCell;
use crate::profile::TableColumn;
use crate::read::build::NoteKind;
use crate::read::extract::Form;

impl<'g> Form<'g> {
    /// Takes the second line of an item's name: the item's other cells still cover the row. Returns true if the row is
    /// nothing else.
    pub(super) fn goes_on_with_name(
        &mut self,
        block: &mut Block<'g>,
        row: usize,
        under: &[Option<&'g GridCell>],
    ) -> bool {
        let Some(at) = block.name_column() else { return false };
        let begins = |cell: &&'g GridCell| cell.row == row && !cell.is_blank();
        let Some(name) = under[at].filter(begins).filter(|name| name.known_column().is_some()) else {
            return false;
        };
        // The level of an indicator covers the rows of other indicators too.
        let own = || {
            let columns = block.columns.iter().zip(under).enumerate();
            let own = columns
                .filter(|(other, (column, _))| *other != at && !column.column.carried && !column.is_inner());
            own.filter_map(|(_, (_, cell))| *cell)
        };
        let covers = own().filter(|cell| cell.row < row && !cell.is_blank()).count();
        let is_free = own().all(|cell| !begins(&cell));
        if block.item.is_none() || covers < 2 || !is_free {
            return false;
        }
        let pointer = block.pointer().member(&block.columns[at].column.member);
        let first = self.builder.get(pointer.as_str()).and_then(Value::as_str).unwrap_or_default().to_owned();
        let whole = format!("{first}{}", name.text.trim());
        self.claim(name);
        self.builder.note(NoteKind::Joined, Some(&pointer), &format!("{first} / {}", name.text), &whole);
        self.builder.unset(&pointer);
        self.builder.set(&pointer, whole.into());
        self.inner_entry(block, row, under);
        true
    }

    /// The only cell of a row that may go on with the row above it: a name with nothing beside it between filled rows, or a
    /// result with no name.
    pub(super) fn lone_cell(
        &self,
        block: &Block<'g>,
        row: usize,
        cells: &[&'g GridCell],
        under: &[Option<&'g GridCell>],
    ) -> Option<(&'g TableColumn, &'g GridCell)> {
        let [only] = *cells else { return None };
        let mut cells = under.iter().copied();
        let at = cells
            .position(|cell| cell.is_some_and(|cell| std::ptr::eq(cell, only)))
            .filter(|_| only.known_column().is_some())?;
        let column = block.columns[at].column;
        let is_filled = |row: Option<usize>| {
            row.is_some_and(|row| self.grid.row(row).filter(|cell| !cell.is_blank()).count() > 2)
        };
        let is_lone = match column.member.split_once("/*/") {
            Some((_, member)) => {
                let has_names = block.columns.iter().any(|other| other.column.member.ends_with("/*/name"));
                member != "name" && has_names && block.inner > 0
            }
            None => {
                block.name_column() == Some(at)
                    && block.item.is_some()
                    && is_filled(row.checked_sub(1))
                    && is_filled(row.checked_add(1))
            }
        };
        is_lone.then_some((column, only))
    }

    pub(super) fn note_lone(&mut self, block: &Block<'g>, lone: Option<(&TableColumn, &GridCell)>) {
        if let Some((column, cell)) = lone {
            self.builder.lone.push((block.member(column), shown_text(cell.text.trim())));
        }
    }
}
