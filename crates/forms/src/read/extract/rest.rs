//! Notices and findings about a form that has been read: cells that no label claims, what is not shown, formulas out of date.

use huizong_core::{StaleFormula, shown_text};
use huizong_schema::findings::{Arg, Args, Location, Notice};
use huizong_schema::{Pointer, ScoredIndicator};
use rust_decimal::Decimal;

use super::name::NAME;
use super::{Form, LONGEST_HEADING};
use crate::figure::{self, Figure, narrow};
use crate::grid::{GridCell, Stale};
use crate::notices::{FORMULA_RECALCULATES, TEXT_LEFT_OUT};
use crate::profile::{Found, Profile, ValueKind};
use crate::read::build::{Built, NoteKind};

impl Form<'_> {
    /// A form without a label for projects would have it after its tasks, where the next row is now.
    pub(super) fn place_of_projects(&mut self) {
        let (Some(projects), Some(behind)) = (&self.profile.projects, self.behind_tasks) else { return };
        let pointer = Pointer::parse(&projects.member);
        let first_of = |row| self.grid.row(row).find(|cell| !cell.is_blank());
        let next = (behind..self.rows.end).find_map(first_of);
        let last = || (self.rows.start..behind).rev().find_map(first_of);
        if let Some(cell) = next.or_else(last).filter(|_| !self.builder.origins.holds(&pointer)) {
            self.origin(&pointer, cell);
        }
    }

    /// The formulas of the form whose stored values are not what they evaluate to.
    pub(super) fn stale(&self) -> Vec<StaleFormula> {
        let cells = self.rows.clone().flat_map(|row| self.grid.row(row));
        let of = |cell: &GridCell| {
            let Stale { formula, stored, computed } = cell.stale.clone()?;
            let members =
                || self.builder.origins.iter().filter(|(_, place)| Some(*place) == cell.place.as_ref());
            // The parents of a member may have the same place: the member itself is the deepest.
            let pointer =
                members().map(|(pointer, _)| pointer).max_by_key(|pointer| pointer.tokens().count());
            let pointer = pointer.cloned().unwrap_or_default();
            Some(StaleFormula { pointer, place: cell.place.clone(), formula, stored, computed })
        };
        cells.filter_map(of).collect()
    }

    /// Notices what the form's cells hold and do not show.
    pub(super) fn list_left_out(&mut self) {
        for cell in self.rows.clone().flat_map(|row| self.grid.row(row)) {
            self.notices.extend(left_out_of(cell));
            if let Some(formula) = &cell.recalculated {
                let args = Args::from([
                    ("formula", Arg::Text(shown_text(formula))),
                    ("found", Arg::Text(shown_text(cell.text.trim()))),
                ]);
                let mut notice = FORMULA_RECALCULATES.notice(None, args);
                notice.location = Some(Location::new("", cell.place.as_ref()));
                self.notices.push(notice);
            }
        }
    }

    /// Whether a cell holds a whole number that may be an amount or points: no year, and no number of its row.
    fn is_whole_figure(&self, cell: &GridCell) -> bool {
        let number = |cell: &GridCell| match figure::read(&cell.text) {
            Figure::Number { value, .. } if value.scale() == 0 => Some(value),
            _ => None,
        };
        let Some(value) = number(cell).filter(|value| !value.is_zero() && cell.known_column().is_some())
        else {
            return false;
        };
        let next = |row: Option<usize>| row.and_then(|row| number(self.cell(row, cell.column)?));
        let below = next(cell.row.checked_add(cell.row_span));
        let above = next(cell.row.checked_sub(1));
        let counts = below == Some(value + Decimal::ONE) || above == Some(value - Decimal::ONE);
        let beside = |column: usize| self.cell(cell.row, column).and_then(number);
        let counts_on = beside(cell.column + cell.column_span) == Some(value + Decimal::ONE)
            || cell.column.checked_sub(1).and_then(beside) == Some(value - Decimal::ONE);
        !counts && !counts_on && figure::year(&cell.text).is_none()
    }

    pub(super) fn list_unclaimed(&mut self) {
        for row in self.rows.clone() {
            for cell in self.grid.row(row).filter(|cell| !cell.is_blank()) {
                if !self.claimed.contains(&(cell.row, cell.column)) && self.label_of(cell).is_none() {
                    let is_figure = figure::is_surely_a_figure(&cell.text) || self.is_whole_figure(cell);
                    if is_figure || tells_figures(self.profile, &cell.text) {
                        self.unclaimed.push((cell.text.trim().to_owned(), cell.place.clone()));
                    }
                    self.builder.note_cell(NoteKind::Unclaimed, None, cell);
                    if self.is_below_name(cell) {
                        self.misplace(&Pointer::parse(NAME), &[cell]);
                    }
                }
            }
        }
    }

    /// Whether a text is the only one in its row, directly below a department's name, and so may be the rest of the name.
    fn is_below_name(&self, cell: &GridCell) -> bool {
        let above = cell.row.checked_sub(1).and_then(|row| self.cell(row, cell.column));
        let is_name = |above: &GridCell| {
            above.column == cell.column
                && self.builder.origins.place(&Pointer::parse(NAME)) == above.place.as_ref()
        };
        cell.known_column().is_some()
            && above.is_some_and(is_name)
            && self.grid.row(cell.row).filter(|cell| !cell.is_blank()).count() == 1
    }
}

/// Whether nothing but a department's name and the year is filled in.
pub(super) fn is_blank(built: &Built) -> bool {
    let draft = &built.draft;
    let has_content = draft.budget.is_some()
        || draft.goal.is_some()
        // The names and weights of indicators are in the blank form.
        || draft.scorecard.as_ref().is_some_and(|card| {
            let is_scored = |indicator: &ScoredIndicator<'_>| indicator.result.is_some() || indicator.score.is_some();
            card.indicators.iter().any(is_scored) || card.total_score.is_some()
        })
        || !draft.tasks.is_empty()
        || !draft.key_projects.is_empty()
        || draft.narrative.is_some();
    !has_content && built.unreadable.is_empty() && built.misplaced.is_empty() && built.cut_off.is_empty()
}

/// The notices of what a cell holds and does not show.
pub(in crate::read) fn left_out_of(cell: &GridCell) -> impl Iterator<Item = Notice> {
    cell.left_out.iter().map(|part| left_out(part.kind.id(), shown_text(part.text.trim()), cell))
}

/// The notice that a cell has something that it does not show.
pub(super) fn left_out(variant: &str, found: String, cell: &GridCell) -> Notice {
    let mut notice = TEXT_LEFT_OUT.variant(variant, None, Args::from([("found", Arg::Text(found))]), false);
    notice.location = Some(Location::new("", cell.place.as_ref()));
    notice
}

/// Whether a text that no label claims names a figure of the budget and its amount, as in 一般公共预算250.50万元.
pub(super) fn tells_figures(profile: &Profile, text: &str) -> bool {
    if text.len() > LONGEST_HEADING * 2 {
        return false;
    }
    let narrow = narrow(text);
    let mut parts = narrow.split(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ';' | '、'));
    let has_amount = narrow.contains(|c: char| c.is_ascii_digit()) && narrow.contains('元');
    has_amount
        && parts.any(|part| {
            let part = part.trim_start_matches("万元").trim_start_matches('元');
            matches!(profile.found(part), Some(Found::Label(index)) if profile.labels[index].kind == ValueKind::Amount)
        })
}
