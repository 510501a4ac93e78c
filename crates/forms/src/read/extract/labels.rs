//! The labels of a form's cells, and the members that they lead to.

use huizong_schema::{Pointer, Scope};

use super::Form;
use super::name::scope_ticked;
use crate::figure::narrow;
use crate::grid::GridCell;
use crate::label::unit_in_label;
use crate::profile::{Found, Part, Side, ValueKind};

impl<'g> Form<'g> {
    /// The label that a cell is, or that it begins with; and in the second case where the value begins.
    pub(super) fn label_of(&self, cell: &GridCell) -> Option<(Found, Option<usize>)> {
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
    pub(super) fn is_bare_label(&self, cell: &GridCell) -> bool {
        matches!(self.found(cell), Some(Found::Label(_) | Found::Projects | Found::Other))
    }

    pub(super) fn is_value_label(&self, cell: &GridCell) -> bool {
        matches!(self.label_of(cell), Some((Found::Label(_) | Found::Projects | Found::Other, _)))
            || self.has_parts(cell)
            || self.stacked(cell).is_some()
    }

    /// The labels of a cell that has one on each line, as 一般公共预算 above 政府性基金预算.
    pub(super) fn stacked(&self, cell: &GridCell) -> Option<Vec<usize>> {
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
    pub(super) fn stack(&mut self, cell: &'g GridCell, labels: &[usize]) {
        let values = self.values_right(cell, ValueKind::Amount);
        let lines: Vec<&str> = values.iter().flat_map(|value| value.text.lines()).collect();
        if lines.len() != labels.len() {
            let member = Pointer::parse(&self.profile.labels[labels[0]].member);
            return self.misplace(&member, &values);
        }
        let place = values.first().copied().unwrap_or(cell);
        for (&label, (line, name)) in labels.iter().zip(lines.iter().zip(cell.text.lines())) {
            self.label_unit = unit_in_label(name);
            let value = place.part(line);
            self.labelled(label, cell, &[&value]);
        }
        values.iter().for_each(|value| self.claim(value));
    }

    /// The pointer that a figure's label leads to here. A part of a total, such as 其中：基本支出, belongs to the total
    /// above it or before it in its row: to the initial budget, the adjusted one, or the expenditure.
    pub(super) fn member_of(&self, index: usize, cell: &GridCell) -> Pointer {
        let label = &self.profile.labels[index];
        let is_part =
            |member: &str| member.starts_with("/budget/by_") && member.ends_with("/actual_expenditure");
        let pointer = Pointer::parse(&label.member);
        if !is_part(&label.member) || cell.known_column().is_none() {
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

    /// Whether a source is a part of the figure above it that is by nature, such as 其中：其他 below 项目支出: the sources of
    /// the whole are elsewhere.
    fn is_part_of_nature(&self, index: usize, cell: &GridCell) -> bool {
        let member = |cell: &GridCell| match self.found(cell)? {
            Found::Label(index) => Some(self.profile.labels[index].member.as_str()),
            _ => None,
        };
        let is_source = self.profile.labels[index].member.starts_with("/budget/by_source/");
        let is_vague = || cell.text.trim_start().starts_with("其中") || narrow(&cell.text).ends_with("其他");
        let above = || (self.rows.start..cell.row).rev().find_map(|row| self.cell(row, cell.column));
        is_source
            && cell.known_column().is_some()
            && is_vague()
            && above().and_then(member).is_some_and(|member| member.starts_with("/budget/by_nature/"))
    }

    /// Whether a cell holds several labels with their values.
    pub(super) fn has_parts(&self, cell: &GridCell) -> bool {
        self.profile.parts(&cell.text).is_some_and(|parts| parts.iter().any(|part| part.label.is_some()))
    }

    pub(super) fn is_figure_in_prose(&self, cell: &GridCell) -> bool {
        let Some((Found::Label(index), Some(_))) = self.label_of(cell) else { return false };
        matches!(self.profile.labels[index].kind, ValueKind::Amount | ValueKind::Percent | ValueKind::Points)
    }

    pub(super) fn side(&self, cell: &GridCell) -> Side {
        match self.found(cell) {
            Some(Found::Label(index)) => self.profile.labels[index].value,
            _ => Side::Right,
        }
    }

    pub(super) fn label(&mut self, cell: &'g GridCell, below: &[&GridCell]) {
        self.claim(cell);
        let is_unit = self.units.contains(&(cell.row, cell.column));
        self.scope_in_label(cell);
        if let Some(labels) = self.stacked(cell) {
            return self.stack(cell, &labels);
        }
        if self.found(cell).is_none()
            && let Some(parts) = self.profile.parts(&cell.text)
        {
            return self.parts(cell, &parts);
        }
        match self.label_of(cell).filter(|_| !is_unit) {
            Some((Found::Label(index), None)) if self.is_part_of_nature(index, cell) => {
                let values = self.values_right(cell, ValueKind::Amount);
                self.remark(&[cell]);
                self.remark(&values);
            }
            Some((Found::Other, value)) => {
                let values =
                    if value.is_some() { Vec::new() } else { self.values_right(cell, ValueKind::Text) };
                for cell in std::iter::once(cell).chain(values.into_iter().take(1)) {
                    self.remark(&[cell]);
                }
                self.open = None;
            }
            Some((Found::Label(index), Some(value))) => {
                let value = cell.part(cell.text[value..].trim());
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
                let text = lines.iter().map(|line| &*line.text).collect::<Vec<_>>().join("\n");
                lines.iter().for_each(|line| self.claim(line));
                self.open = Some(pointer);
                self.open_column = place.known_column();
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
                self.labelled_as(index, &pointer, empty.unwrap_or(cell), &values);
            }
            _ => {}
        }
    }

    /// What the form includes, if boxes in the label of the department's name say so.
    fn scope_in_label(&mut self, cell: &GridCell) {
        let is_name = |found: Found| self.profile.leads_into(found, "/department/name");
        let scope = self.found(cell).filter(|found| is_name(*found)).and_then(|_| scope_ticked(&cell.text));
        if let Some((scope, _)) = scope {
            self.builder.set(&Pointer::parse("/department/scope"), scope.as_str().into());
        }
    }

    /// Reads the parts of a cell that holds several labels.
    pub(super) fn parts(&mut self, cell: &'g GridCell, parts: &[Part<'_>]) {
        for (index, part) in parts.iter().enumerate() {
            if self.profile.unit.0.is_match(part.text) {
                continue;
            }
            let Some(Found::Label(label)) = part.label else { continue };
            self.label_unit = unit_in_label(part.text);
            if !part.value.is_empty() {
                self.labelled(label, cell, &[&cell.part(part.value)]);
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

    /// Sets the member that a label leads to. `empty` is where a missing value would be.
    pub(super) fn labelled(&mut self, index: usize, empty: &GridCell, values: &[&GridCell]) {
        let pointer = Pointer::parse(&self.profile.labels[index].member);
        self.labelled_as(index, &pointer, empty, values);
    }

    /// Sets a member that a label leads to.
    pub(super) fn labelled_as(
        &mut self,
        index: usize,
        pointer: &Pointer,
        empty: &GridCell,
        values: &[&GridCell],
    ) {
        let label = &self.profile.labels[index];
        let repeated = self.builder.get(pointer.as_str()).is_some()
            || self.builder.has_amount(pointer)
            || self.builder.unreadable.contains_key(pointer);
        if self.weak.remove(pointer) && !label.weak && !values.is_empty() {
            self.builder.unset(pointer);
            self.builder.origins.forget(pointer);
        } else if repeated {
            let is_whole = |value: &String| *value == Scope::Consolidated.as_str();
            // A label that says more of the same department.
            for (member, value) in
                label.sets.iter().filter(|(_, value)| !values.is_empty() && is_whole(value))
            {
                self.builder.set(&Pointer::parse(member), value.clone().into());
            }
            return self.repeated(pointer, values.first().copied());
        }
        if label.weak && !values.is_empty() {
            self.weak.insert(pointer.clone());
        }
        let place = values.first().copied().unwrap_or(empty);
        self.origin(pointer, place);
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
            let value = first.part(value);
            self.values(pointer, kind, &[&value]);
            if let Some(cell) = self.cell(first.row, first.column) {
                self.parts(cell, others);
            }
            return;
        }
        self.values(pointer, kind, values);
        if kind == ValueKind::Paragraphs {
            self.open_column = place.known_column();
        }
    }
}
