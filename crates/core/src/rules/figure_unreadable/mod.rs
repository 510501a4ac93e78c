//! `figure-unreadable`: a cell that should hold a figure holds something else.

use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "figure-unreadable",
    page: include_str!("page.md"),
    reads: &["/budget", "/tasks/*/funds", "/key_projects/*", "/scorecard", "/fiscal_year", "/unit"],
    check: Check::Document(|_, subject| {
        let mut hits = Hit::texts_found(&subject.reading.unreadable);
        for (hit, text) in hits.iter_mut().zip(subject.reading.unreadable.values()) {
            hit.variant = match hit.pointer.as_str() {
                _ if text.contains(" / ") => "several",
                "/unit" => "unit",
                "/fiscal_year" => "year",
                _ if is_negative(text) => "negative",
                _ => "",
            };
        }
        Judgement::of(hits)
    }),
    ..Rule::RELATIONS
};

/// Whether a text is a number below zero, as it is written.
fn is_negative(text: &str) -> bool {
    let text = text.trim();
    let digits = text.strip_prefix(['-', '－', '−', '(', '（']).unwrap_or_default();
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| !c.is_alphabetic() || "万元".contains(c))
}
