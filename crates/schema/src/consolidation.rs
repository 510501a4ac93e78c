//! What a consolidation says: coverage, totals, rates, a row a department.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::findings::Message;
use crate::protocol::AggregateUnit;

/// A sum of money: a count of 10⁻⁶ 元. Exact; no sum of documents within the schema's bounds overflows.
///
/// Prints in 元 with at least two decimals and no trailing zeros beyond.
///
/// ```
/// use huizong_schema::Money;
/// assert_eq!(Money::from_millionths(2_801_900_000_000).to_string(), "2801900.00");
/// assert_eq!(Money::from_millionths(-1_250_100).to_string(), "-1.2501");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i128);

impl Money {
    /// Of a count of 10⁻⁶ 元.
    pub const fn from_millionths(count: i128) -> Self {
        Self(count)
    }

    /// The count of 10⁻⁶ 元.
    pub const fn millionths(self) -> i128 {
        self.0
    }
}

impl Money {
    /// Writes the digits from the end of a buffer that holds any `i128`, and gives the part written.
    #[expect(clippy::cast_possible_truncation, reason = "each is a remainder, or was checked to fit")]
    fn print(self, buffer: &mut [u8; 48]) -> &str {
        let mut at = buffer.len();
        let mut push = |digit: u8| {
            at -= 1;
            buffer[at] = digit;
        };
        let count = self.0.unsigned_abs();
        let mut part = (count % 1_000_000) as u32;
        let mut places = 6;
        while places > 2 && part.is_multiple_of(10) {
            part /= 10;
            places -= 1;
        }
        for _ in 0..places {
            push(b'0' + (part % 10) as u8);
            part /= 10;
        }
        push(b'.');
        let mut whole = count / 1_000_000;
        // Nearly every sum fits in the shorter integer, which divides several times faster.
        while u64::try_from(whole).is_err() {
            push(b'0' + (whole % 10) as u8);
            whole /= 10;
        }
        let mut whole = whole as u64;
        loop {
            push(b'0' + (whole % 10) as u8);
            whole /= 10;
            if whole == 0 {
                break;
            }
        }
        if self.0 < 0 {
            push(b'-');
        }
        std::str::from_utf8(&buffer[at..]).expect("digits are ASCII")
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.print(&mut [0; 48]))
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.print(&mut [0; 48]))
    }
}

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "金额（元） / Sum of money in yuan",
            "description": "A decimal string in 元, exact, with two to six digits behind the point.",
            "type": "string",
            "pattern": "^-?(?:0|[1-9][0-9]*)\\.[0-9]{2,6}$"
        })
    }
}

/// A consolidation of many departments' documents. All amounts in 元.
// Generic over its rows, of which `Row` says what they hold: whoever has many need not copy them to write them.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "汇总结果 / Consolidation", rename = "Consolidation")]
pub struct Consolidation<R = Row> {
    /// The version of this schema: `1.0`.
    #[schemars(extend("const" = "1.0"))]
    pub schema_version: &'static str,
    /// Always `consolidation`.
    #[schemars(extend("const" = "consolidation"))]
    pub kind: &'static str,
    /// The year of all documents; null if they differ.
    pub fiscal_year: Option<u16>,
    /// The unit of every amount here: always `CNY`, 元.
    #[schemars(extend("const" = "CNY"))]
    pub unit: &'static str,
    /// What was received and what of it counts.
    pub coverage: Coverage,
    /// Sums over the documents included.
    pub totals: Totals,
    /// Rates recomputed from the sums.
    pub rates: Rates,
    /// Numbers of things over the documents included.
    pub counts: Counts,
    /// The same by group.
    pub groups: Vec<Group>,
    /// A row for each document included: in the roster's order, else by code, then name.
    pub departments: Vec<R>,
    /// How many findings there are.
    pub findings: FindingCounts,
    /// The plugins that took part, by id.
    pub plugins: Vec<PluginUsed>,
    /// What they measured, by the aggregate's id.
    pub aggregates: BTreeMap<String, Aggregate>,
}

/// A plugin that took part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PluginUsed {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Who made it.
    pub vendor: String,
    /// The licence that it is under.
    pub license: String,
    /// The SHA-256 digest of its file.
    pub sha256: String,
    /// The SHA-256 digest of its manifest.
    pub manifest_sha256: String,
    /// How often it failed. Above 0 its part is incomplete.
    pub failures: u64,
}

/// Something that a plugin measured of the set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Aggregate {
    /// What it is called.
    pub title: Message,
    /// What it is counted in.
    pub unit: AggregateUnit,
    /// How many decimals its values have at most.
    pub scale: u32,
    /// Its values, by group. Empty: it could not be measured.
    pub values: Vec<AggregateValue>,
}

/// A value of an aggregate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AggregateValue {
    /// The roster's columns and their values that make the group. Empty: the whole set.
    pub group: BTreeMap<String, String>,
    /// The value: a decimal string.
    pub value: String,
}

/// What was received and what of it counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Coverage {
    /// Departments that should report, where a roster says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
    /// Departments of which a document was received.
    pub received: u64,
    /// Documents received.
    pub documents: u64,
    /// Documents that the totals hold.
    pub included: u64,
    /// Departments that should report and did not, where a roster says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
    /// Documents that the totals do not hold, and why.
    pub excluded: Vec<Excluded>,
}

/// A document that the totals do not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Excluded {
    /// The document's id.
    pub document: String,
    /// Why: the id of the rule or notice that says more, or `has-errors` where those are left out on request.
    pub reason: Cow<'static, str>,
}

/// A sum and how many departments reported an addend of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Total {
    /// The sum in 元.
    pub value: Money,
    /// How many departments reported the figure. One that did not is no zero.
    pub reported_by: u64,
}

impl Total {
    /// Adds another sum of the same figure.
    pub fn add(&mut self, other: Self) {
        self.value = Money(self.value.0 + other.value.0);
        self.reported_by += other.reported_by;
    }
}

/// Sums by figure. A figure that nobody reported is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Totals {
    /// 年初预算.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_budget: Option<Total>,
    /// 调整后预算.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjusted_budget: Option<Total>,
    /// 实际支出.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual_expenditure: Option<Total>,
    /// 预算调整数: the sum of absolute values, as forms print cuts without a sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget_adjustment: Option<Total>,
    /// Adjusted less initial budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_change: Option<Total>,
    /// 任务涉及资金 of all tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_funds: Option<Total>,
    /// 预算资金申报 of all key projects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_project_requested: Option<Total>,
    /// 实际资金使用 of all key projects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_project_used: Option<Total>,
    /// By source of funds, then by figure.
    pub by_source: BTreeMap<&'static str, BTreeMap<&'static str, Total>>,
    /// By nature of expenditure, then by figure.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(default)]
    pub by_nature: BTreeMap<&'static str, BTreeMap<&'static str, Total>>,
}

/// Rates in percent, rounded half away from zero to two places, recomputed from sums over the documents that
/// report both members. Absent where the base is zero or nobody reported both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rates {
    /// Expenditure over adjusted budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completion_rate: Option<String>,
    /// Budget adjustment (absolute) over initial budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjustment_rate: Option<String>,
}

/// Numbers of things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Main tasks.
    pub tasks: u64,
    /// Indicators, of tasks and of scorecards.
    pub indicators: u64,
    /// Key projects.
    pub key_projects: u64,
}

impl Counts {
    /// Adds the numbers of other documents.
    pub fn add(&mut self, other: Self) {
        self.tasks += other.tasks;
        self.indicators += other.indicators;
        self.key_projects += other.key_projects;
    }
}

/// The sums of one group of departments.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Group {
    /// The roster's columns and their values that make the group.
    pub by: BTreeMap<String, String>,
    /// Sums over the group.
    pub totals: Totals,
    /// Rates recomputed from the group's sums.
    pub rates: Rates,
    /// Numbers of things in the group.
    pub counts: Counts,
}

/// One document that the totals hold.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Row {
    /// The department's name as printed.
    pub name: String,
    /// The department's code, its own or the one that its name belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The document's id.
    pub document: String,
    /// The year it reports.
    pub fiscal_year: u16,
    /// Its figures in 元, by the totals' names.
    pub figures: Figures,
    /// Rates recomputed from its figures.
    pub rates: Rates,
    /// Numbers of things in it.
    pub counts: Counts,
    /// Its findings by severity.
    pub findings: SeverityCounts,
}

/// A document's figures in 元. One that it does not report is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Figures {
    /// The figures that have no second level.
    #[serde(flatten)]
    pub top: BTreeMap<&'static str, Money>,
    /// By source of funds, then by figure.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(default)]
    pub by_source: BTreeMap<&'static str, BTreeMap<&'static str, Money>>,
    /// By nature of expenditure, then by figure.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(default)]
    pub by_nature: BTreeMap<&'static str, BTreeMap<&'static str, Money>>,
}

/// Findings by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeverityCounts {
    /// Wrong.
    pub error: u64,
    /// Probably wrong.
    pub warning: u64,
    /// Worth knowing.
    pub info: u64,
}

/// Findings by severity and by rule, those about the set included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindingCounts {
    /// By severity.
    #[serde(flatten)]
    pub by_severity: SeverityCounts,
    /// By rule.
    pub by_rule: BTreeMap<Cow<'static, str>, u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_print_exactly() {
        let print = |count| Money::from_millionths(count).to_string();
        assert_eq!(print(0), "0.00");
        assert_eq!(print(1), "0.000001");
        assert_eq!(print(-10), "-0.00001");
        assert_eq!(print(1_100_000), "1.10");
        assert_eq!(print(1_000_000 * i128::from(u64::MAX)), "18446744073709551615.00");
        assert_eq!(print(1_000_000 * (i128::from(u64::MAX) + 1)), "18446744073709551616.00");
        assert_eq!(print(i128::MAX), "170141183460469231731687303715884.105727");
        assert_eq!(print(i128::MIN), "-170141183460469231731687303715884.105728");
    }
}
