//! The figures of a document, one line each: its place, type and names, and whether it is required.

use std::fmt;

use rust_decimal::Decimal;

use super::object::{
    budget, budget_mut, execution, execution_mut, nature, nature_mut, project, project_mut, score_row,
    score_row_mut, scorecard, scorecard_mut, source, source_mut, task, task_mut,
};
use super::range::{Column, FundSource, Over};
use crate::decimal::{Amount, Percent, Points, SignedAmount, SignedPercent};
use crate::evaluation::{Draft, SourceFigures};
use crate::pointer::Pointer;

/// The unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Money, in the document's unit.
    Amount,
    /// Percent.
    Percent,
    /// Points.
    Points,
}

/// A figure of a document.
#[derive(Debug)]
pub struct Member {
    /// Its pointer; `*` is the place in its range.
    pub pointer: &'static str,
    /// The last name of its pointer.
    pub name: &'static str,
    /// Its name, in Chinese.
    pub zh: &'static str,
    /// Its name, in English.
    pub en: &'static str,
    /// Its unit.
    pub measure: Measure,
    /// Whether it may be negative.
    pub is_signed: bool,
    /// Whether a finished document has it.
    pub is_required: bool,
    /// The range of the places where it is.
    pub over: Over,
    read: fn(&Draft<'_>, usize) -> Option<Decimal>,
    write: fn(&mut Draft<'_>, usize, Decimal) -> Option<()>,
}

/// The error of a value that a figure cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value has more digits than the figure may have, or a sign that it may not have")
    }
}

impl std::error::Error for OutOfRange {}

impl Member {
    /// The value at a place of the range, as printed.
    #[inline]
    pub fn read(&self, draft: &Draft<'_>, at: usize) -> Option<Decimal> {
        (self.read)(draft, at)
    }

    /// Sets the value at a place of the range.
    ///
    /// # Errors
    /// Returns [`OutOfRange`] if the figure cannot hold the value, or the document has no such place.
    pub fn write(&self, draft: &mut Draft<'_>, at: usize, value: Decimal) -> Result<(), OutOfRange> {
        (self.write)(draft, at, value).ok_or(OutOfRange)
    }

    /// The pointer at one place of a range.
    pub fn pointer(&self, over: Over, at: usize) -> Pointer {
        if self.pointer.contains('*') {
            Pointer::parse(&self.pointer.replace('*', &over.token(at)))
        } else {
            Pointer::parse(self.pointer)
        }
    }

    /// Whether a pointer is that of the figure at a place of its range.
    pub fn is_at(&self, pointer: &Pointer, at: usize) -> bool {
        let Some((before, after)) = self.pointer.split_once('*') else {
            return self.pointer == pointer.as_str();
        };
        let token = pointer.as_str().strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        token.is_some_and(|token| token == self.over.token(at))
    }
}

/// A decimal of a document. Its type determines the measure of the figure and whether it may be negative.
trait Printed: Copy + TryFrom<Decimal> {
    const MEASURE: Measure;
    const IS_SIGNED: bool;
    fn printed(self) -> Decimal;
}

macro_rules! printed {
    ($($of:ident: $measure:ident, $signed:literal;)*) => {
        $(impl Printed for $of {
            const MEASURE: Measure = Measure::$measure;
            const IS_SIGNED: bool = $signed;
            fn printed(self) -> Decimal { self.decimal() }
        })*
    };
}

printed! {
    Amount: Amount, false;
    SignedAmount: Amount, true;
    Percent: Percent, false;
    SignedPercent: Percent, true;
    Points: Points, false;
}

const MUST: bool = true;
const MAY: bool = false;

/// The table: figures by the object that contains them, with the two functions that return that object.
macro_rules! members {
    ($(in $over:ident at $object:literal by $get:ident, $get_mut:ident {
        $($(#[$doc:meta])* $name:ident = $field:ident: $of:ident, $required:ident, $zh:literal, $en:literal;)*
    })*) => {
        $($($(#[$doc])* pub static $name: Member = Member {
            pointer: concat!($object, "/", stringify!($field)),
            name: stringify!($field),
            zh: $zh,
            en: $en,
            measure: <$of as Printed>::MEASURE,
            is_signed: <$of as Printed>::IS_SIGNED,
            is_required: $required,
            over: Over::$over,
            read: |draft, at| $get(draft, at)?.$field.map(<$of as Printed>::printed),
            write: |draft, at, value| {
                $get_mut(draft, at)?.$field = Some(<$of>::try_from(value).ok()?);
                Some(())
            },
        };)*)*

        /// Every figure of a document, in the order of the table, without the second names of figures such as
        /// [`COLUMN_TOTAL`].
        pub static ALL: &[&Member] = &[$($(&$name),*),*];
    };
}

members! {
    in Document at "/budget" by budget, budget_mut {
        /// 年初预算.
        INITIAL = initial_budget: Amount, MUST, "年初预算", "initial budget";
        /// 调整后预算.
        ADJUSTED = adjusted_budget: Amount, MUST, "调整后预算", "adjusted budget";
        /// 实际支出.
        ACTUAL = actual_expenditure: Amount, MUST, "实际支出", "actual expenditure";
        /// 预算调整数.
        ADJUSTMENT = budget_adjustment: SignedAmount, MAY, "预算调整数", "budget adjustment";
        /// 预算完成率.
        COMPLETION_RATE = completion_rate: Percent, MAY, "预算完成率", "completion rate";
        /// 预算调整率.
        ADJUSTMENT_RATE = adjustment_rate: SignedPercent, MAY, "预算调整率", "adjustment rate";
    }
    in Sources at "/budget/by_source/*" by source, source_mut {
        /// A source's initial budget.
        SOURCE_INITIAL = initial_budget: Amount, MAY, "该来源年初预算", "the source's initial budget";
        /// A source's adjusted budget.
        SOURCE_ADJUSTED = adjusted_budget: Amount, MAY, "该来源调整后预算", "the source's adjusted budget";
        /// A source's expenditure.
        SOURCE_ACTUAL = actual_expenditure: Amount, MAY, "该来源实际支出", "the source's expenditure";
        /// A source's completion rate.
        SOURCE_RATE = completion_rate: Percent, MAY, "该来源执行率", "the source's completion rate";
    }
    in Natures at "/budget/by_nature/*" by nature, nature_mut {
        /// A nature's initial budget.
        NATURE_INITIAL = initial_budget: Amount, MAY, "该性质年初预算", "the nature's initial budget";
        /// A nature's adjusted budget.
        NATURE_ADJUSTED = adjusted_budget: Amount, MAY, "该性质调整后预算", "the nature's adjusted budget";
        /// A nature's expenditure.
        NATURE_ACTUAL = actual_expenditure: Amount, MAY, "该性质实际支出", "the nature's expenditure";
    }
    in Tasks at "/tasks/*" by task, task_mut {
        /// 任务预算.
        TASK_BUDGET = budget: Amount, MAY, "任务预算", "task budget";
        /// 任务涉及资金.
        TASK_FUNDS = funds: Amount, MAY, "任务涉及资金", "task funds";
    }
    in KeyProjects at "/key_projects/*" by project, project_mut {
        /// 预算资金申报.
        REQUESTED = budget_requested: Amount, MAY, "申报预算", "budget requested";
        /// 实际资金使用.
        USED = funds_used: Amount, MAY, "实际使用", "funds used";
    }
    in Document at "/scorecard/execution" by execution, execution_mut {
        /// The execution's weight.
        EXECUTION_WEIGHT = weight: Points, MAY, "预算执行分值", "execution weight";
        /// The execution's score.
        EXECUTION_SCORE = score: Points, MAY, "预算执行得分", "execution score";
    }
    in ScoreRows at "/scorecard/indicators/*" by score_row, score_row_mut {
        /// An indicator's weight.
        WEIGHT = weight: Points, MAY, "指标分值", "indicator weight";
        /// An indicator's score.
        SCORE = score: Points, MAY, "指标得分", "indicator score";
    }
    in Document at "/scorecard" by scorecard, scorecard_mut {
        /// 总分.
        TOTAL_SCORE = total_score: Points, MAY, "总分", "total score";
    }
}

/// The list of weights as a whole, for findings about their sum.
pub static ALL_WEIGHTS: Member = Member {
    pointer: "/scorecard/indicators",
    name: "indicators",
    zh: "分值合计",
    en: "sum of weights",
    measure: Measure::Points,
    is_signed: false,
    is_required: false,
    over: Over::Document,
    read: |_, _| None,
    write: |_, _, _| None,
};

/// The total of each column.
pub static COLUMN_TOTAL: Member = Member {
    pointer: "/budget/*",
    name: "*",
    zh: "合计",
    en: "total",
    measure: Measure::Amount,
    is_signed: false,
    is_required: true,
    over: Over::Columns,
    read: |draft, column| Column::ALL[column].total().read(draft, 0),
    write: |draft, column, value| Column::ALL[column].total().write(draft, 0, value).ok(),
};

/// What [`Column::of_sources`] reads, without the detour by that figure: rules read these figures more often than any others.
fn of_column(source: &SourceFigures, column: usize) -> Option<Decimal> {
    let amount = match Column::ALL[column] {
        Column::Initial => source.initial_budget,
        Column::Adjusted => source.adjusted_budget,
        Column::Actual => source.actual_expenditure,
    };
    amount.map(Amount::printed)
}

/// The figure of a source in each column.
macro_rules! of_sources {
    ($($(#[$doc:meta])* $name:ident = $source:ident at $pointer:literal;)*) => {
        $($(#[$doc])* pub static $name: Member = Member {
            pointer: $pointer,
            name: "*",
            zh: FundSource::$source.label().0,
            en: FundSource::$source.label().1,
            measure: Measure::Amount,
            is_signed: false,
            is_required: false,
            over: Over::Columns,
            read: |draft, column| of_column(source(draft, FundSource::$source as usize)?, column),
            write: |draft, column, value| {
                Column::ALL[column].of_sources().write(draft, FundSource::$source as usize, value).ok()
            },
        };)*

        /// The second names of figures, by column.
        #[cfg(test)]
        pub(super) static VIEWS: &[&Member] = &[&COLUMN_TOTAL, $(&$name),*];
    };
}

of_sources! {
    /// 一般公共预算 in a column.
    GENERAL_PUBLIC_BUDGET = GeneralPublicBudget at "/budget/by_source/general_public_budget/*";
    /// 政府性基金预算 in a column.
    GOVERNMENT_FUND_BUDGET = GovernmentFundBudget at "/budget/by_source/government_fund_budget/*";
    /// 国有资本经营预算 in a column.
    STATE_CAPITAL_BUDGET = StateCapitalBudget at "/budget/by_source/state_capital_budget/*";
    /// 财政拨款 in a column.
    FISCAL_APPROPRIATION = FiscalAppropriation at "/budget/by_source/fiscal_appropriation/*";
    /// 财政专户管理资金 in a column.
    FISCAL_SPECIAL_ACCOUNT = FiscalSpecialAccount at "/budget/by_source/fiscal_special_account/*";
    /// 单位资金 in a column.
    UNIT_FUNDS = UnitFunds at "/budget/by_source/unit_funds/*";
    /// 上年结转资金 in a column.
    CARRIED_OVER = CarriedOver at "/budget/by_source/carried_over/*";
    /// 其他资金 in a column.
    OTHER = Other at "/budget/by_source/other/*";
}

/// A required member that is not a figure.
#[derive(Debug)]
struct Needed {
    pointer: &'static str,
    /// Its name, in Chinese.
    zh: &'static str,
    /// Its name, in English.
    en: &'static str,
    is_there: fn(&Draft<'_>) -> bool,
}

const NEEDED: [Needed; 4] = [
    Needed {
        pointer: "/schema_version",
        zh: "模式版本",
        en: "schema version",
        is_there: |draft| draft.schema_version.is_some(),
    },
    Needed {
        pointer: "/department/name",
        zh: "部门名称",
        en: "department name",
        is_there: |draft| draft.department.as_ref().is_some_and(|department| department.name.is_some()),
    },
    Needed {
        pointer: "/fiscal_year",
        zh: "被评价年度",
        en: "fiscal year",
        is_there: |draft| draft.fiscal_year.is_some(),
    },
    Needed {
        pointer: "/unit",
        zh: "金额单位（万元或元）",
        en: "unit of amounts (万元 or 元)",
        is_there: |draft| draft.unit.is_some(),
    },
];

/// A required member: its pointer, its labels in Chinese and in English, and whether a document has it.
type Required = (&'static str, (&'static str, &'static str), bool);

/// Every member that any finished document has, apart from list items, in the schema's order.
pub fn needed(draft: &Draft<'_>) -> impl Iterator<Item = Required> {
    let figures = ALL.iter().filter(|member| member.is_required);
    let others = NEEDED.iter().map(|of| (of.pointer, (of.zh, of.en), (of.is_there)(draft)));
    others.chain(figures.map(|of| (of.pointer, (of.zh, of.en), of.read(draft, 0).is_some())))
}

/// Whether a document has all of the [`needed`] members.
pub fn is_complete(draft: &Draft<'_>) -> bool {
    needed(draft).all(|(_, _, is_there)| is_there)
}
