//! The strict typed parse and the published schema accept the same documents.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test says what went wrong by panicking"
)]

use std::collections::BTreeMap;
use std::sync::Mutex;

use fastrand::Rng;
use huizong_schema::{Draft, ProblemKind, explain, parse, publish};
use huizong_tests::{cases, documents::document, mutate::mutate};
use serde_json::Value;

/// The keywords that refuse something, with the place in the schema where each stands.
fn refusing_keywords(schema: &Value) -> Vec<String> {
    const REFUSING: [&str; 12] = [
        "type",
        "required",
        "additionalProperties",
        "pattern",
        "not",
        "enum",
        "const",
        "minLength",
        "minimum",
        "maximum",
        "propertyNames",
        "maxLength",
    ];
    fn walk(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                for (name, value) in map {
                    let is_keyword = REFUSING.contains(&name.as_str());
                    if is_keyword && !(name == "additionalProperties" && value.is_object()) {
                        found.push(name.clone());
                    }
                    if name != "examples" {
                        walk(value, found);
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(schema, &mut found);
    found.sort();
    found.dedup();
    found
}

#[test]
fn both_paths_agree_on_mutated_documents() {
    let total = cases(100_000);
    let schema = publish::EVALUATION.schema();
    let validator = jsonschema::draft202012::new(schema).unwrap();
    let hits: Mutex<BTreeMap<String, u64>> = Mutex::default();
    let counts: Mutex<(u64, u64)> = Mutex::default();
    std::thread::scope(|scope| {
        for half in 0..2_u64 {
            let (validator, hits, counts) = (&validator, &hits, &counts);
            scope.spawn(move || {
                let mut own: BTreeMap<String, u64> = BTreeMap::new();
                let (mut accepted, mut refused) = (0, 0);
                for case in (half..total).step_by(2) {
                    let mut rng = Rng::with_seed(case);
                    let mut value = document(&mut rng);
                    for _ in 0..rng.usize(0..3) {
                        mutate(&mut rng, &mut value);
                    }
                    let text = value.to_string();
                    let by_schema = validator.is_valid(&value);
                    assert_eq!(parse(&text).is_ok(), by_schema, "case {case}: {text}");
                    if by_schema {
                        accepted += 1;
                        continue;
                    }
                    refused += 1;
                    // `not` guards what `pattern` lets by in some engines only, so ask the validator itself.
                    for error in validator.iter_errors(&value) {
                        *own.entry(error.kind().keyword().to_owned()).or_default() += 1;
                    }
                    let explained = explain(&text);
                    assert!(!explained.problems.is_empty(), "case {case}: {text}");
                    assert!(
                        explained.problems.iter().all(|p| matches!(p.kind, ProblemKind::Violation(_))),
                        "case {case}"
                    );
                }
                let mut hits = hits.lock().unwrap();
                own.into_iter().for_each(|(keyword, count)| *hits.entry(keyword).or_default() += count);
                let mut counts = counts.lock().unwrap();
                *counts = (counts.0 + accepted, counts.1 + refused);
            });
        }
    });
    let (accepted, refused) = counts.into_inner().unwrap();
    let hits = hits.into_inner().unwrap();
    println!("{total} documents: {accepted} accepted, {refused} refused by the schema; hits {hits:?}");
    assert!(accepted * 5 >= total && refused * 5 >= total, "{accepted} accepted, {refused} refused");
    let wanted = 1_000 * total / 1_000_000;
    for keyword in refusing_keywords(schema) {
        let hit = hits.get(&keyword).copied().unwrap_or(0);
        assert!(hit >= wanted.max(1), "{keyword} hit {hit} times, not {wanted}");
    }
}

#[test]
fn what_no_schema_sees_is_refused_by_both() {
    for case in 0..cases(2_000).min(20_000) {
        let mut rng = Rng::with_seed(case);
        let text = document(&mut rng).to_string();
        assert!(parse(&text).is_ok(), "case {case}");
        // Name a member of some object twice.
        let at =
            text.match_indices('{').map(|(at, _)| at).nth(rng.usize(..text.matches('{').count())).unwrap();
        let rest = &text[at + 1..];
        let Some(end) =
            rest.find(':').filter(|end| rest[..*end].starts_with('"') && !rest[..*end].contains(['{', '}']))
        else {
            continue;
        };
        let member = &rest[..end];
        if member.matches('"').count() != 2 {
            continue;
        }
        let twice = format!("{}{{{member}:1,{rest}", &text[..at]);
        assert!(parse(&twice).is_err(), "case {case}: {twice}");
        assert!(
            explain(&twice).problems.iter().any(|p| p.kind == ProblemKind::DuplicateMember),
            "case {case}: {twice}"
        );
    }
}

#[test]
fn what_is_parsed_and_printed_is_the_same() {
    for case in 0..cases(5_000).min(50_000) {
        let value = document(&mut Rng::with_seed(case));
        let text = value.to_string();
        let read = parse(&text).unwrap();
        let printed = serde_json::to_string(&read).unwrap();
        let again = parse(&printed).unwrap_or_else(|_| panic!("case {case}: {printed}"));
        assert_eq!(Draft::from(read), Draft::from(again), "case {case}");
        // Amounts keep their digits: every decimal string of the input stands in the output.
        assert_eq!(decimals(&value), decimals(&serde_json::from_str(&printed).unwrap()), "case {case}");
    }
}

fn decimals(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    if let Value::Object(map) = value {
        for (name, value) in map.iter().filter(|(name, _)| *name != "extensions") {
            match value {
                Value::String(text) if !matches!(name.as_str(), "name" | "result") && text.contains('.') => {
                    found.push(format!("{name}={text}"));
                }
                other => found.extend(decimals(other)),
            }
        }
    } else if let Value::Array(items) = value {
        found.extend(items.iter().flat_map(decimals));
    }
    found
}
