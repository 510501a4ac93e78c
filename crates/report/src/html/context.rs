//! The values that the template is filled with. Text is in both languages, amounts are formatted for display.

use huizong_core::{Lang, grouped};
use huizong_schema::consolidation::{Coverage, Status, Total};
use huizong_schema::figures::{Figure, Rate, Thing, Top};
use huizong_schema::findings::{Location, Message};
use serde::Serialize;
use serde_json::{Value, json};

use super::findings;
use super::rows::{Shown, blocks, columns, departments, filters, listed};
use crate::amounts::ten_thousands;
use crate::book::Book;
use crate::standing::{Standing, standings};
use crate::{tables, words};

/// Text in both languages.
pub(super) fn both<T: Into<String>>(of: impl Fn(Lang) -> T) -> Message {
    Message { zh: of(Lang::Zh).into(), en: of(Lang::En).into() }
}

/// The address of a file as the page links to it.
pub(super) fn href(book: &Book<'_>, location: &Location) -> Option<String> {
    let address = (book.link)(&Location::new(&location.file, None))?.replace('\\', "%5C");
    // The `./` keeps a browser from taking a colon in a file's name for a URL scheme.
    Some(if address.starts_with("../") { address } else { format!("./{address}") })
}

/// Text in both languages, or none in either.
fn optional(of: impl Fn(Lang) -> Option<String>) -> Option<Message> {
    of(Lang::Zh).zip(of(Lang::En)).map(|(zh, en)| Message { zh, en })
}

pub(super) fn label((zh, en): (&str, &str)) -> Message {
    let mut letters = en.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    Message { zh: zh.to_owned(), en: first + letters.as_str() }
}

/// The label of a rate, followed by more text in each language.
pub(super) fn rate_label(rate: Rate, zh: &str, en: &str) -> Message {
    let of = label(rate.label());
    Message { zh: of.zh + zh, en: of.en + en }
}

pub(super) fn label_of(figure: Figure) -> Message {
    let (zh, en) = figure.label();
    label((&zh, &en))
}

#[derive(Serialize)]
struct Card {
    what: Message,
    shown: String,
    beside: Message,
    /// The key of the figure in the script's data, if the card can be opened.
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

pub(super) fn of(book: &Book<'_>) -> Value {
    let consolidation = book.consolidation;
    let figures = tables::figures(consolidation);
    let totals: Vec<(Figure, &Total)> =
        figures.iter().filter_map(|figure| Some((*figure, consolidation.totals.get(*figure)?))).collect();
    let coverage = &consolidation.coverage;
    let named = |label, shown, figure| Named { label, shown, figure };
    let all = findings::of(book);
    let columns = columns(&figures);
    let listed = listed(book);
    json!({
        "title": both(|lang| words::title(consolidation, lang)),
        "year": consolidation.fiscal_year,
        "suspected": optional(|lang| words::suspected(consolidation, lang)),
        "cards": cards(book, &figures),
        "coverage": covered(book),
        "framed": coverage.expected.is_some(),
        "weighed": tables::is_weighed(consolidation),
        "totals": totals.iter().enumerate().map(|(at, (figure, total))| total_shown(at, *figure, total)).collect::<Vec<_>>(),
        "rates": Rate::ALL.iter().enumerate().map(|(at, rate)| {
            let shown = consolidation.rates.get(*rate).map(|rate| format!("{rate}%"));
            named(rate_label(*rate, "（由合计重算）", " (from the totals)"), shown, format!("r{at}"))
        }).collect::<Vec<_>>(),
        "counts": Thing::ALL.iter().enumerate().map(|(at, thing)| {
            let count = consolidation.counts.get(*thing).to_string();
            named(label(thing.label()), Some(grouped(&count)), format!("c{at}"))
        }).collect::<Vec<_>>(),
        "columns": columns.iter().filter(|column| !matches!(column, Shown::Severity(_))).map(|column| column.head()).collect::<Vec<_>>(),
        "blocks": blocks(book, &columns),
        "residual": Message { zh: words::RESIDUAL.0.to_owned(), en: words::RESIDUAL.1.to_owned() },
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
        shown: ten_thousands(total.value),
        exact: grouped(&total.value.to_string()),
        figure: format!("f{at}"),
        reported_by: total.reported_by,
        expected: total.expected,
        held: total.held,
        weight: total.weight.clone(),
        low: total.if_repeated.map(|range| ten_thousands(range.low)),
        high: total.if_repeated.map(|range| ten_thousands(range.high)),
        unknown,
        unknown_words: both(|lang| {
            lang.pick(
                format!("（其中 {unknown} 个部门上年也没有这项数据）"),
                format!("({unknown} unknown last year)"),
            )
        }),
    }
}

fn cards(book: &Book<'_>, figures: &[Figure]) -> Vec<Card> {
    let consolidation = book.consolidation;
    let mut cards = Vec::new();
    for top in [Top::InitialBudget, Top::AdjustedBudget, Top::ActualExpenditure] {
        let figure = Figure::Top(top);
        let (Some(total), Some(at)) =
            (consolidation.totals.get(figure), figures.iter().position(|of| *of == figure))
        else {
            continue;
        };
        let by = total.reported_by;
        cards.push(Card {
            what: Message {
                zh: format!("{}（万元）", label_of(figure).zh),
                en: format!("{} (万元)", label_of(figure).en),
            },
            shown: ten_thousands(total.value),
            beside: both(|lang| match (total.held, total.expected) {
                (Some(held), Some(expected)) => lang.pick(
                    format!("{by} 个部门填报；名单应报 {expected} 个，已计入 {held} 个"),
                    format!("reported by {by} departments, {held} of the {expected} expected"),
                ),
                _ => lang.pick(format!("{by} 个部门填报"), format!("reported by {by} departments")),
            }),
            figure: Some(format!("f{at}")),
            grave: false,
        });
    }
    if let Some(rate) = consolidation.rates.get(Rate::Completion) {
        cards.push(Card {
            what: label(Rate::Completion.label()),
            shown: format!("{rate}%"),
            beside: both(|lang| lang.pick("实际支出 ÷ 调整后预算", "expenditure over adjusted budget")),
            figure: Some("r0".to_owned()),
            grave: false,
        });
    }
    let coverage = &consolidation.coverage;
    let held = coverage.roster.iter().filter(|row| row.status.is_held()).count();
    let is_missing = !tables::is_complete(consolidation);
    cards.push(Card {
        what: label(("部门", "departments")),
        shown: match coverage.expected {
            Some(expected) => format!("{held} / {expected}"),
            None => coverage.included.to_string(),
        },
        beside: both(|lang| match coverage.expected {
            Some(_) => lang.pick("已计入 / 应报", "held / expected"),
            None => lang.pick("份表已计入；没有给出应报名单", "documents held; there is no roster"),
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
    standings: Vec<Value>,
    unknown: &'c [String],
    excluded: Vec<Value>,
    matched: Vec<Value>,
    unread: Option<Message>,
    notices: Vec<Value>,
    notices_beyond: usize,
}

/// The number of notices listed.
const NOTICES: usize = 500;

fn covered<'c>(book: &'c Book<'_>) -> Covered<'c> {
    let coverage: &Coverage = &book.consolidation.coverage;
    let notices = &book.consolidation.notices;
    let file = |document: &str| href(book, &Location::new(document, None));
    let sentence = |lang: Lang| {
        let gap = lang.pick("", " ");
        format!("{}{gap}{}", words::received(coverage, lang), words::against_roster(coverage, lang))
    };
    Covered {
        sentence: both(sentence),
        complete: tables::is_complete(book.consolidation),
        incomplete: both(|lang| words::incomplete(book.consolidation, lang).unwrap_or_default()),
        standings: standings(book.consolidation).iter().map(|of| stands(of, &file)).collect(),
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
        unread: optional(|lang| words::unread(notices, coverage, lang)),
        notices: notices
            .iter()
            .filter(|note| note.incomplete)
            .chain(notices.iter().filter(|note| !note.incomplete))
            .take(NOTICES)
            .map(|note| {
                json!({
                    "document": note.document,
                    "place": both(|lang| words::place_of(note.location.as_ref(), lang)),
                    "message": note.message,
                    "incomplete": note.incomplete,
                })
            })
            .collect(),
        notices_beyond: notices.len().saturating_sub(NOTICES),
    }
}

/// Where a department stands. Whom to ask is named only where there is something to ask.
fn stands(of: &Standing<'_>, href: &dyn Fn(&str) -> Option<String>) -> Value {
    let Standing { row, why, step, .. } = of;
    let asked = row.status != Status::Included && row.status != Status::WithDepartment;
    let files = row.documents.iter().map(|document| json!({ "name": document, "href": href(document) }));
    let unread =
        row.unread.iter().map(|unread| json!({ "name": unread.document, "href": href(&unread.document) }));
    json!({
        "name": row.name,
        "grave": !row.status.is_held(),
        "status": both(|lang| words::status(row.status, lang)),
        "why": why,
        "step": step,
        "contact": row.contact.as_ref().filter(|_| asked),
        "phone": row.phone.as_ref().filter(|_| asked),
        "files": files.chain(unread).collect::<Vec<_>>(),
    })
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
