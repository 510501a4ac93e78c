//! Parses and validates answers: drops every finding that rule 12 of the header forbids.

use std::collections::BTreeMap;

use huizong_core::{BadArgs, Declared};
use huizong_schema::findings::{Args, Message, Severity};
use huizong_schema::protocol::{Answer, ArgKind, Reads, Reported};
use huizong_schema::{Draft, Pointer, Unit, publish, too_deep_at};
use serde_json::Value;

use crate::failure::{Failure, Violation};

/// Parses an answer. Zero bytes are an answer without findings.
pub(crate) fn read(bytes: &[u8]) -> Result<Answer, Failure> {
    let faulty = |why: String| Failure::Violation(Violation::NotAnAnswer(why));
    if bytes.is_empty() {
        return Ok(Answer::default());
    }
    let text = std::str::from_utf8(bytes).map_err(|error| faulty(error.to_string()))?;
    if too_deep_at(text).is_some() {
        return Err(faulty("nested too deep".to_owned()));
    }
    serde_json::from_str(text).map_err(|error| faulty(error.to_string()))
}

/// The findings of several answers as JSON, sorted so that the order of documents does not matter.
pub(crate) fn sorted(answers: &[Vec<u8>]) -> Vec<String> {
    let findings = answers.iter().flat_map(|bytes| read(bytes).unwrap_or_default().findings);
    let mut findings: Vec<String> =
        findings.map(|found| serde_json::to_string(&found).unwrap_or_default()).collect();
    findings.sort_unstable();
    findings
}

/// Why a finding is dropped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    UndeclaredRule(String),
    WrongScope(String),
    UnknownDocument(String),
    StrangePointer(String),
    SeverityRaised(String),
    Argument(String, BadArgs),
}

impl Fault {
    pub(crate) fn message(&self) -> Message {
        let (zh, en) = match self {
            Self::UndeclaredRule(rule) => {
                (format!("规则 {rule} 没有在插件说明中声明"), format!("the rule {rule} is not declared"))
            }
            Self::WrongScope(rule) => (
                format!("规则 {rule} 的适用范围（单份表或全部表）与所问的不符"),
                format!("the rule {rule} has the other scope"),
            ),
            Self::UnknownDocument(id) => {
                (format!("所指的文档“{id}”不在本次请求中"), format!("it was not asked about {id:?}"))
            }
            Self::StrangePointer(pointer) => {
                (format!("“{pointer}”不指向表中任何一项"), format!("{pointer:?} leads to no member"))
            }
            Self::SeverityRaised(rule) => {
                (format!("规则 {rule} 的级别高于所声明的"), format!("{rule} is graver than declared"))
            }
            Self::Argument(rule, BadArgs::Undeclared(name)) => {
                (format!("规则 {rule} 没有声明参数 {name}"), format!("{rule} declares no argument {name}"))
            }
            Self::Argument(rule, BadArgs::Missing(name)) => (
                format!("规则 {rule} 的参数 {name} 没有给出"),
                format!("the argument {name} of {rule} is missing"),
            ),
            Self::Argument(rule, BadArgs::WrongKind(name, kind)) => {
                let (zh, en) = wanted(*kind);
                (
                    format!("规则 {rule} 的参数 {name} 应为{zh}"),
                    format!("the argument {name} of {rule} must be {en}"),
                )
            }
        };
        Message { zh, en }
    }
}

/// The JSON form of an argument's kind, in both languages.
fn wanted(kind: ArgKind) -> (&'static str, &'static str) {
    match kind {
        ArgKind::Count => ("整数（JSON 数）", "a whole number"),
        ArgKind::Text => ("文字", "a text"),
        ArgKind::Amount | ArgKind::Percent | ArgKind::Points => {
            ("写成文字的十进制数，如 \"1.50\"", "a decimal as a text, such as \"1.50\"")
        }
    }
}

/// A finding that passed validation.
pub(crate) struct Sound<'r> {
    pub(crate) rule: &'r Declared,
    pub(crate) index: usize,
    pub(crate) pointer: Pointer,
    pub(crate) args: Args,
    pub(crate) severity: Option<Severity>,
}

/// Whether a pointer is at most 1024 bytes long and no deeper than documents can be.
pub(crate) fn is_short(pointer: &str) -> bool {
    pointer.len() <= 1024 && pointer.matches('/').count() <= huizong_schema::MAX_DEPTH
}

/// The declared rules by id.
pub(crate) struct Rules<'r>(BTreeMap<&'r str, (usize, &'r Declared)>);

impl<'r> Rules<'r> {
    pub(crate) fn of(rules: &'r [Declared]) -> Self {
        Self(rules.iter().enumerate().map(|(index, rule)| (rule.id(), (index, rule))).collect())
    }

    /// Finds the rule that a finding names. Fails if there is none with this scope, or the finding is more
    /// severe than the rule.
    pub(crate) fn admits(
        &self,
        reported: &Reported,
        about_set: bool,
    ) -> Result<(usize, &'r Declared), Fault> {
        let shown = || huizong_core::shown_text(&reported.rule);
        let &(index, rule) = self.0.get(&*reported.rule).ok_or_else(|| Fault::UndeclaredRule(shown()))?;
        if rule.is_about_set() != about_set {
            return Err(Fault::WrongScope(shown()));
        }
        if !is_short(reported.pointer.as_str()) {
            return Err(Fault::StrangePointer(huizong_core::shown_text(reported.pointer.as_str())));
        }
        if reported.severity.is_some_and(|severity| severity > rule.declaration.severity) {
            return Err(Fault::SeverityRaised(shown()));
        }
        Ok((index, rule))
    }
}

/// Validates a finding's pointer and arguments, and converts the arguments.
pub(crate) fn sound<'r>(
    reported: &Reported,
    (index, rule): (usize, &'r Declared),
    document: &Value,
    unit: Unit,
) -> Result<Sound<'r>, Fault> {
    if !leads_somewhere(&reported.pointer, document) {
        return Err(Fault::StrangePointer(huizong_core::shown_text(reported.pointer.as_str())));
    }
    let args = rule.args(&reported.args, unit);
    let args = args.map_err(|bad| Fault::Argument(rule.id().to_owned(), bad))?;
    Ok(Sound { rule, index, pointer: reported.pointer.clone(), args, severity: reported.severity })
}

/// The part of a document that contains the members at these pointers and their parents.
pub(crate) fn members<'p>(draft: &Draft<'_>, pointers: impl Iterator<Item = &'p Pointer>) -> Value {
    let reads = Reads::of_pointers(pointers);
    let mut json = Vec::new();
    reads.project(draft, &mut json);
    serde_json::from_slice(&json).unwrap_or_default()
}

/// Whether a pointer resolves, or its parent does and its last token is a member of the schema.
fn leads_somewhere(pointer: &Pointer, document: &Value) -> bool {
    let text = pointer.as_str();
    if !(text.is_empty() || text.starts_with('/')) {
        return false;
    }
    if document.pointer(text).is_some() {
        return true;
    }
    let Some((parent, last)) = pointer.split_last() else { return false };
    document.pointer(parent.as_str()).is_some_and(Value::is_object)
        && schema_at(&parent).is_some_and(|schema| schema["properties"].get(&last).is_some())
}

/// Whether a document can have the member that a manifest's pointer names; `*` matches each item.
pub(crate) fn can_be_read(pointer: &Pointer) -> bool {
    pointer.tokens().next().as_deref() == Some("extensions") || schema_at(pointer).is_some()
}

/// The schema of the member at a pointer.
fn schema_at(pointer: &Pointer) -> Option<&'static Value> {
    let mut schema = publish::EVALUATION.schema();
    for token in pointer.tokens() {
        let is_item = *token == *"*" || token.parse::<usize>().is_ok();
        let below = match schema.get("items").filter(|_| is_item) {
            Some(item) => item,
            None => schema["properties"].get(&*token)?,
        };
        schema = publish::EVALUATION.resolve(below);
    }
    Some(schema)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn answers_are_strict_json_with_unknown_members_ignored() {
        assert_eq!(read(b"").unwrap(), Answer::default());
        let answer = read(br#"{"findings": [{"rule": "a/b", "new": [1]}], "new": {}}"#).unwrap();
        assert_eq!(answer.findings[0].rule, "a/b");
        let deep = format!("{{\"x\":{}", "[".repeat(100_000));
        let faulty: [&[u8]; 8] = [
            b"\xff",
            b"nonsense",
            b"{\"findings\": NaN}",
            br#"{"findings": [], "findings": []}"#,
            br#"{"findings": [{"rule": "a", "args": {"x": "1", "x": "2"}}]}"#,
            br#"{"findings": []} x"#,
            br#"{"findings": [{"rule": "a", "args": {"x": 1.5}}]}"#,
            deep.as_bytes(),
        ];
        for bytes in faulty {
            assert!(read(bytes).is_err(), "{}", String::from_utf8_lossy(&bytes[..bytes.len().min(40)]));
        }
    }

    #[test]
    fn reads_must_name_members_of_documents() {
        let can = |pointer: &str| can_be_read(&Pointer::parse(pointer));
        let good = ["", "/goal", "/key_projects/*/outcomes", "/tasks/*/indicators/*/name", "/extensions/a/b"];
        assert!(good.into_iter().all(can));
        let bad = ["/keyprojects/*/outcomes", "/key_projects/*/outcome", "/goal/*/expected", "/budget/x"];
        assert!(!bad.into_iter().any(can));
    }

    #[test]
    fn pointers_must_resolve_or_name_a_possible_member() {
        let document =
            json!({"budget": {"initial_budget": "1"}, "tasks": [{"name": "x"}], "extensions": {"a": {}}});
        let leads =
            |pointer: &str| leads_somewhere(&serde_json::from_value(json!(pointer)).unwrap(), &document);
        for good in
            ["", "/budget", "/key_projects", "/budget/adjustment_rate", "/tasks/0/funds", "/extensions/a"]
        {
            assert!(leads(good), "{good}");
        }
        for bad in [
            "/nothing",
            "/goal/expected",
            "/tasks/1",
            "/tasks/1/name",
            "budget",
            "/extensions/a/b",
            "/budget/initial_budget/x",
        ] {
            assert!(!leads(bad), "{bad}");
        }
    }
}
