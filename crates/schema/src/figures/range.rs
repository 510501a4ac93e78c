//! The ranges over which figures are given: columns, sources, natures, and the lists of a document.

use super::by_name::Named;
use super::member::{
    ACTUAL, ADJUSTED, INITIAL, Member, NATURE_ACTUAL, NATURE_ADJUSTED, NATURE_INITIAL, SOURCE_ACTUAL,
    SOURCE_ADJUSTED, SOURCE_INITIAL,
};
use crate::evaluation::{ByNature, BySource, Draft, NatureFigures, SourceFigures};

/// A range of places in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The document itself: one place.
    Document,
    /// The three columns of figures: initial, adjusted, expenditure.
    Columns,
    /// The sources of funds.
    Sources,
    /// The natures of expenditure.
    Natures,
    /// The main tasks.
    Tasks,
    /// The key projects.
    KeyProjects,
    /// The scorecard's indicators.
    ScoreRows,
}

impl Over {
    /// The number of places in a document.
    pub fn count(self, draft: &Draft<'_>) -> usize {
        match self {
            Self::Document => 1,
            Self::Columns => Column::ALL.len(),
            Self::Sources => FundSource::ALL.len(),
            Self::Natures => Nature::ALL.len(),
            Self::Tasks => draft.tasks.len(),
            Self::KeyProjects => draft.key_projects.len(),
            Self::ScoreRows => draft.scorecard.as_ref().map_or(0, |card| card.indicators.len()),
        }
    }

    /// The token of a pointer for the place with this index.
    pub(super) fn token(self, at: usize) -> String {
        match self {
            Self::Columns => Column::ALL[at].as_str().to_owned(),
            Self::Sources => FundSource::ALL[at].as_str().to_owned(),
            Self::Natures => Nature::ALL[at].as_str().to_owned(),
            Self::Document | Self::Tasks | Self::KeyProjects | Self::ScoreRows => at.to_string(),
        }
    }

    /// The name of the place in a document, if it has one.
    pub fn name(self, draft: &Draft<'_>, at: usize) -> Option<String> {
        let name = match self {
            Self::Document => None,
            Self::Columns => Some(Column::ALL[at].label().0),
            Self::Sources => Some(FundSource::ALL[at].label().0),
            Self::Natures => Some(Nature::ALL[at].label().0),
            Self::Tasks => draft.tasks[at].name.as_deref(),
            Self::KeyProjects => draft.key_projects[at].name.as_deref(),
            Self::ScoreRows => draft.scorecard.as_ref().and_then(|card| card.indicators[at].name.as_deref()),
        };
        name.map(str::to_owned)
    }
}

/// A column of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// 年初预算.
    Initial,
    /// 调整后预算.
    Adjusted,
    /// 实际支出.
    Actual,
}

impl Column {
    /// Every column, in the schema's order.
    pub const ALL: &[Self] = &[Self::Initial, Self::Adjusted, Self::Actual];

    /// The total of the column, whose name and labels the column shares.
    pub fn total(self) -> &'static Member {
        [&INITIAL, &ADJUSTED, &ACTUAL][self as usize]
    }

    /// The figure of each source in this column.
    pub fn of_sources(self) -> &'static Member {
        [&SOURCE_INITIAL, &SOURCE_ADJUSTED, &SOURCE_ACTUAL][self as usize]
    }

    /// The figure of each nature in this column.
    pub fn of_natures(self) -> &'static Member {
        [&NATURE_INITIAL, &NATURE_ADJUSTED, &NATURE_ACTUAL][self as usize]
    }

    /// The column with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|column| column.as_str() == name)
    }

    /// The member's name.
    pub fn as_str(self) -> &'static str {
        self.total().name
    }

    /// The name of the column, in Chinese and in English.
    pub fn label(self) -> (&'static str, &'static str) {
        (self.total().zh, self.total().en)
    }
}

impl Named for Column {
    const KIND: &'static str = "Column";
    const ALL: &'static [Self] = Self::ALL;

    fn as_str(self) -> &'static str {
        self.as_str()
    }

    fn label(self) -> (&'static str, &'static str) {
        self.label()
    }
}

/// A group of figures in a document: its name, its labels and its field.
macro_rules! places {
    ($(#[$meta:meta])* $name:ident in $group:ident of $figures:ident {
        $($(#[$doc:meta])* $place:ident = $field:ident, $zh:literal, $en:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $place,)* }

        impl $name {
            /// Every value, in the schema's order.
            pub const ALL: &[Self] = &[$(Self::$place),*];

            /// The value with this name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|place| place.as_str() == name)
            }

            /// The member's name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$place => stringify!($field)),* }
            }

            /// The name, in Chinese and in English.
            pub const fn label(self) -> (&'static str, &'static str) {
                match self { $(Self::$place => ($zh, $en)),* }
            }

            /// Its figures in a document.
            pub fn of(self, group: &$group) -> Option<&$figures> {
                match self { $(Self::$place => group.$field.as_ref()),* }
            }

            pub(super) fn of_mut(self, group: &mut $group) -> &mut $figures {
                let figures = match self { $(Self::$place => &mut group.$field),* };
                figures.get_or_insert_default()
            }
        }

        impl Named for $name {
            const KIND: &'static str = stringify!($name);
            const ALL: &'static [Self] = Self::ALL;

            fn as_str(self) -> &'static str {
                self.as_str()
            }

            fn label(self) -> (&'static str, &'static str) {
                self.label()
            }
        }
    };
}

places! {
    /// A source of funds.
    FundSource in BySource of SourceFigures {
        /// 一般公共预算.
        GeneralPublicBudget = general_public_budget, "一般公共预算", "general public budget";
        /// 政府性基金预算.
        GovernmentFundBudget = government_fund_budget, "政府性基金预算", "government fund budget";
        /// 国有资本经营预算.
        StateCapitalBudget = state_capital_budget, "国有资本经营预算", "state capital budget";
        /// 财政拨款, which contains the three budgets.
        FiscalAppropriation = fiscal_appropriation, "财政拨款", "fiscal appropriation";
        /// 财政专户管理资金.
        FiscalSpecialAccount = fiscal_special_account, "财政专户管理资金", "special fiscal account";
        /// 单位资金.
        UnitFunds = unit_funds, "单位资金", "unit funds";
        /// 上年结转资金.
        CarriedOver = carried_over, "上年结转资金", "carried over";
        /// 其他资金.
        Other = other, "其他资金", "other funds";
    }
}

places! {
    /// A nature of expenditure.
    Nature in ByNature of NatureFigures {
        /// 基本支出.
        Basic = basic, "基本支出", "basic expenditure";
        /// 项目支出.
        Project = project, "项目支出", "project expenditure";
    }
}
