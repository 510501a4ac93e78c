//! Cases of rules and consolidations: written by hand as changes of a small document, with a verdict; what exactly is
//! found is recorded.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::fs;

use serde_json::{Value, json};

use super::members::smallest;
use super::run;

fn source(name: &str) -> Value {
    let path = crate::top().join("tests/fixtures/conformance").join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Applies a change (RFC 7396).
pub fn change(target: &mut Value, patch: &Value) {
    let Value::Object(members) = patch else { return *target = patch.clone() };
    if !target.is_object() {
        *target = json!({});
    }
    for (name, value) in members {
        if value.is_null() {
            target.as_object_mut().unwrap().remove(name);
        } else {
            change(&mut target[name.as_str()], value);
        }
    }
}

/// The documents of a case: `change` or `changes` of the smallest document, the lines of a `form` as text or as a `page`, a JSON
/// `text`, or bytes as `hex`.
fn documents(case: &Value) -> Vec<Value> {
    let one = |one: &Value| (!one.is_null()).then(|| one.clone()).into_iter();
    let changes = case["changes"].as_array().cloned().unwrap_or_else(|| one(&case["change"]).collect());
    let of_changes = changes.into_iter().enumerate().map(|(index, patch)| {
        let mut data = smallest();
        change(&mut data, &patch);
        json!({ "id": format!("{}.json", index + 1), "data": data })
    });
    let lines = |text: &Value| match text.as_array() {
        Some(lines) => lines.iter().map(|line| line.as_str().unwrap().to_owned() + "\n").collect(),
        None => text.as_str().unwrap().to_owned(),
    };
    let of_forms = one(&case["form"]).map(|text| json!({ "id": "1.txt", "text": lines(&text) }));
    let of_pages = one(&case["page"]).map(|text| json!({ "id": "1.html", "text": lines(&text) }));
    let of_texts = one(&case["text"]).map(|text| json!({ "id": "1.json", "text": text }));
    let of_bytes = one(&case["hex"]).map(|hex| json!({ "id": "1.txt", "hex": hex }));
    of_changes.chain(of_forms).chain(of_pages).chain(of_texts).chain(of_bytes).collect()
}

fn whole(case: &Value) -> Value {
    let mut whole = json!({ "description": case["description"], "documents": documents(case) });
    if case["options"].is_object() {
        whole["options"] = case["options"].clone();
        if whole["options"]["previous"].is_object() {
            let last_year = json!({ "change": whole["options"]["previous"] });
            let settled = run::settle(&json!({ "documents": documents(&last_year) }));
            whole["options"]["previous"] = serde_json::to_value(settled.consolidation()).unwrap();
        }
        if let Some(changed) = whole["options"]["changed_profile"].take().as_object() {
            // A built-in profile with some of its entries changed.
            let path = crate::top().join("crates/forms/profiles/guangzhou-tianhe.toml");
            let mut profile = fs::read_to_string(path).unwrap();
            for (before, after) in changed {
                assert!(profile.contains(before.as_str()), "{before}");
                profile = profile.replacen(before.as_str(), after.as_str().unwrap(), 1);
            }
            whole["options"]["profile"] = profile.into();
        }
        whole["options"].as_object_mut().unwrap().retain(|_, value| !value.is_null());
    }
    whole
}

/// The cases of each rule.
///
/// # Panics
/// Panics if the rule does not end as a case says by hand.
pub fn rules() -> Vec<(String, Value)> {
    let rules = source("rules.json");
    let mut wrong = Vec::new();
    let mut cases_of = |(rule, cases): (&String, &Value)| {
        let recorded = cases.as_array().unwrap().iter().map(|case| {
            let mut whole = whole(case);
            let settled = run::settle(&whole);
            let outcomes = run::outcomes(&settled, rule);
            let verdict = case["verdict"].as_str().unwrap();
            let agrees = outcomes.keys().any(|outcome| outcome.starts_with(verdict))
                && (verdict == "failed" || !outcomes.contains_key("failed"));
            if !agrees {
                wrong.push(format!("{rule}, {}: {outcomes:?} is not {verdict}", case["description"]));
            }
            whole["findings"] = run::findings(&settled);
            whole["states"] = json!(run::states(&settled));
            whole["outcomes"] = json!(outcomes);
            whole
        });
        let recorded: Vec<Value> = recorded.collect();
        (rule.clone(), json!({ "rule": rule, "cases": recorded }))
    };
    let all = rules.as_object().unwrap().iter().map(&mut cases_of).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    all
}

/// The cases of consolidations.
pub fn rollups() -> Vec<(String, Value)> {
    let rollups = source("rollup.json");
    let recorded = |(name, cases): (&String, &Value)| {
        let recorded = cases.as_array().unwrap().iter().map(|case| {
            let mut whole = whole(case);
            let settled = run::settle(&whole);
            whole["states"] = json!(run::states(&settled));
            whole["consolidation"] = serde_json::to_value(settled.consolidation()).unwrap();
            whole
        });
        (name.clone(), recorded.collect())
    };
    rollups.as_object().unwrap().iter().map(recorded).collect()
}
