//! Files with a document a line that are compressed.

use std::fmt;
use std::io::{self, BufRead as _, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Gzip (RFC 1952).
    Gzip,
    /// Zstandard (RFC 8878).
    Zstd,
}

/// The most memory that a Zstandard frame may ask for.
const LARGEST_WINDOW: u64 = 128 << 20;

impl Compression {
    /// Splits the ending that says how a file is compressed off its name: `a.ndjson.gz` is `a.ndjson` in gzip.
    pub fn of_name(name: &str) -> (&str, Option<Self>) {
        for (ending, compression) in [(".gz", Self::Gzip), (".zst", Self::Zstd)] {
            let start = name.len().saturating_sub(ending.len());
            if name.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(ending)) {
                return (&name[..start], Some(compression));
            }
        }
        (name, None)
    }

    /// Reads what a compressed file contains: all its members or frames, one after the other.
    pub fn reader<'r>(self, source: &'r mut dyn Read) -> Box<dyn Read + 'r> {
        let mut source = BufReader::with_capacity(1 << 16, source);
        match self {
            // An empty file is an empty one, however it is called.
            _ if source.fill_buf().is_ok_and(<[u8]>::is_empty) => Box::new(io::empty()),
            Self::Gzip => Box::new(Checked(MultiGzDecoder::new(source))),
            Self::Zstd => Box::new(Checked(Frames::new(source))),
        }
    }
}

/// The error of a compressed file that is damaged or cut off.
#[derive(Debug)]
pub(crate) struct Damaged(io::Error);

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the compressed file is damaged or cut off: {}", self.0)
    }
}

impl std::error::Error for Damaged {}

/// Tells errors of what is compressed from those of the system.
struct Checked<R>(R);

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let is_of_system =
            |error: &io::Error| error.raw_os_error().is_some() || error.kind() == io::ErrorKind::Interrupted;
        self.0
            .read(buffer)
            .map_err(|error| if is_of_system(&error) { error } else { io::Error::other(Damaged(error)) })
    }
}

/// The frames of a Zstandard file.
struct Frames<R> {
    source: BufReader<R>,
    decoder: FrameDecoder,
    is_in_frame: bool,
}

impl<R: Read> Frames<R> {
    fn new(source: BufReader<R>) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(LARGEST_WINDOW);
        Self { source, decoder, is_in_frame: false }
    }

    /// Goes to the next frame with data. Returns false at the end.
    fn next_frame(&mut self) -> io::Result<bool> {
        use ReadFrameHeaderError::SkipFrame;
        while !self.source.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(SkipFrame { length, .. })) => {
                    let length = u64::from(length);
                    if io::copy(&mut (&mut self.source).take(length), &mut io::sink())? < length {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(damaged(error)),
            }
        }
        Ok(false)
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.is_in_frame {
                self.is_in_frame = self.next_frame()?;
                if !self.is_in_frame {
                    return Ok(0);
                }
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.source, one).map_err(damaged)?;
            }
            let read = self.decoder.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            let sums = self.decoder.get_checksum_from_data().zip(self.decoder.get_calculated_checksum());
            if sums.is_some_and(|(said, is)| said != is) {
                return Err(damaged("a checksum differs"));
            }
            self.is_in_frame = false;
        }
    }
}

/// An error of the system comes out of the decoder as it went in, or within one of its own.
fn damaged(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    let error = error.into();
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&*error);
    while let Some(of) = cause {
        if let Some(number) = of.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error) {
            return io::Error::from_raw_os_error(number);
        }
        cause = of.source();
    }
    io::Error::new(io::ErrorKind::InvalidData, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(name: &str, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let (_, compression) = Compression::of_name(name);
        let (mut source, mut out) = (bytes, Vec::new());
        compression.unwrap().reader(&mut source).read_to_end(&mut out).map(|_| out)
    }

    fn packed(text: &[u8]) -> [(&'static str, Vec<u8>); 2] {
        use std::io::Write as _;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(text).unwrap();
        let zstd = ruzstd::encoding::compress_to_vec(text, ruzstd::encoding::CompressionLevel::Fastest);
        [("a.ndjson.gz", gzip.finish().unwrap()), ("a.NDJSON.ZST", zstd)]
    }

    #[test]
    fn members_and_frames_follow_each_other() {
        let long = "甲乙丙".repeat(100_000);
        for ((name, one), (_, two)) in packed(b"one\n").into_iter().zip(packed(long.as_bytes())) {
            let both = unpacked(name, &[one, two].concat()).unwrap();
            assert!(both == ["one\n", &long].concat().as_bytes(), "{name}");
            assert!(unpacked(name, b"").is_ok_and(|text| text.is_empty()), "{name}");
        }
        // A part of a Zstandard file that is no data.
        let (_, zstd) = &packed(b"x")[1];
        let skipped = [&b"\x50\x2a\x4d\x18\x03\0\0\0abc"[..], zstd].concat();
        assert_eq!(unpacked("a.zst", &skipped).unwrap(), b"x");
    }

    #[test]
    fn what_is_damaged_or_cut_off_is_an_error() {
        let is_damaged = |read: io::Result<Vec<u8>>| {
            read.is_err_and(|error| matches!(error.get_ref(), Some(of) if of.is::<Damaged>()))
        };
        for (name, bytes) in packed("{\"部门\": 1}\n".repeat(100).as_bytes()) {
            for end in 1..bytes.len() {
                assert!(is_damaged(unpacked(name, &bytes[..end])), "{name} {end}");
            }
            let mut other = bytes.clone();
            *other.last_mut().unwrap() ^= 1;
            assert!(is_damaged(unpacked(name, &other)), "{name}");
            assert!(is_damaged(unpacked(name, &[&bytes[..], b"more"].concat())), "{name}");
            assert!(is_damaged(unpacked(name, b"PK\x03\x04 something else")), "{name}");
        }
    }

    #[test]
    fn endings_are_split_off() {
        assert_eq!(Compression::of_name("a.ndjson.gz"), ("a.ndjson", Some(Compression::Gzip)));
        assert_eq!(Compression::of_name("a.JSONL.Zst"), ("a.JSONL", Some(Compression::Zstd)));
        assert_eq!(Compression::of_name("表.gz"), ("表", Some(Compression::Gzip)));
        for name in ["a.ndjson", "gz", "局", "a.zstd"] {
            assert_eq!(Compression::of_name(name), (name, None));
        }
    }
}
