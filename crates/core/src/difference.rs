//! Two consolidations side by side: who changed each total, by how much, and why.

use std::collections::{BTreeMap, BTreeSet};

use huizong_schema::Money;
use huizong_schema::consolidation::{Consolidation, Expected, Status};
use huizong_schema::difference::{Cause, Difference, PartChange, RateChange, Side, Span, TotalChange};
use huizong_schema::receipt::Receipt;

use crate::figure::{Figure, total};
use crate::identity::normalised;
use crate::names::Names;
use crate::row::Row;

/// A consolidation, and what it was made of where that is known.
#[derive(Clone, Copy)]
pub struct Made<'m> {
    /// The consolidation.
    pub consolidation: &'m Consolidation<Row<'m>>,
    /// Its receipt.
    pub receipt: Option<&'m Receipt>,
}

impl Made<'_> {
    /// The digest of the file that a document came in.
    fn digest(&self, document: &str) -> Option<&str> {
        let inputs = &self.receipt?.inputs;
        let file = |id: &str| inputs.iter().find(|input| input.id == id);
        let found = file(document).or_else(|| file(document.rsplit_once('#')?.0))?;
        found.blake3.as_deref()
    }

    /// What the roster says became of a department.
    fn listed(&self, row: &Row<'_>) -> Option<&Expected> {
        let name = row.entry.name.as_deref().map(normalised);
        self.consolidation.coverage.roster.iter().find(|listed| match (row.code, listed.code.as_deref()) {
            (Some(code), Some(listed)) => code == listed,
            _ => name.as_deref() == Some(&*normalised(&listed.name)),
        })
    }

    /// Whether a document of a department is there and does not count.
    fn has_uncounted(&self, row: &Row<'_>) -> bool {
        let coverage = &self.consolidation.coverage;
        coverage.excluded.iter().any(|excluded| excluded.document == row.entry.document)
            || self
                .listed(row)
                .is_some_and(|listed| matches!(listed.status, Status::NotIncluded | Status::WithDepartment))
    }

    fn side(&self) -> Side {
        let coverage = &self.consolidation.coverage;
        Side {
            fiscal_year: self.consolidation.fiscal_year,
            included: coverage.included,
            expected: coverage.expected,
        }
    }
}

/// A department in both, or in one of the two.
#[derive(Clone, Copy)]
struct Pair<'r> {
    old: Option<&'r Row<'r>>,
    new: Option<&'r Row<'r>>,
}

/// What changed from one consolidation to another.
pub fn difference(old: Made<'_>, new: Made<'_>) -> Difference {
    let years = (old.consolidation.fiscal_year, new.consolidation.fiscal_year);
    let span = if years.0 == years.1 { Span::SameYear } else { Span::TwoYears };
    let pairs: Vec<(Pair<'_>, Cause)> = pairs(old.consolidation, new.consolidation)
        .into_iter()
        .map(|pair| (pair, cause(pair, old, new, span)))
        .collect();
    let rates = (&old.consolidation.rates, &new.consolidation.rates);
    let rate = |old: &Option<String>, new: &Option<String>| RateChange { old: old.clone(), new: new.clone() };
    Difference {
        schema_version: "1.0".into(),
        kind: "difference".into(),
        unit: "CNY".into(),
        old: old.side(),
        new: new.side(),
        span,
        besides: old.receipt.zip(new.receipt).map(|(old, new)| besides(old, new)),
        totals: Figure::all().filter_map(|figure| change_of(figure, &pairs, old, new)).collect(),
        rates: BTreeMap::from([
            ("completion_rate".into(), rate(&rates.0.completion_rate, &rates.1.completion_rate)),
            ("adjustment_rate".into(), rate(&rates.0.adjustment_rate, &rates.1.adjustment_rate)),
        ]),
    }
}

/// Who is in both: by code, else by name. In the later one's order, then who is in the earlier one alone.
fn pairs<'r>(old: &'r Consolidation<Row<'r>>, new: &'r Consolidation<Row<'r>>) -> Vec<Pair<'r>> {
    let mut names = Names::default();
    for (number, row) in old.departments.iter().enumerate() {
        names.note(number, row.code, row.entry.name.as_deref(), []);
    }
    let mut met = BTreeSet::new();
    let mut pairs: Vec<Pair<'r>> = Vec::new();
    for row in &new.departments {
        let found = names.find(row.code, row.entry.name.as_deref()).map(|(number, _)| number);
        // Who stands on both sides is met once.
        let found = found.filter(|number| met.insert(*number));
        pairs.push(Pair { old: found.map(|number| &old.departments[number]), new: Some(row) });
    }
    let alone = old.departments.iter().enumerate().filter(|(number, _)| !met.contains(number));
    pairs.extend(alone.map(|(_, row)| Pair { old: Some(row), new: None }));
    pairs
}

fn cause(pair: Pair<'_>, old: Made<'_>, new: Made<'_>, span: Span) -> Cause {
    let is_missing = |listed: Option<&Expected>| {
        listed.is_some_and(|listed| matches!(listed.status, Status::Missing | Status::NotIncluded))
    };
    match (pair.old, pair.new, span) {
        (Some(_), Some(_), Span::TwoYears) => Cause::Changed,
        (None, Some(row), Span::TwoYears) if is_missing(old.listed(row)) => Cause::MissingBefore,
        (None, Some(_), Span::TwoYears) => Cause::New,
        (Some(row), None, Span::TwoYears) if is_missing(new.listed(row)) => Cause::MissingNow,
        (Some(_), None, Span::TwoYears) => Cause::Gone,
        (None, Some(row), Span::SameYear) if old.has_uncounted(row) => Cause::Counted,
        (None, Some(_), Span::SameYear) => Cause::Late,
        (Some(row), None, Span::SameYear) if new.has_uncounted(row) => Cause::Uncounted,
        (Some(_), None, Span::SameYear) => Cause::Withdrawn,
        (Some(before), Some(now), Span::SameYear) => {
            let (before, now) = (&before.entry.document, &now.entry.document);
            match (old.digest(before), new.digest(now)) {
                (Some(then), Some(digest)) if then == digest => Cause::Reread,
                _ if before != now => Cause::Replaced,
                (Some(_), Some(_)) => Cause::Corrected,
                _ => Cause::Changed,
            }
        }
        (None, None, _) => Cause::Unexplained,
    }
}

fn less(new: Option<Money>, old: Option<Money>) -> Money {
    let count = |money: Option<Money>| money.map_or(0, Money::millionths);
    Money::from_millionths(count(new) - count(old))
}

/// The change of one total; none if neither holds the figure.
fn change_of(
    figure: Figure,
    pairs: &[(Pair<'_>, Cause)],
    old: Made<'_>,
    new: Made<'_>,
) -> Option<TotalChange> {
    let value = |of: Made<'_>| total(&of.consolidation.totals, figure).map(|total| total.value);
    let (before, now) = (value(old), value(new));
    before.or(now)?;
    let change = less(now, before);
    let mut parts = Vec::new();
    for (pair, cause) in pairs {
        let of = |row: Option<&Row<'_>>| row.and_then(|row| row.contribution.value(figure));
        let (before, now) = (of(pair.old), of(pair.new));
        let change = less(now, before);
        if change == Money::default() {
            continue;
        }
        let document = |row: Option<&Row<'_>>| row.map(|row| row.entry.document.clone());
        let either = pair.new.or(pair.old);
        parts.push(PartChange {
            department: either.and_then(|row| row.entry.name.clone()),
            code: either.and_then(|row| row.code).map(str::to_owned),
            cause: *cause,
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

/// What differs besides the documents.
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
