//! The published schema, applied to a text.

use huizong_schema::{Problem, ProblemKind, explain, parse};
use pyo3::prelude::*;
use serde_json::{Value, json};

use crate::crossing::{detached, text};

/// Why a text is not a document, as JSON; an empty list if it is one.
#[pyfunction]
pub(crate) fn validate(py: Python<'_>, bytes: Vec<u8>) -> PyResult<String> {
    detached(py, || {
        let Ok(data) = std::str::from_utf8(&bytes) else {
            return text(&[json!({ "reason": "not-json", "pointer": "" })]);
        };
        let problems = if parse(data).is_ok() { Vec::new() } else { explain(data).problems };
        text(&problems.iter().map(problem).collect::<Vec<_>>())
    })
}

fn problem(problem: &Problem) -> Value {
    let reason = match &problem.kind {
        ProblemKind::NotJson | ProblemKind::TooLong => "not-json",
        ProblemKind::TooDeep => "too-deep",
        ProblemKind::DuplicateMember => "duplicate-member",
        ProblemKind::Violation(violation) => {
            let mut shown = json!({
                "reason": "schema", "pointer": problem.pointer, "keyword": violation.keyword,
                "expected": violation.expected, "found": violation.found,
            });
            if let Some(member) = &violation.member {
                shown["member"] = json!(member);
            }
            return shown;
        }
    };
    json!({ "reason": reason, "pointer": problem.pointer })
}
