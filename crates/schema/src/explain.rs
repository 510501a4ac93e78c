//! Explains why and where a text does not match the published schema, with a general validator.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use jsonschema::Validator;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde::Deserialize;
use serde::de::DeserializeSeed;
use serde_json::Value;

use crate::evaluation::Draft;
use crate::json::{self, MAX_DEPTH, StrictValue};
use crate::pointer::Pointer;
use crate::publish;

/// One reason why a text is not a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The kind of reason.
    pub kind: ProblemKind,
    /// A missing member's parent; an additional member itself; else the value.
    pub pointer: Pointer,
    /// The byte offset of that place in the text.
    pub offset: usize,
}

/// The kind of reason.
#[derive(Debug, Clone, PartialEq)]
pub enum ProblemKind {
    /// The text is not JSON.
    NotJson,
    /// Arrays and objects nest deeper than 64.
    TooDeep,
    /// The text is longer than the caller reads. Never returned by [`explain`] itself.
    TooLong,
    /// An object names this member twice.
    DuplicateMember,
    /// The published schema refuses it.
    Violation(Violation),
}

/// A violation of the published schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// The keyword of the schema.
    pub keyword: String,
    /// The keyword's place in the schema.
    pub schema_path: String,
    /// The kind of value that belongs there, where the schema has a name for it, such as `Amount`.
    pub wanted: Option<String>,
    /// The member that is missing or not allowed, if there is one.
    pub member: Option<String>,
    /// What the schema wants, in JSON Schema's own words: a type, a limit, a list of values.
    pub expected: String,
    /// The value there, shortened.
    pub found: String,
}

/// The problems of a text that [`crate::parse`] refused, and the part of it that can still be read.
#[derive(Debug)]
pub struct Explained {
    /// Every reason, in the order of the text. Never empty for a text that [`crate::parse`] refuses.
    pub problems: Vec<Problem>,
    /// The members that the schema does not refuse.
    pub draft: Draft<'static>,
    /// The members left out of `draft`.
    pub refused: BTreeSet<Pointer>,
}

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    jsonschema::draft202012::new(publish::EVALUATION.schema()).expect("the published schema is a schema")
});

/// Explains why and where a text does not match the published schema.
pub fn explain(text: &str) -> Explained {
    let unreadable = |kind, offset| Explained {
        problems: vec![Problem { kind, pointer: Pointer::root(), offset }],
        draft: Draft::default(),
        refused: BTreeSet::from([Pointer::root()]),
    };
    if let Some(offset) = json::too_deep_at(text) {
        return unreadable(ProblemKind::TooDeep, offset);
    }
    let mut duplicates = BTreeSet::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let value = StrictValue::new(MAX_DEPTH, &mut duplicates).deserialize(&mut json);
    let value = match value.and_then(|value| json.end().map(|()| value)) {
        Ok(value) => value,
        Err(error) => {
            return unreadable(ProblemKind::NotJson, offset_of_position(text, error.line(), error.column()));
        }
    };
    let mut problems: Vec<(Pointer, ProblemKind)> = Vec::new();
    problems.extend(duplicates.into_iter().map(|pointer| (pointer, ProblemKind::DuplicateMember)));
    problems.extend(violations(&value));
    let offsets = json::offsets_of(text, &problems.iter().map(|(pointer, _)| pointer).collect::<Vec<_>>());
    let mut problems: Vec<Problem> = problems
        .into_iter()
        .zip(offsets)
        .map(|((pointer, kind), offset)| Problem { kind, pointer, offset })
        .collect();
    problems.sort_by(|a, b| (a.offset, &a.pointer).cmp(&(b.offset, &b.pointer)));
    let (draft, refused) = salvage(value, &problems);
    Explained { problems, draft, refused }
}

/// The general validator's violations, with redundant ones removed.
fn violations(value: &Value) -> Vec<(Pointer, ProblemKind)> {
    let mut found: Vec<(Pointer, ProblemKind)> = Vec::new();
    for error in VALIDATOR.iter_errors(value) {
        let at = Pointer::parse(error.instance_path().as_str());
        let schema_path = error.schema_path().as_str().to_owned();
        let keyword = error.kind().keyword().to_owned();
        let one = |pointer: Pointer, member: Option<String>, expected: String, found: String| {
            let violation = Violation {
                keyword: keyword.clone(),
                wanted: definition(&schema_path),
                schema_path: schema_path.clone(),
                member,
                expected,
                found,
            };
            (pointer, ProblemKind::Violation(violation))
        };
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                let member = property.as_str().unwrap_or_default().to_owned();
                found.push(one(at, Some(member), String::new(), String::new()));
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                for member in unexpected {
                    let instance = error.instance().get(member).map(shown).unwrap_or_default();
                    found.push(one(at.member(member), Some(member.clone()), String::new(), instance));
                }
            }
            ValidationErrorKind::PropertyNames { error } => {
                let member = error.instance().as_str().unwrap_or_default().to_owned();
                found.push(one(at.member(&member), Some(member.clone()), String::new(), shorten(&member)));
            }
            kind => found.push(one(at, None, expectation(kind), shown(error.instance()))),
        }
    }
    // A value of the wrong type breaks other keywords too: the type alone is reported.
    let mistyped: BTreeSet<Pointer> = found
        .iter()
        .filter(|(_, kind)| matches!(kind, ProblemKind::Violation(v) if v.keyword == "type"))
        .map(|(pointer, _)| pointer.clone())
        .collect();
    found.retain(|(pointer, kind)| {
        matches!(kind, ProblemKind::Violation(v) if v.keyword == "type") || !mistyped.contains(pointer)
    });
    // A value that breaks its type or pattern often breaks `not`, which excludes strange characters, too: drop that.
    let is_guard = |kind: &ProblemKind| matches!(kind, ProblemKind::Violation(v) if v.keyword == "not");
    let better: BTreeSet<Pointer> =
        found.iter().filter(|(_, kind)| !is_guard(kind)).map(|(pointer, _)| pointer.clone()).collect();
    found.retain(|(pointer, kind)| !is_guard(kind) || !better.contains(pointer));
    found.dedup_by(|a, b| match (&a.1, &b.1) {
        (ProblemKind::Violation(x), ProblemKind::Violation(y)) => {
            a.0 == b.0 && x.keyword == y.keyword && x.member == y.member
        }
        _ => false,
    });
    found
}

/// The definition that contains a keyword, found by following its path through the schema's references.
fn definition(schema_path: &str) -> Option<String> {
    let root = publish::EVALUATION.schema();
    let (mut node, mut name) = (root, None);
    let mut of_definitions = false;
    for token in schema_path.split('/').skip(1) {
        while let Some(target) = node["$ref"].as_str() {
            name = target.rsplit('/').next();
            node = root.pointer(&target[1..])?;
        }
        if token != "$ref" {
            node = node.get(token).or_else(|| node.get(token.parse::<usize>().ok()?))?;
            // A member or item of a definition is not the definition itself.
            if matches!(token, "properties" | "items" | "additionalProperties") {
                name = None;
            }
            if std::mem::replace(&mut of_definitions, token == "$defs") {
                name = Some(token);
            }
        }
    }
    name.map(str::to_owned)
}

fn expectation(kind: &ValidationErrorKind) -> String {
    match kind {
        ValidationErrorKind::Type { kind: TypeKind::Single(kind) } => kind.to_string(),
        ValidationErrorKind::Constant { expected_value } => expected_value.to_string(),
        ValidationErrorKind::Enum { options } => {
            let options: Vec<String> =
                options.as_array().into_iter().flatten().map(Value::to_string).collect();
            options.join(" | ")
        }
        ValidationErrorKind::Minimum { limit } => format!("≥ {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("≤ {limit}"),
        ValidationErrorKind::MinLength { limit } => format!("≥ {limit}"),
        ValidationErrorKind::Pattern { pattern } => pattern.clone(),
        _ => String::new(),
    }
}

/// The number of characters of a text that a message shows.
const KEPT: usize = 60;

/// A value as JSON, shortened. The rest is never written, so a large value costs little.
fn shown(value: &Value) -> String {
    struct Beginning(String);
    impl fmt::Write for Beginning {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.push_str(text);
            if self.0.len() > 4 * KEPT { Err(fmt::Error) } else { Ok(()) }
        }
    }
    let mut beginning = Beginning(String::new());
    let _ = fmt::write(&mut beginning, format_args!("{value}"));
    shorten(&beginning.0)
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(KEPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Removes from the value what the schema refuses, and reads the rest.
fn salvage(mut value: Value, problems: &[Problem]) -> (Draft<'static>, BTreeSet<Pointer>) {
    let mut refused = BTreeSet::new();
    for problem in problems {
        let ProblemKind::Violation(violation) = &problem.kind else { continue };
        if violation.keyword == "required" {
            continue;
        }
        // Removing an item would move those after it, so the whole array is removed.
        let mut pointer = problem.pointer.clone();
        while let Some((parent, last)) = pointer.split_last() {
            let Some(object) = value.pointer_mut(parent.as_str()) else { break };
            if let Value::Object(members) = object {
                members.remove(&last);
                break;
            }
            pointer = parent;
        }
        refused.insert(pointer);
    }
    match <Draft<'_> as Deserialize>::deserialize(value) {
        Ok(draft) => (draft, refused),
        Err(_) => (Draft::default(), BTreeSet::from([Pointer::root()])),
    }
}

/// serde_json counts lines from 1 and columns in bytes from 1.
fn offset_of_position(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut offset = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Refused, parse};

    fn sound() -> Value {
        json!({
            "schema_version": "1.0", "department": { "name": "示范局" }, "fiscal_year": 2023, "unit": "CNY_10K",
            "budget": { "initial_budget": "10", "adjusted_budget": "10.0", "actual_expenditure": "9.50" },
            "tasks": [{ "name": "甲" }, { "name": "乙", "indicators": [{ "name": "丙" }] }],
        })
    }

    fn problems(value: &Value) -> Vec<(String, String)> {
        let text = value.to_string();
        assert_eq!(parse(&text), Err(Refused));
        let say = |p: &Problem| match &p.kind {
            ProblemKind::Violation(v) => v.keyword.clone(),
            kind => format!("{kind:?}"),
        };
        explain(&text).problems.iter().map(|p| (p.pointer.to_string(), say(p))).collect()
    }

    #[test]
    fn a_sound_document_is_read_by_both_paths() {
        let text = sound().to_string();
        let read = parse(&text).unwrap();
        assert_eq!(crate::figures::ADJUSTED.read(&read, 0).unwrap().to_string(), "10.0");
        assert_eq!(serde_json::to_value(&read).unwrap(), sound());
        assert!(explain(&text).problems.is_empty());
    }

    #[test]
    fn violations_stand_where_the_contract_says() {
        type Break = fn(&mut Value);
        let cases: [(Break, &str, &str); 12] = [
            (|d| drop(d.as_object_mut().unwrap().remove("fiscal_year")), "", "required"),
            (|d| *d = json!([]), "", "type"),
            (|d| d["budget"] = json!([]), "/budget", "type"),
            (|d| d["remark"] = json!("x"), "/remark", "additionalProperties"),
            (|d| d["budget"]["initial_budget"] = json!("010"), "/budget/initial_budget", "pattern"),
            (|d| d["budget"]["initial_budget"] = json!("10\n"), "/budget/initial_budget", "pattern"),
            (|d| d["budget"]["initial_budget"] = json!(10), "/budget/initial_budget", "type"),
            (|d| d["unit"] = json!("万元"), "/unit", "enum"),
            (|d| d["schema_version"] = json!("2.0"), "/schema_version", "enum"),
            (
                |d| d["tasks"][1]["indicators"][0]["result"] = json!(null),
                "/tasks/1/indicators/0/result",
                "type",
            ),
            (|d| d["department"]["name"] = json!(""), "/department/name", "minLength"),
            (|d| d["extensions"] = json!({ "A b": {} }), "/extensions/A b", "propertyNames"),
        ];
        for (spoil, pointer, keyword) in cases {
            let mut document = sound();
            spoil(&mut document);
            assert_eq!(problems(&document), [(pointer.to_owned(), keyword.to_owned())]);
        }
    }

    #[test]
    fn the_kind_of_value_is_known() {
        let wanted = |pointer: &str, value: Value| {
            let mut document = sound();
            document["scorecard"] = json!({ "total_score": "1" });
            document["department"]["scope"] = json!("single");
            *document.pointer_mut(pointer).unwrap() = value;
            match &explain(&document.to_string()).problems[0].kind {
                ProblemKind::Violation(violation) => violation.wanted.clone(),
                _ => None,
            }
        };
        assert_eq!(wanted("/budget/initial_budget", json!(5)).as_deref(), Some("Amount"));
        assert_eq!(wanted("/budget/initial_budget", json!("-5")).as_deref(), Some("Amount"));
        assert_eq!(wanted("/scorecard/total_score", json!("99999")).as_deref(), Some("Points"));
        assert_eq!(wanted("/department/name", json!(5)), None);
        assert_eq!(wanted("/department/scope", json!(5)), None);
        assert_eq!(wanted("/budget", json!(5)).as_deref(), Some("Budget"));
    }

    #[test]
    fn what_json_schema_cannot_see() {
        let twice = sound().to_string().replace(r#""unit":"#, r#""unit":"CNY","unit":"#);
        assert_eq!(parse(&twice), Err(Refused));
        let explained = explain(&twice);
        assert_eq!(explained.problems[0].kind, ProblemKind::DuplicateMember);
        assert_eq!(explained.problems[0].pointer, Pointer::parse("/unit"));
        assert!(twice[explained.problems[0].offset..].starts_with("\"CNY_10K\""));

        let nested = |n: usize| {
            let mut value = json!(1);
            for _ in 0..n {
                value = json!([value]);
            }
            let mut document = sound();
            document["extensions"] = json!({ "x": { "y": value } });
            document.to_string()
        };
        assert!(parse(&nested(61)).is_ok());
        assert!(explain(&nested(61)).problems.is_empty());
        assert_eq!(parse(&nested(62)), Err(Refused));
        assert_eq!(explain(&nested(62)).problems[0].kind, ProblemKind::TooDeep);

        let lone = sound().to_string().replace("示范局", "\\ud800");
        assert_eq!(parse(&lone), Err(Refused));
        assert_eq!(explain(&lone).problems[0].kind, ProblemKind::NotJson);
        assert_eq!(explain(&"[".repeat(100_000)).problems[0].kind, ProblemKind::TooDeep);
    }

    #[test]
    fn the_rest_of_a_broken_document_is_read() {
        let mut document = sound();
        document["budget"]["adjusted_budget"] = json!("1e3");
        document["tasks"][1]["indicators"][0] = json!("x");
        let explained = explain(&document.to_string());
        assert_eq!(explained.draft.budget.as_ref().unwrap().initial_budget.unwrap().to_string(), "10");
        assert_eq!(explained.draft.tasks.len(), 2);
        assert!(explained.draft.tasks[1].indicators.is_empty());
        let refused: Vec<&str> = explained.refused.iter().map(Pointer::as_str).collect();
        assert_eq!(refused, ["/budget/adjusted_budget", "/tasks/1/indicators"]);
    }
}
