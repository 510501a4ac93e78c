//! The difference of two consolidations: the change of each total, by department and cause.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::consolidation::Name;
use crate::money::Money;

/// What changed between two consolidations. The parts of each total's change add up to it exactly.
///
/// 两次汇总之间的变化。每项合计的变化，恰好等于各部分变化之和。
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "对比 / Difference")]
pub struct Difference {
    /// The version of this schema: `1.0`.
    ///
    /// 本模式的版本，固定写 `1.0`。
    #[schemars(extend("const" = "1.0"))]
    pub schema_version: Name,
    /// Always `difference`.
    ///
    /// 固定写 `difference`。
    #[schemars(extend("const" = "difference"))]
    pub kind: Name,
    /// The unit of every amount here: always `CNY`, 元.
    ///
    /// 本文件中金额的单位，固定写 `CNY`，即元。
    #[schemars(extend("const" = "CNY"))]
    pub unit: Name,
    /// The earlier consolidation.
    ///
    /// 原结果，即较早的一次汇总。
    pub old: Side,
    /// The later one.
    ///
    /// 新结果，即较晚的一次汇总。
    pub new: Side,
    /// Whether both are of one year.
    ///
    /// 两次汇总是否属于同一年度。
    pub span: Span,
    /// What differs besides the documents, by the receipts: `tool`, `rules`, `settings`, `plugins`, or the role of a file. Absent where
    /// one of the two has no receipt.
    ///
    /// 按两份汇总记录，除各表以外还有什么不同：`tool`、`rules`、`settings`、`plugins`，或文件的用途。两次汇总中有一次没有汇总记录的，不写。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub besides: Option<Vec<String>>,
    /// The change of each total that either holds, in the order of the figures.
    ///
    /// 两次汇总中任意一次有的合计的变化，按各项数字的顺序。
    pub totals: Vec<TotalChange>,
    /// Rates recomputed from the sums, in percent.
    ///
    /// 按合计重新计算的比率，单位为百分之一（%）。
    pub rates: BTreeMap<Name, RateChange>,
}

/// One of the two.
///
/// 两次汇总中的一次。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Side {
    /// The year of its documents; null if they differ.
    ///
    /// 各表的年度；各表年度不同时为 null。
    pub fiscal_year: Option<u16>,
    /// Documents that its totals hold.
    ///
    /// 计入合计的表有多少份。
    pub included: u64,
    /// Departments that should report, where a roster says so.
    ///
    /// 应报的部门有多少个；给出名单时才有。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
}

/// How far apart the two are.
///
/// 两次汇总相隔多远。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Span {
    /// Two consolidations of one year.
    ///
    /// 同一年度的两次汇总。
    SameYear,
    /// Two years.
    ///
    /// 两个年度的汇总。
    TwoYears,
}

/// Why a department's part of a total is another one.
///
/// 一个部门在合计中的数为什么变了。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Its document came after the earlier one was made.
    ///
    /// 它的表在原结果做出之后才报来。
    Late,
    /// Its document is the same file with other content.
    ///
    /// 它的表是同一个文件，但内容改了。
    Corrected,
    /// Another document replaces the earlier one.
    ///
    /// 换了另一份表。
    Replaced,
    /// A document of it did not count earlier and does now.
    ///
    /// 它的表原来没有计入，现在计入了。
    Counted,
    /// It counted earlier; a document of it is there and does not count.
    ///
    /// 原来已计入；现在它的表还在，但没有计入。
    Uncounted,
    /// It counted earlier and no document of it is there.
    ///
    /// 原来已计入；现在没有它的表了。
    Withdrawn,
    /// The document is the same to the byte: rules, settings, plugins or the command are not.
    ///
    /// 表一个字节也没有变，变的是规则、设置、插件或命令。
    Reread,
    /// On one side its department's consolidated document includes it, on the other it reports itself.
    ///
    /// 一次是包含在主管部门的汇总表里，另一次是单独报送。
    Regrouped,
    /// It did not report the figure earlier and does now.
    ///
    /// 原来没有报这一项，现在报了。
    Filled,
    /// It reported the figure earlier and does not any more.
    ///
    /// 原来报了这一项，现在没有报。
    Emptied,
    /// It reports another figure: the results are of two years, or their receipts give no closer cause.
    ///
    /// 报的数不同：两次汇总属于两个年度，或汇总记录不能说明更具体的原因。
    Changed,
    /// It reports this year and was not on last year's roster, if there was one.
    ///
    /// 本年报了，而上年名单（如果有）上没有它。
    New,
    /// It reported last year, and no roster expects it this year.
    ///
    /// 上年报了，而本年没有名单要求它报。
    Gone,
    /// It was expected last year and was not in the totals.
    ///
    /// 上年应报，但没有计入合计。
    MissingBefore,
    /// It is expected this year and is not in the totals.
    ///
    /// 本年应报，但没有计入合计。
    MissingNow,
    /// The total is not the sum of its rows: the file was changed after it was made.
    ///
    /// 合计不等于各行之和：结果文件做出之后被改动过。
    Unexplained,
}

/// The change of a total.
///
/// 一项合计的变化。
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TotalChange {
    /// The total's path, such as `actual_expenditure` or `by_source.other.initial_budget`.
    ///
    /// 合计的路径，如 `actual_expenditure` 或 `by_source.other.initial_budget`。
    pub figure: String,
    /// The earlier total; absent where nobody reported the figure.
    ///
    /// 原结果中的合计；没有部门报这一项的，不写。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Money>,
    /// The later total; absent where nobody reported the figure.
    ///
    /// 新结果中的合计；没有部门报这一项的，不写。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Money>,
    /// The later less the earlier one, where an absent one adds nothing.
    ///
    /// 新结果减原结果；其中一方没有的，那一方不计数。
    pub change: Money,
    /// The change by cause.
    ///
    /// 按原因分列的变化。
    pub by_cause: BTreeMap<Cause, Money>,
    /// The change by department.
    ///
    /// 按部门分列的变化。
    pub parts: Vec<PartChange>,
}

/// A department's part of a change.
///
/// 一个部门在变化中所占的部分。
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PartChange {
    /// The department's name, as printed in the later document, else in the earlier one. Absent where the cause is `unexplained`.
    ///
    /// 部门名称，按新结果的表上所写，没有的按原结果的表。原因为 `unexplained` 的，不写。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Its code, where it is known.
    ///
    /// 部门编码，知道的才写。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why.
    ///
    /// 变化的原因。
    pub cause: Cause,
    /// What it reported in the earlier one.
    ///
    /// 部门在原结果中报的数。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Money>,
    /// What it reports in the later one.
    ///
    /// 部门在新结果中报的数。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Money>,
    /// The later less the earlier one.
    ///
    /// 新结果减原结果。
    pub change: Money,
    /// The earlier document.
    ///
    /// 原结果中的表。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_document: Option<String>,
    /// The later document.
    ///
    /// 新结果中的表。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_document: Option<String>,
}

/// A rate of both.
///
/// 两次汇总的同一比率。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RateChange {
    /// The earlier one.
    ///
    /// 原结果中的比率。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The later one.
    ///
    /// 新结果中的比率。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}
