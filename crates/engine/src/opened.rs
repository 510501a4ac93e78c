//! The documents of a file, or of some of its lines.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use huizong_core::counting::count_alone;
use huizong_core::{
    DocumentDigest, Entry, InputKind, Origins, Reading, RuleInput, Tally, Traits, check, rules,
};
use huizong_forms::{Read, Shown, decode_json_part, json};
use huizong_schema::findings::{Notice, Place};
use huizong_schema::{Draft, Evaluation, Pointer, Problem, ProblemKind, parse};
use twox_hash::XxHash3_128;

use crate::document::{Begins, Body, Checked, Import, Judged, Locate, Source, SourceText};
use crate::options::Options;

/// The contents of a file, or of some of its lines, before its documents are checked.
///
/// [`read`](crate::read) is simpler. This is for those who read in blocks and on several threads, and keep only what they
/// need of each document.
#[derive(Debug)]
pub struct Opened<'b> {
    name: &'b str,
    contents: Contents<'b>,
    /// Whether documents have a number even if there is only one.
    numbered: bool,
    /// Whether copies of JSON documents are told by their members, not by their bytes. Those of forms always are.
    by_members: bool,
    notices: Vec<Notice>,
}

#[derive(Debug)]
enum Contents<'b> {
    /// JSON documents in one text.
    Json(Cow<'b, str>),
    /// A JSON document a line.
    Lines { bytes: &'b [u8], first_number: u64, first_line: u32 },
    /// A line that is too long to be read.
    LongLine { number: u64, line: u32 },
    /// Forms.
    Forms { documents: Vec<Read>, shown: Shown },
}

impl<'b> Opened<'b> {
    /// Opens a whole file. Never fails: what cannot be read is a notice, or a document with a finding that says so.
    ///
    /// `numbered` says that the documents' ids have a number even if there is only one document.
    pub fn file(name: &'b str, bytes: &'b [u8], numbered: bool, options: &Options) -> Self {
        let profile = options.profile_to_read();
        let options = huizong_forms::Options { profile, ..Default::default() };
        let huizong_forms::Contents { documents, shown, notices } =
            match huizong_forms::open(bytes, name, &options) {
                huizong_forms::Opened::Json(text) => {
                    let contents = Contents::Json(text);
                    return Self { name, contents, numbered, by_members: true, notices: Vec::new() };
                }
                huizong_forms::Opened::Forms(contents) => contents,
            };
        let notices = notices.into_iter().map(|notice| about(notice, name, name)).collect();
        let contents = Contents::Forms { documents, shown };
        Self { name, contents, numbered, by_members: true, notices }
    }

    /// Opens whole lines of a file, each a JSON document. Numbers and lines count from 1 and go on across blocks.
    pub fn lines(name: &'b str, bytes: &'b [u8], first_number: u64, first_line: u32) -> Self {
        let contents = Contents::Lines { bytes, first_number, first_line };
        Self { name, contents, numbered: true, by_members: true, notices: Vec::new() }
    }

    /// Has copies of JSON documents told by their bytes, which is quick, for documents that can be read again where bytes differ: see
    /// [`Round::settle_with`](crate::Round::settle_with).
    #[must_use]
    pub fn by_bytes(self) -> Self {
        Self { by_members: false, ..self }
    }

    /// Stands for one line of a file that is longer than is read.
    pub fn long_line(name: &'b str, number: u64, line: u32) -> Self {
        let contents = Contents::LongLine { number, line };
        Self { name, contents, numbered: true, by_members: true, notices: Vec::new() }
    }

    /// Returns the notices about the file as a whole.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Checks every document, in the order of the file. `tally` counts how each rule ends.
    pub fn check<'c>(&'c mut self, options: &Options, tally: &mut Tally, mut take: impl FnMut(Checked<'c>)) {
        let Self { name, contents, numbered, by_members, .. } = self;
        let mut judge = Judge { file: name, options, tally };
        let digest = if *by_members { members_digest } else { bytes_digest };
        match contents {
            Contents::Json(text) => {
                // Most files are one document.
                if text.starts_with('{') {
                    let id = numbered_id(name, *numbered, 0);
                    let begins = Begins { line: 1, column: 1 };
                    if let Ok(document) = judge.sound(id, text.trim_end_matches(JSON_SPACE), begins, digest) {
                        return take(document);
                    }
                }
                for (id, text, begins) in json_documents(name, text, *numbered) {
                    take(judge.json(id, text.as_bytes(), begins, digest));
                }
            }
            Contents::Lines { bytes, first_number, first_line } => {
                for (id, text, begins) in line_documents(name, bytes, *first_number, *first_line) {
                    take(judge.json(id, text, begins, digest));
                }
            }
            Contents::LongLine { number, line } => {
                let problem = Problem { kind: ProblemKind::TooLong, pointer: Pointer::root(), offset: 0 };
                let mut read = Read::nothing(InputKind::Json);
                read.reading.problems.push(problem);
                read.origins.note(Pointer::root(), Place::Text { line: *line, column: 1 });
                take(judge.form(format!("{name}#{number}"), read, None, DocumentDigest::members(0)));
            }
            Contents::Forms { documents, shown } => {
                let several = *numbered || documents.len() > 1;
                for (index, read) in documents.drain(..).enumerate() {
                    let digest = members_digest(&read.draft, &[]);
                    take(judge.form(numbered_id(name, several, index), read, Some(shown), digest));
                }
            }
        }
    }

    /// Reads the finished documents among those `wanted`, by id, without checking them. With each comes a function that
    /// returns the places of its members.
    pub fn finished(
        &mut self,
        wanted: &BTreeSet<&str>,
        take: &mut dyn FnMut(&str, &Evaluation<'_>, &mut Locate<'_>),
    ) {
        let Self { name, contents, numbered, .. } = self;
        let mut take_text = |id: &str, bytes: &[u8], begins: Begins| {
            let text = match simdutf8::basic::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => Cow::Owned(decode_json_part(bytes).text),
            };
            // What is finished passes the strict parse.
            let Ok(evaluation) = parse(&text) else { return };
            let text = SourceText::Json { text: Cow::Borrowed(&text), begins, is_sound: true };
            let mut source = Source { file: Cow::Borrowed(*name), origins: Origins::default(), text };
            take(id, &evaluation, &mut |pointers| source.locations(pointers));
        };
        match contents {
            Contents::Json(text) => json_documents(name, text, *numbered)
                .filter(|(id, ..)| wanted.contains(&**id))
                .for_each(|(id, text, begins)| take_text(&id, text.as_bytes(), begins)),
            Contents::Lines { bytes, first_number, first_line } => {
                line_documents(name, bytes, *first_number, *first_line)
                    .filter(|(id, ..)| wanted.contains(&**id))
                    .for_each(|(id, text, begins)| take_text(&id, text, begins));
            }
            Contents::LongLine { .. } => {}
            Contents::Forms { documents, .. } => {
                let several = *numbered || documents.len() > 1;
                for (index, read) in documents.drain(..).enumerate() {
                    let id = numbered_id(name, several, index);
                    if !wanted.contains(&*id) {
                        continue;
                    }
                    let text = SourceText::Form(None);
                    let mut source = Source { file: Cow::Borrowed(*name), origins: read.origins, text };
                    if let Ok(evaluation) = read.draft.finish() {
                        take(&id, &evaluation, &mut |pointers| source.locations(pointers));
                    }
                }
            }
        }
    }

    /// Returns the digests of the members of the documents `wanted`, by id, where they were told by their bytes.
    pub fn members_digests(&self, wanted: &BTreeSet<&str>) -> BTreeMap<String, u128> {
        let mut found = BTreeMap::new();
        let mut take = |id: String, bytes: &[u8]| {
            if !wanted.contains(&*id) {
                return;
            }
            // What counts passes the strict parse.
            let text = simdutf8::basic::from_utf8(bytes).unwrap_or_default();
            if let Ok(evaluation) = parse(text) {
                found.insert(id, hash_of_members(&evaluation));
            }
        };
        match &self.contents {
            Contents::Json(text) => json_documents(self.name, text, self.numbered)
                .for_each(|(id, text, _)| take(id, text.as_bytes())),
            Contents::Lines { bytes, first_number, first_line } => {
                line_documents(self.name, bytes, *first_number, *first_line)
                    .for_each(|(id, text, _)| take(id, text));
            }
            Contents::LongLine { .. } | Contents::Forms { .. } => {}
        }
        found
    }

    /// Returns what the file shows, once its documents are checked.
    pub(crate) fn into_shown(self) -> Option<Shown> {
        match self.contents {
            Contents::Json(text) => Some(Shown::text(text.into_owned())),
            Contents::Forms { shown, .. } => Some(shown),
            Contents::Lines { .. } | Contents::LongLine { .. } => None,
        }
    }
}

/// The white space of JSON. What else ends a text is not part of a document, and is refused.
const JSON_SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// The documents of a JSON text: id, text and where it begins.
fn json_documents<'t>(
    name: &str,
    text: &'t str,
    numbered: bool,
) -> impl Iterator<Item = (String, &'t str, Begins)> {
    let parts = json::split(text);
    let several = numbered || parts.len() > 1;
    parts.into_iter().enumerate().map(move |(index, part)| {
        let begins = Begins { line: part.line, column: part.column };
        (numbered_id(name, several, index), part.text, begins)
    })
}

/// The documents of whole lines. Blank lines are not documents.
fn line_documents<'t>(
    name: &str,
    bytes: &'t [u8],
    first_number: u64,
    first_line: u32,
) -> impl Iterator<Item = (String, &'t [u8], Begins)> {
    let trimmed = |text: &'t [u8]| {
        let end = text.iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1);
        &text[..end]
    };
    let lines = lines_of(bytes).zip(first_line..).map(move |(text, line)| (trimmed(text), line));
    lines
        .filter(|(text, _)| !text.is_empty())
        .zip(first_number..)
        .map(move |((text, line), number)| (format!("{name}#{number}"), text, Begins { line, column: 1 }))
}

/// Whether a line has white space alone, and so is no document.
pub fn is_blank(line: &[u8]) -> bool {
    line.iter().copied().all(is_space)
}

fn is_space(byte: u8) -> bool {
    JSON_SPACE.contains(&char::from(byte))
}

/// Returns the lines of some bytes, without their line breaks.
pub fn lines_of(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        Some(line)
    })
}

/// Returns the id of a document: the file's, with a number after it where the file holds several.
fn numbered_id(name: &str, several: bool, index: usize) -> String {
    if several { format!("{name}#{}", index + 1) } else { name.to_owned() }
}

/// Returns the digest of a document.
type DigestOf = fn(&Draft<'_>, &[u8]) -> DocumentDigest;

fn members_digest(draft: &Draft<'_>, _: &[u8]) -> DocumentDigest {
    DocumentDigest::members(hash_of_members(draft))
}

fn hash_of_members(draft: &Draft<'_>) -> u128 {
    XxHash3_128::oneshot(&serde_json::to_vec(draft).unwrap_or_default())
}

fn bytes_digest(_: &Draft<'_>, bytes: &[u8]) -> DocumentDigest {
    DocumentDigest::bytes(XxHash3_128::oneshot(bytes.trim_ascii()))
}

/// Completes a reader's notice, which leaves open what it is about: a document, or a file as a whole.
pub(crate) fn about(mut notice: Notice, document: &str, file: &str) -> Notice {
    notice.document = Some(document.to_owned());
    if let Some(location) = &mut notice.location {
        file.clone_into(&mut location.file);
    }
    notice
}

/// Checks documents of one file.
struct Judge<'j, 't> {
    file: &'t str,
    options: &'j Options,
    tally: &'j mut Tally,
}

impl<'t> Judge<'_, 't> {
    /// One JSON document: the strict parse first, and only if that refuses, the way that explains.
    fn json(&mut self, id: String, bytes: &'t [u8], begins: Begins, digest: DigestOf) -> Checked<'t> {
        // Checked for UTF-8 once; the standard library's way costs as much as reading the document does.
        let text = simdutf8::basic::from_utf8(bytes).unwrap_or_default();
        let id = match self.sound(id, text, begins, digest) {
            Ok(document) => return document,
            Err(id) => id,
        };
        let decoded = decode_json_part(bytes);
        let part = json::Part { text: &decoded.text, line: begins.line, column: begins.column };
        let mut read = json::document(part);
        if decoded.bad > 0 {
            read.not_decodable(&decoded, part);
        }
        let is_whole = read.reading.problems.is_empty();
        let text = SourceText::Json { text: Cow::Owned(decoded.text), begins, is_sound: false };
        let digest = digest(&read.draft, bytes);
        self.read(id, read, is_whole, text, digest)
    }

    /// A JSON document that the strict parse accepts; gives the id back for one that it does not.
    fn sound(
        &mut self,
        id: String,
        text: &'t str,
        begins: Begins,
        digest: DigestOf,
    ) -> Result<Checked<'t>, String> {
        let Ok(evaluation) = parse(text) else { return Err(id) };
        let digest = digest(&evaluation, text.as_bytes());
        let judged = self.judge(id, &evaluation, &SOUND, TRAITS, Some(&evaluation), digest);
        let text = SourceText::Json { text: Cow::Borrowed(text), begins, is_sound: true };
        let source = Source { file: Cow::Borrowed(self.file), origins: Origins::default(), text };
        Ok(Checked::new(judged, Body::Parsed(evaluation), source, None))
    }

    /// A document that a reader of forms made.
    fn form(
        &mut self,
        id: String,
        read: Read,
        shown: Option<&'t Shown>,
        digest: DocumentDigest,
    ) -> Checked<'t> {
        self.read(id, read, true, SourceText::Form(shown), digest)
    }

    /// A document that may lack members. If it is not whole, it is unfinished even if no member is missing.
    fn read(
        &mut self,
        id: String,
        read: Read,
        is_whole: bool,
        text: SourceText<'t>,
        digest: DocumentDigest,
    ) -> Checked<'t> {
        let Read { draft, reading, traits, profile, origins, notes, notices } = read;
        // Where bytes were lost, nothing is known for certain.
        let body = if is_whole && reading.undecodable == 0 {
            draft.finish().map_or_else(|unfinished| Body::Unfinished(unfinished.draft), Body::Finished)
        } else {
            Body::Unfinished(draft)
        };
        let (draft, finished): (&Draft<'_>, _) = match &body {
            Body::Parsed(evaluation) | Body::Finished(evaluation) => (evaluation, Some(evaluation)),
            Body::Unfinished(draft) => (draft, None),
        };
        let mut judged = self.judge(id, draft, &reading, traits, finished, digest);
        let notices = notices.into_iter().map(|notice| about(notice, &judged.entry.document, self.file));
        judged.notices = notices.chain(std::mem::take(&mut judged.notices)).collect();
        let source = Source { file: Cow::Borrowed(self.file), origins, text };
        Checked::new(judged, body, source, Some(Box::new(Import { reading, profile, notes })))
    }

    fn judge(
        &mut self,
        id: String,
        draft: &Draft<'_>,
        reading: &Reading,
        traits: Traits,
        finished: Option<&Evaluation<'_>>,
        digest: DocumentDigest,
    ) -> Judged {
        let input = RuleInput { draft, reading, traits: &traits, settings: &self.options.document };
        let mut notices = Vec::new();
        let findings = check(rules::ALL, &id, &input, self.tally, &mut notices);
        let mut entry = Entry::new(id, draft, digest);
        entry.on_template = matches!(reading.source, InputKind::Form).then_some(reading.on_template);
        count_alone(rules::ALL, &mut entry, finished, &findings);
        Judged { entry, findings, notices }
    }
}

/// A reader's observations of a document that the strict parse accepts: none.
static SOUND: Reading = Reading {
    source: InputKind::Json,
    problems: Vec::new(),
    refused: BTreeSet::new(),
    unreadable: BTreeMap::new(),
    misplaced: Vec::new(),
    lone: Vec::new(),
    unclaimed: Vec::new(),
    stale: Vec::new(),
    unit_unclear: false,
    placeholders: Vec::new(),
    title: None,
    undecodable: 0,
    on_template: false,
};
const TRAITS: Traits =
    Traits { completion_base: huizong_core::CompletionBase::Adjusted, sources_are_complete: false };
