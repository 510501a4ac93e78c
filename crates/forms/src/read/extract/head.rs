//! The lines above a form's table: unit, title, year.

use huizong_core::Title;
use huizong_schema::{FiscalYear, Pointer, Unit};

use super::Form;
use crate::figure::{self, narrow};
use crate::grid::GridCell;
use crate::read::build::NoteKind;

impl Form<'_> {
    /// The unit that a line such as 单位：万元 declares, outside of notes; `None` if declarations differ.
    pub(super) fn unit(&mut self) -> Option<Unit> {
        let pointer = Pointer::parse("/unit");
        let mut declared: Option<(Unit, String)> = None;
        let cells: Vec<&GridCell> = self.rows.clone().flat_map(|row| self.grid.row(row)).collect();
        for cell in cells
            .into_iter()
            .filter(|cell| cell.text.len() < 200 && !self.profile.notes.0.is_match(&cell.text))
        {
            let Some(found) = self.profile.unit.0.captures(&cell.text).and_then(|found| found.name("unit"))
            else {
                continue;
            };
            self.origin(&pointer, cell);
            let Some(unit) = Unit::of_word(found.as_str()) else {
                // A unit that documents do not have, such as 千元.
                self.claim(cell);
                self.builder.refuse(pointer, cell.text.clone());
                return None;
            };
            if found.len() + 40 > cell.text.len() {
                self.claim(cell);
                self.units.insert((cell.row, cell.column));
            }
            match &declared {
                Some((first, text)) if *first != unit => {
                    self.builder.refuse(pointer, format!("{text} / {}", cell.text));
                    return None;
                }
                Some(_) => {}
                None => declared = Some((unit, cell.text.clone())),
            }
        }
        declared.map(|(unit, _)| unit)
    }

    /// The department and year in the title, or in a line such as (2023年度) below it.
    pub(super) fn title(&mut self) -> Option<Title> {
        let mut title: Option<Title> = None;
        for row in self.rows.clone() {
            let cells: Vec<&GridCell> = self.grid.row(row).filter(|cell| !cell.is_blank()).collect();
            if cells.iter().any(|cell| self.label_of(cell).is_some()) {
                break;
            }
            let [cell] = cells[..] else { continue };
            let narrow = narrow(without_number(&cell.text));
            if title.is_none()
                && let Some(found) = self.profile.title.0.captures(&narrow)
            {
                let year = found.name("year").and_then(|year| year.as_str().parse().ok());
                let (department, inner) = without_year(found.name("department").map_or("", |d| d.as_str()));
                let behind = found.get(0).map_or("", |all| &narrow[all.end()..]);
                title = Some(Title {
                    year: year.or(inner).or_else(|| figure::year(behind)),
                    department: (!department.is_empty()).then(|| department.to_owned()),
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
            && !self.builder.unreadable.contains_key(&Pointer::parse("/fiscal_year"))
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

/// A title without the number of the annex that it is, such as 附件3.
fn without_number(title: &str) -> &str {
    let text = title.trim_start();
    let Some(rest) = text.strip_prefix("附件").or_else(|| text.strip_prefix("附表")) else {
        return title;
    };
    let rest = rest.trim_start();
    let end =
        rest.find(|c: char| !c.is_numeric() && !"一二三四五六七八九十-".contains(c)).unwrap_or(rest.len());
    // Of digits that run into a year the last four are the year.
    let end = if end > 4 && rest[..end].is_ascii() { end - 4 } else { end };
    rest[end..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '.' | '、'))
}

/// Splits a department's name from the year after it, as in 示范局2023年度.
fn without_year(name: &str) -> (&str, Option<u16>) {
    let cut = name.trim_end_matches(['度', '年', ')', '）']);
    let digits = cut.len() - cut.bytes().rev().take_while(u8::is_ascii_digit).count();
    match cut[digits..].parse() {
        Ok(year) if cut.len() - digits == 4 && cut.len() < name.len() => {
            (cut[..digits].trim_end_matches(['(', '（']), Some(year))
        }
        _ => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_annexes_are_no_years() {
        for title in
            ["附件3 2023年度甲局", "附件3：2023年度甲局", "附件32023年度甲局", "附表一、2023年度甲局"]
        {
            assert_eq!(without_number(title), "2023年度甲局");
        }
        assert_eq!(without_number("附件：甲局"), "甲局");
        assert_eq!(without_number("2023年度甲局"), "2023年度甲局");
    }

    #[test]
    fn years_behind_names() {
        assert_eq!(without_year("甲局2023年度"), ("甲局", Some(2023)));
        assert_eq!(without_year("甲局(2023年度)"), ("甲局", Some(2023)));
        assert_eq!(without_year("第101中学"), ("第101中学", None));
        assert_eq!(without_year("甲局2023"), ("甲局2023", None));
        assert_eq!(without_year(""), ("", None));
    }
}
