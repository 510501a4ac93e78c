//! The sheets that are plain lists.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use huizong_core::Lang;
use huizong_schema::consolidation::{Consolidation, Expected};
use huizong_schema::findings::Finding;
use rust_xlsxwriter::{Workbook, XlsxError};
use unicode_width::UnicodeWidthStr;

use super::super::LINEAGE_ROWS;
use super::super::style::{Paper, Style, for_print, nearest};
use super::{add, cell, columns, linked, paragraph, shown, title, what_came};
use crate::book::Book;
use crate::names::Names;
use crate::table::{Column, Kind, Table, Value};
use crate::tables;
use crate::words::place_of;

/// The sheet of where the roster's departments stand.
pub(in crate::xlsx) const REPORTING: &str = "报送情况";
/// The sheet of what does not count, and of notices.
pub(in crate::xlsx) const LEFT_OUT: &str = "未计入与附注";

/// The columns of findings that people read; ids are for programs.
const READ: [&str; 6] = ["department", "severity", "message", "rule", "place", "document"];
/// The same of where figures come from.
const LINEAGE: [&str; 9] =
    ["figure", "department", "code", "printed", "unit", "counted", "value", "place", "document"];
const SORTED: &str = "按部门排列，错误在前；几个部门之间的问题在最后。";

/// Writes the list sheets: headings, filters, and one row for each item.
pub(in crate::xlsx) fn listings(workbook: &mut Workbook, book: &Book<'_>) -> Result<(), XlsxError> {
    let consolidation = book.consolidation;
    let documents = book.documents;
    let no_link = |_: usize| None;
    let lists: [(&str, &str, Table<'_>); 3] = [
        ("任务", "主要任务", documents.tasks()),
        ("重点项目", "重点项目", documents.key_projects()),
        ("指标", "绩效指标", documents.indicators()),
    ];
    for (name, what, table) in lists {
        listing(workbook, name, &format!("{}：{what}", title(consolidation)), table, None, &no_link)?;
    }
    // A department's problems stand together, its errors first.
    let mut findings: Vec<&Finding> = book.findings.iter().collect();
    let names = Names::of(consolidation);
    let roster = consolidation.coverage.roster.iter().enumerate();
    let order: BTreeMap<&str, usize> = roster.map(|(at, row)| (&*row.name, at)).collect();
    findings.sort_by_cached_key(|of| {
        let name = names.of_finding(of);
        let listed = name.and_then(|name| order.get(name).copied()).unwrap_or(usize::MAX);
        (of.document.is_none(), listed, name, &of.document, Reverse(of.severity))
    });
    let link = |index: usize| findings[index].location.as_ref().and_then(|at| (book.link)(at));
    let table = tables::findings(findings.iter().copied(), book.rule_index, consolidation).only(&READ);
    listing(workbook, "问题", &format!("{}：查出的问题", title(consolidation)), table, Some(SORTED), &link)?;
    coverage(workbook, book)?;
    if let Some(difference) = book.difference {
        super::difference(workbook, difference)?;
    }
    let count = documents.leaves();
    let note = if count > LINEAGE_ROWS {
        format!(
            "每个合计由哪些表的哪一格相加而成。共 {count} 行，这里只列前 {LINEAGE_ROWS} 行；全部见 lineage.csv。"
        )
    } else {
        "每个合计由哪些表的哪一格相加而成。按“项目”筛选，“计入（元）”一列相加就是合计。".to_owned()
    };
    let mut lineage = documents.lineage().only(&LINEAGE);
    lineage.rows = Box::new(lineage.rows.take(LINEAGE_ROWS));
    listing(workbook, "溯源", &format!("{}：溯源", title(consolidation)), lineage, Some(&note), &no_link)
}

/// Writes where the roster's departments stand; then the documents that do not count, names not on the roster, inexact matches and
/// notices.
fn coverage(workbook: &mut Workbook, book: &Book<'_>) -> Result<(), XlsxError> {
    let consolidation = book.consolidation;
    let coverage = &consolidation.coverage;
    let note = what_came(consolidation).join("");
    if !coverage.roster.is_empty() {
        let title = format!("{}：报送情况", title(consolidation));
        let table = tables::coverage(consolidation).only(&reporting(consolidation));
        listing(workbook, REPORTING, &title, table, Some(&note), &|_| None)?;
    }
    let columns = vec![
        Column::new("what", "类别", Kind::Text),
        Column::new("department", "部门", Kind::Text),
        Column::new("document", "文件", Kind::Text),
        Column::new("detail", "说明", Kind::Text),
    ];
    let mut rows: Vec<Vec<Value<'_>>> = Vec::new();
    let plain = |what: &'static str, department: String, document: String, detail: String| {
        vec![Value::text(what), Value::text(department), Value::text(document), Value::text(detail)]
    };
    for excluded in &coverage.excluded {
        let why = crate::words::reason(&excluded.reason, Lang::Zh);
        let department = excluded.department.clone().unwrap_or_default();
        rows.push(plain("未计入的表", department, excluded.document.clone(), why));
    }
    for name in coverage.unknown.iter().flatten() {
        rows.push(plain("不在名单上", name.clone(), String::new(), String::new()));
    }
    for matched in &coverage.matched {
        let how = crate::words::matched_by(matched.by, Lang::Zh);
        let detail = format!("名单上是“{}”：{how}", matched.expected);
        rows.push(plain("与名单不完全相同", matched.name.clone(), matched.document.clone(), detail));
    }
    for note in &consolidation.notices {
        let what = if note.incomplete { "附注：结果因此不全" } else { "附注" };
        let at = place_of(note.location.as_ref(), Lang::Zh);
        let detail = if at.is_empty() { at } else { at + "：" } + &note.message.zh;
        rows.push(plain(what, String::new(), note.document.clone().unwrap_or_default(), detail));
    }
    let table = Table { id: "left-out", columns, rows: Box::new(rows.into_iter()) };
    let title = format!("{}：{LEFT_OUT}", title(consolidation));
    listing(workbook, LEFT_OUT, &title, table, Some(&note), &|_| None)
}

/// The columns of the sheet 报送情况. A column is left out if it would be empty.
fn reporting<R>(consolidation: &Consolidation<R>) -> Vec<&'static str> {
    let rows = &consolidation.coverage.roster;
    let any = |is: fn(&Expected) -> bool| rows.iter().any(is);
    let columns = [
        ("department", true),
        ("code", any(|row| row.code.is_some())),
        ("status", true),
        ("why", true),
        ("step", true),
        ("contact", any(|row| row.contact.is_some())),
        ("phone", any(|row| row.phone.is_some())),
        ("documents", true),
        ("due", any(|row| row.due.is_some())),
        ("received", any(|row| row.came.is_some())),
        ("days_late", any(|row| row.days_late.is_some_and(|days| days > 0))),
        ("last_year", any(|row| row.last_year.is_some())),
    ];
    columns.into_iter().filter(|(_, is_shown)| *is_shown).map(|(id, _)| id).collect()
}

/// The width at which the texts of a column are wrapped.
fn most(column: &Column) -> usize {
    match &*column.id {
        "message" | "detail" => 60,
        "why" | "documents" | "files" | "came" => 36,
        "step" | "contact" => 20,
        _ => 42,
    }
}

/// The most rows listed in a sheet, close to Excel's limit; the data files hold all.
pub(super) const ROWS: usize = 1_000_000;

/// Writes a list under its title, with filters and headings that stay visible.
pub(in crate::xlsx) fn listing(
    workbook: &mut Workbook,
    name: &str,
    title: &str,
    table: Table<'_>,
    note: Option<&str>,
    link: &dyn Fn(usize) -> Option<String>,
) -> Result<(), XlsxError> {
    const HEAD: u32 = 2;
    let (plain, shaded) = (Style::new(), Style::shaded());
    let sheet = add(workbook, name)?;
    sheet.set_row_height(0, 26)?;
    sheet.write_with_format(0, 0, title, &plain.title)?;
    let is_lineage = table.id == "lineage";
    let mut widths = columns(sheet, HEAD, &table.columns, &plain)?;
    if is_lineage {
        for (column, heading) in (0..).zip(&table.columns).filter(|(_, column)| column.kind == Kind::Money) {
            sheet.write_with_format(HEAD, column, &*heading.zh, &plain.header)?;
        }
    }
    let column = |id: &str| table.columns.iter().position(|column| column.id == id);
    let place = column("place");
    // Shading alternates from one department to the next.
    let apart = column("department").filter(|column| *column == 0);
    let (mut before, mut is_shaded) = (None, true);
    let mut last = HEAD;
    let mut rows = table.rows;
    for (index, cells) in rows.by_ref().take(ROWS).enumerate() {
        last += 1;
        let mut lines = 1;
        if let Some(department) = apart.map(|apart| cells[apart].print().into_owned())
            && before.as_ref() != Some(&department)
        {
            (before, is_shaded) = (Some(department), !is_shaded);
        }
        let style = if apart.is_some() && is_shaded { &shaded } else { &plain };
        for ((column, value), of) in (0..).zip(&cells).zip(&table.columns) {
            match value {
                Value::Money(money) if is_lineage => {
                    sheet.write_with_format(last, column, nearest(&money.to_string()), &style.yuan)?;
                }
                value => cell(sheet, (last, column), value, of.kind, style)?,
            }
            let most = most(of);
            let text = if is_lineage { value.print().into_owned() } else { shown(value) };
            let widest = text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
            widths.take(column, widest.min(most));
            lines = lines.max(text.lines().map(|line| line.width().div_ceil(most).max(1)).sum());
        }
        if lines > 1 {
            // Not every program makes a row as high as its text.
            sheet.set_row_height(last, f64::from(u32::try_from(lines).unwrap_or(27).min(27)) * 14.5)?;
        }
        if let Some(place) = place.and_then(|place| u16::try_from(place).ok()) {
            let shown = cells[usize::from(place)].print();
            linked(sheet, (last, place), &shown, link(index), style)?;
        }
    }
    widths.set(sheet)?;
    let columns = u16::try_from(table.columns.len()).unwrap_or(u16::MAX);
    let note = note.unwrap_or("金额单位：万元。空白格表示未填报，不是零。");
    paragraph(sheet, 1, (columns, widths.of_first(columns)), note, &plain.note)?;
    let beyond = rows.count();
    if beyond > 0 {
        let where_else = match table.id {
            "changes" => "huizong diff --format json 有全部".to_owned(),
            "left-out" => "consolidation.json 里有全部".to_owned(),
            id => format!("汇总时 --formats 含 csv，{id}.csv 里就有全部"),
        };
        let text = format!("另有 {beyond} 行，这张表放不下；{where_else}。");
        sheet.write_with_format(last + 2, 0, text, &plain.note)?;
    }
    if last > HEAD {
        sheet.autofilter(HEAD, 0, last, columns - 1)?;
    }
    sheet.set_freeze_panes(HEAD + 1, 1)?;
    for_print(sheet, Some((HEAD, HEAD)), Paper::Wide)
}
