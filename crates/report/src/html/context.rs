//! What the template is filled in with. Words are in both languages; amounts are as they are shown.

use std::collections::BTreeSet;

use huizong_core::figure::{Figure, Top};
use huizong_core::{Lang, Row};
use huizong_schema::Money;
use huizong_schema::consolidation::{Coverage, Group, Total};
use huizong_schema::findings::{Location, Message};
use serde::Serialize;
use serde_json::{Value, json};

use super::{DEPARTMENTS, findings};
use crate::book::Book;
use crate::terminal::grouped;
use crate::{tables, words};

/// Words that depend on nothing but the language.
pub(super) fn both<T: Into<String>>(of: impl Fn(Lang) -> T) -> Message {
    Message { zh: of(Lang::Zh).into(), en: of(Lang::En).into() }
}

/// 元 in 万元, rounded half away from zero to two decimals.
pub(super) fn wan(money: Money) -> String {
    let count = money.millionths();
    let hundredths = (count.unsigned_abs() + 50_000_000) / 100_000_000;
    let sign = if count < 0 && hundredths > 0 { "-" } else { "" };
    grouped(&format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100))
}

/// The address of a file, as a page may hold it.
pub(super) fn href(book: &Book<'_>, location: &Location) -> Option<String> {
    let file = Location { file: location.file.clone(), ..Location::default() };
    let address = (book.link)(&file)?.replace('\\', "%5C");
    // A name with a colon in it is no scheme.
    Some(if address.starts_with("../") { address } else { format!("./{address}") })
}

/// What rates and counts are called.
pub(super) struct Labels {
    pub(super) rates: [(&'static str, &'static str); 2],
    pub(super) counts: [(&'static str, &'static str); 3],
}

impl Labels {
    pub(super) const ALL: Self = Self {
        rates: [("预算完成率", "Completion rate"), ("预算调整率", "Adjustment rate")],
        counts: [("主要任务", "Main tasks"), ("指标", "Indicators"), ("重点项目", "Key projects")],
    };
}

pub(super) fn label((zh, en): (&str, &str)) -> Message {
    let mut letters = en.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    Message { zh: zh.to_owned(), en: first + letters.as_str() }
}

fn label_of(figure: Figure) -> Message {
    let (zh, en) = figure.label();
    label((&zh, &en))
}

/// A figure as a cell: how it is shown and what it is called among the script's data.
#[derive(Serialize)]
struct Cell {
    shown: Option<String>,
    figure: String,
}

#[derive(Serialize)]
struct Card {
    what: Message,
    shown: String,
    beside: Message,
    /// What is behind it, if anything is.
    figure: Option<String>,
    grave: bool,
}

#[derive(Serialize)]
struct TotalShown {
    label: Message,
    shown: String,
    exact: String,
    figure: String,
    reported_by: u64,
    expected: Option<u64>,
    held: Option<u64>,
    weight: Option<String>,
    low: Option<String>,
    high: Option<String>,
    unknown: u64,
    unknown_words: Message,
}

#[derive(Serialize)]
struct Named {
    label: Message,
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

/// A figure that the tables of departments and groups show.
#[derive(Clone, Copy)]
enum Shown {
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

    fn head(self) -> Message {
        match self {
            Self::Figure(_, figure) => label_of(figure),
            Self::Rate(at) => {
                let (zh, en) = Labels::ALL.rates[at];
                Message { zh: format!("{zh} %"), en: format!("{en} %") }
            }
            Self::Count(at) => label(Labels::ALL.counts[at]),
            Self::Severity(0) => label(("错误", "errors")),
            Self::Severity(_) => label(("警告", "warnings")),
        }
    }
}

/// The figures of the table of departments.
fn columns(figures: &[Figure]) -> Vec<Shown> {
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

pub(super) fn of(book: &Book<'_>) -> Value {
    let consolidation = book.consolidation;
    let figures = tables::figures(consolidation);
    let totals: Vec<(Figure, &Total)> = figures
        .iter()
        .filter_map(|figure| Some((*figure, tables::total(&consolidation.totals, *figure)?)))
        .collect();
    let coverage = &consolidation.coverage;
    let rates = [&consolidation.rates.completion_rate, &consolidation.rates.adjustment_rate];
    let number = consolidation.counts;
    let counts = [number.tasks, number.indicators, number.key_projects];
    let named = |label, shown, figure| Named { label, shown, figure };
    let all = findings::of(book);
    let columns = columns(&figures);
    let listed = listed(book);
    json!({
        "title": both(|lang| words::title(consolidation, lang)),
        "year": consolidation.fiscal_year,
        "cards": cards(book, &figures),
        "coverage": covered(book),
        "framed": coverage.expected.is_some(),
        "weighed": totals.iter().any(|(_, total)| total.if_repeated.is_some()),
        "totals": totals.iter().enumerate().map(|(at, (figure, total))| total_shown(at, *figure, total)).collect::<Vec<_>>(),
        "rates": (0..2).map(|at| {
            let (zh, en) = Labels::ALL.rates[at];
            let shown = rates[at].as_ref().map(|rate| format!("{rate} %"));
            named(Message { zh: format!("{zh}（由合计重算）"), en: format!("{en} (from the totals)") }, shown, format!("r{at}"))
        }).collect::<Vec<_>>(),
        "counts": (0..3).map(|at| {
            named(label(Labels::ALL.counts[at]), Some(grouped(&counts[at].to_string())), format!("c{at}"))
        }).collect::<Vec<_>>(),
        "columns": columns.iter().filter(|column| !matches!(column, Shown::Severity(_))).map(|column| column.head()).collect::<Vec<_>>(),
        "blocks": blocks(book, &columns),
        "filters": filters(&listed),
        "departments": departments(book, &columns, &listed),
        "books": all.books,
        "books_beyond": all.books_beyond,
        "findings": all.shown,
        "severities": all.severities,
        "rules": all.rules,
        "measured": measured(book),
        "plugins": &consolidation.plugins,
    })
}

fn total_shown(at: usize, figure: Figure, total: &Total) -> TotalShown {
    let unknown = total.if_repeated.map_or(0, |range| range.unknown);
    TotalShown {
        label: label_of(figure),
        shown: wan(total.value),
        exact: grouped(&total.value.to_string()),
        figure: format!("f{at}"),
        reported_by: total.reported_by,
        expected: total.expected,
        held: total.held,
        weight: total.weight.clone(),
        low: total.if_repeated.map(|range| wan(range.low)),
        high: total.if_repeated.map(|range| wan(range.high)),
        unknown,
        unknown_words: both(|lang| {
            lang.pick(format!("（{unknown} 个上年也没有）"), format!("({unknown} unknown last year)"))
        }),
    }
}

fn cards(book: &Book<'_>, figures: &[Figure]) -> Vec<Card> {
    let consolidation = book.consolidation;
    let mut cards = Vec::new();
    for top in [Top::InitialBudget, Top::AdjustedBudget, Top::ActualExpenditure] {
        let figure = Figure::Top(top);
        let (Some(total), Some(at)) =
            (tables::total(&consolidation.totals, figure), figures.iter().position(|of| *of == figure))
        else {
            continue;
        };
        let by = total.reported_by;
        cards.push(Card {
            what: Message {
                zh: format!("{}（万元）", label_of(figure).zh),
                en: format!("{} (万元)", label_of(figure).en),
            },
            shown: wan(total.value),
            beside: both(|lang| match (total.held, total.expected) {
                (Some(held), Some(expected)) => lang.pick(
                    format!("{by} 个部门填报；应报 {expected} 个中的 {held} 个"),
                    format!("reported by {by} departments, {held} of the {expected} expected"),
                ),
                _ => lang.pick(format!("{by} 个部门填报"), format!("reported by {by} departments")),
            }),
            figure: Some(format!("f{at}")),
            grave: false,
        });
    }
    if let Some(rate) = &consolidation.rates.completion_rate {
        cards.push(Card {
            what: label(Labels::ALL.rates[0]),
            shown: format!("{rate} %"),
            beside: both(|lang| lang.pick("实际支出 ÷ 调整后预算", "expenditure over adjusted budget")),
            figure: Some("r0".to_owned()),
            grave: false,
        });
    }
    let coverage = &consolidation.coverage;
    let held = coverage.roster.iter().filter(|row| tables::is_held(row.status)).count();
    let is_missing = !tables::is_complete(consolidation);
    cards.push(Card {
        what: label(("部门", "departments")),
        shown: match coverage.expected {
            Some(expected) => format!("{held} / {expected}"),
            None => coverage.included.to_string(),
        },
        beside: both(|lang| match coverage.expected {
            Some(_) => lang.pick("已计入 / 应报", "held / expected"),
            None => lang.pick("份表计入；没有给出应报名单", "documents held; there is no roster"),
        }),
        figure: None,
        grave: is_missing,
    });
    let severity = consolidation.findings.by_severity;
    cards.push(Card {
        what: label(("错误", "errors")),
        shown: severity.error.to_string(),
        beside: both(|lang| {
            lang.pick(
                format!("另有警告 {}，提示 {}", severity.warning, severity.info),
                format!("and {} warnings, {} remarks", severity.warning, severity.info),
            )
        }),
        figure: None,
        grave: severity.error > 0,
    });
    cards
}

#[derive(Serialize)]
struct Covered<'c> {
    sentence: Message,
    complete: bool,
    incomplete: Message,
    missing: &'c [String],
    late: Vec<Value>,
    unknown: &'c [String],
    excluded: Vec<Value>,
    matched: Vec<Value>,
}

/// So many departments are named at the top; the coverage names all.
const NAMED: usize = 8;

fn covered<'c>(book: &'c Book<'_>) -> Covered<'c> {
    let coverage: &Coverage = &book.consolidation.coverage;
    let file = |document: &str| href(book, &Location { file: document.to_owned(), ..Location::default() });
    let sentence = |lang: Lang| {
        let gap = lang.pick("", " ");
        format!("{}{gap}{}", words::received(coverage, lang), words::against_roster(coverage, lang))
    };
    let not_held: Vec<&str> =
        coverage.roster.iter().filter(|row| !tables::is_held(row.status)).map(|row| &*row.name).collect();
    let names = |lang: Lang| {
        let first = not_held.iter().take(NAMED).copied().collect::<Vec<_>>().join(lang.pick("、", ", "));
        if not_held.len() > NAMED { first + lang.pick("等", " …") } else { first }
    };
    Covered {
        sentence: both(sentence),
        complete: tables::is_complete(book.consolidation),
        incomplete: both(|lang| {
            let (count, names) = (not_held.len(), names(lang));
            lang.pick(
                format!("合计不全：名单上有 {count} 个部门没有计入（{names}）。没有计入的不当作零。"),
                format!(
                    "The totals are incomplete. Departments of the roster that are not in them: {count} ({names}). What is missing is no zero."
                ),
            )
        }),
        missing: coverage.missing.as_deref().unwrap_or_default(),
        late: coverage
            .roster
            .iter()
            .filter(|row| row.late == Some(true))
            .map(|row| json!({ "name": row.name, "came": row.came, "due": row.due }))
            .collect(),
        unknown: coverage.unknown.as_deref().unwrap_or_default(),
        excluded: coverage
            .excluded
            .iter()
            .map(|excluded| {
                json!({
                    "document": excluded.document,
                    "href": file(&excluded.document),
                    "reason": both(|lang| words::reason(&excluded.reason, lang)),
                })
            })
            .collect(),
        matched: coverage
            .matched
            .iter()
            .map(|matched| {
                json!({
                    "document": matched.document,
                    "href": file(&matched.document),
                    "name": matched.name,
                    "expected": matched.expected,
                    "by": both(|lang| words::matched_by(matched.by, lang)),
                })
            })
            .collect(),
    }
}

fn blocks(book: &Book<'_>, columns: &[Shown]) -> Vec<Value> {
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
                        "name": both(|lang| words::group_values(&group.by, lang)),
                        "of": of,
                        "departments": group.departments,
                        "expected": group.expected,
                        "cells": columns.iter().filter_map(|column| cell(group, *column)).collect::<Vec<_>>(),
                    })
                })
                .collect();
            let by: Vec<&str> = block[0].by.keys().map(String::as_str).collect();
            json!({ "by": by.join("、"), "groups": groups })
        })
        .collect()
}

fn cell(group: &Group, column: Shown) -> Option<Cell> {
    let shown = match column {
        Shown::Figure(_, figure) => tables::total(&group.totals, figure).map(|total| wan(total.value)),
        Shown::Rate(0) => group.rates.completion_rate.clone(),
        Shown::Rate(_) => group.rates.adjustment_rate.clone(),
        Shown::Count(0) => Some(group.counts.tasks.to_string()),
        Shown::Count(_) => Some(group.counts.key_projects.to_string()),
        Shown::Severity(_) => return None,
    };
    Some(Cell { shown, figure: column.key() })
}

/// The columns of the roster by which one would filter: those with few values.
fn listed(book: &Book<'_>) -> Vec<(String, Vec<String>)> {
    const FEW: usize = 30;
    let rows = &book.consolidation.departments;
    let names: BTreeSet<&String> = rows.iter().flat_map(|row| row.by.keys()).collect();
    let columns = names.into_iter().map(|name| {
        let values: BTreeSet<&String> =
            rows.iter().filter_map(|row| row.by.get(name)).filter(|value| !value.is_empty()).collect();
        (name.clone(), values.into_iter().cloned().collect::<Vec<_>>())
    });
    columns.filter(|(_, values)| (1..=FEW).contains(&values.len())).collect()
}

fn filters(listed: &[(String, Vec<String>)]) -> Vec<Value> {
    // Behind the name and the code.
    let filters = (2..)
        .zip(listed)
        .map(|(column, (name, choices))| json!({ "name": name, "column": column, "choices": choices }));
    filters.collect()
}

fn departments(book: &Book<'_>, columns: &[Shown], listed: &[(String, Vec<String>)]) -> Value {
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
    let rows: Vec<&Row<'_>> = consolidation.departments.iter().take(DEPARTMENTS).collect();
    let beyond = consolidation.departments.len() - rows.len();
    let shown: Vec<RowShown<'_>> =
        rows.iter().enumerate().map(|(index, row)| row_shown(index, row, columns, listed)).collect();
    let sums: Vec<Value> = columns.iter().map(|column| sum(*column, &rows, beyond == 0, book)).collect();
    json!({
        "columns": headings,
        "by": listed.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        "rows": shown,
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
    row: &'r Row<'_>,
    columns: &[Shown],
    listed: &[(String, Vec<String>)],
) -> RowShown<'r> {
    let none = || "—".to_owned();
    let rates = row.contribution.rates();
    let counts = row.contribution.counts;
    let cell = |column: &Shown| match *column {
        Shown::Figure(_, figure) => row.contribution.value(figure).map_or_else(none, wan),
        Shown::Rate(0) => rates.completion_rate.clone().unwrap_or_else(none),
        Shown::Rate(_) => rates.adjustment_rate.clone().unwrap_or_else(none),
        Shown::Count(0) => counts.tasks.to_string(),
        Shown::Count(_) => counts.key_projects.to_string(),
        Shown::Severity(0) => row.entry.findings.error.to_string(),
        Shown::Severity(_) => row.entry.findings.warning.to_string(),
    };
    RowShown {
        index,
        name: row.entry.name.as_deref().unwrap_or_default(),
        code: row.code.unwrap_or_default(),
        by: listed.iter().map(|(name, _)| row.by.get(name).map_or("", String::as_str)).collect(),
        cells: columns.iter().map(cell).collect(),
    }
}

/// What stands below a column: the sum of the rows listed.
fn sum(column: Shown, rows: &[&Row<'_>], are_all: bool, book: &Book<'_>) -> Value {
    let whole = |of: &dyn Fn(&Row<'_>) -> u64| rows.iter().map(|row| of(row)).sum::<u64>().to_string();
    let (kind, shown) = match column {
        Shown::Figure(_, figure) => {
            let values = rows.iter().filter_map(|row| row.contribution.value(figure));
            ("sum", wan(Money::from_millionths(values.map(Money::millionths).sum())))
        }
        Shown::Rate(at) => {
            let rates = &book.consolidation.rates;
            let rate = if at == 0 { &rates.completion_rate } else { &rates.adjustment_rate };
            ("rate", rate.clone().filter(|_| are_all).unwrap_or_default())
        }
        Shown::Count(0) => ("count", whole(&|row| row.contribution.counts.tasks)),
        Shown::Count(_) => ("count", whole(&|row| row.contribution.counts.key_projects)),
        Shown::Severity(0) => ("count", whole(&|row| row.entry.findings.error)),
        Shown::Severity(_) => ("count", whole(&|row| row.entry.findings.warning)),
    };
    let at = match column {
        Shown::Figure(at, _) => at.to_string(),
        _ => column.key(),
    };
    json!({ "kind": kind, "at": at, "shown": shown })
}

fn measured(book: &Book<'_>) -> Vec<Value> {
    let aggregates = book.consolidation.aggregates.values();
    aggregates
        .flat_map(|aggregate| {
            aggregate.values.iter().map(|value| {
                json!({
                    "title": aggregate.title,
                    "group": both(|lang| words::group(&value.group, lang)),
                    "value": value.value,
                    "unit": both(|lang| words::unit(aggregate.unit, lang)),
                })
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousands_are_rounded_half_away_from_zero() {
        let show = |count| wan(Money::from_millionths(count));
        assert_eq!(show(10_442_460_254_000_000), "1,044,246.03");
        assert_eq!(show(50_000_000), "0.01");
        assert_eq!(show(49_999_999), "0.00");
        assert_eq!(show(-50_000_000), "-0.01");
        assert_eq!(show(-1), "0.00");
    }
}
