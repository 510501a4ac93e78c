//! Inputs cut into pieces of work: whole files, or blocks of whole lines.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use huizong_forms::notices::not_readable;
use huizong_schema::findings::{Message, Notice};

use super::lines::lines;
use crate::compression::Compression;
use crate::inputs::Input;

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
            let are_lines = !input.is_one_piece();
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
    all_of(id, source, Vec::with_capacity(room), |id, bytes| Piece::File { id, bytes, numbered: false })
}

/// Makes one piece of all that a source has, behind what was read of it already.
pub(super) fn all_of(
    id: String,
    source: &mut dyn Read,
    bytes: Vec<u8>,
    piece_of: impl FnOnce(String, Vec<u8>) -> Piece,
) -> Piece {
    match rest_of(source, bytes) {
        Ok(bytes) => piece_of(id, bytes),
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
