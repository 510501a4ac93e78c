//! Faulty schemas that the conformance suite has to catch: each with one change that accepts or refuses something else.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test says what went wrong by panicking, and how much it tried"
)]

use huizong_schema::publish;
use jsonschema::Validator;
use serde_json::{Value, json};

/// A change of the schema: where, what, and the schema after it.
struct Mutant {
    change: String,
    schema: Value,
}

/// Every mutant: each place of the schema with each change that fits it.
fn mutants() -> Vec<Mutant> {
    let schema = publish::EVALUATION.schema();
    let mut mutants = Vec::new();
    walk(schema, schema, "", &mut mutants);
    mutants
}

fn walk(root: &Value, here: &Value, at: &str, mutants: &mut Vec<Mutant>) {
    let Value::Object(members) = here else { return };
    let mut add = |change: String, edit: &dyn Fn(&mut Value)| {
        let mut schema = root.clone();
        edit(schema.pointer_mut(at).unwrap());
        if schema != *root {
            mutants.push(Mutant { change: format!("{at}: {change}"), schema });
        }
    };
    for keyword in members.keys() {
        if matches!(
            keyword.as_str(),
            "title" | "description" | "examples" | "$id" | "$schema" | "$defs" | "properties"
        ) {
            continue;
        }
        add(format!("without {keyword}"), &|schema| drop(schema.as_object_mut().unwrap().remove(keyword)));
    }
    for name in members.get("required").and_then(Value::as_array).into_iter().flatten() {
        add(format!("{name} not required"), &|schema| {
            schema["required"].as_array_mut().unwrap().retain(|other| other != name);
        });
    }
    for name in
        members.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name)
    {
        add(format!("without the member {name}"), &|schema| {
            schema["properties"].as_object_mut().unwrap().remove(name);
        });
        add(format!("the member {name} may be anything"), &|schema| schema["properties"][name] = json!(true));
    }
    if let Some(values) = members.get("enum").and_then(Value::as_array) {
        for value in values {
            add(format!("without the value {value}"), &|schema| {
                schema["enum"].as_array_mut().unwrap().retain(|other| other != value);
            });
        }
        add("one value more".into(), &|schema| schema["enum"].as_array_mut().unwrap().push(json!("")));
    }
    for (keyword, step) in [
        ("minimum", -1),
        ("minimum", 1),
        ("maximum", -1),
        ("maximum", 1),
        ("minLength", -1),
        ("minLength", 1),
    ] {
        if let Some(bound) = members.get(keyword).and_then(Value::as_i64) {
            add(format!("{keyword} {step:+}"), &|schema| schema[keyword] = json!(bound + step));
        }
    }
    if let Some(is) = members.get("type").and_then(Value::as_str) {
        for other in ["string", "number", "integer", "array", "object", "null"] {
            if other != is {
                add(format!("{is} or {other}"), &|schema| schema["type"] = json!([is, other]));
            }
        }
    }
    if let Some(pattern) = members.get("pattern").and_then(Value::as_str).filter(|_| !at.ends_with("/not")) {
        for (from, to) in [
            ("^", ""),
            ("$", ""),
            ("[0-9]", "\\d"),
            ("{0,14}", "{0,15}"),
            ("{0,14}", "{0,13}"),
            ("{1,6}", "{1,7}"),
            ("{1,6}", "{1,5}"),
            ("{1,4}", "{1,5}"),
            ("{1,4}", "{1,3}"),
            ("[1-9]", "[0-9]"),
            ("(?:\\.", "(?:\\.?"),
            ("0|", ""),
            ("999[0-8]", "999[0-9]"),
            ("999[0-8]", "999[0-7]"),
            ("0{1,4}", "[0-9]{1,4}"),
            ("{0,63}", "{0,64}"),
            ("{0,63}", "{0,62}"),
            ("^[a-z]", "^[a-z0-9]"),
            ("[a-z0-9-]", "[a-zA-Z0-9-]"),
            ("[a-z0-9-]", "[a-z0-9_-]"),
            ("[a-z0-9-]", "[a-z0-9]"),
        ] {
            if pattern.contains(from) {
                add(format!("pattern with {to:?} for {from:?}"), &|schema| {
                    schema["pattern"] = json!(pattern.replacen(from, to, 1));
                });
            }
        }
    }
    if let Some(target) = members.get("$ref").and_then(Value::as_str) {
        for other in ["Amount", "SignedAmount", "Percent", "SignedPercent", "Points"] {
            let is_decimal =
                target.ends_with("Amount") || target.ends_with("Percent") || target.ends_with("Points");
            let swapped = format!("#/$defs/{other}");
            if is_decimal
                && root.pointer(&swapped[1..]).unwrap()["pattern"]
                    != root.pointer(&target[1..]).unwrap()["pattern"]
            {
                add(format!("{other} for {target}"), &|schema| schema["$ref"] = json!(swapped));
            }
        }
    }
    for (keyword, below) in members {
        match keyword.as_str() {
            "properties" | "$defs" => {
                for (name, schema) in below.as_object().unwrap() {
                    walk(root, schema, &format!("{at}/{keyword}/{name}"), mutants);
                }
            }
            "items" | "not" | "propertyNames" | "additionalProperties" => {
                walk(root, below, &format!("{at}/{keyword}"), mutants);
            }
            _ => {}
        }
    }
}

/// The schema as an engine like Python's reads it: `$` matches before a line break, and `\d` any digit.
fn as_python_reads(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let read = members.iter().map(|(keyword, value)| {
                let value = match value.as_str().filter(|_| keyword == "pattern") {
                    Some(pattern) => match pattern.strip_suffix('$') {
                        Some(start) => format!("{start}\\n?$").replace("\\d", "\\p{Nd}").into(),
                        None => pattern.replace("\\d", "\\p{Nd}").into(),
                    },
                    None => as_python_reads(value),
                };
                (keyword.clone(), value)
            });
            Value::Object(read.collect())
        }
        Value::Array(items) => items.iter().map(as_python_reads).collect(),
        other => other.clone(),
    }
}

/// Why a change makes no difference in any engine.
fn explained(change: &str) -> Option<&'static str> {
    // A value that is no text is refused already, by `type` beside `not`.
    let is_about_texts = change.contains("/not: without type") || change.contains("/not: string or ");
    is_about_texts.then_some("what `not` says of values that are no texts, `type` says too")
}

#[test]
fn the_suite_catches_faulty_schemas() {
    let cases: Vec<(Value, bool)> = super::conformance::schema_cases()
        .into_iter()
        .map(|(_, case)| (case["data"].clone(), case["valid"] == true))
        .collect();
    let is_caught = |validator: &Validator| {
        cases.iter().any(|(document, is_valid)| validator.is_valid(document) != *is_valid)
    };
    // Without a fault, no case differs in either kind of engine.
    for schema in [publish::EVALUATION.schema(), &as_python_reads(publish::EVALUATION.schema())] {
        assert!(!is_caught(&jsonschema::draft202012::new(schema).unwrap()));
    }
    let mutants = mutants();
    let (mut caught, mut survivors) = (0, Vec::new());
    for Mutant { change, schema } in &mutants {
        // A faulty pattern may be none at all; that is caught wherever the schema is compiled.
        let is_good = [schema, &as_python_reads(schema)]
            .into_iter()
            .all(|schema| jsonschema::draft202012::new(schema).is_ok_and(|validator| !is_caught(&validator)));
        if !is_good {
            caught += 1;
        } else if explained(change).is_none() {
            survivors.push(change.as_str());
        }
    }
    let explained = mutants.len() - caught - survivors.len();
    println!("{} faulty schemas, {caught} caught, {explained} explained", mutants.len());
    assert!(mutants.len() >= 200 && caught * 100 >= mutants.len() * 95, "{caught} of {}", mutants.len());
    assert!(survivors.is_empty(), "{survivors:#?}");
}
