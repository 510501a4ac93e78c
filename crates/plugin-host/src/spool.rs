//! What is kept of each document until the set is complete: on disk beyond a few megabytes.

use std::io::{self, Read, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

const IN_MEMORY: usize = 16 << 20;

pub(crate) struct Spool {
    file: SpooledTempFile,
    length: u64,
    kept: Vec<Kept>,
}

pub(crate) struct Kept {
    pub(crate) id: String,
    at: u64,
    pub(crate) length: usize,
}

impl Default for Spool {
    fn default() -> Self {
        Self { file: SpooledTempFile::new(IN_MEMORY), length: 0, kept: Vec::new() }
    }
}

impl Spool {
    pub(crate) fn keep(&mut self, id: &str, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.kept.push(Kept { id: id.to_owned(), at: self.length, length: bytes.len() });
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// What is kept, in the order of the ids. Nothing can be kept from now on.
    pub(crate) fn in_order(&mut self) -> Vec<Kept> {
        let mut kept = std::mem::take(&mut self.kept);
        kept.sort_by(|a, b| a.id.cmp(&b.id));
        kept
    }

    pub(crate) fn read(&mut self, kept: &Kept) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; kept.length];
        self.file.seek(SeekFrom::Start(kept.at))?;
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
