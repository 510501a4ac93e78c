//! A plugin in its own tests: through the real table, in this process, and held to the examples of its manifest.

#![allow(unsafe_code, reason = "calls the table as the host does")]

use std::ffi::c_void;
use std::marker::PhantomData;
use std::ptr;

use huizong_plugin_abi::{Buf, PluginV1, code};
use huizong_schema::findings::Severity;
use huizong_schema::protocol::{Answer, Manifest, Of, Op, Reported};
use serde_json::{Value, json};

use crate::boundary::table;
use crate::plugin::Plugin;

/// A plugin with an instance.
pub struct Loaded<P: Plugin> {
    table: PluginV1,
    instance: *mut c_void,
    plugin: PhantomData<P>,
}

/// What a function returned, and what it put into its buffer, given back already.
fn take(table: &PluginV1, code: i32, mut out: Buf) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    if !out.data.is_null() {
        // SAFETY: rule 3 of the header.
        bytes = unsafe { std::slice::from_raw_parts(out.data, out.len) }.to_vec();
        if let Some(release) = table.release {
            // SAFETY: as above, once.
            unsafe { release(&raw mut out) };
        }
    }
    if code == code::OK {
        Ok(bytes)
    } else {
        Err(format!("code {code}: {}", String::from_utf8_lossy(&bytes)))
    }
}

impl<P: Plugin> Loaded<P> {
    /// Makes an instance with this configuration.
    ///
    /// # Errors
    /// What the plugin says against the configuration.
    pub fn new(config: &Value) -> Result<Self, String> {
        let table = table::<P>();
        let config = config.to_string();
        let (mut out, mut instance) = (Buf::ZERO, ptr::null_mut());
        let create = table.create.ok_or("no create")?;
        // SAFETY: rules 1 and 2.
        let code = unsafe { create(config.as_ptr(), config.len(), &raw mut instance, &raw mut out) };
        take(&table, code, out)?;
        Ok(Self { table, instance, plugin: PhantomData })
    }

    /// Has it do a piece of work.
    ///
    /// # Errors
    /// The code and what the plugin says.
    pub fn call(&mut self, op: Op, request: &Value) -> Result<Answer, String> {
        let request = request.to_string();
        let mut out = Buf::ZERO;
        let call = self.table.call.ok_or("no call")?;
        // SAFETY: rules 1, 2 and 7.
        let code = unsafe { call(self.instance, op.number(), request.as_ptr(), request.len(), &raw mut out) };
        let bytes = take(&self.table, code, out)?;
        if bytes.is_empty() {
            return Ok(Answer::default());
        }
        serde_json::from_slice(&bytes).map_err(|error| error.to_string())
    }

    /// Has it check documents, each with its id.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn check(&mut self, documents: &[(&str, &Value)]) -> Result<Answer, String> {
        let documents: Vec<Value> =
            documents.iter().map(|(id, document)| json!({"id": id, "document": document})).collect();
        self.call(Op::CheckDocuments, &request(Op::CheckDocuments, &documents, None))
    }

    /// Feeds it a set and has it finish. Each document counts, and belongs to the groups given.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn set(&mut self, documents: &[(&str, &Value, Value)]) -> Result<Answer, String> {
        let fed = documents.iter().map(|(id, document, _)| json!({"id": id, "document": document}));
        self.call(Op::SetFeed, &request(Op::SetFeed, &fed.collect::<Vec<_>>(), None))?;
        let ended = documents.iter().map(|(id, _, groups)| json!({"id": id, "groups": groups}));
        self.call(Op::SetFinish, &request(Op::SetFinish, &ended.collect::<Vec<_>>(), Some(json!({}))))
    }
}

impl<P: Plugin> Drop for Loaded<P> {
    fn drop(&mut self) {
        if let Some(destroy) = self.table.destroy {
            // SAFETY: `create` made it, and this is its end.
            unsafe { destroy(self.instance) };
        }
    }
}

fn request(op: Op, documents: &[Value], consolidation: Option<Value>) -> Value {
    let mut request = json!({
        "protocol": 1, "op": op.number(), "schema_version": "1.0", "locale": "zh-CN",
        "limits": {"answer_bytes": 16 << 20, "findings_per_rule": 1000}, "documents": documents,
    });
    if let Some(consolidation) = consolidation {
        request["consolidation"] = consolidation;
    }
    request
}

/// Runs every example of the manifest, and says what does not come out as it declares.
///
/// `huizong plugin test` does that too, with the library as it is shipped.
///
/// # Errors
/// The first example that fails: the rule, the example's number, and the difference.
pub fn examples<P: Plugin>() -> Result<usize, String> {
    let manifest: Manifest = serde_json::from_str(P::MANIFEST).map_err(|error| error.to_string())?;
    let mut run = 0;
    for rule in &manifest.rules {
        for (index, example) in rule.examples.iter().enumerate() {
            let at = |what: String| format!("{}, example {}: {what}", rule.id, index + 1);
            let mut plugin = Loaded::<P>::new(example.config.as_ref().unwrap_or(&json!({}))).map_err(at)?;
            let answer = if rule.scope == Of::Set {
                let documents = example.input.as_array().cloned().unwrap_or_default();
                let ids: Vec<String> = (1..=documents.len()).map(|number| number.to_string()).collect();
                let set: Vec<(&str, &Value, Value)> =
                    ids.iter().zip(&documents).map(|(id, document)| (&**id, document, json!({}))).collect();
                plugin.set(&set)
            } else {
                plugin.check(&[("1", &example.input)])
            };
            let found: Vec<Reported> = answer
                .map_err(at)?
                .findings
                .into_iter()
                .filter(|reported| reported.rule == rule.id)
                .collect();
            let expected = example.expect.len();
            if found.len() != expected {
                return Err(at(format!("{expected} expected, {} found: {found:?}", found.len())));
            }
            for (found, expected) in found.iter().zip(&example.expect) {
                let args_agree = expected.args.as_ref().is_none_or(|args| *args == found.args);
                if found.pointer != expected.pointer || !args_agree {
                    return Err(at(format!("expected {expected:?}, found {found:?}")));
                }
                if found.severity.is_some_and(|severity: Severity| severity > rule.severity) {
                    return Err(at("graver than declared".to_owned()));
                }
            }
            run += 1;
        }
    }
    Ok(run)
}
