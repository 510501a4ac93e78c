//! Where documents lie that the built-in rules have judged, until plugins have had their say about them.

use std::borrow::Cow;

use huizong_core::Origins;
use huizong_core::set::{Entry, add_severity};
use huizong_forms::Shown;
use huizong_forms::json::{self, Part};
use huizong_plugin_host::Projected;
use huizong_report::terminal::Excerpt;
use huizong_schema::Draft;
use huizong_schema::findings::{Finding, Place};

use super::{Batch, Job};

/// A document that the built-in rules have judged.
pub(super) struct Held<'t> {
    pub(super) entry: Entry,
    pub(super) draft: Draft<'t>,
    pub(super) findings: Vec<Finding>,
    pub(super) places: Places<'t>,
    /// What each plugin reads of it; nothing where there are none, or where it is not finished.
    pub(super) projected: Vec<Projected>,
}

/// Where the members of a document stand.
pub(super) struct Places<'t> {
    /// The file's id.
    pub(super) file: &'t str,
    /// The places known so far.
    pub(super) origins: Origins,
    /// What they stand in.
    pub(super) within: Within<'t>,
}

/// What the members of a document stand in.
pub(super) enum Within<'t> {
    /// A JSON text.
    Json {
        text: Cow<'t, str>,
        /// The place in its file at which it begins.
        begins: Begins,
        /// Whether the strict parse accepts it.
        is_sound: bool,
    },
    /// A form.
    Form(Option<&'t Shown>),
}

/// The place in its file at which a document's text begins.
#[derive(Clone, Copy)]
pub(super) struct Begins {
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Places<'_> {
    /// Joins places to findings, and gives the findings' lines if they are asked for.
    fn join(mut self, findings: &mut [Finding], excerpts: bool) -> Vec<Option<Excerpt>> {
        if findings.is_empty() {
            return Vec::new();
        }
        match self.within {
            Within::Json { text, begins, is_sound } => {
                let part = Part { text: &text, line: begins.line, column: begins.column };
                let related = findings.iter().flat_map(|finding| &finding.related);
                let related = related.map(|related| &related.pointer);
                let pointers = findings.iter().map(|finding| &finding.pointer).chain(related);
                json::locate(part, is_sound, pointers, &mut self.origins);
                self.origins.join(self.file, findings);
                let shown = excerpts.then(|| Shown::text(text.into_owned()));
                findings.iter().map(|finding| excerpt(shown.as_ref()?, finding, begins)).collect()
            }
            Within::Form(shown) => {
                self.origins.join(self.file, findings);
                let (shown, begins) = (shown.filter(|_| excerpts), Begins { line: 1, column: 1 });
                findings.iter().map(|finding| excerpt(shown?, finding, begins)).collect()
            }
        }
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

/// Asks the plugins about documents, and gives what they found, for each document.
pub(super) type Ask<'a> = dyn FnMut(&[Held<'_>]) -> Vec<Vec<Finding>> + 'a;

/// Documents of one piece of work, in their order.
pub(super) struct Desk<'d, 't> {
    pub(super) job: &'d Job<'d>,
    pub(super) work: &'d mut Batch,
    ask: &'d mut Ask<'d>,
    held: Vec<Held<'t>>,
}

/// So many documents are held before plugins are asked: more than a piece of lines has, as a thread that asked keeps the
/// others from the stage until its piece is done.
const MANY: usize = 512;

impl<'d, 't> Desk<'d, 't> {
    pub(super) fn new(job: &'d Job<'d>, work: &'d mut Batch, ask: &'d mut Ask<'d>) -> Self {
        Self { job, work, ask, held: Vec::new() }
    }

    /// What plugins read of a finished document.
    pub(super) fn project(&self, draft: &Draft<'_>) -> Vec<Projected> {
        self.job.plugins.iter().map(|plugin| plugin.project(draft)).collect()
    }

    /// Takes a document.
    pub(super) fn put(&mut self, held: Held<'t>) {
        if self.job.plugins.is_empty() {
            return release(held, Vec::new(), self.work, self.job);
        }
        self.held.push(held);
        if self.held.len() >= MANY {
            self.clear();
        }
    }

    /// Lets plugins have their say, and hands on what is held.
    pub(super) fn clear(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let held = std::mem::take(&mut self.held);
        let found = (self.ask)(&held);
        for (held, found) in held.into_iter().zip(found) {
            release(held, found, self.work, self.job);
        }
    }
}

/// Hands a document on, with what plugins found among what the built-in rules did.
fn release(held: Held<'_>, found: Vec<Finding>, work: &mut Batch, job: &Job<'_>) {
    let Held { mut entry, mut findings, places, .. } = held;
    if !found.is_empty() {
        findings.extend(found);
        findings.sort_by(|a, b| (&a.rule, &a.pointer).cmp(&(&b.rule, &b.pointer)));
    }
    for finding in &findings {
        add_severity(&mut entry.findings, finding.severity);
    }
    work.excerpts.extend(places.join(&mut findings, job.excerpts));
    work.entries.push(entry);
    work.findings.append(&mut findings);
}
