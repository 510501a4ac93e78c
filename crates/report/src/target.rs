//! Names of a consolidation's figures: `totals.actual_expenditure`, `groups[类别=群团].counts.tasks`,
//! `departments[示范区档案馆].by_source.other.initial_budget`.

use huizong_core::name_index::NameIndex;
use huizong_core::{DepartmentRow, Lang};
use huizong_schema::consolidation::{Consolidation, Expected, Group};
use huizong_schema::figures::{Figure, Rate, Thing, Top};
use huizong_schema::findings::Message;

/// The documents that a figure covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// All documents that count.
    All,
    /// The documents of the group with this index.
    Group(usize),
    /// The document of the row with this index.
    Department(usize),
}

/// The kind of figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A sum of money.
    Figure(Figure),
    /// A rate.
    Rate(Rate),
    /// A count.
    Count(Thing),
}

/// A figure of a consolidation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The documents that it covers.
    pub of: Of,
    /// The kind of figure.
    pub what: What,
}

impl What {
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let path = path.trim();
        let path = ["totals.", "figures."].iter().find_map(|start| path.strip_prefix(start)).unwrap_or(path);
        let name = path.strip_prefix("rates.").or_else(|| path.strip_prefix("counts.")).unwrap_or(path);
        let rate = Rate::ALL.iter().find(|rate| [rate.as_str(), rate.label().0].contains(&name));
        let names = |thing: &Thing| [thing.as_str(), thing.label().0, thing.heading()];
        let thing = Thing::ALL.iter().find(|thing| names(thing).contains(&name));
        match (rate, thing) {
            (Some(rate), _) => Some(Self::Rate(*rate)),
            (_, Some(thing)) => Some(Self::Count(*thing)),
            _ => Figure::at(path).or_else(|| called(path)).map(Self::Figure).or_else(|| Self::in_short(path)),
        }
    }

    /// The one of the main sums and the rates whose label holds a word: 支出, 完成率.
    fn in_short(word: &str) -> Option<Self> {
        let is_word = word.chars().count() > 1 && !word.is_ascii();
        let sums = Top::ALL.iter().map(|top| (top.label().0, Self::Figure(Figure::Top(*top))));
        let rates = Rate::ALL.iter().map(|rate| (rate.label().0, Self::Rate(*rate)));
        let mut found = sums.chain(rates).filter(|(label, _)| is_word && label.contains(word));
        let first = found.next()?.1;
        found.next().is_none().then_some(first)
    }

    /// Its name for people.
    pub fn label(self, lang: Lang) -> String {
        match self {
            Self::Figure(figure) => {
                let (zh, en) = figure.label();
                lang.pick(zh, en)
            }
            Self::Rate(rate) => lang.pick(rate.label().0, rate.label().1).to_owned(),
            Self::Count(thing) => lang.pick(thing.label().0, thing.label().1).to_owned(),
        }
    }

    /// Its name below the total, group or department.
    pub fn path(self) -> String {
        match self {
            Self::Figure(figure) => figure.path(),
            Self::Rate(rate) => format!("rates.{}", rate.as_str()),
            Self::Count(thing) => format!("counts.{}", thing.as_str()),
        }
    }
}

/// Finds a figure by its Chinese label, as the sheets print it.
fn called(name: &str) -> Option<Figure> {
    let name = name.replace(':', "：");
    // The form gives of a source what was spent, under its name alone.
    let spent = format!("{name}：{}", Top::ActualExpenditure.label().0);
    let called = |name: &str| Figure::all().find(|figure| figure.label().0 == name);
    called(&name).or_else(|| called(&spent))
}

/// Returns the message that a result has no figure of that name, with the names that it may have.
pub fn no_such_figure(name: &str) -> Message {
    Message {
        zh: format!(
            "结果里没有“{name}”这个数；可以写 实际支出、完成率，也可以在前面写上部门或分组，如“某某局 年初预算”“群团 完成率”，或写工作簿“概览”“部门”“分组”里的一格，如 部门!F12（“对比”里的变动用 huizong diff 看）"
        ),
        en: format!(
            "the result has no figure \"{name}\": write totals.actual_expenditure, totals.by_source.other.initial_budget, rates.completion_rate, counts.tasks, groups[column=value].totals.actual_expenditure, departments[name, code or document].figures.initial_budget, or a cell of the workbook's overview, departments or groups such as departments!F12 (for changes, see huizong diff)"
        ),
    }
}

impl Target {
    /// Parses a figure's name, or a JSON Pointer into the consolidation.
    pub fn parse(name: &str, consolidation: &Consolidation<DepartmentRow<'_>>) -> Option<Self> {
        if let Some(pointer) = name.strip_prefix('/') {
            return Self::pointed(pointer, consolidation);
        }
        for (start, is_group) in
            [("groups[", true), ("分组[", true), ("departments[", false), ("部门[", false)]
        {
            if let Some(rest) = name.strip_prefix(start) {
                let (key, path) = rest.rsplit_once("].")?;
                let of = if is_group { group(key, consolidation)? } else { department(key, consolidation)? };
                return Some(Self { of, what: What::parse(path)? });
            }
        }
        let of_all = What::parse(name).map(|what| Self { of: Of::All, what });
        of_all.or_else(|| Self::in_words(name, consolidation))
    }

    /// Parses the name of a department or a group with that of a figure behind it: 示范局 实际支出, 群团的完成率. Without a figure it is
    /// the expenditure.
    fn in_words(name: &str, consolidation: &Consolidation<DepartmentRow<'_>>) -> Option<Self> {
        let ends = name.char_indices().map(|(at, _)| at).skip(1).chain([name.len()]);
        let parts = ends.collect::<Vec<_>>().into_iter().rev().map(|at| name.split_at(at));
        parts.into_iter().find_map(|(of, figure)| {
            let figure = figure.trim_start_matches([' ', '的', '：', ':', '，', ',']);
            let what = if figure.is_empty() {
                What::Figure(Figure::Top(Top::ActualExpenditure))
            } else {
                What::parse(figure)?
            };
            let of = of.trim();
            let of = department(of, consolidation).or_else(|| group(of, consolidation))?;
            Some(Self { of, what })
        })
    }

    fn pointed(pointer: &str, consolidation: &Consolidation<DepartmentRow<'_>>) -> Option<Self> {
        let path = pointer.trim_end_matches("/value").replace('/', ".");
        let index = |rest: &str, count: usize| -> Option<(usize, What)> {
            let (index, path) = rest.split_once('.')?;
            let index = index.parse().ok().filter(|index| *index < count)?;
            Some((index, What::parse(path)?))
        };
        if let Some(rest) = path.strip_prefix("groups.") {
            let (index, what) = index(rest, consolidation.groups.len())?;
            return Some(Self { of: Of::Group(index), what });
        }
        if let Some(rest) = path.strip_prefix("departments.") {
            let (index, what) = index(rest, consolidation.departments.len())?;
            return Some(Self { of: Of::Department(index), what });
        }
        Some(Self { of: Of::All, what: What::parse(&path)? })
    }
}

/// Finds the group with these columns and values; a value alone is enough if only one group has it.
fn group(key: &str, consolidation: &Consolidation<DepartmentRow<'_>>) -> Option<Of> {
    let wanted: Vec<(Option<&str>, &str)> = key
        .split([',', '，'])
        .map(|part| match part.split_once('=') {
            Some((column, value)) => (Some(column.trim()), value.trim()),
            None => (None, part.trim()),
        })
        .collect();
    let is_it = |by: &std::collections::BTreeMap<String, String>| {
        by.len() == wanted.len()
            && wanted.iter().all(|(column, value)| {
                by.iter().any(|(name, of)| of == value && column.is_none_or(|column| column == name))
            })
    };
    only((0..consolidation.groups.len()).filter(|&index| is_it(&consolidation.groups[index].by)))
        .map(Of::Group)
}

/// Finds the row with this document, code or department name.
fn department(key: &str, consolidation: &Consolidation<DepartmentRow<'_>>) -> Option<Of> {
    let rows = &consolidation.departments;
    let by = |is_it: &dyn Fn(&DepartmentRow<'_>) -> bool| {
        only((0..rows.len()).filter(|&index| is_it(&rows[index])))
    };
    by(&|row| row.entry.document == key)
        .or_else(|| by(&|row| row.code == Some(key)))
        .or_else(|| {
            let mut names = NameIndex::default();
            for (number, row) in rows.iter().enumerate() {
                names.note(number, None, row.entry.name.as_deref(), []);
                // The form may have a short name, and the roster the whole one.
                let of_row = |of: &&Expected| of.documents.iter().any(|id| *id == row.entry.document);
                let listed = consolidation.coverage.roster.iter().find(of_row);
                names.note(number, None, listed.map(|of| &*of.name), []);
            }
            names.find(None, Some(key)).map(|(number, _)| number)
        })
        .map(Of::Department)
}

/// Whether a row belongs to a group.
pub(crate) fn is_in(group: &Group, row: &DepartmentRow<'_>) -> bool {
    group.by.iter().all(|(column, value)| row.by(column).unwrap_or_default() == value)
}

fn only(mut found: impl Iterator<Item = usize>) -> Option<usize> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
