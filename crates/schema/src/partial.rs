//! A partial consolidation: what is kept of documents until all of them are in, a line each.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::choices::{Level, Scope, Unit};
use crate::consolidation::{Counts, Figures, Name, Note};
use crate::findings::{Location, Message, Related, Severity};
use crate::object_only::object_only;
use crate::pointer::Pointer;
use crate::receipt::{FileUsed, InputUsed, PluginDigest, PluginIsolation, RunSpec, Tool};

/// The version of the partials that are written. Another version is refused: a partial is for programs of one version.
pub const VERSION: &str = "1.0";

/// A line of a partial: the head first, then each input with its documents behind it, then the end.
///
/// 部分结果的一行：先是开头，再是各个输入，每个输入之后是它的各份表，最后是结尾。
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(title = "部分结果的一行 / Line of a partial")]
pub enum PartialLine<'l> {
    /// What the partial was made by.
    ///
    /// 部分结果由什么作出。
    Partial(Cow<'l, PartialHead>),
    /// An input that was read.
    ///
    /// 读取的一个输入。
    Input(Cow<'l, PartialInput>),
    /// A document of the input before it.
    ///
    /// 前面那个输入中的一份表。
    Document(Cow<'l, PartialDocument>),
    /// The end, by which a partial that was cut off or changed is recognised.
    ///
    /// 结尾；据此识别被截断或改动过的部分结果。
    End(Cow<'l, PartialEnd>),
}

/// What a partial was made by. Partials are merged only if they agree in all of this but the paths.
///
/// 部分结果由什么作出。除路径外全部相同的，才能合并。
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
#[serde(deny_unknown_fields)]
pub struct PartialHead {
    /// The version of this schema: `1.0`.
    ///
    /// 本模式的版本，固定写 `1.0`。
    #[schemars(extend("const" = "1.0"))]
    pub schema_version: Name,
    /// The command.
    ///
    /// 命令。
    pub tool: Tool,
    /// The digest of the built-in rules, as in a receipt.
    ///
    /// 内置规则的摘要，与汇总记录中的相同。
    #[schemars(with = "crate::shape::Digest")]
    pub rules: String,
    /// The plugins that took part.
    ///
    /// 参加运行的插件。
    pub plugins: Vec<PluginDigest>,
    /// What was asked for.
    ///
    /// 要求做什么。
    pub run: RunSpec,
    /// The settings in force.
    ///
    /// 生效的设置。
    pub settings: Value,
    /// The files read besides the inputs.
    ///
    /// 输入以外读取的文件。
    pub files: Vec<FileUsed>,
    /// What kept the plugins from doing harm, if any took part.
    ///
    /// 用什么防止插件造成损害；有插件参加运行时才有。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin_isolation: Option<PluginIsolation>,
    /// Whether the documents themselves are kept, for the tables of what is in them.
    ///
    /// 是否连同表的内容一起保存，供列出表中内容的各种结果使用。
    pub has_contents: bool,
}

/// An input that was read.
///
/// 读取的一个输入。
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
#[serde(deny_unknown_fields)]
pub struct PartialInput {
    /// The input, as in a receipt.
    ///
    /// 输入，与汇总记录中的相同。
    pub input: InputUsed,
    /// Whether it is a piece of a file, to be joined to the file's other pieces; its length and digest are those of the piece.
    ///
    /// 是否只是一个文件的一段，要与同一文件的其他各段接起来；长度和摘要都是这一段的。
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub piece: bool,
    /// The notices about it and its documents.
    ///
    /// 关于它和其中各表的附注。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Note>,
}

/// The part of a document that is kept.
///
/// 一份表保存下来的部分。
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
#[serde(deny_unknown_fields)]
pub struct PartialDocument {
    /// Its id.
    ///
    /// 表的编号。
    pub id: String,
    /// The department's name as printed.
    ///
    /// 部门名称，按表上所写。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The department's code.
    ///
    /// 部门的预算单位编码。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Whether the figures include the department's units.
    ///
    /// 数字的口径，是否包括所属单位。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Whether a department or a unit reports.
    ///
    /// 填报的是部门还是单位。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The department above: its code, else its name.
    ///
    /// 上级部门：有编码写编码，没有写名称。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The units that it says it includes: their codes and names.
    ///
    /// 表上写明包括的单位：它们的编码和名称。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<String>,
    /// The year reported.
    ///
    /// 填报的年度。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fiscal_year: Option<u16>,
    /// A digest of its members, by which copies are recognised: XXH3, 128 bits.
    ///
    /// 各字段的摘要，据此识别内容相同的表；XXH3，128 位。
    #[schemars(with = "crate::shape::Fingerprint")]
    pub digest: String,
    /// The figures that it adds to the sums, in 元, if it can be counted.
    ///
    /// 计入合计的各项数字，单位为元；能计入的才有。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<Figures>,
    /// Numbers of things in it.
    ///
    /// 表上的各类数量。
    #[serde(default)]
    pub counts: Counts,
    /// Why it is not counted, if it is not.
    ///
    /// 不计入合计的原因；不计入的才有。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncounted: Option<PartialUncounted>,
    /// Whether the form was filled in on a blank form of this tool; absent for what is no form.
    ///
    /// 是否在本程序做的空白表上填写；不是表格文件的不写。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_template: Option<bool>,
    /// What the rules found in it, the plugins' rules included.
    ///
    /// 各条规则（包括插件的规则）在其中的发现。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<PartialFinding>,
    /// What each plugin reads of it for checks of all documents together, by the plugin's id.
    ///
    /// 各个插件为检查全部表而读取的部分，按插件的编号存放。
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Value>")]
    pub plugins: BTreeMap<String, Box<RawValue>>,
    /// The document itself, where contents are kept and it can be counted.
    ///
    /// 表的内容；保存内容而且该表能计入合计的才有。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contents: Option<PartialContents>,
}

/// A document and the places of its members.
///
/// 表的内容和各字段的位置。
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
#[serde(deny_unknown_fields)]
pub struct PartialContents {
    /// The document, as the schema `evaluation` describes it.
    ///
    /// 表的内容，写法见模式 `evaluation`。
    #[schemars(with = "BTreeMap<String, Value>")]
    pub document: Box<RawValue>,
    /// The places of the members that tables show.
    ///
    /// 各种结果列出的字段的位置。
    pub places: Vec<PartialPlace>,
}

/// The place of a member.
///
/// 一个字段的位置。
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
#[serde(deny_unknown_fields)]
pub struct PartialPlace {
    /// The member.
    ///
    /// 字段。
    pub pointer: Pointer,
    /// Its place.
    ///
    /// 它的位置。
    pub location: Location,
}

/// Why a document is not counted.
///
/// 一份表不计入合计的原因。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
#[serde(deny_unknown_fields)]
pub struct PartialUncounted {
    /// Its state, such as `not-finished`.
    ///
    /// 它的状态，如 `not-finished`。
    pub state: Name,
    /// The id of the rule or notice that says more.
    ///
    /// 说明详情的规则或附注的编号。
    pub reason: Name,
}

/// A finding in a document. Its arguments say what they are, which those of a published finding do not.
///
/// 一份表中的一项发现。与公布的发现不同，各参数写明了是哪一种。
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
#[serde(deny_unknown_fields)]
pub struct PartialFinding {
    /// The rule's id.
    ///
    /// 规则的编号。
    #[schemars(with = "crate::shape::RuleId")]
    pub rule: Name,
    /// Its severity.
    ///
    /// 发现的级别。
    pub severity: Severity,
    /// The department's name, where it is known.
    ///
    /// 部门名称，知道的才写。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The member concerned.
    ///
    /// 有关的字段。
    pub pointer: Pointer,
    /// Its place in the file.
    ///
    /// 它在文件中的位置。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The other members that the rule read.
    ///
    /// 规则读取的其他字段。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
    /// The figures and words of the message, by name.
    ///
    /// 提示中的数字和文字，按名字存放。
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<Name, PartialArg>,
    /// The message, in both languages.
    ///
    /// 提示，中英文各一份。
    pub message: Message,
    /// The fingerprint, as in a published finding.
    ///
    /// 指纹，与公布的发现相同。
    #[schemars(with = "crate::shape::Fingerprint")]
    pub fingerprint: String,
}

/// An argument of a message, with what it is.
///
/// 提示中的一个参数，写明是哪一种。
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartialArg {
    /// An amount.
    ///
    /// 金额。
    Amount {
        /// The value.
        ///
        /// 数值。
        #[serde(with = "printed")]
        #[schemars(with = "String")]
        value: Decimal,
        /// Its unit.
        ///
        /// 单位。
        unit: Unit,
    },
    /// A rate in percent.
    ///
    /// 百分率。
    Percent(
        #[serde(with = "printed")]
        #[schemars(with = "String")]
        Decimal,
    ),
    /// Points of a scorecard.
    ///
    /// 分数。
    Points(
        #[serde(with = "printed")]
        #[schemars(with = "String")]
        Decimal,
    ),
    /// A number of things.
    ///
    /// 个数。
    Count(u64),
    /// Words.
    ///
    /// 文字。
    Text(String),
    /// A document's id.
    ///
    /// 表的编号。
    Document(String),
    /// Words that only show the values.
    ///
    /// 只是用来显示数值的文字。
    Shown(String),
    /// The number of an item in its list, from 1.
    ///
    /// 在列表中的序号，从 1 数起。
    Position(u64),
    /// Words that differ by language.
    ///
    /// 中英文不同的文字。
    Words(Message),
}

/// Decimals as text with all digits that they have.
mod printed {
    use rust_decimal::Decimal;
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let text = String::deserialize(deserializer)?;
        Decimal::from_str_exact(&text).map_err(de::Error::custom)
    }
}

/// The end of a partial.
///
/// 部分结果的结尾。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
#[serde(deny_unknown_fields)]
pub struct PartialEnd {
    /// How many documents there are.
    ///
    /// 共有多少份表。
    pub documents: u64,
    /// The notices about files that are not among the inputs.
    ///
    /// 关于输入以外的文件的附注。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<PartialNotice>,
    /// The results of plugins.
    ///
    /// 各个插件的结果。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plugins: Vec<PartialPlugin>,
    /// The digest of all lines before this one, with their line breaks.
    ///
    /// 前面各行（连同换行符）的摘要。
    #[schemars(with = "crate::shape::Digest")]
    pub blake3: String,
}

/// A notice about a file that is not among the inputs.
///
/// 关于输入以外的一个文件的附注。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
#[serde(deny_unknown_fields)]
pub struct PartialNotice {
    /// The index, from 0, of the path under which the file is.
    ///
    /// 文件在哪个路径之下，从 0 数起。
    pub given: usize,
    /// The notice.
    ///
    /// 附注。
    pub notice: Note,
}

/// The results of a plugin over the documents of a partial.
///
/// 一个插件对部分结果中各表的运行情况。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
#[serde(deny_unknown_fields)]
pub struct PartialPlugin {
    /// Its id.
    ///
    /// 插件的编号。
    #[schemars(with = "crate::shape::PluginId")]
    pub id: String,
    /// How often it failed.
    ///
    /// 失败的次数。
    pub failures: u32,
    /// The notices about its work.
    ///
    /// 关于它的运行的附注。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Note>,
}

object_only!(
    PartialHead,
    PartialInput,
    PartialDocument,
    PartialContents,
    PartialPlace,
    PartialUncounted,
    PartialFinding,
    PartialEnd,
    PartialNotice,
    PartialPlugin
);
