//! A consolidation as tables and sentences.

use std::collections::BTreeSet;
use std::fmt::Write;

use huizong_core::{DepartmentRow, Lang};
use huizong_schema::consolidation::{Consolidation, Coverage, Excluded, Matched, Note};
use huizong_schema::figures::Top;

use super::{one_line, tables, visible};
use crate::amounts::ten_thousands;
use crate::standing::{Standing, standings};
use crate::words::{self, group, matched_by, reason, unit};

/// Renders the departments' figures and the totals as a table, in 万元.
pub fn consolidation(consolidation: &Consolidation<DepartmentRow<'_>>, rows: usize, lang: Lang) -> String {
    let mut text = words::suspected(consolidation, lang).map_or_else(String::new, |said| said + "\n");
    text.push_str(lang.pick("单位：万元\n", "In 10,000 CNY\n"));
    text.push_str(&tables::departments(consolidation, rows, lang));
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
    text.push_str(&tables::groups(consolidation, lang));
    text.push_str(&unread(&consolidation.notices, coverage, lang));
    visible(&text)
}

/// States on one line why a result is incomplete for reasons other than the forms; empty if there are none.
pub fn unread(notes: &[Note], coverage: &Coverage, lang: Lang) -> String {
    let see = lang.pick("见附注。\n", " See the notices.\n");
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
    if let Some(late) = words::late(coverage, lang) {
        text += &(one_line(&late) + "\n");
    }
    if let Some(unlisted) = words::unlisted(coverage, lang) {
        text += &(one_line(&unlisted) + "\n");
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
        // A year of which little is known says little.
        && 2 * coverage.roster.iter().filter(|row| row.last_year.is_some()).count() >= coverage.roster.len()
    {
        let (low, high, unknown) = (ten_thousands(range.low), ten_thousands(range.high), range.unknown);
        text.push_str(&lang.pick(
            format!("按上一年支出计，已计入的占 {weight}%。"),
            format!("By last year's expenditure {weight}% is counted."),
        ));
        if range.low != range.high {
            text.push_str(&lang.pick(
                format!("其余部门若与上一年相同，支出合计将由 {low} 万元增至 {high} 万元。"),
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
