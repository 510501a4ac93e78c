//! Writes the JSON of a consolidation, whose rows may be a million, on several threads.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use huizong_report::json::consolidation::{BETWEEN, append_rows, write_around};
use huizong_schema::consolidation::Consolidation;
use serde::Serialize;

use crate::threads::in_order;

/// So many rows are written at a time.
const AT_ONCE: usize = 64;

/// Writes a consolidation as [`huizong_report::json::write`] does with two levels, on as many threads as wanted.
///
/// # Errors
///
/// Returns an error if serializing or writing fails.
pub fn write<R: Serialize + Sync>(
    mut out: impl Write + Send,
    consolidation: &Consolidation<R>,
    threads: usize,
) -> io::Result<()> {
    write_around(&mut out, consolidation, |out| rows(out, &consolidation.departments, threads))
}

fn rows<R: Serialize + Sync>(out: &mut (impl Write + Send), rows: &[R], threads: usize) -> io::Result<()> {
    let chunks: Vec<&[R]> = rows.chunks(AT_ONCE).collect();
    // Texts that were written, whose room is used again.
    let spares = Mutex::new(Vec::new());
    let spares = || spares.lock().unwrap_or_else(PoisonError::into_inner);
    let text_of = |number: usize| {
        let mut text: Vec<u8> = spares().pop().unwrap_or_default();
        text.clear();
        text.extend_from_slice(if number == 0 { b"" } else { BETWEEN });
        append_rows(chunks[number], &mut text).map(|()| text)
    };
    in_order(chunks.len(), threads, text_of, |text| {
        out.write_all(&text)?;
        spares().push(text);
        Ok(())
    })
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
            huizong_report::json::write(&mut expected, &consolidation, 2).unwrap();
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
