//! The strict typed parser: accepts or refuses a text, without a reason.

use std::fmt;

use crate::complete::Evaluation;

/// The error of the fast path. `explain` returns the reasons and places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a document of the published schema")
    }
}

impl std::error::Error for Refused {}

/// Reads one document, borrowing its text from the input.
///
/// Accepts exactly what the published schema accepts, provided that the JSON names no member of an object
/// twice, nests at most 64 deep and contains no lone surrogate.
///
/// # Errors
/// Returns [`Refused`] for everything else; `explain` returns the reasons.
pub fn parse(text: &str) -> Result<Evaluation<'_>, Refused> {
    serde_json::from_str(text).map_err(|_| Refused)
}
