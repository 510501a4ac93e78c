//! A figure of a consolidation by name: `totals.actual_expenditure`, `groups[类别=群团].counts.tasks`,
//! `departments[示范区档案馆].by_source.other.initial_budget`.

use huizong_core::Row;
use huizong_core::figure::{Figure, Top};
use huizong_schema::consolidation::{Consolidation, Group};
use huizong_schema::findings::Message;

/// What a figure is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// All documents that count.
    All,
    /// The group of that index.
    Group(usize),
    /// The row of that index.
    Department(usize),
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A sum of money.
    Figure(Figure),
    /// A rate: its numerator, its denominator.
    Rate(Top, Top),
    /// A number of things.
    Count(Thing),
}

/// Things that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// Main tasks.
    Tasks,
    /// Indicators.
    Indicators,
    /// Key projects.
    KeyProjects,
}

/// A figure of a consolidation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// What it is of.
    pub of: Of,
    /// What is counted.
    pub what: What,
}

impl What {
    fn parse(path: &str) -> Option<Self> {
        let path = path.trim();
        let path = ["totals.", "figures."].iter().find_map(|start| path.strip_prefix(start)).unwrap_or(path);
        Some(match path.strip_prefix("rates.").or_else(|| path.strip_prefix("counts.")).unwrap_or(path) {
            "completion_rate" | "预算完成率" => Self::Rate(Top::ActualExpenditure, Top::AdjustedBudget),
            "adjustment_rate" | "预算调整率" => Self::Rate(Top::BudgetAdjustment, Top::InitialBudget),
            "tasks" | "主要任务" | "任务数" => Self::Count(Thing::Tasks),
            "indicators" | "指标" | "指标数" => Self::Count(Thing::Indicators),
            "key_projects" | "重点项目" | "重点项目数" => Self::Count(Thing::KeyProjects),
            _ => Self::Figure(Figure::at(path).or_else(|| called(path))?),
        })
    }

    /// Its path behind what it is of.
    pub fn path(self) -> String {
        match self {
            Self::Figure(figure) => figure.path(),
            Self::Rate(Top::ActualExpenditure, _) => "rates.completion_rate".to_owned(),
            Self::Rate(..) => "rates.adjustment_rate".to_owned(),
            Self::Count(Thing::Tasks) => "counts.tasks".to_owned(),
            Self::Count(Thing::Indicators) => "counts.indicators".to_owned(),
            Self::Count(Thing::KeyProjects) => "counts.key_projects".to_owned(),
        }
    }
}

/// The figure that the sheets call so.
fn called(name: &str) -> Option<Figure> {
    let name = name.replace(':', "：");
    Figure::all().find(|figure| figure.label().0 == name)
}

/// Returns the message that a result has no figure of that name, with the names that it may have.
pub fn no_such_figure(name: &str) -> Message {
    Message {
        zh: format!(
            "结果里没有“{name}”这个数；可以写 实际支出 或 totals.actual_expenditure、totals.by_source.other.initial_budget、rates.completion_rate、counts.tasks、groups[类别=群团].totals.actual_expenditure、departments[部门名称、编码或文件].figures.initial_budget，或工作簿“概览”“部门”“分组”里的一格，如 部门!F12（“对比”里的变动用 huizong diff 看）"
        ),
        en: format!(
            "the result has no figure \"{name}\": write totals.actual_expenditure, totals.by_source.other.initial_budget, rates.completion_rate, counts.tasks, groups[column=value].totals.actual_expenditure, departments[name, code or document].figures.initial_budget, or a cell of the workbook's overview, departments or groups such as departments!F12 (for changes, see huizong diff)"
        ),
    }
}

impl Target {
    /// The figure of a name, or of a JSON Pointer into the consolidation.
    pub fn parse(name: &str, consolidation: &Consolidation<Row<'_>>) -> Option<Self> {
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
        Some(Self { of: Of::All, what: What::parse(name)? })
    }

    fn pointed(pointer: &str, consolidation: &Consolidation<Row<'_>>) -> Option<Self> {
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

/// The group whose columns and values are named; a value alone will do where one group has it.
fn group(key: &str, consolidation: &Consolidation<Row<'_>>) -> Option<Of> {
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

/// The row whose document, code or department's name it is.
fn department(key: &str, consolidation: &Consolidation<Row<'_>>) -> Option<Of> {
    let rows = &consolidation.departments;
    let by = |is_it: &dyn Fn(&Row<'_>) -> bool| only((0..rows.len()).filter(|&index| is_it(&rows[index])));
    by(&|row| row.entry.document == key)
        .or_else(|| by(&|row| row.code == Some(key)))
        .or_else(|| by(&|row| row.entry.name.as_deref() == Some(key)))
        .map(Of::Department)
}

/// Whether a row belongs to a group.
pub(crate) fn is_in(group: &Group, row: &Row<'_>) -> bool {
    group.by.iter().all(|(column, value)| row.by.get(column).map_or("", String::as_str) == value)
}

fn only(mut found: impl Iterator<Item = usize>) -> Option<usize> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
