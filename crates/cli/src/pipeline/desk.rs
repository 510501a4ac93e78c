//! Where documents lie that the built-in rules have judged, until plugins have had their say about them.

use std::borrow::Cow;

use huizong_core::Entry;
use huizong_core::Origins;
use huizong_forms::Shown;
use huizong_forms::json::{self, Part};
use huizong_plugin_host::{Plugin, Projected};
use huizong_report::terminal::Excerpt;
use huizong_schema::findings::{Finding, Place};
use huizong_schema::{Draft, Evaluation, parse};

use super::{Batch, Job};

/// A document that the built-in rules have judged.
pub(super) struct Held<'t> {
    pub(super) entry: Entry,
    pub(super) findings: Vec<Finding>,
    pub(super) places: Places<'t>,
    /// What it says, unless the text says it.
    draft: Option<Box<Draft<'t>>>,
    is_finished: bool,
}

impl Held<'_> {
    /// What it says. A text that the strict parse accepted is read again: keeping what was read of each document is
    /// dearer than reading the few that plugins find something in.
    pub(super) fn draft(&self) -> Cow<'_, Draft<'_>> {
        match (&self.draft, &self.places.within) {
            (Some(draft), _) => Cow::Borrowed(draft),
            (None, Within::Json { text, .. }) => Cow::Owned(parse(text).expect("it was read before").into()),
            (None, Within::Form(_)) => unreachable!("what is read of a form is kept"),
        }
    }
}

/// Documents that await what plugins say, in their order.
pub(super) struct Pile<'d, 't> {
    pub(super) held: Vec<Held<'t>>,
    pub(super) sent: &'d mut Sent,
}

/// What plugins are sent of documents that are held. A thread has one: its memory serves for every piece of work.
pub(super) struct Sent {
    /// The finished documents among those held.
    pub(super) finished: Vec<usize>,
    /// What each plugin reads of those.
    pub(super) projected: Vec<Projected>,
}

impl Sent {
    pub(super) fn new(plugins: &[Plugin]) -> Self {
        Self { finished: Vec::new(), projected: plugins.iter().map(|_| Projected::default()).collect() }
    }

    fn clear(&mut self) {
        self.finished.clear();
        self.projected.iter_mut().for_each(Projected::clear);
    }
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
pub(super) type Ask<'a> = dyn FnMut(&Pile<'_, '_>) -> Vec<Vec<Finding>> + 'a;

/// Documents of one piece of work, in their order.
pub(super) struct Desk<'d, 't> {
    pub(super) job: &'d Job<'d>,
    pub(super) work: &'d mut Batch,
    ask: &'d mut Ask<'d>,
    pile: Pile<'d, 't>,
}

/// So many documents are held before plugins are asked: more than a piece of lines has, as a thread that asked keeps the
/// others from the stage until its piece is done.
pub(crate) const MOST_HELD: usize = 512;

impl<'d, 't> Desk<'d, 't> {
    pub(super) fn new(
        job: &'d Job<'d>,
        work: &'d mut Batch,
        sent: &'d mut Sent,
        ask: &'d mut Ask<'d>,
    ) -> Self {
        // A panic may have left something.
        sent.clear();
        Self { job, work, ask, pile: Pile { held: Vec::new(), sent } }
    }

    /// Takes a document of which the text at its place says all.
    pub(super) fn put_text(
        &mut self,
        entry: Entry,
        findings: Vec<Finding>,
        places: Places<'t>,
        evaluation: &Evaluation<'_>,
    ) {
        self.project(evaluation);
        self.put(Held { entry, findings, places, draft: None, is_finished: true });
    }

    /// Takes a document with all that is known of it.
    pub(super) fn put_whole(
        &mut self,
        entry: Entry,
        findings: Vec<Finding>,
        places: Places<'t>,
        whole: Result<Evaluation<'t>, Draft<'t>>,
    ) {
        let is_finished = whole.is_ok();
        if let Ok(evaluation) = &whole {
            self.project(evaluation);
        }
        let draft = Some(Box::new(whole.map_or_else(|draft| draft, Into::into)));
        self.put(Held { entry, findings, places, draft, is_finished });
    }

    fn project(&mut self, evaluation: &Evaluation<'_>) {
        for (plugin, projected) in self.job.plugins.iter().zip(&mut self.pile.sent.projected) {
            projected.take(plugin, evaluation);
        }
    }

    fn put(&mut self, held: Held<'t>) {
        if self.job.plugins.is_empty() {
            return release(held, Vec::new(), self.work, self.job);
        }
        if held.is_finished {
            self.pile.sent.finished.push(self.pile.held.len());
        }
        self.pile.held.push(held);
        if self.pile.held.len() >= MOST_HELD {
            self.clear();
        }
    }

    /// Lets plugins have their say, and hands on what is held.
    pub(super) fn clear(&mut self) {
        if self.pile.held.is_empty() {
            return;
        }
        let found = (self.ask)(&self.pile);
        for (held, found) in self.pile.held.drain(..).zip(found) {
            release(held, found, self.work, self.job);
        }
        self.pile.sent.clear();
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
        entry.findings.add(finding.severity);
    }
    work.excerpts.extend(places.join(&mut findings, job.excerpts));
    work.entries.push(entry);
    work.findings.append(&mut findings);
}
