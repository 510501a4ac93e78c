//! The figures of a consolidation and of its rows: sums, rates and numbers of things.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::figures::{ByName, Column, Figure, FundSource, Nature, Rate, Thing, Top};
use crate::money::Money;
use crate::object_only::object_only;

/// A sum and how many departments reported an addend of it.
///
/// 一项合计，以及有多少个部门报了这一项。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Total {
    /// The sum in 元.
    ///
    /// 合计，单位为元。
    pub value: Money,
    /// How many departments reported the figure. One that did not is no zero.
    ///
    /// 有多少个部门报了这一项。没有报的不当作 0。
    pub reported_by: u64,
    /// How many departments of the roster should report.
    ///
    /// 名单上应报的部门有多少个。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
    /// How many of those did report the figure.
    ///
    /// 其中报了这一项的有多少个。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<u64>,
    /// How much of last year's expenditure of the roster's departments is that of those who reported the figure, in percent
    /// with two decimals; where last year's consolidation was given.
    ///
    /// 报了这一项的部门，上年支出占名单上各部门上年支出的百分数，保留两位小数；给出上年汇总结果时才有。
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::shape::TwoDecimals>")]
    pub weight: Option<String>,
    /// In what range the sum would lie if the departments missing from it repeated last year.
    ///
    /// 缺这一项的部门若与上年相同，合计会在什么范围之内。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub if_repeated: Option<Range>,
}

/// The range of a sum if the departments of the roster that are missing from it repeated last year's figures: from the sum without
/// them to the sum with all of them, or the other way round.
///
/// 名单上缺这一项的部门若都与上年相同，合计所在的范围：一端是不含这些部门的合计，另一端是包含全部这些部门的合计。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Range {
    /// The lower end in 元.
    ///
    /// 下限，单位为元。
    pub low: Money,
    /// The upper end in 元.
    ///
    /// 上限，单位为元。
    pub high: Money,
    /// How many of the missing departments have no such figure last year; the range leaves them out.
    ///
    /// 缺这一项的部门中，有多少个上年也没有这一项；这些部门不在范围的计算之内。
    pub unknown: u64,
}

/// Sums by figure. A figure that nobody reported is absent.
///
/// 各项合计。没有部门报的项不写。
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Totals {
    /// The sums that have no second level.
    #[serde(flatten)]
    pub top: ByName<Top, Total>,
    /// By source of funds, then by figure.
    ///
    /// 先按资金来源、再按各项数字分列。
    #[serde(default)]
    pub by_source: ByName<FundSource, ByName<Column, Total>>,
    /// By nature of expenditure, then by figure.
    ///
    /// 先按支出性质、再按各项数字分列。
    #[serde(default, skip_serializing_if = "ByName::is_empty")]
    pub by_nature: ByName<Nature, ByName<Column, Total>>,
}

impl Totals {
    /// The sum of a figure.
    pub fn get(&self, figure: Figure) -> Option<&Total> {
        match figure {
            Figure::Top(top) => self.top.get(top),
            Figure::Source(source, column) => self.by_source.get(source)?.get(column),
            Figure::Nature(nature, column) => self.by_nature.get(nature)?.get(column),
        }
    }

    /// Sets the sum of a figure.
    pub fn insert(&mut self, figure: Figure, total: Total) {
        match figure {
            Figure::Top(top) => self.top.insert(top, total),
            Figure::Source(source, column) => self.by_source.entry(source).insert(column, total),
            Figure::Nature(nature, column) => self.by_nature.entry(nature).insert(column, total),
        }
    }
}

/// Rates in percent, rounded half away from zero to two places, recomputed from sums over the documents that
/// report both members. Absent where the base is zero or nobody reported both.
///
/// 比率，单位为百分之一（%），四舍五入到两位小数，按分子、分母两项都报了的表的合计重新计算。分母为零，或没有部门两项都报的，不写。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Rates(#[schemars(with = "ByName<Rate, crate::shape::TwoDecimals>")] ByName<Rate, String>);

impl Rates {
    /// Collects the rates for which `rate` returns a value.
    pub fn of(rate: impl Fn(Rate) -> Option<String>) -> Self {
        Self(Rate::ALL.iter().filter_map(|&of| Some((of, rate(of)?))).collect())
    }

    /// A rate.
    pub fn get(&self, rate: Rate) -> Option<&String> {
        self.0.get(rate)
    }
}

/// Numbers of things.
///
/// 各类数量。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Counts {
    /// Main tasks.
    ///
    /// 主要任务的数量。
    pub tasks: u64,
    /// Indicators, of tasks and of scorecards.
    ///
    /// 指标的数量，包括任务的指标和评分表的指标。
    pub indicators: u64,
    /// Key projects.
    ///
    /// 重点项目的数量。
    pub key_projects: u64,
}

impl Counts {
    /// The number of things of one kind.
    pub fn get(&self, thing: Thing) -> u64 {
        match thing {
            Thing::Tasks => self.tasks,
            Thing::Indicators => self.indicators,
            Thing::KeyProjects => self.key_projects,
        }
    }

    /// Adds the numbers of other documents.
    pub fn add(&mut self, other: Self) {
        self.tasks += other.tasks;
        self.indicators += other.indicators;
        self.key_projects += other.key_projects;
    }
}

/// A document's figures in 元. One that it does not report is absent.
///
/// 一份表的各项数字，单位为元。没有报的项不写。
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Figures {
    /// The figures that have no second level.
    #[serde(flatten)]
    pub top: ByName<Top, Money>,
    /// By source of funds, then by figure.
    ///
    /// 先按资金来源、再按各项数字分列。
    #[serde(default, skip_serializing_if = "ByName::is_empty")]
    pub by_source: ByName<FundSource, ByName<Column, Money>>,
    /// By nature of expenditure, then by figure.
    ///
    /// 先按支出性质、再按各项数字分列。
    #[serde(default, skip_serializing_if = "ByName::is_empty")]
    pub by_nature: ByName<Nature, ByName<Column, Money>>,
}

impl Figures {
    /// The value of a figure.
    pub fn get(&self, figure: Figure) -> Option<Money> {
        let value = match figure {
            Figure::Top(top) => self.top.get(top),
            Figure::Source(source, column) => self.by_source.get(source)?.get(column),
            Figure::Nature(nature, column) => self.by_nature.get(nature)?.get(column),
        };
        value.copied()
    }

    /// Sets the value of a figure.
    pub fn insert(&mut self, figure: Figure, value: Money) {
        match figure {
            Figure::Top(top) => self.top.insert(top, value),
            Figure::Source(source, column) => self.by_source.entry(source).insert(column, value),
            Figure::Nature(nature, column) => self.by_nature.entry(nature).insert(column, value),
        }
    }
}

object_only!(Total, Range, Totals, Counts, Figures);
