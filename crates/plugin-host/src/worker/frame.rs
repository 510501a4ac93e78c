//! The frames exchanged between the command and a worker.

use std::io::{self, Read, Write};

/// A request of the command to a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Ask {
    /// Loads the library that came with [`Ask::Confine`]; nothing follows.
    Load = 1,
    /// Describes the plugin; nothing follows.
    Describe = 2,
    /// Creates an instance; the configuration follows.
    Create = 3,
    /// Calls the instance; the op's number and the request follow.
    Call = 4,
    /// Destroys the instance; nothing follows.
    Destroy = 5,
    /// Guards inputs and counts writes to standard output from now on; nothing follows.
    Watch = 6,
    /// Returns a [`super::inspect::State`] as JSON; nothing follows.
    Inspect = 7,
    /// Validates a configuration against a schema and returns the error; a JSON array of the two follows.
    Hold = 8,
    /// Confines the worker, and returns what is in force as JSON; the first request. The library's bytes follow: nothing can be
    /// written afterwards.
    Confine = 9,
}

impl Ask {
    fn of(number: u32) -> Option<Self> {
        let all = [
            Self::Load,
            Self::Describe,
            Self::Create,
            Self::Call,
            Self::Destroy,
            Self::Watch,
            Self::Inspect,
            Self::Hold,
            Self::Confine,
        ];
        all.into_iter().find(|ask| *ask as u32 == number)
    }
}

/// The kind of a worker's reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// The result of the plugin's function.
    Returned = 0,
    /// A [`crate::LoadError`] as JSON.
    NotLoaded = 1,
    /// A [`crate::Violation`] as JSON.
    Violated = 2,
}

impl Reply {
    fn of(number: u32) -> Option<Self> {
        [Self::Returned, Self::NotLoaded, Self::Violated].into_iter().find(|reply| *reply as u32 == number)
    }
}

/// The length of a request's header: its number, the length of the body, and the op, which only [`Ask::Call`]
/// has.
pub(crate) const ASK: usize = 16;
/// The length of a reply's header: a mark, the number of the request, its kind, the code, and the length of
/// the body.
pub(crate) const REPLY: usize = 24;

/// Tells a reply from anything else that a plugin may write to the pipe.
const MARK: u32 = u32::from_le_bytes(*b"HZr1");

pub(crate) fn ask(what: Ask, op: u32, length: usize) -> [u8; ASK] {
    let mut header = [0; ASK];
    header[..4].copy_from_slice(&(what as u32).to_le_bytes());
    header[4..8].copy_from_slice(&op.to_le_bytes());
    header[8..].copy_from_slice(&(length as u64).to_le_bytes());
    header
}

/// Reads the next request; [`None`] once the command has gone.
pub(crate) fn read_ask(from: &mut impl Read, body: &mut Vec<u8>) -> io::Result<Option<(Ask, u32)>> {
    let mut header = [0; ASK];
    match from.read_exact(&mut header) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let strange = || io::Error::from(io::ErrorKind::InvalidData);
    let what = Ask::of(number(&header[..4])).ok_or_else(strange)?;
    let length = u64::from(number(&header[8..12])) | u64::from(number(&header[12..])) << 32;
    body.clear();
    // Allocate as bytes arrive, not by the length in the header.
    let read = from.take(length).read_to_end(body)?;
    if read as u64 != length {
        return Ok(None);
    }
    Ok(Some((what, number(&header[4..8]))))
}

pub(crate) fn write_reply(
    to: &mut impl Write,
    sequence: u32,
    reply: Reply,
    code: i32,
    body: &[u8],
) -> io::Result<()> {
    let mut header = [0; REPLY];
    header[..4].copy_from_slice(&MARK.to_le_bytes());
    header[4..8].copy_from_slice(&sequence.to_le_bytes());
    header[8..12].copy_from_slice(&(reply as u32).to_le_bytes());
    header[12..16].copy_from_slice(&code.to_le_bytes());
    header[16..].copy_from_slice(&(body.len() as u64).to_le_bytes());
    to.write_all(&header)?;
    to.write_all(body)?;
    to.flush()
}

/// Parses a reply's header into kind, code and length; [`None`] if it does not reply to that request.
pub(crate) fn reply(header: &[u8; REPLY], sequence: u32) -> Option<(Reply, i32, u64)> {
    let expected = [MARK, sequence];
    let found = [number(&header[..4]), number(&header[4..8])];
    let kind = Reply::of(number(&header[8..12])).filter(|_| found == expected)?;
    let code = number(&header[12..16]).cast_signed();
    let length = u64::from(number(&header[16..20])) | u64::from(number(&header[20..])) << 32;
    Some((kind, code, length))
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_replies_survive_a_round_trip() {
        let mut bytes = ask(Ask::Call, 7, 3).to_vec();
        bytes.extend(b"abc");
        let mut body = Vec::new();
        let mut from = &bytes[..];
        assert_eq!(read_ask(&mut from, &mut body).unwrap(), Some((Ask::Call, 7)));
        assert_eq!(body, b"abc");
        assert_eq!(read_ask(&mut from, &mut body).unwrap(), None);
        assert_eq!(read_ask(&mut &bytes[..18], &mut body).unwrap(), None);
        assert!(read_ask(&mut &[9_u8; 16][..], &mut body).is_err());

        let mut sent = Vec::new();
        write_reply(&mut sent, 5, Reply::Returned, -4, b"xy").unwrap();
        let header: [u8; REPLY] = sent[..REPLY].try_into().unwrap();
        assert_eq!(reply(&header, 5), Some((Reply::Returned, -4, 2)));
        assert_eq!(reply(&header, 6), None);
        assert_eq!(reply(&[b'x'; REPLY], 5), None);
    }
}
