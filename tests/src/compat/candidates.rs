//! Values at which two schemas may differ.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::pattern::{self, Conditions};

/// How deep references are followed.
const DEPTH: usize = 12;
/// The most values of one place.
const VALUES: usize = 50_000;

/// Two schemas, place by place. `from` is the one that candidates should be valid by.
struct Pair<'s> {
    from: &'s Value,
    to: &'s Value,
    /// The texts found so far: the same conditions occur at many places.
    texts: RefCell<BTreeMap<(Conditions, usize), Option<String>>>,
}

/// Values that may be valid by `from` and not by `to`. The first one is as plain as possible.
pub(super) fn candidates(from: &Value, to: &Value) -> Vec<Value> {
    let values = Pair { from, to, texts: RefCell::default() }.at(from, to, DEPTH);
    let mut seen = BTreeSet::new();
    values.into_iter().filter(|value| seen.insert(value.to_string())).collect()
}

/// A schema with what it refers to and what all of its parts say, as one list of keywords.
fn whole(root: &Value, part: &Value, depth: usize) -> Map<String, Value> {
    let Value::Object(keywords) = part else {
        let mut never = Map::new();
        if *part == Value::Bool(false) {
            never.insert("not".into(), json!({}));
        }
        return never;
    };
    let mut all = keywords.clone();
    let target = keywords.get("$ref").and_then(Value::as_str);
    let target = target.and_then(|target| root.pointer(target.strip_prefix('#')?));
    let parts = keywords.get("allOf").and_then(Value::as_array).into_iter().flatten();
    for other in target.into_iter().chain(parts).filter(|_| depth > 0) {
        for (keyword, value) in whole(root, other, depth - 1) {
            merge(&mut all, keyword, value);
        }
    }
    all
}

/// Adds a keyword of another schema that applies too.
fn merge(all: &mut Map<String, Value>, keyword: String, value: Value) {
    match (keyword.as_str(), all.get_mut(&keyword)) {
        ("properties", Some(Value::Object(mine))) => {
            for (name, schema) in value.as_object().cloned().unwrap_or_default() {
                let both = mine
                    .remove(&name)
                    .map_or_else(|| schema.clone(), |own| json!({ "allOf": [own, schema] }));
                mine.insert(name, both);
            }
        }
        ("required", Some(Value::Array(mine))) => mine.extend(value.as_array().cloned().unwrap_or_default()),
        (_, Some(_)) => {}
        (_, None) => drop(all.insert(keyword, value)),
    }
}

const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

/// A plain value of a type.
fn plain(of: &str) -> Value {
    match of {
        "boolean" => json!(true),
        "integer" => json!(1),
        "number" => json!(1.5),
        "string" => json!("a"),
        "array" => json!([]),
        "object" => json!({}),
        _ => Value::Null,
    }
}

fn allows(schema: &Map<String, Value>, of: &str) -> bool {
    match schema.get("type") {
        None => true,
        Some(Value::String(only)) => only == of || (of == "integer" && only == "number"),
        Some(Value::Array(types)) => {
            types.iter().any(|only| only == of || (of == "integer" && only == "number"))
        }
        Some(_) => false,
    }
}

fn number(schema: &Map<String, Value>, keyword: &str) -> Option<f64> {
    schema.get(keyword).and_then(Value::as_f64)
}

fn count(schema: &Map<String, Value>, keyword: &str) -> Option<usize> {
    schema.get(keyword).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok())
}

impl Pair<'_> {
    /// Values of one place.
    fn at(&self, from: &Value, to: &Value, depth: usize) -> Vec<Value> {
        if depth == 0 {
            return vec![json!({})];
        }
        let (a, b) = (whole(self.from, from, depth), whole(self.to, to, depth));
        if a.is_empty() && b.is_empty() {
            return ["string", "integer", "number", "object", "array", "boolean", "null"].map(plain).to_vec();
        }
        let mut values: Vec<Value> = Vec::new();
        if let Some(value) = a.get("const") {
            return vec![value.clone()];
        }
        if let Some(choices) = a.get("enum").and_then(Value::as_array) {
            return choices.clone();
        }
        for of in TYPES.into_iter().filter(|of| allows(&a, of)) {
            match of {
                "integer" | "number" => numbers(&a, &b, of, &mut values),
                "string" => self.texts(&a, &b, &mut values),
                "array" => self.lists(&a, &b, depth, &mut values),
                "object" => self.objects(&a, &b, depth, &mut values),
                of => values.push(plain(of)),
            }
        }
        for other in [&a, &b] {
            values.extend(other.get("enum").and_then(Value::as_array).into_iter().flatten().cloned());
            values.extend(other.get("const").cloned());
        }
        // Without a type, everything is allowed, and an object or a list says more than null.
        if !a.contains_key("type") {
            let is_object = a.contains_key("properties") || a.contains_key("required");
            values.sort_by_key(|value| value.is_object() != is_object);
        }
        for keyword in ["anyOf", "oneOf"] {
            for branch in a.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                let others: Vec<Value> = match b.get(keyword).and_then(Value::as_array) {
                    Some(others) => others.clone(),
                    None => vec![Value::Object(without_branches(&b))],
                };
                let own = with(&a, branch);
                let mut of_branch = Vec::new();
                for other in others {
                    of_branch.extend(self.at(&own, &other, depth - 1));
                }
                values.splice(0..0, of_branch);
            }
            // What only one branch of the other allows.
            for branch in b.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                values.extend(self.at(&Value::Object(without_branches(&a)), branch, depth - 1));
            }
        }
        for keyword in ["then", "else"] {
            if let Some(branch) = a.get(keyword).or_else(|| b.get(keyword)) {
                let own = with(&without_branches(&a), branch);
                values.extend(self.at(&own, &Value::Object(without_branches(&b)), depth - 1));
            }
        }
        if let Some(condition) = b.get("if").or_else(|| a.get("if")) {
            let own = with(&without_branches(&a), condition);
            values.extend(self.at(&own, &Value::Object(without_branches(&b)), depth - 1));
        }
        values.truncate(VALUES);
        values
    }

    /// A shortest text that meets the conditions.
    fn text(&self, conditions: &Conditions, at_least: usize) -> Option<String> {
        let key = (conditions.clone(), at_least);
        if let Some(found) = self.texts.borrow().get(&key) {
            return found.clone();
        }
        let found = pattern::text(conditions, at_least);
        self.texts.borrow_mut().insert(key, found.clone());
        found
    }

    fn texts(&self, a: &Map<String, Value>, b: &Map<String, Value>, values: &mut Vec<Value>) {
        let (own, other) = (conditions(a), conditions(b));
        let least = count(a, "minLength").unwrap_or(0);
        let mut push = |conditions: &Conditions, at_least: usize| {
            values.extend(self.text(conditions, at_least).map(Value::from));
        };
        push(&own, least.max(1));
        push(&own, least);
        // A text that each condition of the other refuses, by itself.
        for refused in &other.matches {
            let mut conditions = own.clone();
            conditions.does_not_match.push(refused.clone());
            push(&conditions, least);
        }
        for refused in &other.does_not_match {
            let mut conditions = own.clone();
            conditions.matches.push(refused.clone());
            push(&conditions, least);
        }
        for schema in [a, b] {
            for bound in ["minLength", "maxLength"] {
                if let Some(bound) = count(schema, bound).filter(|bound| *bound < 300) {
                    for length in [bound.saturating_sub(1), bound, bound + 1] {
                        push(&own, length);
                        if own.matches.is_empty() {
                            values_of_length(&mut push, &own, length);
                        }
                    }
                }
            }
        }
        if own.matches.is_empty() {
            values.extend(["", "a", "A b", "字", "1"].map(Value::from));
        }
    }

    fn names_by_patterns(&self, a: &Map<String, Value>, b: &Map<String, Value>) -> Vec<String> {
        let of_names = |schema: &Map<String, Value>| {
            schema.get("propertyNames").and_then(Value::as_object).cloned().unwrap_or_default()
        };
        let mut texts_found = Vec::new();
        self.texts(&of_names(a), &of_names(b), &mut texts_found);
        for schema in [a, b] {
            for pattern in schema
                .get("patternProperties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .map(|(name, _)| name)
            {
                let conditions = Conditions { matches: vec![pattern.clone()], ..Conditions::default() };
                texts_found.extend(self.text(&conditions, 1).map(Value::from));
            }
        }
        texts_found.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    fn lists(&self, a: &Map<String, Value>, b: &Map<String, Value>, depth: usize, values: &mut Vec<Value>) {
        let free = Value::Bool(true);
        let (own, other) = (a.get("items").unwrap_or(&free), b.get("items").unwrap_or(&free));
        let items = self.at(own, other, depth - 1);
        let Some(first) = items.first() else { return values.push(json!([])) };
        let least = count(a, "minItems").unwrap_or(0);
        let is_unique = a.get("uniqueItems") == Some(&Value::Bool(true));
        let many = |length: usize| -> Value {
            (0..length)
                .map(|at| if is_unique { items[at % items.len()].clone() } else { first.clone() })
                .collect()
        };
        values.push(many(least));
        for bound in ["minItems", "maxItems"] {
            for schema in [a, b] {
                if let Some(bound) = count(schema, bound).filter(|bound| *bound < 100) {
                    values.extend([bound.saturating_sub(1), bound, bound + 1].map(many));
                }
            }
        }
        values.push(many(least.max(2)));
        // Each item alone, after as many plain ones as are needed.
        for item in &items {
            let mut list = many(least).as_array().cloned().unwrap_or_default();
            list.pop();
            list.push(item.clone());
            values.push(list.into());
        }
        for contains in [a, b].into_iter().filter_map(|schema| schema.get("contains")) {
            values.extend(self.at(contains, contains, depth - 1).into_iter().map(|item| json!([item])));
        }
    }

    fn objects(&self, a: &Map<String, Value>, b: &Map<String, Value>, depth: usize, values: &mut Vec<Value>) {
        let empty = Map::new();
        let members = |schema: &Map<String, Value>| -> Map<String, Value> {
            schema.get("properties").and_then(Value::as_object).unwrap_or(&empty).clone()
        };
        let (own, other) = (members(a), members(b));
        let free = Value::Bool(true);
        let (more, other_more) =
            (a.get("additionalProperties").unwrap_or(&free), b.get("additionalProperties").unwrap_or(&free));
        let required = |schema: &Map<String, Value>| -> Vec<String> {
            let names = schema.get("required").and_then(Value::as_array);
            names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let of = |name: &str| -> Vec<Value> {
            match own.get(name) {
                Some(schema) => self.at(schema, other.get(name).unwrap_or(other_more), depth - 1),
                None => self.at(more, other.get(name).unwrap_or(other_more), depth - 1),
            }
        };
        // With what is required, and nothing else.
        let mut base = Map::new();
        for name in required(a) {
            if let Some(value) = of(&name).into_iter().next() {
                base.insert(name, value);
            }
        }
        values.push(Value::Object(base.clone()));
        let mut names: BTreeSet<String> = own.keys().chain(other.keys()).cloned().collect();
        names.extend(required(b));
        // Names that no schema has, by the patterns of names.
        names.extend(["a".to_owned(), "zz-other".to_owned(), "A b".to_owned()]);
        names.extend(self.names_by_patterns(a, b));
        let mut all = base.clone();
        for name in &names {
            let variants = of(name);
            if own.contains_key(name)
                && let Some(first) = variants.first()
            {
                all.insert(name.clone(), first.clone());
            }
            for value in variants {
                let mut object = base.clone();
                object.insert(name.clone(), value);
                values.push(Value::Object(object));
            }
        }
        values.push(Value::Object(all.clone()));
        // As many members as bounds ask for.
        for bound in ["minProperties", "maxProperties"] {
            for schema in [a, b] {
                let Some(bound) = count(schema, bound).filter(|bound| *bound < 50) else { continue };
                for length in [bound.saturating_sub(1), bound, bound + 1] {
                    let mut object = base.clone();
                    for (name, value) in &all {
                        if object.len() < length {
                            object.insert(name.clone(), value.clone());
                        }
                    }
                    for at in 0..length {
                        if object.len() < length {
                            object.insert(
                                format!("m{at}"),
                                of("zz-other").into_iter().next().unwrap_or_default(),
                            );
                        }
                    }
                    values.push(Value::Object(object));
                }
            }
        }
        // Pairs of members, where one may ask for the other.
        for schema in [a, b] {
            for (name, _) in schema.get("dependentRequired").and_then(Value::as_object).into_iter().flatten()
            {
                let mut object = all.clone();
                for other in names.iter().filter(|other| *other != name) {
                    let mut without = object.clone();
                    without.remove(other);
                    values.push(Value::Object(without));
                }
                object.retain(|other, _| other == name || base.contains_key(other));
                values.push(Value::Object(object));
            }
        }
    }
}

/// The schema and another one that applies too.
fn with(schema: &Map<String, Value>, other: &Value) -> Value {
    json!({ "allOf": [without_branches(schema), other] })
}

fn without_branches(schema: &Map<String, Value>) -> Map<String, Value> {
    let mut schema = schema.clone();
    schema.retain(|keyword, _| {
        !matches!(keyword.as_str(), "anyOf" | "oneOf" | "if" | "then" | "else" | "$ref" | "allOf")
    });
    schema
}

fn numbers(a: &Map<String, Value>, b: &Map<String, Value>, of: &str, values: &mut Vec<Value>) {
    let mut push = |number: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within the bounds of an exact double")]
        if number.fract() == 0.0 && number.abs() < 9e15 {
            values.push(json!(number as i64));
        } else if of == "number" {
            values.push(json!(number));
        }
    };
    for schema in [a, b] {
        for bound in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] {
            if let Some(bound) = number(schema, bound) {
                [bound, bound - 1.0, bound + 1.0, bound - 0.5, bound + 0.5].into_iter().for_each(&mut push);
            }
        }
        if let Some(step) = number(schema, "multipleOf") {
            [step, 2.0 * step, step / 2.0, 3.0 * step].into_iter().for_each(&mut push);
        }
    }
    [1.0, 0.0, -1.0, 1.5, 1e9].into_iter().for_each(&mut push);
}

/// What a schema asks of texts.
fn conditions(schema: &Map<String, Value>) -> Conditions {
    let pattern =
        |schema: &Map<String, Value>| schema.get("pattern").and_then(Value::as_str).map(str::to_owned);
    let not = schema.get("not").and_then(Value::as_object);
    Conditions {
        matches: pattern(schema).into_iter().collect(),
        does_not_match: not.and_then(pattern).into_iter().collect(),
    }
}

/// A text without a pattern has as many characters as are asked for.
fn values_of_length(push: &mut impl FnMut(&Conditions, usize), own: &Conditions, length: usize) {
    let mut exact = own.clone();
    exact.matches.push(format!("^a{{{length}}}$"));
    push(&exact, 0);
}
