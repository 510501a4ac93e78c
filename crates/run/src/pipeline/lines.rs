//! Files with a document a line, cut into blocks of whole lines.

use std::io::{self, Read};

use huizong_engine::{is_blank, lines_of};

use super::blocks::{BLOCK, LARGEST, Piece, Reason, all_of};
use crate::inputs::{Begins, STDIN};

/// Hands out blocks of whole lines. A line that is too long is reported and skipped.
pub(super) fn lines(
    id: &str,
    begins: Begins,
    source: &mut dyn Read,
    hand: &mut dyn FnMut(Piece) -> Option<Vec<u8>>,
) -> bool {
    let mut buffer: Vec<u8> = Vec::with_capacity(2 * BLOCK);
    // So many bytes of it wait for the rest of their line; what comes after them is of an earlier block.
    let mut filled = 0;
    let (mut number, mut line) = (begins.document, begins.line);
    let mut passing_over = false;
    let mut first = true;
    loop {
        let read = match read_behind(source, &mut buffer, filled) {
            Ok(read) => read,
            Err(error) => {
                hand(Piece::Unreadable { id: id.to_owned(), reason: Reason::Io(error) });
                return true;
            }
        };
        let ended = read == 0;
        if std::mem::take(&mut first) && begins == Begins::OF_FILE {
            if buffer.starts_with(b"\xff\xfe") || buffer.starts_with(b"\xfe\xff") {
                return transcoded(id, buffer, source, hand);
            }
            if buffer.starts_with(b"\xef\xbb\xbf") {
                buffer.drain(..3);
            }
            if goes_on_over_lines(&buffer) {
                return one_document(id, buffer, source, hand);
            }
        }
        if passing_over {
            // The rest of a line that was reported already.
            match memchr::memchr(b'\n', &buffer) {
                Some(end) => {
                    buffer.drain(..=end);
                    passing_over = false;
                    line = line.saturating_add(1);
                }
                None => buffer.clear(),
            }
        }
        let whole = if ended {
            if number == begins.document && is_blank(&buffer) { 0 } else { buffer.len() }
        } else {
            memchr::memrchr(b'\n', &buffer[filled.min(buffer.len())..])
                .map_or(0, |at| filled.min(buffer.len()) + at + 1)
        };
        if whole > 0 {
            let rest = buffer[whole..].to_vec();
            buffer.truncate(whole);
            let (documents, breaks) = count(&buffer);
            let piece =
                Piece::Lines { id: id.to_owned(), first_number: number, first_line: line, bytes: buffer };
            let Some(spare) = hand(piece) else { return false };
            buffer = spare;
            buffer.resize(buffer.len().max(rest.len()), 0);
            buffer[..rest.len()].copy_from_slice(&rest);
            filled = rest.len();
            number += documents;
            line = line.saturating_add(breaks);
        } else if buffer.len() > LARGEST {
            buffer = Vec::with_capacity(2 * BLOCK);
            passing_over = true;
            if hand(Piece::LongLine { id: id.to_owned(), number, line }).is_none() {
                return false;
            }
            number += 1;
            filled = 0;
        } else {
            filled = buffer.len();
        }
        if ended {
            // An empty stream is reported as an empty file is. A later piece of a file may be empty.
            return number > begins.document
                || begins != Begins::OF_FILE
                || hand(Piece::File { id: id.to_owned(), bytes: buffer, numbered: id == STDIN }).is_some();
        }
    }
}

/// Reads a block behind what the buffer holds already. Returns how many bytes there were; after them the buffer ends.
fn read_behind(source: &mut dyn Read, buffer: &mut Vec<u8>, filled: usize) -> io::Result<usize> {
    // Most of it is there already: only what is not has to be cleared.
    buffer.resize(filled + BLOCK, 0);
    let mut read = 0;
    let mut result = Ok(());
    while read < BLOCK {
        match source.read(&mut buffer[filled + read..]) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                result = Err(error);
                break;
            }
        }
    }
    buffer.truncate(filled + read);
    result.map(|()| read)
}

/// Whether a JSON value goes on from the first line to the second: then this is one text, not one document per
/// line. A first line that is cut off, with another document after it, does not count.
fn goes_on_over_lines(bytes: &[u8]) -> bool {
    let mut lines = lines_of(bytes).map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else { return false };
    let is_cut = || {
        let value = serde_json::from_slice::<serde::de::IgnoredAny>(first);
        value.is_err_and(|error| error.is_eof())
    };
    match first[0] {
        b'{' => matches!(second[0], b'"' | b'}') && is_cut(),
        b'[' => first.len() == 1,
        _ => false,
    }
}

/// Hands out a JSON text that goes on over several lines.
fn one_document(
    id: &str,
    bytes: Vec<u8>,
    source: &mut dyn Read,
    hand: &mut dyn FnMut(Piece) -> Option<Vec<u8>>,
) -> bool {
    hand(all_of(id.to_owned(), source, bytes, |id, bytes| Piece::File { id, bytes, numbered: true }))
        .is_some()
}

/// Converts lines in UTF-16 to UTF-8 as a whole, as a line feed byte may be half a character.
fn transcoded(
    id: &str,
    bytes: Vec<u8>,
    source: &mut dyn Read,
    hand: &mut dyn FnMut(Piece) -> Option<Vec<u8>>,
) -> bool {
    let piece = all_of(id.to_owned(), source, bytes, |id, bytes| {
        let bytes = huizong_forms::decode_json(&bytes).text.into_bytes();
        Piece::Lines { id, first_number: 1, first_line: 1, bytes }
    });
    hand(piece).is_some()
}

/// How many lines hold something, and how many line breaks there are.
fn count(bytes: &[u8]) -> (u64, u32) {
    let (mut documents, mut breaks) = (0, 0_u32);
    for line in lines_of(bytes) {
        documents += u64::from(!is_blank(line));
        breaks = breaks.saturating_add(1);
    }
    (documents, breaks)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time.
    struct Slow<'b>(&'b [u8], usize);
    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(self.0.len()).min(buffer.len());
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn numbered(bytes: &[u8]) -> Vec<(u64, u32, String)> {
        let mut found = Vec::new();
        lines("x", Begins::OF_FILE, &mut Slow(bytes, 7), &mut |piece| {
            if let Piece::Lines { first_number, first_line, bytes, .. } = piece {
                let (mut number, mut at) = (first_number, first_line);
                for line in lines_of(&bytes) {
                    if !line.trim_ascii().is_empty() {
                        found.push((number, at, String::from_utf8_lossy(line).into_owned()));
                        number += 1;
                    }
                    at += 1;
                }
            }
            Some(Vec::new())
        });
        found
    }

    #[test]
    fn lines_are_numbered_across_blocks_and_blank_ones_are_no_documents() {
        assert_eq!(numbered(b"\xef\xbb\xbfa\n\nb"), [(1, 1, "a".into()), (2, 3, "b".into())]);
        let long = "z".repeat(BLOCK + 5);
        let text = format!("{long}\n\r\ny\n");
        let found = numbered(text.as_bytes());
        assert_eq!(found.len(), 2);
        assert_eq!((found[1].0, found[1].1, found[1].2.as_str()), (2, 3, "y"));
    }

    #[test]
    fn utf16_lines_are_read() {
        let bytes: Vec<u8> =
            b"\xff\xfe".iter().copied().chain("a\n甲\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(numbered(&bytes), [(1, 1, "a".into()), (2, 2, "甲".into())]);
    }

    #[test]
    fn a_line_without_end_is_told_of_and_the_next_one_is_read() {
        let text = ["x".repeat(LARGEST + BLOCK + 1).as_bytes(), b"\nnext\n"].concat();
        let mut seen = Vec::new();
        lines("x", Begins::OF_FILE, &mut &text[..], &mut |piece| {
            match piece {
                Piece::LongLine { number, line, .. } => seen.push(format!("long {number} {line}")),
                Piece::Lines { first_number, first_line, bytes, .. } => {
                    seen.push(format!(
                        "{first_number} {first_line} {}",
                        String::from_utf8_lossy(&bytes).trim()
                    ));
                }
                _ => {}
            }
            Some(Vec::new())
        });
        assert_eq!(seen, ["long 1 1", "2 2 next"]);
    }
}
