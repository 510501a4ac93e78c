//! Comparing versions of schemas: prepared pairs, and the published schemas with their last released copies.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::fs;

use huizong_schema::publish;
use huizong_tests::compat::compare;
use huizong_tests::conformance::recorded::change;
use huizong_tests::top;
use serde_json::{Value, json};

/// The pairs: what it is, the old schema, the new one, and whether each refuses something that the other accepts.
fn pairs() -> Vec<(String, Value, Value, bool, bool)> {
    let text = fs::read_to_string(top().join("tests/fixtures/schema-compat.json")).unwrap();
    let pairs: Vec<Value> = serde_json::from_str(&text).unwrap();
    let whole = |pair: Value| {
        let old = if pair["old"] == "evaluation" {
            publish::EVALUATION.schema().clone()
        } else {
            pair["old"].clone()
        };
        let mut new = old.clone();
        change(&mut new, &pair["change"]);
        let is = |name: &str| pair[name].as_bool().unwrap();
        (pair["description"].as_str().unwrap().to_owned(), old, new, is("refused_now"), is("accepted_now"))
    };
    pairs.into_iter().map(whole).collect()
}

/// With `HUIZONG_PAIRS` set to a file, the pairs are written to it with what was found, for another validator to look at.
#[test]
fn every_prepared_pair_is_judged_rightly() {
    let mut written = Vec::new();
    let mut wrong = Vec::new();
    for (description, old, new, refused_now, accepted_now) in pairs() {
        let found = compare(&old, &new).unwrap();
        if (found.refused_now.is_some(), found.accepted_now.is_some()) != (refused_now, accepted_now) {
            wrong.push(format!("{description}: {found:?}"));
        }
        written.push(json!({
            "description": description, "old": old, "new": new,
            "refused_now": found.refused_now, "accepted_now": found.accepted_now,
        }));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(written.len() >= 40);
    if let Some(path) = std::env::var_os("HUIZONG_PAIRS") {
        fs::write(path, Value::from(written).to_string()).unwrap();
    }
}

/// Schemas of what others write: a new version has to accept what the released one accepts.
const WRITTEN_BY_OTHERS: [&str; 3] = ["evaluation", "plugin-manifest", "plugin-answer"];
/// Schemas of what the program reads again later: they too.
const READ_AGAIN: [&str; 2] = ["consolidation", "receipt"];

/// The schema with any further members allowed: who reads what we write has to ignore what a later version adds.
fn open(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let kept =
                members.iter().filter(|(name, value)| *name != "additionalProperties" || **value != false);
            Value::Object(kept.map(|(name, value)| (name.clone(), open(value))).collect())
        }
        Value::Array(items) => items.iter().map(open).collect(),
        other => other.clone(),
    }
}

#[test]
fn published_schemas_keep_to_their_released_copies() {
    for published in publish::ALL {
        let name = published.name;
        let path = top().join(format!("schemas/released/{name}.schema.json"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let released: Value = serde_json::from_str(&text).unwrap();
        let now = published.schema();
        if released["$id"] != now["$id"] || released == *now {
            // A new major version may do anything.
            continue;
        }
        if WRITTEN_BY_OTHERS.contains(&name) || READ_AGAIN.contains(&name) {
            let refused = compare(&released, now).unwrap().refused_now;
            assert!(
                refused.is_none(),
                "{name}: the released schema accepts what this one refuses: {}",
                refused.unwrap()
            );
        }
        if !WRITTEN_BY_OTHERS.contains(&name) {
            let written = compare(&open(&released), now).unwrap().accepted_now;
            assert!(
                written.is_none(),
                "{name}: readers of the released schema cannot read: {}",
                written.unwrap()
            );
        }
    }
}

/// The gate above closes: a change that breaks others is found in each kind of schema.
#[test]
fn changes_that_break_others_are_found() {
    let schema =
        |name: &str| publish::ALL.into_iter().find(|schema| schema.name == name).unwrap().schema().clone();
    let changed = |name: &str, patch: Value| {
        let mut new = schema(name);
        change(&mut new, &patch);
        new
    };
    let refuses = |name: &str, patch: Value| {
        compare(&schema(name), &changed(name, patch)).unwrap().refused_now.is_some()
    };
    let writes = |name: &str, patch: Value| {
        compare(&open(&schema(name)), &changed(name, patch)).unwrap().accepted_now.is_some()
    };
    assert!(refuses("evaluation", json!({ "properties": { "submission": null } })));
    assert!(refuses("plugin-manifest", json!({ "required": ["protocol", "plugin", "ops", "rules"] })));
    assert!(!refuses("evaluation", json!({ "properties": { "remark": { "type": "string" } } })));
    assert!(writes("findings", json!({ "required": ["findings", "notices"] })));
    assert!(writes("finding", json!({ "properties": { "fingerprint": { "pattern": "^[0-9a-f]*$" } } })));
    assert!(writes("rules", json!({ "properties": { "rules": { "type": ["array", "null"] } } })));
    assert!(!writes("finding", json!({ "properties": { "remark": { "type": "string" } } })));
}
