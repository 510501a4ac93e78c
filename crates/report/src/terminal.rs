//! Text for the terminal: findings as a compiler shows them, totals as a table.

use std::fmt::Write;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use huizong_core::figure::{Figure, Top};
use huizong_core::{Lang, Row, show};
use huizong_schema::Money;
use huizong_schema::consolidation::{Consolidation, FindingCounts, Matched, Status, Total};
use huizong_schema::findings::{Arg, Finding, Location, Message, Notice, Severity};
use huizong_schema::{Pointer, publish};
use rust_decimal::Decimal;
use serde_json::Value;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::tables;
use crate::words;
use crate::words::{group, group_values, matched_by, place, reason, severity, unit};

/// How to write for a terminal.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// In which language.
    pub lang: Lang,
    /// Whether with colours.
    pub colours: bool,
    /// How many columns a line may have.
    pub width: usize,
}

/// The line around a place, and which part of it the place is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, or what of it fits.
    pub line: String,
    /// The bytes of it that the place is.
    pub span: Range<usize>,
    /// The line's number, where lines are counted.
    pub number: Option<u32>,
}

fn level(of: Severity, lang: Lang) -> Level<'static> {
    let level = match of {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    level.with_name(severity(of, lang))
}

/// One finding, with the line that it stands in where that is known.
pub fn finding(finding: &Finding, excerpt: Option<&Excerpt>, style: Style) -> String {
    let lang = style.lang;
    let title = level(finding.severity, lang).primary_title(lang.of(&finding.message)).id(&*finding.rule);
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
        let at = related.location.as_ref().map(|location| place(location, lang)).unwrap_or_default();
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
            group.element(note.message(format!("{}{shown}{more}", lang.pick("涉及文档：", "documents: "))));
    }
    let renderer = if style.colours { Renderer::styled() } else { Renderer::plain() };
    let text = renderer.term_width(style.width).decor_style(DecorStyle::Unicode).render(&[group]);
    let mut shown = String::with_capacity(text.len());
    // The renderer takes a line shown behind its origin for one of a second file.
    for line in text.lines().filter(|line| bare(line).trim() != "⸬") {
        shown.push_str(line.trim_end());
        shown.push('\n');
    }
    shown
}

/// A line without the codes that colour it.
fn bare(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or(part, |(_, rest)| rest))
}

/// What stands under the mark: the value that should be there, or what the value is held against.
fn label(finding: &Finding, marked: &str, lang: Lang) -> Option<String> {
    let expected = finding.args.get("expected").filter(|_| finding.rule != "schema-violation")?;
    // A rate has a verdict; other relations hold one sum against another.
    let is_sum = finding.args.contains_key("difference") && !finding.args.contains_key("verdict");
    let Some(actual) = finding.args.get("actual").filter(|_| is_sum) else {
        return Some(format!("{} {}", lang.pick("应为", "expected"), show(expected, lang)));
    };
    // A relation may stand at either of its sides; the other one is what this one is held against.
    let is_expected = matches!(expected, Arg::Amount(value, _) | Arg::Points(value)
        if marked.trim().parse().is_ok_and(|marked: Decimal| marked == *value));
    let other = if is_expected { actual } else { expected };
    Some(format!("{} {}", lang.pick("对照", "against"), show(other, lang)))
}

/// What a member is called: the titles of the published schema, items by their number.
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
    // Every figure of the budget is one; saying so tells nobody anything.
    if names.len() > 1 && pointer.as_str().starts_with("/budget/") {
        names.remove(0);
    }
    names.join(" › ")
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

/// A text that forms have part in, as a terminal may be given it: what would steer it, or turn the text around, is shown.
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

/// The same on one line.
fn one_line(text: &str) -> String {
    visible(&text.replace('\n', " "))
}

/// A name as a table has room for it.
fn short(name: &str) -> String {
    const WIDEST: usize = 48;
    let name = name.replace('\n', " ");
    if name.width() <= WIDEST {
        return name;
    }
    let mut width = 0;
    let fits = name.chars().take_while(|c| {
        width += c.width().unwrap_or(0);
        width < WIDEST
    });
    fits.chain(['…']).collect()
}

/// One notice, on a line.
pub fn notice(notice: &Notice, lang: Lang) -> String {
    let mut at = notice.document.clone().unwrap_or_default();
    if let Some(location) = &notice.location {
        let place = place(location, lang);
        if !place.is_empty() {
            let _ = write!(at, " {place}");
        }
    }
    let colon = if at.is_empty() { "" } else { lang.pick("：", ": ") };
    let said = lang.of(&notice.message);
    one_line(&format!("{}[{}] {at}{colon}{said}", lang.pick("通知", "notice"), notice.notice))
}

/// How many findings there are, in a sentence.
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

/// The departments' figures and the totals as a table, in 万元.
pub fn consolidation(consolidation: &Consolidation<Row<'_>>, rows: usize, lang: Lang) -> String {
    let headers = lang.pick(
        ["部门", "年初预算", "调整后预算", "实际支出", "完成率", "错误", "警告"],
        ["Department", "Initial", "Adjusted", "Spent", "Rate", "Errors", "Warnings"],
    );
    let rate = |rate: Option<&String>| rate.map_or_else(|| "—".to_owned(), |rate| format!("{rate}%"));
    let mut table: Vec<[String; 7]> = vec![headers.map(str::to_owned)];
    for row in consolidation.departments.iter().take(rows) {
        let figure =
            |top| row.contribution.value(Figure::Top(top)).map_or_else(|| "—".to_owned(), ten_thousands);
        table.push([
            short(row.entry.name.as_deref().unwrap_or_default()),
            figure(Top::InitialBudget),
            figure(Top::AdjustedBudget),
            figure(Top::ActualExpenditure),
            rate(row.contribution.rates().completion_rate.as_ref()),
            row.entry.findings.error.to_string(),
            row.entry.findings.warning.to_string(),
        ]);
    }
    let left_out = consolidation.departments.len().saturating_sub(rows);
    if left_out > 0 {
        let more = lang.pick(format!("……另有 {left_out} 个部门"), format!("… and {left_out} more"));
        table.push([
            more,
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ]);
    }
    let total = |total: &Option<Total>| {
        total.as_ref().map_or_else(|| "—".to_owned(), |total| ten_thousands(total.value))
    };
    let totals = &consolidation.totals;
    let severity = consolidation.findings.by_severity;
    table.push([
        lang.pick("合计", "Total").to_owned(),
        total(&totals.initial_budget),
        total(&totals.adjusted_budget),
        total(&totals.actual_expenditure),
        rate(consolidation.rates.completion_rate.as_ref()),
        severity.error.to_string(),
        severity.warning.to_string(),
    ]);
    let mut text = lang.pick("单位：万元\n", "In 10,000 CNY\n").to_owned();
    text.push_str(&aligned(&table, true));
    for aggregate in consolidation.aggregates.values() {
        for value in &aggregate.values {
            let of = if value.group.is_empty() {
                String::new()
            } else {
                format!(" · {}", group(&value.group, lang))
            };
            let (title, colon) = (lang.of(&aggregate.title), lang.pick("：", ": "));
            let _ = writeln!(text, "{title}{of}{colon}{}{}", value.value, unit(aggregate.unit, lang));
        }
    }
    let coverage = &consolidation.coverage;
    let _ = match lang {
        Lang::Zh => writeln!(
            text,
            "收到 {} 个部门的 {} 份表，计入 {} 份。合计的错误、警告数包括未计入的表和部门之间的问题。",
            coverage.received, coverage.documents, coverage.included
        ),
        Lang::En => writeln!(
            text,
            "Documents received: {}, of departments: {}; counted: {}. The totals of errors and warnings include documents not counted and findings about the set.",
            coverage.documents, coverage.received, coverage.included
        ),
    };
    text.push_str(&expectation(consolidation, lang));
    for excluded in coverage.excluded.iter().take(20) {
        let (why, id) = (reason(&excluded.reason, lang), &excluded.reason);
        let document = one_line(&excluded.document);
        let _ = match lang {
            Lang::Zh => writeln!(text, "  未计入：{document}（{why}，{id}）"),
            Lang::En => writeln!(text, "  not counted: {document} ({why}: {id})"),
        };
    }
    if coverage.excluded.len() > 20 {
        let left = coverage.excluded.len() - 20;
        let _ = writeln!(
            text,
            "  {}",
            lang.pick(format!("……另有 {left} 份未计入"), format!("… and {left} more not counted"))
        );
    }
    text.push_str(&groups(&consolidation.groups, lang));
    if let Some(unread) = words::unread(&consolidation.notices, lang) {
        let _ = writeln!(text, "{unread}{}", lang.pick("见通知。", " See the notices."));
    }
    visible(&text)
}

/// Who of the roster is in the totals and who is not, and the groups' sums.
fn expectation<R>(consolidation: &Consolidation<R>, lang: Lang) -> String {
    let mut text = String::new();
    let coverage = &consolidation.coverage;
    let Some(expected) = coverage.expected else { return text };
    let with = |status| coverage.roster.iter().filter(|row| row.status == status).count();
    let (held, out) = (with(Status::Included), with(Status::NotIncluded));
    let missing = coverage.missing.as_deref().unwrap_or_default();
    let _ = match lang {
        Lang::Zh => writeln!(
            text,
            "名单上应报 {expected} 个部门：计入 {held} 个，收到但未计入 {out} 个，没有收到 {} 个{}",
            missing.len(),
            names(missing, lang)
        ),
        Lang::En => writeln!(
            text,
            "Departments expected: {expected}. Counted: {held}; received and not counted: {out}; missing: {}{}",
            missing.len(),
            names(missing, lang)
        ),
    };
    let unknown = coverage.unknown.as_deref().unwrap_or_default();
    if !unknown.is_empty() {
        let title = lang.pick("不在名单上的部门", "Departments not on the roster");
        let _ = writeln!(text, "{title}{}", names(unknown, lang));
    }
    if !coverage.matched.is_empty() {
        let title = lang.pick("名称或编码与名单不完全相同的：", "Not quite as on the roster: ");
        let one = |matched: &Matched| {
            let (name, expected) = (one_line(&matched.name), one_line(&matched.expected));
            let by = matched_by(matched.by, lang);
            lang.pick(format!("{name} = {expected}（{by}）"), format!("{name} = {expected} ({by})"))
        };
        let some: Vec<String> = coverage.matched.iter().take(SHOWN).map(one).collect();
        let _ = writeln!(
            text,
            "{title}{}{}",
            some.join(lang.pick("；", "; ")),
            and_more(coverage.matched.len(), lang)
        );
    }
    if let Some(total) = &consolidation.totals.actual_expenditure
        && let (Some(weight), Some(range)) = (&total.weight, &total.if_repeated)
    {
        let (low, high, unknown) = (ten_thousands(range.low), ten_thousands(range.high), range.unknown);
        text.push_str(&lang.pick(
            format!("按上一年支出计，已计入的占 {weight}%。"),
            format!("By last year's expenditure {weight}% is counted."),
        ));
        if range.low != range.high {
            text.push_str(&lang.pick(
                format!("其余部门若与上一年相同，全区支出将由 {low} 万元增至 {high} 万元。"),
                format!(" If the others repeated last year, the expenditure would grow from {low} to {high} (in 10,000 CNY)."),
            ));
        }
        if unknown > 0 {
            text.push_str(&lang.pick(
                format!("另有 {unknown} 个没有计入的部门，上一年也没有数。"),
                format!(" Of {unknown} of the others there is no figure of last year."),
            ));
        }
        text.push('\n');
    }
    text
}

/// So many names are listed.
const SHOWN: usize = 20;

fn and_more(count: usize, lang: Lang) -> String {
    if count > SHOWN {
        lang.pick(format!(" 等 {count} 个"), format!(" and {} more", count - SHOWN))
    } else {
        String::new()
    }
}

fn names(names: &[String], lang: Lang) -> String {
    if names.is_empty() {
        return lang.pick("。", ".").to_owned();
    }
    let some: Vec<String> = names.iter().take(SHOWN).map(|name| one_line(name)).collect();
    let some = some.join(lang.pick("、", ", "));
    format!("{}{some}{}{}", lang.pick("：", ": "), and_more(names.len(), lang), lang.pick("。", "."))
}

/// The groups' sums as tables, in 万元.
fn groups(groups: &[huizong_schema::consolidation::Group], lang: Lang) -> String {
    let mut text = String::new();
    for groups in tables::blocks(groups) {
        let title = groups[0].by.keys().cloned().collect::<Vec<_>>().join(lang.pick("、", ", "));
        let header = lang.pick(
            ["计入/应报", "年初预算", "调整后预算", "实际支出", "完成率"],
            ["Counted/expected", "Initial", "Adjusted", "Spent", "Rate"],
        );
        let mut table =
            vec![[&*title, header[0], header[1], header[2], header[3], header[4]].map(str::to_owned)];
        for group in groups {
            let total = |total: &Option<Total>| {
                total.as_ref().map_or_else(|| "—".to_owned(), |total| ten_thousands(total.value))
            };
            table.push([
                short(&group_values(&group.by, lang)),
                format!("{}/{}", group.departments, group.expected),
                total(&group.totals.initial_budget),
                total(&group.totals.adjusted_budget),
                total(&group.totals.actual_expenditure),
                group
                    .rates
                    .completion_rate
                    .as_ref()
                    .map_or_else(|| "—".to_owned(), |rate| format!("{rate}%")),
            ]);
        }
        let _ = write!(text, "\n{}", aligned(&table, false));
    }
    text
}

/// 元 as 万元 with two decimals and thousands separators, rounded half away from zero: for show alone.
pub(crate) fn ten_thousands(money: Money) -> String {
    let hundredths = (money.millionths().unsigned_abs() + 50_000_000) / 100_000_000;
    let (whole, part) = (hundredths / 100, hundredths % 100);
    let sign = if money.millionths() < 0 && hundredths > 0 { "-" } else { "" };
    grouped(&format!("{sign}{whole}.{part:02}"))
}

/// A plain decimal with marks between thousands.
pub(crate) fn grouped(decimal: &str) -> String {
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |digits| ("-", digits));
    let (whole, part) = digits.find('.').map_or((digits, ""), |at| digits.split_at(at));
    let mut grouped = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + part
}

/// Columns lined up by width on the screen: the first to the left, the others to the right.
///
/// The last row may be a total, which a line parts from the others.
fn aligned<const N: usize>(table: &[[String; N]], total: bool) -> String {
    let widths: Vec<usize> =
        (0..N).map(|column| table.iter().map(|row| row[column].width()).max().unwrap_or(0)).collect();
    let rule = "─".repeat(widths.iter().sum::<usize>() + 2 * (N - 1));
    let mut text = String::new();
    for (index, row) in table.iter().enumerate() {
        if total && index + 1 == table.len() {
            let _ = writeln!(text, "{rule}");
        }
        for (column, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[column] - cell.width());
            let gap = if column > 0 { "  " } else { "" };
            let _ = if column == 0 { write!(text, "{cell}{pad}") } else { write!(text, "{gap}{pad}{cell}") };
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        if index == 0 {
            let _ = writeln!(text, "{rule}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousands_for_show() {
        let show = |millionths| ten_thousands(Money::from_millionths(millionths));
        assert_eq!(show(2_801_900_000_000), "280.19");
        assert_eq!(show(12_345_678_900_000_000), "1,234,567.89");
        assert_eq!(show(-50_000_000), "-0.01");
        assert_eq!(show(49_999_999), "0.00");
        assert_eq!(show(10_442_460_254_000_000), "1,044,246.03");
        assert_eq!(show(50_000_000), "0.01");
        assert_eq!(show(-1), "0.00");
    }

    #[test]
    fn nothing_of_a_form_steers_the_terminal() {
        assert_eq!(visible("甲\u{1b}[31m\t乙\n\u{202e}丙\u{9b}"), "甲␛[31m␉乙\n\u{fffd}丙\u{fffd}");
        assert_eq!(short(&"局".repeat(30)).width(), 47);
        assert_eq!(short("教育\n局"), "教育 局");
    }

    #[test]
    fn tables_line_up_by_width_on_the_screen() {
        let rows = [
            ["部门".to_owned(), "x".to_owned()],
            ["abc".to_owned(), "12".to_owned()],
            ["合计".to_owned(), "3".to_owned()],
        ];
        assert_eq!(aligned(&rows, true), "部门   x\n────────\nabc   12\n────────\n合计   3\n");
    }
}
