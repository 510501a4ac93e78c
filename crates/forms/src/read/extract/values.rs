//! The cells that hold a label's value, and their meaning.

use huizong_schema::{FiscalYear, Pointer};

use super::Form;
use crate::figure::{self, Figure};
use crate::grid::GridCell;
use crate::profile::{Found, ValueKind};
use crate::read::build::NoteKind;

impl<'g> Form<'g> {
    /// The cell to the right of a label.
    pub(super) fn right_of(&self, cell: &GridCell) -> Option<&'g GridCell> {
        self.cell(cell.row, cell.column + cell.column_span)
    }

    /// The cells to the right of a label, up to the next label; over all rows that the label covers.
    pub(super) fn values_right(&self, label: &'g GridCell) -> Vec<&'g GridCell> {
        let mut values: Vec<&GridCell> = Vec::new();
        for row in label.row..(label.row + label.row_span).min(self.rows.end) {
            let mut column = label.column + label.column_span;
            while let Some(cell) = self.cell(row, column) {
                if self.label_of(cell).is_some() {
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

    /// The cells that may be values of labels above them: of a row, or of the first one below it that is not blank.
    pub(super) fn free_values(&self, row: usize) -> Vec<&'g GridCell> {
        let is_blank = |row: &usize| self.grid.row(*row).all(GridCell::is_blank);
        let Some(row) = (row..self.rows.end.min(row + 3)).find(|row| !is_blank(row)) else {
            return Vec::new();
        };
        if self.grid.row(row).any(|cell| self.is_value_label(cell)) {
            return Vec::new();
        }
        self.grid.row(row).filter(|cell| !cell.is_blank() && self.label_of(cell).is_none()).collect()
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
            let text: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
            self.builder.misplaced.push((pointer.clone(), text.join(" / ")));
        }
    }

    /// Sets a member from the cells of its value.
    pub(super) fn values(&mut self, pointer: &Pointer, kind: ValueKind, cells: &[&GridCell]) {
        let prose = matches!(kind, ValueKind::Text | ValueKind::Paragraphs);
        let is_number = |cell: &&&GridCell| matches!(figure::read(&cell.text), Figure::Number { .. });
        if kind == ValueKind::Amount && cells.iter().filter(is_number).count() > 1 {
            // Several figures after one label: which one counts is not known.
            let all: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
            self.builder.refuse(pointer.clone(), all.join(" / "));
            cells.iter().for_each(|cell| self.claim(cell));
            return;
        }
        // A text or figure is one cell; the cells after it belong to something else.
        let used = if kind == ValueKind::Paragraphs { cells } else { &cells[..cells.len().min(1)] };
        used.iter().for_each(|cell| self.claim(cell));
        for (cell, beneath) in used.iter().filter_map(|cell| Some((cell, cell.beneath.as_ref()?))) {
            self.builder.note(NoteKind::Shown, Some(pointer), beneath, cell.text.trim());
        }
        let text = used.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join("\n");
        if prose {
            self.placeholder(pointer, &text);
        }
        match kind {
            ValueKind::Heading => {}
            ValueKind::Text => {
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                let name = without_seal(&text);
                if name.len() < text.len() && pointer.as_str() == "/department/name" {
                    self.builder.note(NoteKind::Normalised, Some(pointer), &text, name);
                    self.builder.set(pointer, name.into());
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
            ValueKind::Amount | ValueKind::Percent | ValueKind::Points => self.figure(pointer, kind, &text),
        }
    }

    fn figure(&mut self, pointer: &Pointer, kind: ValueKind, text: &str) {
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

/// A name without the words that ask for a seal beside it.
fn without_seal(name: &str) -> &str {
    let seals = ["（盖章）", "(盖章)", "（公章）", "(公章)", "（章）", "(章)"];
    let bare = seals.iter().find_map(|seal| name.strip_suffix(seal)).unwrap_or(name).trim_end();
    if bare.is_empty() { name } else { bare }
}

/// Whether a cell of a line begins under another one, give or take the width of a character.
pub(super) fn is_under(cell: &GridCell, head: &GridCell) -> bool {
    cell.left.zip(head.left).is_some_and(|(cell, head)| cell.abs_diff(head) <= 2)
}
