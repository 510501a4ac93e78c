//! The results of a check: findings about the data, and notices about the tool's own work.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, Serializer};

use crate::choices::{Unit, choice};
use crate::object_only::object_only;
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
///
/// 一项发现：一份表或全部表中有错误或值得注意的一处。
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "发现 / Finding")]
pub struct Finding {
    /// The rule's id, such as `sources-do-not-sum`.
    ///
    /// 规则的编号，如 `sources-do-not-sum`。
    #[schemars(with = "crate::shape::RuleId")]
    pub rule: Cow<'static, str>,
    /// Its severity.
    ///
    /// 发现的级别。
    pub severity: Severity,
    /// The document's id; null for a finding about the set.
    ///
    /// 表的编号；针对全部表的发现为 null。
    pub document: Option<String>,
    /// For a finding about the set: the ids of the documents concerned.
    ///
    /// 针对全部表的发现：有关各表的编号。
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub documents: Vec<String>,
    /// The department's name, where it is known.
    ///
    /// 部门名称，知道的才写。
    pub department: Option<String>,
    /// The member of the document concerned. It may be absent from the document if its parent is there.
    ///
    /// 表中有关的字段。这个字段可以不在表里，但它的上一级必须在。
    pub pointer: Pointer,
    /// The member's place in the file, or where it is missing.
    ///
    /// 该字段在文件中的位置；字段缺失的，是它本应在的位置。
    pub location: Option<Location>,
    /// The other members that the rule read.
    ///
    /// 规则读取的其他字段。
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub related: Vec<Related>,
    /// The figures and words of the message, by name.
    ///
    /// 提示中的数字和文字，按名字存放。
    pub args: Args,
    /// The message, in both languages.
    ///
    /// 提示，中英文各一份。
    pub message: Message,
    /// 32 hexadecimal digits that stay the same when lines move and change when a value does.
    ///
    /// 指纹，32 位十六进制数字：行移动时不变，值改变时才变。
    #[schemars(with = "crate::shape::Fingerprint")]
    pub fingerprint: String,
}

/// Another member that a rule read.
///
/// 规则读取的另一个字段。
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Related {
    /// The member.
    ///
    /// 该字段。
    pub pointer: Pointer,
    /// Its place.
    ///
    /// 它的位置。
    pub location: Option<Location>,
    /// Its value as printed.
    ///
    /// 它的值，按表上所写。
    pub value: String,
}

/// A text in both languages.
///
/// 一段文字，中英文各一份。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Default)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Message {
    /// Chinese.
    ///
    /// 中文。
    pub zh: String,
    /// English.
    ///
    /// 英文。
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
///
/// 位置：写明文件，再写单元格（`sheet`、`cell`）、表格中的格（`table`、`row`、`column`）或文本中的位置（`line`、`column`）。都从 1 数起。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Default)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Location {
    /// The file, as the document's id names it.
    ///
    /// 文件，写法与表的编号相同。
    pub file: String,
    /// The sheet's name.
    ///
    /// 工作表的名称。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The cell, A1 style.
    ///
    /// 单元格，写成 A1 的形式。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// The table, in the order of the file.
    ///
    /// 第几个表格，按文件中的顺序。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<u32>,
    /// The row of the table.
    ///
    /// 表格的第几行。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// The line of the text.
    ///
    /// 文本的第几行。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column of the table, or the character of the line.
    ///
    /// 表格的第几列，或一行中的第几个字符。
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
            "description": "An amount in the document's unit, a percent or points as a decimal string; a count as an integer; else a text.\n\n金额（按表的单位）、百分数和分数写成十进制字符串，个数写成整数，其余写成文字。",
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
///
/// 附注，说明程序自身工作的情况，如哪个文件无法读取、哪份重复的表没有采用。
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "附注 / Notice")]
pub struct Notice {
    /// The notice's id, such as `kind-not-supported`.
    ///
    /// 附注的编号，如 `kind-not-supported`。
    #[schemars(with = "crate::shape::RuleId")]
    pub notice: Cow<'static, str>,
    /// The document or file concerned.
    ///
    /// 有关的表或文件。
    pub document: Option<String>,
    /// Where in it.
    ///
    /// 在其中的位置。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The figures and words of the message, by name.
    ///
    /// 提示中的数字和文字，按名字存放。
    pub args: Args,
    /// The message, in both languages.
    ///
    /// 提示，中英文各一份。
    pub message: Message,
    /// Whether the run is incomplete because of it (exit status 3).
    ///
    /// 结果是否因此不全（返回码 3）。
    pub incomplete: bool,
    /// Whether nothing of the file could be read.
    ///
    /// 整个文件是否都无法读取。
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
}

/// How a rule fared over all documents.
///
/// 一条规则对全部表的检查情况。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleCounts {
    /// The rule's id.
    ///
    /// 规则的编号。
    #[schemars(with = "crate::shape::RuleId")]
    pub rule: Cow<'static, str>,
    /// Documents (or, for a rule about the set, sets) that it had nothing to say against.
    ///
    /// 没有发现问题的表有多少份；针对全部表的规则，全部表算作一份。
    pub passed: u64,
    /// Those it found something in.
    ///
    /// 有发现的有多少份。
    pub failed: u64,
    /// Those it could not judge, by reason.
    ///
    /// 无法判断的有多少份，按原因分列。
    pub skipped: BTreeMap<&'static str, u64>,
    /// Those in which the rule itself failed.
    ///
    /// 检查时规则本身出错的有多少份。
    pub crashed: u64,
}

object_only!(Message, Location, Related);
