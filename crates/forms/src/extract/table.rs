//! The block of rows under a header: main tasks with their indicators.

use huizong_schema::Pointer;
use serde_json::Value;

use super::Form;
use super::values::is_under;
use crate::build::{Note, NoteKind};
use crate::grid::Cell;
use crate::profile::{Found, Kind, unit_in_label};

impl<'g> Form<'g> {
    /// Reads a block of rows under its header and says which row is next.
    pub(super) fn table(&mut self, header: usize) -> usize {
        let profile = self.profile;
        let Some(table) = &profile.table else { return header + 1 };
        let list = Pointer::parse(&table.member);
        let heads: Vec<&Cell> = self.grid.row(header).collect();
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
        let mut row = header + 1;
        while row < self.rows.end {
            let cells: Vec<&Cell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
            // A task may bear the name of a label; a label's row is short.
            let ends = cells.first().is_some_and(|cell| self.is_value_label(cell)) && cells.len() < 4;
            if ends {
                break;
            }
            let is_note = cells.first().is_some_and(|cell| self.profile.notes.0.is_match(&cell.text));
            let is_header =
                cells.iter().filter(|cell| matches!(self.found(cell), Some(Found::Column(_)))).count() >= 3;
            let is_total = cells.first().is_some_and(|cell| {
                self.profile
                    .totals
                    .as_ref()
                    .is_some_and(|totals| totals.0.is_match(&crate::figure::narrow(&cell.text)))
            });
            if is_note || is_header || (in_notes && cells.len() == 1) {
                in_notes |= is_note;
                cells.iter().for_each(|cell| self.claim(cell));
                row += 1;
                continue;
            }
            in_notes = false;
            if is_total {
                // Sums of what stands above are listed as claimed by nobody, and not counted again.
                row += 1;
                continue;
            }
            if cells.is_empty() {
                row += 1;
                continue;
            }
            let Some(under) = self.under(row, &heads) else {
                let item = items.map_or(0, |item| item + 1);
                (items, inner) = (Some(item), 0);
                self.origin(&list.item(item), cells[0]);
                self.misplace(&list.item(item), &cells);
                row += 1;
                continue;
            };
            // Whether the row begins an item: something stands in it that only an item's first row has.
            let own = |name: &str| {
                let (_, head) = columns.iter().find(|(index, _)| table.columns[*index].member == name)?;
                under(head).filter(|cell| cell.row == row && !cell.is_blank())
            };
            let begins =
                items.is_none() || table.columns.first().is_some_and(|first| own(&first.member).is_some());
            if begins {
                items = Some(items.map_or(0, |item| item + 1));
                inner = 0;
            }
            let item = items.unwrap_or(0);
            let mut inner_used = false;
            for (index, head) in &columns {
                let column = &table.columns[*index];
                let Some(cell) = under(head).filter(|cell| cell.row == row) else {
                    self.shared(row, head, &list.item(item).member(&column.member));
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
                inner_used |= column.member.contains("/*/");
                if column.kind == Kind::Amount && self.builder.has_amount(&pointer) {
                    self.claim(cell);
                    self.repeated(&pointer, Some(cell));
                } else if column.kind == Kind::Paragraphs || self.builder.get(pointer.as_str()).is_none() {
                    self.label_unit = unit_in_label(&head.text);
                    self.values(&pointer, column.kind, &[cell]);
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
        let begins_here =
            self.grid.row(row).next().is_some_and(|first| first.column == 0 && !first.is_blank());
        if let Some(cell) = self.cell(row, head.column).filter(|cell| !cell.is_blank() && begins_here) {
            self.builder.notes.push(Note {
                what: NoteKind::Shared,
                pointer: Some(pointer.clone()),
                place: cell.place.clone(),
                from: cell.text.clone(),
                to: String::new(),
            });
        }
    }
}
