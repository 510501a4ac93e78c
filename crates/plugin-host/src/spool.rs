//! What is kept of each document until the set is complete: in memory, and beyond a few megabytes on disk.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

const IN_MEMORY: u64 = 16 << 20;

#[derive(Default)]
pub(crate) struct Spool {
    /// What came last, or everything while there is no file.
    memory: Vec<u8>,
    file: Option<File>,
    /// How much is in the file.
    on_disk: u64,
    kept: Vec<Kept>,
    lost: Option<String>,
}

pub(crate) struct Kept {
    pub(crate) id: String,
    /// Which of all documents it is, from 0.
    pub(crate) number: usize,
    at: u64,
    pub(crate) length: usize,
}

impl Spool {
    /// Keeps a document. If that fails, nothing is kept from then on, and [`Self::lost`] says why.
    pub(crate) fn keep(&mut self, id: &str, number: usize, bytes: &[u8]) {
        if self.lost.is_some() {
            return;
        }
        let at = self.on_disk + self.memory.len() as u64;
        self.kept.push(Kept { id: id.to_owned(), number, at, length: bytes.len() });
        self.memory.extend_from_slice(bytes);
        if self.memory.len() as u64 > IN_MEMORY
            && let Err(error) = self.write_out()
        {
            *self = Self { lost: Some(error.to_string()), ..Self::default() };
        }
    }

    /// Why what was kept is lost, if it is.
    pub(crate) fn lost(&self) -> Option<&str> {
        self.lost.as_deref()
    }

    fn write_out(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.write_all(&self.memory)?;
        self.on_disk += self.memory.len() as u64;
        self.memory.clear();
        Ok(())
    }

    /// What is kept, in the order of the ids. Nothing can be kept from now on.
    pub(crate) fn in_order(&mut self) -> Vec<Kept> {
        let mut kept = std::mem::take(&mut self.kept);
        kept.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        kept
    }

    pub(crate) fn read(&self, kept: &Kept) -> io::Result<Cow<'_, [u8]>> {
        if let Some(start) = kept.at.checked_sub(self.on_disk) {
            let start = usize::try_from(start).unwrap_or(usize::MAX);
            let bytes = self.memory.get(start..).and_then(|rest| rest.get(..kept.length));
            return bytes.map(Cow::Borrowed).ok_or_else(|| io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = vec![0; kept.length];
        let mut file = self.file.as_ref().ok_or(io::ErrorKind::UnexpectedEof)?;
        file.seek(SeekFrom::Start(kept.at))?;
        file.read_exact(&mut bytes)?;
        Ok(Cow::Owned(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_in_the_order_of_the_ids() {
        let mut spool = Spool::default();
        let large = vec![b'x'; 9 << 20];
        let texts: [(&str, &[u8]); 5] =
            [("e", &large), ("c", b"one"), ("d", &large), ("b", b""), ("a", b"two")];
        for (number, (id, text)) in texts.into_iter().enumerate() {
            spool.keep(id, number, text);
        }
        assert!(spool.file.is_some() && !spool.memory.is_empty());
        let kept = spool.in_order();
        let ids: Vec<&str> = kept.iter().map(|kept| &*kept.id).collect();
        assert_eq!(ids, ["a", "b", "c", "d", "e"]);
        for kept in &kept {
            assert_eq!(&*spool.read(kept).unwrap(), texts[kept.number].1);
        }
    }
}
