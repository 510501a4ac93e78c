//! The tables of groups and of departments, column by column.

use std::collections::BTreeSet;

use huizong_core::DepartmentRow;
use huizong_schema::Money;
use huizong_schema::consolidation::Group;
use huizong_schema::figures::{Figure, Rate, Thing, Top};
use huizong_schema::findings::Message;
use serde::Serialize;
use serde_json::{Value, json};

use super::DEPARTMENTS;
use super::context::{both, label, label_of};
use crate::amounts::{residual, ten_thousands};
use crate::book::Book;
use crate::names::Names;
use crate::{tables, words};

/// A figure in a table: its text and its key in the script's data.
#[derive(Serialize)]
struct Cell {
    shown: Option<String>,
    figure: String,
}

#[derive(Serialize)]
struct Heading {
    key: String,
    head: Message,
    right: bool,
}

#[derive(Serialize)]
struct RowShown<'r> {
    index: usize,
    name: &'r str,
    code: &'r str,
    by: Vec<&'r str>,
    cells: Vec<String>,
}

/// A column of figures in the tables of departments and groups.
#[derive(Clone, Copy)]
pub(super) enum Shown {
    Figure(usize, Figure),
    Rate(usize),
    Count(usize),
    Severity(usize),
}

impl Shown {
    fn key(self) -> String {
        match self {
            Self::Figure(at, _) => format!("f{at}"),
            Self::Rate(at) => format!("r{at}"),
            Self::Count(at) => format!("c{at}"),
            Self::Severity(at) => format!("s{at}"),
        }
    }

    pub(super) fn head(self) -> Message {
        match self {
            Self::Figure(_, figure) => label_of(figure),
            Self::Rate(at) => label(Rate::ALL[at].label()),
            Self::Count(at) => label(Thing::ALL[at].label()),
            Self::Severity(0) => label(("错误", "errors")),
            Self::Severity(_) => label(("警告", "warnings")),
        }
    }
}

/// The figure columns of the departments' table.
pub(super) fn columns(figures: &[Figure]) -> Vec<Shown> {
    let wanted = [Top::InitialBudget, Top::AdjustedBudget, Top::ActualExpenditure].map(Figure::Top);
    let money = figures.iter().enumerate().filter(|(_, figure)| wanted.contains(figure));
    let money = money.map(|(at, figure)| Shown::Figure(at, *figure));
    let behind = [
        Shown::Rate(0),
        Shown::Rate(1),
        Shown::Count(0),
        Shown::Count(2),
        Shown::Severity(0),
        Shown::Severity(1),
    ];
    money.chain(behind).collect()
}

pub(super) fn blocks(book: &Book<'_>, columns: &[Shown]) -> Vec<Value> {
    let mut index = 0;
    let blocks = tables::blocks(&book.consolidation.groups);
    blocks
        .map(|block| {
            let groups: Vec<Value> = block
                .iter()
                .map(|group| {
                    let of = format!("g{index}");
                    index += 1;
                    json!({
                        "name": both(|lang| words::group_name(group, lang)),
                        "of": of,
                        "departments": group.departments,
                        "expected": group.expected,
                        "cells": columns.iter().filter_map(|column| cell(group, *column)).collect::<Vec<_>>(),
                    })
                })
                .collect();
            let by: Vec<&str> = block[0].by.keys().map(String::as_str).collect();
            let of_totals: Vec<&Shown> =
                columns.iter().filter(|column| !matches!(column, Shown::Severity(_))).collect();
            let left: Vec<String> = of_totals.iter().map(|column| left_of(block, **column, book)).collect();
            json!({
                "by": by.join("、"),
                "groups": groups,
                "counted": both(|lang| words::counted_of(block, book.consolidation, lang)),
                "totals": of_totals.iter().map(|column| whole(**column, book)).collect::<Vec<_>>(),
                "left": left.iter().any(|left| !left.is_empty()).then_some(left),
            })
        })
        .collect()
}

/// A figure of all departments.
fn whole(column: Shown, book: &Book<'_>) -> Cell {
    let consolidation = book.consolidation;
    let shown = match column {
        Shown::Figure(_, figure) => consolidation.totals.get(figure).map(|total| ten_thousands(total.value)),
        Shown::Rate(at) => consolidation.rates.get(Rate::ALL[at]).map(|rate| format!("{rate}%")),
        Shown::Count(at) => Some(consolidation.counts.get(Thing::ALL[at]).to_string()),
        Shown::Severity(_) => None,
    };
    Cell { shown, figure: column.key() }
}

/// What rounding leaves of a column of groups; blank if nothing.
fn left_of(block: &[Group], column: Shown, book: &Book<'_>) -> String {
    let Shown::Figure(_, figure) = column else { return String::new() };
    let parts = block.iter().filter_map(|group| group.totals.get(figure)).map(|part| part.value);
    let left = book.consolidation.totals.get(figure).and_then(|total| residual(parts, total.value));
    left.map(ten_thousands).unwrap_or_default()
}

fn cell(group: &Group, column: Shown) -> Option<Cell> {
    let shown = match column {
        Shown::Figure(_, figure) => group.totals.get(figure).map(|total| ten_thousands(total.value)),
        Shown::Rate(at) => group.rates.get(Rate::ALL[at]).map(|rate| format!("{rate}%")),
        Shown::Count(at) => Some(group.counts.get(Thing::ALL[at]).to_string()),
        Shown::Severity(_) => return None,
    };
    Some(Cell { shown, figure: column.key() })
}

/// The roster's columns that can be filtered by: those with few values.
pub(super) fn listed(book: &Book<'_>) -> Vec<(String, Vec<String>)> {
    const FEW: usize = 30;
    let rows = &book.consolidation.departments;
    let columns = tables::listed(book.consolidation).into_iter().map(|name| {
        let values: BTreeSet<&str> =
            rows.iter().filter_map(|row| row.by(name)).filter(|value| !value.is_empty()).collect();
        (name.to_owned(), values.into_iter().map(str::to_owned).collect::<Vec<_>>())
    });
    columns.filter(|(_, values)| (1..=FEW).contains(&values.len())).collect()
}

pub(super) fn filters(listed: &[(String, Vec<String>)]) -> Vec<Value> {
    // Columns 0 and 1 are the name and the code.
    let filters = (2..)
        .zip(listed)
        .map(|(column, (name, choices))| json!({ "name": name, "column": column, "choices": choices }));
    filters.collect()
}

pub(super) fn departments(book: &Book<'_>, columns: &[Shown], listed: &[(String, Vec<String>)]) -> Value {
    let consolidation = book.consolidation;
    let text = |at: usize, head| Heading { key: format!("t{at}"), head, right: false };
    let mut headings = vec![text(0, label(("部门", "department"))), text(1, label(("编码", "code")))];
    headings.extend(
        (2..).zip(listed).map(|(at, (name, _))| text(at, Message { zh: name.clone(), en: name.clone() })),
    );
    headings.extend(columns.iter().map(|column| Heading {
        key: column.key(),
        head: column.head(),
        right: true,
    }));
    let rows: Vec<&DepartmentRow<'_>> = consolidation.departments.iter().take(DEPARTMENTS).collect();
    let beyond = consolidation.departments.len() - rows.len();
    let names = Names::of(consolidation);
    let shown: Vec<RowShown<'_>> =
        rows.iter().enumerate().map(|(index, row)| row_shown(index, row, &names, columns, listed)).collect();
    let sums: Vec<Value> = columns.iter().map(|column| sum(*column, &rows, beyond == 0, book)).collect();
    json!({
        "columns": headings,
        "by": listed.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        "rows": shown,
        "is_rounded": sums.iter().any(|sum| sum["left"].is_string()),
        "sums": sums,
        "beyond": beyond,
        "beyond_words": both(|lang| lang.pick(
            format!("本页只列前 {DEPARTMENTS} 个部门，另有 {beyond} 个见 departments.csv；上面的合计包括全部。"),
            format!("This page lists {DEPARTMENTS} departments; {beyond} more are in departments.csv. The totals above hold all."),
        )),
    })
}

fn row_shown<'r>(
    index: usize,
    row: &'r DepartmentRow<'r>,
    names: &Names<'r>,
    columns: &[Shown],
    listed: &[(String, Vec<String>)],
) -> RowShown<'r> {
    let none = || "—".to_owned();
    let rates = row.contribution().rates();
    let counts = row.contribution().counts();
    let cell = |column: &Shown| match *column {
        Shown::Figure(_, figure) => row.contribution().value(figure).map_or_else(none, ten_thousands),
        Shown::Rate(at) => rates.get(Rate::ALL[at]).map_or_else(none, |rate| format!("{rate}%")),
        Shown::Count(at) => counts.get(Thing::ALL[at]).to_string(),
        Shown::Severity(0) => row.entry.findings().error.to_string(),
        Shown::Severity(_) => row.entry.findings().warning.to_string(),
    };
    RowShown {
        index,
        name: names.of_row(row),
        code: row.code.unwrap_or_default(),
        by: listed.iter().map(|(name, _)| row.by(name).unwrap_or_default()).collect(),
        cells: columns.iter().map(cell).collect(),
    }
}

/// The footer of a column: the sum of the rows listed.
fn sum(column: Shown, rows: &[&DepartmentRow<'_>], are_all: bool, book: &Book<'_>) -> Value {
    let whole =
        |of: &dyn Fn(&DepartmentRow<'_>) -> u64| rows.iter().map(|row| of(row)).sum::<u64>().to_string();
    let mut left = None;
    let (kind, shown) = match column {
        Shown::Figure(_, figure) => {
            let values = || rows.iter().filter_map(|row| row.contribution().value(figure));
            let sum = Money::from_millionths(values().map(Money::millionths).sum());
            left = residual(values(), sum).map(ten_thousands);
            ("sum", ten_thousands(sum))
        }
        Shown::Rate(at) => {
            let rate = book.consolidation.rates.get(Rate::ALL[at]);
            ("rate", rate.filter(|_| are_all).map(|rate| format!("{rate}%")).unwrap_or_default())
        }
        Shown::Count(at) => ("count", whole(&|row| row.contribution().counts().get(Thing::ALL[at]))),
        Shown::Severity(0) => ("count", whole(&|row| row.entry.findings().error)),
        Shown::Severity(_) => ("count", whole(&|row| row.entry.findings().warning)),
    };
    let at = match column {
        Shown::Figure(at, _) => at.to_string(),
        _ => column.key(),
    };
    json!({ "kind": kind, "at": at, "shown": shown, "left": left })
}
