//! Keeps what the set needs of each document: in memory first, then in a temporary file.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// The most bytes kept in memory; beyond that, the chunks go to disk.
const IN_MEMORY: u64 = 16 << 20;
/// The size of a chunk. It is allocated in full at once, so a growing chunk is never copied.
const CHUNK: usize = 1 << 20;

#[derive(Default)]
pub(crate) struct Spool {
    /// The chunks in memory; once there is a file, only the latest.
    chunks: Vec<Vec<u8>>,
    file: Option<File>,
    /// The number of bytes in the file.
    on_disk: u64,
    kept: Vec<Kept>,
    lost: Option<String>,
}

/// A document that is kept.
#[derive(Clone, Copy)]
pub(crate) struct Kept {
    /// Its number among all documents, from 0.
    pub(crate) number: usize,
    pub(crate) length: usize,
    place: Place,
}

#[derive(Clone, Copy)]
enum Place {
    Memory { chunk: usize, at: usize },
    Disk(u64),
}

impl Spool {
    /// Keeps a document. If that fails, everything kept is lost, and [`Self::lost`] returns the reason.
    pub(crate) fn keep(&mut self, number: usize, bytes: &[u8]) {
        if self.lost.is_some() {
            return;
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() + bytes.len() > CHUNK) {
            let in_memory: u64 = self.chunks.iter().map(|chunk| chunk.len() as u64).sum();
            if in_memory + bytes.len() as u64 > IN_MEMORY
                && let Err(error) = self.write_out()
            {
                *self = Self { lost: Some(error.to_string()), ..Self::default() };
                return;
            }
            self.chunks.push(Vec::with_capacity(bytes.len().max(CHUNK)));
        }
        let chunk = self.chunks.len() - 1;
        let place = Place::Memory { chunk, at: self.chunks[chunk].len() };
        self.kept.push(Kept { number, length: bytes.len(), place });
        self.chunks[chunk].extend_from_slice(bytes);
    }

    /// Why the documents were lost, if they were.
    pub(crate) fn lost(&self) -> Option<&str> {
        self.lost.as_deref()
    }

    fn write_out(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        let mut begins = Vec::with_capacity(self.chunks.len());
        for chunk in self.chunks.drain(..) {
            file.write_all(&chunk)?;
            begins.push(self.on_disk);
            self.on_disk += chunk.len() as u64;
        }
        for kept in &mut self.kept {
            if let Place::Memory { chunk, at } = kept.place {
                kept.place = Place::Disk(begins[chunk] + at as u64);
            }
        }
        Ok(())
    }

    /// The kept documents, in the order in which they were kept.
    pub(crate) fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// The kept documents, sorted by `key` of their numbers. Nothing can be kept after this call.
    pub(crate) fn in_order<K: Ord>(&mut self, key: impl Fn(usize) -> K) -> Vec<Kept> {
        let mut kept = std::mem::take(&mut self.kept);
        kept.sort_unstable_by_key(|kept| key(kept.number));
        kept
    }

    pub(crate) fn read(&self, kept: Kept) -> io::Result<Cow<'_, [u8]>> {
        let place = match kept.place {
            Place::Memory { chunk, at } => {
                return Ok(Cow::Borrowed(&self.chunks[chunk][at..at + kept.length]));
            }
            Place::Disk(place) => place,
        };
        let mut bytes = vec![0; kept.length];
        let mut file = self.file.as_ref().ok_or(io::ErrorKind::UnexpectedEof)?;
        file.seek(SeekFrom::Start(place))?;
        file.read_exact(&mut bytes)?;
        Ok(Cow::Owned(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_documents_come_back_in_the_requested_order() {
        let mut spool = Spool::default();
        let large = vec![b'x'; 9 << 20];
        let texts: [(&str, &[u8]); 7] = [
            ("e", &large),
            ("c", b"one"),
            ("d", &large),
            ("b", b""),
            ("a", b"two"),
            ("g", &large),
            ("f", b"three"),
        ];
        for (number, (_, text)) in texts.into_iter().enumerate() {
            spool.keep(number, text);
        }
        assert!(spool.on_disk > 0 && !spool.chunks.is_empty());
        let kept = spool.in_order(|number| texts[number].0);
        let ids: Vec<&str> = kept.iter().map(|kept| texts[kept.number].0).collect();
        assert_eq!(ids, ["a", "b", "c", "d", "e", "f", "g"]);
        for kept in kept {
            assert!(&*spool.read(kept).unwrap() == texts[kept.number].1);
        }
    }
}
