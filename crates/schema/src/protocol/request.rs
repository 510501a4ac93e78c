//! A request to a plugin.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::evaluation::Draft;

/// A piece of work for a plugin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "插件请求 / Request")]
pub struct Request<'a> {
    /// The protocol: 1.
    pub protocol: u32,
    /// The work: 1 check_documents, 2 set_feed, 3 set_finish.
    pub op: u32,
    /// The version of the documents' schema.
    #[serde(borrow)]
    pub schema_version: Cow<'a, str>,
    /// Always the same, so that no answer depends on it.
    #[serde(borrow)]
    pub locale: Cow<'a, str>,
    /// What the answer may hold at most.
    pub limits: Limits,
    /// The documents. At the end of the set: every document that was fed, without what it holds.
    #[serde(borrow, default)]
    pub documents: Vec<Sent<'a>>,
    /// At the end of the set: the consolidation without its rows (`schemas/v1/consolidation.schema.json`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consolidation: Option<Value>,
}

/// What an answer may hold at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Limits {
    /// The largest answer, in bytes; a larger one is a violation.
    pub answer_bytes: u64,
    /// Findings by one rule in one document. Those beyond are counted and left out.
    pub findings_per_rule: u64,
}

/// A document of a request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Sent")]
pub struct Sent<'a, D = Box<Draft<'a>>> {
    /// Its id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The members that the manifest reads, in the canonical form: decimals as strings. Absent at the end of the set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    pub document: Option<D>,
    /// At the end of the set: why the totals do not hold it. Absent: they do.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub excluded: Option<Cow<'a, str>>,
    /// At the end of the set: the groups that it belongs to, by column. Empty where there are none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, String>,
}
