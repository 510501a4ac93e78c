//! The line of a file around a place.

use std::ops::Range;

/// The line around a place of a file, and the part of it to mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, or as much of it as fits.
    pub line: String,
    /// The bytes of the line to mark.
    pub span: Range<usize>,
    /// The line's number, if lines are counted.
    pub number: Option<u32>,
}
