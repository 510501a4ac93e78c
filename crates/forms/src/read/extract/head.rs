//! The lines above a form's table: unit, title, year.

use huizong_core::Title;
use huizong_schema::{FiscalYear, Level, Pointer, Scope, Unit};

use super::Form;
use super::choice::{Choice, choice};
use crate::figure::{self, narrow};
use crate::grid::GridCell;
use crate::label::unit_in_label;
use crate::profile::{Found, ValueKind};
use crate::read::build::NoteKind;

impl Form<'_> {
    /// The unit that a line such as 单位：万元 declares, outside of notes; `None` if declarations differ.
    ///
    /// If none does, the heading of the budget may, then a note, then the page's header or footer.
    pub(super) fn unit(&mut self) -> Option<Unit> {
        let pointer = Pointer::parse("/unit");
        let mut declared: Option<(Unit, String)> = None;
        let cells: Vec<&GridCell> = self.rows.clone().flat_map(|row| self.grid.row(row)).collect();
        for &cell in cells.iter().filter(|cell| !self.profile.notes.0.is_match(&cell.text)) {
            let Some((word, length)) = self.unit_declared(&cell.text) else { continue };
            self.origin(&pointer, cell);
            let Some(unit) = Unit::of_word(&word) else {
                // A unit that documents do not have, such as 千元.
                self.claim(cell);
                self.builder.refuse(pointer, cell.text.to_string());
                return None;
            };
            if length + 40 > cell.text.len() && self.profile.parts(&cell.text).is_none() {
                self.claim(cell);
                self.units.insert((cell.row, cell.column));
            }
            match &declared {
                Some((first, text)) if *first != unit => {
                    self.builder.refuse(pointer, format!("{text} / {}", cell.text));
                    return None;
                }
                Some(_) => {}
                None => declared = Some((unit, cell.text.to_string())),
            }
        }
        let Some((unit, text)) = declared else { return self.unit_elsewhere(&cells) };
        // A note may give a column another unit: 注：任务涉及资金单位为元.
        let other = |cell: &&&GridCell| unit_in_note(&cell.text).is_some_and(|of_note| of_note != unit);
        let mut notes = cells.iter().filter(|cell| self.profile.notes.0.is_match(&cell.text));
        if let Some(note) = notes.find(other) {
            self.origin(&pointer, note);
            self.builder.refuse(pointer, format!("{text} / {}", note.text));
            return None;
        }
        Some(unit)
    }

    /// The unit's word that a text declares, and how many bytes that is.
    pub(super) fn unit_declared(&self, text: &str) -> Option<(String, usize)> {
        if text.len() >= LONGEST_DECLARATION {
            return None;
        }
        // Of boxes to tick, the ticked one counts.
        let text = match choice(text) {
            Some(Choice::Of(word, begins)) => format!("{}{word}", &text[..begins]),
            Some(Choice::Unclear) if text.contains("单位") && text.contains(Unit::Cny.word()) => {
                return Some((String::new(), text.len()));
            }
            _ => text.to_owned(),
        };
        let unit = |text: &str| {
            let found = self.profile.unit.0.captures(text)?.name("unit")?;
            Some((found.as_str().to_owned(), found.len()))
        };
        // 单 位 ： 万 元 is spaced out.
        unit(&text).or_else(|| unit(&narrow(&text)))
    }

    /// The unit in the heading of the budget, in a note such as 注：金额单位为万元, or in the page's header or footer.
    fn unit_elsewhere(&mut self, cells: &[&GridCell]) -> Option<Unit> {
        let is_heading = |cell: &&&GridCell| match self.found(cell) {
            Some(Found::Label(index)) => {
                let label = &self.profile.labels[index];
                label.kind == ValueKind::Heading && label.member == "/budget"
            }
            _ => false,
        };
        let of_heading = cells
            .iter()
            .find_map(|cell| Some((unit_in_label(&cell.text).filter(|_| is_heading(&cell))?, *cell)));
        let in_note = || {
            let mut notes = cells.iter().filter(|cell| self.profile.notes.0.is_match(&cell.text));
            notes.find_map(|cell| Some((unit_in_note(&cell.text)?, *cell)))
        };
        let pointer = Pointer::parse("/unit");
        if let Some((unit, cell)) = of_heading.or_else(in_note) {
            self.origin(&pointer, cell);
            return Some(unit);
        }
        let margins = self.grid.margins.iter();
        let in_margin = margins.filter_map(|line| Unit::of_word(&self.unit_declared(line)?.0));
        let mut in_margin: Vec<Unit> = in_margin.collect();
        in_margin.dedup();
        let [unit] = in_margin[..] else { return None };
        self.builder.note(NoteKind::FromMargin, Some(&pointer), "", unit.word());
        Some(unit)
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
            // （2022年度）  单位：万元 in one cell.
            let mut parts = cell.text.split_whitespace();
            if let (Some(first), Some(_)) = (parts.next(), parts.next()) {
                let first = narrow(first);
                if let Some(year) = figure::year(&first).filter(|_| is_year(&first)) {
                    self.year_line.get_or_insert(year);
                    continue;
                }
            }
            let narrow = with_digits(&narrow(without_number(&cell.text)));
            if title.is_none()
                && let Some(found) = self.profile.title.0.captures(&narrow)
            {
                let year = found.name("year").and_then(|year| year.as_str().parse().ok());
                let (department, inner) = without_year(found.name("department").map_or("", |d| d.as_str()));
                let (department, before) = after_year(department);
                let department = self.name_in_title(department);
                let behind = found.get(0).map_or("", |all| &narrow[all.end()..]);
                title = Some(Title {
                    year: before.or(inner).or(year).or_else(|| figure::year(behind)),
                    department: department.map(str::to_owned),
                    ..Title::default()
                });
                self.claim(cell);
            } else if title.is_none()
                && let Some(year) = year_of_evaluation(&narrow)
            {
                title = Some(Title { year: Some(year), ..Title::default() });
                self.claim(cell);
            } else if let Some(year) = figure::year(&narrow)
                && (title.is_some() || is_year(&narrow))
            {
                if is_year(&narrow) {
                    self.year_line.get_or_insert(year);
                }
                if let Some(title) = &mut title {
                    title.year.get_or_insert(year);
                }
                self.claim(cell);
            }
        }
        title
    }

    /// The department's name in a title, if it names one: not a district, a level or what every form of the kind says.
    fn name_in_title<'t>(&self, text: &'t str) -> Option<&'t str> {
        let is_label = |label: &str| {
            self.profile.found(label).is_some()
                || ["部门", "单位", "名称"].iter().any(|end| label.ends_with(end))
        };
        let text = text.split_once(':').filter(|(label, _)| is_label(label)).map_or(text, |(_, name)| name);
        let is_general = |word: &str| {
            ["部门", "单位", "预算", "填报", "填表", "报送", "上报", "年度", "级", "直"]
                .iter()
                .any(|end| word.ends_with(end))
        };
        let is_district = |word: &str| {
            // 区, 县 and so on govern; a 镇 or 街道 is a department.
            word.chars().count() <= 9
                && word.ends_with(['省', '市', '区', '县', '州', '盟', '旗'])
                && !word.ends_with("园区")
        };
        let bare = text.trim_matches(|c: char| matches!(c, '(' | ')' | '-' | '—' | ':'));
        (!bare.is_empty() && !is_general(bare) && !is_district(bare)).then_some(text)
    }

    pub(super) fn take_from_title(&mut self, title: Option<&mut Title>) {
        let mut none = Title::default();
        let title = title.unwrap_or(&mut none);
        if self.builder.get("/fiscal_year").is_none()
            && let Some(year) = self.year_line.or(title.year).filter(|year| FiscalYear::new(*year).is_some())
            && !self.builder.unreadable.contains_key(&Pointer::parse("/fiscal_year"))
        {
            let pointer = Pointer::parse("/fiscal_year");
            self.builder.set(&pointer, year.into());
            self.builder.note(NoteKind::FromTitle, Some(&pointer), "", &year.to_string());
            // A title with another year than the line below it is not a matter of course.
            title.year_taken = title.year == Some(year);
        }
        // A form that includes its units is a department's, even if it names another one above it.
        let is_consolidated =
            self.builder.get("/department/scope").is_some_and(|scope| scope == Scope::Consolidated.as_str());
        if is_consolidated
            && self.builder.get("/department/level").is_some_and(|level| level == Level::Unit.as_str())
        {
            self.builder.unset(&Pointer::parse("/department/level"));
        }
        if self.builder.get("/department/name").is_none()
            && !self.builder.unreadable.contains_key(&Pointer::parse("/department/name"))
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

/// Whether a line is a year and nothing else, as (2022年度) beside the title.
fn is_year(narrow: &str) -> bool {
    let year = narrow.trim_matches(['(', ')']);
    let digits = year.strip_suffix("年度").or_else(|| year.strip_suffix('年'));
    digits.is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The year of a title that is worded otherwise than the profile says, and still names an evaluation of its own.
fn year_of_evaluation(narrow: &str) -> Option<u16> {
    let rest = narrow.trim_start_matches('(');
    let digits = rest.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let is_title = rest[4..].starts_with('年') && (narrow.contains("自评") || narrow.contains("自我评价"));
    is_title.then(|| digits.parse().ok())?
}

/// The longest text (in bytes) that declares the unit.
const LONGEST_DECLARATION: usize = 200;
/// The unit that a note gives all amounts: 注：本表金额单位为万元。
fn unit_in_note(text: &str) -> Option<Unit> {
    if text.len() >= LONGEST_DECLARATION {
        return None;
    }
    let narrow = narrow(text);
    let bracketed = |unit: &Unit| narrow.contains(&format!("({})", unit.word()));
    let Some((_, rest)) = narrow.split_once("单位") else {
        return Unit::ALL.iter().copied().find(bracketed);
    };
    let rest = rest.trim_start_matches(['均', '为', '是', ':', '统', '一']);
    let rest = rest.strip_prefix("人民币").unwrap_or(rest);
    // 元/场 is what an indicator is counted in.
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '/');
    Unit::ALL.iter().copied().find(|unit| rest.strip_prefix(unit.word()).is_some_and(ends))
}

/// A title with its year in digits: 二〇二二年度 is 2022年度.
fn with_digits(title: &str) -> String {
    let is_numeral = |c: char| figure::chinese_digit(c).is_some();
    let Some(end) = title.find('年') else { return title.to_owned() };
    let numerals = title[..end].char_indices().rev().take_while(|(_, c)| is_numeral(*c));
    let start = numerals.last().map_or(end, |(at, _)| at);
    if title[start..end].chars().count() != 4 {
        return title.to_owned();
    }
    let digits: String = title[start..end].chars().filter_map(figure::chinese_digit).collect();
    format!("{}{digits}{}", &title[..start], &title[end..])
}

/// The text after the last year in a name, as in 2023年填报2022年度甲局, and that year.
fn after_year(name: &str) -> (&str, Option<u16>) {
    let digits_before = |at: usize| name[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
    let mut years = name.match_indices('年').map(|(at, _)| at).filter(|at| digits_before(*at) == 4);
    let Some(at) = years.next_back() else { return (name, None) };
    let rest = &name[at + '年'.len_utf8()..];
    (rest.strip_prefix('度').unwrap_or(rest), name[at - 4..at].parse().ok())
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
        assert_eq!(after_year("2023年填报2022年度甲局"), ("甲局", Some(2022)));
        assert_eq!(after_year("甲局"), ("甲局", None));
        assert_eq!(with_digits("二〇二二年度甲局"), "2022年度甲局");
        assert_eq!(with_digits("一年级甲校"), "一年级甲校");
        assert_eq!(unit_in_note("注：本表金额单位为万元。"), Some(Unit::Cny10k));
        assert_eq!(unit_in_note("注：单位负责人签字"), None);
    }
}
