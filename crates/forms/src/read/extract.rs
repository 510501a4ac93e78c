//! Cells to documents, by a profile.

mod beyond;
mod choice;
mod head;
mod labels;
mod matrix;
mod name;
mod recognise;
mod rest;
mod split;
mod table;
mod values;
mod wrapped;

use std::collections::BTreeSet;
use std::ops::Range;

use huizong_core::{InputKind, Reading};
use huizong_schema::findings::{Args, Notice, Place};
use huizong_schema::{Pointer, Unit};

use crate::figure::{self, Figure, narrow};
use crate::grid::{Grid, GridCell};
use crate::notices::KEY_PROJECT_NOT_PARSED;
use crate::profile::{Found, Profile, Side};
use crate::read::Read;
use crate::read::build::{Builder, NoteKind};
use crate::read::projects;

use self::beyond::edge;
pub(super) use self::name::is_prompt;
pub(crate) use self::recognise::{begins, begins_form, goes_on, labels_found};
pub(super) use self::rest::left_out_of;
use self::rest::{is_blank, left_out};

/// The longest text (in bytes) of a heading.
const LONGEST_HEADING: usize = 120;

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
    /// The department in the title.
    named_in_title: Option<String>,
    /// The year in a line of its own beside the title.
    year_line: Option<u16>,
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
            named_in_title: None,
            year_line: None,
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
        self.named_in_title = title.as_ref().and_then(|title| title.department.clone());
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
        // Figures without a label do not make a form a blank one.
        let has_figures = self.unclaimed.iter().any(|(text, _)| figure::is_surely_a_figure(text));
        let is_blank = !has_figures && is_blank(&built);
        let source = if is_blank { InputKind::BlankForm } else { InputKind::Form };
        Read {
            draft: built.draft,
            reading: Reading {
                source,
                unreadable: built.unreadable,
                refused: built.cut_off,
                misplaced: built.misplaced,
                lone: built.lone,
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

    /// Adds a row without labels to the paragraphs above it.
    fn go_on(&mut self, cells: &[&'g GridCell]) {
        let Some(open) = self.open.clone() else { return };
        let free: Vec<&GridCell> =
            cells.iter().copied().filter(|cell| !self.claimed.contains(&(cell.row, cell.column))).collect();
        let [cell] = free[..] else { return };
        let is_left = cell.known_column().zip(self.open_column).is_some_and(|(at, open)| at < open);
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
}
