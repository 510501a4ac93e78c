//! Departments, totals and coverage as tables and sentences.

use std::collections::BTreeSet;
use std::fmt::Write;

use huizong_core::{DepartmentRow, Lang};
use huizong_schema::consolidation::{Consolidation, Coverage, Excluded, Matched, Note, Total};
use huizong_schema::figures::{Figure, Rate, Top};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{one_line, visible};
use crate::amounts::ten_thousands;
use crate::standing::{Standing, standings};
use crate::words::{group, group_values, matched_by, reason, unit};
use crate::{tables, words};

/// Renders the departments' figures and the totals as a table, in 万元.
pub fn consolidation(consolidation: &Consolidation<DepartmentRow<'_>>, rows: usize, lang: Lang) -> String {
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
            rate(row.contribution.rates().get(Rate::Completion)),
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
    let total =
        |total: Option<&Total>| total.map_or_else(|| "—".to_owned(), |total| ten_thousands(total.value));
    let totals = &consolidation.totals;
    let severity = consolidation.findings.by_severity;
    table.push([
        lang.pick("合计", "Total").to_owned(),
        total(totals.top.get(Top::InitialBudget)),
        total(totals.top.get(Top::AdjustedBudget)),
        total(totals.top.get(Top::ActualExpenditure)),
        rate(consolidation.rates.get(Rate::Completion)),
        severity.error.to_string(),
        severity.warning.to_string(),
    ]);
    let mut text = words::suspected(consolidation, lang).map_or_else(String::new, |said| said + "\n");
    text.push_str(lang.pick("单位：万元\n", "In 10,000 CNY\n"));
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
            "收到 {} 份表，计入 {} 份。合计的错误、警告数包括未计入的表和部门之间的问题。",
            coverage.documents, coverage.included
        ),
        Lang::En => writeln!(
            text,
            "Documents received: {}; counted: {}. The totals of errors and warnings include documents not counted and findings about the set.",
            coverage.documents, coverage.included
        ),
    };
    text.push_str(&expectation(consolidation, lang));
    // Those of a department that is named above are not named again.
    let named: BTreeSet<&str> = coverage
        .roster
        .iter()
        .filter(|row| row.status.is_left_out())
        .flat_map(|row| row.documents.iter().map(String::as_str))
        .collect();
    let others: Vec<&Excluded> =
        coverage.excluded.iter().filter(|excluded| !named.contains(&*excluded.document)).collect();
    for excluded in others.iter().take(SHOWN) {
        let (why, document) = (reason(&excluded.reason, lang), one_line(&excluded.document));
        let _ = match lang {
            Lang::Zh => writeln!(text, "  未计入：{document}（{why}）"),
            Lang::En => writeln!(text, "  not counted: {document} ({why})"),
        };
    }
    if others.len() > SHOWN {
        let left = others.len() - SHOWN;
        let _ = writeln!(
            text,
            "  {}",
            lang.pick(format!("……另有 {left} 份未计入"), format!("… and {left} more not counted"))
        );
    }
    text.push_str(&groups(&consolidation.groups, lang));
    text.push_str(&unread(&consolidation.notices, coverage, lang));
    visible(&text)
}

/// States on one line why a result is incomplete for reasons other than the forms; empty if there are none.
pub fn unread(notes: &[Note], coverage: &Coverage, lang: Lang) -> String {
    let see = lang.pick("见通知。\n", " See the notices.\n");
    words::unread(notes, coverage, lang).map(|unread| unread + see).unwrap_or_default()
}

/// Lists which departments of the roster are in the totals and which are not.
fn expectation(consolidation: &Consolidation<DepartmentRow<'_>>, lang: Lang) -> String {
    let mut text = String::new();
    let coverage = &consolidation.coverage;
    let Some(expected) = coverage.expected else { return text };
    text.push_str(
        &lang
            .pick(format!("名单上应报 {expected} 个部门：\n"), format!("Departments expected: {expected}\n")),
    );
    let standings = standings(consolidation);
    for of_status in standings.chunk_by(|a, b| a.row.status == b.row.status) {
        let (status, count) = (words::status(of_status[0].row.status, lang), of_status.len());
        let head = lang.pick(format!("  {status} {count} 个"), format!("  {status}: {count}"));
        text.push_str(&head);
        if of_status[0].row.status.is_held() {
            text.push('\n');
            continue;
        }
        let step = lang.of(&of_status[0].step);
        text.push_str(&lang.pick(format!("，{step}：\n"), format!("; {step}:\n")));
        for Standing { row, why, .. } in of_status.iter().take(SHOWN) {
            let (name, why) = (one_line(&row.name), one_line(lang.of(why)));
            let why =
                if why.is_empty() { why } else { lang.pick(format!("（{why}）"), format!(" ({why})")) };
            let _ = writeln!(text, "    {name}{why}");
        }
        if count > SHOWN {
            let _ = writeln!(text, "    {}", and_more(count, lang).trim());
        }
    }
    let late: Vec<String> = coverage
        .roster
        .iter()
        .filter_map(|row| Some((row, row.days_late.filter(|days| *days > 0)?)))
        .map(|(row, days)| {
            lang.pick(format!("{}（{days} 天）", row.name), format!("{} ({days} days)", row.name))
        })
        .collect();
    if !late.is_empty() {
        let _ = writeln!(text, "{}{}", lang.pick("迟报的部门", "Late"), names(&late, lang));
    }
    let unknown = coverage.unknown.as_deref().unwrap_or_default();
    if !unknown.is_empty() {
        let title = lang.pick("不在名单上的部门", "Departments not on the roster");
        let _ = writeln!(text, "{title}{}", names(unknown, lang));
    }
    if !coverage.matched.is_empty() {
        let title = lang.pick("名称或编码与名单不完全相同的：", "Not quite as on the roster: ");
        let one = |matched: &Matched| {
            // A form without a name was recognised by its file.
            let name = if matched.name.is_empty() { &matched.document } else { &matched.name };
            let (name, expected) = (one_line(name), one_line(&matched.expected));
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
    if let Some(total) = consolidation.totals.top.get(Top::ActualExpenditure)
        && let (Some(weight), Some(range)) = (&total.weight, &total.if_repeated)
        // What may be ten thousand times too large makes both meaningless.
        && consolidation.suspected.is_none()
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

/// The number of names listed.
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

/// Renders the groups' sums as tables, in 万元.
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
            let total = |total: Option<&Total>| {
                total.map_or_else(|| "—".to_owned(), |total| ten_thousands(total.value))
            };
            table.push([
                short(&group_values(&group.by, lang)),
                format!("{}/{}", group.departments, group.expected),
                total(group.totals.top.get(Top::InitialBudget)),
                total(group.totals.top.get(Top::AdjustedBudget)),
                total(group.totals.top.get(Top::ActualExpenditure)),
                group.rates.get(Rate::Completion).map_or_else(|| "—".to_owned(), |rate| format!("{rate}%")),
            ]);
        }
        let _ = write!(text, "\n{}", aligned(&table, false));
    }
    text
}

/// Cuts a name to the width of its column.
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

/// Aligns columns by display width: the first to the left, the others to the right.
///
/// If `total` is set, a rule separates the last row from the others.
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
    fn long_names_are_cut_to_the_column() {
        assert_eq!(short(&"局".repeat(30)).width(), 47);
        assert_eq!(short("教育\n局"), "教育 局");
    }

    #[test]
    fn tables_are_aligned_by_display_width() {
        let rows = [
            ["部门".to_owned(), "x".to_owned()],
            ["abc".to_owned(), "12".to_owned()],
            ["合计".to_owned(), "3".to_owned()],
        ];
        assert_eq!(aligned(&rows, true), "部门   x\n────────\nabc   12\n────────\n合计   3\n");
    }
}
