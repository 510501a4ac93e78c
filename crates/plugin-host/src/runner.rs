//! Runs one plugin over a run's documents: batches, retries and results.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use huizong_core::{DocumentFindings, PluginRule};
use huizong_schema::consolidation::PluginUsed;
use huizong_schema::findings::{Finding, Notice, RuleCounts};
use huizong_schema::protocol::{Answer, Op, Reported};
use huizong_schema::{Draft, Unit};

use crate::answer::{self, Fault, Rules, Sound};
use crate::failure::{Failure, Fallen};
use crate::notices::{self, LeftOut};
use crate::plugin::Plugin;
use crate::projected::Projected;
use crate::request;
use crate::session::Session;
use crate::spool::Spool;

/// The documents to check.
pub trait Documents {
    /// The number of documents.
    fn count(&self) -> usize;
    /// The number of documents that arrived since the last call, including unfinished ones.
    fn arrived(&self) -> usize;
    /// How many of [`Self::arrived`] came before the document with this index.
    fn before(&self, index: usize) -> usize;
    /// The id of a document.
    fn id(&self, index: usize) -> &str;
    /// The members of the documents that this plugin reads.
    fn projected(&self) -> &Projected;
    /// A whole document, needed only if the plugin finds something in it.
    fn draft(&self, index: usize) -> Cow<'_, Draft<'_>>;
}

/// Runs one plugin over documents, in their order, so that results do not depend on threads.
pub struct Runner<'p> {
    pub(crate) plugin: &'p Plugin,
    pub(crate) rules: Rules<'p>,
    session: Option<Box<dyn Session>>,
    failures: u32,
    counts: Vec<RuleCounts>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) spool: Spool,
    /// The number of documents that have arrived, including unfinished ones.
    arrived: usize,
    /// The buffer of the last request, reused for the next.
    pub(crate) request: Vec<u8>,
    said: Vec<u8>,
}

impl<'p> Runner<'p> {
    /// Starts a run.
    pub fn new(plugin: &'p Plugin) -> Self {
        let counts = |rule: &PluginRule| RuleCounts {
            rule: rule.id().to_owned().into(),
            passed: 0,
            failed: 0,
            skipped: BTreeMap::new(),
            crashed: 0,
        };
        Self {
            plugin,
            rules: Rules::of(&plugin.rules),
            session: None,
            failures: 0,
            counts: plugin.rules.iter().map(counts).collect(),
            notices: Vec::new(),
            spool: Spool::default(),
            arrived: 0,
            request: Vec::new(),
            said: Vec::new(),
        }
    }

    /// Checks documents and keeps the members that set rules read. Returns the findings of each document, in
    /// order.
    ///
    /// Every document of the run is passed here in order. Unfinished ones are counted but not checked.
    pub fn check(&mut self, documents: &dyn Documents) -> Vec<Vec<Finding>> {
        let mut findings: Vec<Vec<Finding>> = (0..documents.count()).map(|_| Vec::new()).collect();
        if self.plugin.does(Op::CheckDocuments) {
            for range in self.batches(documents) {
                self.batch(documents, range, &mut findings);
            }
        }
        if self.plugin.does_sets() {
            for index in 0..documents.count() {
                let number = self.arrived + documents.before(index);
                self.spool.keep(number, documents.projected().set(index));
            }
        }
        self.arrived += documents.arrived();
        for _ in documents.count()..documents.arrived() {
            self.count(false, |counts| *counts.skipped.entry("earlier-rule-failed").or_default() += 1);
        }
        findings
    }

    fn batches(&self, documents: &dyn Documents) -> Vec<Range<usize>> {
        let limits = &self.plugin.host.limits;
        let mut batches = Vec::new();
        let (mut start, mut bytes) = (0, 0);
        for index in 0..documents.count() {
            let length = documents.projected().check(index).len();
            let is_full = index - start >= limits.batch_documents || bytes + length > limits.batch_bytes;
            if is_full && index > start {
                batches.push(start..index);
                (start, bytes) = (index, 0);
            }
            bytes += length;
        }
        if start < documents.count() {
            batches.push(start..documents.count());
        }
        batches
    }

    /// Checks a batch. If it fails, checks its documents one by one, so that only the failing one is reported; so too if its
    /// documents were mixed up, as what is found must not depend on how many are asked about at once.
    fn batch(&mut self, documents: &dyn Documents, range: Range<usize>, findings: &mut [Vec<Finding>]) {
        if range.len() > 1
            && let Some(Ok(answer)) = self.ask(documents, range.clone())
            && self.holds_of_each(&answer, documents, range.clone())
        {
            return self.accept(&answer, documents, range, findings);
        }
        for index in range {
            match self.ask(documents, index..index + 1) {
                Some(Ok(answer)) => self.accept(&answer, documents, index..index + 1, findings),
                Some(Err(failure)) => {
                    self.failures += 1;
                    let notice = notices::failed_on(self.plugin.id(), documents.id(index), failure.message());
                    self.notices.push(notice);
                    self.count(false, |counts| counts.crashed += 1);
                }
                None => {
                    self.notices.push(notices::did_not_run(self.plugin.id(), documents.id(index)));
                    self.count(false, |counts| {
                        *counts.skipped.entry("plugin-did-not-run").or_default() += 1;
                    });
                }
            }
        }
    }

    /// Whether each document that a batch's answer is about has the same findings when it is asked about alone.
    fn holds_of_each(&mut self, answer: &Answer, documents: &dyn Documents, range: Range<usize>) -> bool {
        let indexes: BTreeMap<&str, usize> = range.map(|index| (documents.id(index), index)).collect();
        let mut of_each: BTreeMap<usize, Vec<&Reported>> = BTreeMap::new();
        for reported in &answer.findings {
            let Some(index) = indexes.get(reported.document.as_deref().unwrap_or_default()) else {
                return false;
            };
            of_each.entry(*index).or_default().push(reported);
        }
        of_each.into_iter().all(|(index, found)| {
            let alone = self.ask(documents, index..index + 1);
            alone.is_some_and(|alone| alone.is_ok_and(|alone| alone.findings.iter().eq(found)))
        })
    }

    /// Sends a batch to the plugin; [`None`] if the plugin is off after too many failures.
    fn ask(&mut self, documents: &dyn Documents, range: Range<usize>) -> Option<Result<Answer, Failure>> {
        let limits = self.plugin.host.limits;
        let sent = range.map(|index| (documents.id(index), documents.projected().check(index)));
        let mut request = std::mem::take(&mut self.request);
        request::with_documents(&mut request, Op::CheckDocuments, &limits, sent);
        let bytes = self.send(Op::CheckDocuments, request)?;
        Some(bytes.and_then(|bytes| answer::read(&bytes)))
    }

    /// Like [`Self::call`], for a request in the runner's buffer, which is then reused.
    pub(crate) fn send(&mut self, op: Op, request: Vec<u8>) -> Option<Result<Vec<u8>, Failure>> {
        let answer = self.call(op, &request);
        self.request = request;
        answer
    }

    /// Calls the plugin; [`None`] if it is off, or no instance can be created.
    pub(crate) fn call(&mut self, op: Op, request: &[u8]) -> Option<Result<Vec<u8>, Failure>> {
        let limits = self.plugin.host.limits;
        while !self.is_off() && self.session.is_none() {
            match self.plugin.open() {
                Ok(session) => self.session = Some(session),
                Err(Fallen { failure, said }) => {
                    self.hear(said.as_bytes());
                    let notice = notices::not_created(self.plugin.id(), failure.message());
                    if !self.notices.contains(&notice) {
                        self.notices.push(notice);
                    }
                    self.failures += 1;
                }
            }
        }
        if self.is_off() {
            return None;
        }
        let session = self.session.as_mut()?;
        let deadline = if op == Op::CheckDocuments { limits.batch } else { limits.set };
        let answer = session.call(op.number(), request, deadline);
        self.listen();
        if answer.as_ref().is_err_and(|failure| !failure.leaves_it_alive()) {
            self.session = None;
        }
        Some(answer)
    }

    /// Drops the session, so that the set gets a new one.
    pub(crate) fn start_afresh(&mut self) {
        self.listen();
        self.session = None;
    }

    pub(crate) fn is_off(&self) -> bool {
        self.failures >= self.plugin.host.limits.failures
    }

    pub(crate) fn fail(&mut self) {
        self.failures += 1;
    }

    fn listen(&mut self) {
        let noise = self.session.as_mut().map(|session| session.noise()).unwrap_or_default();
        self.hear(&noise);
    }

    fn hear(&mut self, noise: &[u8]) {
        let room = self.plugin.host.limits.noise.saturating_sub(self.said.len());
        self.said.extend_from_slice(&noise[..noise.len().min(room)]);
    }

    /// Keeps the lines of an answer's log, up to the limit.
    pub(crate) fn note_log(&mut self, answer: &Answer) {
        for line in &answer.log {
            let line = huizong_core::shown_text(line);
            if self.said.len() + line.len() < self.plugin.host.limits.noise {
                self.said.extend(line.as_bytes());
                self.said.push(b'\n');
            }
        }
    }

    /// Turns an answer about documents into findings.
    fn accept(
        &mut self,
        answer: &Answer,
        documents: &dyn Documents,
        range: Range<usize>,
        findings: &mut [Vec<Finding>],
    ) {
        self.note_log(answer);
        let mut left_out = LeftOut::default();
        let indexes: BTreeMap<&str, usize> =
            range.clone().map(|index| (documents.id(index), index)).collect();
        let mut of_document: BTreeMap<usize, Vec<_>> = BTreeMap::new();
        for reported in &answer.findings {
            let id = reported.document.as_deref().unwrap_or_default();
            let index = indexes.get(id).copied();
            let known = index.map(|index| documents.id(index));
            match (index, self.rules.admits(reported, false)) {
                (None, _) => {
                    let fault = Fault::UnknownDocument(huizong_core::shown_text(id));
                    left_out.count(None, fault.message());
                }
                (_, Err(fault)) => left_out.count(known, fault.message()),
                (Some(index), Ok(rule)) => {
                    of_document.entry(index).or_default().push((reported, rule));
                }
            }
        }
        for index in range {
            let mut found = vec![false; self.plugin.rules.len()];
            let mut dropped = found.clone();
            if let Some(reported) = of_document.remove(&index) {
                let id = documents.id(index);
                let draft = &documents.draft(index);
                let (kept, faulty) = self.about(id, draft, reported, &mut left_out);
                dropped = faulty;
                let about = DocumentFindings::new(id, draft);
                for Sound { rule, index: of_rules, pointer, args, severity } in kept {
                    found[of_rules] = true;
                    findings[index].push(about.finding(rule, pointer, args, severity));
                }
                findings[index].sort_by(|a, b| (&a.rule, &a.pointer).cmp(&(&b.rule, &b.pointer)));
            }
            for (at, rule) in self.plugin.rules.iter().enumerate().filter(|(_, rule)| !rule.is_about_set()) {
                let counts = &mut self.counts[at];
                debug_assert_eq!(counts.rule, rule.id());
                if found[at] {
                    counts.failed += 1;
                } else if dropped[at] {
                    // The rule reported something, but nothing usable.
                    counts.crashed += 1;
                } else {
                    counts.passed += 1;
                }
            }
        }
        self.notices.extend(left_out.notices(self.plugin.id()));
    }

    /// The valid findings about one document, and which rules reported invalid ones.
    fn about(
        &self,
        id: &str,
        draft: &Draft<'_>,
        mut reported: Vec<(&Reported, (usize, &'p PluginRule))>,
        left_out: &mut LeftOut,
    ) -> (Vec<Sound<'p>>, Vec<bool>) {
        let limit = self.plugin.host.limits.findings_per_rule;
        let mut of_rule = vec![0_usize; self.plugin.rules.len()];
        let mut dropped = vec![false; self.plugin.rules.len()];
        // Apply the limit first, so that excess findings cost no more work.
        reported.retain(|(_, (index, rule))| {
            of_rule[*index] += 1;
            let is_within = of_rule[*index] <= limit;
            if !is_within {
                left_out.count(Some(id), notices::beyond(rule.id(), limit));
            }
            is_within
        });
        let document = answer::members(draft, reported.iter().map(|(reported, _)| &reported.pointer));
        let unit = draft.unit.unwrap_or(Unit::Cny10k);
        let mut kept = Vec::new();
        for (reported, rule) in reported {
            match answer::sound(reported, rule, &document, unit) {
                Ok(sound) => kept.push(sound),
                Err(fault) => {
                    dropped[rule.0] = true;
                    left_out.count(Some(id), fault.message());
                }
            }
        }
        (kept, dropped)
    }

    /// Updates the counts of all rules about the set, or of all rules about documents.
    pub(crate) fn count(&mut self, about_set: bool, count: impl Fn(&mut RuleCounts)) {
        for (rule, counts) in self.plugin.rules.iter().zip(&mut self.counts) {
            if rule.is_about_set() == about_set {
                count(counts);
            }
        }
    }

    /// The plugin's id.
    pub fn id(&self) -> &str {
        self.plugin.id()
    }

    /// Returns what the plugin reads of each document for the set, with the documents' numbers from 0.
    ///
    /// # Errors
    ///
    /// Returns an error if it was lost, as there was no room for it.
    pub fn kept(&self) -> io::Result<Vec<(usize, Cow<'_, [u8]>)>> {
        if let Some(why) = self.spool.lost() {
            return Err(io::Error::other(why.to_owned()));
        }
        self.spool.kept().iter().map(|kept| Ok((kept.number, self.spool.read(*kept)?))).collect()
    }

    /// Takes over documents of another run, which come after those so far, with what the plugin reads of them for the set.
    pub fn take_documents<'k>(&mut self, count: usize, kept: impl IntoIterator<Item = (usize, &'k [u8])>) {
        for (number, bytes) in kept {
            self.spool.keep(self.arrived + number, bytes);
        }
        self.arrived += count;
    }

    /// Takes over how often the plugin failed in other runs, and the notices about its work.
    pub fn take_results(&mut self, failures: u32, notices: impl IntoIterator<Item = Notice>) {
        self.failures += failures;
        self.notices.extend(notices);
    }

    /// How often the plugin failed so far, and the notices about its work.
    pub fn so_far(&self) -> (u32, &[Notice]) {
        (self.failures, &self.notices)
    }

    /// Ends the run and returns its result.
    pub fn finish(mut self) -> Ran {
        self.start_afresh();
        Ran {
            used: self.plugin.used(self.failures),
            counts: self.counts,
            notices: self.notices,
            said: String::from_utf8_lossy(&self.said).into_owned(),
        }
    }
}

/// The result of a plugin's run.
pub struct Ran {
    /// The plugin.
    pub used: PluginUsed,
    /// The counts of each of its rules.
    pub counts: Vec<RuleCounts>,
    /// Notices about its work.
    pub notices: Vec<Notice>,
    /// The beginning of its standard error and log, for its author.
    pub said: String,
}
