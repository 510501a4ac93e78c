//! Tests a plugin through its real table, in this process, and runs the examples of its manifest.

#![allow(unsafe_code, reason = "calls the table as the host does")]

use std::collections::BTreeSet;
use std::ffi::c_void;
use std::marker::PhantomData;
use std::ptr;

use huizong_plugin_abi::{Buf, MAX_LEN, PluginV1, code};
use huizong_schema::Draft;
use huizong_schema::consolidation::Consolidation;
use huizong_schema::findings::Severity;
use huizong_schema::protocol::{
    Answer, ArgKind, Given, LOCALE, Manifest, Of, Op, PROTOCOL, Reads, Reported, document_version,
};
use serde_json::{Value, json};

use crate::boundary::table;
use crate::plugin::Plugin;

/// A plugin with an instance.
pub struct Loaded<P: Plugin> {
    table: PluginV1,
    instance: *mut c_void,
    reads: Reads,
    set_reads: Reads,
    plugin: PhantomData<P>,
}

/// Takes a function's result and releases its buffer.
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
    /// Creates an instance with this configuration.
    ///
    /// # Errors
    /// Returns the plugin's message if it does not accept the configuration.
    pub fn new(config: &Value) -> Result<Self, String> {
        let table = table::<P>();
        let manifest = manifest::<P>()?;
        let reads = manifest.reads.as_deref();
        let set_reads = manifest.set_reads.as_deref().or(reads);
        let config = config.to_string();
        let (mut out, mut instance) = (Buf::ZERO, ptr::null_mut());
        let create = table.create.ok_or("no create")?;
        // SAFETY: rules 1 and 2.
        let code = unsafe { create(config.as_ptr(), config.len(), &raw mut instance, &raw mut out) };
        take(&table, code, out)?;
        Ok(Self {
            table,
            instance,
            reads: Reads::of(reads),
            set_reads: Reads::of(set_reads),
            plugin: PhantomData,
        })
    }

    /// Sends a request and returns the answer.
    ///
    /// # Errors
    /// Returns the code and the plugin's message if the plugin fails.
    pub fn call(&mut self, request: &Value) -> Result<Answer, String> {
        let op = request["op"].as_u64().and_then(|op| u32::try_from(op).ok()).unwrap_or_default();
        let request = request.to_string();
        let mut out = Buf::ZERO;
        let call = self.table.call.ok_or("no call")?;
        // SAFETY: rules 1, 2 and 7.
        let code = unsafe { call(self.instance, op, request.as_ptr(), request.len(), &raw mut out) };
        let bytes = take(&self.table, code, out)?;
        if bytes.is_empty() {
            return Ok(Answer::default());
        }
        serde_json::from_slice(&bytes).map_err(|error| error.to_string())
    }

    /// Checks documents, given with their ids. As in a run, only the members that the manifest reads are
    /// sent.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn check(&mut self, documents: &[(&str, &Value)]) -> Result<Answer, String> {
        let documents = documents.iter().map(|(id, document)| sent(id, document, &self.reads));
        let request = request(Op::CheckDocuments, &documents.collect::<Result<Vec<_>, _>>()?);
        self.call(&request)
    }

    /// Feeds a set and finishes it. Every document counts, and belongs to the groups given. As in a run, only
    /// the members that the manifest reads are sent.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn set(&mut self, documents: &[(&str, &Value, Value)]) -> Result<Answer, String> {
        let all = documents.iter().map(|(id, document, _)| sent(id, document, &self.set_reads));
        let feed = request(Op::SetFeed, &all.collect::<Result<Vec<_>, _>>()?);
        self.call(&feed)?;
        let ended = documents.iter().map(|(id, _, groups)| json!({"id": id, "groups": groups}));
        let mut finish = request(Op::SetFinish, &ended.collect::<Vec<_>>());
        finish["consolidation"] = json!(Consolidation::of_nothing());
        self.call(&finish)
    }
}

impl<P: Plugin> Drop for Loaded<P> {
    fn drop(&mut self) {
        if let Some(destroy) = self.table.destroy {
            // SAFETY: `create` made it, and this is its last use.
            unsafe { destroy(self.instance) };
        }
    }
}

/// Checks that a finding belongs to a rule of the manifest and has the declared arguments.
fn is_declared(manifest: &Manifest, reported: &Reported) -> Result<(), String> {
    let id = &reported.rule;
    let rule = manifest.rules.iter().find(|rule| rule.id == *id);
    let rule = rule.ok_or_else(|| format!("found {id:?}, which the manifest does not declare"))?;
    if let Some(name) = reported.args.keys().find(|name| !rule.args.contains_key(&***name)) {
        return Err(format!("{id} declares no argument {name:?}"));
    }
    for (name, kind) in &rule.args {
        let given =
            reported.args.get(&**name).ok_or_else(|| format!("{id}: argument {name:?} is missing"))?;
        if matches!(given, Given::Count(_)) != (*kind == ArgKind::Count) {
            return Err(format!(
                "{id}: argument {name:?} is declared as {kind:?}, and was given as {given:?}"
            ));
        }
    }
    Ok(())
}

fn manifest<P: Plugin>() -> Result<Manifest, String> {
    serde_json::from_str(P::MANIFEST).map_err(|error| format!("the manifest: {error}"))
}

/// A document as a request contains it: the members that are read.
fn sent(id: &str, document: &Value, reads: &Reads) -> Result<Value, String> {
    let not_one = |error: serde_json::Error| format!("{id} is not a document: {error}");
    let text = document.to_string();
    let draft: Draft<'_> = serde_json::from_str(&text).map_err(not_one)?;
    let mut members = Vec::new();
    reads.project(&draft, &mut members);
    let members: Value = serde_json::from_slice(&members).map_err(not_one)?;
    Ok(json!({"id": id, "document": members}))
}

fn request(op: Op, documents: &[Value]) -> Value {
    json!({
        "protocol": PROTOCOL, "op": op.number(), "schema_version": document_version(), "locale": LOCALE,
        "limits": {"answer_bytes": MAX_LEN, "findings_per_rule": 1000}, "documents": documents,
    })
}

/// Runs every example of the manifest and returns how many there were.
///
/// `huizong plugin test` does the same with the library as it is shipped, and also validates the manifest and
/// every document against their schemas: what passes here may still fail there.
///
/// # Errors
/// Returns the first example that fails: its rule, its number, and the difference.
pub fn examples<P: Plugin>() -> Result<usize, String> {
    let manifest = manifest::<P>()?;
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
            let mut found = answer.map_err(at)?.findings;
            for reported in &found {
                is_declared(&manifest, reported).map_err(at)?;
            }
            found.retain(|reported| reported.rule == rule.id);
            let expected = example.expect.len();
            if found.len() != expected {
                return Err(at(format!("{expected} expected, {} found: {found:?}", found.len())));
            }
            for (found, expected) in found.iter().zip(&example.expect) {
                let args_agree = expected.args.as_ref().is_none_or(|args| *args == found.args);
                let named: BTreeSet<&str> =
                    found.document.iter().chain(&found.documents).map(String::as_str).collect();
                let wanted: BTreeSet<&str> = expected.documents.iter().map(String::as_str).collect();
                let documents_agree = rule.scope != Of::Set || named == wanted;
                if found.pointer != expected.pointer || !args_agree || !documents_agree {
                    return Err(at(format!(
                        "\n  expected {}\n  found    {}",
                        json!(expected),
                        json!({"documents": named, "pointer": found.pointer, "args": found.args})
                    )));
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::{Document, End, Finding, Findings};

    struct Nosy(u32);

    impl Plugin for Nosy {
        const MANIFEST: &'static str = r#"{
            "protocol": 1, "plugin": {"id": "nosy", "version": "0.1.0"}, "ops": [1, 2, 3],
            "reads": ["/fiscal_year"], "set_reads": ["/department/name"]
        }"#;
        type Config = Value;

        fn create(_: Value) -> Result<Self, String> {
            Ok(Self(0))
        }

        fn check(&self, document: &Document<'_>, findings: &mut Findings) {
            let draft = document.draft;
            if draft.fiscal_year.is_some() && draft.department.is_none() {
                findings.report(Finding::new("nosy/year", "/fiscal_year"));
            }
        }

        fn feed(&mut self, document: &Document<'_>) {
            self.0 += u32::from(document.draft.department.is_some() && document.draft.fiscal_year.is_none());
        }

        fn finish(&mut self, _: &End<'_>, findings: &mut Findings) {
            findings.measure("nosy/named", &BTreeMap::default(), &self.0);
        }
    }

    #[test]
    fn a_plugin_is_sent_what_its_manifest_reads_and_nothing_else() {
        let document = json!({"fiscal_year": 2023, "department": {"name": "示范局", "code": "1"}});
        let mut loaded = Loaded::<Nosy>::new(&json!({})).unwrap();
        assert_eq!(loaded.check(&[("a", &document)]).unwrap().findings.len(), 1);
        let set = loaded.set(&[("a", &document, json!({})), ("b", &document, json!({}))]).unwrap();
        assert_eq!(set.aggregates[0].value, "2");
        let why = loaded.check(&[("a", &json!({"fiscal_year": "x"}))]).unwrap_err();
        assert!(why.starts_with("a is not a document"), "{why}");
    }
}
