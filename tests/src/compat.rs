//! Compares two versions of a JSON Schema: a value that one of them accepts and the other refuses, if there is any.
//!
//! Candidates are made from both schemas together, place by place, with every value at which they may differ: bounds and the next
//! value beyond, members that only one of them names, types, and texts that one pattern matches and the other does not. A candidate
//! is an answer only if validators of both schemas agree that it is one, so an answer is never wrong. Texts are found exactly, from
//! the automata of both patterns (`pattern`); otherwise a difference that needs two unusual values at once may be missed.

mod candidates;
mod pattern;

use serde_json::Value;

/// How two versions of a schema differ.
#[derive(Debug)]
pub struct Difference {
    /// A value that the old schema accepts and the new one refuses: the new one breaks those who write by the old one.
    pub refused_now: Option<Value>,
    /// A value that the new schema accepts and the old one refuses: it breaks those who read by the old one.
    pub accepted_now: Option<Value>,
}

/// Compares an old schema with a new one.
///
/// # Errors
/// Returns the reason if one of them is not a JSON Schema (draft 2020-12).
pub fn compare(old: &Value, new: &Value) -> Result<Difference, String> {
    let compile = |schema: &Value, which: &str| {
        jsonschema::draft202012::new(schema).map_err(|error| format!("the {which} schema: {error}"))
    };
    let (old_validator, new_validator) = (compile(old, "old")?, compile(new, "new")?);
    let find =
        |from: &Value, to: &Value, accepts: &jsonschema::Validator, refuses: &jsonschema::Validator| {
            let answers = candidates::candidates(from, to).into_iter();
            let answers = answers.filter(|value| accepts.is_valid(value) && !refuses.is_valid(value));
            answers.min_by_key(|value| value.to_string().len())
        };
    Ok(Difference {
        refused_now: find(old, new, &old_validator, &new_validator),
        accepted_now: find(new, old, &new_validator, &old_validator),
    })
}
