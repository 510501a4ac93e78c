//! The parts of a consolidation's figure, down to the cells.

use schemars::JsonSchema;
use serde::Serialize;

use crate::consolidation::Name;
pub use crate::figures::Counted;
use crate::findings::Location;
use crate::pointer::Pointer;

/// A figure of a consolidation and what it is made of. The leaves of each part add up to its value exactly.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "溯源 / Lineage")]
pub struct Lineage {
    /// The version of this schema: `1.0`.
    #[schemars(extend("const" = "1.0"))]
    pub schema_version: Name,
    /// Always `lineage`.
    #[schemars(extend("const" = "lineage"))]
    pub kind: Name,
    /// The figure's path in the consolidation, such as `totals.actual_expenditure`.
    pub figure: String,
    /// Its value: 元 with at least two decimals, percent with two, or a count. Absent where nobody reported it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What it is made of: itself, or a rate's numerator and denominator.
    pub parts: Vec<Part>,
}

/// A sum that a figure is made of.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Part {
    /// Its path among the totals or counts, such as `actual_expenditure`.
    pub figure: String,
    /// The sum of the leaves: 元, or a count.
    pub value: String,
    /// Every amount or item that is added.
    pub leaves: Vec<LeafFound>,
}

/// An amount or an item of a document.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LeafFound {
    /// The department's name.
    pub department: String,
    /// The department's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The document's id.
    pub document: String,
    /// The member.
    pub pointer: Pointer,
    /// Its place.
    pub location: Location,
    /// The amount as printed; absent where items are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printed: Option<String>,
    /// The unit of the amount as printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<crate::Unit>,
    /// Whether it is added or subtracted.
    pub counted: Counted,
    /// The amount that it adds, in 元; 1 where documents are counted.
    pub value: String,
}
