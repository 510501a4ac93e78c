//! What `huizong check` prints for programs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::consolidation::{Name, PluginUsed};
use crate::findings::{Finding, Notice, RuleCounts};

/// The program that made an output.
///
/// 产生结果的程序。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ToolVersion {
    /// Its name.
    ///
    /// 程序的名称。
    pub name: Name,
    /// Its version.
    ///
    /// 程序的版本。
    #[schemars(with = "crate::shape::Version")]
    pub version: Name,
}

/// What a check was made by: the same head for the same rules.
///
/// 检查由什么作出：规则相同，这一部分就相同。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckHead {
    /// The version of this schema: `1.0`.
    ///
    /// 本模式的版本，固定为 `1.0`。
    #[schemars(extend("const" = "1.0"))]
    pub schema_version: Name,
    /// Always `findings`.
    ///
    /// 固定为 `findings`。
    #[schemars(extend("const" = "findings"))]
    pub kind: Name,
    /// The program.
    ///
    /// 程序。
    pub tool: ToolVersion,
    /// The version of the document's schema that documents were checked against: `1.0`.
    ///
    /// 检查时依据的表的模式版本，为 `1.0`。
    #[schemars(extend("const" = "1.0"))]
    pub document_schema: Name,
    /// The BLAKE3 digest of the built-in rules, as in a receipt: ids, severities, messages and pages.
    ///
    /// 内置规则的 BLAKE3 摘要，与汇总记录中的相同：包括编号、级别、提示和说明页。
    #[schemars(with = "crate::shape::Digest")]
    pub rules_digest: String,
    /// The plugins that took part.
    ///
    /// 参加检查的插件。
    pub plugins: Vec<PluginUsed>,
    /// How many documents were read.
    ///
    /// 读取了多少份表。
    pub documents: u64,
}

/// What `huizong check --format json` prints.
///
/// `huizong check --format json` 输出的内容。
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "检查结果 / Check report")]
pub struct CheckReport {
    /// What it was made by.
    #[serde(flatten)]
    pub head: CheckHead,
    /// Findings, sorted by document, rule and pointer; those about the set last.
    ///
    /// 发现，按表、规则和字段排序；针对全部表的排在最后。
    pub findings: Vec<Finding>,
    /// Notices about the tool's own work.
    ///
    /// 关于程序自身工作的附注。
    pub notices: Vec<Notice>,
    /// How each rule fared.
    ///
    /// 每条规则的结果。
    pub rules: Vec<RuleCounts>,
}

/// A line of what `huizong check --format ndjson` prints: the head first, then findings, notices and rules.
///
/// `huizong check --format ndjson` 输出的一行：先是开头，再是发现、附注和规则。
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(title = "检查结果的一行 / Line of a check report")]
pub enum CheckRecord<'r> {
    /// What the check was made by.
    ///
    /// 检查由什么作出。
    Check(&'r CheckHead),
    /// A finding.
    ///
    /// 一个发现。
    Finding(&'r Finding),
    /// A notice.
    ///
    /// 一条附注。
    Notice(&'r Notice),
    /// How a rule fared.
    ///
    /// 一条规则的结果。
    Rule(&'r RuleCounts),
}

impl CheckReport {
    /// Returns the same as lines.
    pub fn records(&self) -> impl Iterator<Item = CheckRecord<'_>> {
        std::iter::once(CheckRecord::Check(&self.head))
            .chain(self.findings.iter().map(CheckRecord::Finding))
            .chain(self.notices.iter().map(CheckRecord::Notice))
            .chain(self.rules.iter().map(CheckRecord::Rule))
    }
}
