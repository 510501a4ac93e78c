//! Cells to documents, by a profile.

mod head;
mod matrix;
mod split;
mod table;
mod values;
mod wrapped;

use std::collections::BTreeSet;
use std::ops::Range;

use huizong_core::{InputKind, Reading, StaleFormula, shown_text};
use huizong_schema::findings::{Arg, Args, Location, Notice, Place};
use huizong_schema::{Pointer, Scope, Unit};

use crate::figure::{self, Figure, narrow};
use crate::grid::{Grid, GridCell, Stale};
use crate::notices::{KEY_PROJECT_NOT_PARSED, TEXT_LEFT_OUT};
use crate::profile::{Found, Part, Pattern, Profile, Side, ValueKind, unit_in_label};
use crate::read::Read;
use crate::read::build::{Builder, Built, NoteKind};
use crate::read::projects;

/// The longest text (in bytes) of a heading.
const LONGEST_HEADING: usize = 120;

/// Whether nothing but a department's name and the year is filled in.
fn is_blank(built: &Built) -> bool {
    let draft = &built.draft;
    let has_content = draft.budget.is_some()
        || draft.goal.is_some()
        || draft.scorecard.as_ref().is_some_and(|card| !card.indicators.is_empty())
        || !draft.tasks.is_empty()
        || !draft.key_projects.is_empty()
        || draft.narrative.is_some();
    !has_content && built.unreadable.is_empty() && built.misplaced.is_empty() && built.cut_off.is_empty()
}

/// The notice that a cell has something that it does not show.
fn left_out(variant: &str, found: String, cell: &GridCell) -> Notice {
    let mut notice = TEXT_LEFT_OUT.variant(variant, None, Args::from([("found", Arg::Text(found))]), false);
    notice.location = Some(Location::new("", cell.place.as_ref()));
    notice
}

/// The column at which most rows of a form end, counted with their merged cells; `None` if they do not agree.
fn edge(grid: &Grid, rows: &Range<usize>) -> Option<usize> {
    let end = |row: usize| grid.row(row).filter(|cell| !cell.is_blank() || cell.column_span > 1).last();
    let ends: Vec<usize> = rows
        .clone()
        .filter_map(end)
        .filter(|cell| !matches!(cell.place, Some(Place::Text { .. }) | None))
        .map(|cell| cell.column + cell.column_span)
        .collect();
    let most = ends.iter().copied().max_by_key(|end| ends.iter().filter(|other| *other == end).count())?;
    (ends.iter().filter(|end| **end == most).count() * 3 > ends.len() * 2).then_some(most)
}

/// Whether a text that no label claims names a figure of the budget and its amount, as in 一般公共预算250.50万元.
fn tells_figures(profile: &Profile, text: &str) -> bool {
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

/// Whether a cell is the label with which a form begins, alone or with its value.
pub(crate) fn begins_form(profile: &Profile, cell: &GridCell) -> bool {
    let found =
        profile.found(&cell.text).or_else(|| profile.found_with_value(&cell.text).map(|(found, _)| found));
    found.is_some_and(|found| profile.begins(found))
}

/// Whether a form begins in a grid.
pub(crate) fn begins(profile: &Profile, grid: &Grid) -> bool {
    grid.cells().iter().any(|cell| begins_form(profile, cell))
}

/// Whether a grid holds a part of a form: its table, its texts, or several of its figures.
pub(crate) fn goes_on(profile: &Profile, grid: &Grid) -> bool {
    let found = |cell: &GridCell| profile.found(&cell.text);
    let columns =
        |row: usize| grid.row(row).filter(|cell| matches!(found(cell), Some(Found::Column(_)))).count();
    let is_text = |cell: &GridCell| match found(cell) {
        Some(Found::Label(index)) => profile.labels[index].kind == ValueKind::Paragraphs,
        Some(Found::Projects) => true,
        _ => false,
    };
    let is_figure = |cell: &&GridCell| match found(cell) {
        Some(Found::Label(index)) => profile.labels[index].kind == ValueKind::Amount,
        _ => false,
    };
    let cells = grid.cells();
    (0..grid.rows()).any(|row| columns(row) >= 3)
        || cells.iter().any(is_text)
        || cells.iter().filter(is_figure).count() >= 3
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
    /// The column where those paragraphs begin, if the file tells: what begins further left is not one of them.
    open_column: Option<usize>,
    /// The column after the form's last one, if its rows agree: what is beyond is not a value.
    edge: Option<usize>,
    /// The members that a weak label gave.
    weak: BTreeSet<Pointer>,
    /// Whether the rows belong to an annex, which is not part of the form.
    in_annex: bool,
    /// The row below a block that is not about the form's year.
    foreign_until: usize,
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
        let edge = edge(grid, &rows);
        Self {
            profile,
            grid,
            rows,
            builder: Builder::default(),
            notices: Vec::new(),
            claimed: BTreeSet::new(),
            units: BTreeSet::new(),
            open: None,
            open_column: None,
            edge,
            weak: BTreeSet::new(),
            in_annex: false,
            foreign_until: 0,
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
        self.list_left_out();
        let stale = self.stale();
        let built = self.builder.finish();
        let source = if is_blank(&built) { InputKind::BlankForm } else { InputKind::Form };
        Read {
            draft: built.draft,
            reading: Reading {
                source,
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
        let Found::Label(index) = found else {
            return (found == Found::Other).then_some((found, Some(value)));
        };
        if self.units.contains(&(cell.row, cell.column)) {
            return None;
        }
        // A text may quote a label; only on a line of its own is it one.
        let is_prose = self.profile.labels[index].kind == ValueKind::Paragraphs;
        let is_alone = || self.grid.row(cell.row).filter(|other| !other.is_blank()).count() == 1;
        (!is_prose || is_alone()).then_some((found, Some(value)))
    }

    /// Whether a cell is a label and nothing else.
    fn is_bare_label(&self, cell: &GridCell) -> bool {
        matches!(self.found(cell), Some(Found::Label(_) | Found::Projects | Found::Other))
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
        let cells: Vec<&'g GridCell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
        if self.is_beyond(row, &cells) {
            self.remark(&cells);
            return row + 1;
        }
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
            && !self.is_claimed(first)
        {
            // Nothing after the notes belongs to the form.
            self.open = None;
            self.remark(&cells);
            self.in_notes = true;
            return row + 1;
        }
        let labels: Vec<&GridCell> = cells
            .iter()
            .copied()
            .filter(|cell| !self.is_claimed(cell) && self.is_value_label(cell))
            .collect();
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
            // What is the value of the label before it is no label itself, however it is worded.
            if !self.is_claimed(label) {
                self.label(label, &below);
            }
        }
        self.not_placed_below(&below);
        row + 1
    }

    /// Whether a row is not part of the form: of an annex, or of a block about another year.
    fn is_beyond(&mut self, row: usize, cells: &[&'g GridCell]) -> bool {
        let Some(first) = cells.first() else { return self.in_annex };
        let is = |pattern: &Option<Pattern>, cell: &GridCell| {
            cell.text.len() < LONGEST_HEADING
                && pattern.as_ref().is_some_and(|pattern| pattern.0.is_match(&narrow(&cell.text)))
        };
        if cells.len() == 1 && is(&self.profile.annex, first) && !self.is_claimed(first) {
            self.in_annex = true;
            self.open = None;
        }
        // A form goes on after its annex only with a text or a block of its own.
        if self.in_annex && self.goes_on(cells) {
            self.in_annex = false;
        }
        let heading =
            cells.iter().find(|cell| is(&self.profile.foreign, cell) && self.label_of(cell).is_none());
        if let Some(heading) = heading.filter(|heading| heading.column <= first.column) {
            self.foreign_until = self.foreign_until.max(heading.row + heading.row_span);
        }
        self.in_annex || row < self.foreign_until
    }

    /// Whether a row begins a text or a block of the form: anything but figures, which an annex has as well.
    fn goes_on(&self, cells: &[&'g GridCell]) -> bool {
        let columns = cells.iter().filter(|cell| matches!(self.found(cell), Some(Found::Column(_)))).count();
        let begins = |cell: &&&GridCell| match self.found(cell) {
            Some(Found::Label(index)) => self.profile.labels[index].kind == ValueKind::Paragraphs,
            Some(Found::Projects) => true,
            _ => false,
        };
        columns >= 3 || cells.iter().any(|cell| begins(&cell))
    }

    fn is_claimed(&self, cell: &GridCell) -> bool {
        self.claimed.contains(&(cell.row, cell.column))
    }

    /// Takes cells as notes, which do not belong to a member.
    fn remark(&mut self, cells: &[&GridCell]) {
        for cell in cells {
            self.claim(cell);
            self.builder.note_cell(NoteKind::Remark, None, cell);
        }
    }

    fn is_value_label(&self, cell: &GridCell) -> bool {
        matches!(self.label_of(cell), Some((Found::Label(_) | Found::Projects | Found::Other, _)))
            || self.has_parts(cell)
            || self.stacked(cell).is_some()
    }

    /// The labels of a cell that has one on each line, as 一般公共预算 above 政府性基金预算.
    fn stacked(&self, cell: &GridCell) -> Option<Vec<usize>> {
        if self.found(cell).is_some() || !cell.text.contains('\n') {
            return None;
        }
        let of_figure = |line: &str| match self.profile.found(line)? {
            Found::Label(index) if self.profile.labels[index].kind == ValueKind::Amount => Some(index),
            _ => None,
        };
        cell.text.lines().map(of_figure).collect()
    }

    /// Reads a cell with a label on each line: its value has a line for each, or which is whose is not known.
    fn stack(&mut self, cell: &'g GridCell, labels: &[usize]) {
        let values = self.values_right(cell, ValueKind::Amount);
        let lines: Vec<&str> = values.iter().flat_map(|value| value.text.lines()).collect();
        if lines.len() != labels.len() {
            let member = Pointer::parse(&self.profile.labels[labels[0]].member);
            return self.misplace(&member, &values);
        }
        let place = values.first().copied().unwrap_or(cell);
        for (&label, (line, name)) in labels.iter().zip(lines.iter().zip(cell.text.lines())) {
            self.label_unit = unit_in_label(name);
            let value = GridCell { text: (*line).to_owned(), figure: None, ..place.clone() };
            self.labelled(label, cell, &[&value]);
        }
        values.iter().for_each(|value| self.claim(value));
    }

    /// The pointer that a figure's label leads to here. A part of a total, such as 其中：基本支出, belongs to the total
    /// above it or before it in its row: to the initial budget, the adjusted one, or the expenditure.
    fn member_of(&self, index: usize, cell: &GridCell) -> Pointer {
        let label = &self.profile.labels[index];
        let is_part =
            |member: &str| member.starts_with("/budget/by_") && member.ends_with("/actual_expenditure");
        let pointer = Pointer::parse(&label.member);
        if !is_part(&label.member) || self.column_of(cell).is_none() {
            return pointer;
        }
        let of = |cell: &GridCell| match self.found(cell)? {
            Found::Label(index) => Some(self.profile.labels[index].member.as_str()),
            _ => None,
        };
        let total = |member: &str| {
            ["initial_budget", "adjusted_budget", "actual_expenditure"]
                .into_iter()
                .find(|name| member == format!("/budget/{name}"))
        };
        // Upwards past other parts; then, in the same row, to the left.
        let mut above = (self.rows.start..cell.row).rev().filter_map(|row| self.cell(row, cell.column));
        let above = above.find_map(|above| match of(above) {
            Some(member) if is_part(member) => None,
            member => Some(member.and_then(total)),
        });
        let left = || {
            let mut left: Vec<&GridCell> =
                self.grid.row(cell.row).filter(|left| left.column < cell.column).collect();
            left.reverse();
            left.into_iter().find_map(|left| {
                let member = of(left)?;
                if is_part(member) {
                    let Found::Label(index) = self.found(left)? else { return None };
                    let pointer = self.member_of(index, left);
                    let (_, name) = pointer.split_last()?;
                    return ["initial_budget", "adjusted_budget", "actual_expenditure"]
                        .into_iter()
                        .find(|of| *of == name);
                }
                total(member)
            })
        };
        match above.flatten().or_else(left).zip(pointer.split_last()) {
            Some((column, (parent, _))) => parent.member(column),
            None => pointer,
        }
    }

    /// Whether a cell holds several labels with their values.
    fn has_parts(&self, cell: &GridCell) -> bool {
        self.profile.parts(&cell.text).is_some_and(|parts| parts.iter().any(|part| part.label.is_some()))
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
        let is_unit = self.units.contains(&(cell.row, cell.column));
        if let Some(labels) = self.stacked(cell) {
            return self.stack(cell, &labels);
        }
        if self.found(cell).is_none()
            && let Some(parts) = self.profile.parts(&cell.text)
        {
            return self.parts(cell, &parts);
        }
        match self.label_of(cell).filter(|_| !is_unit) {
            Some((Found::Other, value)) => {
                let values =
                    if value.is_some() { Vec::new() } else { self.values_right(cell, ValueKind::Text) };
                for cell in std::iter::once(cell).chain(values.into_iter().take(1)) {
                    self.remark(&[cell]);
                }
                self.open = None;
            }
            Some((Found::Label(index), Some(value))) => {
                let value = GridCell { text: cell.text[value..].trim().to_owned(), ..cell.clone() };
                self.label_unit = unit_in_label(&cell.text);
                self.labelled(index, cell, &[&value]);
            }
            Some((Found::Projects, _)) => {
                let Some(projects) = &self.profile.projects else { return };
                let pointer = Pointer::parse(&projects.member);
                let values = self.values_right(cell, ValueKind::Paragraphs);
                let place = values.first().copied().or_else(|| self.right_of(cell)).unwrap_or(cell);
                self.origin(&pointer, place);
                let mut lines: Vec<&GridCell> = values.clone();
                lines.extend(self.lines_below(cell.row + cell.row_span));
                let text = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
                lines.iter().for_each(|line| self.claim(line));
                self.open = Some(pointer);
                self.open_column = self.column_of(place);
                self.read_projects(&text, place);
            }
            Some((Found::Label(index), None)) => {
                let label = &self.profile.labels[index];
                if label.kind == ValueKind::Heading {
                    return self.origin(&Pointer::parse(&label.member), cell);
                }
                self.label_unit = unit_in_label(&cell.text);
                let (values, empty) = match label.value {
                    Side::Right => (self.values_right(cell, label.kind), self.right_of(cell)),
                    Side::Below => {
                        let row = cell.row + cell.row_span;
                        let empty = self.cell(row, cell.column).filter(|cell| cell.left.is_none());
                        let free = self.free_values(row);
                        let values = self.values_below(cell, below);
                        // Some forms have the text beside its label instead.
                        let beside =
                            if free.is_empty() { self.values_right(cell, label.kind) } else { Vec::new() };
                        let values =
                            if values.is_empty() { beside } else { self.further_below(cell, values) };
                        (values, free.first().copied().or(empty))
                    }
                };
                let pointer = self.member_of(index, cell);
                self.labelled_as(index, pointer, empty.unwrap_or(cell), &values);
            }
            _ => {}
        }
    }

    /// Reads the parts of a cell that holds several labels.
    fn parts(&mut self, cell: &'g GridCell, parts: &[Part<'_>]) {
        for (index, part) in parts.iter().enumerate() {
            let of_part = |text: &str| GridCell { text: text.to_owned(), figure: None, ..cell.clone() };
            if self.profile.unit.0.is_match(part.text) {
                continue;
            }
            let Some(Found::Label(label)) = part.label else { continue };
            self.label_unit = unit_in_label(part.text);
            if !part.value.is_empty() {
                self.labelled(label, cell, &[&of_part(part.value)]);
            } else if index + 1 == parts.len() {
                // The last label's value may be in the next cell.
                let kind = self.profile.labels[label].kind;
                let values = self.values_right(cell, kind);
                self.labelled(label, cell, &values);
            } else {
                self.labelled(label, cell, &[]);
            }
        }
    }

    /// The column of a cell, if the file tells it.
    fn column_of(&self, cell: &GridCell) -> Option<usize> {
        (!matches!(cell.place, Some(Place::Text { .. }) | None)).then_some(cell.column)
    }

    /// The cells of the rows from one on that hold nothing but one text each, up to a label or a note.
    fn lines_below(&self, row: usize) -> Vec<&'g GridCell> {
        let rows = (row..self.rows.end).map(|row| {
            let cells: Vec<&'g GridCell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
            match cells[..] {
                [only]
                    if self.label_of(only).is_none()
                        && !self.has_parts(only)
                        && !self.profile.notes.0.is_match(&only.text) =>
                {
                    Some(only)
                }
                _ => None,
            }
        });
        rows.map_while(|line| line).collect()
    }

    /// Sets the member that a label leads to. `empty` is where a missing value would be.
    fn labelled(&mut self, index: usize, empty: &GridCell, values: &[&GridCell]) {
        let pointer = Pointer::parse(&self.profile.labels[index].member);
        self.labelled_as(index, pointer, empty, values);
    }

    /// Sets a member that a label leads to.
    fn labelled_as(&mut self, index: usize, pointer: Pointer, empty: &GridCell, values: &[&GridCell]) {
        let label = &self.profile.labels[index];
        let repeated = self.builder.get(pointer.as_str()).is_some()
            || self.builder.has_amount(&pointer)
            || self.builder.unreadable.contains_key(&pointer);
        if self.weak.remove(&pointer) && !label.weak && !values.is_empty() {
            self.builder.unset(&pointer);
            self.builder.origins.forget(&pointer);
        } else if repeated {
            let is_whole = |value: &String| *value == Scope::Consolidated.as_str();
            // A label that says more of the same department.
            for (member, value) in
                label.sets.iter().filter(|(_, value)| !values.is_empty() && is_whole(value))
            {
                self.builder.set(&Pointer::parse(member), value.clone().into());
            }
            return self.repeated(&pointer, values.first().copied());
        }
        if label.weak && !values.is_empty() {
            self.weak.insert(pointer.clone());
        }
        let place = values.first().copied().unwrap_or(empty);
        self.origin(&pointer, place);
        // A label whose value was left blank sets nothing.
        for (member, value) in label.sets.iter().filter(|_| !values.is_empty()) {
            self.builder.set(&Pointer::parse(member), value.clone().into());
        }
        self.open = None;
        let kind = label.kind;
        // A value may be followed by further labels in its own cell.
        if let [first] = values
            && !matches!(kind, ValueKind::Paragraphs | ValueKind::Heading)
            && let Some(parts) = self.profile.parts(&first.text)
            && let [Part { label: None, value, .. }, others @ ..] = parts.as_slice()
        {
            let value = GridCell { text: (*value).to_owned(), figure: None, ..(*first).clone() };
            self.values(&pointer, kind, &[&value]);
            if let Some(cell) = self.cell(first.row, first.column) {
                self.parts(cell, others);
            }
            return;
        }
        self.values(&pointer, kind, values);
        if kind == ValueKind::Paragraphs {
            self.open_column = self.column_of(place);
        }
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
        let is_left = self.column_of(cell).zip(self.open_column).is_some_and(|(at, open)| at < open);
        let is_foot = self.profile.foot.as_ref().is_some_and(|foot| foot.0.is_match(&narrow(&cell.text)));
        if is_left || is_foot {
            self.open = None;
            return self.remark(cells);
        }
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

    /// Notices what the form's cells hold and do not show.
    fn list_left_out(&mut self) {
        for cell in self.rows.clone().flat_map(|row| self.grid.row(row)) {
            for part in &cell.left_out {
                let shown = shown_text(part.text.trim());
                self.notices.push(left_out(part.kind.id(), shown, cell));
            }
        }
    }

    fn list_unclaimed(&mut self) {
        for row in self.rows.clone() {
            for cell in self.grid.row(row).filter(|cell| !cell.is_blank()) {
                if !self.claimed.contains(&(cell.row, cell.column)) && self.label_of(cell).is_none() {
                    if figure::is_surely_a_figure(&cell.text) || tells_figures(self.profile, &cell.text) {
                        self.unclaimed.push((cell.text.trim().to_owned(), cell.place.clone()));
                    }
                    self.builder.note_cell(NoteKind::Unclaimed, None, cell);
                }
            }
        }
    }
}
