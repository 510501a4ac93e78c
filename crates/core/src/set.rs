//! All documents together: who reported twice, what is counted, and the consolidation that comes of it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use huizong_schema::consolidation::{Consolidation, Coverage, Excluded, FindingCounts, SeverityCounts};
use huizong_schema::findings::{Arg, Args, Finding, Notice, Severity};
use huizong_schema::{Draft, Level, Pointer, Scope};

use crate::identity::{normalised, set_fingerprint};
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
    /// A hash of the document's bytes, which tells copies of one department's document from others of it.
    pub digest: u128,
    /// The document's sums, if it can be counted.
    pub rollup: Option<Rollup>,
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
            rollup: None,
            excluded: None,
            findings: SeverityCounts::default(),
        }
    }
}

impl Entry {
    /// Whether the document counts.
    pub fn counts(&self) -> bool {
        self.excluded.is_none() && self.rollup.is_some()
    }
}

/// A department as the set knows it: a code, or a name that no one code bears.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// 预算单位编码.
    Code(String),
    /// The normalised name.
    Name(String),
}

/// Who each of some documents is from. Whether a document counts makes no difference to it.
pub struct Keys {
    /// The department of each document; `None` where it names none.
    by_entry: Vec<Option<Key>>,
    codes_by_name: BTreeMap<String, BTreeSet<String>>,
}

impl Keys {
    /// Finds out who each document is from.
    pub fn new(entries: &[Entry]) -> Self {
        let names = || entries.iter().map(|entry| entry.name.as_deref().map(normalised));
        let mut keys = Self { by_entry: Vec::new(), codes_by_name: BTreeMap::new() };
        for (entry, name) in entries.iter().zip(names()) {
            if let (Some(code), Some(name)) = (&entry.code, name) {
                keys.codes_by_name.entry(name.into_owned()).or_default().insert(code.clone());
            }
        }
        let by_entry = entries.iter().zip(names()).map(|(entry, name)| match (&entry.code, name) {
            (Some(code), _) => Some(Key::Code(code.clone())),
            (None, Some(name)) => Some(keys.key_of(&name)),
            (None, None) => None,
        });
        keys.by_entry = by_entry.collect();
        keys
    }

    /// Who is meant by a code or a name: a name joins the one code that bears it, if exactly one does.
    pub fn key_of(&self, code_or_name: &str) -> Key {
        let name = normalised(code_or_name);
        match self.codes_by_name.get(&*name) {
            Some(codes) if codes.len() == 1 => Key::Code(codes.iter().next().cloned().unwrap_or_default()),
            _ => Key::Name(name.into_owned()),
        }
    }
}

/// All documents, as rules about the set see them.
pub struct Set<'e> {
    /// The documents, in the order of their ids.
    pub entries: &'e [Entry],
    /// Who each one is from.
    pub keys: &'e Keys,
    /// The ids that settle which of several documents of one department counts.
    pub accept: &'e BTreeSet<String>,
}

impl Set<'_> {
    /// Who is meant by a code or a name.
    pub fn key_of(&self, code_or_name: &str) -> Key {
        self.keys.key_of(code_or_name)
    }

    /// The documents that still count, by department.
    pub fn by_department(&self) -> BTreeMap<&Key, Vec<usize>> {
        let mut by_key: BTreeMap<&Key, Vec<usize>> = BTreeMap::new();
        for (index, key) in self.keys.by_entry.iter().enumerate() {
            if let Some(key) = key
                && self.counts(index)
            {
                by_key.entry(key).or_default().push(index);
            }
        }
        by_key
    }

    /// Whether a document still counts.
    pub fn counts(&self, index: usize) -> bool {
        self.entries[index].counts()
    }
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
    accept: &BTreeSet<String>,
    tally: &mut Tally,
) -> (Vec<Finding>, Vec<Notice>) {
    let keys = Keys::new(entries);
    let mut findings = Vec::new();
    let mut notices = leave_out_copies(entries, &keys, accept);
    for (index, rule) in rules.iter().enumerate() {
        let Check::Set(judge) = rule.check else { continue };
        let set = Set { entries, keys: &keys, accept };
        let Ok(hits) = catch_unwind(AssertUnwindSafe(|| judge(&set))) else {
            tally.count(index, &Judgement::Crashed);
            notices.push(crate::notice::rule_crashed("", rule.id));
            continue;
        };
        tally.count(index, &if hits.is_empty() { Judgement::Passed } else { Judgement::Failed(Vec::new()) });
        let mut excluded = Vec::new();
        for hit in hits {
            let key =
                if hit.variant.is_empty() { rule.id.into() } else { format!("{}.{}", rule.id, hit.variant) };
            let mut keys: Vec<String> =
                hit.documents.iter().map(|&i| format!("{:?}", set.keys.by_entry[i])).collect();
            keys.sort();
            findings.push(Finding {
                rule: rule.id.into(),
                severity: hit.severity.map_or(rule.severity, |severity| severity.min(rule.severity)),
                document: None,
                documents: hit.documents.iter().map(|&i| set.entries[i].document.clone()).collect(),
                department: hit.department,
                fingerprint: set_fingerprint(rule.id, &keys, &hit.args),
                message: render(&key, &hit.args),
                pointer: hit.pointer,
                location: None,
                related: Vec::new(),
                args: hit.args,
            });
            excluded.extend(hit.excluded);
        }
        for index in excluded {
            entries[index].excluded.get_or_insert(rule.id.into());
        }
    }
    (findings, notices)
}

/// Byte-identical copies of one department's document count once.
fn leave_out_copies(entries: &mut [Entry], keys: &Keys, accept: &BTreeSet<String>) -> Vec<Notice> {
    let set = Set { entries, keys, accept };
    let mut copies = Vec::new();
    for documents in set.by_department().into_values() {
        let mut first: BTreeMap<u128, usize> = BTreeMap::new();
        for index in documents {
            match first.get(&entries[index].digest) {
                Some(&original) => copies.push((index, original)),
                None => drop(first.insert(entries[index].digest, index)),
            }
        }
    }
    copies.sort_unstable();
    let mut notices = Vec::new();
    for (copy, original) in copies {
        let args = Args::from([("original", Arg::Text(entries[original].document.clone()))]);
        notices.push(notice("identical-copy", Some(&entries[copy].document), args, false));
        entries[copy].excluded = Some("identical-copy".into());
    }
    notices
}

/// Adds up what counts. `findings` are all findings, those about the set included.
pub fn consolidate<'e>(entries: &'e [Entry], findings: &[Finding]) -> Consolidation<Row<'e>> {
    let Keys { by_entry: keys, .. } = Keys::new(entries);
    let mut sums = Rollup::default();
    let mut years = BTreeSet::new();
    let mut included: Vec<usize> = (0..entries.len()).filter(|&index| entries[index].counts()).collect();
    for &index in &included {
        sums.merge(entries[index].rollup.as_ref().expect("what counts has sums"));
        years.extend(entries[index].fiscal_year);
    }
    // By code, then name; those without a code last. The order of the inputs settles what is left.
    included.sort_by(|&a, &b| (&keys[a], &entries[a].name, a).cmp(&(&keys[b], &entries[b].name, b)));
    let row = |&index: &usize| {
        let (entry, key) = (&entries[index], &keys[index]);
        let rollup = entry.rollup.as_ref().expect("what counts has sums");
        Row {
            entry,
            rollup,
            code: match key {
                Some(Key::Code(code)) => Some(code.clone()),
                _ => None,
            },
        }
    };
    let excluded = entries.iter().filter_map(|entry| {
        Some(Excluded { document: entry.document.clone(), reason: entry.excluded.clone()? })
    });
    Consolidation {
        schema_version: "1.0",
        kind: "consolidation",
        fiscal_year: if years.len() == 1 { years.first().copied() } else { None },
        unit: "CNY",
        coverage: Coverage {
            received: keys.iter().flatten().collect::<BTreeSet<_>>().len() as u64,
            documents: entries.len() as u64,
            included: included.len() as u64,
            excluded: excluded.collect(),
            ..Coverage::default()
        },
        totals: sums.totals(),
        rates: sums.rates(),
        counts: sums.counts,
        groups: Vec::new(),
        departments: included.iter().map(row).collect(),
        findings: count(findings),
        plugins: Vec::new(),
        aggregates: BTreeMap::new(),
    }
}

/// Findings by severity and by rule.
pub fn count(findings: &[Finding]) -> FindingCounts {
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
