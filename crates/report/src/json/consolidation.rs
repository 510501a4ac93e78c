//! Writes a consolidation, whose rows may be a million: they are written by themselves, on several threads.

use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::sync::mpsc::sync_channel;

use huizong_schema::consolidation::Consolidation;
use serde::{Serialize, Serializer};

/// The levels that are indented: each row is on one line.
const LEVELS: usize = 2;
/// What stands between two rows.
const BETWEEN: &[u8] = b",\n    ";
/// So many rows are written at a time.
const AT_ONCE: usize = 256;

/// Writes a consolidation as [`write`](super::write) does with two levels, on as many threads as wanted.
///
/// # Errors
/// Returns an error if serializing or writing fails.
pub fn write<R: Serialize + Sync>(
    mut out: impl Write,
    consolidation: &Consolidation<R>,
    threads: usize,
) -> io::Result<()> {
    if consolidation.departments.is_empty() {
        return super::write(out, consolidation, LEVELS);
    }
    let (text, at) = (RefCell::new(Vec::new()), Cell::new(0));
    let place = Place { text: &text, at: &at };
    super::write_directly(&mut Text(&text), &consolidation.copy_with_rows(vec![place]), LEVELS)?;
    let text = text.take();
    let (before, after) = text.split_at(at.get());
    out.write_all(before)?;
    rows(&mut out, &consolidation.departments, threads)?;
    out.write_all(&after[Place::LENGTH..])?;
    out.flush()
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

fn rows<R: Serialize + Sync>(out: &mut impl Write, rows: &[R], threads: usize) -> io::Result<()> {
    let chunks: Vec<&[R]> = rows.chunks(AT_ONCE).collect();
    let mut write = |number: usize, text: &[u8]| {
        out.write_all(if number == 0 { b"" } else { BETWEEN })?;
        out.write_all(text)
    };
    if threads <= 1 {
        let mut text = Vec::new();
        for (number, chunk) in chunks.iter().enumerate() {
            text.clear();
            texts_of(chunk, &mut text)?;
            write(number, &text)?;
        }
        return Ok(());
    }
    std::thread::scope(|scope| {
        // Each thread takes every so-many-th chunk, so that they are received in order and few wait.
        let receivers: Vec<_> = (0..threads)
            .map(|first| {
                let (send, receive) = sync_channel(2);
                let chunks = &chunks;
                scope.spawn(move || {
                    for chunk in chunks.iter().skip(first).step_by(threads) {
                        let mut text = Vec::new();
                        let written = texts_of(chunk, &mut text).map(|()| text);
                        // Whoever receives has stopped if writing failed.
                        if send.send(written).is_err() {
                            break;
                        }
                    }
                });
                receive
            })
            .collect();
        for number in 0..chunks.len() {
            let text = receivers[number % threads].recv().map_err(io::Error::other)??;
            write(number, &text)?;
        }
        Ok(())
    })
}

fn texts_of<R: Serialize>(rows: &[R], text: &mut Vec<u8>) -> io::Result<()> {
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            text.extend_from_slice(BETWEEN);
        }
        serde_json::to_writer(&mut *text, row)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn any_number_of_rows_on_any_number_of_threads_gives_the_same_bytes() {
        for rows in [0, 1, 2, AT_ONCE, AT_ONCE + 1, 5 * AT_ONCE - 1] {
            let row = |number| json!({ "name": format!("第{number}局\n\"甲\""), "figures": [number, { "a": 1.5 }] });
            let consolidation = Consolidation::of_nothing().with_rows((0..rows).map(row).collect());
            let mut expected = Vec::new();
            crate::json::write(&mut expected, &consolidation, LEVELS).unwrap();
            for threads in [1, 2, 3, 7] {
                let mut found = Vec::new();
                write(&mut found, &consolidation, threads).unwrap();
                assert!(found == expected, "{rows} rows on {threads} threads");
            }
        }
    }

    #[test]
    fn a_full_disk_is_told() {
        struct Full(usize);
        impl Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let consolidation = Consolidation::of_nothing().with_rows((0..5000).collect::<Vec<_>>());
        for threads in [1, 3] {
            let failed = write(Full(20_000), &consolidation, threads).unwrap_err();
            assert_eq!(failed.kind(), io::ErrorKind::StorageFull);
        }
    }
}
