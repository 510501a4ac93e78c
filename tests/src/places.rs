//! The keywords of a schema that can reject a value, with the places in a document where each applies.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::{Value, json};

/// The rejecting keywords by their location in the schema, each with the pointers that it applies to (`*` is
/// any item, `+` any name).
pub struct Keywords {
    places: Vec<(String, Vec<String>)>,
    schema: Value,
}

const REFUSING: [&str; 12] = [
    "type",
    "required",
    "additionalProperties",
    "pattern",
    "not",
    "enum",
    "const",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "propertyNames",
];

impl Keywords {
    /// Finds the keywords of a schema by walking it from its root through its references.
    pub fn of(schema: &Value) -> Self {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        walk(schema, "", "", &mut found);
        Self { places: found.into_iter().collect(), schema: schema.clone() }
    }

    /// The location of each keyword in the schema.
    pub fn locations(&self) -> impl Iterator<Item = &str> {
        self.places.iter().map(|(location, _)| location.as_str())
    }

    /// Breaks a document at a random keyword, chosen with equal probability, and a random place where it
    /// applies.
    pub fn break_one(&self, rng: &mut Rng, document: &mut Value) {
        let (location, pointers) = rng.choice(&self.places).expect("a schema has keywords");
        let pointer = rng.choice(pointers).expect("found at a place");
        let mut at = document;
        for token in pointer.split('/').skip(1) {
            at = match token {
                "*" => {
                    if at.as_array().is_none_or(Vec::is_empty) {
                        *at = json!([{}]);
                    }
                    let items = at.as_array_mut().expect("made above");
                    let index = rng.usize(..items.len());
                    &mut items[index]
                }
                token => {
                    if !at.is_object() {
                        *at = json!({});
                    }
                    let name = if token == "+" { "x" } else { token };
                    at.as_object_mut().expect("made above").entry(name).or_insert(Value::Null)
                }
            };
        }
        let keyword = self.schema.pointer(location).unwrap_or(&Value::Null);
        spoil(rng, location, keyword, at);
    }
}

fn walk(schema: &Value, location: &str, pointer: &str, found: &mut BTreeMap<String, Vec<String>>) {
    fn resolve<'s>(root: &'s Value, location: &str) -> (&'s Value, String) {
        let node = root.pointer(location).unwrap_or(&Value::Null);
        match node["$ref"].as_str() {
            Some(target) => (root.pointer(&target[1..]).unwrap_or(&Value::Null), target[1..].to_owned()),
            None => (node, location.to_owned()),
        }
    }
    let mut keywords = |node: &Value, location: &str| {
        for keyword in REFUSING.iter().filter(|keyword| node.get(**keyword).is_some_and(|k| !k.is_object())) {
            found.entry(format!("{location}/{keyword}")).or_default().push(pointer.to_owned());
        }
        if node.get("not").is_some() {
            found.entry(format!("{location}/not")).or_default().push(pointer.to_owned());
        }
    };
    // Keywords next to a reference apply too.
    let outer = schema.pointer(location).unwrap_or(&Value::Null);
    let (node, inner) = resolve(schema, location);
    if inner != location {
        keywords(outer, location);
    }
    keywords(node, &inner);
    if let Some(names) = node.get("propertyNames") {
        keywords(names, &format!("{inner}/propertyNames"));
    }
    for name in node["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
        walk(schema, &format!("{inner}/properties/{name}"), &format!("{pointer}/{name}"), found);
    }
    for (below, token) in [("items", "*"), ("additionalProperties", "+")] {
        if node.get(below).is_some_and(Value::is_object) {
            walk(schema, &format!("{inner}/{below}"), &format!("{pointer}/{token}"), found);
        }
    }
}

/// Replaces a value by one that the keyword at this location rejects.
fn spoil(rng: &mut Rng, location: &str, wanted: &Value, value: &mut Value) {
    let any = |rng: &mut Rng, of: &[Value]| of[rng.usize(..of.len())].clone();
    let keyword = location.rsplit('/').next().unwrap_or_default();
    let of_names = location.contains("/propertyNames/");
    match keyword {
        "required" => {
            if let Value::Object(members) = value {
                let names: Vec<String> = members.keys().cloned().collect();
                if let Some(name) = rng.choice(&names) {
                    members.remove(name);
                }
            }
        }
        "additionalProperties" if !value.is_object() => *value = json!({ "remark": "x" }),
        "additionalProperties" => {
            value[any(rng, &[json!("remark"), json!("名称")]).as_str().unwrap_or("x")] = json!("x");
        }
        "pattern" | "not" if of_names => {
            if !value.is_object() {
                *value = json!({});
            }
            let name = any(rng, &[json!("A b"), json!("x\n"), json!("甲"), json!("x_y")]);
            value[name.as_str().unwrap_or("X")] = json!({});
        }
        "pattern" | "not" => {
            *value = any(
                rng,
                &["01", "1\n", "1e3", "100%", "1,000", "-0.0", ".5", "１", "+1", "99999.1"].map(Value::from),
            );
        }
        "enum" | "const" => *value = any(rng, &[json!("x"), json!("万元"), json!("1.1"), json!("")]),
        "minLength" => *value = json!(""),
        "minimum" => *value = any(rng, &[json!(1989), json!(0), json!(-2023)]),
        "maximum" => *value = any(rng, &[json!(2101), json!(99999), json!(1e18)]),
        _ => {
            let wrong = [
                ("null", json!(null)),
                ("boolean", json!(true)),
                ("number", json!(2023.5)),
                ("array", json!([])),
                ("array", json!(["x"])),
                ("object", json!({})),
                ("string", json!("2023")),
            ];
            let wrong: Vec<Value> =
                wrong.into_iter().filter(|(name, _)| wanted != name).map(|(_, w)| w).collect();
            *value = any(rng, &wrong);
        }
    }
}

/// Resolves an error's path, which may lead through references, to the keyword's location in the schema.
pub fn location(schema: &Value, path: &str) -> String {
    let mut at = String::new();
    for token in path.split('/').skip(1) {
        loop {
            let node = schema.pointer(&at).unwrap_or(&Value::Null);
            let has_token =
                node.get(token).is_some() || token.parse::<usize>().is_ok_and(|i| node.get(i).is_some());
            match node["$ref"].as_str() {
                Some(target) if token == "$ref" || !has_token => {
                    target[1..].clone_into(&mut at);
                    if token == "$ref" {
                        break;
                    }
                }
                _ => {
                    at = format!("{at}/{token}");
                    break;
                }
            }
        }
    }
    at
}
