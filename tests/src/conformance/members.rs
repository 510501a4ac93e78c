//! The members of documents, found in the published schema.

use huizong_schema::publish::EVALUATION;
use serde_json::{Value, json};

/// A place in documents: names of members, and `*` for items.
pub type Path = Vec<String>;

/// What belongs at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An object.
    Object {
        /// Its members.
        members: Vec<String>,
        /// Those that are required.
        required: Vec<String>,
    },
    /// A list.
    List,
    /// A decimal string of this kind, such as `Amount`.
    Decimal(String),
    /// One of these texts.
    Choice(Vec<String>),
    /// A year.
    Year,
    /// A text with at least one character.
    Name,
    /// Any text.
    Text,
    /// A district's own members.
    Extensions,
}

impl Kind {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Object { .. } => "object",
            Self::List => "list",
            Self::Decimal(name) => name,
            Self::Choice(_) => "choice",
            Self::Year => "year",
            Self::Name => "name",
            Self::Text => "text",
            Self::Extensions => "extensions",
        }
    }
}

/// Every place in documents and what belongs there, the document itself first.
pub fn all() -> Vec<(Path, Kind)> {
    let mut found = Vec::new();
    walk(EVALUATION.schema(), &Path::new(), &mut found);
    found
}

fn walk(part: &Value, path: &Path, found: &mut Vec<(Path, Kind)>) {
    let name = part["$ref"].as_str().and_then(|target| target.rsplit('/').next()).unwrap_or_default();
    let schema = EVALUATION.resolve(part);
    let below = |name: &str| {
        let mut path = path.clone();
        path.push(name.to_owned());
        path
    };
    let names = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    if name == "Extensions" {
        found.push((path.clone(), Kind::Extensions));
    } else if let Some(members) = schema["properties"].as_object() {
        let members_named = members.keys().cloned().collect();
        found.push((
            path.clone(),
            Kind::Object { members: members_named, required: names(&schema["required"]) },
        ));
        members.iter().for_each(|(name, member)| walk(member, &below(name), found));
    } else if schema["type"] == "array" {
        found.push((path.clone(), Kind::List));
        walk(&schema["items"], &below("*"), found);
    } else if schema["enum"].is_array() {
        found.push((path.clone(), Kind::Choice(names(&schema["enum"]))));
    } else if schema["type"] == "integer" {
        found.push((path.clone(), Kind::Year));
    } else if schema["pattern"].is_string() {
        found.push((path.clone(), Kind::Decimal(name.to_owned())));
    } else if schema["minLength"] == 1 {
        found.push((path.clone(), Kind::Name));
    } else {
        assert_eq!(schema["type"], "string", "{path:?}");
        found.push((path.clone(), Kind::Text));
    }
}

/// A document with nothing but what is required.
pub fn smallest() -> Value {
    json!({
        "schema_version": "1.0",
        "department": { "name": "示范区档案馆" },
        "fiscal_year": 2023,
        "unit": "CNY_10K",
        "budget": { "initial_budget": "100.00", "adjusted_budget": "120.00", "actual_expenditure": "90.00" }
    })
}

/// The pointer of a place: the first item of each list.
pub fn pointer(path: &[String]) -> String {
    path.iter().map(|name| if name == "*" { "/0".to_owned() } else { format!("/{name}") }).collect()
}

/// The smallest object at a place.
pub fn smallest_object(path: &[String]) -> Value {
    match path {
        [.., units, item] if units == "units" && item == "*" => json!({ "name": "示范区档案馆一分馆" }),
        _ => json!({}),
    }
}

/// The smallest document with a value at a place.
pub fn with(path: &[String], value: Value) -> Value {
    let mut document = smallest();
    let mut at = &mut document;
    for (depth, name) in path.iter().enumerate() {
        let here = smallest_object(&path[..depth]);
        if name == "*" {
            *at = json!([null]);
            at = &mut at[0];
        } else {
            if !at.is_object() {
                *at = here;
            }
            at = &mut at[name.as_str()];
        }
    }
    *at = value;
    document
}

/// The smallest document without the member at a place.
pub fn without(path: &[String]) -> Value {
    let (last, parents) = path.split_last().expect("a member");
    let mut document = if parents.is_empty() { smallest() } else { with_object(parents) };
    let object = document.pointer_mut(&pointer(parents)).and_then(Value::as_object_mut);
    object.expect("the parent is an object").remove(last);
    document
}

/// The smallest document with the object at a place.
pub fn with_object(path: &[String]) -> Value {
    if smallest().pointer(&pointer(path)).is_some() { smallest() } else { with(path, smallest_object(path)) }
}
