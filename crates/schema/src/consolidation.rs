//! A consolidation: coverage, totals, rates, and a row for each department.

mod coverage;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::figures::{ByName, Figure, Rate, Thing, Top};
use crate::findings::{Location, Message, Notice, Severity};
use crate::money::Money;
use crate::protocol::AggregateUnit;

pub use crate::names::Name;
pub use coverage::{Coverage, Excluded, Expected, Matched, MatchedBy, Status, Unread};

/// A consolidation of many departments' documents. All amounts in 元.
// Generic over its rows, so that callers with many rows can write them without a copy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "汇总结果 / Consolidation", rename = "Consolidation")]
pub struct Consolidation<R = Row> {
    /// The version of this schema: `1.0`.
    #[schemars(extend("const" = "1.0"))]
    pub schema_version: Name,
    /// Always `consolidation`.
    #[schemars(extend("const" = "consolidation"))]
    pub kind: Name,
    /// The name of the district, for titles: as it was set, else as most names of the roster begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// The year of all documents; null if they differ.
    pub fiscal_year: Option<u16>,
    /// The unit of every amount here: always `CNY`, 元.
    #[schemars(extend("const" = "CNY"))]
    pub unit: Name,
    /// What was received and what of it counts.
    pub coverage: Coverage,
    /// Sums over the documents included.
    pub totals: Totals,
    /// Documents among them whose figures may be in another unit than they say, and the sums without them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspected: Option<Suspected>,
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
    /// What there is to say about the work itself: a file that was not read, a plugin that failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Note>,
}

/// A notice of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// The notice's id, such as `kind-not-supported`.
    pub notice: Name,
    /// The document or file concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Where in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The message, in both languages.
    pub message: Message,
    /// Whether the result is incomplete because of it.
    pub incomplete: bool,
    /// Whether nothing of the file could be read.
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

impl<R> Consolidation<R> {
    /// The same with other rows.
    pub fn with_rows<Q>(self, departments: Vec<Q>) -> Consolidation<Q> {
        Consolidation {
            schema_version: self.schema_version,
            kind: self.kind,
            district: self.district,
            fiscal_year: self.fiscal_year,
            unit: self.unit,
            coverage: self.coverage,
            totals: self.totals,
            suspected: self.suspected,
            rates: self.rates,
            counts: self.counts,
            groups: self.groups,
            departments,
            findings: self.findings,
            plugins: self.plugins,
            aggregates: self.aggregates,
            notices: self.notices,
        }
    }
}

/// A plugin that took part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AggregateValue {
    /// The roster's columns and their values that make the group. Empty: the whole set.
    pub group: BTreeMap<String, String>,
    /// The value: a decimal string.
    pub value: String,
}

/// Documents whose figures may be in another unit than they say: 元 for 万元, or the other way round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suspected {
    /// The departments' names, in the order of the rows.
    pub departments: Vec<String>,
    /// The documents.
    pub documents: Vec<String>,
    /// What the sums would be without these documents, in 元.
    pub totals_without: ByName<Top, Money>,
}

/// A sum and how many departments reported an addend of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Total {
    /// The sum in 元.
    pub value: Money,
    /// How many departments reported the figure. One that did not is no zero.
    pub reported_by: u64,
    /// How many departments of the roster should report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
    /// How many of those did report the figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<u64>,
    /// How much of last year's expenditure of the roster's departments is that of those who reported the figure, in percent
    /// with two decimals; where last year's consolidation was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// In what range the sum would lie if the departments missing from it repeated last year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub if_repeated: Option<Range>,
}

/// The range of a sum if the departments of the roster that are missing from it repeated last year's figures: from the sum without
/// them to the sum with all of them, or the other way round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Range {
    /// The lower end in 元.
    pub low: Money,
    /// The upper end in 元.
    pub high: Money,
    /// How many of the missing departments have no such figure last year; the range leaves them out.
    pub unknown: u64,
}

/// Sums by figure. A figure that nobody reported is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// The sums that have no second level.
    #[serde(flatten)]
    pub top: ByName<Top, Total>,
    /// By source of funds, then by figure.
    #[serde(default)]
    pub by_source: BTreeMap<Name, BTreeMap<Name, Total>>,
    /// By nature of expenditure, then by figure.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_nature: BTreeMap<Name, BTreeMap<Name, Total>>,
}

impl Totals {
    /// The sum of a figure.
    pub fn get(&self, figure: Figure) -> Option<&Total> {
        match figure {
            Figure::Top(top) => self.top.get(top),
            Figure::Source(source, column) => self.by_source.get(source.as_str())?.get(column.as_str()),
            Figure::Nature(nature, column) => self.by_nature.get(nature.as_str())?.get(column.as_str()),
        }
    }

    /// Sets the sum of a figure.
    pub fn insert(&mut self, figure: Figure, total: Total) {
        let (group, name, column) = match figure {
            Figure::Top(top) => return self.top.insert(top, total),
            Figure::Source(source, column) => (&mut self.by_source, source.as_str(), column),
            Figure::Nature(nature, column) => (&mut self.by_nature, nature.as_str(), column),
        };
        group.entry(name.into()).or_default().insert(column.as_str().into(), total);
    }
}

/// Rates in percent, rounded half away from zero to two places, recomputed from sums over the documents that
/// report both members. Absent where the base is zero or nobody reported both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Rates(ByName<Rate, String>);

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Main tasks.
    pub tasks: u64,
    /// Indicators, of tasks and of scorecards.
    pub indicators: u64,
    /// Key projects.
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

/// The sums of one group of departments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// The roster's columns and their values that make the group.
    pub by: BTreeMap<String, String>,
    /// How many departments of the group the sums hold.
    pub departments: u64,
    /// How many departments of the group should report.
    pub expected: u64,
    /// Sums over the group.
    pub totals: Totals,
    /// Rates recomputed from the group's sums.
    pub rates: Rates,
    /// Numbers of things in the group.
    pub counts: Counts,
}

/// One document that the totals hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// The department's name as printed.
    pub name: String,
    /// The department's code, its own or the one that its name belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The roster's further columns and their values for the department.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by: BTreeMap<String, String>,
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Figures {
    /// The figures that have no second level.
    #[serde(flatten)]
    pub top: BTreeMap<Name, Money>,
    /// By source of funds, then by figure.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_source: BTreeMap<Name, BTreeMap<Name, Money>>,
    /// By nature of expenditure, then by figure.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_nature: BTreeMap<Name, BTreeMap<Name, Money>>,
}

impl Figures {
    /// The value of a figure.
    pub fn get(&self, figure: Figure) -> Option<Money> {
        let value = match figure {
            Figure::Top(top) => self.top.get(top.as_str()),
            Figure::Source(source, column) => self.by_source.get(source.as_str())?.get(column.as_str()),
            Figure::Nature(nature, column) => self.by_nature.get(nature.as_str())?.get(column.as_str()),
        };
        value.copied()
    }
}

/// Findings by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SeverityCounts {
    /// Wrong.
    pub error: u64,
    /// Probably wrong.
    pub warning: u64,
    /// Worth knowing.
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingCounts {
    /// By severity.
    #[serde(flatten)]
    pub by_severity: SeverityCounts,
    /// By rule.
    pub by_rule: BTreeMap<Name, u64>,
}
