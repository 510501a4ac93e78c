//! All documents together.

use std::collections::{BTreeMap, BTreeSet};

use huizong_core::consolidate::{ConsolidationOptions, consolidate};
use huizong_core::counting::{CountingOptions, DigestsOf, count_together};
use huizong_core::rollup::Rollup;
use huizong_core::set::DepartmentIndex;
use huizong_core::{DepartmentRow, Entry, State, rules};
use huizong_schema::consolidation::{Aggregate, Consolidation, Note};
use huizong_schema::findings::{Arg, Args, Finding, Notice, RuleCounts, Severity};

use crate::document::Checked;
use crate::file::File;
use crate::notices::{BOOKS_WITHOUT_FORM, NO_DOCUMENTS, NOT_ON_TEMPLATE, PROBLEMS_SETTLED};
use crate::options::Options;
use crate::rows::Rows;

/// The documents of a year, as they come in.
#[derive(Clone, Debug)]
pub struct Round {
    options: Options,
    rows: Rows,
}

impl Round {
    /// Starts a round without documents.
    pub fn new(options: &Options) -> Self {
        Self { options: options.clone(), rows: Rows::default() }
    }

    /// Adds the documents of a file.
    pub fn add(&mut self, file: File) {
        self.rows.append(file.into_rows());
    }

    /// Adds the rows of documents that were read elsewhere.
    pub fn add_rows(&mut self, rows: Rows) {
        self.rows.append(rows);
    }

    /// Decides which documents count, and checks what concerns all of them together.
    pub fn settle(self) -> Settled {
        self.settle_with(&mut NoPlugins, None)
    }

    /// Like [`settle`](Self::settle), but plugins check the set too, and `members` reads documents again that were told
    /// by their bytes: it is called once at most, with the documents that differ from others of their department.
    pub fn settle_with(self, plugins: &mut dyn Plugins, members: Option<&DigestsOf<'_>>) -> Settled {
        let Self { options, mut rows } = self;
        if rows.entries.is_empty() && rows.notices.iter().all(|notice| !notice.incomplete) {
            rows.notices.push(NO_DOCUMENTS.incomplete(None, Args::new()));
        }
        let settled = settled(&rows, &options);
        let ids = settled.keys().cloned().collect();
        let counting = CountingOptions { members, notices: &rows.notices, ..options.counting(&ids) };
        let (findings, notices) = count_together(rules::ALL, &mut rows.entries, counting, &mut rows.tally);
        // Nobody has to mend a document that another one took the place of.
        let gave_way: BTreeSet<&str> =
            rows.entries.iter().filter(|entry| entry.gave_way()).map(|entry| &*entry.document).collect();
        let is_kept =
            |finding: &Finding| !finding.document.as_deref().is_some_and(|id| gave_way.contains(id));
        let kept: Vec<bool> = rows.findings.iter().map(is_kept).collect();
        retain(&mut rows.findings, &kept);
        rows.findings.extend(findings);
        rows.notices.extend(notices);
        rows.notices.extend(not_on_template(&rows.entries));
        let counts = rows.entries.iter().filter(|entry| entry.counts());
        let of_counted = counts.filter_map(|entry| Some((entry, settled.get(&*entry.document)?)));
        let notices = of_counted.map(|(entry, problems)| {
            let args = Args::from([("count", Arg::Count(*problems))]);
            PROBLEMS_SETTLED.notice(Some(&entry.document), args)
        });
        let notices: Vec<Notice> = notices.collect();
        rows.notices.extend(notices);
        if !options.is_whole_set {
            plugins.skip_set();
            return Settled { options, rows, kept, aggregates: BTreeMap::new() };
        }
        let set = SetOfDocuments {
            entries: &rows.entries,
            notices: &rows.notices,
            findings: &rows.findings,
            options: options.consolidation(),
        };
        let SetFindings { findings, aggregates } = plugins.check_set(&set);
        rows.findings.extend(findings);
        Settled { options, rows, kept, aggregates }
    }
}

/// Checks that come from outside, such as a district's plugins.
pub trait Plugins {
    /// Checks documents. Returns the findings of each, in the order of the documents.
    fn check(&mut self, documents: &[Checked<'_>]) -> Vec<Vec<Finding>>;

    /// Checks all documents together, once it is decided which of them count.
    fn check_set(&mut self, set: &SetOfDocuments<'_>) -> SetFindings;

    /// Called instead of [`check_set`](Self::check_set) if the documents are not a whole set.
    fn skip_set(&mut self) {}
}

/// All documents of a round, as plugins see them.
#[derive(Clone, Copy)]
pub struct SetOfDocuments<'s> {
    /// The documents.
    pub entries: &'s [Entry],
    /// What could not be read.
    pub notices: &'s [Notice],
    /// The findings so far of the built-in rules and the plugins.
    pub findings: &'s [Finding],
    /// The lists that the sums are compared with and grouped by.
    pub options: ConsolidationOptions<'s>,
}

impl<'s> SetOfDocuments<'s> {
    /// Finds out which department each document is from. This takes a while where there are many.
    pub fn departments(&self) -> DepartmentIndex<'s> {
        DepartmentIndex::new(self.entries, self.options.roster, self.notices)
    }
}

/// The plugins' findings about all documents together.
#[derive(Debug, Default)]
pub struct SetFindings {
    /// The findings.
    pub findings: Vec<Finding>,
    /// The values that they measured, by the aggregate's id.
    pub aggregates: BTreeMap<String, Aggregate>,
}

struct NoPlugins;

impl Plugins for NoPlugins {
    fn check(&mut self, documents: &[Checked<'_>]) -> Vec<Vec<Finding>> {
        documents.iter().map(|_| Vec::new()).collect()
    }

    fn check_set(&mut self, _: &SetOfDocuments<'_>) -> SetFindings {
        SetFindings::default()
    }
}

/// A round after the decision which documents count.
#[derive(Clone, Debug)]
pub struct Settled {
    options: Options,
    /// The documents, the findings, and what could not be read.
    pub rows: Rows,
    /// For each finding about a document before the round was settled, whether it is among the findings: not if the document gave
    /// way to another one.
    kept: Vec<bool>,
    aggregates: BTreeMap<String, Aggregate>,
}

impl Settled {
    /// Returns a row for each document, with its state.
    pub fn entries(&self) -> &[Entry] {
        &self.rows.entries
    }

    /// Whether the bureau has settled a finding.
    pub(crate) fn settles(&self, finding: &Finding) -> bool {
        self.options.settles(finding)
    }

    /// Returns all findings: those about documents in their order, then those about the set.
    pub fn findings(&self) -> &[Finding] {
        &self.rows.findings
    }

    /// Returns what could not be read or judged.
    pub fn notices(&self) -> &[Notice] {
        &self.rows.notices
    }

    /// Returns how often each built-in rule ended in each state.
    pub fn rule_counts(&self) -> Vec<RuleCounts> {
        self.rows.tally.counts(rules::ALL)
    }

    /// Drops what belongs to findings that were dropped when the round was settled. `of` has an item for each finding about a
    /// document, in their order before that.
    pub fn drop_with_findings<T>(&self, of: &mut Vec<T>) {
        retain(of, &self.kept);
    }

    /// Finds out which department each document is from.
    pub fn departments(&self) -> DepartmentIndex<'_> {
        DepartmentIndex::new(&self.rows.entries, self.options.roster_given(), &self.rows.notices)
    }

    /// Returns the documents of departments that sent several different ones, none of which counts yet.
    pub fn undecided(&self) -> Vec<&str> {
        let entries = self.entries();
        let departments = self.departments();
        let undecided = departments.by_department().filter(|documents| {
            let is = |is: fn(&Entry) -> bool| documents.iter().any(|&index| is(&entries[index]));
            is(|entry| entry.state() == State::Duplicate && !entry.gave_way()) && !is(Entry::counts)
        });
        undecided.flatten().map(|&index| &*entries[index].document).collect()
    }

    /// Adds up the documents that count.
    pub fn consolidation(&self) -> Consolidation<DepartmentRow<'_>> {
        self.consolidate().0
    }

    /// Adds up the documents that count. Returns the exact sums besides.
    pub fn consolidate(&self) -> (Consolidation<DepartmentRow<'_>>, Rollup) {
        let (mut consolidation, sums) =
            consolidate(&self.departments(), &self.rows.findings, self.options.consolidation());
        consolidation.aggregates.clone_from(&self.aggregates);
        consolidation.notices = self.rows.notices.iter().map(Note::from).collect();
        (consolidation, sums)
    }

    /// Returns a notice that names the departments of the bureau's books that no document is from, if there are any.
    pub fn books_without_form(&self) -> Option<Notice> {
        let reported = self.rows.entries.iter().map(|entry| (entry.code.as_deref(), entry.name.as_deref()));
        // Where a roster says who should report, it says so of these too.
        let roster = self.options.roster_given();
        let is_expected = |name: &str| roster.is_some_and(|roster| roster.meant_by(name).is_some());
        let mut without = self.options.books_given()?.without(reported);
        without.retain(|name| !is_expected(name));
        (!without.is_empty()).then(|| BOOKS_WITHOUT_FORM.notice(None, named("departments", &without)))
    }
}

/// The documents whose problems are all settled, with how many there are.
fn settled(rows: &Rows, options: &Options) -> BTreeMap<String, u64> {
    if !options.settles_any() {
        return BTreeMap::new();
    }
    let mut problems: BTreeMap<&str, (u64, bool)> = BTreeMap::new();
    for finding in rows.findings.iter().filter(|finding| finding.severity > Severity::Info) {
        let Some(document) = &finding.document else { continue };
        let (count, all) = problems.entry(document).or_insert((0, true));
        *count += 1;
        *all &= options.settles(finding);
    }
    let settled = problems.into_iter().filter(|(_, (_, all))| *all);
    settled.map(|(document, (count, _))| (document.to_owned(), count)).collect()
}

/// A notice that names the forms that were not filled in on the blank form, if most were.
fn not_on_template(entries: &[Entry]) -> Option<Notice> {
    let forms: Vec<(&str, bool)> = entries
        .iter()
        .filter(|entry| !entry.gave_way())
        .filter_map(|entry| Some((&*entry.document, entry.on_template?)))
        .collect();
    let mut others: Vec<&str> = forms.iter().filter(|(_, on)| !on).map(|(document, _)| *document).collect();
    if others.is_empty() || 2 * others.len() >= forms.len() {
        return None;
    }
    others.sort_unstable();
    Some(NOT_ON_TEMPLATE.notice(None, named("documents", &others)))
}

/// What a notice says of several: how many there are, and the names of the first ones.
fn named(which: &'static str, names: &[&str]) -> Args {
    /// The most that a notice names.
    const NAMED: usize = 20;
    let rest = if names.len() > NAMED { "……" } else { "" };
    let first = names[..names.len().min(NAMED)].join("、") + rest;
    Args::from([("count", Arg::Count(names.len() as u64)), (which, Arg::Text(first))])
}

/// Keeps the items for which `kept` says so. Items beyond the end of `kept` are kept too.
fn retain<T>(items: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    items.retain(|_| kept.next().is_none_or(|kept| *kept));
}
