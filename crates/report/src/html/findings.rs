//! Findings as the page lists them.

use std::collections::BTreeSet;

use huizong_core::{Lang, show};
use huizong_schema::findings::{Arg, Finding, Location, Message, Severity};
use serde::Serialize;
use serde_json::{Value, json};

use super::FINDINGS;
use super::context::{both, href};
use crate::book::Book;
use crate::names::Names;
use crate::terminal::compares_sums;
use crate::words;

/// The rule whose findings a bureau looks at first.
const BOOKS: &str = "differs-from-books";

/// A finding, formatted for the page.
#[derive(Serialize)]
struct Shown<'f> {
    rule: &'f str,
    title: Message,
    severity: &'static str,
    severity_words: Message,
    department: &'f str,
    document: String,
    href: Option<String>,
    place: Message,
    pointer: &'f str,
    message: &'f Message,
    /// The name of the figure, if the rule gives one.
    figure: Option<Message>,
    actual: Option<Message>,
    /// What `expected` is to `actual`.
    expected_is: Message,
    expected: Option<Message>,
    difference: Option<Message>,
    related: Vec<RelatedShown<'f>>,
}

#[derive(Serialize)]
struct RelatedShown<'f> {
    place: Message,
    value: &'f str,
}

pub(super) struct Findings {
    pub(super) books: Value,
    pub(super) books_beyond: Value,
    pub(super) shown: Value,
    pub(super) severities: Vec<Value>,
    pub(super) rules: Vec<Value>,
}

pub(super) fn of(book: &Book<'_>) -> Findings {
    let mut all: Vec<&Finding> = book.findings.iter().collect();
    // The sort is stable: within a severity the usual order stays.
    all.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let names = Names::of(book.consolidation);
    let beyond = all.len().saturating_sub(FINDINGS);
    let list: Vec<Shown<'_>> =
        all.iter().take(FINDINGS).map(|finding| shown(finding, &names, book)).collect();
    let books: Vec<Shown<'_>> = all
        .iter()
        .filter(|finding| finding.rule == BOOKS)
        .take(FINDINGS)
        .map(|finding| shown(finding, &names, book))
        .collect();
    let severities: BTreeSet<Severity> = all.iter().take(FINDINGS).map(|finding| finding.severity).collect();
    let rules: BTreeSet<&str> = all.iter().take(FINDINGS).map(|finding| &*finding.rule).collect();
    let more = all.iter().filter(|finding| finding.rule == BOOKS).count() - books.len();
    Findings {
        books: json!(books),
        books_beyond: json!({ "count": more, "words": beyond_words(more) }),
        severities: severities
            .into_iter()
            .rev()
            .map(|severity| json!({ "id": severity.as_str(), "words": both(|lang| words::severity(severity, lang)) }))
            .collect(),
        rules: rules.into_iter().map(|rule| json!({ "id": rule, "title": title(rule, book) })).collect(),
        shown: json!({
            "list": list,
            "beyond": beyond,
            "beyond_words": beyond_words(beyond),
            "sentence": both(|lang| words::found(book.consolidation.findings.by_severity, lang)),
        }),
    }
}

fn beyond_words(more: usize) -> Message {
    both(|lang| {
        lang.pick(
            format!("本页只列前 {FINDINGS} 处，另有 {more} 处见 findings.csv。"),
            format!("This page lists {FINDINGS}; {more} more are in findings.csv."),
        )
    })
}

fn title(rule: &str, book: &Book<'_>) -> Message {
    let (zh, en) = book.rule_index.title(rule).unwrap_or((rule, rule));
    Message { zh: zh.to_owned(), en: en.to_owned() }
}

/// A difference: one of two rates is in percentage points.
fn apart(difference: &Arg, lang: Lang) -> String {
    match difference {
        Arg::Percent(points) => {
            lang.pick(format!("{points} 个百分点"), format!("{points} percentage points"))
        }
        other => show(other, lang),
    }
}

fn shown<'f>(finding: &'f Finding, names: &Names<'f>, book: &Book<'_>) -> Shown<'f> {
    let arg = |name: &str| finding.args.get(name).map(|arg| both(|lang| show(arg, lang)));
    let place = |location: &Option<Location>| both(|lang| words::place_of(location.as_ref(), lang));
    let document = finding.document.clone().unwrap_or_else(|| finding.documents.join("；"));
    let file = finding.location.clone().unwrap_or_else(|| Location::new(&document, None));
    // The message already contains text arguments; only figures are shown next to it.
    let is_figure = finding.args.contains_key("expected") && finding.args.contains_key("actual");
    let figures = |name| arg(name).filter(|_| is_figure);
    Shown {
        rule: &finding.rule,
        title: title(&finding.rule, book),
        severity: finding.severity.as_str(),
        severity_words: both(|lang| words::severity(finding.severity, lang)),
        department: names.of_finding(finding).unwrap_or_default(),
        href: href(book, &file),
        document,
        place: place(&finding.location),
        pointer: finding.pointer.as_str(),
        message: &finding.message,
        figure: arg("figure"),
        actual: figures("actual"),
        expected_is: both(|lang| {
            if compares_sums(finding) {
                lang.pick("对照", "Against")
            } else {
                lang.pick("应为", "Expected")
            }
        }),
        expected: figures("expected"),
        difference: finding
            .args
            .get("difference")
            .filter(|_| is_figure)
            .map(|arg| both(|lang| apart(arg, lang))),
        related: finding
            .related
            .iter()
            .map(|related| RelatedShown { place: place(&related.location), value: &related.value })
            .collect(),
    }
}
