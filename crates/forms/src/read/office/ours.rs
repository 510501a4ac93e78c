//! What this tool adds to workbooks: the list of problems, and of a template the checks, the mark and the instructions.

use huizong_schema::CellName;

use super::sheet::{Sheet, SheetCell};
use crate::ooxml::marks::{GUIDE, PROBLEMS, TEMPLATE, is_check, is_heading_row, is_rate};
use crate::ooxml::template_mark::{Mark, Trace};

impl Sheet {
    /// Whether it is the list of problems of a form that was given back.
    pub(crate) fn is_list(&self) -> bool {
        // Its title and what to do come first.
        let is_head = |row: u32| {
            let cells = self.cells.range(CellName::new(row, 0)..CellName::new(row + 1, 0));
            is_heading_row(&cells.map(|(_, cell)| cell.text.as_str()).collect::<Vec<_>>())
        };
        self.name.starts_with(PROBLEMS) && (0..4).any(is_head)
    }

    /// Whether it is the sheet of a template that says how to fill it in.
    pub(crate) fn is_guide(&self) -> bool {
        self.cells.values().any(|cell| cell.text == GUIDE)
    }

    /// Removes a template's live checks and its mark: they are not part of the form. Returns what they say about the template.
    pub(super) fn take_checks(&mut self) -> Option<Trace> {
        let mark = self.cells.values().find_map(|cell| Mark::parse(&cell.text));
        self.cells.retain(|_, cell| !cell.text.starts_with(TEMPLATE));
        if mark.is_some() {
            // A template asks for that itself: its formulas depend on its own cells alone.
            self.recalculates = false;
            // A rate that is not worked out yet is blank: some programs store no value for that, others a zero.
            let is_blank = |cell: &SheetCell| {
                cell.lacks_value.is_some() || cell.number.is_some_and(|number| number.is_zero())
            };
            self.cells.retain(|_, cell| !is_rate(cell.formula.as_deref()) || !is_blank(cell));
        }
        let before = self.cells.len();
        self.cells.retain(|_, cell| !is_check(&cell.text, cell.formula.as_deref()));
        mark.map(|mark| Trace { mark, checks: before - self.cells.len() })
    }
}
