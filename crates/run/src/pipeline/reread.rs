//! Reads documents again, without checking rules: for outputs that need more than their rows, and to explain figures.

use std::collections::{BTreeMap, BTreeSet};

use huizong_core::file_of;
use huizong_engine::{Locate, Opened, Options};
use huizong_report::detail::Detail;
use huizong_schema::Evaluation;
use huizong_schema::findings::{Args, Notice};

use super::blocks::{self, Answer, Digest, Piece};
use crate::error::Error;
use crate::inputs::Input;
use crate::notices::INPUT_CHANGED;

/// Documents that were read again.
#[derive(Default)]
pub struct Reread {
    /// The details of the documents wanted, by their ids.
    pub details: BTreeMap<String, Detail>,
    /// The text of the documents whose text is wanted, by their ids.
    pub texts: BTreeMap<String, String>,
    /// The inputs' digests, to compare with those of the first reading.
    pub digests: Vec<Digest>,
}

/// Reads the inputs again for the documents wanted, and keeps the text of some of those.
pub fn read(
    inputs: &[Input],
    stdin: &mut dyn std::io::Read,
    options: &Options,
    wanted: &BTreeSet<&str>,
    kept: &BTreeSet<&str>,
) -> Reread {
    let (mut details, mut texts) = (BTreeMap::new(), BTreeMap::new());
    let digests = each(inputs, stdin, options, wanted, &mut |document, evaluation, locate| {
        details.insert(document.to_owned(), Detail::new(document, evaluation, locate));
        if kept.contains(document) {
            let text = serde_json::to_string(evaluation).expect("a document is JSON");
            texts.insert(document.to_owned(), text);
        }
    });
    Reread { details, texts, digests }
}

/// Reads the inputs again and hands out the finished documents among those wanted, with a function that returns the places of
/// members. Returns the digests of the inputs.
fn each(
    inputs: &[Input],
    stdin: &mut dyn std::io::Read,
    options: &Options,
    wanted: &BTreeSet<&str>,
    take: &mut dyn FnMut(&str, &Evaluation<'_>, &mut Locate<'_>),
) -> Vec<Digest> {
    let mut take = |opened: &mut Opened<'_>| opened.finished(wanted, take);
    blocks::each(inputs, stdin, true, &mut |piece| match piece {
        Piece::File { id, bytes, numbered } => {
            take(&mut Opened::file(&id, &bytes, numbered, options));
            Answer::More(None)
        }
        Piece::Lines { id, first_number, first_line, bytes } => {
            take(&mut Opened::lines(&id, &bytes, first_number, first_line));
            Answer::More(Some(bytes))
        }
        Piece::LongLine { .. } | Piece::Unreadable { .. } => Answer::More(None),
    })
}

/// Reads JSON documents again, and returns the digests of the members of those wanted.
pub fn members_digests(
    inputs: &[Input],
    options: &Options,
    wanted: &BTreeSet<&str>,
) -> BTreeMap<String, u128> {
    let files: BTreeSet<&str> = wanted.iter().copied().map(file_of).collect();
    let inputs: Vec<Input> = inputs.iter().filter(|input| files.contains(&*input.id)).cloned().collect();
    let mut found = BTreeMap::new();
    blocks::each(&inputs, &mut std::io::empty(), false, &mut |piece| match piece {
        Piece::File { id, bytes, numbered } => {
            found.append(&mut Opened::file(&id, &bytes, numbered, options).members_digests(wanted));
            Answer::More(None)
        }
        Piece::Lines { id, first_number, first_line, bytes } => {
            found.append(&mut Opened::lines(&id, &bytes, first_number, first_line).members_digests(wanted));
            Answer::More(Some(bytes))
        }
        Piece::LongLine { .. } | Piece::Unreadable { .. } => Answer::More(None),
    });
    found
}

/// Returns a notice for each input that is not what it was when it was first read.
pub fn changed(inputs: &[Input], then: &[Option<String>], now: &[Digest]) -> Vec<Notice> {
    let pairs = inputs.iter().zip(then).zip(now);
    let changed = pairs.filter(|((_, then), now)| then.is_some() && **then != now.blake3);
    changed.map(|((input, _), _)| INPUT_CHANGED.incomplete(Some(&input.id), Args::new())).collect()
}

/// Refuses inputs that are not what they were when they were first read.
///
/// # Errors
///
/// Returns an error that names the first of them.
pub fn refuse_changed(inputs: &[Input], then: &[Digest], now: &[Digest]) -> Result<(), Error> {
    let then: Vec<Option<String>> = then.iter().map(|digest| digest.blake3.clone()).collect();
    let Some(changed) = changed(inputs, &then, now).into_iter().next() else { return Ok(()) };
    let name = changed.document.unwrap_or_default();
    Err(Error::new(
        format!("{name} 在汇总途中被改动，没有写出结果；请再运行一次"),
        format!("{name} was changed while it was added up, and no result was written: run it again"),
    ))
}

/// Standard input, kept so that it can be read again.
pub struct Kept<'s> {
    stdin: &'s mut dyn std::io::Read,
    kept: std::fs::File,
}

impl<'s> Kept<'s> {
    /// Keeps what will be read of standard input.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no room for a temporary file.
    pub fn new(stdin: &'s mut dyn std::io::Read) -> std::io::Result<Self> {
        Ok(Self { stdin, kept: tempfile::tempfile()? })
    }

    /// Returns what was read, from its beginning.
    ///
    /// # Errors
    ///
    /// Returns an error if the temporary file cannot be read.
    pub fn again(mut self) -> std::io::Result<std::fs::File> {
        use std::io::Seek as _;
        self.kept.rewind()?;
        Ok(self.kept)
    }
}

impl std::io::Read for Kept<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        use std::io::Write as _;
        let read = self.stdin.read(buffer)?;
        self.kept.write_all(&buffer[..read])?;
        Ok(read)
    }
}
