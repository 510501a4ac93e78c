//! The block of rows under a header: main tasks with their indicators.

use std::collections::BTreeMap;

use huizong_core::notice;
use huizong_schema::Pointer;
use huizong_schema::findings::{Args, Location, Place};
use serde_json::Value;

use super::Form;
use super::values::is_under;
use crate::figure::{self, Figure, narrow};
use crate::grid::Cell;
use crate::profile::{Found, Kind, unit_in_label};
use crate::read::build::NoteKind;

impl<'g> Form<'g> {
    /// Reads a block of rows under its header and says which row is next.
    pub(super) fn table(&mut self, header: usize) -> usize {
        let profile = self.profile;
        let Some(table) = &profile.table else { return header + 1 };
        let list = Pointer::parse(&table.member);
        let (heads, behind) = self.heads(header);
        let mut columns: Vec<(usize, &'g Cell)> = Vec::new();
        for &cell in &heads {
            // A column that the profile does not know, such as a running number, is nobody's.
            if let Some(Found::Column(index)) = self.found(cell) {
                columns.push((index, cell));
                self.claimed.insert((cell.row, cell.column));
                self.origin(&list, cell);
            }
        }
        let mut items: Option<usize> = None;
        let mut inner = 0;
        let mut in_notes = false;
        let mut carried: BTreeMap<usize, &'g Cell> = BTreeMap::new();
        let mut row = behind;
        while row < self.rows.end {
            let cells: Vec<&Cell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
            if cells.first().is_some_and(|cell| self.ends_table(cell, &cells)) {
                break;
            }
            let is_note = cells.first().is_some_and(|cell| self.profile.notes.0.is_match(&cell.text))
                && cells.len() < 3;
            let is_header =
                cells.iter().filter(|cell| matches!(self.found(cell), Some(Found::Column(_)))).count() >= 3;
            let is_total = cells.first().is_some_and(|cell| {
                self.profile.totals.as_ref().is_some_and(|totals| totals.0.is_match(&narrow(&cell.text)))
            });
            let is_paper =
                matches!(cells[..], [only] if self.is_paper(only) || only.column_span >= heads.len().max(2));
            if is_note || is_header || is_paper || (in_notes && cells.len() == 1) {
                in_notes |= is_note;
                if is_header {
                    cells.iter().for_each(|cell| self.claim(cell));
                } else {
                    self.remark(&cells);
                }
                row += 1;
                continue;
            }
            in_notes = false;
            if is_total {
                // Sums of what stands above are noted, and not counted again.
                self.total(row, &columns, &cells);
                self.remark(&cells);
                row += 1;
                continue;
            }
            if cells.is_empty() {
                row += 1;
                continue;
            }
            // A line of one text in a block may be a task's name, a piece of one, or a heading.
            let is_bare = self.grid.row(row).count() == 1
                && heads.len() > 2
                && matches!(cells[0].place, Some(Place::Text { .. }));
            let shift = self.shift(row, &heads);
            let in_row: Vec<&'g Cell> = self.grid.row(row).collect();
            let cell_at = |at: usize| in_row.get(at).copied();
            let Some(under) = self.under(row, &heads).filter(|_| !is_bare) else {
                let item = items.map_or(0, |item| item + 1);
                (items, inner) = (Some(item), 0);
                self.origin(&list.item(item), cells[0]);
                self.misplace(&list.item(item), &cells);
                row += 1;
                continue;
            };
            let under = |head: &Cell| match shift {
                Some(shift) => heads
                    .iter()
                    .position(|other| std::ptr::eq(*other, head))
                    .and_then(|at| cell_at(at.checked_sub(shift)?)),
                None => under(head),
            };
            // Whether the row begins an item: something stands in it that only an item's first row has.
            let own = |name: &str| {
                let (_, head) = columns.iter().find(|(index, _)| table.columns[*index].member == name)?;
                under(head).filter(|cell| cell.row == row && !cell.is_blank())
            };
            for (index, head) in columns.iter().filter(|(index, _)| table.columns[*index].carried) {
                if let Some(cell) = under(head).filter(|cell| !cell.is_blank()) {
                    carried.insert(*index, cell);
                }
            }
            let is_cut_off = table.carried() > 0
                && columns.iter().filter(|(index, _)| !table.columns[*index].carried).all(|(index, head)| {
                    let cell = under(head).filter(|cell| cell.row == row);
                    cell.is_none_or(|cell| self.stripped(*index, cell).is_blank())
                });
            if is_cut_off {
                self.cut_off(&list.item(items.map_or(0, |item| item + 1)), &cells);
                row += 1;
                continue;
            }
            let begins = items.is_none() || table.item().is_some_and(|item| own(item).is_some());
            if begins {
                items = Some(items.map_or(0, |item| item + 1));
                inner = 0;
            }
            let item = items.unwrap_or(0);
            // What an item lacks would stand in its row.
            self.origin(&list.item(item), cells[0]);
            let inner_list =
                columns.iter().find_map(|(index, _)| table.columns[*index].member.split_once("/*/"));
            if let Some((name, _)) = inner_list {
                self.origin(&list.item(item).member(name).item(inner), cells[0]);
            }
            let mut inner_used = false;
            for (index, head) in &columns {
                let column = &table.columns[*index];
                if let Some(cell) = carried.get(index).filter(|_| column.carried && begins) {
                    let pointer = list.item(item).member(&column.member);
                    self.origin(&pointer, cell);
                    self.values(&pointer, column.kind, &[cell]);
                    continue;
                }
                let Some(cell) = under(head).filter(|cell| cell.row == row) else {
                    if begins && !column.member.contains("/*/") {
                        self.shared(row, head, &list.item(item).member(&column.member));
                    }
                    continue;
                };
                let pointer = match column.member.split_once("/*/") {
                    Some((list_name, name)) => list.item(item).member(list_name).item(inner).member(name),
                    None => list.item(item).member(&column.member),
                };
                self.origin(&pointer, cell);
                if cell.is_blank() {
                    continue;
                }
                if cell.joined {
                    self.builder.note(NoteKind::Joined, Some(&pointer), &cell.text, "");
                }
                inner_used |= column.member.contains("/*/");
                if column.kind == Kind::Amount && self.builder.has_amount(&pointer) {
                    self.repeated(&pointer, Some(cell));
                } else if column.kind == Kind::Paragraphs || self.builder.get(pointer.as_str()).is_none() {
                    self.label_unit = unit_in_label(&head.text);
                    let value = self.stripped(*index, cell);
                    if value.text != cell.text {
                        self.claim(cell);
                        self.builder.note(NoteKind::Normalised, Some(&pointer), &cell.text, &value.text);
                    }
                    self.values(&pointer, column.kind, &[&value]);
                }
            }
            self.open = None;
            inner += usize::from(inner_used);
            row += 1;
        }
        if let Some(items) = items {
            // An item of which every cell is a blank figure still is an item.
            for item in 0..=items {
                if self.builder.get(list.item(item).as_str()).is_none() {
                    self.builder.set(&list.item(item), Value::Object(serde_json::Map::new()));
                }
            }
        }
        row
    }

    /// The cells of a header, and the row behind it. In a text whose cells held line breaks it goes on for some lines.
    fn heads(&self, header: usize) -> (Vec<&'g Cell>, usize) {
        let mut heads: Vec<&'g Cell> = self.grid.row(header).collect();
        let is_text =
            heads.iter().all(|cell| matches!(cell.place, Some(Place::Text { .. })) && cell.left.is_none());
        let mut row = header + 1;
        while is_text && row < self.rows.end {
            let more: Vec<&'g Cell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
            let found = |cell: &&Cell| self.found(cell).filter(|found| matches!(found, Found::Column(_)));
            let is_new = |cell: &&'g Cell| {
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
    fn shift(&self, row: usize, heads: &[&'g Cell]) -> Option<usize> {
        let table = self.profile.table.as_ref().filter(|table| table.carried() > 0)?;
        let cells: Vec<&Cell> = self.grid.row(row).collect();
        let is_text = |cell: &&Cell| matches!(cell.place, Some(Place::Text { .. })) && cell.left.is_none();
        // A text that keeps its blank cells has its columns.
        cells.first().filter(|first| is_text(first) && !first.is_blank())?;
        let column = |at: usize| match self.found(heads.get(at)?)? {
            Found::Column(index) => Some((index, &table.columns[index])),
            _ => None,
        };
        let leading = heads.iter().take_while(|head| match self.found(head) {
            Some(Found::Column(index)) => table.columns[index].carried,
            _ => false,
        });
        let score = |shift: usize| -> i32 {
            let of_cell = |(at, cell): (usize, &&Cell)| {
                let Some((index, column)) = column(at + shift) else {
                    return if cell.is_blank() { 0 } else { -5 };
                };
                if cell.is_blank() {
                    return 0;
                }
                let is_number = matches!(figure::read(&cell.text), Figure::Number { .. });
                match (column.kind, &column.strip) {
                    (Kind::Points, _) => {
                        if is_number {
                            2
                        } else {
                            -2
                        }
                    }
                    (_, Some(_)) => i32::from(self.stripped(index, cell).text != cell.text) * 2,
                    // No level is a number.
                    (Kind::Text, None) if column.carried && is_number => -2,
                    _ => 0,
                }
            };
            cells.iter().enumerate().map(of_cell).sum()
        };
        // Of equals the one that leaves out fewest.
        (0..=leading.count()).max_by_key(|shift| (score(*shift), std::cmp::Reverse(*shift)))
    }

    /// A cell without what its column strips from its beginning.
    fn stripped(&self, column: usize, cell: &Cell) -> Cell {
        let strip = self.profile.table.as_ref().and_then(|table| table.columns[column].strip.as_ref());
        let begins = strip.and_then(|strip| strip.0.find(&cell.text)).filter(|found| found.start() == 0);
        let from = begins.map_or(0, |found| found.end());
        Cell { text: cell.text[from..].to_owned(), ..cell.clone() }
    }

    /// A row of which nothing but its number is there: the text was cut off, and whatever adds rows up cannot be judged.
    fn cut_off(&mut self, item: &Pointer, cells: &[&Cell]) {
        cells.iter().for_each(|cell| self.claim(cell));
        let Some(first) = cells.first() else { return };
        self.builder.cut_off.insert(item.clone());
        let mut notice = notice("row-cut-off", None, Args::new(), false);
        notice.location = Some(Location::new("", first.place.as_ref()));
        self.notices.push(notice);
        self.builder.note_cell(NoteKind::Unclaimed, Some(item), first);
    }

    /// The figure that counts in the row that adds the others up.
    fn total(&mut self, row: usize, columns: &[(usize, &'g Cell)], cells: &[&'g Cell]) {
        let Some(table) = &self.profile.table else { return };
        let Some(total) = &table.total else { return };
        let of = |name: &str| columns.iter().position(|(index, _)| table.columns[*index].member == name);
        let Some((at, head)) = of(&total.column).map(|at| (at, columns[at].1)) else { return };
        let numbers: Vec<&'g Cell> = cells
            .iter()
            .copied()
            .filter(|cell| matches!(figure::read(&cell.text), Figure::Number { .. }))
            .collect();
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
            self.values(&pointer, Kind::Points, &[value]);
        }
    }

    /// Whether a row that begins with this cell is the first one behind the block.
    ///
    /// A task may bear the name of a figure, such as 基本支出; it is the figure if its value stands right beside it.
    fn ends_table(&self, first: &Cell, cells: &[&Cell]) -> bool {
        let Some((found, value)) = self.label_of(first) else { return false };
        let Found::Label(index) = found else { return found == Found::Projects };
        if !matches!(self.profile.labels[index].kind, Kind::Amount | Kind::Percent | Kind::Points) {
            return true;
        }
        let beside = self.right_of(first);
        let is_figure = |cell: &Cell| matches!(crate::figure::read(&cell.text), Figure::Number { .. });
        value.is_some_and(|at| is_figure(&Cell { text: first.text[at..].to_owned(), ..first.clone() }))
            || beside.is_some_and(is_figure)
            || cells.iter().skip(1).any(|cell| self.is_value_label(cell))
    }

    /// Whether a line belongs to the paper: a page's number, the title or the unit printed once more.
    fn is_paper(&self, cell: &Cell) -> bool {
        let narrow = narrow(&cell.text);
        self.profile.furniture.as_ref().is_some_and(|furniture| furniture.0.is_match(&narrow))
            || (cell.text.len() < 200 && self.profile.title.0.is_match(&narrow))
            || self.profile.unit.0.is_match(&cell.text)
    }

    /// Which cell of a row stands under a header's; `None` if that cannot be told.
    ///
    /// On lines whose cells are parted by spaces alone, a row that is as long as its header is in the header's order;
    /// in a shorter one each cell must begin under a header's.
    fn under(&self, row: usize, heads: &[&'g Cell]) -> Option<impl Fn(&Cell) -> Option<&'g Cell> + use<'g>> {
        let grid = self.grid;
        let cells: Vec<&'g Cell> = grid.row(row).collect();
        let loose = cells.first().is_some_and(|cell| cell.left.is_some()) && cells.len() != heads.len();
        if loose {
            let is_known = |cell: &&'g Cell| heads.iter().filter(|head| is_under(cell, head)).count() == 1;
            let is_taken_once =
                |head: &&&'g Cell| cells.iter().filter(|cell| is_under(cell, head)).count() <= 1;
            if !cells.iter().all(is_known) || !heads.iter().all(|head| is_taken_once(&head)) {
                return None;
            }
        }
        Some(move |head: &Cell| {
            if loose {
                cells.iter().copied().find(|cell| is_under(cell, head))
            } else {
                grid.at(row, head.column)
            }
        })
    }

    /// A figure in a cell that reaches down from the item above counts for that item alone, which is noted.
    fn shared(&mut self, row: usize, head: &Cell, pointer: &Pointer) {
        if let Some(cell) = self.cell(row, head.column).filter(|cell| !cell.is_blank() && cell.row < row) {
            self.builder.note_cell(NoteKind::Shared, Some(pointer), cell);
        }
    }
}
