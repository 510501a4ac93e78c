//! The published schemas: what they say of every member, and that readers hold to them.

use super::*;

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[test]
fn every_member_says_what_it_is_in_both_languages() {
    fn walk(value: &Value, path: &str, seen: &mut usize) {
        for (name, member) in value.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let text = |key: &str| member.get(key).and_then(Value::as_str).unwrap_or_default();
            let title = text("title");
            let (zh, en) = title.split_once(" / ").unwrap_or_default();
            assert!(
                zh.chars().all(is_chinese) && !zh.is_empty() && !en.is_empty(),
                "{path}/{name}: title {title:?}"
            );
            assert!(text("description").len() > 10, "{path}/{name}: description");
            // In a list or block, the members name the sources.
            let is_block = member.get("items").is_some() || text("description").contains("by_source");
            assert!(is_block || text("description").contains("Source: "), "{path}/{name}: source");
            let is_amount = member["$ref"].as_str().is_some_and(|r| r.ends_with("Amount"));
            assert!(!is_amount || text("description").contains("the document's unit"), "{path}/{name}: unit");
            *seen += 1;
        }
    }
    let schema = EVALUATION.schema();
    let mut seen = 0;
    walk(schema, "", &mut seen);
    for (name, def) in schema["$defs"].as_object().unwrap() {
        walk(def, name, &mut seen);
    }
    assert!(seen > 70, "{seen} members");
}

#[test]
fn every_description_is_in_both_languages() {
    fn walk(value: &Value, path: &str, lacking: &mut Vec<String>, seen: &mut usize) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let at = format!("{path}/{name}");
                    match member.as_str().filter(|_| name == "description") {
                        Some(text) => {
                            *seen += 1;
                            let paragraphs: Vec<&str> = text.split("\n\n").collect();
                            let is_zh = |text: &&str| text.ends_with('。') && text.contains(is_chinese);
                            let zh = paragraphs.iter().filter(|text| is_zh(text)).count();
                            if zh != 1 || paragraphs.len() < 2 {
                                lacking.push(at);
                            }
                        }
                        // Examples are documents.
                        None if name != "examples" => walk(member, &at, lacking, seen),
                        None => {}
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, path, lacking, seen)),
            _ => {}
        }
    }
    let (mut lacking, mut seen) = (Vec::new(), 0);
    for published in ALL {
        walk(published.schema(), published.name, &mut lacking, &mut seen);
    }
    assert!(lacking.is_empty(), "{lacking:#?}");
    assert!(seen > 700, "{seen} descriptions");
}

type Reads = fn(&str) -> bool;

/// The pointer of every object in a value.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.push(at.to_owned());
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                objects(member, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| objects(item, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

/// No wire type is read from an array of its members' values.
#[test]
fn arrays_are_never_objects() {
    use crate::consolidation::Consolidation;
    use crate::protocol::{Answer, Manifest, Request};
    use crate::receipt::Receipt;
    let message = json!({ "zh": "甲", "en": "a" });
    let manifest = json!({
        "protocol": 1, "plugin": { "id": "demo", "version": "1.0.0" }, "ops": [1, 2, 3],
        "requires": { "schema": "^1.0", "capabilities": [] },
        "rules": [{ "id": "demo/a", "severity": "info", "title": message, "message": message,
                    "examples": [{ "input": {}, "expect": [{ "pointer": "" }] }] }],
        "aggregates": [{ "id": "demo/b", "title": message, "unit": "count", "scale": 0 }]
    });
    let answer = json!({
        "findings": [{ "rule": "demo/a" }], "aggregates": [{ "id": "demo/b", "group": {}, "value": "1" }], "log": []
    });
    let total = json!({ "value": "1.00", "reported_by": 1, "if_repeated": { "low": "0.00", "high": "1.00", "unknown": 0 } });
    let counts = json!({ "tasks": 0, "indicators": 0, "key_projects": 0 });
    let location = json!({ "file": "a.xlsx", "sheet": "一", "cell": "A1" });
    let mut consolidation = json!(Consolidation::of_nothing());
    consolidation["coverage"]["excluded"] = json!([{ "document": "a", "reason": "blank-form" }]);
    consolidation["coverage"]["matched"] =
        json!([{ "document": "a", "name": "甲", "expected": "乙", "by": "alias" }]);
    consolidation["coverage"]["roster"] = json!([{
        "name": "甲", "status": "missing", "unread": [{ "document": "a", "message": message, "by": "alias" }]
    }]);
    consolidation["totals"] = json!({
        "initial_budget": total, "by_source": { "other": { "initial_budget": total } },
        "by_nature": { "basic": { "initial_budget": total } }
    });
    consolidation["suspected"] = json!({ "departments": [], "documents": [], "totals_without": {} });
    consolidation["groups"] = json!([{
        "by": {}, "departments": 0, "expected": 0, "totals": { "by_source": {} }, "rates": {}, "counts": counts
    }]);
    consolidation["departments"] = json!([{
        "name": "甲", "document": "a", "fiscal_year": 2023, "figures": { "by_source": {}, "by_nature": {} }, "rates": {},
        "counts": counts, "findings": { "error": 0, "warning": 0, "info": 0 }
    }]);
    consolidation["plugins"] = json!([{
        "id": "a", "version": "1.0.0", "vendor": "", "license": "", "sha256": "", "manifest_sha256": "", "failures": 0
    }]);
    consolidation["aggregates"] = json!({
        "a/b": { "title": message, "unit": "count", "scale": 0, "values": [{ "group": {}, "value": "1" }] }
    });
    consolidation["notices"] =
        json!([{ "notice": "a", "location": location, "message": message, "incomplete": false }]);
    let request = json!({
        "protocol": 1, "op": 3, "schema_version": "1.0", "locale": "zh-CN",
        "limits": { "answer_bytes": 1, "findings_per_rule": 1 }, "documents": [{ "id": "a", "groups": {} }],
        "consolidation": consolidation
    });
    let mut receipt = json!(Receipt::of_outputs(vec![crate::receipt::Output::new("a", 1, "")]));
    receipt["files"] = json!([{ "role": "roster", "path": "a", "bytes": 1, "blake3": "" }]);
    receipt["inputs"] = json!([{ "id": "a", "given": 0, "path": "", "bytes": 1 }]);
    receipt["plugins"] = json!([{ "id": "a", "version": "1.0.0", "sha256": "", "manifest_sha256": "" }]);
    receipt["plugin_isolation"] =
        json!({ "files": "nothing", "system_calls": false, "memory": false, "ends_with_command": false });

    let wire_types: [(&str, &Value, Reads); 5] = [
        ("manifest", &manifest, |text| serde_json::from_str::<Manifest>(text).is_ok()),
        ("answer", &answer, |text| serde_json::from_str::<Answer>(text).is_ok()),
        ("request", &request, |text| serde_json::from_str::<Request<'_>>(text).is_ok()),
        ("consolidation", &consolidation, |text| serde_json::from_str::<Consolidation>(text).is_ok()),
        ("receipt", &receipt, |text| serde_json::from_str::<Receipt>(text).is_ok()),
    ];
    let mut tried = 0;
    for (name, value, reads) in wire_types {
        assert!(reads(&value.to_string()), "{name}");
        let mut places = Vec::new();
        objects(value, "", &mut places);
        for at in places {
            // What an author gives as it is may be anything; settings are whatever their file has.
            if at.ends_with("/input") || at.starts_with("/settings") {
                continue;
            }
            let mut changed = value.clone();
            let object = changed.pointer_mut(&at).unwrap();
            let values: Vec<Value> = object.as_object().unwrap().values().cloned().collect();
            *object = values.into();
            assert!(!reads(&changed.to_string()), "{name}: {at}: {changed}");
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried}");
}

#[test]
fn the_schema_stands_alone_and_its_examples_hold() {
    for published in ALL {
        assert!(jsonschema::meta::is_valid(published.schema()), "{}", published.name);
        let text = published.text();
        assert!(!text.contains("\"$ref\": \"http"), "{}", published.name);
        let id = format!("urn:huizong:schema:v{}:{}", published.major, published.name);
        assert_eq!(published.schema()["$id"], id);
    }
    let validator = jsonschema::validator_for(EVALUATION.schema()).unwrap();
    assert!(validator.is_valid(&sample()));
    assert!(crate::parse(&sample().to_string()).is_ok());
    assert!(!EVALUATION.text().contains("null"));
}
