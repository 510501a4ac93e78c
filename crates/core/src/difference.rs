//! Compares two consolidations: who changed each total, by how much, and why.

use std::collections::{BTreeMap, BTreeSet};

use huizong_schema::Money;
use huizong_schema::consolidation::{Consolidation, MatchedBy, Status};
use huizong_schema::difference::{Cause, Difference, PartChange, RateChange, Side, Span, TotalChange};
use huizong_schema::receipt::Receipt;

use crate::department_row::DepartmentRow;
use crate::entry::file_of;
use crate::name_index::NameIndex;
use huizong_schema::figures::{Figure, Rate};

/// A consolidation, and its receipt if there is one.
#[derive(Clone, Copy)]
pub struct Made<'m> {
    /// The consolidation.
    pub consolidation: &'m Consolidation<DepartmentRow<'m>>,
    /// Its receipt.
    pub receipt: Option<&'m Receipt>,
}

/// One side of the comparison, indexed for look-ups by department.
struct Asked<'m> {
    made: Made<'m>,
    /// Files' digests by their ids.
    digests: BTreeMap<&'m str, &'m str>,
    /// The roster, by number.
    roster: NameIndex,
    /// The departments of documents that do not count, by number.
    excluded: NameIndex,
    /// The ids of the documents among them whose department is not known.
    nameless: BTreeSet<&'m str>,
}

impl<'m> Asked<'m> {
    fn new(made: Made<'m>) -> Self {
        let coverage = &made.consolidation.coverage;
        let inputs = made.receipt.into_iter().flat_map(|receipt| &receipt.inputs);
        let digests =
            inputs.filter_map(|input| Some((input.id.as_str(), input.blake3.as_deref()?))).collect();
        let (mut roster, mut excluded) = (NameIndex::default(), NameIndex::default());
        for (number, listed) in coverage.roster.iter().enumerate() {
            roster.note(number, listed.code.as_deref(), Some(&listed.name), []);
        }
        let mut nameless = BTreeSet::new();
        for (number, out) in coverage.excluded.iter().enumerate() {
            match (&out.department, &out.code) {
                (None, None) => drop(nameless.insert(&*out.document)),
                // Several documents of one department share a number, so that they can be found.
                (name, code) => excluded.note(
                    excluded.find(code.as_deref(), name.as_deref()).map_or(number, |(known, _)| known),
                    code.as_deref(),
                    name.as_deref(),
                    [],
                ),
            }
        }
        Self { made, digests, roster, excluded, nameless }
    }

    /// The digest of a document's file.
    fn digest(&self, document: &str) -> Option<&'m str> {
        self.digests.get(document).or_else(|| self.digests.get(file_of(document))).copied()
    }

    /// The department's status on the roster.
    fn status(&self, row: &DepartmentRow<'_>) -> Option<Status> {
        let (number, _) = self.roster.find(row.code, row.entry.name.as_deref())?;
        Some(self.made.consolidation.coverage.roster[number].status)
    }

    /// Whether a department has a document that does not count.
    fn has_uncounted(&self, row: &DepartmentRow<'_>) -> bool {
        self.nameless.contains(&*row.entry.document)
            || self.excluded.find(row.code, row.entry.name.as_deref()).is_some()
            || self.status(row).is_some_and(Status::is_left_out)
    }

    fn side(&self) -> Side {
        let coverage = &self.made.consolidation.coverage;
        Side {
            fiscal_year: self.made.consolidation.fiscal_year,
            included: coverage.included,
            expected: coverage.expected,
        }
    }
}

/// A department that is in both consolidations, or in one of them.
#[derive(Clone, Copy)]
struct Pair<'r> {
    old: Option<&'r DepartmentRow<'r>>,
    new: Option<&'r DepartmentRow<'r>>,
}

/// The changes from one consolidation to another.
pub fn difference(old: Made<'_>, new: Made<'_>) -> Difference {
    let sides = (Asked::new(old), Asked::new(new));
    let years = (old.consolidation.fiscal_year, new.consolidation.fiscal_year);
    let span = if years.0 == years.1 { Span::SameYear } else { Span::TwoYears };
    let pairs: Vec<(Pair<'_>, Cause)> = pairs(old.consolidation, new.consolidation)
        .into_iter()
        .map(|pair| (pair, cause(pair, &sides.0, &sides.1, span)))
        .collect();
    Difference {
        schema_version: "1.0".into(),
        kind: "difference".into(),
        unit: "CNY".into(),
        old: sides.0.side(),
        new: sides.1.side(),
        span,
        besides: old.receipt.zip(new.receipt).map(|(old, new)| besides(old, new)),
        totals: Figure::all().filter_map(|figure| change_of(figure, &pairs, old, new)).collect(),
        rates: Rate::ALL
            .iter()
            .map(|&of| {
                let rate = |made: Made<'_>| made.consolidation.rates.get(of).cloned();
                (of.as_str().into(), RateChange { old: rate(old), new: rate(new) })
            })
            .collect(),
    }
}

/// Pairs departments by code, then by name: in the order of `new`, then those that are only in `old`.
fn pairs<'r>(
    old: &'r Consolidation<DepartmentRow<'r>>,
    new: &'r Consolidation<DepartmentRow<'r>>,
) -> Vec<Pair<'r>> {
    let (before, now) = (&old.departments, &new.departments);
    let mut found: Vec<Option<usize>> = vec![None; now.len()];
    let mut met = vec![false; before.len()];
    // All departments by the most certain way first, so that no weaker match takes the partner of a better one.
    for by in [MatchedBy::Code, MatchedBy::Name, MatchedBy::Normalised, MatchedBy::District] {
        let by_code = by == MatchedBy::Code;
        let mut names = NameIndex::default();
        for (number, row) in before.iter().enumerate().filter(|(number, _)| !met[*number]) {
            let code = row.code.filter(|_| by_code);
            names.note(number, code, row.entry.name.as_deref().filter(|_| !by_code), []);
        }
        for (at, row) in now.iter().enumerate() {
            if found[at].is_some() {
                continue;
            }
            let code = row.code.filter(|_| by_code);
            let Some((number, how)) = names.find(code, row.entry.name.as_deref().filter(|_| !by_code)) else {
                continue;
            };
            if how == by && !met[number] {
                (found[at], met[number]) = (Some(number), true);
            }
        }
    }
    let both = now.iter().zip(found);
    let mut pairs: Vec<Pair<'r>> =
        both.map(|(row, found)| Pair { old: found.map(|number| &before[number]), new: Some(row) }).collect();
    let alone = before.iter().zip(met).filter(|(_, met)| !met);
    pairs.extend(alone.map(|(row, _)| Pair { old: Some(row), new: None }));
    pairs
}

fn cause(pair: Pair<'_>, old: &Asked<'_>, new: &Asked<'_>, span: Span) -> Cause {
    let is_short = |side: &Asked<'_>, row: &DepartmentRow<'_>| {
        side.has_uncounted(row) || side.status(row) == Some(Status::Missing)
    };
    let is_with_department =
        |side: &Asked<'_>, row: &DepartmentRow<'_>| side.status(row) == Some(Status::WithDepartment);
    match (pair.old, pair.new, span) {
        (None, Some(row), _) if is_with_department(old, row) => Cause::Regrouped,
        (Some(row), None, _) if is_with_department(new, row) => Cause::Regrouped,
        (Some(_), Some(_), Span::TwoYears) => Cause::Changed,
        (None, Some(row), Span::TwoYears) if is_short(old, row) => Cause::MissingBefore,
        (None, Some(_), Span::TwoYears) => Cause::New,
        (Some(row), None, Span::TwoYears) if is_short(new, row) => Cause::MissingNow,
        (Some(_), None, Span::TwoYears) => Cause::Gone,
        (None, Some(row), Span::SameYear) if old.has_uncounted(row) => Cause::Counted,
        (None, Some(_), Span::SameYear) => Cause::Late,
        (Some(row), None, Span::SameYear) if new.has_uncounted(row) => Cause::Uncounted,
        (Some(_), None, Span::SameYear) => Cause::Withdrawn,
        (Some(before), Some(now), Span::SameYear) => {
            let (before, now) = (&*before.entry.document, &*now.entry.document);
            match (old.digest(before), new.digest(now)) {
                (Some(then), Some(digest)) if then == digest && before == now => Cause::Reread,
                (Some(then), Some(digest)) if then != digest && file_of(before) == file_of(now) => {
                    Cause::Corrected
                }
                (None, _) | (_, None) if before == now => Cause::Changed,
                _ => Cause::Replaced,
            }
        }
        (None, None, _) => Cause::Unexplained,
    }
}

fn less(new: Option<Money>, old: Option<Money>) -> Money {
    let count = |money: Option<Money>| money.map_or(0, Money::millionths);
    Money::from_millionths(count(new) - count(old))
}

/// The change of one total; [`None`] if neither side has the figure.
fn change_of(
    figure: Figure,
    pairs: &[(Pair<'_>, Cause)],
    old: Made<'_>,
    new: Made<'_>,
) -> Option<TotalChange> {
    let value = |of: Made<'_>| of.consolidation.totals.get(figure).map(|total| total.value);
    let (before, now) = (value(old), value(new));
    before.or(now)?;
    let change = less(now, before);
    let mut parts = Vec::new();
    for (pair, cause) in pairs {
        let of = |row: Option<&DepartmentRow<'_>>| row.and_then(|row| row.contribution().value(figure));
        let (before, now) = (of(pair.old), of(pair.new));
        let change = less(now, before);
        if change == Money::default() {
            continue;
        }
        let document = |row: Option<&DepartmentRow<'_>>| row.map(|row| row.entry.document.to_string());
        let either = pair.new.or(pair.old);
        parts.push(PartChange {
            department: either.and_then(|row| row.entry.name.as_deref().map(str::to_owned)),
            code: either.and_then(|row| row.code).map(str::to_owned),
            // A figure that was not reported is not a zero that changed.
            cause: match (pair.old.and(pair.new), before, now) {
                (Some(_), None, _) => Cause::Filled,
                (Some(_), _, None) => Cause::Emptied,
                _ => *cause,
            },
            old: before,
            new: now,
            change,
            old_document: document(pair.old),
            new_document: document(pair.new),
        });
    }
    let explained: i128 = parts.iter().map(|part| part.change.millionths()).sum();
    if explained != change.millionths() {
        parts.push(PartChange {
            department: None,
            code: None,
            cause: Cause::Unexplained,
            old: None,
            new: None,
            change: Money::from_millionths(change.millionths() - explained),
            old_document: None,
            new_document: None,
        });
    }
    let mut by_cause: BTreeMap<Cause, Money> = BTreeMap::new();
    for part in &parts {
        let sum = by_cause.entry(part.cause).or_default();
        *sum = Money::from_millionths(sum.millionths() + part.change.millionths());
    }
    Some(TotalChange { figure: figure.path(), old: before, new: now, change, by_cause, parts })
}

/// Names what differs between the two runs apart from the documents.
fn besides(old: &Receipt, new: &Receipt) -> Vec<String> {
    let mut besides = Vec::new();
    let mut note = |name: &str, differs: bool| {
        if differs {
            besides.push(name.to_owned());
        }
    };
    note("tool", old.tool != new.tool);
    note("rules", old.rules != new.rules);
    note("settings", old.settings != new.settings);
    note("plugins", old.plugins != new.plugins);
    let files = |receipt: &Receipt| -> BTreeMap<String, String> {
        receipt.files.iter().map(|file| (file.role.clone(), file.blake3.clone())).collect()
    };
    let (before, now) = (files(old), files(new));
    let roles: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    for role in roles {
        note(role, before.get(role) != now.get(role));
    }
    besides
}
