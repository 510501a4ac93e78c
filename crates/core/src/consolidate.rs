//! The consolidation of the documents that count.

use std::collections::{BTreeMap, BTreeSet};

use huizong_schema::consolidation::{
    Consolidation, Coverage, Excluded, Expected, FindingCounts, Group, Matched, MatchedBy, Range, Status,
    Suspected, Total, Totals,
};
use huizong_schema::findings::Finding;

use crate::contribution::Contribution;
use crate::department_row::{DepartmentRow, OtherColumns};
use crate::entry::Entry;
use crate::number::percent_of_sums;
use crate::rollup::{Rollup, Sum};
use crate::roster::Roster;
use crate::rules::suspects_unit;
use crate::set::DepartmentIndex;
use crate::snapshot::Snapshot;
use crate::state::State;
use huizong_schema::figures::{Figure, Top};

/// The lists that a consolidation is compared with.
#[derive(Clone, Copy, Default)]
pub struct ConsolidationOptions<'f> {
    /// The departments that should report.
    pub roster: Option<&'f Roster>,
    /// The groupings: the roster's columns of each.
    pub group_by: &'f [Vec<usize>],
    /// Last year's consolidation.
    pub previous: Option<&'f Snapshot>,
    /// The name of the district. Absent: as most names of the roster begin.
    pub district: Option<&'f str>,
}

/// Adds up the documents that count. Returns the consolidation, and the sums that it shows. `findings` includes those
/// about the set.
pub fn consolidate<'e>(
    departments: &DepartmentIndex<'e>,
    findings: &[Finding],
    options: ConsolidationOptions<'_>,
) -> (Consolidation<DepartmentRow<'e>>, Rollup) {
    let entries = departments.entries();
    let mut sums = Rollup::default();
    let mut years = BTreeSet::new();
    let mut rows = Vec::with_capacity(entries.len());
    // A document without a name does not count, so each one that counts belongs to a department.
    let mut counted: Vec<usize> =
        departments.sorted().iter().copied().filter(|&index| entries[index].counts()).collect();
    if departments.roster().is_some() {
        // The roster's order; documents that are not on it come last.
        counted.sort_by_key(|&index| departments.row(index).map_or(usize::MAX, |(row, _)| row));
    }
    // In their own order, in which they are in memory.
    for entry in entries.iter().filter(|entry| entry.counts()) {
        let Some(contribution) = entry.contribution.as_ref() else { continue };
        sums.add(contribution);
        years.extend(entry.fiscal_year);
    }
    for &index in &counted {
        let entry = &entries[index];
        if entry.contribution.is_none() {
            continue;
        }
        let code = departments.of(index).and_then(|key| key.code());
        let by = OtherColumns::new(departments.listed(index));
        rows.push(DepartmentRow { entry, code, by });
    }
    let expected =
        options.roster.map(|roster| Expectation::new(roster, departments, &counted, options.previous));
    let all = |_: usize| true;
    let totals = match &expected {
        Some(expected) => expected.totals(&sums, &all),
        None => sums.totals(),
    };
    let consolidation = Consolidation {
        district: options.district.or_else(|| options.roster?.district()).map(str::to_owned),
        fiscal_year: if years.len() == 1 { years.first().copied() } else { None },
        coverage: coverage(departments, rows.len(), expected.as_ref()),
        totals,
        suspected: suspected(&rows, findings),
        rates: sums.rates(),
        counts: sums.counts,
        groups: match &expected {
            Some(expected) => options.group_by.iter().flat_map(|by| groups(expected, &counted, by)).collect(),
            None => Vec::new(),
        },
        departments: rows,
        findings: count(findings),
        ..Consolidation::of_nothing().with_rows(Vec::new())
    };
    (consolidation, sums)
}

/// The documents whose totals may be in another unit than they say, if there are any, and the sums without them.
fn suspected(rows: &[DepartmentRow<'_>], findings: &[Finding]) -> Option<Suspected> {
    let documents: BTreeSet<&str> = findings
        .iter()
        .filter(|finding| suspects_unit(finding))
        .filter_map(|finding| finding.document.as_deref())
        .collect();
    if documents.is_empty() {
        return None;
    }
    let (of, others): (Vec<_>, Vec<_>) =
        rows.iter().partition(|row| documents.contains(&*row.entry.document));
    if of.is_empty() {
        return None;
    }
    let mut without = Rollup::default();
    others.iter().for_each(|row| without.add(row.contribution()));
    let totals = Top::ALL.iter().filter_map(|top| Some((*top, without.sum(Figure::Top(*top))?.value)));
    Some(Suspected {
        departments: of.iter().map(|row| row.entry.department_name()).collect(),
        documents: of.iter().map(|row| row.entry.document.to_string()).collect(),
        totals_without: totals.collect(),
    })
}

fn coverage(
    departments: &DepartmentIndex<'_>,
    included: usize,
    expected: Option<&Expectation<'_, '_>>,
) -> Coverage {
    let entries = departments.entries();
    // By department, reason and id, so that the order of the inputs does not matter.
    let mut excluded: Vec<usize> =
        (0..entries.len()).filter(|&index| entries[index].uncounted.is_some()).collect();
    let reason = |index: usize| entries[index].uncounted.as_ref().map(|uncounted| &uncounted.reason);
    excluded.sort_by_cached_key(|&index| (departments.of(index), reason(index), &entries[index].document));
    let excluded = excluded.into_iter().filter_map(|index| {
        let entry = &entries[index];
        Some(Excluded {
            document: entry.document.to_string(),
            department: entry.name.as_deref().map(str::to_owned),
            code: departments.of(index).and_then(|key| key.code()).map(str::to_owned),
            fiscal_year: entry.fiscal_year,
            reason: reason(index)?.clone(),
        })
    });
    let coverage = Coverage {
        received: departments.by_department().count() as u64,
        documents: entries.len() as u64,
        included: included as u64,
        excluded: excluded.collect(),
        ..Coverage::default()
    };
    match expected {
        Some(expected) => expected.tell(coverage),
        None => coverage,
    }
}

/// The roster compared with the documents that arrived.
struct Expectation<'x, 'e> {
    roster: &'x Roster,
    departments: &'x DepartmentIndex<'e>,
    /// The department's status, by row.
    status: Vec<Status>,
    /// The department's documents, by row.
    documents: Vec<Vec<usize>>,
    /// The department's counted figures, by row.
    counted: Vec<Option<&'x Contribution>>,
    /// The department's figures of last year, by row, where they are known.
    last: Option<Vec<Option<&'x Contribution>>>,
}

impl<'x, 'e> Expectation<'x, 'e> {
    fn new(
        roster: &'x Roster,
        departments: &'x DepartmentIndex<'e>,
        counts: &[usize],
        previous: Option<&'x Snapshot>,
    ) -> Self {
        let entries = departments.entries();
        let mut documents = vec![Vec::new(); roster.rows().len()];
        for index in 0..entries.len() {
            if let Some((row, _)) = departments.row(index) {
                documents[row].push(index);
            }
        }
        let names_itself = |of: &[usize]| of.iter().any(|&index| entries[index].name.is_some());
        let mut counted = vec![None; roster.rows().len()];
        for &index in counts {
            if let Some((row, _)) = departments.row(index) {
                counted[row] = entries[index].contribution.as_ref();
            }
        }
        let whole: BTreeSet<usize> = departments.whole().collect();
        let status = (0..roster.rows().len()).map(|row| {
            let sent = documents[row].iter().map(|&index| &entries[index]);
            match sent.filter(|entry| !entry.gave_way()).map(status).min() {
                Some(status) if status.is_held() => status,
                _ if departments.is_with_department(row, &whole) => Status::WithDepartment,
                // A form that could not be read weighs more than a file that is no form.
                _ if !departments.unread(row).is_empty() && !names_itself(&documents[row]) => {
                    Status::NotReadable
                }
                status => status.unwrap_or(Status::Missing),
            }
        });
        let last = previous.map(|previous| {
            let find =
                |listed: &crate::roster::Listed| previous.find(listed.code.as_deref(), Some(&listed.name));
            roster.rows().iter().map(find).collect()
        });
        Self { roster, departments, status: status.collect(), counted, last, documents }
    }

    /// The departments that should report by themselves.
    fn rows(&self) -> impl Iterator<Item = usize> {
        (0..self.status.len()).filter(|&row| self.status[row] != Status::WithDepartment)
    }

    /// The totals, with the part of the roster's `meant` rows that each of them includes.
    fn totals(&self, sums: &Rollup, meant: &dyn Fn(usize) -> bool) -> Totals {
        sums.totals_of(&|figure, sum| self.total(figure, sum, meant))
    }

    fn total(&self, figure: Figure, sum: Sum, meant: &dyn Fn(usize) -> bool) -> Total {
        let rows: Vec<usize> = self.rows().filter(|&row| meant(row)).collect();
        let holds = |row: usize| self.counted[row].is_some_and(|counted| counted.value(figure).is_some());
        let mut total = Total {
            expected: Some(rows.len() as u64),
            held: Some(rows.iter().filter(|&&row| holds(row)).count() as u64),
            ..Total::from(sum)
        };
        let Some(last) = &self.last else { return total };
        let last_of = |row: usize, figure| {
            last[row].and_then(|last| last.value(figure)).map(huizong_schema::Money::millionths)
        };
        let (mut whole, mut held, mut missing, mut unknown) = (0, 0, 0, 0);
        for row in rows {
            let weight = last_of(row, Figure::Top(Top::ActualExpenditure)).unwrap_or(0);
            whole += weight;
            if holds(row) {
                held += weight;
            } else if let Some(value) = last_of(row, figure) {
                missing += value;
            } else {
                unknown += 1;
            }
        }
        total.weight = (whole > 0).then(|| percent_of_sums(held, whole));
        let value = sum.value.millionths();
        let money = huizong_schema::Money::from_millionths;
        let (low, high) = (value.min(value + missing), value.max(value + missing));
        total.if_repeated = Some(Range { low: money(low), high: money(high), unknown });
        total
    }

    /// The roster's part of the coverage.
    fn tell(&self, coverage: Coverage) -> Coverage {
        let entries = self.departments.entries();
        let named = |row: usize| self.roster.rows()[row].name.clone();
        let with = |status| (0..self.status.len()).filter(move |&row| self.status[row] == status);
        // What gave way to another form is named with it.
        let others = (0..entries.len()).filter(|&index| !entries[index].gave_way());
        let matched = others.filter_map(|index| {
            let (row, by) = self.departments.row(index)?;
            let (entry, listed) = (&entries[index], &self.roster.rows()[row]);
            let name = entry.department_name();
            let is_exact = match by {
                MatchedBy::Code => name == listed.name,
                MatchedBy::Name => entry.code.is_none() || listed.code.is_none(),
                _ => false,
            };
            let expected = listed.name.clone();
            (!is_exact).then(|| Matched { document: entry.document.to_string(), name, expected, by })
        });
        let unread_alone =
            |&row: &usize| self.documents[row].is_empty() && !self.departments.unread(row).is_empty();
        Coverage {
            received: coverage.received + (0..self.status.len()).filter(unread_alone).count() as u64,
            expected: Some(self.rows().count() as u64),
            missing: Some(with(Status::Missing).map(named).collect()),
            unknown: Some(self.departments.unlisted().map(|of| entries[of[0]].department_name()).collect()),
            matched: matched.collect(),
            roster: (0..self.status.len()).map(|row| self.row(row)).collect(),
            ..coverage
        }
    }

    fn row(&self, row: usize) -> Expected {
        let listed = &self.roster.rows()[row];
        let last = self.last.as_ref().and_then(|last| last[row]);
        Expected {
            name: listed.name.clone(),
            code: listed.code.clone(),
            status: self.status[row],
            documents: self.documents[row]
                .iter()
                .map(|&i| self.departments.entries()[i].document.to_string())
                .collect(),
            due: listed.due.map(|day| day.to_string()),
            came: listed.came.map(|day| day.to_string()),
            // What is nowhere to be found is not late.
            days_late: listed
                .due
                .zip(listed.came)
                .filter(|_| self.status[row] != Status::Missing)
                .map(|(due, came)| came.days_after(due)),
            contact: listed.contact.clone(),
            phone: listed.phone.clone(),
            unread: self.departments.unread(row).to_vec(),
            last_year: last.and_then(|last| last.value(Figure::Top(Top::ActualExpenditure))),
            by: self.roster.values(row),
        }
    }
}

/// What became of a department of which this document came.
fn status(entry: &Entry) -> Status {
    match entry.state() {
        State::Counted => Status::Included,
        State::CountedWithErrors => Status::IncludedWithErrors,
        State::CountedInDepartment => Status::WithDepartment,
        State::Duplicate => Status::Duplicate,
        State::AnotherYear => Status::AnotherYear,
        State::NotReadable => Status::NotReadable,
        State::NotFinished | State::AnotherForm | State::Blank | State::LeftOutForErrors => Status::ToReturn,
    }
}

/// The sums by the values of some columns of the roster, in the roster's order; departments that are not on it come last.
fn groups(expected: &Expectation<'_, '_>, counts: &[usize], by: &[usize]) -> Vec<Group> {
    let (roster, departments) = (expected.roster, expected.departments);
    let values = |row: Option<usize>| -> Vec<&str> {
        by.iter().map(|&column| row.map_or("", |row| roster.value(row, column))).collect()
    };
    let mut found: Vec<(Vec<&str>, Rollup)> = Vec::new();
    let mut place = BTreeMap::new();
    let documents = counts.iter().map(|&index| (departments.row(index).map(|(row, _)| row), Some(index)));
    for (row, index) in expected.rows().map(|row| (Some(row), None)).chain(documents) {
        let values = values(row);
        let at = *place.entry(values.clone()).or_insert_with(|| {
            found.push((values, Rollup::default()));
            found.len() - 1
        });
        if let Some(contribution) = index.and_then(|index| departments.entries()[index].contribution.as_ref())
        {
            found[at].1.add(contribution);
        }
    }
    let group = |(of, sums): (Vec<&str>, Rollup)| {
        let meant = |row: usize| values(Some(row)) == of;
        let headings = by.iter().map(|&column| roster.heading(column).to_owned());
        Group {
            by: headings.zip(of.iter().map(|&value| value.to_owned())).collect(),
            departments: sums.sum(Figure::Top(Top::ActualExpenditure)).map_or(0, |sum| sum.reported_by),
            expected: expected.rows().filter(|&row| meant(row)).count() as u64,
            totals: expected.totals(&sums, &meant),
            rates: sums.rates(),
            counts: sums.counts,
        }
    };
    found.into_iter().map(group).collect()
}

/// Findings by severity and by rule.
pub fn count<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> FindingCounts {
    let mut counts = FindingCounts::default();
    for finding in findings {
        counts.by_severity.add(finding.severity);
        *counts.by_rule.entry(finding.rule.clone()).or_default() += 1;
    }
    counts
}
