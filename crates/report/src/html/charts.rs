//! Bar charts whose lengths are percentages, so that they fit any width while their text keeps its size.

use std::fmt::Write as _;

use huizong_schema::Money;
use huizong_schema::consolidation::Total;
use huizong_schema::figures::{Column, FundSource};
use huizong_schema::figures::{Figure, Top};
use huizong_schema::findings::{Message, Severity};
use minijinja::HtmlEscape;
use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::context::label;
use crate::amounts::ten_thousands;
use crate::book::Book;

/// The number of departments drawn as bars; the table lists all.
const BARS: usize = 30;

/// A rendered chart.
#[derive(Serialize)]
pub(super) struct Chart {
    id: &'static str,
    title: Message,
    note: Message,
    svg: String,
}

/// A bar: its label, its value as text, and the lengths drawn over each other, each with its colour.
struct Bar {
    label: Message,
    value: Message,
    lengths: Vec<(&'static str, i128)>,
}

fn both(zh: impl Into<String>, en: impl Into<String>) -> Message {
    Message { zh: zh.into(), en: en.into() }
}

fn same(text: impl Into<String>) -> Message {
    let text = text.into();
    both(text.clone(), text)
}

pub(super) fn of(book: &Book<'_>) -> Vec<Chart> {
    let chart = |(id, title, note, bars): (_, _, _, Vec<Bar>)| {
        (!bars.is_empty()).then(|| Chart { id, title, note, svg: draw(&bars) })
    };
    [budget(book), completion(book), sources(book), findings(book)].into_iter().filter_map(chart).collect()
}

type Drawn = (&'static str, Message, Message, Vec<Bar>);

/// Draws expenditure over the budget, so that an overrun shows.
fn upon(label: Message, budget: Option<Money>, spent: Option<Money>) -> Bar {
    let count = |money: Option<Money>| money.map_or(0, Money::millionths).max(0);
    let (has, is) = (count(budget), count(spent));
    let shown = |money: Option<Money>| money.map_or_else(|| "—".to_owned(), ten_thousands);
    let value = format!("{} / {}", shown(spent), shown(budget));
    let colour = if budget.is_some() && is > has { "over" } else { "full" };
    Bar { label, value: same(value), lengths: vec![("pale", has), (colour, is)] }
}

fn budget(book: &Book<'_>) -> Drawn {
    let rows = book.by_size();
    let beyond = rows.len().saturating_sub(BARS);
    let first = if beyond > 0 {
        both(
            format!("（金额最大的 {BARS} 个；其余 {beyond} 个见部门表）"),
            format!(" ({BARS} largest; {beyond} more in the table)"),
        )
    } else {
        Message::default()
    };
    let suspected = book.suspected();
    let without = if suspected.is_empty() {
        Message::default()
    } else {
        both(
            format!("；没有画可能填错单位的{}", suspected.join("、")),
            format!("; without those that may be in another unit: {}", suspected.join(", ")),
        )
    };
    let note = both(
        format!("浅色为调整后预算，深色为实际支出，万元{}{}", first.zh, without.zh),
        format!("pale: adjusted budget, dark: expenditure, in 万元{}{}", first.en, without.en),
    );
    let bars =
        rows.into_iter().take(BARS).map(|(name, budget, spent)| upon(same(name), budget, spent)).collect();
    ("budget", both("各部门预算与支出", "Budget and expenditure by department"), note, bars)
}

fn completion(book: &Book<'_>) -> Drawn {
    const STEPS: [u32; 5] = [60, 80, 90, 95, 100];
    let rows = &book.consolidation.departments;
    // One count for each step (below it), then: exactly 100%, above 100%, no rate.
    let mut counts = [0_i128; STEPS.len() + 3];
    for row in rows {
        let value = |top| row.contribution().value(Figure::Top(top)).map_or(0, Money::millionths);
        let (spent, budget) = (value(Top::ActualExpenditure), value(Top::AdjustedBudget));
        // Compare amounts, not rates: a rate rounded to 100.00 may hide an overrun.
        let bin = match budget {
            ..=0 => STEPS.len() + 2,
            budget if spent == budget => STEPS.len(),
            budget => STEPS
                .iter()
                .position(|step| spent * 100 < budget * i128::from(*step))
                .unwrap_or(STEPS.len() + 1),
        };
        counts[bin] += 1;
    }
    let name = |bin: usize| match bin {
        0 => both("低于 60%", "below 60%"),
        bin if bin < STEPS.len() => {
            let (from, to) = (STEPS[bin - 1], STEPS[bin]);
            both(format!("{from}% 至不足 {to}%"), format!("{from}% to below {to}%"))
        }
        5 => both("恰为 100%", "exactly 100%"),
        6 => both("超过 100%", "above 100%"),
        _ => both("无法计算", "no rate"),
    };
    let colour = |bin| if bin == STEPS.len() + 1 { "over" } else { "full" };
    let is_shown = |&bin: &usize| bin < STEPS.len() + 2 || counts[bin] > 0;
    let bars = (0..counts.len()).filter(is_shown).map(|bin| Bar {
        label: name(bin),
        value: both(format!("{} 个", counts[bin]), counts[bin].to_string()),
        lengths: vec![(colour(bin), counts[bin])],
    });
    let bars = if rows.is_empty() { Vec::new() } else { bars.collect() };
    let note =
        both("实际支出 ÷ 调整后预算，按部门计数", "expenditure over adjusted budget, departments counted");
    ("completion", both("预算完成率的分布", "Completion rates"), note, bars)
}

fn sources(book: &Book<'_>) -> Drawn {
    let total = |source, column| book.consolidation.totals.get(Figure::Source(source, column));
    let bars = FundSource::ALL.iter().filter_map(|&source| {
        let spent: Option<&Total> = total(source, Column::Actual);
        // A budget that other departments reported than the expenditure cannot be compared with it.
        let budget = [Column::Adjusted, Column::Initial]
            .into_iter()
            .filter_map(|column| total(source, column))
            .find(|budget| spent.is_none_or(|spent| spent.reported_by == budget.reported_by));
        let (budget, spent) = (budget.map(|total| total.value), spent.map(|total| total.value));
        (budget.is_some() || spent.is_some()).then(|| upon(label(source.label()), budget, spent))
    });
    let note = both(
        "浅色为预算（调整后，没有则年初；填报部门与支出不同的不画），深色为实际支出，万元；财政拨款包含三项预算，各项不能相加",
        "pale: budget (adjusted, else initial; not drawn where other departments report it), dark: expenditure, in 万元; the fiscal appropriation holds the three budgets, so these do not add up",
    );
    ("sources", both("资金来源", "Funds by source"), note, bars.collect())
}

fn findings(book: &Book<'_>) -> Drawn {
    let severity = |rule: &str| {
        book.findings.iter().filter(|finding| finding.rule == rule).map(|finding| finding.severity).max()
    };
    let mut found: Vec<_> = book
        .consolidation
        .findings
        .by_rule
        .iter()
        .map(|(rule, count)| (severity(rule).unwrap_or(Severity::Info), *count, rule))
        .collect();
    found.sort_by(|a, b| (b.0, b.1, a.2).cmp(&(a.0, a.1, b.2)));
    let bars = found.into_iter().map(|(severity, count, rule)| {
        let (zh, en) = book.rule_index.title(rule).unwrap_or((rule, rule));
        let colour = match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        Bar { label: both(zh, en), value: same(count.to_string()), lengths: vec![(colour, count.into())] }
    });
    let note = both("错误在前，其次警告、提示", "errors first, then warnings and remarks");
    ("findings", both("问题（按规则）", "Findings by rule"), note, bars.collect())
}

const ROW: usize = 36;

fn draw(bars: &[Bar]) -> String {
    let longest =
        bars.iter().flat_map(|bar| &bar.lengths).map(|(_, length)| *length).max().unwrap_or(0).max(1);
    let mut svg = format!(r#"<svg height="{}" role="presentation">"#, bars.len() * ROW);
    for (index, bar) in bars.iter().enumerate() {
        let top = index * ROW;
        let _ =
            write!(svg, r#"<text x="0" y="{}">{}</text>"#, top + 13, words(&bar.label, bar.value.zh.width()));
        let _ =
            write!(svg, r#"<text class="value" x="100%" y="{}">{}</text>"#, top + 13, words(&bar.value, 0));
        let one = bar.lengths.len() == 1;
        for (layer, (colour, length)) in bar.lengths.iter().enumerate() {
            // Anything above zero gets a visible bar, however small it is compared with the longest.
            let share = (length.saturating_mul(10_000) / longest).max(i128::from(*length > 0) * 20);
            let (y, height) = if layer == 0 && !one { (19, 12) } else { (22, 6) };
            let (y, height) = if one { (19, 10) } else { (y, height) };
            let (whole, part) = (share / 100, share % 100);
            let _ = write!(
                svg,
                r#"<rect class="{colour}" x="0" y="{}" width="{whole}.{part:02}%" height="{height}" rx="2"/>"#,
                top + y
            );
        }
    }
    svg.push_str("</svg>");
    svg
}

/// A chart's text in both languages, cut where it would run into the value.
fn words(words: &Message, beside: usize) -> String {
    // This many letters fit on a phone; a Chinese character counts as two.
    let widest = 52_usize.saturating_sub(beside);
    let (zh, en) = (cut(&words.zh, widest), cut(&words.en, widest));
    if zh == en {
        return HtmlEscape(&zh).to_string();
    }
    format!(r#"<tspan lang="zh-CN">{}</tspan><tspan lang="en">{}</tspan>"#, HtmlEscape(&zh), HtmlEscape(&en))
}

fn cut(text: &str, widest: usize) -> String {
    let mut width = 0;
    for (at, letter) in text.char_indices() {
        width += letter.width().unwrap_or(0);
        if width > widest {
            return format!("{}…", &text[..at]);
        }
    }
    text.to_owned()
}
