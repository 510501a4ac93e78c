//! Writes a consolidation's JSON in two parts: the rows, which may be a million, and the text before and after them.

use std::cell::{Cell, RefCell};
use std::io::{self, Write};

use huizong_schema::consolidation::Consolidation;
use serde::{Serialize, Serializer};

/// The levels that are indented: each row is on one line.
const LEVELS: usize = 2;
/// The separator of two rows.
pub const BETWEEN: &[u8] = b",\n    ";

/// Writes a consolidation as [`write`](super::write) does with two levels; `rows` writes the rows, with [`BETWEEN`] between them. It is
/// not called if there are none.
///
/// # Errors
/// Returns an error if serializing or writing fails.
pub fn write_around<W: Write, R: Serialize>(
    out: &mut W,
    consolidation: &Consolidation<R>,
    rows: impl FnOnce(&mut W) -> io::Result<()>,
) -> io::Result<()> {
    if consolidation.departments.is_empty() {
        return super::write(out, consolidation, LEVELS);
    }
    let (text, at) = (RefCell::new(Vec::new()), Cell::new(0));
    let place = Place { text: &text, at: &at };
    super::write_directly(&mut Text(&text), &consolidation.with_rows(vec![place]), LEVELS)?;
    let text = text.take();
    let (before, after) = text.split_at(at.get());
    out.write_all(before)?;
    rows(out)?;
    out.write_all(&after[Place::LENGTH..])?;
    out.flush()
}

/// Appends rows to a text, with [`BETWEEN`] between them.
///
/// # Errors
/// Returns an error if serializing fails.
pub fn append_rows<R: Serialize>(rows: &[R], text: &mut Vec<u8>) -> io::Result<()> {
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            text.extend_from_slice(BETWEEN);
        }
        serde_json::to_writer(&mut *text, row)?;
    }
    Ok(())
}

/// Stands for all rows, and notes where they belong.
struct Place<'t> {
    text: &'t RefCell<Vec<u8>>,
    at: &'t Cell<usize>,
}

impl Place<'_> {
    /// The length of what is written in the place of the rows: `null`.
    const LENGTH: usize = 4;
}

impl Serialize for Place<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.at.set(self.text.borrow().len());
        serializer.serialize_unit()
    }
}

/// A text that is looked at while it is written.
struct Text<'t>(&'t RefCell<Vec<u8>>);

impl Write for Text<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
