//! Tests that the strict typed parse and the published schema accept the same documents.

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
use huizong_tests::mutate::{mutate, mutate_text};
use huizong_tests::places::{Keywords, location};
use huizong_tests::{cases, documents::document};
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// Whether the schema accepts a text, decided independently of the two paths: with a separate tree and the
/// validator.
fn accepted_by_schema(text: &str, validator: &jsonschema::Validator) -> Option<bool> {
    let mut sound = true;
    let tree: Value = Tree { depth: 64, sound: &mut sound }
        .deserialize(&mut serde_json::Deserializer::from_str(text))
        .ok()
        .filter(|_| serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok())?;
    sound.then(|| validator.is_valid(&tree))
}

/// A JSON value, with whether it has no duplicate members and no nesting beyond the limit.
struct Tree<'s> {
    depth: usize,
    sound: &'s mut bool,
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        *self.sound &= self.depth > 0;
        let mut items = Vec::new();
        while let Some(item) =
            seq.next_element_seed(Tree { depth: self.depth.saturating_sub(1), sound: &mut *self.sound })?
        {
            items.push(item);
        }
        Ok(items.into())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        *self.sound &= self.depth > 0;
        let mut members = serde_json::Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let value =
                map.next_value_seed(Tree { depth: self.depth.saturating_sub(1), sound: &mut *self.sound })?;
            *self.sound &= members.insert(name, value).is_none();
        }
        Ok(members.into())
    }
}

#[derive(Default)]
struct Counts {
    accepted: u64,
    refused_by_schema: u64,
    /// Not JSON, or refused for reasons that no schema can express.
    refused_before: u64,
    /// Counts by the keyword's location in the schema.
    hits: BTreeMap<String, u64>,
}

/// A randomly changed document, as text.
fn changed(rng: &mut Rng, keywords: &Keywords) -> String {
    let mut value = document(rng);
    match rng.u8(0..10) {
        0..=3 => (0..rng.usize(0..2)).for_each(|_| mutate(rng, &mut value)),
        4 => (0..rng.usize(1..3)).for_each(|_| mutate(rng, &mut value)),
        5..=8 => keywords.break_one(rng, &mut value),
        _ => {
            let text = written(rng, &value);
            return mutate_text(rng, &text);
        }
    }
    written(rng, &value)
}

/// A document as text, on one line or on several.
fn written(rng: &mut Rng, value: &Value) -> String {
    if rng.u8(0..4) == 0 { format!("{value:#}\n") } else { value.to_string() }
}

#[test]
fn both_paths_agree_on_mutated_documents() {
    let total = cases(100_000);
    let schema = publish::EVALUATION.schema();
    let validator = jsonschema::draft202012::new(schema).unwrap();
    let keywords = Keywords::of(schema);
    let all: Mutex<Counts> = Mutex::default();
    std::thread::scope(|scope| {
        for half in 0..2_u64 {
            let (validator, keywords, all) = (&validator, &keywords, &all);
            scope.spawn(move || {
                let mut own = Counts::default();
                for case in (half..total).step_by(2) {
                    let text = changed(&mut Rng::with_seed(case), keywords);
                    let by_schema = accepted_by_schema(&text, validator);
                    let parsed = parse(&text);
                    assert_eq!(parsed.is_ok(), by_schema == Some(true), "case {case}: {text}");
                    if let Ok(parsed) = parsed {
                        let other: Draft<'_> = serde_json::from_str(&text).unwrap();
                        assert_eq!(*parsed, other, "case {case}: {text}");
                    }
                    match by_schema {
                        Some(true) => {
                            own.accepted += 1;
                            continue;
                        }
                        None => own.refused_before += 1,
                        Some(false) => {
                            own.refused_by_schema += 1;
                            let value: Value = serde_json::from_str(&text).unwrap();
                            for error in validator.iter_errors(&value) {
                                let at = location(schema, error.schema_path().as_str());
                                *own.hits.entry(at).or_default() += 1;
                            }
                        }
                    }
                    let problems = explain(&text).problems;
                    assert!(!problems.is_empty(), "case {case}: {text}");
                    let of_schema = problems.iter().all(|p| matches!(p.kind, ProblemKind::Violation(_)));
                    assert_eq!(of_schema, by_schema.is_some(), "case {case}: {problems:?} in {text}");
                }
                let mut all = all.lock().unwrap();
                all.accepted += own.accepted;
                all.refused_by_schema += own.refused_by_schema;
                all.refused_before += own.refused_before;
                own.hits.into_iter().for_each(|(at, count)| *all.hits.entry(at).or_default() += count);
            });
        }
    });
    let all = all.into_inner().unwrap();
    let hits: Vec<(&str, u64)> =
        keywords.locations().map(|at| (at, all.hits.get(at).copied().unwrap_or(0))).collect();
    let least = hits.iter().min_by_key(|(_, count)| *count).unwrap();
    println!(
        "{total} documents: {} accepted, {} refused by the schema, {} before it; {} keywords, the least hit is {} with {}",
        all.accepted,
        all.refused_by_schema,
        all.refused_before,
        hits.len(),
        least.0,
        least.1
    );
    assert!(all.accepted * 5 >= total, "{} accepted", all.accepted);
    assert!(all.refused_by_schema * 5 >= total, "{} refused", all.refused_by_schema);
    let wanted = (1_000 * total / 1_000_000).max(1);
    let missed: Vec<_> = hits.iter().filter(|(_, count)| *count < wanted).collect();
    assert!(missed.is_empty(), "hit less than {wanted} times: {missed:?}");
}

#[test]
fn both_paths_refuse_what_no_schema_can_express() {
    for case in 0..cases(2_000).min(20_000) {
        let mut rng = Rng::with_seed(case);
        let text = document(&mut rng).to_string();
        assert!(parse(&text).is_ok(), "case {case}");
        // Duplicate a member of some object.
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
fn documents_survive_parsing_and_printing() {
    for case in 0..cases(5_000).min(50_000) {
        let value = document(&mut Rng::with_seed(case));
        let text = value.to_string();
        let read = parse(&text).unwrap();
        let printed = serde_json::to_string(&read).unwrap();
        let again = parse(&printed).unwrap_or_else(|_| panic!("case {case}: {printed}"));
        assert_eq!(Draft::from(read), Draft::from(again), "case {case}");
        // Amounts keep their digits: every decimal string of the input is in the output.
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
