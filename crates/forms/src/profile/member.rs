//! The members that a profile names, checked against the published schema.

use huizong_schema::{Extensions, publish};
use serde_json::Value;

use super::{ProfileError, ValueKind};

/// The published schema of a member; `None` for a member of an extension.
fn schema_of(pointer: &str) -> Result<Option<&'static Value>, ProfileError> {
    let root = publish::EVALUATION.schema();
    let mut schema = root;
    let mut tokens = pointer.split('/').skip(1);
    while let Some(token) = tokens.next() {
        while let Some(reference) = schema["$ref"].as_str() {
            schema = root.pointer(&reference[1..]).unwrap_or(&Value::Null);
        }
        if token == "extensions" {
            let namespace = tokens.next().unwrap_or_default();
            if !Extensions::is_namespace(namespace) || tokens.next().is_none_or(str::is_empty) {
                return Err(ProfileError(format!(
                    "{pointer} is no member of an extension: /extensions/name-space/member"
                )));
            }
            return Ok(None);
        }
        schema = match token {
            "*" => &schema["items"],
            name => &schema["properties"][name],
        };
        if schema.is_null() {
            return Err(ProfileError(format!("documents have no member {pointer}")));
        }
    }
    Ok(Some(schema))
}

/// Whether a member holds values of a kind.
pub(super) fn fits(pointer: &str, kind: ValueKind) -> Result<(), ProfileError> {
    let Some(schema) = schema_of(pointer)? else { return Ok(()) };
    let definition = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    let is_text = schema["type"] == "string" && schema["enum"].is_null() && schema["const"].is_null();
    let fits = match kind {
        ValueKind::Heading => true,
        ValueKind::Text => is_text,
        ValueKind::Paragraphs => schema["items"]["type"] == "string",
        ValueKind::Amount => matches!(definition, Some("Amount" | "SignedAmount")),
        ValueKind::Percent => matches!(definition, Some("Percent" | "SignedPercent")),
        ValueKind::Points => definition == Some("Points"),
        ValueKind::Year => schema["type"] == "integer",
    };
    if fits { Ok(()) } else { Err(ProfileError(format!("{pointer} holds no value of the kind {kind:?}"))) }
}

/// Whether a member may have a value that a label sets.
pub(super) fn may_be(pointer: &str, value: &str) -> Result<(), ProfileError> {
    let Some(schema) = schema_of(pointer)? else { return Ok(()) };
    let is_one_of = |choices: &Vec<Value>| choices.iter().any(|choice| choice == value);
    if schema["enum"].as_array().map_or(schema["type"] == "string", is_one_of) {
        Ok(())
    } else {
        Err(ProfileError(format!("{pointer} cannot be {value}")))
    }
}
