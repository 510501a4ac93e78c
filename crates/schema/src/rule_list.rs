//! The rules and notices of a program, as `huizong rule --format json` lists them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::check_report::ToolVersion;
use crate::consolidation::Name;
use crate::findings::{Message, Severity};
use crate::protocol::Of;

/// The rules and notices of a program.
///
/// 一个程序的规则和附注。
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "规则清单 / List of rules")]
pub struct RuleList {
    /// The version of this schema: `1.0`.
    ///
    /// 本模式的版本，固定为 `1.0`。
    #[schemars(extend("const" = "1.0"))]
    pub schema_version: Name,
    /// Always `rules`.
    ///
    /// 固定为 `rules`。
    #[schemars(extend("const" = "rules"))]
    pub kind: Name,
    /// The program.
    ///
    /// 程序。
    pub tool: ToolVersion,
    /// The BLAKE3 digest of the built-in rules, as in a receipt.
    ///
    /// 内置规则的 BLAKE3 摘要，与汇总记录中的相同。
    #[schemars(with = "crate::shape::Digest")]
    pub rules_digest: String,
    /// The rules: the built-in ones by id, then the plugins' by id.
    ///
    /// 规则：先是内置的，再是插件的，都按编号排序。
    pub rules: Vec<ListedRule>,
    /// The kinds of notices, by id.
    ///
    /// 各种附注，按编号排序。
    pub notices: Vec<ListedNotice>,
}

/// A rule.
///
/// 一条规则。
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ListedRule {
    /// Its id.
    ///
    /// 规则的编号。
    #[schemars(with = "crate::shape::RuleId")]
    pub id: String,
    /// The plugin that declares it; absent for a built-in rule.
    ///
    /// 声明它的插件；内置规则没有这一项。
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::shape::PluginId>")]
    pub plugin: Option<String>,
    /// The version, of the program or of the plugin, that brought it.
    ///
    /// 从程序或插件的哪个版本开始有。
    pub since: String,
    /// The highest severity that its findings may have.
    ///
    /// 它的发现最高是什么级别。
    pub severity: Severity,
    /// What it is about.
    ///
    /// 检查的对象。
    pub scope: Of,
    /// What it is called.
    ///
    /// 规则的名称。
    pub title: Message,
    /// Its messages, with arguments in braces.
    ///
    /// 它的提示，参数写在花括号里。
    pub messages: Vec<ListedMessage>,
    /// The names of the arguments in its messages.
    ///
    /// 提示中参数的名称。
    pub args: Vec<String>,
    /// The members that it reads: JSON Pointers, `*` for each item; empty for the whole document. Absent where it judges a file and not
    /// its members.
    ///
    /// 它读取的字段：JSON Pointer，`*` 代表每一项，空的代表整份表。判断的是文件而不是字段的，没有这一项。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reads: Option<Vec<String>>,
    /// Why documents in which it fails are not counted: their state. Absent where they are.
    ///
    /// 不符合它的表为什么不计入，即表的状态；仍计入的没有这一项。
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::shape::RuleId>")]
    pub excludes: Option<Name>,
    /// Its page, in Markdown.
    ///
    /// 它的说明页，Markdown 格式。
    pub page: Message,
}

/// A kind of notice.
///
/// 一种附注。
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ListedNotice {
    /// Its id.
    ///
    /// 附注的编号。
    #[schemars(with = "crate::shape::RuleId")]
    pub id: Name,
    /// What it is called.
    ///
    /// 附注的名称。
    pub title: Message,
    /// Its messages, with arguments in braces.
    ///
    /// 它的提示，参数写在花括号里。
    pub messages: Vec<ListedMessage>,
    /// The names of the arguments in its messages.
    ///
    /// 提示中参数的名称。
    pub args: Vec<String>,
    /// Its page, in Markdown.
    ///
    /// 它的说明页，Markdown 格式。
    pub page: Message,
}

/// A message of a rule or notice, with arguments in braces.
///
/// 规则或附注的一条提示，参数写在花括号里。
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ListedMessage {
    /// The special case that it is for; absent for the usual one.
    ///
    /// 用于哪种特殊情形；一般情形没有这一项。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<Name>,
    /// Chinese.
    ///
    /// 中文。
    pub zh: String,
    /// English.
    ///
    /// 英文。
    pub en: String,
}
