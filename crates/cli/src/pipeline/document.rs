//! One piece of work to rows and findings.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use huizong_core::set::Entry;
use huizong_core::{Contribution, Origins, Reading, Source, Subject, Traits, check, notice, rules};
use huizong_forms::profile::Profile;
use huizong_forms::{Contents, Decoded, FileKind, Options, Read, Shown, decode, is_container, json, kind_of};
use huizong_schema::findings::{Arg, Args, Finding, Message, Notice, Place};
use huizong_schema::{Draft, Evaluation, Pointer, Problem, ProblemKind, parse};
use twox_hash::XxHash3_128;

use super::blocks::{Piece, Reason, split};
use super::desk::{Ask, Begins, Desk, Places, Sent, Within};
use super::{Batch, Job};

/// Judges the documents of a piece of work, and gives back the buffer of its lines; `ask` asks the plugins
/// about them, who are sent what `sent` is filled with.
pub(super) fn judge(
    piece: Piece,
    job: &Job<'_>,
    sent: &mut Sent,
    ask: &mut Ask<'_>,
) -> (Batch, Option<Vec<u8>>) {
    let mut work = Batch::new();
    let mut buffer = None;
    match piece {
        Piece::File { id, bytes, numbered } => file(&id, &bytes, numbered, job, &mut work, sent, ask),
        Piece::Lines { id, first_number, first_line, bytes } => {
            let mut desk = Desk::new(job, &mut work, sent, ask);
            let mut number = first_number;
            for (index, line) in split(&bytes).enumerate() {
                let text = line.trim_ascii_end();
                if text.is_empty() {
                    continue;
                }
                let at = first_line.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
                let begins = Begins { line: at, column: 1 };
                json_document(format!("{id}#{number}"), &id, text, begins, &mut desk);
                number += 1;
            }
            desk.clear();
            buffer = Some(bytes);
        }
        Piece::LongLine { id, number, line } => {
            let problem = Problem { kind: ProblemKind::TooLong, pointer: Pointer::root(), offset: 0 };
            let mut read = Read::nothing(Source::Json);
            read.reading.problems.push(problem);
            read.origins.note(Pointer::root(), Place::Text { line, column: 1 });
            let mut desk = Desk::new(job, &mut work, sent, ask);
            form(format!("{id}#{number}"), &id, read, None, 0, &mut desk);
            desk.clear();
        }
        Piece::Unreadable { id, reason } => {
            let reason = match reason {
                Reason::Io(error) => crate::exit::reason(&error),
                Reason::TooLarge => {
                    let largest = super::blocks::LARGEST >> 20;
                    Message { zh: format!("超过 {largest} MiB"), en: format!("larger than {largest} MiB") }
                }
            };
            let args = Args::from([("reason", Arg::Words(reason))]);
            work.notices.push(notice("not-readable", Some(&id), args, true));
        }
    }
    (work, buffer)
}

/// A whole file. Its documents are `numbered` if there are several, and else only if that is asked for.
fn file(
    id: &str,
    bytes: &[u8],
    numbered: bool,
    job: &Job<'_>,
    work: &mut Batch,
    sent: &mut Sent,
    ask: &mut Ask<'_>,
) {
    let contents = match open(id, bytes, job.profile) {
        Opened::Json(text) => {
            let parts = json::split(&text);
            let several = numbered || parts.len() > 1;
            let mut desk = Desk::new(job, work, sent, ask);
            for (index, part) in parts.into_iter().enumerate() {
                let begins = Begins { line: part.line, column: part.column };
                json_document(named(id, several, index), id, part.text.as_bytes(), begins, &mut desk);
            }
            desk.clear();
            return;
        }
        Opened::Forms(contents) => contents,
    };
    work.notices.extend(contents.notices.into_iter().map(|notice| about(notice, id, id)));
    let several = numbered || contents.documents.len() > 1;
    let mut desk = Desk::new(job, work, sent, ask);
    for (index, read) in contents.documents.into_iter().enumerate() {
        // The same form saved with other line ends is the same document.
        let digest = XxHash3_128::oneshot(&serde_json::to_vec(&read.draft).unwrap_or_default());
        form(named(id, several, index), id, read, Some(&contents.shown), digest, &mut desk);
    }
    desk.clear();
}

/// A file's id, with a number behind it where there are several documents in it.
pub(super) fn named(id: &str, several: bool, index: usize) -> String {
    if several { format!("{id}#{}", index + 1) } else { id.to_owned() }
}

/// What a whole file is.
pub(super) enum Opened {
    /// JSON texts.
    Json(String),
    /// Forms.
    Forms(Contents),
}

pub(super) fn open(id: &str, bytes: &[u8], profile: Option<&Profile>) -> Opened {
    let decoded = (!is_container(bytes)).then(|| decode(bytes));
    let is_json = |decoded: &Decoded| {
        matches!(kind_of(id, &decoded.text), FileKind::Json | FileKind::Ndjson)
            && decoded.bad == 0
            && !decoded.text.trim().is_empty()
    };
    match decoded.filter(is_json) {
        Some(decoded) => Opened::Json(decoded.text),
        None => Opened::Forms(huizong_forms::read(bytes, id, &Options { profile, ..Options::default() })),
    }
}

/// A notice of a reader, which leaves blank what it is about: a document, or a file as a whole.
pub(crate) fn about(mut notice: Notice, document: &str, file: &str) -> Notice {
    notice.document = Some(document.to_owned());
    if let Some(location) = &mut notice.location {
        file.clone_into(&mut location.file);
    }
    notice
}

/// One JSON document: the strict parse first, and only if that refuses, the way that explains.
fn json_document<'t>(
    document: String,
    file: &'t str,
    bytes: &'t [u8],
    begins: Begins,
    desk: &mut Desk<'_, 't>,
) {
    let digest = XxHash3_128::oneshot(bytes.trim_ascii());
    // Checked for UTF-8 once; the standard library's way costs as much as reading the document does.
    let text = simdutf8::basic::from_utf8(bytes).unwrap_or_default();
    if let Ok(evaluation) = parse(text) {
        let read = Judgeable { draft: &evaluation, reading: &SOUND, traits: &TRAITS };
        let findings = read.judge(&document, desk);
        let entry = complete(Entry::new(document, &evaluation, digest), Some(&evaluation), &findings);
        let within = Within::Json { text: Cow::Borrowed(text), begins, is_sound: true };
        let places = Places { file, origins: Origins::default(), within };
        desk.put_text(entry, findings, places, &evaluation);
        return;
    }
    let decoded = decode(bytes);
    let part = json::Part { text: &decoded.text, line: begins.line, column: begins.column };
    let mut read = json::document(part);
    read.reading.undecodable = decoded.bad;
    let is_whole = read.reading.problems.is_empty();
    let within = Within::Json { text: Cow::Owned(decoded.text), begins, is_sound: false };
    draft(document, file, read, is_whole, within, digest, desk);
}

/// A document that a reader of forms made.
fn form<'t>(
    document: String,
    file: &'t str,
    mut read: Read,
    shown: Option<&'t Shown>,
    digest: u128,
    desk: &mut Desk<'_, 't>,
) {
    let notices = std::mem::take(&mut read.notices).into_iter();
    desk.work.notices.extend(notices.map(|notice| about(notice, &document, file)));
    draft(document, file, read, true, Within::Form(shown), digest, desk);
}

/// A document that may lack members; one that is not whole does not count even if none is missing.
fn draft<'t>(
    document: String,
    file: &'t str,
    read: Read,
    is_whole: bool,
    within: Within<'t>,
    digest: u128,
    desk: &mut Desk<'_, 't>,
) {
    let subject = Judgeable { draft: &read.draft, reading: &read.reading, traits: &read.traits };
    let findings = subject.judge(&document, desk);
    let known = Entry::new(document, &read.draft, digest);
    let places = Places { file, origins: read.origins, within };
    let finished =
        if is_whole { read.draft.finish().map_err(|unfinished| unfinished.draft) } else { Err(read.draft) };
    let entry = complete(known, finished.as_ref().ok(), &findings);
    desk.put_whole(entry, findings, places, finished);
}

/// What the rules are given of a document, but for the settings.
struct Judgeable<'s> {
    draft: &'s Draft<'s>,
    reading: &'s Reading,
    traits: &'s Traits,
}

impl Judgeable<'_> {
    fn judge(&self, document: &str, desk: &mut Desk<'_, '_>) -> Vec<Finding> {
        let Self { draft, reading, traits } = *self;
        let subject = Subject { draft, reading, traits, settings: &desk.job.settings };
        check(rules::ALL, document, &subject, &mut desk.work.tally, &mut desk.work.notices)
    }
}

static SOUND: Reading = Reading {
    source: Source::Json,
    problems: Vec::new(),
    refused: BTreeSet::new(),
    unreadable: BTreeMap::new(),
    misplaced: Vec::new(),
    unclaimed: Vec::new(),
    stale: Vec::new(),
    unit_unclear: false,
    placeholders: Vec::new(),
    title: None,
    undecodable: 0,
};
static TRAITS: Traits =
    Traits { completion_base: huizong_core::CompletionBase::Adjusted, sources_are_complete: false };

/// Decides whether a document counts by itself: it must be finished and whole.
fn complete(mut entry: Entry, finished: Option<&Evaluation<'_>>, findings: &[Finding]) -> Entry {
    match finished {
        Some(evaluation) => entry.contribution = Some(Contribution::of(evaluation)),
        None => {
            // The finding that says why stands among the first of its kind.
            let why =
                ["malformed-json", "not-a-form", "schema-violation", "duplicate-member", "figure-missing"];
            let rule = why.into_iter().find(|rule| findings.iter().any(|finding| finding.rule == *rule));
            entry.excluded = Some(rule.unwrap_or("figure-unreadable").into());
        }
    }
    entry
}
