//! Documents laid out as their forms.

use huizong_schema::{Draft, Pointer, Unit};
use serde_json::Value;

use super::page::{Content, Page, Printed, Role};
use crate::profile::{Block, Layout, LayoutCell, LayoutColumn, PrintProject, Profile, Style, ValueKind};

/// Lays a document out; `None` if the profile has no layout.
pub(crate) fn page(draft: &Draft<'_>, profile: &Profile) -> Option<Page> {
    lay_out(draft, profile, false)
}

/// Lays a blank form out, with all its rows.
pub(crate) fn blank(profile: &Profile) -> Option<Page> {
    lay_out(&Draft::default(), profile, true)
}

fn lay_out(draft: &Draft<'_>, profile: &Profile, is_blank: bool) -> Option<Page> {
    let layout = profile.layout.as_ref()?;
    let document = serde_json::to_value(draft).unwrap_or_default();
    let name =
        draft.department.as_ref().and_then(|department| department.name.as_deref()).unwrap_or_default();
    let page = Page { name: name.to_owned(), widths: layout.widths.clone(), ..Page::default() };
    let mut form = Form { draft, profile, layout, document, is_blank, page };
    layout.blocks.iter().for_each(|block| form.block(block));
    Some(form.page)
}

struct Form<'f> {
    draft: &'f Draft<'f>,
    profile: &'f Profile,
    layout: &'f Layout,
    document: Value,
    is_blank: bool,
    page: Page,
}

/// Where a cell goes: row, column, and how many of both it covers.
#[derive(Clone, Copy)]
struct Area {
    row: usize,
    column: usize,
    rows: usize,
    columns: usize,
}

impl Form<'_> {
    fn put(&mut self, at: Area, role: Role, content: Content, member: Option<Pointer>) {
        let Area { row, column, rows, columns } = at;
        self.page.cells.push(Printed {
            row,
            column,
            row_span: rows,
            column_span: columns,
            role,
            content,
            member,
        });
    }

    fn block(&mut self, block: &Block) {
        let first = self.page.rows;
        let left = usize::from(block.head.is_some());
        for row in &block.rows {
            let has_value = || row.cells.iter().filter_map(|cell| cell.value.as_ref());
            let is_printed = self.is_blank
                || !row.optional
                || has_value().any(|member| self.document.pointer(member).is_some());
            if is_printed {
                let mut column = left;
                for cell in &row.cells {
                    self.cell(cell, Area { row: self.page.rows, column, rows: 1, columns: cell.columns });
                    column += cell.columns;
                }
                self.page.rows += 1;
            }
        }
        if !block.table.is_empty() {
            self.table(block, left);
        }
        let rows = self.page.rows - first;
        if let Some(member) = block.head.as_ref().filter(|_| rows > 0) {
            self.label(member, "", Area { row: first, column: 0, rows, columns: 1 });
        }
    }

    fn cell(&mut self, cell: &LayoutCell, at: Area) {
        if let Some(words) = &cell.words {
            let words = self.words(words).or_else(|| cell.otherwise.clone()).unwrap_or_default();
            let role = match cell.style {
                Some(Style::Title) => Role::Title,
                Some(Style::Line) => Role::Line,
                None => Role::Label,
            };
            let member = (cell.style == Some(Style::Line)).then(|| Pointer::parse("/unit"));
            return self.put(at, role, Content::Text(words), member);
        }
        if let Some(member) = &cell.label {
            return self.label(member, &cell.before, at);
        }
        let matrix = cell.row.as_ref().and_then(|member| self.profile.row_label(member));
        let head = cell.head.as_ref().and_then(|id| self.profile.head_label(id));
        if let Some(label) = matrix.or(head) {
            let text = format!("{}{label}", cell.before);
            return self.put(at, Role::Label, Content::Text(text), None);
        }
        let Some(member) = &cell.value else {
            return self.put(at, Role::Label, Content::Text(String::new()), None);
        };
        let Some(kind) = self.profile.kind_of(member) else { return };
        let is_projects = self.profile.projects.as_ref().is_some_and(|projects| projects.member == *member);
        let content = if is_projects {
            self.projects()
        } else if self.profile.labels_to(member).next().is_some()
            && self.profile.label_for(member, &self.document).is_none()
        {
            // Every label contradicts the document.
            Content::Text(String::new())
        } else {
            content(self.document.pointer(member), kind)
        };
        self.put(at, Role::Value(kind), content, Some(Pointer::parse(member)));
    }

    fn label(&mut self, member: &str, before: &str, at: Area) {
        let label = self.profile.label_for(member, &self.document);
        let text = label.map(|label| format!("{before}{label}")).unwrap_or_default();
        self.put(at, Role::Label, Content::Text(text), Some(Pointer::parse(member)));
    }

    /// Words with their places filled in; `None` if the document lacks a member that they need.
    fn words(&self, words: &str) -> Option<String> {
        let mut words = words.to_owned();
        let fill = |words: &mut String, name: &str, value: Option<String>| {
            if words.contains(name) {
                *words = words.replace(name, &value?);
            }
            Some(())
        };
        let department = self.draft.department.as_ref().and_then(|department| department.name.as_deref());
        fill(&mut words, "{year}", self.draft.fiscal_year.map(|year| year.get().to_string()))?;
        fill(&mut words, "{unit}", self.unit().map(str::to_owned))?;
        fill(&mut words, "{department}", department.map(str::to_owned))?;
        Some(words)
    }

    fn unit(&self) -> Option<&'static str> {
        self.draft.unit.map(Unit::word)
    }

    fn projects(&self) -> Content {
        let print = self.profile.projects.as_ref().and_then(|projects| projects.print.as_ref());
        let (Some(print), Some(list)) = (print, self.document["key_projects"].as_array()) else {
            return Content::Text(String::new());
        };
        let told: Vec<String> = list.iter().map(|project| self.project(print, project)).collect();
        Content::Text(told.join("\n"))
    }

    fn project(&self, print: &PrintProject, project: &Value) -> String {
        let text = |member: &str| project[member].as_str();
        let outcomes = paragraphs(&project["outcomes"]);
        // Prose that did not fit the profile was read as outcomes only.
        if text("name").is_none() && text("level").is_none() {
            return outcomes;
        }
        let name = text("name").unwrap_or_default();
        let mut told =
            print.begins.replace("{level}", text("level").unwrap_or(&print.level)).replace("{name}", name);
        for (phrase, member) in [(&print.requested, "budget_requested"), (&print.used, "funds_used")] {
            if let Some(amount) = text(member) {
                if !told.ends_with('。') {
                    told.push(' ');
                }
                told +=
                    &phrase.replace("{amount}", amount).replace("{unit}", self.unit().unwrap_or_default());
            }
        }
        if !outcomes.is_empty() || text("budget_requested").or(text("funds_used")).is_none() {
            told = format!("{told}\n{}{outcomes}", print.outcomes);
        }
        told
    }

    fn table(&mut self, block: &Block, left: usize) {
        let Some(table) = &self.profile.table else { return };
        let items =
            self.document.pointer(&table.member).and_then(Value::as_array).cloned().unwrap_or_default();
        let columns = self.columns(block, &items, left);
        let header = self.page.rows;
        for &(column, at, width) in &columns {
            let label = self.profile.column(&column.member).map_or("", |(_, label)| label);
            let at = Area { row: header, column: at, rows: 1, columns: width };
            self.put(at, Role::Label, Content::Text(label.to_owned()), None);
        }
        self.page.rows += 1;
        // A form without items has a row for them all the same.
        let blanks = if self.is_blank { block.blank_rows } else { usize::from(items.is_empty()) };
        let blank = Value::Object(serde_json::Map::new());
        let list = Pointer::parse(&table.member);
        let of_items: Vec<&Value> = items.iter().chain(std::iter::repeat_n(&blank, blanks)).collect();
        let runs = self.runs(&of_items);
        for (index, item) in of_items.iter().enumerate() {
            let inner = columns.iter().filter_map(|(column, ..)| column.member.split_once("/*/"));
            let lengths = inner.map(|(list, _)| item[list].as_array().map_or(0, Vec::len));
            let rows = lengths.max().unwrap_or(0).max(1);
            let pointer = list.item(index);
            for &(column, at, width) in &columns {
                let carried = table.columns.iter().position(|c| c.member == column.member && c.carried);
                let place = Area { row: self.page.rows, column: at, rows, columns: width };
                match (carried, column.member.split_once("/*/")) {
                    (Some(of), _) => {
                        if let Some(run) = runs[of][index] {
                            self.value(column, &column.member, item, Area { rows: run, ..place }, &pointer);
                        }
                    }
                    (None, Some((list, member))) => {
                        for of in 0..rows {
                            let at = Area { row: place.row + of, rows: 1, ..place };
                            let inner = pointer.member(list).item(of);
                            self.value(column, member, &item[list][of], at, &inner);
                        }
                    }
                    (None, None) => self.value(column, &column.member, item, place, &pointer),
                }
            }
            self.page.rows += rows;
        }
    }

    fn value(&mut self, column: &LayoutColumn, member: &str, item: &Value, at: Area, pointer: &Pointer) {
        let Some((kind, _)) = self.profile.column(&column.member) else { return };
        self.put(at, Role::Value(kind), content(item.get(member), kind), Some(pointer.member(member)));
    }

    /// The table's columns, each with its first column of the page and its width.
    fn columns<'b>(
        &self,
        block: &'b Block,
        items: &[Value],
        left: usize,
    ) -> Vec<(&'b LayoutColumn, usize, usize)> {
        let has = |column: &LayoutColumn| {
            items.iter().any(|item| match column.member.split_once("/*/") {
                Some((list, member)) => item[list]
                    .as_array()
                    .is_some_and(|list| list.iter().any(|item| item.get(member).is_some())),
                None => item.get(&column.member).is_some(),
            })
        };
        let mut columns: Vec<(&LayoutColumn, usize, usize)> = Vec::new();
        let mut at = left;
        for column in &block.table {
            match columns.last_mut() {
                Some(before) if column.optional && !self.is_blank && !has(column) => {
                    before.2 += column.columns;
                }
                _ => columns.push((column, at, column.columns)),
            }
            at += column.columns;
        }
        debug_assert_eq!(at, self.layout.widths.len());
        columns
    }

    /// By carried column and item: how many items, from it on, share a cell; `None` if it shares the one above.
    fn runs(&self, items: &[&Value]) -> Vec<Vec<Option<usize>>> {
        let Some(table) = &self.profile.table else { return Vec::new() };
        let mut runs: Vec<Vec<Option<usize>>> = Vec::new();
        // A cell is shared within a cell of the column before, and only if it has a value.
        let mut ends_before = vec![false; items.len()];
        for column in table.columns.iter().take_while(|column| column.carried) {
            let value = |at: usize| items[at].get(&column.member);
            let begins: Vec<bool> = (0..items.len())
                .map(|at| at == 0 || ends_before[at] || value(at).is_none() || value(at) != value(at - 1))
                .collect();
            let length = |at: usize| 1 + begins[at + 1..].iter().take_while(|begins| !**begins).count();
            runs.push((0..items.len()).map(|at| begins[at].then(|| length(at))).collect());
            ends_before = begins;
        }
        runs
    }
}

/// The printed content of a value.
fn content(value: Option<&Value>, kind: ValueKind) -> Content {
    match (value, kind) {
        (Some(Value::String(text)), ValueKind::Amount | ValueKind::Points) => Content::Number(text.clone()),
        (Some(Value::String(text)), ValueKind::Percent) => Content::Percent(text.clone()),
        (Some(Value::String(text)), _) => Content::Text(text.clone()),
        (Some(Value::Number(year)), _) => Content::Text(format!("{year}年")),
        (Some(list @ Value::Array(_)), _) => Content::Text(paragraphs(list)),
        _ => Content::Text(String::new()),
    }
}

fn paragraphs(list: &Value) -> String {
    let paragraphs = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    paragraphs.collect::<Vec<_>>().join("\n")
}
