//! Writes partials.

use std::collections::BTreeMap;
use std::io::{self, Write};

use huizong_core::{Entry, file_of, kept};
use huizong_schema::consolidation::Note;
use huizong_schema::findings::{Finding, Notice};
use huizong_schema::partial::{PartialEnd, PartialHead, PartialInput, PartialLine, PartialPlugin};
use huizong_schema::receipt::InputUsed;
use serde_json::value::RawValue;

use super::{Contents, Partial};
use crate::pipeline::Collected;

/// Writes the partial of documents that were read and checked.
///
/// `skipped` notices are not written: those of plugins and lists, which every run has.
///
/// # Errors
///
/// Returns an error if `out` does, or if what a plugin reads for the set was lost.
pub fn write(
    out: &mut dyn Write,
    head: PartialHead,
    of: &Collected<'_>,
    inputs: &[InputUsed],
    skipped: usize,
    contents: &Contents,
) -> io::Result<()> {
    let mut lines = Lines { out, hasher: blake3::Hasher::new() };
    lines.write(&PartialLine::Partial(head))?;
    let entries = &of.rows.entries;
    let mut sent: Vec<_> = Vec::new();
    for runner in of.runners.each() {
        sent.push((runner, runner.kept()?.into_iter().peekable()));
    }
    let notices = of.rows.notices.get(skipped..).unwrap_or_default();
    let mut of_inputs: Vec<Vec<Note>> = vec![Vec::new(); inputs.len()];
    let mut others = Vec::new();
    let places: BTreeMap<&str, usize> =
        inputs.iter().enumerate().map(|(at, input)| (&*input.id, at)).collect();
    for notice in notices {
        let id = notice.document.as_deref().unwrap_or_default();
        let place = places.get(id).or_else(|| places.get(file_of(id)));
        place.map_or(&mut others, |at| &mut of_inputs[*at]).push(Note::from(notice));
    }
    let (mut rest, mut findings) = (&entries[..], &of.rows.findings[..]);
    for (input, notices) in inputs.iter().zip(of_inputs) {
        lines.write(&PartialLine::Input(PartialInput { input: input.clone(), notices }))?;
        let count = rest.iter().take_while(|entry| is_of(&entry.document, &input.id)).count();
        for entry in &rest[..count] {
            let number = entries.len() - rest.len();
            rest = &rest[1..];
            let mut document = kept::keep(entry, findings_of(entry, &mut findings));
            for (runner, kept) in &mut sent {
                if let Some((_, bytes)) = kept.next_if(|(of, _)| *of == number) {
                    let text = String::from_utf8(bytes.into_owned()).map_err(io::Error::other)?;
                    let value = RawValue::from_string(text).map_err(io::Error::other)?;
                    document.plugins.insert(runner.id().to_owned(), value);
                }
            }
            document.contents = contents.get(&document.id).cloned();
            lines.write(&PartialLine::Document(document))?;
        }
    }
    let plugin = |runner: &huizong_plugin_host::Runner<'_>| {
        let (failures, notices) = runner.so_far();
        let notices = notices.iter().map(Note::from).collect();
        PartialPlugin { id: runner.id().to_owned(), failures, notices }
    };
    let end = PartialEnd {
        documents: entries.len() as u64,
        notices: others,
        plugins: of.runners.each().iter().map(plugin).collect(),
        blake3: lines.hasher.finalize().to_hex().to_string(),
    };
    lines.write(&PartialLine::End(end))
}

/// Writes a partial that was read or joined.
///
/// # Errors
///
/// Returns an error if `out` does.
pub fn write_again(out: &mut dyn Write, partial: &Partial) -> io::Result<()> {
    let mut lines = Lines { out, hasher: blake3::Hasher::new() };
    lines.write(&PartialLine::Partial(partial.head.clone()))?;
    for (input, documents) in &partial.inputs {
        lines.write(&PartialLine::Input(input.clone()))?;
        documents.iter().try_for_each(|document| lines.write(&PartialLine::Document(document.clone())))?;
    }
    let blake3 = lines.hasher.finalize().to_hex().to_string();
    lines.write(&PartialLine::End(PartialEnd { blake3, ..partial.end.clone() }))
}

/// Whether a document is of an input.
fn is_of(id: &str, input: &str) -> bool {
    let number = |rest: &str| rest.strip_prefix('#').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    id.strip_prefix(input).is_some_and(|rest| rest.is_empty() || number(rest))
}

/// The findings of a document, which come first among those that are left.
fn findings_of<'f>(entry: &Entry, rest: &mut &'f [Finding]) -> &'f [Finding] {
    let is_its = |finding: &&Finding| finding.document.as_ref() == Some(&entry.document);
    let count = rest.iter().take_while(is_its).count();
    let (its, others) = rest.split_at(count);
    *rest = others;
    its
}

/// Writes lines and takes their digest.
struct Lines<'o> {
    out: &'o mut dyn Write,
    hasher: blake3::Hasher,
}

impl Lines<'_> {
    fn write(&mut self, line: &PartialLine) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.hasher.update(&text);
        self.out.write_all(&text)
    }
}

/// Restores notices.
pub(super) fn notices(notes: Vec<Note>) -> impl Iterator<Item = Notice> {
    notes.into_iter().map(Notice::from)
}
