//! One document that the rules have checked.

use std::borrow::Cow;

use huizong_core::{Entry, Excerpt, InputKind, Origins, Reading, State, rules};
use huizong_forms::json::{self, Part};
use huizong_forms::{Note, Shown};
use huizong_schema::findings::{Finding, Location, Notice, Place, Severity};
use huizong_schema::{Draft, Evaluation, Pointer, parse};

/// Returns the places of a document's members.
pub type Locate<'f> = dyn FnMut(&[Pointer]) -> Vec<Location> + 'f;

/// One document: what it says, what the rules found in it, and what becomes of it.
#[derive(Debug)]
pub struct Checked<'t> {
    entry: Entry,
    findings: Vec<Finding>,
    notices: Vec<Notice>,
    body: Option<Body<'t>>,
    is_finished: bool,
    source: Source<'t>,
    import: Option<Box<Import>>,
}

/// The contents of a document.
#[derive(Debug)]
pub(crate) enum Body<'t> {
    /// Borrowed from its text, which the strict parse accepts. It can be parsed again.
    Parsed(Evaluation<'t>),
    /// A finished document that a reader made.
    Finished(Evaluation<'static>),
    /// A document that lacks required members, or that the schema refuses in part.
    Unfinished(Draft<'static>),
}

/// Where a document comes from, and the places of its members.
#[derive(Debug)]
pub(crate) struct Source<'t> {
    /// The file's id.
    pub(crate) file: Cow<'t, str>,
    /// The places known so far.
    pub(crate) origins: Origins,
    pub(crate) text: SourceText<'t>,
}

/// The text or form that a document was read from.
#[derive(Debug)]
pub(crate) enum SourceText<'t> {
    /// A JSON text.
    Json {
        text: Cow<'t, str>,
        begins: Begins,
        /// Whether the strict parse accepts it, so that it names no member twice.
        is_sound: bool,
    },
    /// The cells of a form.
    Form(Option<&'t Shown>),
}

/// The place in its file at which a document's text begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begins {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// A reader's notes.
#[derive(Debug)]
pub(crate) struct Import {
    pub(crate) reading: Reading,
    pub(crate) profile: Option<String>,
    pub(crate) notes: Vec<Note>,
}

/// The rules' results for a document before its members are located.
pub(crate) struct Judged {
    pub(crate) entry: Entry,
    pub(crate) findings: Vec<Finding>,
    pub(crate) notices: Vec<Notice>,
}

impl<'t> Checked<'t> {
    pub(crate) fn new(
        judged: Judged,
        body: Body<'t>,
        source: Source<'t>,
        import: Option<Box<Import>>,
    ) -> Self {
        let Judged { entry, findings, notices } = judged;
        let is_finished = !matches!(body, Body::Unfinished(_));
        let mut document =
            Self { entry, findings: Vec::new(), notices, body: Some(body), is_finished, source, import };
        document.add_findings(findings);
        document
    }

    /// Returns the document's id: its file's, with `#N` after it where the file holds several.
    pub fn id(&self) -> &str {
        &self.entry.document
    }

    /// Returns what becomes of the document by itself. Among others it may still turn out to be a duplicate.
    pub fn state(&self) -> State {
        self.entry.state()
    }

    /// Returns true if the document has every required member and the schema refuses no part of it.
    pub fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// Returns what is wrong with the document, sorted by rule and member, each with its place.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns the errors among the findings that are about reading the document, not about its figures.
    pub fn reading_errors(&self) -> impl Iterator<Item = &Finding> {
        let is_about_reading = |rule: &str| rules::find(rule).is_some_and(|rule| rule.is_about_reading);
        self.findings
            .iter()
            .filter(move |finding| finding.severity == Severity::Error && is_about_reading(&finding.rule))
    }

    /// Returns what was left out while the document was read, or could not be judged.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Returns what is kept of the document when its text is gone.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Returns the profile that a form was read by.
    pub fn profile(&self) -> Option<&str> {
        self.import.as_ref()?.profile.as_deref()
    }

    /// Returns what was done to values while the document was read, and what no label claims.
    pub fn notes(&self) -> &[Note] {
        self.import.as_ref().map_or(&[], |import| &import.notes)
    }

    /// Returns true if nothing of the document could be read, or nothing is filled in: there is nothing to print.
    pub fn is_nothing(&self) -> bool {
        let is_blank = |import: &Import| matches!(import.reading.source, InputKind::BlankForm);
        if self.import.as_deref().is_some_and(is_blank) {
            return true;
        }
        let has_problems = self.import.as_ref().is_some_and(|import| !import.reading.problems.is_empty());
        !self.is_finished && !has_problems && *self.draft() == Draft::default()
    }

    /// Returns what the document says, every member optional.
    pub fn draft(&self) -> Cow<'_, Draft<'_>> {
        match (&self.body, &self.source.text) {
            (Some(Body::Parsed(evaluation) | Body::Finished(evaluation)), _) => Cow::Borrowed(evaluation),
            (Some(Body::Unfinished(draft)), _) => Cow::Borrowed(draft),
            (None, SourceText::Json { text, .. }) => {
                Cow::Owned(parse(text).expect("the strict parse accepted it before").into())
            }
            (None, SourceText::Form(_)) => unreachable!("only what was parsed from a text is released"),
        }
    }

    /// Returns the finished document. None if it is not finished, or was [released](Self::release).
    pub fn evaluation(&self) -> Option<&Evaluation<'_>> {
        match self.body.as_ref()? {
            Body::Parsed(evaluation) | Body::Finished(evaluation) => Some(evaluation),
            Body::Unfinished(_) => None,
        }
    }

    /// Hands out the finished document with a function that returns the places of its members. [`None`] where
    /// [`evaluation`](Self::evaluation) is.
    pub fn with_places<R>(&mut self, take: impl FnOnce(&Evaluation<'_>, &mut Locate<'_>) -> R) -> Option<R> {
        let source = &mut self.source;
        match self.body.as_ref()? {
            Body::Parsed(evaluation) | Body::Finished(evaluation) => {
                Some(take(evaluation, &mut |pointers| source.locations(pointers)))
            }
            Body::Unfinished(_) => None,
        }
    }

    /// Frees what can be parsed again from the document's text. Holding many parsed documents costs more than parsing a
    /// few of them twice.
    pub fn release(&mut self) {
        if matches!(self.body, Some(Body::Parsed(_))) {
            self.body = None;
        }
    }

    /// Adds what others found in the document, such as a plugin, and keeps the findings sorted by rule and member.
    pub fn add_findings(&mut self, mut findings: Vec<Finding>) {
        if findings.is_empty() {
            return;
        }
        self.source.locate(&mut findings);
        self.entry.add_findings(findings.iter().map(|finding| finding.severity));
        if self.findings.is_empty() {
            self.findings = findings;
        } else {
            self.findings.append(&mut findings);
            self.findings.sort_by(|a, b| (&a.rule, &a.pointer).cmp(&(&b.rule, &b.pointer)));
        }
    }

    /// Returns the place of each member.
    pub fn locations(&mut self, pointers: &[Pointer]) -> Vec<Location> {
        self.source.locations(pointers)
    }

    /// Returns the line around each finding, in the order of the findings; [`None`] if the place has no line.
    pub fn excerpts(&self) -> Vec<Option<Excerpt>> {
        match &self.source.text {
            _ if self.findings.is_empty() => Vec::new(),
            SourceText::Json { text, begins, .. } => {
                let shown = Shown::text(text.clone().into_owned());
                self.findings.iter().map(|finding| excerpt(&shown, finding, *begins)).collect()
            }
            SourceText::Form(shown) => {
                let begins = Begins { line: 1, column: 1 };
                self.findings.iter().map(|finding| excerpt((*shown)?, finding, begins)).collect()
            }
        }
    }

    /// Takes the document apart into what a round keeps of it.
    pub fn into_row(self) -> (Entry, Vec<Finding>, Vec<Notice>) {
        (self.entry, self.findings, self.notices)
    }

    /// Makes the document independent of the bytes that it was read from.
    pub(crate) fn into_owned(self) -> Checked<'static> {
        let body = match self.body {
            Some(Body::Finished(evaluation)) => Some(Body::Finished(evaluation)),
            Some(Body::Unfinished(draft)) => Some(Body::Unfinished(draft)),
            Some(Body::Parsed(_)) | None => None,
        };
        let text = match self.source.text {
            SourceText::Json { text, begins, is_sound } => {
                SourceText::Json { text: Cow::Owned(text.into_owned()), begins, is_sound }
            }
            SourceText::Form(_) => SourceText::Form(None),
        };
        let file = Cow::Owned(self.source.file.into_owned());
        Checked {
            entry: self.entry,
            findings: self.findings,
            notices: self.notices,
            body,
            is_finished: self.is_finished,
            source: Source { file, origins: self.source.origins, text },
            import: self.import,
        }
    }
}

impl Source<'_> {
    /// Notes the places of members. Places of a form are all known from reading it.
    fn find<'p>(&mut self, pointers: impl IntoIterator<Item = &'p Pointer>) {
        if let SourceText::Json { text, begins, is_sound } = &self.text {
            let part = Part { text, line: begins.line, column: begins.column };
            json::locate(part, *is_sound, pointers, &mut self.origins);
        }
    }

    fn locate(&mut self, findings: &mut [Finding]) {
        let related = findings.iter().flat_map(|finding| &finding.related);
        let related = related.map(|related| &related.pointer);
        self.find(findings.iter().map(|finding| &finding.pointer).chain(related));
        self.origins.join(&self.file, findings);
    }

    pub(crate) fn locations(&mut self, pointers: &[Pointer]) -> Vec<Location> {
        self.find(pointers);
        pointers.iter().map(|pointer| Location::new(&self.file, self.origins.place(pointer))).collect()
    }
}

/// Returns the line around a finding, of a text that begins at a place of its file.
pub(crate) fn excerpt(shown: &Shown, finding: &Finding, begins: Begins) -> Option<Excerpt> {
    let place = match finding.place()? {
        Place::Text { line, column } if line == begins.line => {
            Place::Text { line: 1, column: (column + 1).checked_sub(begins.column)? }
        }
        Place::Text { line, column } => Place::Text { line: (line + 1).checked_sub(begins.line)?, column },
        place => place,
    };
    let excerpt = shown.excerpt(&place)?;
    Some(Excerpt { number: excerpt.number.map(|number| number + begins.line - 1), ..excerpt })
}
