//! Cells to documents, by a profile.

mod head;
mod matrix;
mod split;
mod table;
mod values;
mod wrapped;

use std::collections::BTreeSet;
use std::ops::Range;

use huizong_core::{InputKind, Reading, StaleFormula};
use huizong_schema::findings::{Args, Notice, Place};
use huizong_schema::{Pointer, Unit};

use crate::figure::{self, Figure};
use crate::grid::{Grid, GridCell, Stale};
use crate::notices::KEY_PROJECT_NOT_PARSED;
use crate::profile::{Found, Profile, Side, ValueKind, unit_in_label};
use crate::read::Read;
use crate::read::build::{Builder, NoteKind};
use crate::read::projects;

/// How well a profile fits a grid: the number of its labels that are in it.
pub(crate) fn labels_found(profile: &Profile, grid: &Grid) -> usize {
    let found = grid.cells().iter().flat_map(|cell| {
        let column = profile.matrix.as_ref().and_then(|matrix| matrix.column(&cell.text));
        let found = profile.found(&cell.text).map(|found| format!("{found:?}"));
        found.into_iter().chain(column.map(|column| format!("of the matrix: {column}")))
    });
    let mut distinct: Vec<String> = found.collect();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.len()
}

/// Reads every form of a grid.
pub(crate) fn forms(profile: &Profile, grid: &Grid) -> Vec<Read> {
    let joined = wrapped::joined(profile, grid);
    let grid = joined.as_ref().unwrap_or(grid);
    split::split(profile, grid).into_iter().map(|rows| Form::new(profile, grid, rows).read()).collect()
}

/// One form of a grid while it is read.
struct Form<'g> {
    profile: &'g Profile,
    grid: &'g Grid,
    rows: Range<usize>,
    builder: Builder,
    notices: Vec<Notice>,
    claimed: BTreeSet<(usize, usize)>,
    /// The cells that declare the unit: 单位 is also a label of the department's name.
    units: BTreeSet<(usize, usize)>,
    /// The list of paragraphs that a line without a label continues.
    open: Option<Pointer>,
    /// Whether the last row was a note: the rows after it belong to it until a label comes.
    in_notes: bool,
    /// Figures that no label claims.
    unclaimed: Vec<(String, Option<Place>)>,
    /// How many projects were read.
    projects: usize,
    /// The row after the block of tasks.
    behind_tasks: Option<usize>,
    /// The unit in the label of the figure that is being read.
    label_unit: Option<Unit>,
}

impl<'g> Form<'g> {
    fn new(profile: &'g Profile, grid: &'g Grid, rows: Range<usize>) -> Self {
        Self {
            profile,
            grid,
            rows,
            builder: Builder::default(),
            notices: Vec::new(),
            claimed: BTreeSet::new(),
            units: BTreeSet::new(),
            open: None,
            in_notes: false,
            unclaimed: Vec::new(),
            projects: 0,
            behind_tasks: None,
            label_unit: None,
        }
    }

    fn read(mut self) -> Read {
        if let Some(first) =
            self.rows.clone().flat_map(|row| self.grid.row(row)).find(|cell| !cell.is_blank())
        {
            self.origin(&Pointer::root(), first);
        }
        let declared = self.unit();
        let mut title = self.title();
        let mut row = self.rows.start;
        while row < self.rows.end {
            row = self.row(row);
        }
        self.take_from_title(title.as_mut());
        self.place_of_projects();
        let unit = self.builder.settle_amounts(declared);
        if let Some(unit) = unit {
            self.builder.set(&Pointer::parse("/unit"), unit.as_str().into());
        }
        self.list_unclaimed();
        let stale = self.stale();
        let built = self.builder.finish();
        Read {
            draft: built.draft,
            reading: Reading {
                source: InputKind::Form,
                unreadable: built.unreadable,
                refused: built.cut_off,
                misplaced: built.misplaced,
                unclaimed: self.unclaimed,
                stale,
                unit_unclear: built.unit_unclear,
                placeholders: built.placeholders,
                title,
                ..Reading::default()
            },
            traits: self.profile.traits(),
            profile: Some(self.profile.id.clone()),
            origins: built.origins,
            notes: built.notes,
            notices: self.notices,
        }
    }

    fn cell(&self, row: usize, column: usize) -> Option<&'g GridCell> {
        self.grid.at(row, column)
    }

    fn found(&self, cell: &GridCell) -> Option<Found> {
        self.profile.found(&cell.text)
    }

    /// The label that a cell is, or that it begins with; and in the second case where the value begins.
    fn label_of(&self, cell: &GridCell) -> Option<(Found, Option<usize>)> {
        if let Some(found) = self.found(cell) {
            return Some((found, None));
        }
        let (found, value) = self.profile.found_with_value(&cell.text)?;
        let Found::Label(index) = found else { return None };
        if self.units.contains(&(cell.row, cell.column)) {
            return None;
        }
        // A text may quote a label; only on a line of its own is it one.
        let is_prose = self.profile.labels[index].kind == ValueKind::Paragraphs;
        let is_alone = || self.grid.row(cell.row).filter(|other| !other.is_blank()).count() == 1;
        (!is_prose || is_alone()).then_some((found, Some(value)))
    }

    fn origin(&mut self, pointer: &Pointer, cell: &GridCell) {
        if let Some(place) = &cell.place {
            self.builder.origins.note(pointer.clone(), place.clone());
        }
    }

    fn claim(&mut self, cell: &GridCell) {
        self.claimed.insert((cell.row, cell.column));
    }

    /// Reads a row and returns the next one.
    fn row(&mut self, row: usize) -> usize {
        let cells: Vec<&GridCell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
        let columns = cells.iter().filter(|cell| matches!(self.found(cell), Some(Found::Column(_)))).count();
        if self.matrix_heads(row).len() >= 3.max(columns) {
            self.open = None;
            return self.matrix(row);
        }
        if columns >= 3 {
            self.open = None;
            let behind = self.table(row);
            self.behind_tasks = Some(behind);
            return behind;
        }
        if let Some(first) = cells.first()
            && self.profile.notes.0.is_match(&first.text)
            && self.found(first).is_none()
            && cells.len() < 3
        {
            // Nothing after the notes belongs to the form.
            self.open = None;
            self.remark(&cells);
            self.in_notes = true;
            return row + 1;
        }
        let labels: Vec<&GridCell> = cells.iter().copied().filter(|cell| self.is_value_label(cell)).collect();
        // A line of a text may be worded like a label with its figure.
        let is_prose = self.open.is_some() && labels.iter().all(|label| self.is_figure_in_prose(label));
        let labels = if is_prose { Vec::new() } else { labels };
        if labels.is_empty() {
            if self.in_notes {
                self.remark(&cells);
            } else {
                self.go_on(&cells);
            }
            return row + 1;
        }
        self.in_notes = false;
        let below: Vec<&GridCell> =
            labels.iter().copied().filter(|cell| self.side(cell) == Side::Below).collect();
        for label in labels {
            self.label(label, &below);
        }
        self.not_placed_below(&below);
        row + 1
    }

    /// Takes cells as notes, which do not belong to a member.
    fn remark(&mut self, cells: &[&GridCell]) {
        for cell in cells {
            self.claim(cell);
            self.builder.note_cell(NoteKind::Remark, None, cell);
        }
    }

    fn is_value_label(&self, cell: &GridCell) -> bool {
        matches!(self.label_of(cell), Some((Found::Label(_) | Found::Projects, _)))
    }

    fn is_figure_in_prose(&self, cell: &GridCell) -> bool {
        let Some((Found::Label(index), Some(_))) = self.label_of(cell) else { return false };
        matches!(self.profile.labels[index].kind, ValueKind::Amount | ValueKind::Percent | ValueKind::Points)
    }

    fn side(&self, cell: &GridCell) -> Side {
        match self.found(cell) {
            Some(Found::Label(index)) => self.profile.labels[index].value,
            _ => Side::Right,
        }
    }

    fn label(&mut self, cell: &'g GridCell, below: &[&GridCell]) {
        self.claim(cell);
        match self.label_of(cell) {
            Some((Found::Label(index), Some(value))) => {
                let value = GridCell { text: cell.text[value..].trim().to_owned(), ..cell.clone() };
                self.label_unit = unit_in_label(&cell.text);
                self.labelled(index, cell, &[&value]);
            }
            Some((Found::Projects, _)) => {
                let Some(projects) = &self.profile.projects else { return };
                let pointer = Pointer::parse(&projects.member);
                let values = self.values_right(cell);
                let place = values.first().copied().or_else(|| self.right_of(cell)).unwrap_or(cell);
                self.origin(&pointer, place);
                let mut lines: Vec<&GridCell> = values.clone();
                lines.extend(self.lines_below(cell.row + cell.row_span));
                let text = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
                lines.iter().for_each(|line| self.claim(line));
                self.open = Some(pointer);
                self.read_projects(&text, place);
            }
            Some((Found::Label(index), None)) => {
                let label = &self.profile.labels[index];
                if label.kind == ValueKind::Heading {
                    return self.origin(&Pointer::parse(&label.member), cell);
                }
                self.label_unit = unit_in_label(&cell.text);
                let (values, empty) = match label.value {
                    Side::Right => (self.values_right(cell), self.right_of(cell)),
                    Side::Below => {
                        let row = cell.row + cell.row_span;
                        let empty = self.cell(row, cell.column).filter(|cell| cell.left.is_none());
                        let free = self.free_values(row);
                        let values = self.values_below(cell, below);
                        // Some forms have the text beside its label instead.
                        let beside = if free.is_empty() { self.values_right(cell) } else { Vec::new() };
                        let values = if values.is_empty() { beside } else { values };
                        (values, free.first().copied().or(empty))
                    }
                };
                self.labelled(index, empty.unwrap_or(cell), &values);
            }
            _ => {}
        }
    }

    /// The cells of the rows from one on that hold nothing but one text each, up to a label or a note.
    fn lines_below(&self, row: usize) -> Vec<&'g GridCell> {
        let rows = (row..self.rows.end).map(|row| {
            let cells: Vec<&'g GridCell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
            match cells[..] {
                [only] if self.label_of(only).is_none() && !self.profile.notes.0.is_match(&only.text) => {
                    Some(only)
                }
                _ => None,
            }
        });
        rows.map_while(|line| line).collect()
    }

    /// Sets the member that a label leads to. `empty` is where a missing value would be.
    fn labelled(&mut self, index: usize, empty: &GridCell, values: &[&GridCell]) {
        let label = &self.profile.labels[index];
        let pointer = Pointer::parse(&label.member);
        let repeated = self.builder.get(pointer.as_str()).is_some()
            || self.builder.has_amount(&pointer)
            || self.builder.unreadable.contains_key(&pointer);
        if repeated {
            return self.repeated(&pointer, values.first().copied());
        }
        let place = values.first().copied().unwrap_or(empty);
        self.origin(&pointer, place);
        // A label whose value was left blank sets nothing.
        for (member, value) in label.sets.iter().filter(|_| !values.is_empty()) {
            self.builder.set(&Pointer::parse(member), value.clone().into());
        }
        self.open = None;
        self.values(&pointer, label.kind, values);
    }

    fn read_projects(&mut self, text: &str, place: &GridCell) {
        let Some(projects) = &self.profile.projects else { return };
        let list = Pointer::parse(&projects.member);
        if text.trim().is_empty() {
            return;
        }
        if figure::read(text) == Figure::Blank {
            self.builder.note(NoteKind::Blank, Some(&list), text, "");
            return;
        }
        self.placeholder(&list, text);
        let read = projects::read(projects, text, self.projects, &mut self.builder);
        self.projects += read.unwrap_or(1);
        if read.is_none() {
            let mut notice = KEY_PROJECT_NOT_PARSED.notice(None, Args::new());
            notice.location = Some(huizong_schema::findings::Location::new("", place.place.as_ref()));
            self.notices.push(notice);
        }
    }

    /// A form without a label for projects would have it after its tasks, where the next row is now.
    fn place_of_projects(&mut self) {
        let (Some(projects), Some(behind)) = (&self.profile.projects, self.behind_tasks) else { return };
        let pointer = Pointer::parse(&projects.member);
        let first_of = |row| self.grid.row(row).find(|cell| !cell.is_blank());
        let next = (behind..self.rows.end).find_map(first_of);
        let last = || (self.rows.start..behind).rev().find_map(first_of);
        if let Some(cell) = next.or_else(last).filter(|_| !self.builder.origins.holds(&pointer)) {
            self.origin(&pointer, cell);
        }
    }

    /// Adds a row without labels to the paragraphs above it.
    fn go_on(&mut self, cells: &[&'g GridCell]) {
        let Some(open) = self.open.clone() else { return };
        let free: Vec<&GridCell> =
            cells.iter().copied().filter(|cell| !self.claimed.contains(&(cell.row, cell.column))).collect();
        let [cell] = free[..] else { return };
        self.claim(cell);
        if self.profile.projects.as_ref().is_some_and(|projects| projects.member == open.as_str()) {
            return self.read_projects(&cell.text, cell);
        }
        self.builder.append(&open, crate::markup::paragraphs(&cell.text));
        self.builder.note_cell(NoteKind::Continued, Some(&open), cell);
    }

    /// The formulas of the form whose stored values are not what they evaluate to.
    fn stale(&self) -> Vec<StaleFormula> {
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

    fn list_unclaimed(&mut self) {
        for row in self.rows.clone() {
            for cell in self.grid.row(row).filter(|cell| !cell.is_blank()) {
                if !self.claimed.contains(&(cell.row, cell.column)) && self.label_of(cell).is_none() {
                    if figure::is_surely_a_figure(&cell.text) {
                        self.unclaimed.push((cell.text.trim().to_owned(), cell.place.clone()));
                    }
                    self.builder.note_cell(NoteKind::Unclaimed, None, cell);
                }
            }
        }
    }
}
