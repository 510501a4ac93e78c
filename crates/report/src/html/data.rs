//! The data that the page's script reads when a figure is opened: departments' figures, and the cells behind
//! them.

use std::collections::BTreeMap;

use huizong_core::{DepartmentRow, Lang};
use huizong_schema::consolidation::{Counts, Group, Rates, Totals};
use huizong_schema::figures::Counted;
use huizong_schema::figures::{Figure, Rate, Thing};
use huizong_schema::findings::{Location, Message, Place};
use huizong_schema::{Money, Pointer, Unit};
use serde::Serialize;

use super::context::{href, label};
use super::{DEPARTMENTS, LEAVES};
use crate::book::Book;
use crate::names::Names;
use crate::{tables, words};

#[derive(Serialize)]
struct Labelled {
    label: [String; 2],
}

#[derive(Serialize)]
struct Quotient {
    label: [String; 2],
    /// The numerator and the denominator, as indexes into the list of figures.
    of: [usize; 2],
}

/// The figures of the whole result or of a group.
#[derive(Serialize)]
struct Sums {
    label: [String; 2],
    figures: Vec<Option<Money>>,
    rates: [Option<String>; Rate::COUNT],
    counts: [u64; Thing::COUNT],
    /// Indexes of the group's rows.
    rows: Vec<usize>,
}

#[derive(Serialize)]
struct Department<'d> {
    name: &'d str,
    code: Option<&'d str>,
    document: &'d str,
    href: Option<String>,
    figures: Vec<Option<Money>>,
    rates: [Option<String>; Rate::COUNT],
    counts: [u64; Thing::COUNT],
    findings: [u64; 3],
}

#[derive(Serialize)]
struct Behind<'d> {
    figures: Vec<Labelled>,
    rates: [Quotient; Rate::COUNT],
    counts: [Labelled; Thing::COUNT],
    all: Sums,
    groups: Vec<Sums>,
    rows: Vec<Department<'d>>,
    /// The number of rows that the page leaves out.
    beyond: usize,
}

/// A place in short form: sheet and cell; table, row and column; or line and column.
#[derive(Serialize)]
#[serde(untagged)]
enum Short {
    Cell([String; 2]),
    Table([u32; 3]),
    Text([u32; 2]),
    Nowhere,
}

/// An amount behind a figure: the figure's index, pointer, place, printed value, whether it is in 万元, how it
/// is counted.
#[derive(Serialize)]
#[serde(untagged)]
enum Leaf<'l> {
    Amount(usize, &'l str, Short, String, u8, u8),
    Thing(usize, &'l str, Short),
}

#[derive(Serialize)]
pub(super) struct Data {
    figures: String,
    leaves: String,
}

pub(super) fn of(book: &Book<'_>) -> Data {
    Data { figures: script(&figures(book)), leaves: script(&leaves(book)) }
}

/// Serializes JSON so that no text in it can end the element that contains it.
fn script(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("text and numbers are JSON");
    json.replace('<', "\\u003c")
}

fn pair((zh, en): (impl Into<String>, impl Into<String>)) -> [String; 2] {
    [zh.into(), en.into()]
}

fn message_pair(message: Message) -> [String; 2] {
    [message.zh, message.en]
}

fn rates(rates: &Rates) -> [Option<String>; Rate::COUNT] {
    std::array::from_fn(|at| rates.get(Rate::ALL[at]).cloned())
}

fn counts(counts: Counts) -> [u64; Thing::COUNT] {
    std::array::from_fn(|at| counts.get(Thing::ALL[at]))
}

fn figures<'b>(book: &'b Book<'_>) -> Behind<'b> {
    let consolidation = book.consolidation;
    let all = tables::figures(consolidation);
    let names = Names::of(consolidation);
    let at = |top| all.iter().position(|figure| *figure == Figure::Top(top)).unwrap_or(0);
    let quotient = |rate: Rate| Quotient {
        label: message_pair(label(rate.label())),
        of: [at(rate.numerator()), at(rate.denominator())],
    };
    let sums = |label, totals: &Totals, of: (&Rates, Counts), rows| Sums {
        label,
        figures: all.iter().map(|figure| totals.get(*figure).map(|total| total.value)).collect(),
        rates: rates(of.0),
        counts: counts(of.1),
        rows,
    };
    // Each set of grouping columns puts a row into exactly one group.
    let mut rows_of: BTreeMap<Vec<(&str, &str)>, Vec<usize>> = BTreeMap::new();
    for block in tables::blocks(&consolidation.groups) {
        for (at, row) in consolidation.departments.iter().take(DEPARTMENTS).enumerate() {
            let of = |column| row.by(column).unwrap_or_default();
            let values = block[0].by.keys().map(|column| (column.as_str(), of(column))).collect();
            rows_of.entry(values).or_default().push(at);
        }
    }
    let mut rows_of = |group: &'b Group| {
        let values: Vec<(&str, &str)> = group.by.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        rows_of.remove(&values).unwrap_or_default()
    };
    Behind {
        figures: all.iter().map(|figure| Labelled { label: pair(figure.label()) }).collect(),
        rates: std::array::from_fn(|at| quotient(Rate::ALL[at])),
        counts: std::array::from_fn(|at| Labelled { label: message_pair(label(Thing::ALL[at].label())) }),
        all: sums(
            pair(("全部", "all")),
            &consolidation.totals,
            (&consolidation.rates, consolidation.counts),
            Vec::new(),
        ),
        groups: consolidation
            .groups
            .iter()
            .map(|group| {
                let name = |lang| words::group_name(group, lang);
                let label = [name(Lang::Zh), name(Lang::En)];
                sums(label, &group.totals, (&group.rates, group.counts), rows_of(group))
            })
            .collect(),
        rows: consolidation
            .departments
            .iter()
            .take(DEPARTMENTS)
            .map(|row| department(row, &names, &all, book))
            .collect(),
        beyond: consolidation.departments.len().saturating_sub(DEPARTMENTS),
    }
}

fn department<'b>(
    row: &'b DepartmentRow<'b>,
    names: &Names<'b>,
    all: &[Figure],
    book: &Book<'_>,
) -> Department<'b> {
    let entry = row.entry;
    Department {
        name: names.of_row(row),
        code: row.code,
        document: &entry.document,
        href: book.documents.file_of(row).and_then(|file| href(book, file)),
        figures: all.iter().map(|figure| row.contribution().value(*figure)).collect(),
        rates: rates(&row.contribution().rates()),
        counts: counts(row.contribution().counts()),
        findings: [entry.findings().error, entry.findings().warning, entry.findings().info],
    }
}

/// The leaves of each row; [`None`] for rows beyond the page's limit.
fn leaves<'b>(book: &'b Book<'_>) -> Vec<Option<Vec<Leaf<'b>>>> {
    let all = tables::figures(book.consolidation);
    let mut held = 0;
    let rows = book.consolidation.departments.iter().take(DEPARTMENTS);
    rows.map(|row| {
        let detail = book.documents.details.get(&*row.entry.document)?;
        let mut leaves = Vec::new();
        for (leaf, location) in &detail.leaves {
            let Some(at) = all.iter().position(|figure| *figure == leaf.figure) else { continue };
            let unit = u8::from(leaf.unit == Unit::Cny10k);
            let how = match leaf.how {
                Counted::Plus => 0,
                Counted::Minus => 1,
                Counted::Absolute => 2,
            };
            leaves.push(Leaf::Amount(
                at,
                leaf.pointer.as_str(),
                short(location),
                leaf.printed.to_string(),
                unit,
                how,
            ));
        }
        let mut thing = |number: usize, (pointer, location): (&'b Pointer, &'b Location)| {
            leaves.push(Leaf::Thing(all.len() + number, pointer.as_str(), short(location)));
        };
        detail.tasks.iter().for_each(|task| thing(0, (&task.pointer, &task.location)));
        detail.indicators.iter().for_each(|item| thing(1, (&item.pointer, &item.location)));
        detail.projects.iter().for_each(|project| thing(2, (&project.pointer, &project.location)));
        held += leaves.len();
        (held <= LEAVES).then_some(leaves)
    })
    .collect()
}

fn short(location: &Location) -> Short {
    match location.place() {
        Some(Place::Cell { sheet, cell }) => Short::Cell([sheet, cell]),
        Some(Place::Table { table, row, column }) => Short::Table([table, row, column]),
        Some(Place::Text { line, column }) => Short::Text([line, column]),
        None => Short::Nowhere,
    }
}
