//! Text for the terminal: findings in the style of a compiler, totals as a table.

mod tables;
mod totals;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use huizong_core::{Excerpt, Lang, show};
use huizong_schema::consolidation::FindingCounts;
use huizong_schema::findings::{Arg, Finding, Location, Message, Notice, Severity};
use huizong_schema::{Pointer, publish};
use rust_decimal::Decimal;
use serde_json::Value;

pub use totals::{consolidation, unread};

use crate::words::{place, place_of, severity};

/// How to write for a terminal.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The language.
    pub lang: Lang,
    /// Whether to use colours.
    pub colours: bool,
    /// The width of a line, in columns.
    pub width: usize,
    /// Whether to show the rule's id.
    pub ids: bool,
}

fn level(of: Severity, lang: Lang) -> Level<'static> {
    let level = match of {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    level.with_name(severity(of, lang))
}

/// Renders a finding, with an excerpt of its line if there is one.
pub fn finding(finding: &Finding, excerpt: Option<&Excerpt>, style: Style) -> String {
    let lang = style.lang;
    let title = level(finding.severity, lang).primary_title(lang.of(&finding.message));
    let title = if style.ids { title.id(&*finding.rule) } else { title };
    let mut group = Group::with_title(title);
    if let Some(location) = &finding.location {
        group = group.element(origin(location, lang));
    }
    if let Some(excerpt) = excerpt {
        let mut mark = AnnotationKind::Primary.span(excerpt.span.clone());
        if let Some(label) = label(finding, &excerpt.line[excerpt.span.clone()], lang) {
            mark = mark.label(label);
        }
        let snippet = Snippet::source(excerpt.line.clone()).annotation(mark).fold(false);
        group = group.element(match excerpt.number {
            Some(number) => snippet.line_start(number as usize),
            None => snippet.line_numbering(false),
        });
    }
    let note = Level::NOTE.with_name(lang.pick("相关", "note"));
    for related in finding.related.iter().take(4) {
        let at = place_of(related.location.as_ref(), lang);
        let name = member_name(&related.pointer, lang);
        let shown = match lang {
            Lang::Zh => format!("{name} {}（{at}）", related.value),
            Lang::En => format!("{name}: {} ({at})", related.value),
        };
        group = group.element(note.clone().message(shown.replace("（）", "").replace(" ()", "")));
    }
    if !finding.documents.is_empty() {
        let shown = finding.documents.iter().take(8).cloned().collect::<Vec<_>>().join(lang.pick("、", ", "));
        let more = finding.documents.len().saturating_sub(8);
        let more = if more > 0 {
            lang.pick(format!(" 等 {} 份", finding.documents.len()), format!(" and {more} more"))
        } else {
            String::new()
        };
        group =
            group.element(note.message(format!("{}{shown}{more}", lang.pick("涉及的表：", "documents: "))));
    }
    let renderer = if style.colours { Renderer::styled() } else { Renderer::plain() };
    let text = renderer.term_width(style.width).decor_style(DecorStyle::Unicode).render(&[group]);
    let mut shown = String::with_capacity(text.len());
    // The renderer takes a line printed after its origin for part of a second file.
    for line in text.lines().filter(|line| bare(line).trim() != "⸬") {
        shown.extend(line.trim_end().chars().map(in_code_page));
        shown.push('\n');
    }
    shown
}

/// A character of the renderer or of an equation as one that Chinese consoles have, whose code page lacks some.
fn in_code_page(c: char) -> char {
    match c {
        '▸' | '╴' => '─',
        '−' => '-',
        c => c,
    }
}

/// Removes the colour codes of a line.
fn bare(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or(part, |(_, rest)| rest))
}

/// Whether a finding compares two sums, of which either may be wrong. A rate has a verdict, and is wrong itself.
pub(crate) fn compares_sums(finding: &Finding) -> bool {
    finding.args.contains_key("difference") && !finding.args.contains_key("verdict")
}

/// The label under the mark: the expected value, or the value it is compared with.
fn label(finding: &Finding, marked: &str, lang: Lang) -> Option<String> {
    let expected = finding.args.get("expected").filter(|_| finding.rule != "schema-violation")?;
    let Some(actual) = finding.args.get("actual").filter(|_| compares_sums(finding)) else {
        return Some(format!("{} {}", lang.pick("应为", "expected"), show(expected, lang)));
    };
    // The finding may be at either side of a relation; the label shows the other side.
    let is_expected = matches!(expected, Arg::Amount(value, _) | Arg::Points(value)
        if marked.trim().parse().is_ok_and(|marked: Decimal| marked == *value));
    let other = if is_expected { actual } else { expected };
    Some(format!("{} {}", lang.pick("对照", "against"), show(other, lang)))
}

/// Names a member by the titles of the published schema, and items by their number.
fn member_name(pointer: &Pointer, lang: Lang) -> String {
    let root = publish::EVALUATION.schema();
    let mut schema = root;
    let mut names: Vec<String> = Vec::new();
    for token in pointer.tokens() {
        while let Some(reference) = schema["$ref"].as_str() {
            schema = root.pointer(&reference[1..]).unwrap_or(&Value::Null);
        }
        if let (Ok(index), Some(last)) = (token.parse::<usize>(), names.last_mut()) {
            let _ = write!(last, " {}", index + 1);
            schema = &schema["items"];
            continue;
        }
        schema = &schema["properties"][&*token];
        let title = schema["title"].as_str().and_then(|title| title.split_once(" / "));
        names.push(title.map_or_else(|| token.to_string(), |(zh, en)| lang.pick(zh, en).to_owned()));
    }
    // Every name would begin with the budget's, which adds nothing.
    if names.len() > 1 && pointer.as_str().starts_with("/budget/") {
        names.remove(0);
    }
    names.join(" > ")
}

fn origin(location: &Location, lang: Lang) -> Origin<'static> {
    let path = Origin::path(one_line(&match location {
        Location { line: Some(_), .. } => location.file.clone(),
        _ => format!("{}  {}", location.file, place(location, lang)).trim_end().to_owned(),
    }));
    match (location.line, location.column) {
        (Some(line), Some(column)) => path.line(line as usize).char_column(column as usize),
        _ => path,
    }
}

/// Makes text from forms safe to print: control characters and those that change the text's direction become
/// visible.
pub fn visible(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '␡',
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            char::REPLACEMENT_CHARACTER
        }
        _ => c,
    };
    text.chars().map(shown).collect()
}

/// Makes text safe to print on one line.
fn one_line(text: &str) -> String {
    visible(&text.replace('\n', " "))
}

/// Formats a notice on one line, with its id if that is wanted.
pub fn notice(notice: &Notice, lang: Lang, ids: bool) -> String {
    let mut at = notice.document.clone().unwrap_or_default();
    let place = place_of(notice.location.as_ref(), lang);
    if !place.is_empty() {
        let _ = write!(at, " {place}");
    }
    let colon = if at.is_empty() { "" } else { lang.pick("：", ": ") };
    let said = lang.of(&notice.message);
    let (head, gap) = (lang.pick("附注", "notice"), lang.pick("：", ": "));
    let head = if ids { format!("{head}[{}] ", notice.notice) } else { format!("{head}{gap}") };
    one_line(&format!("{head}{at}{colon}{said}"))
}

/// Renders notices, a line each. What is said of several files is said once.
pub fn notices<'n>(notices: impl IntoIterator<Item = &'n Notice>, lang: Lang, ids: bool) -> String {
    /// From how many on.
    const SEVERAL: usize = 3;
    /// As many as a district has departments. What is for programs, and the tables of a result, name the others too.
    const MOST_NAMED: usize = 120;
    let mut by_message: Vec<(&Notice, Vec<&Notice>)> = Vec::new();
    let mut at: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for notice in notices {
        let number = *at.entry((&notice.notice, &notice.message.zh)).or_insert(by_message.len());
        match by_message.get_mut(number) {
            Some((_, others)) => others.push(notice),
            None => by_message.push((notice, vec![notice])),
        }
    }
    let mut text = String::new();
    for (first, all) in by_message {
        let files: BTreeSet<&str> = all.iter().filter_map(|notice| notice.document.as_deref()).collect();
        if files.len() < SEVERAL {
            all.iter().for_each(|one| text += &(notice(one, lang, ids) + "\n"));
            continue;
        }
        let of_all = Notice { document: None, location: None, ..first.clone() };
        let count = files.len();
        let named = files.into_iter().take(MOST_NAMED).collect::<Vec<_>>().join(lang.pick("、", ", "))
            + if count > MOST_NAMED { lang.pick("……", ", …") } else { "" };
        let of = lang.pick(format!("（{count} 份表：{named}）"), format!(" ({count} documents: {named})"));
        text += &one_line(&(notice(&of_all, lang, ids) + &of));
        text.push('\n');
    }
    text
}

/// Summarizes the number of findings in a sentence.
pub fn summary(documents: u64, counts: &FindingCounts, lang: Lang) -> String {
    let severity = counts.by_severity;
    let message = Message {
        zh: format!(
            "检查了 {documents} 份表：错误 {} 处，警告 {} 处，提示 {} 处。",
            severity.error, severity.warning, severity.info
        ),
        en: format!(
            "Documents checked: {documents}. Errors: {}, warnings: {}, infos: {}.",
            severity.error, severity.warning, severity.info
        ),
    };
    lang.of(&message).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_forms_cannot_control_the_terminal() {
        assert_eq!(visible("甲\u{1b}[31m\t乙\n\u{202e}丙\u{9b}"), "甲␛[31m␉乙\n\u{fffd}丙\u{fffd}");
    }

    #[test]
    fn what_is_said_of_very_many_files_names_the_first_ones() {
        for (count, named, rest) in [(3, 3, false), (120, 120, false), (121, 120, true), (10_000, 120, true)]
        {
            let of = |number: usize| {
                let id = format!("{number:05}.xlsx");
                huizong_core::notices::RULE_CRASHED.notice(Some(&id), huizong_schema::findings::Args::new())
            };
            let all: Vec<Notice> = (0..count).map(of).collect();
            let text = notices(&all, Lang::Zh, false);
            assert!(text.contains(&format!("{count} 份表")), "{text}");
            assert_eq!((text.matches(".xlsx").count(), text.contains("……")), (named, rest));
        }
    }
}
