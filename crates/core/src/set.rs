//! All documents together: who reported twice, what is counted, and the consolidation that comes of it.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use huizong_schema::consolidation::{Consolidation, Coverage, Excluded, FindingCounts, SeverityCounts};
use huizong_schema::findings::{Arg, Args, Finding, Notice, Severity};
use huizong_schema::{Draft, Level, Pointer, Scope};

use crate::contribution::Contribution;
use crate::identity::{digest, normalised};
use crate::message::render;
use crate::notice::notice;
use crate::rollup::Rollup;
use crate::row::Row;
use crate::rule::{Check, Judgement, Rule, Tally};

/// What is kept of one document: a row, whatever its size.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The document's id.
    pub document: String,
    /// The department's name as printed.
    pub name: Option<String>,
    /// The department's code.
    pub code: Option<String>,
    /// Whether the figures hold the department with its units.
    pub scope: Option<Scope>,
    /// Whether a department reports or a unit.
    pub level: Option<Level>,
    /// The department above: its code, else its name.
    pub parent: Option<String>,
    /// The units that the form says it holds: their codes and names.
    pub units: Vec<String>,
    /// The year reported.
    pub fiscal_year: Option<u16>,
    /// A hash of the document, which tells copies of one department's document from others of it.
    pub digest: u128,
    /// What the document adds to the sums, if it can be counted.
    pub contribution: Option<Contribution>,
    /// Why it is not counted: the id of a rule or notice.
    pub excluded: Option<Cow<'static, str>>,
    /// Its findings by severity.
    pub findings: SeverityCounts,
}

impl Entry {
    /// Of what could be read of a document.
    pub fn new(document: String, draft: &Draft<'_>, digest: u128) -> Self {
        let department = draft.department.as_ref();
        let text = |text: Option<&huizong_schema::NonEmpty<'_>>| text.map(|text| text.to_string());
        Self {
            document,
            name: text(department.and_then(|d| d.name.as_ref())),
            code: text(department.and_then(|d| d.code.as_ref())),
            scope: department.and_then(|d| d.scope),
            level: department.and_then(|d| d.level),
            parent: text(department.and_then(|d| d.parent.as_ref())),
            units: department
                .iter()
                .flat_map(|d| &d.units)
                .flat_map(|unit| [text(unit.code.as_ref()), text(unit.name.as_ref())])
                .flatten()
                .collect(),
            fiscal_year: draft.fiscal_year.map(huizong_schema::FiscalYear::get),
            digest,
            contribution: None,
            excluded: None,
            findings: SeverityCounts::default(),
        }
    }
}

impl Entry {
    /// Whether the document counts.
    pub fn counts(&self) -> bool {
        self.excluded.is_none() && self.contribution.is_some()
    }
}

/// A department as the set knows it: a code, or a name that no one code bears.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key<'e> {
    /// 预算单位编码.
    Code(&'e str),
    /// The normalised name.
    Name(Cow<'e, str>),
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "code:{code}"),
            Self::Name(name) => write!(f, "name:{name}"),
        }
    }
}

/// Who each of some documents is from. Whether a document counts makes no difference to it.
pub struct Keys<'e> {
    entries: &'e [Entry],
    /// The department of each document; `None` where it names none.
    by_entry: Vec<Option<Key<'e>>>,
    /// The documents that name a department, by department, then in their own order.
    sorted: Vec<usize>,
    /// The names that exactly one code bears, sorted; made when a document or a rule first asks by name.
    bearers: OnceCell<Vec<(Cow<'e, str>, &'e str)>>,
}

impl<'e> Keys<'e> {
    /// Finds out who each document is from.
    pub fn new(entries: &'e [Entry]) -> Self {
        let mut keys = Self { entries, by_entry: Vec::new(), sorted: Vec::new(), bearers: OnceCell::new() };
        let by_entry = entries.iter().map(|entry| match (&entry.code, &entry.name) {
            (Some(code), _) => Some(Key::Code(code)),
            (None, Some(name)) => Some(keys.named(normalised(name))),
            (None, None) => None,
        });
        keys.by_entry = by_entry.collect();
        keys.sorted = (0..entries.len()).filter(|&index| keys.by_entry[index].is_some()).collect();
        keys.sorted.sort_by(|&a, &b| keys.by_entry[a].cmp(&keys.by_entry[b]));
        keys
    }

    /// A normalised name joins the one code that bears it, if exactly one does.
    fn named(&self, name: Cow<'e, str>) -> Key<'e> {
        let bearers = self.bearers.get_or_init(|| {
            let borne = self
                .entries
                .iter()
                .filter_map(|entry| Some((normalised(entry.name.as_deref()?), entry.code.as_deref()?)));
            let mut all: Vec<(Cow<'e, str>, &'e str)> = borne.collect();
            all.sort_unstable();
            all.dedup();
            let single = all.chunk_by(|(a, _), (b, _)| a == b).filter(|bearers| bearers.len() == 1);
            single.map(|bearers| bearers[0].clone()).collect()
        });
        match bearers.binary_search_by(|(bearer, _)| bearer.cmp(&name)) {
            Ok(at) => Key::Code(bearers[at].1),
            Err(_) => Key::Name(name),
        }
    }

    /// The documents.
    pub fn entries(&self) -> &'e [Entry] {
        self.entries
    }

    /// The document's department.
    pub fn of(&self, index: usize) -> Option<&Key<'e>> {
        self.by_entry[index].as_ref()
    }

    /// The documents of each department, in the order of the departments: by code, then those without one by name.
    pub fn departments(&self) -> impl Iterator<Item = &[usize]> {
        self.sorted.chunk_by(|&a, &b| self.by_entry[a] == self.by_entry[b])
    }

    /// The documents of those who are meant by a code or a name.
    pub fn meant_by<'k>(&'k self, code_or_name: &'e str) -> impl Iterator<Item = usize> + 'k {
        let by_code = Key::Code(code_or_name);
        let by_name = self.named(normalised(code_or_name));
        let by_name = (by_name != by_code).then_some(by_name);
        [Some(by_code), by_name].into_iter().flatten().flat_map(|key| self.from(&key)).copied()
    }

    fn from(&self, key: &Key<'_>) -> &[usize] {
        let key_at = |index: &usize| self.by_entry[*index].as_ref();
        let start = self.sorted.partition_point(|index| key_at(index) < Some(key));
        let length = self.sorted[start..].partition_point(|index| key_at(index) == Some(key));
        &self.sorted[start..start + length]
    }
}

/// All documents, as rules about the set see them.
pub struct Set<'s, 'e> {
    /// The documents, in the order of their ids.
    pub entries: &'e [Entry],
    /// Who each one is from.
    pub keys: &'s Keys<'e>,
    /// The ids that settle which of several documents of one department counts.
    pub accept: &'s BTreeSet<String>,
    /// Why documents do not count by what the set shows.
    excluded: &'s [Option<&'static str>],
}

impl<'e> Set<'_, 'e> {
    /// The documents that still count, by department, of departments that have several.
    pub fn repeated(&self) -> impl Iterator<Item = Vec<usize>> {
        self.keys.departments().filter(|documents| documents.len() > 1).filter_map(|documents| {
            let count: Vec<usize> = documents.iter().copied().filter(|&index| self.counts(index)).collect();
            (count.len() > 1).then_some(count)
        })
    }

    /// The documents that still count of those who are meant by a code or a name.
    pub fn meant_by(&self, code_or_name: &'e str) -> impl Iterator<Item = usize> {
        self.keys.meant_by(code_or_name).filter(|&index| self.counts(index))
    }

    /// Whether a document still counts.
    pub fn counts(&self, index: usize) -> bool {
        self.excluded[index].is_none() && self.entries[index].counts()
    }
}

/// What the user asks of the set.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The ids that settle which of several documents of one department counts.
    pub accept: &'a BTreeSet<String>,
    /// Whether documents with errors are left out.
    pub exclude_errors: bool,
}

/// One thing that a rule found about the set.
#[derive(Debug, Default)]
pub struct SetHit {
    /// The documents concerned, by index.
    pub documents: Vec<usize>,
    /// Those that are not counted because of it.
    pub excluded: Vec<usize>,
    /// The department's name.
    pub department: Option<String>,
    /// A severity below the rule's.
    pub severity: Option<Severity>,
    /// Which of the rule's messages; empty for the one that bears its id.
    pub variant: &'static str,
    /// The member of the documents concerned.
    pub pointer: Pointer,
    /// The message's arguments.
    pub args: Args,
}

/// Leaves out copies, then holds the rules about the set against the entries, which learn why they do not count.
pub fn settle(
    rules: &[&'static Rule],
    entries: &mut [Entry],
    asked: Asked<'_>,
    tally: &mut Tally,
) -> (Vec<Finding>, Vec<Notice>) {
    let accept = asked.accept;
    let keys = Keys::new(entries);
    let mut excluded: Vec<Option<&'static str>> = vec![None; entries.len()];
    let mut findings = Vec::new();
    let mut notices = leave_out_copies(&keys, accept, &mut excluded);
    // Who counts is settled before rules ask what counts.
    for settled in [false, true] {
        if settled && asked.exclude_errors {
            leave_out_errors(entries, &mut excluded);
        }
        for (index, rule) in rules.iter().enumerate() {
            let judge = match rule.check {
                Check::Set(judge) if !settled => judge,
                Check::Counted(judge) if settled => judge,
                _ => continue,
            };
            let set = Set { entries, keys: &keys, accept, excluded: &excluded };
            let Ok(hits) = catch_unwind(AssertUnwindSafe(|| judge(&set))) else {
                tally.count(index, &Judgement::Crashed);
                notices.push(crate::notice::rule_crashed("", rule.id));
                continue;
            };
            tally.count(
                index,
                &if hits.is_empty() { Judgement::Passed } else { Judgement::Failed(Vec::new()) },
            );
            let mut out = Vec::new();
            for hit in hits {
                findings.push(Finding {
                    rule: rule.id.into(),
                    severity: hit.severity.map_or(rule.severity, |severity| severity.min(rule.severity)),
                    document: None,
                    documents: hit.documents.iter().map(|&i| entries[i].document.clone()).collect(),
                    department: hit.department,
                    fingerprint: fingerprint(rule, &keys, &hit.documents, &hit.pointer, &hit.args),
                    message: render(&rule.message_key(hit.variant), &hit.args),
                    pointer: hit.pointer,
                    location: None,
                    related: Vec::new(),
                    args: hit.args,
                });
                out.extend(hit.excluded);
            }
            for index in out {
                excluded[index].get_or_insert(rule.id);
            }
        }
    }
    drop(keys);
    for (entry, why) in entries.iter_mut().zip(excluded) {
        if let Some(why) = why {
            entry.excluded.get_or_insert(why.into());
        }
    }
    (findings, notices)
}

/// Documents with errors do not count if that is asked for.
fn leave_out_errors(entries: &[Entry], excluded: &mut [Option<&'static str>]) {
    for (entry, why) in entries.iter().zip(excluded) {
        if why.is_none() && entry.counts() && entry.findings.error > 0 {
            *why = Some("has-errors");
        }
    }
}

/// As a document's, over the departments and years of the documents concerned.
fn fingerprint(rule: &Rule, keys: &Keys<'_>, documents: &[usize], pointer: &Pointer, args: &Args) -> String {
    let (departments, years) = departments_and_years(keys, documents);
    digest(&[rule.id, &departments, &years, pointer.as_str()], args)
}

/// Who some documents are from and which years they report, as fingerprints hold them.
pub(crate) fn departments_and_years(keys: &Keys<'_>, documents: &[usize]) -> (String, String) {
    let departments: BTreeSet<String> =
        documents.iter().filter_map(|&index| keys.of(index)).map(Key::to_string).collect();
    let years: BTreeSet<u16> =
        documents.iter().filter_map(|&index| keys.entries[index].fiscal_year).collect();
    let years: Vec<String> = years.iter().map(u16::to_string).collect();
    let departments: Vec<String> = departments.into_iter().collect();
    (departments.join("\n"), years.join("\n"))
}

/// Copies of one department's document count once.
///
/// The first of them counts, or one that was accepted by name.
fn leave_out_copies(
    keys: &Keys<'_>,
    accept: &BTreeSet<String>,
    excluded: &mut [Option<&'static str>],
) -> Vec<Notice> {
    let entries = keys.entries;
    let mut copies = Vec::new();
    for documents in keys.departments().filter(|documents| documents.len() > 1) {
        let mut first: BTreeMap<u128, usize> = BTreeMap::new();
        for &index in documents.iter().filter(|&&index| entries[index].counts()) {
            match first.get(&entries[index].digest) {
                Some(&original) if accept.contains(&entries[index].document) => {
                    copies.push((original, index));
                    first.insert(entries[index].digest, index);
                }
                Some(&original) => copies.push((index, original)),
                None => drop(first.insert(entries[index].digest, index)),
            }
        }
    }
    copies.sort_unstable();
    let mut notices = Vec::new();
    for (copy, original) in copies {
        let args = Args::from([("original", Arg::Document(entries[original].document.clone()))]);
        notices.push(notice("identical-copy", Some(&entries[copy].document), args, false));
        excluded[copy] = Some("identical-copy");
    }
    notices
}

/// Adds up what counts of some documents: the consolidation, and the sums that it shows. `findings` are all findings, those about the set included.
pub fn consolidate<'e>(keys: &Keys<'e>, findings: &[Finding]) -> (Consolidation<Row<'e>>, Rollup) {
    let entries = keys.entries;
    let mut sums = Rollup::default();
    let mut years = BTreeSet::new();
    let mut rows = Vec::with_capacity(entries.len());
    // What counts bears a name, so each document that counts is one of a department's.
    for &index in &keys.sorted {
        let entry = &entries[index];
        let Some(contribution) = entry.contribution.as_ref().filter(|_| entry.counts()) else { continue };
        sums.add(contribution);
        years.extend(entry.fiscal_year);
        let code = match keys.of(index) {
            Some(Key::Code(code)) => Some(*code),
            _ => None,
        };
        rows.push(Row { entry, contribution, code });
    }
    // By department, then reason: the order of the inputs settles only what is left.
    let mut excluded: Vec<usize> =
        (0..entries.len()).filter(|&index| entries[index].excluded.is_some()).collect();
    excluded.sort_by_key(|&index| (keys.of(index), &entries[index].excluded, &entries[index].document));
    let excluded = excluded.into_iter().filter_map(|index| {
        Some(Excluded { document: entries[index].document.clone(), reason: entries[index].excluded.clone()? })
    });
    let consolidation = Consolidation {
        schema_version: "1.0",
        kind: "consolidation",
        fiscal_year: if years.len() == 1 { years.first().copied() } else { None },
        unit: "CNY",
        coverage: Coverage {
            received: keys.departments().count() as u64,
            documents: entries.len() as u64,
            included: rows.len() as u64,
            excluded: excluded.collect(),
            ..Coverage::default()
        },
        totals: sums.totals(),
        rates: sums.rates(),
        counts: sums.counts,
        groups: Vec::new(),
        departments: rows,
        findings: count(findings),
        plugins: Vec::new(),
        aggregates: BTreeMap::new(),
    };
    (consolidation, sums)
}

/// Findings by severity and by rule.
pub fn count<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> FindingCounts {
    let mut counts = FindingCounts::default();
    for finding in findings {
        add_severity(&mut counts.by_severity, finding.severity);
        *counts.by_rule.entry(finding.rule.clone()).or_default() += 1;
    }
    counts
}

/// Counts one finding more.
pub fn add_severity(counts: &mut SeverityCounts, severity: Severity) {
    match severity {
        Severity::Error => counts.error += 1,
        Severity::Warning => counts.warning += 1,
        Severity::Info => counts.info += 1,
    }
}
