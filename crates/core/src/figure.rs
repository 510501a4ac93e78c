//! The figures that are added up, by name.

use huizong_schema::consolidation::{Total, Totals};
use huizong_schema::{ByNature, NatureFigures};

use crate::member::{Column, Source, named};

named! {
    /// A nature of expenditure.
    Nature {
        /// 基本支出.
        Basic = "basic", "基本支出", "basic expenditure";
        /// 项目支出.
        Project = "project", "项目支出", "project expenditure";
    }
}

impl Nature {
    /// The nature's figures in a document.
    pub fn of(self, natures: &ByNature) -> Option<&NatureFigures> {
        match self {
            Self::Basic => natures.basic.as_ref(),
            Self::Project => natures.project.as_ref(),
        }
    }
}

named! {
    /// A figure that has no second level.
    Top {
        /// 年初预算.
        InitialBudget = "initial_budget", "年初预算", "initial budget";
        /// 调整后预算.
        AdjustedBudget = "adjusted_budget", "调整后预算", "adjusted budget";
        /// 实际支出.
        ActualExpenditure = "actual_expenditure", "实际支出", "actual expenditure";
        /// 预算调整数, absolute values.
        BudgetAdjustment = "budget_adjustment", "预算调整数", "budget adjustment";
        /// Adjusted less initial budget.
        NetChange = "net_change", "净增减", "net change";
        /// 任务涉及资金.
        TaskFunds = "task_funds", "任务涉及资金", "task funds";
        /// 预算资金申报 of key projects.
        KeyProjectRequested = "key_project_requested", "重点项目申报预算", "key projects: requested";
        /// 实际资金使用 of key projects.
        KeyProjectUsed = "key_project_used", "重点项目实际使用", "key projects: used";
    }
}

/// A figure that is added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// One without a second level.
    Top(Top),
    /// One of a source of funds.
    Source(Source, Column),
    /// One of a nature of expenditure.
    Nature(Nature, Column),
}

const COLUMNS: usize = Column::ALL.len();
const FIRST_OF_SOURCES: usize = Top::ALL.len();
const FIRST_OF_NATURES: usize = FIRST_OF_SOURCES + Source::ALL.len() * COLUMNS;

impl Figure {
    /// How many there are.
    pub const COUNT: usize = FIRST_OF_NATURES + Nature::ALL.len() * COLUMNS;

    /// Every one, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        let with_columns = |column: &'static Column| *column;
        let sources = Source::ALL.iter().flat_map(move |source| {
            Column::ALL.iter().map(with_columns).map(|column| Self::Source(*source, column))
        });
        let natures = Nature::ALL.iter().flat_map(move |nature| {
            Column::ALL.iter().map(with_columns).map(|column| Self::Nature(*nature, column))
        });
        Top::ALL.iter().map(|top| Self::Top(*top)).chain(sources).chain(natures)
    }

    /// Its place among all of them.
    pub const fn index(self) -> usize {
        match self {
            Self::Top(top) => top as usize,
            Self::Source(source, column) => FIRST_OF_SOURCES + source as usize * COLUMNS + column as usize,
            Self::Nature(nature, column) => FIRST_OF_NATURES + nature as usize * COLUMNS + column as usize,
        }
    }

    /// The figure's name, or that of its source or nature.
    pub fn name(self) -> &'static str {
        match self {
            Self::Top(top) => top.as_str(),
            Self::Source(source, _) => source.as_str(),
            Self::Nature(nature, _) => nature.as_str(),
        }
    }

    /// The figure of a name: one without a second level.
    pub fn top(name: &str) -> Option<Self> {
        Top::ALL.iter().copied().find(|top| top.as_str() == name).map(Self::Top)
    }

    /// The figure of a source of funds by its name and that of its column.
    pub fn source(name: &str, column: &str) -> Option<Self> {
        let source = Source::ALL.iter().copied().find(|source| source.as_str() == name)?;
        Some(Self::Source(source, Self::column_of(column)?))
    }

    /// The figure of a nature of expenditure by its name and that of its column.
    pub fn nature(name: &str, column: &str) -> Option<Self> {
        let nature = Nature::ALL.iter().copied().find(|nature| nature.as_str() == name)?;
        Some(Self::Nature(nature, Self::column_of(column)?))
    }

    fn column_of(name: &str) -> Option<Column> {
        Column::ALL.iter().copied().find(|column| column.as_str() == name)
    }

    /// What it is called, in Chinese and in English.
    pub fn label(self) -> (String, String) {
        let with = |(zh, en): (&str, &str), column: Column| {
            let (column_zh, column_en) = column.label();
            (format!("{zh}：{column_zh}"), format!("{en}: {column_en}"))
        };
        match self {
            Self::Top(top) => (top.label().0.to_owned(), top.label().1.to_owned()),
            Self::Source(source, column) => with(source.label(), column),
            Self::Nature(nature, column) => with(nature.label(), column),
        }
    }

    /// Its path among a consolidation's totals or a row's figures: `by_source.other.initial_budget`.
    pub fn path(self) -> String {
        match self {
            Self::Top(top) => top.as_str().to_owned(),
            Self::Source(source, column) => format!("by_source.{}.{}", source.as_str(), column.as_str()),
            Self::Nature(nature, column) => format!("by_nature.{}.{}", nature.as_str(), column.as_str()),
        }
    }

    /// The figure of a path.
    pub fn at(path: &str) -> Option<Self> {
        match path.split('.').collect::<Vec<_>>()[..] {
            [top] => Self::top(top),
            ["by_source", source, column] => Self::source(source, column),
            ["by_nature", nature, column] => Self::nature(nature, column),
            _ => None,
        }
    }

    /// The name of its column, if it is one of a source's or a nature's.
    pub fn column(self) -> Option<&'static str> {
        match self {
            Self::Top(_) => None,
            Self::Source(_, column) | Self::Nature(_, column) => Some(column.as_str()),
        }
    }
}

/// A total by its figure.
pub fn total(totals: &Totals, figure: Figure) -> Option<&Total> {
    match (figure, figure.column()) {
        (Figure::Source(..), Some(column)) => totals.by_source.get(figure.name())?.get(column),
        (Figure::Nature(..), Some(column)) => totals.by_nature.get(figure.name())?.get(column),
        (Figure::Top(top), _) => match top {
            Top::InitialBudget => &totals.initial_budget,
            Top::AdjustedBudget => &totals.adjusted_budget,
            Top::ActualExpenditure => &totals.actual_expenditure,
            Top::BudgetAdjustment => &totals.budget_adjustment,
            Top::NetChange => &totals.net_change,
            Top::TaskFunds => &totals.task_funds,
            Top::KeyProjectRequested => &totals.key_project_requested,
            Top::KeyProjectUsed => &totals.key_project_used,
        }
        .as_ref(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_named_as_the_schema_names_them() {
        assert_eq!(Figure::Top(Top::NetChange).name(), "net_change");
        assert_eq!(Figure::Top(Top::NetChange).column(), None);
        assert_eq!(Figure::Source(Source::Other, Column::Actual).name(), "other");
        assert_eq!(Figure::Nature(Nature::Basic, Column::Actual).name(), "basic");
        assert_eq!(Figure::Nature(Nature::Basic, Column::Actual).column(), Some("actual_expenditure"));
        assert_eq!(Nature::Project.label(), ("项目支出", "project expenditure"));
    }

    #[test]
    fn every_figure_has_a_place_of_its_own() {
        assert!(Figure::all().enumerate().all(|(index, figure)| figure.index() == index));
        assert_eq!(Figure::all().count(), Figure::COUNT);
        assert!(Figure::all().is_sorted());
        assert!(Figure::all().all(|figure| Figure::at(&figure.path()) == Some(figure)));
        assert_eq!(Figure::at("by_source.nobody.initial_budget"), None);
    }
}
