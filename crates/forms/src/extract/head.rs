//! What a form says above its table: unit, title, year.

use huizong_core::Title;
use huizong_schema::{FiscalYear, Pointer, Unit};

use super::Form;
use crate::build::NoteKind;
use crate::figure::{self, narrow};
use crate::grid::Cell;

impl Form<'_> {
    /// The unit that a line such as 单位：万元 declares, outside of notes. Declarations that differ settle nothing.
    pub(super) fn unit(&mut self) -> Option<Unit> {
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
    pub(super) fn title(&mut self) -> Option<Title> {
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

    pub(super) fn take_from_title(&mut self, title: Option<&mut Title>) {
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
}
