//! Documents read again, without rules: for what results show of them beyond their rows, and to explain figures.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use huizong_core::{Origins, notice};
use huizong_forms::profile::Profile;
use huizong_report::detail::Detail;
use huizong_schema::findings::{Args, Location, Notice};
use huizong_schema::{Evaluation, Pointer, parse};

use super::blocks::{self, Answer, Digest, Piece, split};
use super::desk::Begins;
use super::document::{Opened, named, open};
use crate::inputs::Input;
use huizong_forms::{decode, json};

/// What was read again.
#[derive(Default)]
pub(crate) struct Again {
    /// The details of the documents wanted, by their ids.
    pub(crate) details: BTreeMap<String, Detail>,
    /// The text of those that were to be kept, by their ids.
    pub(crate) texts: BTreeMap<String, String>,
    /// The inputs' digests, to hold against those taken when they were first read.
    pub(crate) digests: Vec<Digest>,
}

/// Takes a document that was read again, and what says where its members stand.
type Take<'t> = dyn FnMut(&str, &Evaluation<'_>, &dyn Fn(&[Pointer]) -> Vec<Location>) + 't;

/// Reads the inputs again for the documents wanted, of which the text of some is kept.
pub(crate) fn read(
    inputs: &[Input],
    stdin: &mut dyn std::io::Read,
    profile: Option<&Profile>,
    wanted: &BTreeSet<&str>,
    kept: &BTreeSet<&str>,
) -> Again {
    let (mut details, mut texts) = (BTreeMap::new(), BTreeMap::new());
    let digests = blocks::each(inputs, stdin, true, &mut |piece| {
        let mut take = |document: &str, evaluation: &Evaluation<'_>, locate: &dyn Fn(&[Pointer]) -> _| {
            details.insert(document.to_owned(), Detail::new(document, evaluation, locate));
            if kept.contains(document) {
                let text = serde_json::to_string(evaluation).expect("a document is JSON");
                texts.insert(document.to_owned(), text);
            }
        };
        match piece {
            Piece::File { id, bytes, numbered } => file(&id, &bytes, numbered, profile, wanted, &mut take),
            Piece::Lines { id, first_number, first_line, bytes } => {
                let mut number = first_number;
                for (index, line) in split(&bytes).enumerate() {
                    let text = line.trim_ascii_end();
                    if text.is_empty() {
                        continue;
                    }
                    let line = first_line.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
                    text_document(
                        (&format!("{id}#{number}"), &id),
                        text,
                        Begins { line, column: 1 },
                        wanted,
                        &mut take,
                    );
                    number += 1;
                }
                return Answer::More(Some(bytes));
            }
            Piece::LongLine { .. } | Piece::Unreadable { .. } => {}
        }
        Answer::More(None)
    });
    Again { details, texts, digests }
}

fn file(
    id: &str,
    bytes: &[u8],
    numbered: bool,
    profile: Option<&Profile>,
    wanted: &BTreeSet<&str>,
    take: &mut Take<'_>,
) {
    match open(id, bytes, profile) {
        Opened::Json(text) => {
            let parts = json::split(&text);
            let several = numbered || parts.len() > 1;
            for (index, part) in parts.into_iter().enumerate() {
                let begins = Begins { line: part.line, column: part.column };
                text_document((&named(id, several, index), id), part.text.as_bytes(), begins, wanted, take);
            }
        }
        Opened::Forms(contents) => {
            let several = numbered || contents.documents.len() > 1;
            for (index, read) in contents.documents.into_iter().enumerate() {
                let document = named(id, several, index);
                if !wanted.contains(&*document) {
                    continue;
                }
                let origins = read.origins;
                if let Ok(evaluation) = read.draft.finish() {
                    take(&document, &evaluation, &|pointers| located(id, &origins, pointers));
                }
            }
        }
    }
}

fn text_document(
    (document, file): (&str, &str),
    bytes: &[u8],
    begins: Begins,
    wanted: &BTreeSet<&str>,
    take: &mut Take<'_>,
) {
    if !wanted.contains(document) {
        return;
    }
    let text = match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(decode(bytes).text),
    };
    // What counts passes the strict parse, or it would not count.
    let Ok(evaluation) = parse(&text) else { return };
    take(document, &evaluation, &|pointers| {
        let mut origins = Origins::default();
        let part = json::Part { text: &text, line: begins.line, column: begins.column };
        json::locate(part, true, pointers, &mut origins);
        located(file, &origins, pointers)
    });
}

fn located(file: &str, origins: &Origins, pointers: &[Pointer]) -> Vec<Location> {
    pointers.iter().map(|pointer| Location::new(file, origins.place(pointer))).collect()
}

/// A notice for each input that is not what it was when it was first read.
pub(crate) fn changed(inputs: &[Input], then: &[Option<String>], now: &[Digest]) -> Vec<Notice> {
    let pairs = inputs.iter().zip(then).zip(now);
    let changed = pairs.filter(|((_, then), now)| then.is_some() && **then != now.blake3);
    changed.map(|((input, _), _)| notice("input-changed", Some(&input.id), Args::new(), true)).collect()
}

/// Standard input, kept so that it can be read again.
pub(crate) struct Kept<'s> {
    stdin: &'s mut dyn std::io::Read,
    kept: std::fs::File,
}

impl<'s> Kept<'s> {
    pub(crate) fn new(stdin: &'s mut dyn std::io::Read) -> std::io::Result<Self> {
        Ok(Self { stdin, kept: tempfile::tempfile()? })
    }

    /// What was read, from its beginning.
    pub(crate) fn again(mut self) -> std::io::Result<std::fs::File> {
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
