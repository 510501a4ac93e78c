//! The results of a check: findings about the data, and notices about the tool's own work.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, Serializer};

use crate::choices::{Unit, choice};
use crate::pointer::Pointer;

choice! {
    /// How bad a finding is: an error only where the form's own notes or its arithmetic say *must*.
    Severity {
        /// Worth knowing.
        Info = "info",
        /// Probably wrong.
        Warning = "warning",
        /// Wrong.
        Error = "error",
    }
}

/// One thing that is wrong with, or worth knowing about, a document or a set of documents.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "发现 / Finding")]
pub struct Finding {
    /// The rule's id, such as `sources-do-not-sum`.
    pub rule: Cow<'static, str>,
    /// Its severity.
    pub severity: Severity,
    /// The document's id; null for a finding about the set.
    pub document: Option<String>,
    /// For a finding about the set: the ids of the documents concerned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub documents: Vec<String>,
    /// The department's name, where it is known.
    pub department: Option<String>,
    /// The member of the document concerned. It may be absent from the document if its parent is there.
    pub pointer: Pointer,
    /// The member's place in the file, or where it is missing.
    pub location: Option<Location>,
    /// The other members that the rule read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub related: Vec<Related>,
    /// The figures and words of the message, by name.
    pub args: Args,
    /// The message, in both languages.
    pub message: Message,
    /// 32 hexadecimal digits that stay the same when lines move and change when a value does.
    pub fingerprint: String,
}

/// Another member that a rule read.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Related {
    /// The member.
    pub pointer: Pointer,
    /// Its place.
    pub location: Option<Location>,
    /// Its value as printed.
    pub value: String,
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Default)]
pub struct Message {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A place in a file. Lines, rows, columns and tables are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In a text: line and column, the column in characters.
    Text {
        /// The line.
        line: u32,
        /// The character in the line.
        column: u32,
    },
    /// In a table of a page or document.
    Table {
        /// The table, in the order of the file.
        table: u32,
        /// Its row.
        row: u32,
        /// Its column, merged cells spread out.
        column: u32,
    },
    /// In a sheet of a workbook.
    Cell {
        /// The sheet's name.
        sheet: String,
        /// The cell, A1 style.
        cell: String,
    },
}

impl fmt::Display for Place {
    /// Writes `9:8` (line and column), `1:9:8` (table, row and column) or `Sheet1!B4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { line, column } => write!(f, "{line}:{column}"),
            Self::Table { table, row, column } => write!(f, "{table}:{row}:{column}"),
            Self::Cell { sheet, cell } => write!(f, "{sheet}!{cell}"),
        }
    }
}

/// A place: the file, and a cell (`sheet`, `cell`), a table's cell (`table`, `row`, `column`) or
/// a place in a text (`line`, `column`). All are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Default)]
pub struct Location {
    /// The file, as the document's id names it.
    pub file: String,
    /// The sheet's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The cell, A1 style.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// The table, in the order of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<u32>,
    /// The row of the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// The line of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column of the table, or the character of the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl Location {
    /// A place in a file.
    pub fn new(file: &str, place: Option<&Place>) -> Self {
        let mut location = Self { file: file.to_owned(), ..Self::default() };
        match place {
            Some(&Place::Text { line, column }) => {
                (location.line, location.column) = (Some(line), Some(column));
            }
            Some(&Place::Table { table, row, column }) => {
                (location.table, location.row, location.column) = (Some(table), Some(row), Some(column));
            }
            Some(Place::Cell { sheet, cell }) => {
                (location.sheet, location.cell) = (Some(sheet.clone()), Some(cell.clone()));
            }
            None => {}
        }
        location
    }
}

impl fmt::Display for Location {
    /// Writes the file and the place in it, such as `a.txt:9:8` or `a.xlsx:Sheet1!B4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place() {
            Some(place) => write!(f, "{}:{place}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

impl Finding {
    /// Returns the place of the member in its file, where it is known.
    pub fn place(&self) -> Option<Place> {
        self.location.as_ref()?.place()
    }
}

impl Location {
    /// The place in its file, if it names one.
    pub fn place(&self) -> Option<Place> {
        Some(match self {
            Self { sheet: Some(sheet), cell: Some(cell), .. } => {
                Place::Cell { sheet: sheet.clone(), cell: cell.clone() }
            }
            &Self { table: Some(table), row: Some(row), column: Some(column), .. } => {
                Place::Table { table, row, column }
            }
            &Self { line: Some(line), column: Some(column), .. } => Place::Text { line, column },
            _ => return None,
        })
    }
}

/// An argument of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// An amount and its unit.
    Amount(Decimal, Unit),
    /// A rate in percent.
    Percent(Decimal),
    /// Points of a scorecard.
    Points(Decimal),
    /// A number of things.
    Count(u64),
    /// Words.
    Text(String),
    /// A document's id. Fingerprints leave it out.
    Document(String),
    /// Words that only show the values. Fingerprints leave them out.
    Shown(String),
    /// The number of an item in its list, from 1. Fingerprints leave it out.
    Position(u64),
    /// Words that differ by language.
    Words(Message),
}

impl Serialize for Arg {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Amount(value, _) | Self::Percent(value) | Self::Points(value) => {
                serializer.collect_str(value)
            }
            Self::Count(count) | Self::Position(count) => serializer.serialize_u64(*count),
            Self::Text(text) | Self::Document(text) | Self::Shown(text) => serializer.serialize_str(text),
            Self::Words(words) => serializer.serialize_str(&words.en),
        }
    }
}

impl JsonSchema for Arg {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Arg".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An amount in the document's unit, a percent or points as a decimal string; a count as an integer; else a text.",
            "type": ["string", "integer"]
        })
    }
}

/// The arguments of a message, by name.
#[derive(Clone, Debug, PartialEq, Default, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct Args(BTreeMap<Cow<'static, str>, Arg>);

impl Args {
    /// None.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The argument with this name.
    pub fn get(&self, name: &str) -> Option<&Arg> {
        self.0.get(name)
    }

    /// Whether there is an argument with this name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Inserts an argument, replacing one with the same name.
    pub fn insert(&mut self, name: impl Into<Cow<'static, str>>, arg: Arg) {
        self.0.insert(name.into(), arg);
    }

    /// Every argument, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arg)> {
        self.0.iter().map(|(name, arg)| (&**name, arg))
    }
}

impl std::ops::Index<&str> for Args {
    type Output = Arg;
    fn index(&self, name: &str) -> &Arg {
        &self.0[name]
    }
}

impl<const N: usize> From<[(&'static str, Arg); N]> for Args {
    fn from(args: [(&'static str, Arg); N]) -> Self {
        args.into_iter().collect()
    }
}

impl FromIterator<(&'static str, Arg)> for Args {
    fn from_iter<I: IntoIterator<Item = (&'static str, Arg)>>(args: I) -> Self {
        Self(args.into_iter().map(|(name, arg)| (name.into(), arg)).collect())
    }
}

/// What the tool has to say about its own work: a file that it could not read, a copy that it left out.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "通知 / Notice")]
pub struct Notice {
    /// The notice's id, such as `kind-not-supported`.
    pub notice: Cow<'static, str>,
    /// The document or file concerned.
    pub document: Option<String>,
    /// Where in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The figures and words of the message, by name.
    pub args: Args,
    /// The message, in both languages.
    pub message: Message,
    /// Whether the run is incomplete because of it (exit status 3).
    pub incomplete: bool,
    /// Whether nothing of the file could be read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
}

/// How a rule fared over all documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleCounts {
    /// The rule's id.
    pub rule: Cow<'static, str>,
    /// Documents (or, for a rule about the set, sets) that it had nothing to say against.
    pub passed: u64,
    /// Those it found something in.
    pub failed: u64,
    /// Those it could not judge, by reason.
    pub skipped: BTreeMap<&'static str, u64>,
    /// Those in which the rule itself failed.
    pub crashed: u64,
}

/// What `huizong check --format json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "检查结果 / Check report")]
pub struct CheckReport {
    /// Findings, sorted by document, rule and pointer; those about the set last.
    pub findings: Vec<Finding>,
    /// Notices about the tool's own work.
    pub notices: Vec<Notice>,
    /// How each rule fared.
    pub rules: Vec<RuleCounts>,
    /// How many documents were read.
    pub documents: u64,
}
