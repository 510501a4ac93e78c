//! Keeps documents in partials, and writes those.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use huizong_core::{Entry, file_of, kept};
use huizong_schema::consolidation::Note;
use huizong_schema::findings::{Finding, Notice};
use huizong_schema::partial::{
    PartialDocument, PartialEnd, PartialHead, PartialInput, PartialLine, PartialNotice, PartialPlugin,
};
use huizong_schema::receipt::InputUsed;
use serde_json::value::RawValue;

use super::Partial;
use crate::digest::digest;
use crate::pipeline::Collected;
use crate::threads::in_parts;

impl Partial {
    /// Keeps documents that were read and checked. `name` names the partial in errors.
    ///
    /// `skipped` notices are not kept: those of plugins and lists, which every run has. `unread` ones come next: they are about files
    /// that are not read, each with the index of its path.
    ///
    /// # Errors
    ///
    /// Returns an error if what a plugin reads for the set was lost.
    pub fn keep(
        name: &str,
        head: PartialHead,
        of: &Collected<'_>,
        inputs: &[InputUsed],
        skipped: usize,
        unread: &[(usize, Notice)],
    ) -> io::Result<Self> {
        let entries = &of.rows.entries;
        let mut sent: Vec<_> = Vec::new();
        for runner in of.runners.each() {
            sent.push((runner, runner.kept()?.into_iter().peekable()));
        }
        let notices = of.rows.notices.get(skipped + unread.len()..).unwrap_or_default();
        let mut of_inputs: Vec<Vec<Note>> = vec![Vec::new(); inputs.len()];
        let about =
            |(given, notice): &(usize, Notice)| PartialNotice { given: *given, notice: notice.into() };
        let mut others: Vec<PartialNotice> = unread.iter().map(about).collect();
        // What is about no input comes after what is.
        let last = inputs.last().map_or(0, |input| input.given);
        let places: BTreeMap<&str, usize> =
            inputs.iter().enumerate().map(|(at, input)| (&*input.id, at)).collect();
        for notice in notices {
            let id = notice.document.as_deref().unwrap_or_default();
            let place = places.get(id).or_else(|| places.get(file_of(id)));
            match place {
                Some(at) => of_inputs[*at].push(notice.into()),
                None => others.push(PartialNotice { given: last, notice: notice.into() }),
            }
        }
        let (mut numbered, mut findings) = (entries.iter().enumerate().peekable(), &of.rows.findings[..]);
        let mut kept_inputs = Vec::with_capacity(inputs.len());
        for (input, notices) in inputs.iter().zip(of_inputs) {
            let mut documents = Vec::new();
            while let Some((number, entry)) = numbered.next_if(|(_, entry)| is_of(&entry.document, &input.id))
            {
                let mut document = kept::keep(entry, findings_of(entry, &mut findings));
                for (runner, kept) in &mut sent {
                    if let Some((_, bytes)) = kept.next_if(|(of, _)| *of == number) {
                        let text = String::from_utf8(bytes.into_owned()).map_err(io::Error::other)?;
                        let value = RawValue::from_string(text).map_err(io::Error::other)?;
                        document.plugins.insert(runner.id().to_owned(), value);
                    }
                }
                document.contents = of.contents.get(&document.id).cloned();
                documents.push(document);
            }
            kept_inputs.push((PartialInput { input: input.clone(), piece: false, notices }, documents));
        }
        let plugin = |runner: &huizong_plugin_host::Runner<'_>| {
            let (failures, notices) = runner.so_far();
            let notices = notices.iter().map(Note::from).collect();
            PartialPlugin { id: runner.id().to_owned(), failures, notices }
        };
        let plugins = of.runners.each().iter().map(plugin).collect();
        // The digest is taken when it is written.
        let end =
            PartialEnd { documents: entries.len() as u64, notices: others, plugins, blake3: String::new() };
        Ok(Self { name: name.to_owned(), head, inputs: kept_inputs, end })
    }

    /// Returns the partial as the bytes of its file, which are made on as many threads as wanted.
    ///
    /// # Errors
    ///
    /// Returns an error if something in it cannot be JSON.
    pub fn to_bytes(&self, threads: usize) -> io::Result<Vec<u8>> {
        enum Of<'p> {
            Input(&'p PartialInput),
            Document(&'p PartialDocument),
        }
        let mut lines = Vec::new();
        for (input, documents) in &self.inputs {
            lines.push(Of::Input(input));
            lines.extend(documents.iter().map(Of::Document));
        }
        let parts = in_parts(&lines, threads, |lines| {
            let mut bytes = Vec::new();
            for of in lines {
                let line = match of {
                    Of::Input(input) => PartialLine::Input(Cow::Borrowed(input)),
                    Of::Document(document) => PartialLine::Document(Cow::Borrowed(document)),
                };
                write_line(&mut bytes, &line)?;
            }
            io::Result::Ok(bytes)
        });
        let mut bytes = Vec::new();
        write_line(&mut bytes, &PartialLine::Partial(Cow::Borrowed(&self.head)))?;
        for part in parts {
            bytes.append(&mut part?);
        }
        let end = PartialEnd { blake3: digest(&bytes), ..self.end.clone() };
        write_line(&mut bytes, &PartialLine::End(Cow::Owned(end)))?;
        Ok(bytes)
    }
}

fn write_line(bytes: &mut Vec<u8>, line: &PartialLine<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *bytes, line)?;
    bytes.push(b'\n');
    Ok(())
}

/// Whether a document is of an input.
fn is_of(id: &str, input: &str) -> bool {
    let number = |rest: &str| rest.strip_prefix('#').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    id.strip_prefix(input).is_some_and(|rest| rest.is_empty() || number(rest))
}

/// The findings of a document, which come first among those that are left.
fn findings_of<'f>(entry: &Entry, rest: &mut &'f [Finding]) -> &'f [Finding] {
    let is_its = |finding: &&Finding| finding.document.as_deref() == Some(&*entry.document);
    let count = rest.iter().take_while(is_its).count();
    let (its, others) = rest.split_at(count);
    *rest = others;
    its
}

/// Restores notices.
pub(super) fn notices(notes: impl IntoIterator<Item = Note>) -> impl Iterator<Item = Notice> {
    notes.into_iter().map(Notice::from)
}
