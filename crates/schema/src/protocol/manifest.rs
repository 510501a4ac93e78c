//! A plugin's manifest.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::choices::{AggregateUnit, choice};
use crate::findings::{Message, Severity};
use crate::object_only::{object_only, whole, whole_numbers};
use crate::pointer::Pointer;
use crate::protocol::Given;

/// What a plugin is, what it reads, and which rules and aggregates it brings. The same at every call of `describe`. Three things
/// are required that no schema can say: ids of rules and aggregates begin with the plugin's id and a slash, no id is declared twice,
/// and a message names only arguments that `args` declares.
///
/// 插件说明：这是什么插件，读取什么，带来哪些规则和统计项。每次调用 `describe` 都相同。有三点要求是模式写不出来的：规则和统计项的编号以插件编号加斜杠开头，编号不重复，提示中只用 `args` 声明过的参数。
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
#[schemars(title = "插件说明 / Manifest")]
pub struct Manifest {
    /// The protocol that the plugin speaks: 1.
    ///
    /// 插件采用的协议版本，固定写 1。
    #[serde(deserialize_with = "whole")]
    #[schemars(extend("const" = 1))]
    pub protocol: u32,
    /// Who it is.
    ///
    /// 插件的基本信息。
    pub plugin: PluginInfo,
    /// What it cannot do without.
    ///
    /// 插件不可缺少的条件。
    #[serde(default)]
    pub requires: Requires,
    /// The work that it can be asked for: 1 check_documents, 2 set_feed, 3 set_finish.
    ///
    /// 可以交给插件的工作：1 为 check_documents，2 为 set_feed，3 为 set_finish。
    #[serde(deserialize_with = "whole_numbers")]
    #[schemars(inner(range(max = 4_294_967_295_u32)))]
    pub ops: Vec<u32>,
    /// The members that it reads of a document: JSON Pointers, `*` standing for each item. Absent: whole documents.
    ///
    /// 插件读取表中的哪些字段，写成 JSON Pointer，`*` 代表列表的每一项。不写的，读取整份表。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<crate::shape::ReadsPointer>>", extend("maxItems" = 1000))]
    pub reads: Option<Vec<String>>,
    /// The same for the set (op 2), where that needs other members. Absent: as `reads`.
    ///
    /// 处理全部表（op 2）时读取哪些字段，与 `reads` 不同的才写。不写的，与 `reads` 相同。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<crate::shape::ReadsPointer>>", extend("maxItems" = 1000))]
    pub set_reads: Option<Vec<String>>,
    /// The JSON Schema of its configuration. Absent: it takes none but an empty object.
    ///
    /// 插件设置的 JSON Schema。不写的，只接受空对象。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("type" = ["object", "boolean", "null"]))]
    pub config_schema: Option<Value>,
    /// Its rules.
    ///
    /// 插件的规则。
    #[serde(default)]
    pub rules: Vec<RuleDeclaration>,
    /// What it measures of the set.
    ///
    /// 插件对全部表统计的各项。
    #[serde(default)]
    pub aggregates: Vec<AggregateDeclaration>,
}

/// Who a plugin is.
///
/// 插件的基本信息。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct PluginInfo {
    /// Its name: kebab-case, at most 64 characters. Its rules and aggregates begin with it.
    ///
    /// 插件的编号，用小写字母和数字，以连字符分隔，最多 64 个字符。它的规则和统计项都以此开头。
    #[schemars(with = "crate::shape::PluginId")]
    pub id: String,
    /// Its version: major.minor.patch. A manifest never changes under one version.
    ///
    /// 插件的版本，写成“主版本.次版本.修订号”。同一版本的插件说明不能改动。
    #[schemars(with = "crate::shape::Version")]
    pub version: String,
    /// Who made it.
    ///
    /// 插件的作者。
    #[serde(default)]
    #[schemars(with = "crate::shape::OneLine")]
    pub vendor: String,
    /// The licence that it is under.
    ///
    /// 插件的许可证。
    #[serde(default)]
    #[schemars(with = "crate::shape::OneLine")]
    pub license: String,
}

/// What a plugin cannot do without.
///
/// 插件不可缺少的条件。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Requires {
    /// The versions of the document's schema that it reads, such as `>=1.0, <2.0`.
    ///
    /// 插件能读取的表的模式版本，如 `>=1.0, <2.0`。
    #[serde(default = "any_of_major_1")]
    #[schemars(with = "crate::shape::OneLine")]
    pub schema: String,
    /// Capabilities of the protocol. One that the tool does not know is a reason not to load.
    ///
    /// 所需的协议功能。其中有程序不认识的，不加载该插件。
    #[serde(default)]
    #[schemars(with = "Vec<crate::shape::OneLine>")]
    pub capabilities: Vec<String>,
}

fn any_of_major_1() -> String {
    "^1.0".into()
}

impl Default for Requires {
    fn default() -> Self {
        Self { schema: any_of_major_1(), capabilities: Vec::new() }
    }
}

choice! {
    /// How stable a rule is.
    Status {
        /// It will not change.
        Stable = "stable",
        /// It may change or be removed.
        Preview = "preview",
        /// It will be removed.
        Deprecated = "deprecated",
    }
}

choice! {
    /// What a rule is about.
    Of {
        /// One document at a time.
        Document = "document",
        /// All documents together.
        Set = "set",
    }
}

choice! {
    /// The kind of a message's argument, which determines how it is written and shown.
    ArgKind {
        /// A decimal string: of a document, in its unit; of the set, in 元.
        Amount = "amount",
        /// A decimal string in percent.
        Percent = "percent",
        /// A decimal string of points.
        Points = "points",
        /// A whole number, not negative.
        Count = "count",
        /// A text.
        Text = "text",
    }
}

/// A rule that a plugin brings.
///
/// 插件带来的一条规则。
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct RuleDeclaration {
    /// The plugin's id, a slash, and a name of the defect in kebab-case, such as `tianhe/key-project-missing`.
    ///
    /// 插件的编号、斜线，再加所查缺陷的名字，用小写字母和数字，以连字符分隔，如 `tianhe/key-project-missing`。
    #[schemars(with = "crate::shape::DeclaredId")]
    pub id: String,
    /// The plugin's version that brought it.
    ///
    /// 从插件的哪个版本起有这条规则。
    #[serde(default)]
    #[schemars(with = "crate::shape::OneLine")]
    pub since: String,
    /// How settled it is.
    ///
    /// 规则的稳定程度。
    #[serde(default = "stable")]
    pub status: Status,
    /// The gravest severity that its findings may have. An error only where the form's own notes or its arithmetic
    /// say *must*.
    ///
    /// 该规则的发现最高可以定为什么级别。只有表上的注或表内的算术关系规定“必须”的，才定为错误。
    pub severity: Severity,
    /// What it is about.
    ///
    /// 规则针对什么。
    #[serde(default = "of_a_document")]
    pub scope: Of,
    /// What it is called.
    ///
    /// 规则的名称。
    #[schemars(with = "crate::shape::Title")]
    pub title: Message,
    /// What it checks and why, in a few sentences.
    ///
    /// 检查什么、为什么检查，用几句话说明。
    #[serde(default)]
    #[schemars(with = "crate::shape::Paragraphs")]
    pub summary: Message,
    /// More of that: paragraphs, parted by an empty line.
    ///
    /// 更详细的说明，分成几段，段与段之间空一行。
    #[serde(default)]
    #[schemars(with = "crate::shape::Paragraphs")]
    pub docs: Message,
    /// What it rests on: a form's note, a notice, a standard.
    ///
    /// 规则的依据，如表上的注、文件附注、标准。
    #[serde(default)]
    #[schemars(with = "crate::shape::Paragraphs")]
    pub basis: Message,
    /// The message: `{name}` puts an argument in, `{{` is a brace, nothing else is special.
    ///
    /// 提示：`{name}` 处填入参数，`{{` 表示一个花括号，其他字符没有特殊含义。
    #[schemars(with = "crate::shape::MessageTemplate")]
    pub message: Message,
    /// The arguments of the message, by name.
    ///
    /// 提示的参数，按名字存放。
    #[serde(default)]
    pub args: BTreeMap<String, ArgKind>,
    /// What it finds in examples. They are run as tests.
    ///
    /// 规则在示例中的发现。示例会当作测试运行。
    #[serde(default)]
    pub examples: Vec<Example>,
}

fn stable() -> Status {
    Status::Stable
}

fn of_a_document() -> Of {
    Of::Document
}

/// A document, or a set of them, and what the rule finds in it.
///
/// 一份表或一组表，以及规则在其中的发现。
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Example {
    /// A whole document; for a rule about the set an array of them, whose ids are `1`, `2` and so on.
    ///
    /// 一份完整的表；针对全部表的规则，写成表的数组，各表的编号依次为 `1`、`2` 等。
    pub input: Value,
    /// The plugin's configuration, where it is not the empty object.
    ///
    /// 插件的设置，不是空对象时才写。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Value>,
    /// What the rule finds. Empty: nothing.
    ///
    /// 规则的发现。为空表示没有发现。
    pub expect: Vec<Expected>,
}

/// A finding that an example leads to.
///
/// 示例应得出的一项发现。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Expected {
    /// For a rule about the set: the ids of the documents concerned.
    ///
    /// 针对全部表的规则：有关各表的编号。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// The member concerned.
    ///
    /// 有关的字段。
    pub pointer: Pointer,
    /// The arguments; absent: any.
    ///
    /// 提示的参数；不写的，参数可以是任何值。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub args: Option<BTreeMap<Cow<'static, str>, Given>>,
}

/// Something that a plugin measures of the set.
///
/// 插件对全部表统计的一项。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct AggregateDeclaration {
    /// The plugin's id, a slash, and a name in kebab-case.
    ///
    /// 插件的编号、斜线，再加统计项的名字，用小写字母和数字，以连字符分隔。
    #[schemars(with = "crate::shape::DeclaredId")]
    pub id: String,
    /// What it is called.
    ///
    /// 统计项的名称。
    #[schemars(with = "crate::shape::Title")]
    pub title: Message,
    /// What it is counted in.
    ///
    /// 统计项的单位。
    pub unit: AggregateUnit,
    /// How many decimals its values have at most.
    ///
    /// 各值最多有几位小数。
    #[serde(deserialize_with = "whole")]
    #[schemars(range(max = 6))]
    pub scale: u32,
    /// How it is computed and over what.
    ///
    /// 怎样计算，对什么计算。
    #[serde(default)]
    #[schemars(with = "crate::shape::Paragraphs")]
    pub docs: Message,
}

object_only!(Manifest, PluginInfo, Requires, RuleDeclaration, Example, Expected, AggregateDeclaration);
