//! The figures of a document by name: where each stands, what it is called, how it is read.

use huizong_schema::{BySource, Draft, NatureFigures, Pointer, SourceFigures};
use rust_decimal::Decimal;

/// What a figure is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Money, in the document's unit.
    Amount,
    /// Percent.
    Percent,
    /// Points.
    Points,
}

/// A range of places that a relation is held against, one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The document, once.
    Document,
    /// The three columns of figures: initial, adjusted, expenditure.
    Columns,
    /// The sources of funds.
    Sources,
    /// The main tasks.
    Tasks,
    /// The key projects.
    KeyProjects,
    /// The scorecard's indicators.
    ScoreRows,
}

impl Over {
    /// How many places there are in a document.
    pub fn count(self, draft: &Draft<'_>) -> usize {
        match self {
            Self::Document => 1,
            Self::Columns => Column::ALL.len(),
            Self::Sources => Source::ALL.len(),
            Self::Tasks => draft.tasks.len(),
            Self::KeyProjects => draft.key_projects.len(),
            Self::ScoreRows => draft.scorecard.as_ref().map_or(0, |card| card.indicators.len()),
        }
    }

    /// What stands in a pointer for the place of that index.
    fn token(self, at: usize) -> String {
        match self {
            Self::Columns => Column::ALL[at].as_str().to_owned(),
            Self::Sources => Source::ALL[at].as_str().to_owned(),
            _ => at.to_string(),
        }
    }

    /// The name of the place in a document, where it has one.
    pub fn name(self, draft: &Draft<'_>, at: usize) -> Option<String> {
        let name = match self {
            Self::Document => None,
            Self::Columns => Some(Column::ALL[at].label().0),
            Self::Sources => Some(Source::ALL[at].label().0),
            Self::Tasks => draft.tasks[at].name.as_deref(),
            Self::KeyProjects => draft.key_projects[at].name.as_deref(),
            Self::ScoreRows => draft.scorecard.as_ref().and_then(|card| card.indicators[at].name.as_deref()),
        };
        name.map(str::to_owned)
    }
}

macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal, $zh:literal, $en:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant,)* }

        impl $name {
            /// Every one, in the schema's order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The member's name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// What it is called, in Chinese and in English.
            pub const fn label(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($zh, $en)),* }
            }
        }
    };
}
pub(crate) use named;

named! {
    /// A column of figures.
    Column {
        /// 年初预算.
        Initial = "initial_budget", "年初预算", "initial budget";
        /// 调整后预算.
        Adjusted = "adjusted_budget", "调整后预算", "adjusted budget";
        /// 实际支出.
        Actual = "actual_expenditure", "实际支出", "actual expenditure";
    }
}

named! {
    /// A source of funds.
    Source {
        /// 一般公共预算.
        GeneralPublicBudget = "general_public_budget", "一般公共预算", "general public budget";
        /// 政府性基金预算.
        GovernmentFundBudget = "government_fund_budget", "政府性基金预算", "government fund budget";
        /// 国有资本经营预算.
        StateCapitalBudget = "state_capital_budget", "国有资本经营预算", "state capital budget";
        /// 财政拨款, which contains the three budgets.
        FiscalAppropriation = "fiscal_appropriation", "财政拨款", "fiscal appropriation";
        /// 财政专户管理资金.
        FiscalSpecialAccount = "fiscal_special_account", "财政专户管理资金", "special fiscal account";
        /// 单位资金.
        UnitFunds = "unit_funds", "单位资金", "unit funds";
        /// 上年结转资金.
        CarriedOver = "carried_over", "上年结转资金", "carried over";
        /// 其他资金.
        Other = "other", "其他资金", "other funds";
    }
}

impl Source {
    /// The source's figures in a document.
    pub fn of(self, sources: &BySource) -> Option<&SourceFigures> {
        match self {
            Self::GeneralPublicBudget => sources.general_public_budget.as_ref(),
            Self::GovernmentFundBudget => sources.government_fund_budget.as_ref(),
            Self::StateCapitalBudget => sources.state_capital_budget.as_ref(),
            Self::FiscalAppropriation => sources.fiscal_appropriation.as_ref(),
            Self::FiscalSpecialAccount => sources.fiscal_special_account.as_ref(),
            Self::UnitFunds => sources.unit_funds.as_ref(),
            Self::CarriedOver => sources.carried_over.as_ref(),
            Self::Other => sources.other.as_ref(),
        }
    }
}

impl Source {
    /// Where the source's figures stand in a document.
    pub(crate) fn of_mut(self, sources: &mut BySource) -> &mut Option<SourceFigures> {
        match self {
            Self::GeneralPublicBudget => &mut sources.general_public_budget,
            Self::GovernmentFundBudget => &mut sources.government_fund_budget,
            Self::StateCapitalBudget => &mut sources.state_capital_budget,
            Self::FiscalAppropriation => &mut sources.fiscal_appropriation,
            Self::FiscalSpecialAccount => &mut sources.fiscal_special_account,
            Self::UnitFunds => &mut sources.unit_funds,
            Self::CarriedOver => &mut sources.carried_over,
            Self::Other => &mut sources.other,
        }
    }
}

impl Column {
    /// A source's figure in this column.
    pub fn of(self, figures: &SourceFigures) -> Option<Decimal> {
        match self {
            Self::Initial => figures.initial_budget,
            Self::Adjusted => figures.adjusted_budget,
            Self::Actual => figures.actual_expenditure,
        }
        .map(huizong_schema::Amount::decimal)
    }

    /// A nature's figure in this column.
    pub fn of_nature(self, figures: &NatureFigures) -> Option<Decimal> {
        match self {
            Self::Initial => figures.initial_budget,
            Self::Adjusted => figures.adjusted_budget,
            Self::Actual => figures.actual_expenditure,
        }
        .map(huizong_schema::Amount::decimal)
    }
}

/// A figure of a document.
#[derive(Debug)]
pub struct Member {
    /// Its pointer; `*` stands for the place of the range that it is read over.
    pub pointer: &'static str,
    /// What it is called, in Chinese.
    pub zh: &'static str,
    /// What it is called, in English.
    pub en: &'static str,
    /// What it is counted in.
    pub measure: Measure,
    read: fn(&Draft<'_>, usize) -> Option<Decimal>,
}

impl Member {
    /// The value, as printed.
    pub fn read(&self, draft: &Draft<'_>, at: usize) -> Option<Decimal> {
        (self.read)(draft, at)
    }

    /// The pointer at one place of a range.
    pub fn pointer(&self, over: Over, at: usize) -> Pointer {
        if self.pointer.contains('*') {
            Pointer::parse(&self.pointer.replace('*', &over.token(at)))
        } else {
            Pointer::parse(self.pointer)
        }
    }
}

macro_rules! members {
    ($($(#[$meta:meta])* $name:ident = $pointer:literal, $zh:literal, $en:literal, $measure:ident, $read:expr;)*) => {
        $($(#[$meta])* pub static $name: Member =
            Member { pointer: $pointer, zh: $zh, en: $en, measure: Measure::$measure, read: $read };)*

        /// Every figure that has a name here.
        pub static ALL: &[&Member] = &[$(&$name),*];
    };
}

fn source(draft: &Draft<'_>, source: Source, column: usize) -> Option<Decimal> {
    Column::ALL[column].of(source.of(draft.budget.as_ref()?.by_source.as_ref()?)?)
}

members! {
    /// 年初预算.
    INITIAL = "/budget/initial_budget", "年初预算", "initial budget", Amount,
        |d, _| Some(d.budget.as_ref()?.initial_budget?.decimal());
    /// 调整后预算.
    ADJUSTED = "/budget/adjusted_budget", "调整后预算", "adjusted budget", Amount,
        |d, _| Some(d.budget.as_ref()?.adjusted_budget?.decimal());
    /// 实际支出.
    ACTUAL = "/budget/actual_expenditure", "实际支出", "actual expenditure", Amount,
        |d, _| Some(d.budget.as_ref()?.actual_expenditure?.decimal());
    /// 预算调整数.
    ADJUSTMENT = "/budget/budget_adjustment", "预算调整数", "budget adjustment", Amount,
        |d, _| Some(d.budget.as_ref()?.budget_adjustment?.decimal());
    /// 预算完成率.
    COMPLETION_RATE = "/budget/completion_rate", "预算完成率", "completion rate", Percent,
        |d, _| Some(d.budget.as_ref()?.completion_rate?.decimal());
    /// 预算调整率.
    ADJUSTMENT_RATE = "/budget/adjustment_rate", "预算调整率", "adjustment rate", Percent,
        |d, _| Some(d.budget.as_ref()?.adjustment_rate?.decimal());
    /// A column's total.
    COLUMN_TOTAL = "/budget/*", "合计", "total", Amount,
        |d, column| [&INITIAL, &ADJUSTED, &ACTUAL][column].read(d, 0);
    /// 一般公共预算 in a column.
    GENERAL_PUBLIC_BUDGET = "/budget/by_source/general_public_budget/*", "一般公共预算", "general public budget", Amount,
        |d, column| source(d, Source::GeneralPublicBudget, column);
    /// 政府性基金预算 in a column.
    GOVERNMENT_FUND_BUDGET = "/budget/by_source/government_fund_budget/*", "政府性基金预算", "government fund budget", Amount,
        |d, column| source(d, Source::GovernmentFundBudget, column);
    /// 国有资本经营预算 in a column.
    STATE_CAPITAL_BUDGET = "/budget/by_source/state_capital_budget/*", "国有资本经营预算", "state capital budget", Amount,
        |d, column| source(d, Source::StateCapitalBudget, column);
    /// 财政拨款 in a column.
    FISCAL_APPROPRIATION = "/budget/by_source/fiscal_appropriation/*", "财政拨款", "fiscal appropriation", Amount,
        |d, column| source(d, Source::FiscalAppropriation, column);
    /// 财政专户管理资金 in a column.
    FISCAL_SPECIAL_ACCOUNT = "/budget/by_source/fiscal_special_account/*", "财政专户管理资金", "special fiscal account", Amount,
        |d, column| source(d, Source::FiscalSpecialAccount, column);
    /// 单位资金 in a column.
    UNIT_FUNDS = "/budget/by_source/unit_funds/*", "单位资金", "unit funds", Amount,
        |d, column| source(d, Source::UnitFunds, column);
    /// 上年结转资金 in a column.
    CARRIED_OVER = "/budget/by_source/carried_over/*", "上年结转资金", "carried over", Amount,
        |d, column| source(d, Source::CarriedOver, column);
    /// 其他资金 in a column.
    OTHER = "/budget/by_source/other/*", "其他资金", "other funds", Amount,
        |d, column| source(d, Source::Other, column);
    /// A source's expenditure.
    SOURCE_ACTUAL = "/budget/by_source/*/actual_expenditure", "该来源实际支出", "the source's expenditure", Amount,
        |d, at| source(d, Source::ALL[at], 2);
    /// A source's adjusted budget.
    SOURCE_ADJUSTED = "/budget/by_source/*/adjusted_budget", "该来源调整后预算", "the source's adjusted budget", Amount,
        |d, at| source(d, Source::ALL[at], 1);
    /// A source's initial budget.
    SOURCE_INITIAL = "/budget/by_source/*/initial_budget", "该来源年初预算", "the source's initial budget", Amount,
        |d, at| source(d, Source::ALL[at], 0);
    /// A source's completion rate.
    SOURCE_RATE = "/budget/by_source/*/completion_rate", "该来源执行率", "the source's completion rate", Percent,
        |d, at| Some(Source::ALL[at].of(d.budget.as_ref()?.by_source.as_ref()?)?.completion_rate?.decimal());
    /// 任务涉及资金.
    TASK_FUNDS = "/tasks/*/funds", "任务涉及资金", "task funds", Amount,
        |d, at| Some(d.tasks[at].funds?.decimal());
    /// 预算资金申报.
    REQUESTED = "/key_projects/*/budget_requested", "申报预算", "budget requested", Amount,
        |d, at| Some(d.key_projects[at].budget_requested?.decimal());
    /// 实际资金使用.
    USED = "/key_projects/*/funds_used", "实际使用", "funds used", Amount,
        |d, at| Some(d.key_projects[at].funds_used?.decimal());
    /// The execution's weight. A scorecard without the row has none to give.
    EXECUTION_WEIGHT = "/scorecard/execution/weight", "预算执行分值", "execution weight", Points,
        |d, _| match &d.scorecard.as_ref()?.execution { Some(execution) => Some(execution.weight?.decimal()), None => Some(Decimal::ZERO) };
    /// The execution's score. A scorecard without the row has none to give.
    EXECUTION_SCORE = "/scorecard/execution/score", "预算执行得分", "execution score", Points,
        |d, _| match &d.scorecard.as_ref()?.execution { Some(execution) => Some(execution.score?.decimal()), None => Some(Decimal::ZERO) };
    /// An indicator's weight.
    WEIGHT = "/scorecard/indicators/*/weight", "指标分值", "indicator weight", Points,
        |d, at| Some(d.scorecard.as_ref()?.indicators[at].weight?.decimal());
    /// An indicator's score.
    SCORE = "/scorecard/indicators/*/score", "指标得分", "indicator score", Points,
        |d, at| Some(d.scorecard.as_ref()?.indicators[at].score?.decimal());
    /// The list of weights as a whole: where a finding about their sum stands.
    ALL_WEIGHTS = "/scorecard/indicators", "分值合计", "sum of weights", Points, |_, _| None;
    /// 总分.
    TOTAL_SCORE = "/scorecard/total_score", "总分", "total score", Points,
        |d, _| Some(d.scorecard.as_ref()?.total_score?.decimal());
}
