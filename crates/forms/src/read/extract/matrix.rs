//! Figures where a row and a column meet: funds by source and by stage of the budget.

use huizong_schema::Pointer;

use super::Form;
use crate::figure::{self, Figure};
use crate::grid::GridCell;
use crate::label::unit_in_label;
use crate::profile::{Found, ValueKind};

impl<'g> Form<'g> {
    /// The matrix's columns that a row's cells are.
    pub(super) fn matrix_heads(&self, row: usize) -> Vec<(usize, &'g GridCell)> {
        let Some(matrix) = &self.profile.matrix else { return Vec::new() };
        let cells = self.grid.row(row).filter(|cell| !cell.is_blank());
        cells.filter_map(|cell| Some((matrix.column(&cell.text)?, cell))).collect()
    }

    /// Reads a matrix under its header and returns the next row.
    pub(super) fn matrix(&mut self, header: usize) -> usize {
        let profile = self.profile;
        let Some(matrix) = &profile.matrix else { return header + 1 };
        let heads = self.matrix_heads(header);
        heads.iter().for_each(|(_, head)| self.claim(head));
        // The block's heading may be in the header's own row.
        for cell in self.grid.row(header) {
            if let Some(Found::Label(index)) = self.found(cell).filter(|_| !cell.is_blank())
                && profile.labels[index].kind == ValueKind::Heading
            {
                self.claim(cell);
                self.origin(&Pointer::parse(&profile.labels[index].member), cell);
            }
        }
        // 项目（元） in the corner gives its unit to all columns that have none.
        let first = heads.iter().map(|(_, head)| head.column).min().unwrap_or(0);
        let corner = self.grid.row(header).filter(|cell| cell.column < first);
        let is_declared = |cell: &&GridCell| self.unit_declared(&cell.text).is_some();
        let of_corner = corner.filter(|cell| !is_declared(cell)).find_map(|cell| unit_in_label(&cell.text));
        let mut above: Option<&GridCell> = None;
        let mut row = header + 1;
        while row < self.rows.end {
            let cells: Vec<&'g GridCell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
            let label = cells.iter().position(|cell| matches!(self.found(cell), Some(Found::Row(_))));
            let Some(at) = label else {
                // A source that is not known takes nothing from those below it.
                if cells.is_empty() || self.is_unknown_row(&heads, &cells) {
                    row += 1;
                    continue;
                }
                break;
            };
            let Some(Found::Row(index)) = self.found(cells[at]) else { break };
            let is_part = |cell: &GridCell| cell.text.trim_start().starts_with("其中");
            let is_source = |cell: &GridCell| matches!(self.found(cell), Some(Found::Row(index)) if matrix.rows[index].member.contains("/by_source/"));
            // 其中：单位自有资金 below 其他资金 is a part of that source, not one beside it.
            if is_part(cells[at]) && above.is_some_and(|above| is_source(above) && !is_part(above)) {
                self.remark(&cells[at..]);
                row += 1;
                continue;
            }
            above = Some(cells[at]);
            self.claim(cells[at]);
            let of_row = &matrix.rows[index];
            for (of, head, cell, place) in self.matrix_values(&heads, cells[at], &cells[at + 1..]) {
                let column = &matrix.columns[of];
                let led = of_row.leads.get(&column.id).cloned();
                let is_without = of_row.without.contains(&column.id);
                let own = || column.member.as_ref().filter(|_| !is_without);
                let member = led.or_else(|| Some(format!("{}/{}", of_row.member, own()?)));
                match (member, cell) {
                    (Some(member), cell) => {
                        let pointer = Pointer::parse(&member);
                        if self.builder.has_amount(&pointer) || self.builder.get(&member).is_some() {
                            self.repeated(&pointer, cell);
                            continue;
                        }
                        self.origin(&pointer, place);
                        self.label_unit = unit_in_label(&head.text).or(of_corner);
                        self.values(&pointer, column.kind, cell.as_slice());
                    }
                    // No figure belongs there; a sign for blank is fine.
                    (None, Some(cell)) if figure::read(&cell.text) == Figure::Blank => self.claim(cell),
                    (None, Some(cell)) if is_without => self.remark(&[cell]),
                    (None, _) => {}
                }
            }
            row += 1;
        }
        self.open = None;
        row
    }

    /// Whether a row has figures under heads of the matrix, and no label of the form.
    fn is_unknown_row(&self, heads: &[(usize, &GridCell)], cells: &[&'g GridCell]) -> bool {
        let is_under = |cell: &&&GridCell| {
            cell.known_column().is_some()
                && heads.iter().any(|(_, head)| head.column == cell.column)
                && matches!(figure::read(cell.figure()), Figure::Number { .. } | Figure::Blank)
        };
        let is_label = |cell: &&'g GridCell| self.label_of(cell).is_some() || self.found(cell).is_some();
        cells.iter().filter(is_under).count() > 1 && !cells.iter().any(is_label)
    }

    /// The values of a row, each with its column, the column's head, and the cell where it is or would be.
    ///
    /// Where the columns of the text were lost, the values are in the header's order.
    fn matrix_values(
        &mut self,
        heads: &[(usize, &'g GridCell)],
        label: &'g GridCell,
        values: &[&'g GridCell],
    ) -> Vec<(usize, &'g GridCell, Option<&'g GridCell>, &'g GridCell)> {
        let is_aligned = heads.first().is_some_and(|(_, head)| label.column < head.column);
        if is_aligned {
            let at = |(of, head): &(usize, &'g GridCell)| {
                let cell = self.cell(label.row, head.column).filter(|cell| cell.row == label.row);
                (*of, *head, cell.filter(|cell| !cell.is_blank()), cell.unwrap_or(label))
            };
            return heads.iter().map(at).collect();
        }
        let matrix = self.profile.matrix.as_ref();
        let fits = |(of, value): (usize, &&GridCell)| match figure::read(&value.text) {
            Figure::Number { percent, .. } => {
                let kind = matrix.map(|matrix| matrix.columns[of].kind);
                !percent || kind == Some(ValueKind::Percent)
            }
            Figure::Blank => true,
            Figure::Unreadable => false,
        };
        let in_order = heads.iter().map(|(of, _)| *of).zip(values);
        let are_blank = values.iter().all(|value| figure::read(&value.text) == Figure::Blank);
        if values.len() > heads.len() || !(are_blank || in_order.clone().all(fits)) {
            if let Some(Found::Row(index)) = self.found(label)
                && let Some(matrix) = matrix
            {
                self.misplace(&Pointer::parse(&matrix.rows[index].member), values);
            }
            return Vec::new();
        }
        let value = |(at, (of, head)): (usize, &(usize, &'g GridCell))| {
            let cell = values.get(at).copied();
            (*of, *head, cell, cell.unwrap_or(label))
        };
        heads.iter().enumerate().map(value).collect()
    }
}
