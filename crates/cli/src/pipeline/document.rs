//! One piece of work to rows and findings.

use std::collections::{BTreeMap, BTreeSet};

use huizong_core::set::{Entry, add_severity};
use huizong_core::{Contribution, Origins, Reading, Source, Subject, Traits, check, notice, rules};
use huizong_forms::json::Part;
use huizong_forms::{Kind, Options, Read, Shown, container_of, decode, json, kind_of};
use huizong_report::terminal::Excerpt;
use huizong_schema::findings::{Arg, Args, Finding, Message, Place};
use huizong_schema::{Evaluation, Pointer, Problem, ProblemKind, parse_bytes};
use twox_hash::XxHash3_128;

use super::blocks::{Piece, Reason, split};
use super::{Batch, Job};

/// Judges the documents of a piece of work, and gives back the buffer of its lines.
pub(super) fn judge(piece: Piece, job: &Job<'_>, batch: &mut Batch) -> Option<Vec<u8>> {
    match piece {
        Piece::File { id, bytes, numbered } => file(&id, &bytes, numbered, job, batch),
        Piece::Lines { id, first_number, first_line, bytes } => {
            let mut number = first_number;
            for (index, line) in split(&bytes).enumerate() {
                let text = line.trim_ascii_end();
                if text.is_empty() {
                    continue;
                }
                let at = first_line.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
                json_document(
                    &format!("{id}#{number}"),
                    &id,
                    text,
                    Begins { line: at, column: 1 },
                    job,
                    batch,
                );
                number += 1;
            }
            return Some(bytes);
        }
        Piece::LongLine { id, number, line } => {
            let problem = Problem { kind: ProblemKind::TooLong, pointer: Pointer::root(), offset: 0 };
            let mut read = Read::nothing(Source::Json);
            read.reading.problems.push(problem);
            read.origins.note(Pointer::root(), Place::Text { line, column: 1 });
            finish(&format!("{id}#{number}"), &id, read, None, 0, job, batch);
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
            batch.notices.push(notice("not-readable", Some(&id), args, true));
        }
    }
    None
}

/// A whole file. Its documents are `numbered` if there are several, and else only if that is asked for.
fn file(id: &str, bytes: &[u8], numbered: bool, job: &Job<'_>, batch: &mut Batch) {
    if let Some(container) = container_of(bytes) {
        let args = Args::from([("reason", Arg::Text(container.to_owned()))]);
        batch.notices.push(notice("not-readable", Some(id), args, true));
        return;
    }
    let decoded = decode(bytes);
    if matches!(kind_of(id, &decoded.text), Kind::Json | Kind::Ndjson)
        && decoded.bad == 0
        && !decoded.text.trim().is_empty()
    {
        let parts = json::split(&decoded.text);
        let several = numbered || parts.len() > 1;
        for (index, part) in parts.into_iter().enumerate() {
            let document = if several { format!("{id}#{}", index + 1) } else { id.to_owned() };
            let begins = Begins { line: part.line, column: part.column };
            json_document(&document, id, part.text.as_bytes(), begins, job, batch);
        }
        return;
    }
    let options = Options { profile: job.profile, ..Options::default() };
    let contents = huizong_forms::read(bytes, id, &options);
    let several = numbered || contents.documents.len() > 1;
    for (index, read) in contents.documents.into_iter().enumerate() {
        let document = if several { format!("{id}#{}", index + 1) } else { id.to_owned() };
        // The same form saved with other line ends is the same document.
        let digest = XxHash3_128::oneshot(&serde_json::to_vec(&read.draft).unwrap_or_default());
        finish(&document, id, read, Some(&contents.shown), digest, job, batch);
    }
}

/// The place in its file at which a document's text begins.
#[derive(Clone, Copy)]
struct Begins {
    line: u32,
    column: u32,
}

/// One JSON document: the strict parse first, and only if that refuses, the way that explains.
fn json_document(document: &str, file: &str, bytes: &[u8], begins: Begins, job: &Job<'_>, batch: &mut Batch) {
    let digest = XxHash3_128::oneshot(bytes.trim_ascii());
    let Begins { line, column } = begins;
    if let Ok(evaluation) = parse_bytes(bytes) {
        let subject =
            Subject { draft: &evaluation, reading: &SOUND, traits: &TRAITS, settings: &job.settings };
        let mut findings = check(rules::ALL, document, &subject, &mut batch.tally, &mut batch.notices);
        if !findings.is_empty() {
            let text = std::str::from_utf8(bytes).unwrap_or_default();
            locate(Part { text, line, column }, file, Origins::default(), &mut findings, job, batch);
        }
        let entry = Entry::new(document.to_owned(), &evaluation, digest);
        batch.entries.push(complete(entry, Some(&evaluation), &findings));
        batch.findings.extend(findings);
        return;
    }
    let decoded = decode(bytes);
    let part = Part { text: &decoded.text, line, column };
    let mut read = json::document(part);
    read.reading.undecodable = decoded.bad;
    let subject =
        Subject { draft: &read.draft, reading: &read.reading, traits: &read.traits, settings: &job.settings };
    let mut findings = check(rules::ALL, document, &subject, &mut batch.tally, &mut batch.notices);
    locate(part, file, read.origins, &mut findings, job, batch);
    let entry = Entry::new(document.to_owned(), &read.draft, digest);
    let finished = read.reading.problems.is_empty().then(|| read.draft.finish().ok()).flatten();
    batch.entries.push(complete(entry, finished.as_ref(), &findings));
    batch.findings.extend(findings);
}

static SOUND: Reading = Reading {
    source: Source::Json,
    problems: Vec::new(),
    refused: BTreeSet::new(),
    unreadable: BTreeMap::new(),
    misplaced: Vec::new(),
    unclaimed: Vec::new(),
    unit_unclear: false,
    placeholders: Vec::new(),
    title: None,
    undecodable: 0,
};
static TRAITS: Traits =
    Traits { completion_base: huizong_core::CompletionBase::Adjusted, sources_are_complete: false };

/// Joins places of a JSON text to findings, and lines if they are asked for.
fn locate(
    part: Part<'_>,
    file: &str,
    mut origins: Origins,
    findings: &mut [Finding],
    job: &Job<'_>,
    batch: &mut Batch,
) {
    let related = findings.iter().flat_map(|finding| finding.related.iter().map(|related| &related.pointer));
    json::locate(part, findings.iter().map(|finding| &finding.pointer).chain(related), &mut origins);
    origins.join(file, findings);
    let shown = job.excerpts.then(|| Shown::text(part.text.to_owned()));
    let begins = Begins { line: part.line, column: part.column };
    for finding in findings.iter() {
        batch.excerpts.push(shown.as_ref().and_then(|shown| excerpt(shown, finding, begins)));
    }
}

/// The line around a finding, of a text that begins at a place of its file.
fn excerpt(shown: &Shown, finding: &Finding, begins: Begins) -> Option<Excerpt> {
    let place = match finding.location.as_ref()?.place()? {
        Place::Text { line, column } if line == begins.line => {
            Place::Text { line: 1, column: (column + 1).checked_sub(begins.column)? }
        }
        Place::Text { line, column } => Place::Text { line: (line + 1).checked_sub(begins.line)?, column },
        place => place,
    };
    let (line, span, number) = shown.excerpt(&place)?;
    Some(Excerpt { line, span, number: number.map(|number| number + begins.line - 1) })
}

/// Judges a document that a reader of forms made.
fn finish(
    document: &str,
    file: &str,
    read: Read,
    shown: Option<&Shown>,
    digest: u128,
    job: &Job<'_>,
    batch: &mut Batch,
) {
    for mut notice in read.notices {
        notice.document = Some(document.to_owned());
        if let Some(location) = &mut notice.location {
            file.clone_into(&mut location.file);
        }
        batch.notices.push(notice);
    }
    let subject =
        Subject { draft: &read.draft, reading: &read.reading, traits: &read.traits, settings: &job.settings };
    let mut findings = check(rules::ALL, document, &subject, &mut batch.tally, &mut batch.notices);
    read.origins.join(file, &mut findings);
    for finding in &findings {
        let shown = shown.filter(|_| job.excerpts);
        batch.excerpts.push(shown.and_then(|shown| excerpt(shown, finding, Begins { line: 1, column: 1 })));
    }
    let known = Entry::new(document.to_owned(), &read.draft, digest);
    let finished = read.draft.finish().ok();
    batch.entries.push(complete(known, finished.as_ref(), &findings));
    batch.findings.extend(findings);
}

/// Decides whether a document counts by itself: it must be finished and whole.
fn complete(mut entry: Entry, finished: Option<&Evaluation<'_>>, findings: &[Finding]) -> Entry {
    for finding in findings {
        add_severity(&mut entry.findings, finding.severity);
    }
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
