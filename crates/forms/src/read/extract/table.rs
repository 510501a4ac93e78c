//! The block of rows under a header: main tasks with their indicators.

mod columns;
mod rows;

use std::collections::BTreeMap;

use huizong_schema::Pointer;
use huizong_schema::findings::{Args, Location, Place};
use serde_json::Value;

use self::columns::stripped;
use self::rows::RowKind;
use super::Form;
use crate::figure::{self, Figure};
use crate::grid::GridCell;
use crate::notices::ROW_CUT_OFF;
use crate::profile::{Found, Table, TableColumn, ValueKind, unit_in_label};
use crate::read::build::NoteKind;

/// A column of the table where this form has it.
struct BlockColumn<'g> {
    /// Its index in the profile.
    index: usize,
    column: &'g TableColumn,
    /// The cell that heads it.
    head: &'g GridCell,
}

/// The block while it is read.
struct Block<'g> {
    table: &'g Table,
    /// The list of items.
    list: Pointer,
    heads: Vec<&'g GridCell>,
    columns: Vec<BlockColumn<'g>>,
    /// By column: the cell that counts for the rows below it as well.
    carried: BTreeMap<usize, &'g GridCell>,
    /// The item that was begun last.
    item: Option<usize>,
    /// How many entries its inner list has.
    inner: usize,
    /// Whether the row above belongs to a note.
    in_notes: bool,
}

impl Block<'_> {
    fn next_item(&self) -> usize {
        self.item.map_or(0, |item| item + 1)
    }

    fn begin_item(&mut self) {
        (self.item, self.inner) = (Some(self.next_item()), 0);
    }

    /// The item that was begun last.
    fn pointer(&self) -> Pointer {
        self.list.item(self.item.unwrap_or(0))
    }

    /// The member of the current item that a column leads to.
    fn member(&self, column: &TableColumn) -> Pointer {
        match column.member.split_once("/*/") {
            Some((list, name)) => self.pointer().member(list).item(self.inner).member(name),
            None => self.pointer().member(&column.member),
        }
    }
}

impl<'g> Form<'g> {
    /// Reads a block of rows under its header and returns the next row.
    pub(super) fn table(&mut self, header: usize) -> usize {
        let profile = self.profile;
        let Some(table) = &profile.table else { return header + 1 };
        let (mut block, mut row) = self.block(table, header);
        while row < self.rows.end {
            let cells: Vec<&'g GridCell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
            let kind = self.row_kind(&block, &cells);
            match kind {
                RowKind::End => break,
                RowKind::Header => cells.iter().for_each(|cell| self.claim(cell)),
                RowKind::Note | RowKind::Paper => self.remark(&cells),
                RowKind::Total => {
                    // Sums of the rows above are noted, and not counted again.
                    self.total(row, &block, &cells);
                    self.remark(&cells);
                }
                RowKind::Blank => {}
                RowKind::Item => self.item_row(&mut block, row, &cells),
            }
            block.in_notes = match kind {
                RowKind::Note => true,
                RowKind::Header | RowKind::Paper => block.in_notes,
                _ => false,
            };
            row += 1;
        }
        self.keep_blank_items(&block);
        row
    }

    /// The block that a header begins, and its first row.
    fn block(&mut self, table: &'g Table, header: usize) -> (Block<'g>, usize) {
        let list = Pointer::parse(&table.member);
        let (heads, first) = self.heads(header);
        let mut columns = Vec::new();
        for &head in &heads {
            // A column that the profile does not know, such as a running number, is left unclaimed.
            if let Some(Found::Column(index)) = self.found(head) {
                columns.push(BlockColumn { index, column: &table.columns[index], head });
                self.claim(head);
                self.origin(&list, head);
            }
        }
        let carried = BTreeMap::new();
        (Block { table, list, heads, columns, carried, item: None, inner: 0, in_notes: false }, first)
    }

    /// Reads a row of an item.
    fn item_row(&mut self, block: &mut Block<'g>, row: usize, cells: &[&'g GridCell]) {
        let Some(under) = self.cells_of_columns(block, row, cells) else {
            block.begin_item();
            self.origin(&block.pointer(), cells[0]);
            self.misplace(&block.pointer(), cells);
            return;
        };
        for (column, cell) in block.columns.iter().zip(&under).filter(|(column, _)| column.column.carried) {
            if let Some(cell) = cell.filter(|cell| !cell.is_blank()) {
                block.carried.insert(column.index, cell);
            }
        }
        if is_cut_off(block, row, &under) {
            return self.cut_off(&block.list.item(block.next_item()), cells);
        }
        let begins = begins_item(block, row, &under);
        if begins {
            block.begin_item();
        }
        // What an item lacks would be in its row.
        self.origin(&block.pointer(), cells[0]);
        let inner_list = block.columns.iter().find_map(|column| column.column.member.split_once("/*/"));
        if let Some((name, _)) = inner_list {
            self.origin(&block.pointer().member(name).item(block.inner), cells[0]);
        }
        let mut inner_used = false;
        for (column, cell) in block.columns.iter().zip(&under) {
            inner_used |= self.member_of_column(block, column, *cell, row, begins);
        }
        self.open = None;
        block.inner += usize::from(inner_used);
    }

    /// Sets the member of a column from its cell in a row, and says whether it is one of the item's inner list.
    fn member_of_column(
        &mut self,
        block: &Block<'g>,
        BlockColumn { index, column, head }: &BlockColumn<'g>,
        cell: Option<&'g GridCell>,
        row: usize,
        begins: bool,
    ) -> bool {
        let is_inner = column.member.contains("/*/");
        if let Some(cell) = block.carried.get(index).filter(|_| column.carried && begins) {
            let pointer = block.pointer().member(&column.member);
            self.origin(&pointer, cell);
            self.values(&pointer, column.kind, &[cell]);
            return false;
        }
        let Some(cell) = cell.filter(|cell| cell.row == row) else {
            if begins && !is_inner {
                self.shared(row, head, &block.pointer().member(&column.member));
            }
            return false;
        };
        let pointer = block.member(column);
        self.origin(&pointer, cell);
        if cell.is_blank() {
            return false;
        }
        if cell.joined {
            self.builder.note(NoteKind::Joined, Some(&pointer), &cell.text, "");
        }
        if column.kind == ValueKind::Amount && self.builder.has_amount(&pointer) {
            self.repeated(&pointer, Some(cell));
        } else if column.kind == ValueKind::Paragraphs || self.builder.get(pointer.as_str()).is_none() {
            self.label_unit = unit_in_label(&head.text);
            let value = stripped(column, cell);
            if value.text != cell.text {
                self.claim(cell);
                self.builder.note(NoteKind::Normalised, Some(&pointer), &cell.text, &value.text);
            }
            self.values(&pointer, column.kind, &[&value]);
        }
        is_inner
    }

    /// An item whose cells are all blank figures is an item all the same.
    fn keep_blank_items(&mut self, block: &Block<'g>) {
        for item in 0..block.next_item() {
            let pointer = block.list.item(item);
            if self.builder.get(pointer.as_str()).is_none() {
                self.builder.set(&pointer, Value::Object(serde_json::Map::new()));
            }
        }
    }

    /// A row with only its number: the text was cut off, and no sum over the rows can be judged.
    fn cut_off(&mut self, item: &Pointer, cells: &[&GridCell]) {
        cells.iter().for_each(|cell| self.claim(cell));
        let Some(first) = cells.first() else { return };
        self.builder.cut_off.insert(item.clone());
        let mut notice = ROW_CUT_OFF.notice(None, Args::new());
        notice.location = Some(Location::new("", first.place.as_ref()));
        self.notices.push(notice);
        self.builder.note_cell(NoteKind::Unclaimed, Some(item), first);
    }

    /// The figure that counts in the row that adds the others up.
    fn total(&mut self, row: usize, block: &Block<'g>, cells: &[&'g GridCell]) {
        let Some(total) = &block.table.total else { return };
        let Some(at) = block.columns.iter().position(|column| column.column.member == total.column) else {
            return;
        };
        let head = block.columns[at].head;
        let numbers: Vec<&'g GridCell> = cells.iter().copied().filter(|cell| is_number(&cell.text)).collect();
        // In a text that lost its merged cells, cells move together; a row with a gap keeps its columns.
        let has_gap = cells.windows(2).any(|pair| pair[0].column + pair[0].column_span < pair[1].column)
            && self.grid.columns(row) == self.grid.columns(head.row);
        let is_aligned = !matches!(head.place, Some(Place::Text { .. }))
            || head.row + 1 == row && head.column == at
            || has_gap;
        let under =
            self.cell(row, head.column).filter(|cell| is_aligned && cell.row == row && !cell.is_blank());
        // Without columns, the first number is the weight and the second the score.
        let value = under.filter(|cell| numbers.iter().any(|number| std::ptr::eq(*number, *cell)));
        let value = value.or_else(|| numbers.get(1).copied().filter(|_| !is_aligned && numbers.len() == 2));
        let pointer = Pointer::parse(&total.member);
        if let Some(value) = value {
            self.origin(&pointer, value);
            self.values(&pointer, ValueKind::Points, &[value]);
        }
    }

    /// Notes a figure in a cell that spans down from the item above: it counts for that item only.
    fn shared(&mut self, row: usize, head: &GridCell, pointer: &Pointer) {
        if let Some(cell) = self.cell(row, head.column).filter(|cell| !cell.is_blank() && cell.row < row) {
            self.builder.note_cell(NoteKind::Shared, Some(pointer), cell);
        }
    }
}

/// Whether a row has only carried cells, such as its number: the rest of it was cut off.
fn is_cut_off(block: &Block<'_>, row: usize, under: &[Option<&GridCell>]) -> bool {
    let mut own = block.columns.iter().zip(under).filter(|(column, _)| !column.column.carried);
    block.table.carried() > 0
        && own.all(|(column, cell)| {
            let cell = cell.filter(|cell| cell.row == row);
            cell.is_none_or(|cell| stripped(column.column, cell).is_blank())
        })
}

/// Whether a row begins an item: a cell of its own is in the column that only an item's first row fills.
fn begins_item<'g>(block: &Block<'g>, row: usize, under: &[Option<&'g GridCell>]) -> bool {
    let is_own = |name: &str| {
        let at = block.columns.iter().position(|column| column.column.member == name);
        at.and_then(|at| under[at]).is_some_and(|cell| cell.row == row && !cell.is_blank())
    };
    block.item.is_none() || block.table.item().is_some_and(is_own)
}

fn is_number(text: &str) -> bool {
    matches!(figure::read(text), Figure::Number { .. })
}
