//! The figures that are added up, by name.

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

    /// The name of its column, if it is one of a source's or a nature's.
    pub fn column(self) -> Option<&'static str> {
        match self {
            Self::Top(_) => None,
            Self::Source(_, column) | Self::Nature(_, column) => Some(column.as_str()),
        }
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
    }
}
