//! Inputs to results: bytes, documents, findings, sums. On any number of threads the same results in the same order.

mod blocks;
mod collector;
mod lines;
mod parallel;
mod piece;
mod plugin_batch;
pub mod reread;

use std::io::Read;

use huizong_core::DepartmentRow;
use huizong_core::rollup::Rollup;
use huizong_engine::{DigestsOf, Excerpt, File, Options, Plugins as _, Round, Rows, Settled};
use huizong_plugin_host::Plugin;
use huizong_report::rule_list;
use huizong_schema::check_report::{CheckHead, CheckReport};
use huizong_schema::consolidation::{Consolidation, Note, PluginUsed};
use huizong_schema::findings::{Notice, RuleCounts};
use huizong_schema::protocol::document_version;

use crate::contents::Contents;
use crate::digest::rules_digest;
use crate::error::Error;
use crate::inputs::Input;
use crate::nearest::nearest;
use blocks::{Answer, BLOCK};
pub use blocks::{Digest, LARGEST, Reason, read_file};
use collector::Collector;
pub use collector::PluginRunners;
use parallel::in_parallel;
pub use plugin_batch::MOST_HELD;
use plugin_batch::Projections;

/// A run's work with its inputs.
pub struct Job<'j> {
    /// The options of documents and of their set.
    pub options: &'j Options,
    /// Whether findings are shown with the line that they are in.
    pub excerpts: bool,
    /// The plugins that take part, by id.
    pub plugins: &'j [Plugin],
    /// Whether the inputs' digests are wanted.
    pub digests: bool,
    /// What is kept of documents.
    pub keeps: Keeps,
    /// How many bytes there are to read, as far as is known: rows get room for as many documents as that means.
    pub bytes: u64,
    /// How many threads work.
    pub jobs: usize,
    /// Watches the run.
    pub watch: &'j dyn Watch,
}

/// What a run keeps of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keeps {
    /// Their rows. The inputs can be read again.
    Rows,
    /// Their rows, and what tells copies by their members, as the inputs may not be there later.
    RowsAlone,
    /// That, and the documents that can be counted, for tables of what is in them.
    Documents,
}

/// Watches a run; `()` only lets it go on. It is called on the thread that called [`run`].
pub trait Watch: Sync {
    /// Called before a piece of an input is handed over to be checked, with the input's id and the piece's bytes. The run ends early if this returns false;
    /// its outcome is then of what was read before.
    fn goes_on(&self, input: &str, bytes: usize) -> bool;
}

impl Watch for () {
    fn goes_on(&self, _: &str, _: usize) -> bool {
        true
    }
}

/// The result of some pieces of work.
#[derive(Default)]
struct Batch {
    rows: Rows,
    /// The line of each finding, if it is asked for.
    excerpts: Vec<Option<Excerpt>>,
    /// The documents that can be counted, if they are kept.
    contents: Contents,
}

impl Batch {
    fn append(&mut self, piece: Self) {
        self.rows.append(piece.rows);
        self.excerpts.extend(piece.excerpts);
        self.contents.extend(piece.contents);
    }
}

/// The results of plugins at the end of a run.
#[derive(Default)]
pub struct PluginResults {
    /// Failures, and parts that were left out.
    pub notices: Vec<Notice>,
    /// How often each of their rules ended in each state.
    pub counts: Vec<RuleCounts>,
    /// The plugins that took part.
    pub used: Vec<PluginUsed>,
    /// Log lines for their authors, by plugin.
    pub said: Vec<(String, String)>,
}

/// Documents that were read and checked, before it is decided which of them count.
pub struct Collected<'p> {
    /// What is kept of the documents.
    pub rows: Rows,
    /// The line of each finding, if it is asked for.
    pub excerpts: Vec<Option<Excerpt>>,
    /// The documents that can be counted, if they are kept.
    pub contents: Contents,
    /// The plugins, which are asked about all documents together.
    pub runners: PluginRunners<'p>,
    /// The digests of the inputs, in their order.
    pub digests: Vec<Digest>,
}

impl<'p> Collected<'p> {
    /// Starts without documents.
    pub fn new(plugins: &'p [Plugin]) -> Self {
        let runners = PluginRunners::new(plugins);
        let contents = Contents::new();
        Self { rows: Rows::default(), excerpts: Vec::new(), contents, runners, digests: Vec::new() }
    }

    /// Decides which documents count, has all of them checked together, and ends the plugins. `members` reads documents again
    /// that were told by their bytes.
    pub fn settle(self, options: &Options, members: Option<&DigestsOf<'_>>) -> Outcome {
        let Self { rows, mut excerpts, mut runners, digests, .. } = self;
        let mut round = Round::new(options);
        round.add_rows(rows);
        let mut settled = round.settle_with(&mut runners, members);
        let plugins = runners.finish();
        settled.rows.notices.extend(plugins.notices.iter().cloned());
        settled.drop_with_findings(&mut excerpts);
        excerpts.resize(settled.findings().len(), None);
        Outcome { settled, excerpts, plugins, digests }
    }
}

/// The result of a run over all inputs.
pub struct Outcome {
    /// The documents, and which of them count.
    pub settled: Settled,
    /// The line of each finding, if it is asked for.
    pub excerpts: Vec<Option<Excerpt>>,
    /// The results of plugins.
    pub plugins: PluginResults,
    /// The digests of the inputs, in their order.
    pub digests: Vec<Digest>,
}

impl Outcome {
    /// Adds up the documents that count, with the exact sums besides. `notices` come after those of the documents, and before one that
    /// names departments of the books without a form.
    pub fn consolidate(&self, notices: &[Notice]) -> (Consolidation<DepartmentRow<'_>>, Rollup) {
        let (mut consolidation, sums) = self.settled.consolidate();
        consolidation.plugins.clone_from(&self.plugins.used);
        let without_form = self.settled.books_without_form();
        consolidation.notices.extend(notices.iter().chain(&without_form).map(Note::from));
        (consolidation, sums)
    }

    /// Returns the names under which documents were accepted and that mean none of them. They may be for other folders.
    ///
    /// # Errors
    ///
    /// Returns an error if a department sent several documents and none counts: what was decided would not be in force.
    pub fn unmatched<'a>(&self, options: &'a Options) -> Result<Vec<&'a str>, Error> {
        /// The most documents that a message names.
        const MOST_NAMED: usize = 8;
        // Among some documents, those that others are named for need not be.
        if !options.is_whole_set() {
            return Ok(Vec::new());
        }
        let settled = &self.settled;
        let unmatched = options.accepted().unmatched(settled.entries().iter().map(|entry| &*entry.document));
        let Some(name) = unmatched.first() else { return Ok(unmatched) };
        let undecided = settled.undecided();
        if undecided.is_empty() {
            return Ok(unmatched);
        }
        let nearest = nearest(name, undecided.iter().copied());
        let (like_zh, like_en) = nearest.map_or_else(Default::default, |nearest| {
            (format!("，是不是“{nearest}”"), format!(", did you mean \"{nearest}\""))
        });
        let several = undecided.iter().take(MOST_NAMED).copied().collect::<Vec<_>>();
        Err(Error::new(
            format!(
                "设置要求以“{name}”为准，报来的表里没有这个文件{like_zh}。报来几份、还没有定以哪份为准的有：{}。请重新指定以哪一份为准（accept）",
                several.join("、")
            ),
            format!(
                "accept names \"{name}\", and no form has that name{like_en}; not decided: {}. Say again which one counts (accept)",
                several.join(", ")
            ),
        ))
    }

    /// The check as programs read it: what `check --format json` prints.
    pub fn report(&self) -> CheckReport {
        let Rows { findings, notices, .. } = &self.settled.rows;
        CheckReport {
            head: self.head(),
            findings: findings.clone(),
            notices: notices.clone(),
            rules: self.rule_counts(),
        }
    }

    /// Like [`report`](Self::report), without a copy of the findings.
    pub fn into_report(self) -> CheckReport {
        let (head, rules) = (self.head(), self.rule_counts());
        let Rows { findings, notices, .. } = self.settled.rows;
        CheckReport { head, findings, notices, rules }
    }

    fn head(&self) -> CheckHead {
        CheckHead {
            schema_version: "1.0".into(),
            kind: "findings".into(),
            tool: rule_list::tool(),
            document_schema: document_version().into(),
            rules_digest: rules_digest(),
            plugins: self.plugins.used.clone(),
            documents: self.settled.entries().len() as u64,
        }
    }

    /// Returns how often each rule ended in each state, the plugins' after the built-in ones.
    pub fn rule_counts(&self) -> Vec<RuleCounts> {
        let mut counts = self.settled.rule_counts();
        counts.extend(self.plugins.counts.iter().cloned());
        counts
    }

    /// Returns true if something could not be read or judged.
    pub fn is_incomplete(&self) -> bool {
        self.settled.notices().iter().any(|notice| notice.incomplete)
    }
}

/// Reads and checks all inputs, then all documents together.
pub fn run(inputs: &[Input], notices: Vec<Notice>, stdin: &mut dyn Read, job: &Job<'_>) -> Outcome {
    let members: &DigestsOf<'_> = &|wanted| reread::members_digests(inputs, job.options, wanted);
    let keeps = if inputs.iter().any(Input::passes) { job.keeps.max(Keeps::RowsAlone) } else { job.keeps };
    collect(inputs, notices, stdin, &Job { keeps, ..*job }).settle(job.options, Some(members))
}

/// Reads and checks all inputs. The notices come before those about the inputs.
pub fn collect<'j>(
    inputs: &[Input],
    notices: Vec<Notice>,
    stdin: &mut dyn Read,
    job: &'j Job<'j>,
) -> Collected<'j> {
    let mut all = Batch::default();
    all.rows.notices = notices;
    let mut collector = Collector::new(job, all);
    let digests;
    let threads = threads(inputs, job);
    if threads <= 1 {
        let mut projections = Projections::new(job.plugins);
        digests = blocks::each(inputs, stdin, job.digests, &mut |piece| {
            if !job.watch.goes_on(piece.id(), piece.length()) {
                return Answer::Enough;
            }
            let length = piece.length();
            let (work, buffer) = piece::check(piece, job, &mut projections, &mut |documents, sent| {
                collector.ask(documents, sent)
            });
            collector.add(work, length);
            Answer::More(buffer)
        });
    } else {
        (collector, digests) = in_parallel(inputs, stdin, job, collector, threads);
    }
    Collected { digests, ..collector.finish() }
}

/// Has the plugins check the documents of one file that was read already, then checks what concerns them together.
pub fn check_file(mut file: File, notices: Vec<Notice>, options: &Options, plugins: &[Plugin]) -> Outcome {
    let mut collected = Collected::new(plugins);
    let found = collected.runners.check(file.documents());
    for (document, found) in file.documents_mut().iter_mut().zip(found) {
        document.add_findings(found);
    }
    collected.rows.notices = notices;
    collected.rows.append(file.into_rows());
    collected.settle(options, None)
}

/// On how many threads the inputs are checked: no more than there are pieces of work, as to start one costs as much as a small form does.
fn threads(inputs: &[Input], job: &Job<'_>) -> usize {
    if inputs.iter().any(|input| input.path.is_none()) {
        return job.jobs;
    }
    let blocks = usize::try_from(job.bytes / BLOCK as u64).unwrap_or(usize::MAX);
    job.jobs.min(inputs.len().saturating_add(blocks))
}
