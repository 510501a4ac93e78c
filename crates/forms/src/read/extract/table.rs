//! The block of rows under a header: main tasks with their indicators.

use std::collections::BTreeMap;

use huizong_core::notice;
use huizong_schema::Pointer;
use huizong_schema::findings::{Args, Location, Place};
use serde_json::Value;

use super::Form;
use super::values::is_under;
use crate::figure::{self, Figure, narrow};
use crate::grid::GridCell;
use crate::profile::{Found, Pattern, Table, TableColumn, ValueKind, unit_in_label};
use crate::read::build::NoteKind;

/// A row with fewer filled cells than this may be a note: headers and items have more.
const FEWEST_CELLS_OF_ITEM: usize = 3;
/// So many columns of the table make a row its header: one or two of their names may also be words of a task.
const FEWEST_HEADS: usize = 3;
/// A cell that covers so many columns, and all of the header's, is a heading across the table.
const FEWEST_COLUMNS_ACROSS: usize = 2;
/// The longest text (in bytes) that can be the form's title printed once more; paragraphs may quote the title.
const LONGEST_TITLE: usize = 200;

/// How much a cell under its column speaks for the columns being where they are: a number where points belong, or a
/// text that begins with what the column strips.
const FITS: i32 = 2;
/// How much it speaks against them: words where points belong, or a number where a level's name does.
const MISFITS: i32 = -2;
/// How much a filled cell beyond the header's last column speaks against them. No row is wider than its header, so this
/// outweighs two cells that fit by chance.
const BEYOND_HEADER: i32 = -5;

/// What a row of the block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RowKind {
    /// The first row after the block.
    End,
    /// Nothing is in it.
    Blank,
    /// The header, printed again on another page.
    Header,
    /// A note, or a line that continues one.
    Note,
    /// A line of the paper, such as a page's number, or a heading across the table.
    Paper,
    /// The sums of the rows above it.
    Total,
    /// An item, or a further row of one.
    Item,
}

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
    /// Reads a block of rows under its header and says which row is next.
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

    /// What a row is, by its filled cells.
    fn row_kind(&self, block: &Block<'g>, cells: &[&'g GridCell]) -> RowKind {
        let Some(first) = cells.first() else { return RowKind::Blank };
        if self.ends_table(first, cells) {
            return RowKind::End;
        }
        let is_column = |cell: &&&GridCell| matches!(self.found(cell), Some(Found::Column(_)));
        if cells.iter().filter(is_column).count() >= FEWEST_HEADS {
            return RowKind::Header;
        }
        let is_note = cells.len() < FEWEST_CELLS_OF_ITEM && self.profile.notes.0.is_match(&first.text);
        if is_note || (block.in_notes && cells.len() == 1) {
            return RowKind::Note;
        }
        let is_across = |cell: &GridCell| cell.column_span >= block.heads.len().max(FEWEST_COLUMNS_ACROSS);
        if matches!(cells, [only] if self.is_paper(only) || is_across(only)) {
            return RowKind::Paper;
        }
        let is_total = |totals: &Pattern| totals.0.is_match(&narrow(&first.text));
        if self.profile.totals.as_ref().is_some_and(is_total) {
            return RowKind::Total;
        }
        RowKind::Item
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

    /// By column of the block: the cell of a row that is under it, which may begin further above. `None` if the row's
    /// columns cannot be told.
    fn cells_of_columns(
        &self,
        block: &Block<'g>,
        row: usize,
        cells: &[&'g GridCell],
    ) -> Option<Vec<Option<&'g GridCell>>> {
        let in_row: Vec<&'g GridCell> = self.grid.row(row).collect();
        // A line of one text in a block may be a task's name, a piece of one, or a heading.
        let is_bare =
            in_row.len() == 1 && block.heads.len() > 2 && matches!(cells[0].place, Some(Place::Text { .. }));
        let under = self.under(row, &block.heads).filter(|_| !is_bare)?;
        let shift = self.shift(row, &block.heads);
        let cell = |column: &BlockColumn<'g>| match shift {
            Some(shift) => {
                let at = block.heads.iter().position(|head| std::ptr::eq(*head, column.head))?;
                in_row.get(at.checked_sub(shift)?).copied()
            }
            None => under(column.head),
        };
        Some(block.columns.iter().map(cell).collect())
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

    /// The cells of a header, and the row behind it. In a text whose cells held line breaks it goes on for some lines.
    fn heads(&self, header: usize) -> (Vec<&'g GridCell>, usize) {
        let mut heads: Vec<&'g GridCell> = self.grid.row(header).collect();
        let is_text =
            heads.iter().all(|cell| matches!(cell.place, Some(Place::Text { .. })) && cell.left.is_none());
        let mut row = header + 1;
        while is_text && row < self.rows.end {
            let more: Vec<&'g GridCell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
            let found = |cell: &&GridCell| self.found(cell).filter(|found| matches!(found, Found::Column(_)));
            let is_new = |cell: &&'g GridCell| {
                found(cell).is_some_and(|of| heads.iter().all(|head| found(head) != Some(of)))
            };
            if more.is_empty() || !more.iter().all(is_new) {
                break;
            }
            heads.retain(|head| !head.is_blank());
            heads.extend(more);
            row += 1;
        }
        (heads, row)
    }

    /// How many carried columns a row of a text leaves out at its beginning, where merged cells were lost; `None` where
    /// cells stand in their columns.
    fn shift(&self, row: usize, heads: &[&'g GridCell]) -> Option<usize> {
        let table = self.profile.table.as_ref().filter(|table| table.carried() > 0)?;
        let cells: Vec<&GridCell> = self.grid.row(row).collect();
        let is_text =
            |cell: &&GridCell| matches!(cell.place, Some(Place::Text { .. })) && cell.left.is_none();
        // A text that keeps its blank cells has its columns.
        cells.first().filter(|first| is_text(first) && !first.is_blank())?;
        let column = |at: usize| match self.found(heads.get(at)?)? {
            Found::Column(index) => Some(&table.columns[index]),
            _ => None,
        };
        let leading = (0..heads.len()).take_while(|at| column(*at).is_some_and(|column| column.carried));
        let score = |shift: usize| -> i32 {
            cells.iter().enumerate().map(|(at, cell)| fit(column(at + shift), cell)).sum()
        };
        // Of equals the one that leaves out fewest.
        (0..=leading.count()).max_by_key(|shift| (score(*shift), std::cmp::Reverse(*shift)))
    }

    /// A row of which nothing but its number is there: the text was cut off, and whatever adds rows up cannot be judged.
    fn cut_off(&mut self, item: &Pointer, cells: &[&GridCell]) {
        cells.iter().for_each(|cell| self.claim(cell));
        let Some(first) = cells.first() else { return };
        self.builder.cut_off.insert(item.clone());
        let mut notice = notice("row-cut-off", None, Args::new(), false);
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
        // A text whose merged cells were lost has its cells side by side; one with a gap keeps its columns.
        let has_gap = cells.windows(2).any(|pair| pair[0].column + pair[0].column_span < pair[1].column)
            && self.grid.columns(row) == self.grid.columns(head.row);
        let is_aligned = !matches!(head.place, Some(Place::Text { .. }))
            || head.row + 1 == row && head.column == at
            || has_gap;
        let under =
            self.cell(row, head.column).filter(|cell| is_aligned && cell.row == row && !cell.is_blank());
        // Without columns, weights come first and scores behind them.
        let value = under.filter(|cell| numbers.iter().any(|number| std::ptr::eq(*number, *cell)));
        let value = value.or_else(|| numbers.get(1).copied().filter(|_| !is_aligned && numbers.len() == 2));
        let pointer = Pointer::parse(&total.member);
        if let Some(value) = value {
            self.origin(&pointer, value);
            self.values(&pointer, ValueKind::Points, &[value]);
        }
    }

    /// Whether a row that begins with this cell is the first one behind the block.
    ///
    /// A task may bear the name of a figure, such as 基本支出; it is the figure if its value stands right beside it.
    fn ends_table(&self, first: &GridCell, cells: &[&GridCell]) -> bool {
        let Some((found, value)) = self.label_of(first) else { return false };
        let Found::Label(index) = found else { return found == Found::Projects };
        if !matches!(
            self.profile.labels[index].kind,
            ValueKind::Amount | ValueKind::Percent | ValueKind::Points
        ) {
            return true;
        }
        let beside = self.right_of(first);
        let is_figure = |cell: &GridCell| is_number(&cell.text);
        value.is_some_and(|at| is_figure(&GridCell { text: first.text[at..].to_owned(), ..first.clone() }))
            || beside.is_some_and(is_figure)
            || cells.iter().skip(1).any(|cell| self.is_value_label(cell))
    }

    /// Whether a line belongs to the paper: a page's number, the title or the unit printed once more.
    fn is_paper(&self, cell: &GridCell) -> bool {
        let narrow = narrow(&cell.text);
        self.profile.furniture.as_ref().is_some_and(|furniture| furniture.0.is_match(&narrow))
            || (cell.text.len() < LONGEST_TITLE && self.profile.title.0.is_match(&narrow))
            || self.profile.unit.0.is_match(&cell.text)
    }

    /// Which cell of a row stands under a header's; `None` if that cannot be told.
    ///
    /// On lines whose cells are parted by spaces alone, a row that is as long as its header is in the header's order;
    /// in a shorter one each cell must begin under a header's.
    fn under(
        &self,
        row: usize,
        heads: &[&'g GridCell],
    ) -> Option<impl Fn(&GridCell) -> Option<&'g GridCell> + use<'g>> {
        let grid = self.grid;
        let cells: Vec<&'g GridCell> = grid.row(row).collect();
        let loose = cells.first().is_some_and(|cell| cell.left.is_some()) && cells.len() != heads.len();
        if loose {
            let is_known =
                |cell: &&'g GridCell| heads.iter().filter(|head| is_under(cell, head)).count() == 1;
            let is_taken_once =
                |head: &&&'g GridCell| cells.iter().filter(|cell| is_under(cell, head)).count() <= 1;
            if !cells.iter().all(is_known) || !heads.iter().all(|head| is_taken_once(&head)) {
                return None;
            }
        }
        Some(move |head: &GridCell| {
            if loose {
                cells.iter().copied().find(|cell| is_under(cell, head))
            } else {
                grid.at(row, head.column)
            }
        })
    }

    /// A figure in a cell that reaches down from the item above counts for that item alone, which is noted.
    fn shared(&mut self, row: usize, head: &GridCell, pointer: &Pointer) {
        if let Some(cell) = self.cell(row, head.column).filter(|cell| !cell.is_blank() && cell.row < row) {
            self.builder.note_cell(NoteKind::Shared, Some(pointer), cell);
        }
    }
}

/// Whether a row has nothing but what is carried on, such as its number: the rest of it was cut off.
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

/// How well a cell fits under a column of the table, or beyond the last one; a blank cell fits anywhere.
fn fit(column: Option<&TableColumn>, cell: &GridCell) -> i32 {
    if cell.is_blank() {
        return 0;
    }
    let Some(column) = column else { return BEYOND_HEADER };
    match (column.kind, &column.strip) {
        (ValueKind::Points, _) if is_number(&cell.text) => FITS,
        (ValueKind::Points, _) => MISFITS,
        (_, Some(_)) if stripped(column, cell).text != cell.text => FITS,
        (ValueKind::Text, None) if column.carried && is_number(&cell.text) => MISFITS,
        _ => 0,
    }
}

fn is_number(text: &str) -> bool {
    matches!(figure::read(text), Figure::Number { .. })
}

/// A cell without what its column strips from its beginning.
fn stripped(column: &TableColumn, cell: &GridCell) -> GridCell {
    let found = column.strip.as_ref().and_then(|strip| strip.0.find(&cell.text));
    let from = found.filter(|found| found.start() == 0).map_or(0, |found| found.end());
    GridCell { text: cell.text[from..].to_owned(), ..cell.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Grid;
    use crate::profile::{Profile, built_in};
    use crate::read::text;

    fn mof() -> &'static Profile {
        built_in().iter().find(|profile| profile.id == "mof-general").unwrap()
    }

    /// The kind of the second row of a text under a header of the table, as it is after a note or without one.
    fn kind(row: &str, in_notes: bool) -> RowKind {
        let grid = text::grid(&format!("一级指标\t二级指标\t三级指标\t分值\t得分\n{row}\n")).unwrap();
        kind_in(&grid, in_notes)
    }

    fn kind_in(grid: &Grid, in_notes: bool) -> RowKind {
        let profile = mof();
        let mut form = Form::new(profile, grid, 0..grid.rows());
        let (mut block, first) = form.block(profile.table.as_ref().unwrap(), 0);
        block.in_notes = in_notes;
        let cells: Vec<&GridCell> = grid.row(first).filter(|cell| !cell.is_blank()).collect();
        form.row_kind(&block, &cells)
    }

    #[test]
    fn rows_are_told_apart() {
        for (row, expected) in [
            ("产出\t数量\t次数\t10\t9", RowKind::Item),
            ("一级指标\t二级指标\t三级指标", RowKind::Header),
            ("合计\t\t\t100\t95", RowKind::Total),
            ("", RowKind::Blank),
            ("\t\t\t\t", RowKind::Blank),
            ("第1页 共2页", RowKind::Paper),
            ("注：得分由评价组填写", RowKind::Note),
        ] {
            assert_eq!(kind(row, false), expected, "{row}");
        }
    }

    #[test]
    fn fewest_cells_of_item() {
        assert_eq!(kind("注：一\t二", false), RowKind::Note);
        assert_eq!(kind("注：一\t二\t三", false), RowKind::Item);
        // A line after a note continues it; a row of several cells does not.
        assert_eq!(kind("第二行", true), RowKind::Note);
        assert_eq!(kind("产出\t数量", true), RowKind::Item);
    }

    #[test]
    fn fewest_heads() {
        assert_eq!(kind("一级指标\t二级指标\t其他", false), RowKind::Item);
        assert_eq!(kind("一级指标\t二级指标\t三级指标\t其他", false), RowKind::Header);
    }

    #[test]
    fn fewest_columns_across() {
        let grid = |columns: usize| {
            let mut grid = Grid::default();
            for (row, cells) in
                [&["一级指标", "二级指标", "三级指标"][..], &["产出类"]].into_iter().enumerate()
            {
                grid.begin_row();
                let span = if cells.len() == 1 { columns } else { 1 };
                for cell in cells {
                    grid.push(row, (*cell).to_owned(), (1, span), |_| None);
                }
            }
            grid
        };
        assert_eq!(kind_in(&grid(3), false), RowKind::Paper);
        assert_eq!(kind_in(&grid(2), false), RowKind::Item);
    }

    #[test]
    fn longest_title() {
        let title = "2023年度部门整体支出绩效自评表";
        assert_eq!(kind(title, false), RowKind::Paper);
        let quoted = format!("{title}{}", "的说明".repeat(LONGEST_TITLE / 9));
        assert_eq!(kind(&quoted, false), RowKind::Item);
    }

    #[test]
    fn cells_speak_for_and_against_their_columns() {
        let table = mof().table.as_ref().unwrap();
        let column = |test: &dyn Fn(&&TableColumn) -> bool| table.columns.iter().find(test);
        let cell = |text: &str| {
            let mut grid = Grid::default();
            grid.begin_row();
            grid.push(0, text.to_owned(), (1, 1), |_| None);
            grid.cells()[0].clone()
        };
        let points = column(&|column| column.kind == ValueKind::Points);
        let level =
            column(&|column| column.carried && column.kind == ValueKind::Text && column.strip.is_none());
        let free =
            column(&|column| !column.carried && column.kind == ValueKind::Text && column.strip.is_none());
        assert!(points.is_some() && level.is_some() && free.is_some());
        assert_eq!((fit(points, &cell("9.5")), fit(points, &cell("数量"))), (FITS, MISFITS));
        assert_eq!((fit(level, &cell("产出指标")), fit(level, &cell("10"))), (0, MISFITS));
        assert_eq!((fit(free, &cell("10")), fit(free, &cell("10 次"))), (0, 0));
        assert_eq!((fit(None, &cell("9.5")), fit(None, &cell(" "))), (BEYOND_HEADER, 0));
        assert_eq!(fit(points, &cell("")), 0);
        // One cell too many outweighs two that fit.
        let scores = [fit(points, &cell("9")), fit(points, &cell("8")), fit(None, &cell("x"))];
        assert!(scores.iter().sum::<i32>() < 0);
    }
}
