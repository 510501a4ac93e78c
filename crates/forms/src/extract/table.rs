//! The block of rows under a header: main tasks with their indicators.

use huizong_schema::Pointer;
use serde_json::Value;

use super::Form;
use crate::grid::Cell;
use crate::profile::{Found, Kind};

impl<'g> Form<'g> {
    /// Reads a block of rows under its header and says which row is next.
    pub(super) fn table(&mut self, header: usize) -> usize {
        let profile = self.profile;
        let Some(table) = &profile.table else { return header + 1 };
        let list = Pointer::parse(&table.member);
        let mut columns: Vec<(usize, &'g Cell)> = Vec::new();
        for cell in self.grid.row(header) {
            match self.found(cell) {
                Some(Found::Column(index)) => {
                    columns.push((index, cell));
                    self.claimed.insert((cell.row, cell.column));
                    self.origin(&list, cell);
                }
                _ if cell.is_blank() => {}
                _ => return header + 1,
            }
        }
        let mut items: Option<usize> = None;
        let mut inner = 0;
        let mut row = header + 1;
        while row < self.rows.end {
            let cells: Vec<&Cell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
            let ends = |cell: &&Cell| self.is_value_label(cell) || self.profile.notes.0.is_match(&cell.text);
            if cells.first().is_some_and(ends) {
                break;
            }
            if cells.is_empty() {
                row += 1;
                continue;
            }
            // Whether the row begins an item: something stands in it that only an item's first row has.
            let own = |name: &str| {
                let (_, head) = columns.iter().find(|(index, _)| table.columns[*index].member == name)?;
                self.cell(row, head.column).filter(|cell| cell.row == row && !cell.is_blank())
            };
            let begins = items.is_none()
                || table.columns.first().is_some_and(|first| own(&first.member).is_some())
                || (own("funds").is_some()
                    && items.is_some_and(|item| self.builder.has_amount(&list.item(item).member("funds"))));
            if begins {
                items = Some(items.map_or(0, |item| item + 1));
                inner = 0;
            }
            let item = items.unwrap_or(0);
            let mut inner_used = false;
            for (index, head) in &columns {
                let column = &table.columns[*index];
                let Some(cell) = self.cell(row, head.column).filter(|cell| cell.row == row) else { continue };
                let pointer = match column.member.split_once("/*/") {
                    Some((list_name, name)) => list.item(item).member(list_name).item(inner).member(name),
                    None => list.item(item).member(&column.member),
                };
                self.origin(&pointer, cell);
                if cell.is_blank() {
                    continue;
                }
                inner_used |= column.member.contains("/*/");
                if column.kind == Kind::Paragraphs || self.builder.get(pointer.as_str()).is_none() {
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
}
