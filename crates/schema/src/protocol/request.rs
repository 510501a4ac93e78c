//! A request to a plugin.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::consolidation::Consolidation;
use crate::evaluation::Draft;
use crate::object_only::{ObjectOnly, object_only};

/// A piece of work for a plugin.
///
/// 交给插件的一项工作。
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote, title = "插件请求 / Request")]
pub struct Request<'a> {
    /// The protocol: 1.
    ///
    /// 协议版本，固定写 1。
    pub protocol: u32,
    /// The work: 1 check_documents, 2 set_feed, 3 set_finish.
    ///
    /// 要做的工作：1 为 check_documents，2 为 set_feed，3 为 set_finish。
    pub op: u32,
    /// The version of the documents' schema.
    ///
    /// 表的模式的版本。
    #[serde(borrow)]
    pub schema_version: Cow<'a, str>,
    /// Always the same, so that no answer depends on it.
    ///
    /// 语言，始终相同，使答复不受语言影响。
    #[serde(borrow)]
    pub locale: Cow<'a, str>,
    /// What the answer may hold at most.
    ///
    /// 答复的上限。
    pub limits: Limits,
    /// The documents. At the end of the set: every document that was fed, without what it holds.
    ///
    /// 各份表。全部表送完时，列出送过的每一份表，但不含表的内容。
    #[serde(borrow, default)]
    pub documents: Vec<Sent<'a>>,
    /// At the end of the set: the consolidation without its rows, and without what plugins measured.
    ///
    /// 全部表送完时的汇总结果，不含各部门的行，也不含插件统计的结果。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consolidation: Option<Box<Consolidation>>,
}

/// What an answer may hold at most.
///
/// 答复的上限。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Limits {
    /// The largest answer, in bytes; a larger one is a violation.
    ///
    /// 答复最多有多少字节；超过的，算作违反协议。
    pub answer_bytes: u64,
    /// Findings by one rule in one document. Those beyond are counted and left out.
    ///
    /// 一条规则在一份表中最多有多少项发现。超出的只计数，不采用。
    pub findings_per_rule: u64,
}

/// A document of a request.
///
/// 请求中的一份表。
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", bound(deserialize = "'de: 'a, D: Deserialize<'de>"))]
#[schemars(!remote, rename = "Sent")]
pub struct Sent<'a, D = Box<Draft<'a>>> {
    /// Its id.
    ///
    /// 表的编号。
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The members that the manifest reads, in the canonical form: decimals as strings. Absent at the end of the set.
    ///
    /// 插件说明写明要读取的字段，按规范写法，小数写成字符串。全部表送完时没有这一项。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    pub document: Option<D>,
    /// At the end of the set: why the totals do not hold it. Absent: they do.
    ///
    /// 全部表送完时写明：该表为什么没有计入合计。没有这一项的，已计入。
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub excluded: Option<Cow<'a, str>>,
    /// At the end of the set: the groups that it belongs to, by column. Empty where there are none.
    ///
    /// 全部表送完时写明：该表属于哪些分组，按列存放。没有分组的为空。
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, String>,
}

object_only!(Request<'a>, Limits);

impl<'de: 'a, 'a, D: Deserialize<'de>> Deserialize<'de> for Sent<'a, D> {
    fn deserialize<T: Deserializer<'de>>(deserializer: T) -> Result<Self, T::Error> {
        Self::deserialize(ObjectOnly(deserializer))
    }
}

impl<D: Serialize> Serialize for Sent<'_, D> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}
