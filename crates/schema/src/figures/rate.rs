//! The rates of sums, and the things that are counted.

use super::by_name::Named;
use super::member::{ADJUSTMENT_RATE, COMPLETION_RATE, Member};
use super::total::Top;

/// A line of the table of rates.
struct Line {
    member: &'static Member,
    numerator: Top,
    denominator: Top,
    how: (&'static str, &'static str),
}

/// A rate of two sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rate {
    /// Expenditure over adjusted budget.
    Completion,
    /// Budget adjustment over initial budget.
    Adjustment,
}

static LINES: [Line; Rate::ALL.len()] = [
    Line {
        member: &COMPLETION_RATE,
        numerator: Top::ActualExpenditure,
        denominator: Top::AdjustedBudget,
        how: ("实际支出占调整后预算的百分数", "Expenditure over adjusted budget"),
    },
    Line {
        member: &ADJUSTMENT_RATE,
        numerator: Top::BudgetAdjustment,
        denominator: Top::InitialBudget,
        how: ("预算调整数（绝对值）占年初预算的百分数", "Budget adjustment (absolute) over initial budget"),
    },
];

impl Rate {
    /// Every one, in the order of results.
    pub const ALL: &[Self] = &[Self::Completion, Self::Adjustment];
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The member of a document that prints it.
    pub fn member(self) -> &'static Member {
        LINES[self as usize].member
    }

    /// Its name among the rates.
    pub fn as_str(self) -> &'static str {
        self.member().name
    }

    /// Its name, in Chinese and in English.
    pub fn label(self) -> (&'static str, &'static str) {
        (self.member().zh, self.member().en)
    }

    /// The sum that is divided.
    pub fn numerator(self) -> Top {
        LINES[self as usize].numerator
    }

    /// The sum that it is divided by.
    pub fn denominator(self) -> Top {
        LINES[self as usize].denominator
    }
}

impl Named for Rate {
    const KIND: &'static str = "Rate";
    const ALL: &'static [Self] = Self::ALL;

    fn as_str(self) -> &'static str {
        self.as_str()
    }

    fn label(self) -> (&'static str, &'static str) {
        self.label()
    }

    fn how(self) -> Option<(&'static str, &'static str)> {
        Some(LINES[self as usize].how)
    }
}

/// Something that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// Main tasks.
    Tasks,
    /// Indicators, of tasks and of scorecards.
    Indicators,
    /// Key projects.
    KeyProjects,
}

impl Thing {
    /// Every one, in the order of results.
    pub const ALL: &[Self] = &[Self::Tasks, Self::Indicators, Self::KeyProjects];
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Its name among the counts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tasks => "tasks",
            Self::Indicators => "indicators",
            Self::KeyProjects => "key_projects",
        }
    }

    /// Its name, in Chinese and in English.
    pub const fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Tasks => ("主要任务", "main tasks"),
            Self::Indicators => ("指标", "indicators"),
            Self::KeyProjects => ("重点项目", "key projects"),
        }
    }

    /// The heading of its number in the tables, which are Chinese.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Tasks => "任务数",
            Self::Indicators => "指标数",
            Self::KeyProjects => "重点项目数",
        }
    }
}
