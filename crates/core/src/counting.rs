//! Decides which documents are counted, each alone and then together with the others.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use huizong_schema::findings::{Arg, Args, Finding, Notice};
use huizong_schema::{Evaluation, Pointer};

use crate::accepted::Accepted;
use crate::contribution::Contribution;
use crate::entry::{ATTACHMENT, DocumentDigest, Entry, SUPERSEDED, Uncounted};
use crate::identity::digest;
use crate::notices::IDENTICAL_COPY;
use crate::outcome::{Judgement, Skip};
use crate::roster::Roster;
use crate::rule::{Check, Exclusion, Rule};
use crate::set::{DepartmentIndex, DepartmentKey, Set, departments_and_years};
use crate::state::State;
use crate::tally::Tally;

/// Decides whether a document is counted by itself, and keeps what it adds to the sums.
///
/// `finished` is the document if it has every required member and the schema refuses no part of it; `findings` are what
/// `rules` found in it.
pub fn count_alone(
    rules: &[&'static Rule],
    entry: &mut Entry,
    finished: Option<&Evaluation<'_>>,
    findings: &[Finding],
) {
    entry.contribution = finished.map(Contribution::of);
    if findings.is_empty() && finished.is_some() {
        return;
    }
    // An unreadable cell does not exclude a finished document.
    let applies = |exclusion: &Exclusion| finished.is_none() || exclusion.state == State::AnotherYear;
    let failed = rules.iter().filter(|rule| findings.iter().any(|finding| finding.rule == rule.id));
    let reasons = failed.filter_map(|rule| Some((rule.excludes.filter(applies)?, rule.id)));
    entry.uncounted = match reasons.min() {
        Some((exclusion, rule)) => Some(Uncounted::new(exclusion.state, rule).into()),
        None if finished.is_some() => None,
        None => Some(Uncounted::new(State::NotFinished, "figure-unreadable").into()),
    };
}

/// Returns the digests of documents' members by the documents' ids, as far as they can be read.
pub type DigestsOf<'a> = dyn Fn(&BTreeSet<&str>) -> BTreeMap<String, u128> + 'a;

/// The user's options for the set.
#[derive(Clone, Copy)]
pub struct CountingOptions<'a> {
    /// The ids of the documents that count where a department sent several.
    pub accept: &'a Accepted,
    /// Whether documents with errors are left out.
    pub exclude_errors: bool,
    /// The ids of documents whose problems are settled, which are not left out for them.
    pub settled: &'a BTreeSet<String>,
    /// The departments that should report.
    pub roster: Option<&'a Roster>,
    /// Reads documents again whose digest is of their bytes, to compare their members. Without it, their bytes decide.
    pub members: Option<&'a DigestsOf<'a>>,
    /// The notices so far, some of which name files that could not be read.
    pub notices: &'a [Notice],
    /// Whether all expected documents are present. If not, only departments that sent several different documents are
    /// reported.
    pub is_whole_set: bool,
}

/// Leaves out copies, runs the rules about the set, and notes in each entry why it is not counted.
pub fn count_together(
    rules: &[&'static Rule],
    entries: &mut [Entry],
    options: CountingOptions<'_>,
    tally: &mut Tally,
) -> (Vec<Finding>, Vec<Notice>) {
    let accept = options.accept;
    let departments = DepartmentIndex::new(entries, options.roster, options.notices);
    let mut uncounted = BTreeMap::new();
    let mut findings = Vec::new();
    let mut notices = leave_out_copies(&departments, options, &mut uncounted);
    // First the rules that decide which documents count, then the rules about the counted documents.
    for settled in [false, true] {
        if settled && options.exclude_errors {
            leave_out_errors(entries, options.settled, &mut uncounted);
        }
        for (index, rule) in rules.iter().enumerate() {
            let judge = match rule.check {
                Check::Set(judge) if !settled => judge,
                Check::Counted(judge) if settled => judge,
                _ => continue,
            };
            let finds_duplicates = rule.excludes.is_some_and(|exclusion| exclusion.state == State::Duplicate);
            if !options.is_whole_set && !finds_duplicates {
                tally.count(index, &Judgement::Skipped(Skip::NotAsked));
                continue;
            }
            let set = Set { entries, departments: &departments, accept, uncounted: &uncounted };
            let hits = match catch_unwind(AssertUnwindSafe(|| judge(&set))) {
                Ok(Ok(hits)) => hits,
                Ok(Err(skip)) => {
                    tally.count(index, &Judgement::Skipped(skip));
                    continue;
                }
                Err(_) => {
                    tally.count(index, &Judgement::Crashed);
                    notices.push(rule.crashed(""));
                    continue;
                }
            };
            tally.count(
                index,
                &if hits.is_empty() { Judgement::Passed } else { Judgement::Failed(Vec::new()) },
            );
            let mut out = Vec::new();
            for hit in hits {
                findings.push(Finding {
                    rule: rule.id.into(),
                    severity: rule.severity_of(hit.severity),
                    document: None,
                    documents: hit.documents.iter().map(|&i| entries[i].document.to_string()).collect(),
                    department: hit.department,
                    fingerprint: fingerprint(rule, &departments, &hit.documents, &hit.pointer, &hit.args),
                    message: rule.message(hit.variant, &hit.args),
                    pointer: hit.pointer,
                    location: None,
                    related: Vec::new(),
                    args: hit.args,
                });
                let reason = hit.reason.unwrap_or(rule.id);
                out.extend(hit.excluded.into_iter().map(|index| (index, reason)));
            }
            let state = rule.excludes.map_or(State::NotFinished, |exclusion| exclusion.state);
            for (index, reason) in out {
                uncounted.entry(index).or_insert(Uncounted::new(state, reason));
            }
        }
    }
    let gave_way = gave_way(&departments, &uncounted, accept);
    drop(departments);
    for (index, why) in uncounted {
        entries[index].uncounted.get_or_insert(why.into());
    }
    for (index, reason) in gave_way {
        // An unfinished document has no reason yet.
        let state = entries[index].state();
        entries[index].uncounted = Some(Uncounted::new(state, reason).into());
    }
    (findings, notices)
}

/// The documents that nobody has to mend, and why: they are no form and came with one, or another one of their department counts. In
/// place of an unfinished one it has to be accepted: two documents do not tell which of them is meant.
fn gave_way(
    departments: &DepartmentIndex<'_>,
    uncounted: &BTreeMap<usize, Uncounted>,
    accept: &Accepted,
) -> Vec<(usize, &'static str)> {
    let entries = departments.entries();
    // Where a form does not say its department, its file does.
    let department = |index: usize| {
        let row = departments.row(index).map(|(row, _)| row);
        row.map(Department::Listed).or_else(|| departments.of(index).map(Department::Other))
    };
    let may_give_way = |index: &usize| {
        let state = entries[*index].state();
        state != State::Duplicate && !state.is_counted()
    };
    let left_out: Vec<usize> = (0..entries.len()).filter(may_give_way).collect();
    let theirs: BTreeSet<Department<'_>> = left_out.iter().copied().filter_map(department).collect();
    if theirs.is_empty() {
        return Vec::new();
    }
    let of = |is: &dyn Fn(usize) -> bool| -> BTreeSet<Department<'_>> {
        let all = (0..entries.len()).filter(|&index| is(index)).filter_map(department);
        all.filter(|department| theirs.contains(department)).collect()
    };
    let counts = |index: usize| !uncounted.contains_key(&index) && entries[index].counts();
    let counted = of(&counts);
    let accepted = of(&|index| counts(index) && accept.prefers(&entries[index].document));
    let is_form = |index: usize| {
        !matches!(entries[index].state(), State::AnotherForm | State::NotReadable | State::Blank)
    };
    let with_form = of(&is_form);
    let reason = |index: usize| {
        let department = department(index)?;
        match entries[index].state() {
            State::AnotherForm => with_form.contains(&department).then_some(ATTACHMENT),
            State::Blank | State::AnotherYear => counted.contains(&department).then_some(SUPERSEDED),
            State::NotFinished | State::NotReadable => accepted.contains(&department).then_some(SUPERSEDED),
            _ => None,
        }
    };
    left_out.into_iter().filter_map(|index| Some((index, reason(index)?))).collect()
}

/// A department, on the roster or not.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Department<'e> {
    Listed(usize),
    Other(DepartmentKey<'e>),
}

/// Leaves out documents with errors.
fn leave_out_errors(
    entries: &[Entry],
    settled: &BTreeSet<String>,
    uncounted: &mut BTreeMap<usize, Uncounted>,
) {
    for (index, entry) in entries.iter().enumerate() {
        let has_errors = entry.findings().error > 0 && !settled.contains(&*entry.document);
        if entry.counts() && has_errors {
            uncounted.entry(index).or_insert(Uncounted::new(State::LeftOutForErrors, "has-errors"));
        }
    }
}

/// Like the fingerprint of a document's finding, over the departments and years of the documents concerned.
fn fingerprint(
    rule: &Rule,
    departments: &DepartmentIndex<'_>,
    documents: &[usize],
    pointer: &Pointer,
    args: &Args,
) -> String {
    let (departments, years) = departments_and_years(departments, documents);
    digest(&[rule.id, &departments, &years, pointer.as_str()], args)
}

/// Copies of one department's document count once.
///
/// The first copy counts, unless another one was accepted by name.
fn leave_out_copies(
    departments: &DepartmentIndex<'_>,
    options: CountingOptions<'_>,
    uncounted: &mut BTreeMap<usize, Uncounted>,
) -> Vec<Notice> {
    let entries = departments.entries();
    let accept = options.accept;
    let digests = digests_to_compare(departments, options.members);
    let mut copies = Vec::new();
    for documents in departments.by_department().filter(|documents| documents.len() > 1) {
        let mut first: BTreeMap<DocumentDigest, usize> = BTreeMap::new();
        for &index in documents.iter().filter(|&&index| entries[index].counts()) {
            let digest = digests.get(&*entries[index].document).copied().unwrap_or(entries[index].digest);
            match first.get(&digest) {
                Some(&original) if accept.prefers(&entries[index].document) => {
                    copies.push((original, index));
                    first.insert(digest, index);
                }
                Some(&original) => copies.push((index, original)),
                None => drop(first.insert(digest, index)),
            }
        }
    }
    copies.sort_unstable();
    let mut notices = Vec::new();
    for (copy, original) in copies {
        let args = Args::from([("original", Arg::Document(entries[original].document.to_string()))]);
        notices.push(IDENTICAL_COPY.notice(Some(&entries[copy].document), args));
        uncounted.insert(copy, Uncounted::new(State::Duplicate, IDENTICAL_COPY.id));
    }
    notices
}

/// The digests of the members of documents that differ in their bytes from others of their department.
fn digests_to_compare(
    departments: &DepartmentIndex<'_>,
    members: Option<&DigestsOf<'_>>,
) -> BTreeMap<String, DocumentDigest> {
    let Some(members) = members else { return BTreeMap::new() };
    let entries = departments.entries();
    let mut unsure = BTreeSet::new();
    for documents in departments.by_department() {
        let counted = || documents.iter().map(|&index| &entries[index]).filter(|entry| entry.counts());
        let mut digests = counted().map(|entry| entry.digest);
        let first = digests.next();
        if digests.any(|digest| Some(digest) != first) {
            let by_bytes = counted().filter(|entry| entry.digest.is_of_bytes());
            unsure.extend(by_bytes.map(|entry| &*entry.document));
        }
    }
    if unsure.is_empty() {
        return BTreeMap::new();
    }
    members(&unsure)
        .into_iter()
        .map(|(document, digest)| (document, DocumentDigest::members(digest)))
        .collect()
}

#[cfg(test)]
mod tests;
