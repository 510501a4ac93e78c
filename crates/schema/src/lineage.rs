//! The parts of a consolidation's figure, down to the cells.

use schemars::JsonSchema;
use serde::Serialize;

use crate::consolidation::Name;
pub use crate::figures::Counted;
use crate::findings::Location;
use crate::pointer::Pointer;

/// A figure of a consolidation and what it is made of. The leaves of each part add up to its value exactly.
///
/// 汇总结果中的一个数，以及它由什么构成。每一部分的各项相加，恰好等于该部分的值。
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "溯源 / Lineage")]
pub struct Lineage {
    /// The version of this schema: `1.0`.
    ///
    /// 本模式的版本，固定写 `1.0`。
    #[schemars(extend("const" = "1.0"))]
    pub schema_version: Name,
    /// Always `lineage`.
    ///
    /// 固定写 `lineage`。
    #[schemars(extend("const" = "lineage"))]
    pub kind: Name,
    /// The figure's path in the consolidation, such as `totals.actual_expenditure`.
    ///
    /// 这个数在汇总结果中的路径，如 `totals.actual_expenditure`。
    pub figure: String,
    /// Its value: 元 with at least two decimals, percent with two, or a count. Absent where nobody reported it.
    ///
    /// 这个数的值：金额以元为单位，至少两位小数；比率是百分数，两位小数；也可以是个数。没有部门报的，不写。
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::shape::FigureValue>")]
    pub value: Option<String>,
    /// What it is made of: itself, or a rate's numerator and denominator.
    ///
    /// 这个数由什么构成：本身，或比率的分子和分母。
    pub parts: Vec<Part>,
}

/// A sum that a figure is made of.
///
/// 构成一个数的一项合计。
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Part {
    /// Its path among the totals or counts, such as `actual_expenditure`.
    ///
    /// 这项合计在各项合计或各类数量中的路径，如 `actual_expenditure`。
    pub figure: String,
    /// The sum of the leaves: 元, or a count.
    ///
    /// 各项之和，单位为元，或为个数。
    #[schemars(with = "crate::shape::FigureValue")]
    pub value: String,
    /// Every amount or item that is added.
    ///
    /// 相加的每一个金额或每一项。
    pub leaves: Vec<LeafFound>,
}

/// An amount or an item of a document.
///
/// 一份表中的一个金额或一项。
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LeafFound {
    /// The department's name.
    ///
    /// 部门名称。
    pub department: String,
    /// The department's code.
    ///
    /// 部门编码。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The document's id.
    ///
    /// 表的编号。
    pub document: String,
    /// The member.
    ///
    /// 该字段。
    pub pointer: Pointer,
    /// Its place.
    ///
    /// 它的位置。
    pub location: Location,
    /// The amount as printed; absent where items are counted.
    ///
    /// 金额，按表上所写；计算个数时不写。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printed: Option<String>,
    /// The unit of the amount as printed.
    ///
    /// 表上所写金额的单位。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<crate::Unit>,
    /// Whether it is added or subtracted.
    ///
    /// 是加上还是减去。
    pub counted: Counted,
    /// The amount that it adds, in 元; 1 where documents are counted.
    ///
    /// 加到合计中的金额，单位为元；计算表的份数时为 1。
    pub value: String,
}
