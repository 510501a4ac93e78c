//! The block of rows under a header: main tasks with their indicators.

mod columns;
mod continued;
mod lists;
mod rows;

use std::collections::BTreeMap;

use huizong_schema::Pointer;
use huizong_schema::findings::{Args, Location, Place};
use serde_json::Value;

use self::columns::stripped;
use self::rows::{FEWEST_CELLS_OF_ITEM, RowKind, is_numbering};
use super::Form;
use crate::figure::{self, Figure, narrow};
use crate::grid::GridCell;
use crate::label::unit_in_label;
use crate::notices::ROW_CUT_OFF;
use crate::profile::{Found, Table, TableColumn, ValueKind};
use crate::read::build::NoteKind;

/// A column of the table where this form has it.
struct BlockColumn<'g> {
    /// Its index in the profile.
    index: usize,
    column: &'g TableColumn,
    /// The cell that heads it.
    head: &'g GridCell,
}

impl BlockColumn<'_> {
    /// Whether it is of the list within an item, such as the indicators of a task.
    fn is_inner(&self) -> bool {
        self.column.member.contains("/*/")
    }
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

    /// The place of the column that names an item among the block's columns.
    fn name_column(&self) -> Option<usize> {
        self.columns.iter().position(|column| Some(&*column.column.member) == self.table.item())
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
            // Of two columns of one meaning the first counts, but for remarks beside a column of its own.
            if let Some(Found::Column(index)) = self.found(head) {
                let is_remark = |head: &GridCell| narrow(&head.text) == "备注";
                let earlier = columns.iter().position(|column: &BlockColumn<'_>| column.index == index);
                match earlier {
                    Some(at) if is_remark(columns[at].head) => drop(columns.remove(at)),
                    Some(_) if is_remark(head) => continue,
                    _ => {}
                }
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
        for (at, cell) in under.iter().enumerate().filter(|(at, _)| block.columns[*at].column.carried) {
            let column = &block.columns[at];
            let behind = block.columns[at + 1..].iter().map(|column| column.index);
            if let Some(cell) = cell.filter(|cell| !cell.is_blank()) {
                let before = block.carried.insert(column.index, cell);
                // What is within another entry of a column further left is not carried on.
                if before.is_some_and(|before| before.text != cell.text) {
                    for behind in behind {
                        block.carried.remove(&behind);
                    }
                }
            }
        }
        let lone = self.lone_cell(block, row, cells, &under);
        let is_part = cells[0].text.trim_start().starts_with("其中") && block.item.is_some();
        if is_part {
            self.note_lone(block, lone.filter(|(column, _)| column.member.contains("/*/")));
            return self.part_of_item(block, row, cells, &under);
        }
        if is_cut_off(block, row, &under) {
            return self.cut_off(&block.list.item(block.next_item()), cells);
        }
        if self.goes_on_with_name(block, row, &under) {
            return;
        }
        let begins = begins_item(block, row, &under);
        if begins {
            block.begin_item();
        }
        self.note_lone(block, lone);
        if self.is_moved(block, row, cells) || holds_several(block, row, &under) {
            self.builder.misplaced.push((block.pointer(), texts(cells).join(" / ")));
        }
        // What an item lacks would be in its row.
        self.origin(&block.pointer(), cells[0]);
        let inner_list = block.columns.iter().find_map(|column| column.column.member.split_once("/*/"));
        if let Some((name, _)) = inner_list {
            self.origin(&block.pointer().member(name).item(block.inner), cells[0]);
        }
        for entry in self.entries(block, row, &under) {
            let mut inner_used = false;
            for (column, cell) in block.columns.iter().zip(&entry) {
                inner_used |= self.member_of_column(block, column, cell.as_ref(), row, begins);
            }
            block.inner += usize::from(inner_used);
        }
        self.open = None;
    }

    /// Reads only the entry of the inner list in a row, for the item above it.
    fn inner_entry(&mut self, block: &mut Block<'g>, row: usize, under: &[Option<&'g GridCell>]) {
        let mut inner_used = false;
        for (column, cell) in block.columns.iter().zip(under) {
            if column.is_inner() {
                inner_used |= self.member_of_column(block, column, *cell, row, false);
            }
        }
        block.inner += usize::from(inner_used);
    }

    /// Reads a row that is a part of the item above it, such as 其中：甲: its inner entry counts for that item, and the
    /// rest, of which the item's own cells are the whole, is noted.
    fn part_of_item(
        &mut self,
        block: &mut Block<'g>,
        row: usize,
        cells: &[&'g GridCell],
        under: &[Option<&'g GridCell>],
    ) {
        self.inner_entry(block, row, under);
        for cell in cells {
            if !self.is_claimed(cell) {
                self.remark(&[cell]);
            }
        }
        self.open = None;
    }

    /// The cells of a row by column, once for each entry of the inner list: a row whose cells of that list hold a
    /// numbered line for each entry has several. The item's own cells come with the first.
    fn entries(
        &mut self,
        block: &Block<'g>,
        row: usize,
        under: &[Option<&'g GridCell>],
    ) -> Vec<Vec<Option<GridCell>>> {
        let whole = || vec![under.iter().map(|cell| cell.cloned()).collect()];
        let inner = || block.columns.iter().zip(under).filter(|(column, _)| column.is_inner());
        let own = |cell: &&'g GridCell| cell.row == row && !cell.is_blank();
        let names = inner().find(|(column, _)| column.column.member.ends_with("/name"));
        let Some(names) = names.and_then(|(_, cell)| cell.as_ref()).copied().filter(own) else {
            return whole();
        };
        let lines: Vec<&str> = names.text.lines().collect();
        if lines.len() < 2 || !(names.has_rows || lines.iter().all(|line| lists::begins_entry(line))) {
            return whole();
        }
        let fits = |cell: &GridCell| cell.text.lines().count() == lines.len();
        if !inner().filter_map(|(_, cell)| cell.as_ref().copied()).filter(own).all(fits) {
            // The entries and their values do not match up: which belongs to which is not known.
            let cells: Vec<&GridCell> =
                inner().filter_map(|(_, cell)| cell.as_ref().copied()).filter(own).collect();
            let text: Vec<&str> = cells.iter().map(|cell| &*cell.text).collect();
            self.builder.misplaced.push((block.pointer(), text.join(" / ")));
            return whole();
        }
        let entry = |at: usize| {
            let of = |(column, cell): (&BlockColumn<'_>, Option<&'g GridCell>)| {
                let cell = cell?;
                if !column.is_inner() {
                    return (at == 0).then(|| cell.clone());
                }
                let line = lists::line_of(&cell.text, at)?;
                Some(cell.part(line))
            };
            block.columns.iter().zip(under.iter().copied()).map(of).collect()
        };
        (0..lines.len()).map(entry).collect()
    }

    /// Sets the member of a column from its cell in a row, and says whether it is one of the item's inner list.
    fn member_of_column(
        &mut self,
        block: &Block<'g>,
        BlockColumn { index, column, head }: &BlockColumn<'g>,
        cell: Option<&GridCell>,
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
        if let Some(several) = self.several_under(row, head, column.kind) {
            several.iter().for_each(|cell| self.claim(cell));
            let texts: Vec<&str> = several.iter().map(|cell| &*cell.text).collect();
            self.builder.refuse(pointer, texts.join(" / "));
            return is_inner;
        }
        // 定量 or 正向 is the nature of an indicator, not the sign of its target.
        let is_sign = |text: &str| {
            text.chars().any(|c| matches!(c, '≥' | '≤' | '=' | '＝' | '>' | '<' | '＞' | '＜' | '≧' | '≦'))
        };
        if column.member.ends_with("/sign") || column.member == "sign" {
            let words = ["大于", "小于", "等于", "不低于", "不少于", "不高于", "不超过"];
            if !is_sign(&cell.text) && !words.iter().any(|word| cell.text.contains(word)) {
                return is_inner;
            }
        }
        if cell.joined {
            self.builder.note(NoteKind::Joined, Some(&pointer), &cell.text, "");
        }
        if column.kind == ValueKind::Amount && self.builder.has_amount(&pointer) {
            self.repeated(&pointer, Some(cell));
        } else if column.kind == ValueKind::Paragraphs || self.builder.get(pointer.as_str()).is_none() {
            self.label_unit = unit_in_label(&head.text).or_else(|| self.unit_beside(column.kind, cell));
            let value = stripped(column, cell);
            if value.text != cell.text {
                self.claim(cell);
                self.builder.note(NoteKind::Normalised, Some(&pointer), &cell.text, &value.text);
            }
            self.values(&pointer, column.kind, &[&value]);
        }
        is_inner
    }

    /// The figures of a row under a head that covers several columns, if there are several: which counts is not known.
    fn several_under(&self, row: usize, head: &GridCell, kind: ValueKind) -> Option<Vec<&'g GridCell>> {
        if kind != ValueKind::Amount || head.column_span < 2 || head.known_column().is_none() {
            return None;
        }
        let cells = self.grid.row(row).filter(|cell| head.covers(cell.column) && is_number(cell.figure()));
        let cells: Vec<&'g GridCell> = cells.collect();
        (cells.len() > 1).then_some(cells)
    }

    /// Whether the cells of a row seem to be one column to the left of where they belong: one of them is left of the
    /// header, and each of them fits the next column better.
    fn is_moved(&self, block: &Block<'g>, row: usize, cells: &[&'g GridCell]) -> bool {
        let Some(first) = block.columns.iter().map(|column| column.head.column).min() else { return false };
        // A target in the place of a name: ≥11场.
        let named = block.name_column().map(|at| block.columns[at].head);
        let name = named.and_then(|head| self.cell(row, head.column)).filter(|cell| cell.row == row);
        if name.is_some_and(|name| name.text.trim_start().starts_with(['≥', '≤', '>', '<', '＞', '＜']))
        {
            return true;
        }
        let is_left = cells[0].column < first && cells[0].known_column().is_some();
        is_left
            && !is_numbering(&cells[0].text)
            && self.grid.row(row).count() > FEWEST_CELLS_OF_ITEM
            && block.columns.iter().any(|column| column.head.column == cells[0].column + 1)
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
        // 总分：98.73分 has the sum in its own words.
        if numbers.is_empty()
            && let Some((_, words)) = cells.first().and_then(|cell| cell.text.split_once([':', '：']))
        {
            let value = cells[0].part(words.trim().trim_end_matches('分'));
            self.origin(&pointer, &value);
            return self.values(&pointer, ValueKind::Points, &[&value]);
        }
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

/// The texts of cells.
fn texts<'c>(cells: &[&'c GridCell]) -> Vec<&'c str> {
    cells.iter().map(|cell| &*cell.text).collect()
}

/// Whether the cell that names an item names several: 指标1：甲 and 指标2：乙 on two lines.
fn holds_several(block: &Block<'_>, row: usize, under: &[Option<&GridCell>]) -> bool {
    let cell = block.name_column().and_then(|at| under[at]).filter(|cell| cell.row == row);
    let Some(cell) = cell else { return false };
    let lines: Vec<&str> = cell.text.lines().collect();
    lines.len() > 1
        && lines.iter().all(|line| line.trim_start().starts_with("指标") && lists::begins_entry(line))
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
    let name = block.name_column().and_then(|at| under[at]);
    block.item.is_none() || name.is_some_and(|cell| cell.row == row && !cell.is_blank())
}

fn is_number(text: &str) -> bool {
    matches!(figure::read(text), Figure::Number { .. })
}
