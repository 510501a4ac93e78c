//! Inputs cut into pieces of work: whole files, or blocks of whole lines.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use huizong_engine::{is_blank, lines_of};
use huizong_forms::notices::not_readable;
use huizong_schema::findings::{Message, Notice};

use crate::compression::Compression;
use crate::inputs::{Begins, Input, STDIN, is_lines};

/// A piece of work.
pub(super) enum Piece {
    /// A whole file.
    File {
        /// The input's id.
        id: String,
        bytes: Vec<u8>,
        /// Whether its documents are numbered even if there is only one.
        numbered: bool,
    },
    /// Whole lines, a document each.
    Lines {
        /// The input's id.
        id: String,
        /// The number of the first document in the input, from 1.
        first_number: u64,
        /// The number of the first line, from 1.
        first_line: u32,
        bytes: Vec<u8>,
    },
    /// A line that is too long to be read.
    LongLine { id: String, number: u64, line: u32 },
    /// An input that could not be read, and why.
    Unreadable { id: String, reason: Reason },
}

/// Why an input could not be read.
pub enum Reason {
    /// The system refused.
    Io(io::Error),
    /// It is too large to be read into memory.
    TooLarge,
}

impl Reason {
    /// Returns the notice that an input could not be read.
    pub fn notice(&self, input: &str) -> Notice {
        let reason = match self {
            Self::Io(error) => crate::error::reason(error),
            Self::TooLarge => {
                let largest = LARGEST >> 20;
                Message {
                    zh: format!("文件超过 {largest} 兆，太大；请只报表格本身"),
                    en: format!("larger than {largest} MiB"),
                }
            }
        };
        not_readable(Some(input), reason)
    }
}

impl Piece {
    /// How many bytes it holds.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::File { bytes, .. } | Self::Lines { bytes, .. } => bytes.len(),
            Self::LongLine { .. } | Self::Unreadable { .. } => 0,
        }
    }

    /// The id of the input.
    pub(super) fn id(&self) -> &str {
        match self {
            Piece::File { id, .. }
            | Piece::Lines { id, .. }
            | Piece::LongLine { id, .. }
            | Piece::Unreadable { id, .. } => id,
        }
    }
}

/// The size up to which a file or line is read into memory.
pub const LARGEST: usize = 64 << 20;
/// So much of a file of lines is a piece of work. A piece stays in the processor's cache while it is read and checked.
pub(super) const BLOCK: usize = 1 << 18;

/// Tells the reader of blocks whether to go on.
pub(super) enum Answer {
    /// Go on; with a buffer to use again, if there is one.
    More(Option<Vec<u8>>),
    /// Stop.
    Enough,
}

/// Hands out the pieces of all inputs in order, until `take` stops. Returns the inputs' digests if they are wanted: they are
/// computed while reading, so they are of the bytes that were checked.
pub(super) fn each(
    inputs: &[Input],
    stdin: &mut dyn Read,
    digests: bool,
    take: &mut dyn FnMut(Piece) -> Answer,
) -> Vec<Digest> {
    let mut spare = Vec::new();
    let mut taken = Vec::new();
    for input in inputs {
        let (digest, goes_on) = of_input(input, stdin, digests, &mut spare, take);
        taken.push(digest);
        if !goes_on {
            break;
        }
    }
    taken
}

/// Hands out the pieces of an input in order. Returns its digest and whether to go on. `spare` is a buffer for the next piece.
pub(super) fn of_input(
    input: &Input,
    stdin: &mut dyn Read,
    digests: bool,
    spare: &mut Vec<u8>,
    take: &mut dyn FnMut(Piece) -> Answer,
) -> (Digest, bool) {
    let mut is_whole = true;
    let mut hand = |piece| {
        is_whole &= !matches!(piece, Piece::Unreadable { .. });
        match take(piece) {
            Answer::More(buffer) => {
                if let Some(buffer) = buffer.filter(|buffer| buffer.capacity() <= 4 * BLOCK) {
                    *spare = buffer;
                }
                Some(std::mem::take(spare))
            }
            Answer::Enough => None,
        }
    };
    let id = input.id.clone();
    let mut file = None;
    let mut length = 0;
    let opened = match &input.path {
        None => Ok(&mut *stdin),
        Some(path) => File::open(path).map(|opened| {
            let size = || opened.metadata().map_or(0, |data| data.len());
            length = input.length.unwrap_or_else(size);
            file.insert(opened) as &mut dyn Read
        }),
    };
    let mut digest = Digest::default();
    let goes_on = match opened {
        Err(error) => hand(Piece::Unreadable { id, reason: Reason::Io(error) }).is_some(),
        Ok(source) => {
            let mut source = Digesting { source, hasher: digests.then(blake3::Hasher::new), bytes: 0 };
            let are_lines = input.path.is_none() || is_lines(Path::new(&id));
            let compression = Compression::of_name(&id).1.filter(|_| are_lines && input.path.is_some());
            let goes_on = if let Some(compression) = compression {
                let goes_on = lines(&id, input.begins, &mut *compression.reader(&mut source), &mut hand);
                // What comes after the end is part of the file too.
                let _ = io::copy(&mut source, &mut io::sink());
                goes_on
            } else if are_lines {
                lines(&id, input.begins, &mut source, &mut hand)
            } else {
                hand(whole(id, &mut source, length)).is_some()
            };
            digest = source.digest();
            goes_on
        }
    };
    digest.blake3 = digest.blake3.filter(|_| is_whole);
    (digest, goes_on)
}

/// Whether an input is one piece.
pub(super) fn is_one_piece(input: &Input) -> bool {
    input.path.is_some() && !is_lines(Path::new(&input.id))
}

/// Reads an input that is one piece.
pub(super) fn piece_of(input: &Input, digests: bool) -> (Piece, Digest) {
    let mut read = None;
    let mut take = |piece| {
        read = Some(piece);
        Answer::Enough
    };
    let (digest, _) = of_input(input, &mut io::empty(), digests, &mut Vec::new(), &mut take);
    (read.expect("a file that is one piece is handed out"), digest)
}

/// The number of bytes read of an input, and its digest if all of it was read.
#[derive(Clone, Debug, Default)]
pub struct Digest {
    /// How many bytes it has.
    pub bytes: u64,
    /// Its digest; none if it was not wanted, or the input could not be read.
    pub blake3: Option<String>,
}

/// Computes the digest of what is read.
struct Digesting<'r> {
    source: &'r mut dyn Read,
    hasher: Option<blake3::Hasher>,
    bytes: u64,
}

impl Digesting<'_> {
    fn digest(self) -> Digest {
        Digest { bytes: self.bytes, blake3: self.hasher.map(|hasher| hasher.finalize().to_hex().to_string()) }
    }
}

impl Read for Digesting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.bytes += read as u64;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&buffer[..read]);
        }
        Ok(read)
    }
}

/// Reads a whole file that seems to have so many bytes.
fn whole(id: String, source: &mut dyn Read, length: u64) -> Piece {
    let room = usize::try_from(length).map_or(LARGEST, |length| length.min(LARGEST)) + 1;
    match rest_of(source, Vec::with_capacity(room)) {
        Ok(bytes) => Piece::File { id, bytes, numbered: false },
        Err(reason) => Piece::Unreadable { id, reason },
    }
}

/// Reads a whole file, unless it is too large.
///
/// # Errors
///
/// Returns why the file cannot be read.
pub fn read_file(path: &Path) -> Result<Vec<u8>, Reason> {
    rest_of(&mut File::open(path).map_err(Reason::Io)?, Vec::new())
}

/// Reads the rest of a source, unless it is too large.
fn rest_of(source: &mut dyn Read, mut bytes: Vec<u8>) -> Result<Vec<u8>, Reason> {
    source.take(LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(Reason::Io)?;
    if bytes.len() > LARGEST { Err(Reason::TooLarge) } else { Ok(bytes) }
}

/// Hands out blocks of whole lines. A line that is too long is reported and skipped.
fn lines(
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
            // An empty stream is reported as an empty file is.
            return number > begins.document
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
    let id = id.to_owned();
    hand(match rest_of(source, bytes) {
        Ok(bytes) => Piece::File { id, bytes, numbered: true },
        Err(reason) => Piece::Unreadable { id, reason },
    })
    .is_some()
}

/// Converts lines in UTF-16 to UTF-8 as a whole, as a line feed byte may be half a character.
fn transcoded(
    id: &str,
    bytes: Vec<u8>,
    source: &mut dyn Read,
    hand: &mut dyn FnMut(Piece) -> Option<Vec<u8>>,
) -> bool {
    let id = id.to_owned();
    hand(match rest_of(source, bytes) {
        Ok(bytes) => {
            let bytes = huizong_forms::decode_json(&bytes).text.into_bytes();
            Piece::Lines { id, first_number: 1, first_line: 1, bytes }
        }
        Err(reason) => Piece::Unreadable { id, reason },
    })
    .is_some()
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
