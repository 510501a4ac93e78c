//! What a plugin is asked.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::evaluation::Draft;
use crate::publish;

/// A piece of work for a plugin.
///
/// Reading one borrows the documents' texts from it.
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
    /// Bytes. An answer beyond is a violation.
    pub answer_bytes: u64,
    /// Findings by one rule in one document. Those beyond are counted and left out.
    pub findings_per_rule: u64,
}

/// A document of a request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sent<'a> {
    /// Its id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The members that the manifest reads, in the canonical form: decimals as strings. Absent at the end of the set.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    pub document: Option<Box<Draft<'a>>>,
    /// At the end of the set: why the totals do not hold it. Absent: they do.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub excluded: Option<Cow<'a, str>>,
    /// At the end of the set: the groups that it belongs to, by column. Empty where there are none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, String>,
}

impl<'a> Request<'a> {
    /// Reads a request. Members of documents that this version does not know are left out; `spare` then holds what
    /// is left, and stays empty otherwise.
    ///
    /// # Errors
    /// If it is not UTF-8, not JSON, or not a request.
    pub fn read(bytes: &'a [u8], spare: &'a mut String) -> Result<Self, serde_json::Error> {
        let text = simdutf8::basic::from_utf8(bytes).map_err(serde::de::Error::custom)?;
        match serde_json::from_str(text) {
            Ok(request) => Ok(request),
            Err(_) => {
                let mut request: Value = serde_json::from_str(text)?;
                for sent in request.get_mut("documents").and_then(Value::as_array_mut).into_iter().flatten() {
                    if let Some(document) = sent.get_mut("document") {
                        leave_out_unknown(document, publish::EVALUATION.schema());
                    }
                }
                *spare = request.to_string();
                serde_json::from_str(spare)
            }
        }
    }
}

/// Takes the members out that a schema does not name, where it names all that there may be.
fn leave_out_unknown(value: &mut Value, mut schema: &Value) {
    let root = publish::EVALUATION.schema();
    while let Some(target) = schema["$ref"].as_str() {
        schema = root.pointer(&target[1..]).unwrap_or(&Value::Null);
    }
    match value {
        Value::Object(members) => {
            let Some(known) = schema["properties"].as_object() else { return };
            members.retain(|name, _| known.contains_key(name));
            for (name, member) in members {
                leave_out_unknown(member, &known[name]);
            }
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| leave_out_unknown(item, &schema["items"]));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_tool_s_members_are_left_out() {
        let text = r#"{"protocol":1,"op":1,"schema_version":"1.1","locale":"zh-CN","new":[1],
            "limits":{"answer_bytes":10,"findings_per_rule":5,"new":1},
            "documents":[{"id":"甲","document":{"new":{"a":1},"tasks":[{"name":"一","new":2}],
                "extensions":{"x":{"y":1}},"budget":{"by_source":{"other":{"initial_budget":"1","n":"2"}}}}}]}"#;
        let mut spare = String::new();
        let request = Request::read(text.as_bytes(), &mut spare).unwrap();
        let document = request.documents[0].document.as_ref().unwrap();
        assert_eq!(document.tasks[0].name.as_deref(), Some("一"));
        assert_eq!(serde_json::to_value(document).unwrap()["extensions"]["x"]["y"], 1);
        let other = &document.budget.as_ref().unwrap().by_source.as_ref().unwrap().other;
        assert_eq!(other.as_ref().unwrap().initial_budget.unwrap().to_string(), "1");
        assert!(Request::read(b"{\"protocol\":1}", &mut String::new()).is_err());
        assert!(Request::read(b"\xff", &mut String::new()).is_err());
    }
}
