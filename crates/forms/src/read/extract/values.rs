//! The cells that hold a label's value, and their meaning.

use huizong_core::shown_text;
use huizong_schema::{FiscalYear, Pointer, Unit};

use super::name::is_same_name;
use super::{Form, left_out};
use crate::figure::{self, Figure, narrow};
use crate::grid::GridCell;
use crate::profile::{Found, ValueKind};
use crate::read::build::NoteKind;

impl<'g> Form<'g> {
    /// The cell to the right of a label.
    pub(super) fn right_of(&self, cell: &GridCell) -> Option<&'g GridCell> {
        self.cell(cell.row, cell.column + cell.column_span)
    }

    /// The cells to the right of a label, up to the next label; over all rows that the label covers.
    ///
    /// Beside the label of a text only a cell that is a label and nothing else is one: a text may begin like a label with
    /// its value.
    pub(super) fn values_right(&self, label: &'g GridCell, kind: ValueKind) -> Vec<&'g GridCell> {
        let mut values: Vec<&GridCell> = Vec::new();
        for row in label.row..(label.row + label.row_span).min(self.rows.end) {
            let mut column = label.column + label.column_span;
            while let Some(cell) = self.cell(row, column) {
                if self.edge.is_some_and(|edge| cell.column >= edge) {
                    break;
                }
                let ends = match kind {
                    ValueKind::Paragraphs => self.is_bare_label(cell),
                    _ => self.label_of(cell).is_some() && !self.is_name_like_label(label, cell, kind),
                };
                if ends {
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

    /// Whether a cell beside the label of a name is that name, though it is worded like a figure's label: another label
    /// follows it, so it has no figure of its own.
    fn is_name_like_label(&self, label: &GridCell, cell: &'g GridCell, kind: ValueKind) -> bool {
        let is_next = label.column + label.column_span == cell.column;
        let is_figure = matches!(self.found(cell), Some(Found::Label(index))
            if matches!(self.profile.labels[index].kind, ValueKind::Amount | ValueKind::Percent));
        let after = || self.right_of(cell).filter(|after| !after.is_blank());
        kind == ValueKind::Text
            && is_next
            && is_figure
            && after().is_some_and(|after| self.is_bare_label(after))
    }

    /// The cell in the row below a label: in its column, or, where columns were lost, the one in the same order.
    pub(super) fn values_below(&self, label: &'g GridCell, labels: &[&GridCell]) -> Vec<&'g GridCell> {
        let row = label.row + label.row_span;
        let values = self.free_values(row);
        let in_order = || {
            let at = labels.iter().position(|other| std::ptr::eq(*other, label))?;
            (values.len() == labels.len()).then(|| values[at])
        };
        if label.left.is_some() {
            let found = in_order().or_else(|| values.iter().copied().find(|value| is_under(value, label)));
            return found.into_iter().collect();
        }
        // Where merged cells were lost, values below begin further left than their labels do.
        let is_moved =
            labels.first().zip(values.first()).is_some_and(|(label, value)| value.column < label.column);
        if is_moved && let Some(value) = in_order() {
            return vec![value];
        }
        let meet =
            |value: &GridCell, label: &GridCell| label.covers(value.column) || value.covers(label.column);
        // A value under several labels could belong to any of them.
        let is_own = |value: &&GridCell| labels.iter().filter(|label| meet(value, label)).count() < 2;
        let aligned = values.iter().copied().filter(is_own).find(|value| meet(value, label));
        aligned.or_else(in_order).into_iter().collect()
    }

    /// The values below a label, with those of the rows after them that a heading beside the label still covers.
    pub(super) fn further_below(
        &self,
        label: &'g GridCell,
        mut values: Vec<&'g GridCell>,
    ) -> Vec<&'g GridCell> {
        let [first] = values[..] else { return values };
        let heading = label
            .column
            .checked_sub(1)
            .and_then(|left| self.grid.row(label.row).find(|cell| cell.column <= left));
        let is_heading = |cell: &&GridCell| {
            matches!(self.found(cell), Some(Found::Label(index))
            if self.profile.labels[index].kind == ValueKind::Heading)
        };
        let Some(heading) = heading.filter(is_heading) else { return values };
        for row in first.row + first.row_span..(heading.row + heading.row_span).min(self.rows.end) {
            let mut cells = self.grid.row(row).filter(|cell| !cell.is_blank());
            match cells.find(|cell| cell.column == first.column) {
                Some(cell) if !self.is_bare_label(cell) && !self.heads_table(row) => values.push(cell),
                _ => break,
            }
        }
        values
    }

    /// The cells that may be values of labels above them: of a row, or of the first one below it that is not blank.
    pub(super) fn free_values(&self, row: usize) -> Vec<&'g GridCell> {
        let is_blank = |row: &usize| self.grid.row(*row).all(GridCell::is_blank);
        let Some(row) = (row..self.rows.end.min(row + 3)).find(|row| !is_blank(row)) else {
            return Vec::new();
        };
        // Where the file has cells, a text under its label may begin like a label with its value.
        let is_label = |cell: &GridCell| match cell.known_column() {
            Some(_) => self.is_bare_label(cell),
            None => self.is_value_label(cell),
        };
        if self.grid.row(row).any(is_label) || self.heads_table(row) {
            return Vec::new();
        }
        self.grid.row(row).filter(|cell| !cell.is_blank()).collect()
    }

    /// Whether a row is the header of the table.
    fn heads_table(&self, row: usize) -> bool {
        self.grid.row(row).filter(|cell| matches!(self.found(cell), Some(Found::Column(_)))).count() >= 3
    }

    /// Reports values in the row below that are under none of these labels as misplaced, instead of guessing.
    pub(super) fn not_placed_below(&mut self, labels: &[&GridCell]) {
        let Some(first) = labels.first() else { return };
        let mut left_over = self.free_values(first.row + first.row_span);
        left_over.retain(|cell| !self.claimed.contains(&(cell.row, cell.column)));
        let members: Vec<Pointer> = labels
            .iter()
            .filter_map(|label| match self.found(label)? {
                Found::Label(index) => Some(Pointer::parse(&self.profile.labels[index].member)),
                _ => None,
            })
            .collect();
        let missing = members.iter().find(|member| self.builder.get(member.as_str()).is_none());
        if let Some(member) = missing.or(members.first()).cloned() {
            self.misplace(&member, &left_over);
        }
    }

    /// Notes cells whose column is not known.
    pub(super) fn misplace(&mut self, pointer: &Pointer, cells: &[&GridCell]) {
        cells.iter().for_each(|cell| self.claim(cell));
        if !cells.is_empty() {
            let text: Vec<&str> = cells.iter().map(|cell| &*cell.text).collect();
            self.builder.misplaced.push((pointer.clone(), text.join(" / ")));
        }
    }

    /// Sets a member from the cells of its value.
    pub(super) fn values(&mut self, pointer: &Pointer, kind: ValueKind, cells: &[&GridCell]) {
        let prose = matches!(kind, ValueKind::Text | ValueKind::Paragraphs);
        let is_number = |cell: &&&GridCell| matches!(figure::read(cell.figure()), Figure::Number { .. });
        if kind == ValueKind::Amount && cells.iter().filter(is_number).count() > 1 {
            // Several figures after one label: which one counts is not known.
            let all: Vec<&str> = cells.iter().map(|cell| &*cell.text).collect();
            self.builder.refuse(pointer.clone(), all.join(" / "));
            cells.iter().for_each(|cell| self.claim(cell));
            return;
        }
        let cells = &self.cells_of_name(pointer, cells);
        if self.name_in_pieces(pointer, cells) {
            return;
        }
        self.take_unit_beside(kind, cells);
        // A text or figure is one cell; the cells after it belong to something else.
        let used = if kind == ValueKind::Paragraphs { cells } else { &cells[..cells.len().min(1)] };
        used.iter().for_each(|cell| self.claim(cell));
        if let Some(unknown) =
            used.iter().find(|cell| cell.unstored.as_ref().is_some_and(|formula| !formula.is_computed))
        {
            return self.builder.refuse(pointer.clone(), unknown.text.to_string());
        }
        for unstored in used.iter().filter_map(|cell| cell.unstored.as_ref()) {
            self.builder.note(NoteKind::Computed, Some(pointer), &format!("={}", unstored.formula), "");
        }
        for (cell, beneath) in used.iter().filter_map(|cell| Some((cell, cell.beneath.as_ref()?))) {
            self.builder.note(NoteKind::Shown, Some(pointer), beneath, cell.text.trim());
        }
        let text = match kind {
            ValueKind::Text | ValueKind::Paragraphs | ValueKind::Heading => {
                used.iter().map(|cell| &*cell.text).collect::<Vec<_>>().join("\n")
            }
            _ => used.iter().map(|cell| cell.figure()).collect::<Vec<_>>().join("\n"),
        };
        if prose {
            self.placeholder(pointer, &text);
        }
        match kind {
            ValueKind::Heading => {}
            ValueKind::Text => {
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                if pointer.as_str() == "/department/name" {
                    self.department_name(pointer, &text);
                } else if !text.is_empty() {
                    self.builder.set(pointer, text.into());
                }
            }
            ValueKind::Paragraphs => {
                self.builder.append(pointer, crate::markup::paragraphs(&text));
                self.open = Some(pointer.clone());
            }
            ValueKind::Year => match figure::year(&text).filter(|year| FiscalYear::new(*year).is_some()) {
                Some(year) => self.builder.set(pointer, year.into()),
                None if text.trim().is_empty() => {}
                None => self.builder.refuse(pointer.clone(), text),
            },
            ValueKind::Amount | ValueKind::Percent | ValueKind::Points => {
                if let Some(cell) = used.iter().find(|cell| has_footnote(cell.figure())) {
                    self.notices.push(left_out("footnote", shown_text(cell.text.trim()), cell));
                }
                self.figure(pointer, kind, &text);
            }
        }
    }

    /// Takes the unit of an amount from the cell after it, if that holds nothing else.
    fn take_unit_beside(&mut self, kind: ValueKind, cells: &[&GridCell]) {
        if let (ValueKind::Amount, [_, unit, ..]) = (kind, cells)
            && let Some(word) = unit_alone(unit)
        {
            self.claim(unit);
            self.label_unit = Some(word);
        }
    }

    /// The unit of an amount in a table, from the cell to its right.
    pub(super) fn unit_beside(&mut self, kind: ValueKind, cell: &GridCell) -> Option<Unit> {
        let unit =
            self.right_of(cell).filter(|_| kind == ValueKind::Amount && cell.known_column().is_some())?;
        let word = unit_alone(unit)?;
        self.claim(unit);
        Some(word)
    }

    fn figure(&mut self, pointer: &Pointer, kind: ValueKind, text: &str) {
        let points = text.trim().strip_suffix('分').filter(|_| kind == ValueKind::Points);
        let text = points.map_or(text, str::trim_end);
        match figure::read(text) {
            Figure::Blank => {
                if !text.trim().is_empty() {
                    self.builder.note(NoteKind::Blank, Some(pointer), text, "");
                }
            }
            Figure::Number { value, unit, percent, normalised } => {
                let fits = match kind {
                    ValueKind::Amount => !percent,
                    ValueKind::Percent => {
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
                    self.builder.refuse(pointer.clone(), text.to_owned());
                    return;
                }
                if normalised {
                    self.builder.note(NoteKind::Normalised, Some(pointer), text, &value.to_string());
                }
                if kind == ValueKind::Amount {
                    let unit = unit.or(self.label_unit);
                    self.builder.amount(pointer.clone(), value, unit, text);
                } else {
                    self.builder.set(pointer, value.to_string().into());
                }
            }
            Figure::Unreadable => self.builder.refuse(pointer.clone(), text.to_owned()),
        }
    }

    /// A label found a second time: a value that agrees with the first is noted, figures that differ cancel each other.
    pub(super) fn repeated(&mut self, pointer: &Pointer, value: Option<&GridCell>) {
        let Some(value) = value.filter(|value| !value.is_blank()) else { return };
        self.claim(value);
        let first = self.builder.amount_text(pointer);
        let first = first.or_else(|| Some(self.builder.get(pointer.as_str())?.as_str()?.to_owned()));
        let same = match (first.as_deref().map(figure::read), figure::read(&value.text)) {
            (
                Some(Figure::Number { value: a, unit: unit_a, .. }),
                Figure::Number { value: b, unit: unit_b, .. },
            ) => Some(a == b && (unit_a == unit_b || unit_a.is_none() || unit_b.is_none())),
            _ => None,
        };
        let year = self.builder.get(pointer.as_str()).and_then(serde_json::Value::as_u64);
        let same = year.and_then(|year| Some(u64::from(figure::year(&value.text)?) == year)).or(same);
        let first = first.or_else(|| Some(year?.to_string()));
        let is_name = pointer.as_str() == "/department/name";
        let same = first.as_ref().filter(|_| is_name).map(|first| is_same_name(first, &value.text)).or(same);
        if same == Some(false) {
            return self.builder.contradict(pointer, &first.unwrap_or_default(), &value.text);
        }
        self.builder.note_cell(NoteKind::Repeated, Some(pointer), value);
    }

    pub(super) fn placeholder(&mut self, pointer: &Pointer, text: &str) {
        let is_prompt =
            |line: &&str| self.profile.placeholders.iter().any(|pattern| pattern.0.is_match(line.trim()));
        if let Some(line) = text.lines().find(is_prompt) {
            self.builder.placeholders.push((pointer.clone(), line.trim().to_owned()));
        }
    }
}

/// The unit that a cell is, if it is nothing else.
fn unit_alone(cell: &GridCell) -> Option<Unit> {
    let text = narrow(&cell.text);
    Unit::ALL.iter().copied().find(|word| word.word() == text)
}

/// Whether a figure ends in a footnote mark.
fn has_footnote(text: &str) -> bool {
    let text = text.trim();
    let bare = text.trim_end_matches(|c: char| figure::is_raised(c) || matches!(c, '*' | '＊'));
    bare.len() < text.len() && bare.ends_with(|c: char| c.is_ascii_digit() || "%％元万".contains(c))
}

/// Whether a cell of a line begins under another one, give or take the width of a character.
pub(super) fn is_under(cell: &GridCell, head: &GridCell) -> bool {
    cell.left.zip(head.left).is_some_and(|(cell, head)| cell.abs_diff(head) <= 2)
}
