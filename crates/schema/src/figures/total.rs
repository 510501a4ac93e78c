//! The sums over documents, and the members that they add up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::by_name::Named;
use super::member::{ACTUAL, ADJUSTED, ADJUSTMENT, INITIAL, Member, REQUESTED, TASK_FUNDS, USED};
use super::range::{Column, FundSource, Nature, Over};

/// How an amount is counted.
///
/// 金额怎样计入。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// Added.
    ///
    /// 加上。
    Plus,
    /// Subtracted.
    ///
    /// 减去。
    Minus,
    /// Without its sign.
    ///
    /// 不论正负号，按绝对值计入。
    Absolute,
}

/// A member that is added to a sum, at every place of its range.
#[derive(Clone, Copy, Debug)]
pub struct Addend {
    /// The member.
    pub member: &'static Member,
    /// How it is counted.
    pub how: Counted,
}

/// A line of the table of sums.
struct Line {
    name: &'static str,
    zh: &'static str,
    en: &'static str,
    addends: &'static [Addend],
}

const fn plus(member: &'static Member) -> Addend {
    Addend { member, how: Counted::Plus }
}

const fn minus(member: &'static Member) -> Addend {
    Addend { member, how: Counted::Minus }
}

const fn absolute(member: &'static Member) -> Addend {
    Addend { member, how: Counted::Absolute }
}

/// The sum of one member, under its name.
const fn sum_of(addends: &'static [Addend; 1]) -> Line {
    let Member { name, zh, en, .. } = *addends[0].member;
    Line { name, zh, en, addends }
}

macro_rules! totals {
    ($($(#[$about:meta])* $top:ident = $line:expr;)*) => {
        /// A sum that has no second level.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Top { $($(#[$about])* $top,)* }

        static LINES: [Line; Top::ALL.len()] = [$($line),*];

        impl Top {
            /// Every one, in the order of results.
            pub const ALL: &[Self] = &[$(Self::$top),*];
        }
    };
}

totals! {
    /// 年初预算.
    InitialBudget = sum_of(&[plus(&INITIAL)]);
    /// 调整后预算.
    AdjustedBudget = sum_of(&[plus(&ADJUSTED)]);
    /// 实际支出.
    ActualExpenditure = sum_of(&[plus(&ACTUAL)]);
    /// 预算调整数: the sum of absolute values, as forms print cuts without a sign.
    BudgetAdjustment = sum_of(&[absolute(&ADJUSTMENT)]);
    /// Adjusted less initial budget.
    NetChange = Line { name: "net_change", zh: "净增减", en: "net change", addends: &[plus(&ADJUSTED), minus(&INITIAL)] };
    /// 任务涉及资金 of all tasks.
    TaskFunds = Line { name: "task_funds", zh: TASK_FUNDS.zh, en: TASK_FUNDS.en, addends: &[plus(&TASK_FUNDS)] };
    /// 预算资金申报 of all key projects.
    KeyProjectRequested = Line {
        name: "key_project_requested", zh: "重点项目申报预算", en: "key projects: requested", addends: &[plus(&REQUESTED)]
    };
    /// 实际资金使用 of all key projects.
    KeyProjectUsed = Line {
        name: "key_project_used", zh: "重点项目实际使用", en: "key projects: used", addends: &[plus(&USED)]
    };
}

impl Top {
    /// Its name among the totals.
    pub fn as_str(self) -> &'static str {
        LINES[self as usize].name
    }

    /// Its name, in Chinese and in English.
    pub fn label(self) -> (&'static str, &'static str) {
        let line = &LINES[self as usize];
        (line.zh, line.en)
    }

    /// The members that it adds up.
    pub fn addends(self) -> &'static [Addend] {
        LINES[self as usize].addends
    }
}

impl Named for Top {
    const KIND: &'static str = "Figure";
    const ALL: &'static [Self] = Self::ALL;

    fn as_str(self) -> &'static str {
        self.as_str()
    }

    fn label(self) -> (&'static str, &'static str) {
        self.label()
    }

    fn how(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::BudgetAdjustment => Some((
                "各部门预算调整数的绝对值之和，因为表上追减常不写负号",
                "The sum of absolute values, as forms print cuts without a sign",
            )),
            Self::NetChange => Some(("调整后预算减年初预算", "Adjusted less initial budget")),
            _ => None,
        }
    }
}

/// A sum over documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// One without a second level.
    Top(Top),
    /// One of a source of funds.
    Source(FundSource, Column),
    /// One of a nature of expenditure.
    Nature(Nature, Column),
}

const COLUMNS: usize = Column::ALL.len();
const FIRST_OF_SOURCES: usize = Top::ALL.len();
const FIRST_OF_NATURES: usize = FIRST_OF_SOURCES + FundSource::ALL.len() * COLUMNS;

impl Figure {
    /// How many there are.
    pub const COUNT: usize = FIRST_OF_NATURES + Nature::ALL.len() * COLUMNS;

    /// Every one, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        let with_columns = |column: &'static Column| *column;
        let sources = FundSource::ALL.iter().flat_map(move |source| {
            Column::ALL.iter().map(with_columns).map(|column| Self::Source(*source, column))
        });
        let natures = Nature::ALL.iter().flat_map(move |nature| {
            Column::ALL.iter().map(with_columns).map(|column| Self::Nature(*nature, column))
        });
        Top::ALL.iter().map(|top| Self::Top(*top)).chain(sources).chain(natures)
    }

    /// Its index among all figures.
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

    /// The name of its column, if it is the figure of a source or a nature.
    pub fn column(self) -> Option<&'static str> {
        match self {
            Self::Top(_) => None,
            Self::Source(_, column) | Self::Nature(_, column) => Some(column.as_str()),
        }
    }

    /// Its name, in Chinese and in English.
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

    /// The figure with this path.
    pub fn at(path: &str) -> Option<Self> {
        match path.split('.').collect::<Vec<_>>()[..] {
            [name] => Top::ALL.iter().copied().find(|top| top.as_str() == name).map(Self::Top),
            ["by_source", source, column] => {
                Some(Self::Source(FundSource::named(source)?, Column::named(column)?))
            }
            ["by_nature", nature, column] => {
                Some(Self::Nature(Nature::named(nature)?, Column::named(column)?))
            }
            _ => None,
        }
    }

    /// The only member that it adds up, how that is counted, and the place in the member's range. [`None`] if it adds
    /// up several members or the items of a list.
    pub fn place(self) -> Option<(Addend, usize)> {
        match self {
            Self::Top(top) => match top.addends() {
                [addend] if addend.member.over == Over::Document => Some((*addend, 0)),
                _ => None,
            },
            Self::Source(source, column) => Some((plus(column.of_sources()), source as usize)),
            Self::Nature(nature, column) => Some((plus(column.of_natures()), nature as usize)),
        }
    }
}
