//! A consolidation: coverage, totals, rates, and a row for each department.

mod coverage;
mod sums;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::choices::AggregateUnit;
use crate::figures::{ByName, Top};
use crate::findings::{Args, Location, Message, Notice, Severity};
use crate::money::Money;
use crate::object_only::{ObjectOnly, object_only};

pub use crate::names::Name;
pub use coverage::{Coverage, Excluded, Expected, Matched, MatchedBy, Status, Unread};
pub use sums::{Counts, Figures, Range, Rates, Total, Totals};

/// A consolidation of many departments' documents. All amounts in 元.
///
/// 多个部门的表的汇总结果。金额的单位都是元。
// Generic over its rows, so that callers with many rows can write them without a copy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote, title = "汇总结果 / Consolidation", rename = "Consolidation")]
pub struct Consolidation<R = Row> {
    /// The version of this schema: `1.0`.
    ///
    /// 本模式的版本，固定写 `1.0`。
    #[schemars(extend("const" = "1.0"))]
    pub schema_version: Name,
    /// Always `consolidation`.
    ///
    /// 固定写 `consolidation`。
    #[schemars(extend("const" = "consolidation"))]
    pub kind: Name,
    /// The name of the district, for titles: as it was set, else as most names of the roster begin.
    ///
    /// 区县的名称，用在标题里：设置里写了的按设置，没有写的取名单上多数名称的开头。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// The year of all documents; null if they differ.
    ///
    /// 全部表的年度；各表年度不同时为 null。
    pub fiscal_year: Option<u16>,
    /// The unit of every amount here: always `CNY`, 元.
    ///
    /// 本文件中金额的单位，固定写 `CNY`，即元。
    #[schemars(extend("const" = "CNY"))]
    pub unit: Name,
    /// What was received and what of it counts.
    ///
    /// 收到了哪些表，其中哪些已计入。
    pub coverage: Coverage,
    /// Sums over the documents included.
    ///
    /// 已计入各表的合计。
    pub totals: Totals,
    /// Documents among them whose figures may be in another unit than they say, and the sums without them.
    ///
    /// 已计入的表中，数字的单位可能与表上所写不同的那些，以及去掉它们以后的合计。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspected: Option<Suspected>,
    /// Rates recomputed from the sums.
    ///
    /// 按合计重新计算的比率。
    pub rates: Rates,
    /// Numbers of things over the documents included.
    ///
    /// 已计入各表的各类数量。
    pub counts: Counts,
    /// The same by group.
    ///
    /// 各分组的上述数字。
    pub groups: Vec<Group>,
    /// A row for each document included: in the roster's order, else by code, then name.
    ///
    /// 已计入的表，一份一行：按名单的顺序排列，没有名单的先按编码、再按名称排列。
    pub departments: Vec<R>,
    /// How many findings there are.
    ///
    /// 发现的数量。
    pub findings: FindingCounts,
    /// The plugins that took part, by id.
    ///
    /// 参加运行的插件，按编号排列。
    pub plugins: Vec<PluginUsed>,
    /// What they measured, by the aggregate's id.
    ///
    /// 插件统计的结果，按统计项的编号存放。
    pub aggregates: BTreeMap<String, Aggregate>,
    /// What there is to say about the work itself: a file that was not read, a plugin that failed.
    ///
    /// 程序自身工作情况的说明，如哪个文件没有读取、哪个插件运行失败。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Note>,
}

/// A notice of the run.
///
/// 运行中的一条附注。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Note {
    /// The notice's id, such as `kind-not-supported`.
    ///
    /// 附注的编号，如 `kind-not-supported`。
    #[schemars(with = "crate::shape::RuleId")]
    pub notice: Name,
    /// The document or file concerned.
    ///
    /// 有关的表或文件。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Where in it.
    ///
    /// 在其中的位置。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The message, in both languages.
    ///
    /// 提示，中英文各一份。
    pub message: Message,
    /// Whether the result is incomplete because of it.
    ///
    /// 结果是否因此不全。
    pub incomplete: bool,
    /// Whether nothing of the file could be read.
    ///
    /// 整个文件是否都无法读取。
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
}

impl From<&Notice> for Note {
    fn from(notice: &Notice) -> Self {
        Self {
            notice: notice.notice.clone(),
            document: notice.document.clone(),
            location: notice.location.clone(),
            message: notice.message.clone(),
            incomplete: notice.incomplete,
            unread: notice.unread,
        }
    }
}

/// The arguments are only in the message.
impl From<Note> for Notice {
    fn from(note: Note) -> Self {
        let Note { notice, document, location, message, incomplete, unread } = note;
        Self { notice, document, location, args: Args::new(), message, incomplete, unread }
    }
}

impl<'de, R: Deserialize<'de>> Deserialize<'de> for Consolidation<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(ObjectOnly(deserializer))
    }
}

impl<R: Serialize> Serialize for Consolidation<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl Consolidation {
    /// The consolidation of no documents.
    pub fn of_nothing() -> Self {
        Self {
            schema_version: "1.0".into(),
            kind: "consolidation".into(),
            district: None,
            fiscal_year: None,
            unit: "CNY".into(),
            coverage: Coverage::default(),
            totals: Totals::default(),
            suspected: None,
            rates: Rates::default(),
            counts: Counts::default(),
            groups: Vec::new(),
            departments: Vec::new(),
            findings: FindingCounts::default(),
            plugins: Vec::new(),
            aggregates: BTreeMap::new(),
            notices: Vec::new(),
        }
    }
}

impl<R> Consolidation<R> {
    /// A copy with other rows.
    pub fn with_rows<Q>(&self, departments: Vec<Q>) -> Consolidation<Q> {
        Consolidation {
            schema_version: self.schema_version.clone(),
            kind: self.kind.clone(),
            district: self.district.clone(),
            fiscal_year: self.fiscal_year,
            unit: self.unit.clone(),
            coverage: self.coverage.clone(),
            totals: self.totals.clone(),
            suspected: self.suspected.clone(),
            rates: self.rates.clone(),
            counts: self.counts,
            groups: self.groups.clone(),
            departments,
            findings: self.findings.clone(),
            plugins: self.plugins.clone(),
            aggregates: self.aggregates.clone(),
            notices: self.notices.clone(),
        }
    }
}

/// A plugin that took part.
///
/// 参加运行的一个插件。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct PluginUsed {
    /// Its id.
    ///
    /// 插件的编号。
    #[schemars(with = "crate::shape::PluginId")]
    pub id: String,
    /// Its version.
    ///
    /// 插件的版本。
    #[schemars(with = "crate::shape::Version")]
    pub version: String,
    /// Who made it.
    ///
    /// 插件的作者。
    pub vendor: String,
    /// The licence that it is under.
    ///
    /// 插件的许可证。
    pub license: String,
    /// The SHA-256 digest of its file.
    ///
    /// 插件文件的 SHA-256 摘要。
    #[schemars(with = "crate::shape::Digest")]
    pub sha256: String,
    /// The SHA-256 digest of its manifest.
    ///
    /// 插件说明的 SHA-256 摘要。
    #[schemars(with = "crate::shape::Digest")]
    pub manifest_sha256: String,
    /// How often it failed. Above 0 its part is incomplete.
    ///
    /// 插件运行失败的次数；大于 0 的，它的那部分结果不全。
    pub failures: u64,
}

/// Something that a plugin measured of the set.
///
/// 插件对全部表统计的一项。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Aggregate {
    /// What it is called.
    ///
    /// 统计项的名称。
    pub title: Message,
    /// What it is counted in.
    ///
    /// 统计项的单位。
    pub unit: AggregateUnit,
    /// How many decimals its values have at most.
    ///
    /// 各值最多有几位小数。
    pub scale: u32,
    /// Its values, by group. Empty: it could not be measured.
    ///
    /// 各分组的值。为空表示没有统计出来。
    pub values: Vec<AggregateValue>,
}

/// A value of an aggregate.
///
/// 统计项的一个值。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct AggregateValue {
    /// The roster's columns and their values that make the group. Empty: the whole set.
    ///
    /// 构成分组的名单各列及其值。为空表示全部表。
    pub group: BTreeMap<String, String>,
    /// The value: a decimal string.
    ///
    /// 值，写成十进制字符串。
    #[schemars(with = "crate::shape::Decimal")]
    pub value: String,
}

/// Documents whose figures may be in another unit than they say: 元 for 万元, or the other way round.
///
/// 数字的单位可能与表上所写不同的表：写的是万元，填的是元，或者相反。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Suspected {
    /// The departments' names, in the order of the rows.
    ///
    /// 这些部门的名称，按各行的顺序。
    pub departments: Vec<String>,
    /// The documents.
    ///
    /// 这些表的编号。
    pub documents: Vec<String>,
    /// What the sums would be without these documents, in 元.
    ///
    /// 去掉这些表以后的合计，单位为元。
    pub totals_without: ByName<Top, Money>,
}

/// The sums of one group of departments.
///
/// 一组部门的合计。
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Group {
    /// The roster's columns and their values that make the group.
    ///
    /// 构成分组的名单各列及其值。
    pub by: BTreeMap<String, String>,
    /// How many departments of the group the sums hold.
    ///
    /// 该组计入合计的部门有多少个。
    pub departments: u64,
    /// How many departments of the group should report.
    ///
    /// 该组应报的部门有多少个。
    pub expected: u64,
    /// Sums over the group.
    ///
    /// 该组的合计。
    pub totals: Totals,
    /// Rates recomputed from the group's sums.
    ///
    /// 按该组合计重新计算的比率。
    pub rates: Rates,
    /// Numbers of things in the group.
    ///
    /// 该组的各类数量。
    pub counts: Counts,
}

/// One document that the totals hold.
///
/// 计入合计的一份表。
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Row {
    /// The department's name as printed.
    ///
    /// 部门名称，按表上所写。
    pub name: String,
    /// The department's code, its own or the one that its name belongs to.
    ///
    /// 部门编码：表上所写的，或表上名称所属部门的编码。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The roster's further columns and their values for the department.
    ///
    /// 名单的其他列及其对该部门的值。
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by: BTreeMap<String, String>,
    /// The document's id.
    ///
    /// 表的编号。
    pub document: String,
    /// The year it reports.
    ///
    /// 填报的年度。
    pub fiscal_year: u16,
    /// Its figures in 元, by the totals' names.
    ///
    /// 表上的各项数字，单位为元，名字与合计相同。
    pub figures: Figures,
    /// Rates recomputed from its figures.
    ///
    /// 按表上数字重新计算的比率。
    pub rates: Rates,
    /// Numbers of things in it.
    ///
    /// 表上的各类数量。
    pub counts: Counts,
    /// Its findings by severity.
    ///
    /// 该表的发现，按级别计数。
    pub findings: SeverityCounts,
}

/// Findings by severity.
///
/// 各级别的发现有多少项。
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct SeverityCounts {
    /// Wrong.
    ///
    /// 有错误的。
    pub error: u64,
    /// Probably wrong.
    ///
    /// 可能有错误的。
    pub warning: u64,
    /// Worth knowing.
    ///
    /// 值得注意的。
    pub info: u64,
}

impl SeverityCounts {
    /// Counts one more finding.
    pub fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.error += 1,
            Severity::Warning => self.warning += 1,
            Severity::Info => self.info += 1,
        }
    }
}

/// Findings by severity and by rule, those about the set included.
///
/// 发现的数量，按级别和规则分列，包括针对全部表的发现。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct FindingCounts {
    /// By severity.
    #[serde(flatten)]
    pub by_severity: SeverityCounts,
    /// By rule.
    ///
    /// 按规则分列。
    pub by_rule: BTreeMap<Name, u64>,
}

object_only!(
    Note,
    PluginUsed,
    Aggregate,
    AggregateValue,
    Suspected,
    Group,
    Row,
    SeverityCounts,
    FindingCounts
);
