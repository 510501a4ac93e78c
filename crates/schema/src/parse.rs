//! The strict typed parse: text that is a document, or not, without a reason.

use std::fmt;

use crate::complete::Evaluation;

/// The fast path said no. [`explain`](crate::explain()) says why and where.
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
/// Accepts exactly what the published schema accepts, of JSON that names no member of an object twice,
/// nests at most 64 deep and holds no lone surrogate.
///
/// # Errors
/// [`Refused`] for everything else, without a reason: ask [`explain`](crate::explain()).
pub fn parse(text: &str) -> Result<Evaluation<'_>, Refused> {
    serde_json::from_str(text).map_err(|_| Refused)
}
