//! `figure-unreadable`: a cell that should hold a figure holds something else.

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Exclusion, Rule};
use crate::state::State;

pub(super) static RULE: Rule = Rule {
    id: "figure-unreadable",
    messages: &[
        Template::new(
            "此处应填数字，现填“{found}”，无法读取。请只填数字。",
            "A figure belongs here, but \"{found}\" cannot be read as one.",
        ),
        Template::variant(
            "negative",
            "此处不能是负数，却是“{found}”。请改正。",
            "A negative figure cannot stand here: \"{found}\".",
        ),
        Template::variant(
            "several",
            "同一项有几个不同的写法，看不出以哪个为准：“{found}”。请只写一个。",
            "One figure is given in ways that differ, and which is meant is unclear: \"{found}\".",
        ),
        Template::variant(
            "formula",
            "此处是公式“{found}”，文件里没有存下它的结果，也无法代为算出。请用 Excel 或 WPS 打开、保存后再报。",
            "Here is the formula \"{found}\", of which the file stores no value, and it cannot be worked out. Open the file in Excel or WPS and save it.",
        ),
        Template::variant(
            "unit",
            "金额单位写的是“{found}”，只能是万元或元。请改正，并按改正的单位核对各项金额。",
            "The unit of amounts is given as \"{found}\"; it can be 万元 or 元 alone.",
        ),
        Template::variant(
            "year",
            "此处应填 1990 至 2100 年中的一个年度，却是“{found}”。",
            "A year of 1990 to 2100 belongs here, but it is \"{found}\".",
        ),
    ],
    page: include_str!("page.md"),
    reads: &["/budget", "/tasks/*/funds", "/key_projects/*", "/scorecard", "/fiscal_year", "/unit"],
    judges_reading: true,
    excludes: Some(Exclusion { precedence: 5, state: State::NotFinished }),
    is_about_reading: true,
    check: Check::Document(|_, input| {
        let mut hits = Hit::texts_found(&input.reading.unreadable);
        for (hit, text) in hits.iter_mut().zip(input.reading.unreadable.values()) {
            hit.variant = match hit.pointer.as_str() {
                _ if text.contains(" / ") => "several",
                _ if text.starts_with('=') => "formula",
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

/// Whether a text is written as a number below zero.
fn is_negative(text: &str) -> bool {
    let text = text.trim();
    let digits = text.strip_prefix(['-', '－', '−', '(', '（']).unwrap_or_default();
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| !c.is_alphabetic() || "万元".contains(c))
}
