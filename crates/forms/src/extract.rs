//! Cells to documents, by a profile.

mod table;

use std::collections::BTreeSet;
use std::ops::Range;

use huizong_core::{Reading, Source, Title, notice};
use huizong_schema::findings::{Args, Notice};
use huizong_schema::{FiscalYear, Pointer, Unit};

use crate::build::{Builder, Note, NoteKind};
use crate::figure::{self, Figure, narrow};
use crate::grid::{Cell, Grid};
use crate::profile::{Found, Kind, Profile, Side, unit_in_label};
use crate::{Read, projects};

/// How well a profile fits a grid: how many of its labels stand in it.
pub(crate) fn labels_found(profile: &Profile, grid: &Grid) -> usize {
    let found = grid.cells().iter().filter_map(|cell| profile.found(&cell.text));
    let mut distinct: Vec<String> = found.map(|found| format!("{found:?}")).collect();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.len()
}

/// Reads every form of a grid.
pub(crate) fn forms(profile: &Profile, grid: &Grid) -> Vec<Read> {
    split(profile, grid).into_iter().map(|rows| Form::new(profile, grid, rows).read()).collect()
}

/// The rows of each form: a form begins at its first label, or at the title above it.
fn split(profile: &Profile, grid: &Grid) -> Vec<Range<usize>> {
    let has = |row: usize, test: &dyn Fn(&Cell) -> bool| grid.row(row).any(test);
    let begins = |cell: &Cell| profile.found(&cell.text).is_some_and(|found| profile.begins(found));
    let labelled = |cell: &Cell| profile.found(&cell.text).is_some();
    let titled = |cell: &Cell| profile.title.0.is_match(&narrow(&cell.text));
    let anchors: Vec<usize> = (0..grid.rows()).filter(|&row| has(row, &begins)).collect();
    let mut starts = vec![0];
    for pair in anchors.windows(2) {
        let between = pair[0] + 1..pair[1];
        let title =
            between.rev().take_while(|&row| !has(row, &labelled)).filter(|&row| has(row, &titled)).last();
        starts.push(title.unwrap_or(pair[1]));
    }
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([grid.rows()]).collect();
    starts.into_iter().zip(ends).map(|(start, end)| start..end).collect()
}

/// One form of a grid while it is read.
struct Form<'g> {
    profile: &'g Profile,
    grid: &'g Grid,
    rows: Range<usize>,
    builder: Builder,
    notices: Vec<Notice>,
    claimed: BTreeSet<(usize, usize)>,
    /// The list of paragraphs that a line without a label goes on with.
    open: Option<Pointer>,
    /// Whether the last row was a note: the rows behind it belong to it until a label comes.
    in_notes: bool,
    /// How many projects were read.
    projects: usize,
    /// The unit that the label of the figure being read gives it.
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
            open: None,
            in_notes: false,
            projects: 0,
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
        let unit = self.builder.settle_amounts(declared);
        if let Some(unit) = unit {
            self.builder.set(&Pointer::parse("/unit"), unit.as_str().into());
        }
        self.list_unclaimed();
        let built = self.builder.finish();
        Read {
            draft: built.draft,
            reading: Reading {
                source: Source::Form,
                unreadable: built.unreadable,
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

    fn cell(&self, row: usize, column: usize) -> Option<&'g Cell> {
        self.grid.at(row, column)
    }

    fn found(&self, cell: &Cell) -> Option<Found> {
        self.profile.found(&cell.text)
    }

    fn origin(&mut self, pointer: &Pointer, cell: &Cell) {
        if let Some(place) = &cell.place {
            self.builder.origins.note(pointer.clone(), place.clone());
        }
    }

    fn claim(&mut self, cell: &Cell) {
        self.claimed.insert((cell.row, cell.column));
    }

    /// The unit that a line such as 单位：万元 declares, outside of notes. Declarations that differ settle nothing.
    fn unit(&mut self) -> Option<Unit> {
        let pointer = Pointer::parse("/unit");
        let mut declared: Option<(Unit, String)> = None;
        let cells: Vec<&Cell> = self.rows.clone().flat_map(|row| self.grid.row(row)).collect();
        for cell in cells
            .into_iter()
            .filter(|cell| cell.text.len() < 200 && !self.profile.notes.0.is_match(&cell.text))
        {
            let Some(found) = self.profile.unit.0.captures(&cell.text).and_then(|found| found.name("unit"))
            else {
                continue;
            };
            let unit = if found.as_str() == "元" { Unit::Cny } else { Unit::Cny10k };
            self.origin(&pointer, cell);
            if found.len() + 24 > cell.text.len() {
                self.claim(cell);
            }
            match &declared {
                Some((first, text)) if *first != unit => {
                    self.builder.unreadable.push((pointer, format!("{text} / {}", cell.text)));
                    return None;
                }
                Some(_) => {}
                None => declared = Some((unit, cell.text.clone())),
            }
        }
        declared.map(|(unit, _)| unit)
    }

    /// What the title says, and the line (2023年度) below it.
    fn title(&mut self) -> Option<Title> {
        let mut title: Option<Title> = None;
        for row in self.rows.clone() {
            let cells: Vec<&Cell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
            if cells.iter().any(|cell| self.found(cell).is_some()) {
                break;
            }
            let [cell] = cells[..] else { continue };
            let narrow = narrow(&cell.text);
            if title.is_none()
                && let Some(found) = self.profile.title.0.captures(&narrow)
            {
                let year = found.name("year").and_then(|year| year.as_str().parse().ok());
                let department =
                    found.name("department").map(|d| d.as_str().to_owned()).filter(|d| !d.is_empty());
                let behind = found.get(0).map_or("", |all| &narrow[all.end()..]);
                title = Some(Title {
                    year: year.or_else(|| figure::year(behind)),
                    department,
                    ..Title::default()
                });
                self.claim(cell);
            } else if let (Some(title), Some(year)) = (&mut title, figure::year(&narrow)) {
                title.year.get_or_insert(year);
                self.claim(cell);
            }
        }
        title
    }

    fn take_from_title(&mut self, title: Option<&mut Title>) {
        let Some(title) = title else { return };
        if self.builder.get("/fiscal_year").is_none()
            && let Some(year) = title.year.filter(|year| FiscalYear::new(*year).is_some())
            && !self.builder.unreadable.iter().any(|(pointer, _)| pointer.as_str() == "/fiscal_year")
        {
            let pointer = Pointer::parse("/fiscal_year");
            self.builder.set(&pointer, year.into());
            self.builder.note(NoteKind::FromTitle, Some(&pointer), "", &year.to_string());
            title.year_taken = true;
        }
        if self.builder.get("/department/name").is_none()
            && let Some(department) = &title.department
        {
            let pointer = Pointer::parse("/department/name");
            self.builder.set(&pointer, department.clone().into());
            self.builder.note(NoteKind::FromTitle, Some(&pointer), "", department);
            title.department_taken = true;
        }
    }

    /// Reads a row and says which one is next.
    fn row(&mut self, row: usize) -> usize {
        let cells: Vec<&Cell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
        let columns = cells.iter().filter(|cell| matches!(self.found(cell), Some(Found::Column(_)))).count();
        if columns >= 3 {
            self.open = None;
            return self.table(row);
        }
        if let Some(first) = cells.first()
            && self.profile.notes.0.is_match(&first.text)
            && self.found(first).is_none()
        {
            // Behind the notes comes nothing that belongs to the form.
            self.open = None;
            cells.iter().for_each(|cell| self.claim(cell));
            self.in_notes = true;
            return row + 1;
        }
        let labels: Vec<&Cell> = cells.iter().copied().filter(|cell| self.is_value_label(cell)).collect();
        if labels.is_empty() {
            if self.in_notes {
                cells.iter().for_each(|cell| self.claim(cell));
            } else {
                self.go_on(&cells);
            }
            return row + 1;
        }
        self.in_notes = false;
        let below = labels.iter().filter(|cell| self.side(cell) == Side::Below).count();
        for (index, label) in labels.iter().enumerate() {
            self.label(label, index, below);
        }
        row + 1
    }

    fn is_value_label(&self, cell: &Cell) -> bool {
        matches!(self.found(cell), Some(Found::Label(_) | Found::Projects))
    }

    fn side(&self, cell: &Cell) -> Side {
        match self.found(cell) {
            Some(Found::Label(index)) => self.profile.labels[index].value,
            _ => Side::Right,
        }
    }

    fn label(&mut self, cell: &'g Cell, index: usize, below: usize) {
        self.claim(cell);
        match self.found(cell) {
            Some(Found::Projects) => {
                let Some(projects) = &self.profile.projects else { return };
                let pointer = Pointer::parse(&projects.member);
                let values = self.values_right(cell);
                let place = values.first().copied().or_else(|| self.right_of(cell)).unwrap_or(cell);
                self.origin(&pointer, place);
                let text = values.iter().map(|value| value.text.as_str()).collect::<Vec<_>>().join("\n");
                values.iter().for_each(|value| self.claim(value));
                self.open = Some(pointer);
                self.read_projects(&text, place);
            }
            Some(Found::Label(found)) => {
                let profile = self.profile;
                let label = &profile.labels[found];
                let pointer = Pointer::parse(&label.member);
                if label.kind == Kind::Heading {
                    self.origin(&pointer, cell);
                    return;
                }
                let repeated = self.builder.get(pointer.as_str()).is_some()
                    || self.builder.has_amount(&pointer)
                    || self.builder.unreadable.iter().any(|(unreadable, _)| *unreadable == pointer);
                self.label_unit = unit_in_label(&cell.text);
                let values = match label.value {
                    Side::Right => self.values_right(cell),
                    Side::Below => self.values_below(cell, index, below),
                };
                if repeated {
                    self.repeated(&pointer, values.first().copied());
                    return;
                }
                let empty = match label.value {
                    Side::Right => self.right_of(cell),
                    Side::Below => self.cell(cell.row + cell.row_span, cell.column),
                };
                let place = values.first().copied().or(empty).unwrap_or(cell);
                self.origin(&pointer, place);
                for (member, value) in &label.sets {
                    self.builder.set(&Pointer::parse(member), value.clone().into());
                }
                self.open = None;
                self.values(&pointer, label.kind, &values);
            }
            _ => {}
        }
    }

    /// A label that stands a second time: what agrees with the first is noted, figures that differ settle nothing.
    fn repeated(&mut self, pointer: &Pointer, value: Option<&Cell>) {
        let Some(value) = value.filter(|value| !value.is_blank()) else { return };
        let (Some(first), Figure::Number { value: second, .. }) =
            (self.builder.amount_text(pointer), figure::read(&value.text))
        else {
            return self.builder.note(NoteKind::Repeated, Some(pointer), &value.text, "");
        };
        match figure::read(&first) {
            Figure::Number { value: number, .. } if number == second => {
                self.builder.note(NoteKind::Repeated, Some(pointer), &value.text, "");
            }
            _ => self.builder.contradict(pointer, &first, &value.text),
        }
    }

    fn read_projects(&mut self, text: &str, place: &Cell) {
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
            let mut notice = notice("key-project-not-parsed", None, Args::new(), false);
            notice.location = Some(huizong_schema::findings::Location::new("", place.place.as_ref()));
            self.notices.push(notice);
        }
    }

    /// The cell to the right of a label.
    fn right_of(&self, cell: &Cell) -> Option<&'g Cell> {
        self.cell(cell.row, cell.column + cell.column_span)
    }

    /// The cells to the right of a label, up to the next label; over all rows that the label covers.
    fn values_right(&self, label: &'g Cell) -> Vec<&'g Cell> {
        let mut values: Vec<&Cell> = Vec::new();
        for row in label.row..(label.row + label.row_span).min(self.rows.end) {
            let mut column = label.column + label.column_span;
            while let Some(cell) = self.cell(row, column) {
                if self.found(cell).is_some() {
                    break;
                }
                let seen = values.iter().any(|seen| std::ptr::eq(*seen, cell));
                if !cell.is_blank() && !seen {
                    values.push(cell);
                }
                column = cell.column + cell.column_span;
            }
        }
        values
    }

    /// The cell in the row below a label: in its column, or, where columns were lost, the one in the same order.
    fn values_below(&self, label: &'g Cell, index: usize, labels: usize) -> Vec<&'g Cell> {
        let row = label.row + label.row_span;
        if row >= self.rows.end
            || self.grid.row(row).any(|cell| self.is_value_label(cell) && self.side(cell) == Side::Below)
        {
            return Vec::new();
        }
        let under =
            (label.column..label.column + label.column_span).filter_map(|column| self.cell(row, column));
        let mut aligned = under.filter(|cell| cell.row == row && !cell.is_blank());
        if let Some(cell) = aligned.next() {
            return vec![cell];
        }
        let values: Vec<&Cell> =
            self.grid.row(row).filter(|cell| !cell.is_blank() && self.found(cell).is_none()).collect();
        if values.len() == labels {
            values.get(index.min(labels - 1)).copied().into_iter().collect()
        } else {
            Vec::new()
        }
    }

    /// Sets a member from the cells of its value.
    fn values(&mut self, pointer: &Pointer, kind: Kind, cells: &[&'g Cell]) {
        let prose = matches!(kind, Kind::Text | Kind::Paragraphs);
        let is_number = |cell: &&&Cell| matches!(figure::read(&cell.text), Figure::Number { .. });
        if kind == Kind::Amount && cells.iter().filter(is_number).count() > 1 {
            // Several figures behind one label: which one is meant cannot be told.
            let all: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
            self.builder.unreadable.push((pointer.clone(), all.join(" / ")));
            cells.iter().for_each(|cell| self.claim(cell));
            return;
        }
        let used = if prose { cells } else { &cells[..cells.len().min(1)] };
        used.iter().for_each(|cell| self.claim(cell));
        let text = used.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join("\n");
        if prose {
            self.placeholder(pointer, &text);
        }
        match kind {
            Kind::Heading => {}
            Kind::Text => {
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                if !text.is_empty() {
                    self.builder.set(pointer, text.into());
                }
            }
            Kind::Paragraphs => {
                self.builder.append(pointer, crate::markup::paragraphs(&text));
                self.open = Some(pointer.clone());
            }
            Kind::Year => match figure::year(&text).filter(|year| FiscalYear::new(*year).is_some()) {
                Some(year) => self.builder.set(pointer, year.into()),
                None if text.trim().is_empty() => {}
                None => self.builder.unreadable.push((pointer.clone(), text)),
            },
            Kind::Amount | Kind::Percent | Kind::Points => self.figure(pointer, kind, &text),
        }
    }

    fn figure(&mut self, pointer: &Pointer, kind: Kind, text: &str) {
        match figure::read(text) {
            Figure::Blank => {
                if !text.trim().is_empty() {
                    self.builder.note(NoteKind::Blank, Some(pointer), text, "");
                }
            }
            Figure::Number { value, unit, percent, normalised } => {
                let fits = match kind {
                    Kind::Amount => !percent,
                    Kind::Percent => {
                        unit.is_none()
                            && if pointer.as_str() == "/budget/adjustment_rate" {
                                value.to_string().parse::<huizong_schema::SignedPercent>().is_ok()
                            } else {
                                value.to_string().parse::<huizong_schema::Percent>().is_ok()
                            }
                    }
                    _ => {
                        unit.is_none()
                            && !percent
                            && value.to_string().parse::<huizong_schema::Points>().is_ok()
                    }
                };
                if !fits {
                    self.builder.unreadable.push((pointer.clone(), text.to_owned()));
                    return;
                }
                if normalised {
                    self.builder.note(NoteKind::Normalised, Some(pointer), text, &value.to_string());
                }
                if kind == Kind::Amount {
                    let unit = unit.or(self.label_unit);
                    self.builder.amount(pointer.clone(), value, unit, text);
                } else {
                    self.builder.set(pointer, value.to_string().into());
                }
            }
            Figure::Unreadable => self.builder.unreadable.push((pointer.clone(), text.to_owned())),
        }
    }

    fn placeholder(&mut self, pointer: &Pointer, text: &str) {
        let is_prompt =
            |line: &&str| self.profile.placeholders.iter().any(|pattern| pattern.0.is_match(line.trim()));
        if let Some(line) = text.lines().find(is_prompt) {
            self.builder.placeholders.push((pointer.clone(), line.trim().to_owned()));
        }
    }

    /// A row without labels goes on with the paragraphs above it.
    fn go_on(&mut self, cells: &[&'g Cell]) {
        let Some(open) = self.open.clone() else { return };
        let free: Vec<&Cell> =
            cells.iter().copied().filter(|cell| !self.claimed.contains(&(cell.row, cell.column))).collect();
        let [cell] = free[..] else { return };
        self.claim(cell);
        if self.profile.projects.as_ref().is_some_and(|projects| projects.member == open.as_str()) {
            return self.read_projects(&cell.text, cell);
        }
        self.builder.append(&open, crate::markup::paragraphs(&cell.text));
        self.builder.notes.push(Note {
            what: NoteKind::Continued,
            pointer: Some(open),
            place: cell.place.clone(),
            from: cell.text.clone(),
            to: String::new(),
        });
    }

    fn list_unclaimed(&mut self) {
        for row in self.rows.clone() {
            for cell in self.grid.row(row).filter(|cell| !cell.is_blank()) {
                if !self.claimed.contains(&(cell.row, cell.column)) && self.found(cell).is_none() {
                    self.builder.notes.push(Note {
                        what: NoteKind::Unclaimed,
                        pointer: None,
                        place: cell.place.clone(),
                        from: cell.text.clone(),
                        to: String::new(),
                    });
                }
            }
        }
    }
}
