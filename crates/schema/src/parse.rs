//! The strict typed parser: accepts or refuses a text, without a reason.

mod reader;

use std::fmt;

use serde::Deserialize as _;
use serde::de;

use crate::complete::Evaluation;
use reader::Reader;

/// The error of the fast path. `explain` returns the reasons and places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a document of the published schema")
    }
}

impl std::error::Error for Refused {}

/// No reason is kept, so none is put into words.
impl de::Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Reads one document, borrowing its text from the input.
///
/// Accepts exactly what the published schema accepts, provided that the JSON names no member of an object
/// twice, nests at most 64 deep and contains no lone surrogate.
///
/// # Errors
/// Returns [`Refused`] for everything else; `explain` returns the reasons.
pub fn parse(text: &str) -> Result<Evaluation<'_>, Refused> {
    let mut reader = Reader::new(text);
    let document = Evaluation::deserialize(&mut reader)?;
    reader.end()?;
    Ok(document)
}
