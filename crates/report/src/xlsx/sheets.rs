//! The sheets of a result's workbook.

use std::fmt::Write as _;

use huizong_core::figure::{Figure, Top};
use huizong_core::{Lang, Row};
use huizong_schema::Money;
use huizong_schema::consolidation::{Consolidation, Rates};
use rust_xlsxwriter::{Format, Formula, Url, Workbook, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use super::layout::{
    self, DEPARTMENTS, FILTERED_ROW, FIRST_FIGURE, FIRST_ROW, FIRST_TOTAL, GROUPS, HEADER_ROW, OVERVIEW,
    TOTAL_ROW,
};
use super::style::{Style, for_print, is_finer_than_cents, nearest, ten_thousands};
use super::{Book, LINEAGE_ROWS};
use crate::table::{Column, Kind, Table, Value};
use crate::tables;
use crate::words::{group, status, unit};

type Sheet<'w> = Result<&'w mut Worksheet, XlsxError>;

fn add<'w>(workbook: &'w mut Workbook, name: &str) -> Sheet<'w> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    Ok(sheet)
}

pub(super) fn title<R>(consolidation: &Consolidation<R>) -> String {
    let year = consolidation.fiscal_year.map(|year| format!("{year}年度")).unwrap_or_default();
    format!("{year}部门整体支出绩效自评汇总")
}

/// A column by its letters.
fn letters(mut column: u16) -> String {
    let mut text = Vec::new();
    loop {
        text.push(b'A' + u8::try_from(column % 26).expect("below 26"));
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    text.reverse();
    String::from_utf8(text).expect("letters are ASCII")
}

/// The rows of departments in formulas.
#[derive(Clone, Copy)]
struct Rows {
    last: u32,
}

impl Rows {
    fn of(count: usize) -> Option<Self> {
        let count = u32::try_from(count).ok().filter(|count| *count > 0)?;
        Some(Self { last: FIRST_ROW + count })
    }

    fn range(self, sheet: &str, column: u16) -> String {
        let (letters, first, last) = (letters(column), FIRST_ROW + 1, self.last);
        format!("{sheet}${letters}${first}:${letters}${last}")
    }

    /// Whole cents are added up, which a double holds exactly, and what is finer beside them.
    fn sum(self, sheet: &str, column: u16, finer: bool, criteria: &str) -> String {
        let range = self.range(sheet, column);
        let cents = format!("SUMPRODUCT({criteria}ROUND({range}*1000000,0))/1000000");
        if finer {
            format!(
                "={cents}+SUMPRODUCT({criteria}ROUND(({range}*1000000-ROUND({range}*1000000,0))*10000,0))/10000000000"
            )
        } else {
            format!("={cents}")
        }
    }
}

/// Whether any amount of a figure has more decimals than cents.
fn is_finer(consolidation: &Consolidation<Row<'_>>, figure: Figure) -> bool {
    let values = consolidation.departments.iter().filter_map(|row| row.contribution.value(figure));
    values.into_iter().any(is_finer_than_cents)
}

fn write_money(
    sheet: &mut Worksheet,
    at: (u32, u16),
    formula: String,
    money: Money,
    format: &Format,
) -> Result<(), XlsxError> {
    let formula = Formula::new(formula).set_result(ten_thousands(money).to_string());
    sheet.write_formula_with_format(at.0, at.1, formula, format).map(drop)
}

fn write_rate(
    sheet: &mut Worksheet,
    at: (u32, u16),
    formula: Option<String>,
    rate: Option<&String>,
    format: &Format,
) -> Result<(), XlsxError> {
    match (formula, rate) {
        (Some(formula), Some(rate)) => {
            let formula = Formula::new(formula).set_result(rate.clone());
            sheet.write_formula_with_format(at.0, at.1, formula, format).map(drop)
        }
        _ => sheet.write_blank(at.0, at.1, format).map(drop),
    }
}

/// The first sheet: what came, the totals, what was found.
pub(super) fn overview(workbook: &mut Workbook, book: &Book<'_>) -> Result<(), XlsxError> {
    let style = Style::new();
    let consolidation = book.consolidation;
    let sheet = add(workbook, OVERVIEW.0)?;
    sheet.set_row_height(0, 26)?;
    sheet.write_with_format(0, 0, title(consolidation), &style.title)?;
    let note = "金额单位：万元。合计是公式，随“部门”表变动；精确值（元）由程序一分不差地加总。空格表示没有报，不是零。";
    sheet.write_with_format(1, 0, note, &style.note)?;
    for (row, line) in (2..).zip(what_came(consolidation)) {
        sheet.write_with_format(row, 0, line, &style.note)?;
    }
    let headings = [
        "项目",
        "合计（万元）",
        "精确值（元）",
        "填报部门数",
        "名单应报部门数",
        "名单中已报",
        "已报部门占上年支出（%）",
        "缺报的若与上年相同：下限（万元）",
        "缺报的若与上年相同：上限（万元）",
    ];
    let framed = consolidation.coverage.expected.is_some();
    let weighed = framed
        && tables::figures(consolidation).iter().any(|figure| {
            tables::total(&consolidation.totals, *figure).is_some_and(|total| total.if_repeated.is_some())
        });
    let shown = if weighed {
        9
    } else if framed {
        6
    } else {
        4
    };
    for (column, heading) in (0..).zip(&headings[..shown]) {
        sheet.write_with_format(FIRST_TOTAL - 1, column, *heading, &style.header)?;
    }
    sheet.set_row_height(FIRST_TOTAL - 1, 44)?;
    let mut row = FIRST_TOTAL;
    for (index, figure) in (FIRST_FIGURE..).zip(tables::figures(consolidation)) {
        let Some(total) = tables::total(&consolidation.totals, figure) else { continue };
        sheet.write_with_format(row, 0, figure.label().0, &style.text)?;
        let cell = format!("={}!{}{}", DEPARTMENTS.0, letters(index), TOTAL_ROW + 1);
        write_money(sheet, (row, 1), cell, total.value, &style.money)?;
        sheet.write_with_format(row, 2, total.value.to_string(), &style.number)?;
        sheet.write_with_format(row, 3, total.reported_by, &style.count)?;
        for (column, count) in [(4, total.expected), (5, total.held)] {
            if let Some(count) = count.filter(|_| framed) {
                sheet.write_with_format(row, column, count, &style.count)?;
            }
        }
        if weighed {
            match &total.weight {
                Some(weight) => sheet.write_with_format(row, 6, nearest(weight), &style.percent)?,
                None => sheet.write_blank(row, 6, &style.text)?,
            };
            for (column, money) in [
                (7, total.if_repeated.map(|range| range.low)),
                (8, total.if_repeated.map(|range| range.high)),
            ] {
                match money {
                    Some(money) => {
                        sheet.write_with_format(row, column, ten_thousands(money), &style.money)?
                    }
                    None => sheet.write_blank(row, column, &style.text)?,
                };
            }
        }
        row += 1;
    }
    let behind = FIRST_FIGURE + u16::try_from(tables::figures(consolidation).len()).unwrap_or(u16::MAX);
    for (index, (name, rate)) in rates(&consolidation.rates).into_iter().enumerate() {
        sheet.write_with_format(row, 0, name, &style.text)?;
        let column = behind + u16::try_from(index).unwrap_or_default();
        let cell = format!("={}!{}{}", DEPARTMENTS.0, letters(column), TOTAL_ROW + 1);
        write_rate(sheet, (row, 1), Some(cell), rate, &style.percent)?;
        for column in 2..u16::try_from(shown).unwrap_or_default() {
            sheet.write_blank(row, column, &style.text)?;
        }
        row += 1;
    }
    row = found(sheet, row + 1, book, &style)?;
    measured(sheet, row, consolidation, &style)?;
    sheet.set_column_width(0, 30)?;
    sheet.set_column_width(1, 18)?;
    sheet.set_column_width(2, 36)?;
    sheet.set_column_range_width(3, 8, 15)?;
    sheet.set_freeze_panes(FIRST_TOTAL, 1)?;
    for_print(sheet, None, false)
}

fn rates(rates: &Rates) -> [(&'static str, Option<&String>); 2] {
    [
        ("预算完成率（%，由合计重算）", rates.completion_rate.as_ref()),
        ("预算调整率（%，由合计重算）", rates.adjustment_rate.as_ref()),
    ]
}

/// What came and what of it counts, in sentences.
fn what_came<R>(consolidation: &Consolidation<R>) -> Vec<String> {
    let coverage = &consolidation.coverage;
    let mut lines = vec![format!(
        "收到 {} 个部门的 {} 份表，计入 {} 份，未计入 {} 份（见“覆盖”）。",
        coverage.received,
        coverage.documents,
        coverage.included,
        coverage.excluded.len()
    )];
    lines.push(match (&coverage.expected, &coverage.missing) {
        (Some(expected), Some(missing)) => format!(
            "名单应报 {expected} 个部门，没有收到 {} 个{}",
            missing.len(),
            if missing.is_empty() { "。".to_owned() } else { format!("：{}。", missing.join("、")) }
        ),
        _ => "没有给出应报名单，是否收齐无从判断。".to_owned(),
    });
    let severity = consolidation.findings.by_severity;
    lines.push(format!(
        "发现：错误 {} 处，警告 {} 处，提示 {} 处（见“问题”）。",
        severity.error, severity.warning, severity.info
    ));
    lines
}

/// Findings by rule; gives the row behind.
fn found(sheet: &mut Worksheet, mut row: u32, book: &Book<'_>, style: &Style) -> Result<u32, XlsxError> {
    let by_rule = &book.consolidation.findings.by_rule;
    if by_rule.is_empty() {
        return Ok(row);
    }
    for (column, heading) in (0..).zip(["发现的问题（按规则）", "数量", "规则编号"]) {
        sheet.write_with_format(row, column, heading, &style.header)?;
    }
    for (rule, count) in by_rule {
        row += 1;
        sheet.write_with_format(
            row,
            0,
            book.legend.title(rule).map_or(&**rule, |(zh, _)| zh),
            &style.wrapped,
        )?;
        sheet.write_with_format(row, 1, *count, &style.count)?;
        sheet.write_with_format(row, 2, &**rule, &style.text)?;
    }
    Ok(row + 2)
}

/// What plugins measured, and which took part.
fn measured<R>(
    sheet: &mut Worksheet,
    mut row: u32,
    consolidation: &Consolidation<R>,
    style: &Style,
) -> Result<(), XlsxError> {
    if !consolidation.aggregates.is_empty() {
        for (column, heading) in (0..).zip(["插件统计", "值", "单位", "分组"]) {
            sheet.write_with_format(row, column, heading, &style.header)?;
        }
        for aggregate in consolidation.aggregates.values() {
            for value in &aggregate.values {
                row += 1;
                sheet.write_with_format(row, 0, &*aggregate.title.zh, &style.wrapped)?;
                sheet.write_with_format(row, 1, nearest(&value.value), &style.number)?;
                sheet.write_with_format(row, 2, unit(aggregate.unit, Lang::Zh), &style.text)?;
                sheet.write_with_format(row, 3, group(&value.group, Lang::Zh), &style.text)?;
            }
        }
        row += 2;
    }
    if !consolidation.plugins.is_empty() {
        for (column, heading) in (0..).zip(["参与的插件", "版本", "提供者", "失败次数"]) {
            sheet.write_with_format(row, column, heading, &style.header)?;
        }
        for plugin in &consolidation.plugins {
            row += 1;
            for (column, text) in (0..).zip([&plugin.id, &plugin.version, &plugin.vendor]) {
                sheet.write_with_format(row, column, &**text, &style.text)?;
            }
            sheet.write_with_format(row, 3, plugin.failures, &style.count)?;
        }
    }
    Ok(())
}

/// A row for each department, the totals above their headings so that they stay in sight.
pub(super) fn departments(workbook: &mut Workbook, book: &Book<'_>) -> Result<(), XlsxError> {
    let style = Style::new();
    let consolidation = book.consolidation;
    let figures = tables::figures(consolidation);
    let sheet = add(workbook, DEPARTMENTS.0)?;
    sheet.set_row_height(0, 26)?;
    sheet.write_with_format(0, 0, format!("{}：各部门", title(consolidation)), &style.title)?;
    sheet.write_with_format(
        1,
        0,
        "金额单位：万元。空格表示没有报，不是零。筛选后，第二行合计只算看得见的部门。",
        &style.note,
    )?;
    let table = tables::departments(consolidation);
    let widths = columns(sheet, HEADER_ROW, &table.columns, &style)?;
    let kinds: Vec<Kind> = table.columns.iter().map(|column| column.kind).collect();
    let last_column = u16::try_from(kinds.len()).unwrap_or(u16::MAX).saturating_sub(1);
    for (row, cells) in (FIRST_ROW..).zip(table.rows) {
        for ((column, value), kind) in (0..).zip(&cells).zip(&kinds) {
            cell(sheet, (row, column), value, *kind, &style)?;
        }
        if let (Some(Value::Text(document)), file) = (cells.get(2), book.documents.file(row - FIRST_ROW)) {
            linked(sheet, (row, 2), document, file.and_then(|at| (book.link)(at)), &style)?;
        }
    }
    for (row, name) in [(TOTAL_ROW, "合计"), (FILTERED_ROW, "筛选后合计")] {
        for column in 0..=last_column {
            sheet.write_blank(row, column, &style.total.text)?;
        }
        sheet.write_with_format(row, 0, name, &style.total.text)?;
    }
    if let Some(rows) = Rows::of(consolidation.departments.len()) {
        for (column, figure) in (FIRST_FIGURE..).zip(&figures) {
            let total = book.sums.sum(*figure).unwrap_or_default();
            let formula = rows.sum("", column, is_finer(consolidation, *figure), "");
            write_money(sheet, (TOTAL_ROW, column), formula, total.value, &style.total.money)?;
            let visible = format!("=SUBTOTAL(109,{})", rows.range("", column));
            write_money(sheet, (FILTERED_ROW, column), visible, total.value, &style.total.money)?;
        }
        let behind = FIRST_FIGURE + u16::try_from(figures.len()).unwrap_or_default();
        for (column, (formula, rate)) in (behind..).zip(rate_formulas(&figures, &consolidation.rates, rows)) {
            write_rate(sheet, (TOTAL_ROW, column), formula, rate, &style.total.percent)?;
        }
        for column in behind + 2..behind + 8 {
            let range = rows.range("", column);
            for (row, function) in
                [(TOTAL_ROW, format!("=SUM({range})")), (FILTERED_ROW, format!("=SUBTOTAL(109,{range})"))]
            {
                let counts = column_sum(consolidation, column - behind - 2).to_string();
                sheet.write_formula_with_format(
                    row,
                    column,
                    Formula::new(function).set_result(counts),
                    &style.total.count,
                )?;
            }
        }
        sheet.autofilter(HEADER_ROW, 0, rows.last - 1, last_column)?;
    }
    for (column, width) in (0..).zip(widths) {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_column_width(0, 30)?;
    sheet.set_column_width(2, 24)?;
    sheet.set_freeze_panes(FIRST_ROW, 1)?;
    for_print(sheet, Some((HEADER_ROW, HEADER_ROW)), true)
}

/// The sum of a column of numbers of things: tasks, indicators, key projects, errors, warnings, infos.
fn column_sum(consolidation: &Consolidation<Row<'_>>, index: u16) -> u64 {
    let of = |row: &Row<'_>| {
        let (counts, found) = (row.contribution.counts, row.entry.findings);
        let all =
            [counts.tasks, counts.indicators, counts.key_projects, found.error, found.warning, found.info];
        all.get(usize::from(index)).copied().unwrap_or_default()
    };
    consolidation.departments.iter().map(of).sum()
}

/// The rates' formulas, over the departments that report both members.
fn rate_formulas<'r>(
    figures: &[Figure],
    rates: &'r Rates,
    rows: Rows,
) -> [(Option<String>, Option<&'r String>); 2] {
    let column = |top| {
        let at = figures.iter().position(|figure| *figure == Figure::Top(top))?;
        Some(FIRST_FIGURE + u16::try_from(at).ok()?)
    };
    let formula = |numerator, denominator| {
        let (over, under) = (column(numerator)?, column(denominator)?);
        let both = format!("ISNUMBER({})*ISNUMBER({})*", rows.range("", over), rows.range("", under));
        let sum = |column| format!("SUMPRODUCT({both}ROUND({}*1000000,0))", rows.range("", column));
        let (over, under) = (sum(over), sum(under));
        Some(format!("=IF({under}=0,\"\",ROUND({over}/{under}*100,2))"))
    };
    [
        (formula(Top::ActualExpenditure, Top::AdjustedBudget), rates.completion_rate.as_ref()),
        (formula(Top::BudgetAdjustment, Top::InitialBudget), rates.adjustment_rate.as_ref()),
    ]
}

/// The sums of groups, as formulas over the departments' rows.
pub(super) fn groups(workbook: &mut Workbook, book: &Book<'_>) -> Result<(), XlsxError> {
    let style = Style::new();
    let consolidation = book.consolidation;
    let figures = tables::figures(consolidation);
    let sheet = add(workbook, GROUPS.0)?;
    sheet.set_row_height(0, 26)?;
    sheet.write_with_format(0, 0, format!("{}：分组", title(consolidation)), &style.title)?;
    sheet.write_with_format(
        1,
        0,
        "金额单位：万元。合计是公式，按“部门”表中名单各列的值相加。",
        &style.note,
    )?;
    let Some(rows) = Rows::of(consolidation.departments.len()) else { return Ok(()) };
    let listed: Vec<Column> = tables::departments(consolidation).columns;
    let place = |heading: &str| {
        let wanted = format!("名单：{heading}");
        listed.iter().position(|column| column.zh == wanted).and_then(|at| u16::try_from(at).ok())
    };
    let elsewhere = format!("{}!", DEPARTMENTS.0);
    let starts = layout::block_rows(&consolidation.groups);
    for (block, first) in layout::blocks(&consolidation.groups).zip(starts) {
        let mut headings: Vec<String> = block[0].by.keys().cloned().collect();
        let first_figure = layout::first_of_group(&block[0].by);
        headings.extend(["应报部门数", "计入部门数"].map(str::to_owned));
        headings.extend(figures.iter().map(|figure| figure.label().0));
        headings.extend(
            ["预算完成率（%）", "预算调整率（%）", "任务数", "指标数", "重点项目数"].map(str::to_owned),
        );
        for (column, heading) in (0..).zip(&headings) {
            sheet.write_with_format(first, column, &**heading, &style.header)?;
        }
        sheet.set_row_height(first, 44)?;
        for (row, of) in (first + 1..).zip(block) {
            let mut criteria = String::new();
            for (column, (heading, value)) in (0..).zip(&of.by) {
                let shown = if value.is_empty() { "（未填）" } else { value };
                sheet.write_with_format(row, column, shown, &style.text)?;
                let wanted = if value.is_empty() {
                    "\"\"".to_owned()
                } else {
                    format!("${}{}", letters(column), row + 1)
                };
                if let Some(place) = place(heading) {
                    let _ = write!(criteria, "({}={wanted})*", rows.range(&elsewhere, place));
                } else {
                    // Nobody who counts has a value in that column.
                    criteria += if value.is_empty() { "1*" } else { "0*" };
                }
            }
            let counts = [of.expected, of.departments];
            for (column, count) in (first_figure - 2..).zip(counts) {
                sheet.write_with_format(row, column, count, &style.count)?;
            }
            for (index, figure) in figures.iter().enumerate() {
                let index = u16::try_from(index).unwrap_or_default();
                let at = (row, first_figure + index);
                match tables::total(&of.totals, *figure) {
                    Some(total) => {
                        let finer = is_finer(consolidation, *figure);
                        let formula = rows.sum(&elsewhere, FIRST_FIGURE + index, finer, &criteria);
                        write_money(sheet, at, formula, total.value, &style.money)?;
                    }
                    None => drop(sheet.write_blank(at.0, at.1, &style.text)?),
                }
            }
            let behind = first_figure + u16::try_from(figures.len()).unwrap_or_default();
            for (column, (_, rate)) in (behind..).zip(rates(&of.rates)) {
                match rate {
                    Some(rate) => sheet.write_with_format(row, column, nearest(rate), &style.percent)?,
                    None => sheet.write_blank(row, column, &style.text)?,
                };
            }
            for (column, count) in
                (behind + 2..).zip([of.counts.tasks, of.counts.indicators, of.counts.key_projects])
            {
                sheet.write_with_format(row, column, count, &style.count)?;
            }
        }
    }
    sheet.set_column_width(0, 24)?;
    let last = u16::try_from(figures.len()).unwrap_or_default() + 9;
    sheet.set_column_range_width(1, last, 15)?;
    sheet.set_freeze_panes(2, 1)?;
    for_print(sheet, None, true)
}

/// The sheets that are lists: a heading, filters, a row an item.
pub(super) fn listings(workbook: &mut Workbook, book: &Book<'_>) -> Result<(), XlsxError> {
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
    let link = |index: usize| book.findings[index].location.as_ref().and_then(|at| (book.link)(at));
    let table = tables::findings(book.findings, book.legend);
    listing(workbook, "问题", &format!("{}：发现的问题", title(consolidation)), table, None, &link)?;
    coverage(workbook, book)?;
    let count = documents.leaves();
    let note = if count > LINEAGE_ROWS {
        format!(
            "每个合计由哪些表的哪一格相加而成。共 {count} 行，这里只列前 {LINEAGE_ROWS} 行；全部见 lineage.csv。"
        )
    } else {
        "每个合计由哪些表的哪一格相加而成。按“项目”筛选，“计入（元）”一列相加就是合计。".to_owned()
    };
    let mut lineage = documents.lineage();
    lineage.rows = Box::new(lineage.rows.take(LINEAGE_ROWS));
    listing(workbook, "溯源", &format!("{}：溯源", title(consolidation)), lineage, Some(&note), &no_link)
}

/// What came: the roster, then what does not count, what is on no roster, what was matched.
fn coverage(workbook: &mut Workbook, book: &Book<'_>) -> Result<(), XlsxError> {
    let consolidation = book.consolidation;
    let coverage = &consolidation.coverage;
    let columns = vec![
        Column::new("what", "类别", Kind::Text),
        Column::new("department", "部门", Kind::Text),
        Column::new("document", "文件", Kind::Text),
        Column::new("detail", "说明", Kind::Text),
        Column::new("due", "截止日期", Kind::Text),
        Column::new("received", "收到日期", Kind::Text),
        Column::new("last_year", "上一年支出（元）", Kind::Money),
    ];
    let mut rows: Vec<Vec<Value<'_>>> = Vec::new();
    for row in &coverage.roster {
        rows.push(vec![
            Value::text(format!("名单：{}", status(row.status, Lang::Zh))),
            Value::text(&*row.name),
            Value::text(row.documents.join("；")),
            Value::text(if row.late == Some(true) { "逾期" } else { "" }),
            Value::maybe(row.due.as_deref()),
            Value::maybe(row.came.as_deref()),
            Value::money(row.last_year),
        ]);
    }
    let plain = |what: &'static str, department: String, document: String, detail: String| {
        vec![
            Value::text(what),
            Value::text(department),
            Value::text(document),
            Value::text(detail),
            Value::Empty,
            Value::Empty,
            Value::Empty,
        ]
    };
    for excluded in &coverage.excluded {
        let why = crate::words::reason(&excluded.reason, Lang::Zh);
        rows.push(plain("未计入的表", String::new(), excluded.document.clone(), why));
    }
    for name in coverage.unknown.iter().flatten() {
        rows.push(plain("不在名单上", name.clone(), String::new(), String::new()));
    }
    for matched in &coverage.matched {
        let how = crate::words::matched_by(matched.by, Lang::Zh);
        let detail = format!("名单上是“{}”：{how}", matched.expected);
        rows.push(plain("与名单不完全相同", matched.name.clone(), matched.document.clone(), detail));
    }
    let table = Table { id: "coverage", columns, rows: Box::new(rows.into_iter()) };
    let note = what_came(consolidation).join("");
    listing(workbook, "覆盖", &format!("{}：覆盖情况", title(consolidation)), table, Some(&note), &|_| None)
}

/// A list under its title, with headings that stay in sight and filters.
fn listing(
    workbook: &mut Workbook,
    name: &str,
    title: &str,
    table: Table<'_>,
    note: Option<&str>,
    link: &dyn Fn(usize) -> Option<String>,
) -> Result<(), XlsxError> {
    const HEAD: u32 = 2;
    let style = Style::new();
    let sheet = add(workbook, name)?;
    sheet.set_row_height(0, 26)?;
    sheet.write_with_format(0, 0, title, &style.title)?;
    sheet.write_with_format(1, 0, note.unwrap_or("金额单位：万元。空格表示没有报，不是零。"), &style.note)?;
    let is_lineage = table.id == "lineage";
    let mut widths = columns(sheet, HEAD, &table.columns, &style)?;
    if is_lineage {
        for (column, heading) in (0..).zip(&table.columns).filter(|(_, column)| column.kind == Kind::Money) {
            sheet.write_with_format(HEAD, column, &*heading.zh, &style.header)?;
        }
    }
    let place = table.columns.iter().position(|column| column.id == "place");
    let mut last = HEAD;
    for (index, cells) in table.rows.enumerate() {
        last += 1;
        for ((column, value), of) in (0..).zip(&cells).zip(&table.columns) {
            match value {
                Value::Money(money) if is_lineage => {
                    sheet.write_with_format(last, column, nearest(&money.to_string()), &style.yuan)?;
                }
                value => cell(sheet, (last, column), value, of.kind, &style)?,
            }
            let widest = value.print().lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
            let width = &mut widths[usize::from(column)];
            *width = width.max(f64::from(u32::try_from(widest.min(42)).unwrap_or(42)) + 2.0);
        }
        if let Some(place) = place.and_then(|place| u16::try_from(place).ok()) {
            let shown = cells[usize::from(place)].print();
            linked(sheet, (last, place), &shown, link(index), &style)?;
        }
    }
    for (column, width) in (0..).zip(widths) {
        sheet.set_column_width(column, width)?;
    }
    let columns = u16::try_from(table.columns.len()).unwrap_or(u16::MAX);
    if last > HEAD {
        sheet.autofilter(HEAD, 0, last, columns - 1)?;
    }
    sheet.set_freeze_panes(HEAD + 1, 1)?;
    for_print(sheet, Some((HEAD, HEAD)), false)
}

/// Writes headings, and gives the widths that columns have at least.
fn columns(
    sheet: &mut Worksheet,
    row: u32,
    columns: &[Column],
    style: &Style,
) -> Result<Vec<f64>, XlsxError> {
    let mut widths = Vec::new();
    for (index, column) in (0..).zip(columns) {
        // Money is in 元 in the data files, and in 万元 here.
        let heading = if column.kind == Kind::Money {
            column.zh.replace("（元）", "（万元）")
        } else {
            column.zh.to_string()
        };
        sheet.write_with_format(row, index, &*heading, &style.header)?;
        widths.push(match column.kind {
            Kind::Money | Kind::Amount => 15.0,
            Kind::Percent | Kind::Points => 11.0,
            Kind::Count => 9.0,
            Kind::Text => 12.0,
        });
    }
    sheet.set_row_height(row, 32)?;
    Ok(widths)
}

fn cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value<'_>,
    kind: Kind,
    style: &Style,
) -> Result<(), XlsxError> {
    /// A cell holds no more characters.
    const LONGEST: usize = 32_767;
    match value {
        Value::Empty => sheet.write_blank(row, column, &style.text)?,
        Value::Text(text) => {
            let cut: String = if text.chars().count() > LONGEST {
                text.chars().take(LONGEST).collect()
            } else {
                text.to_string()
            };
            let format = if text.width() > 30 || text.contains('\n') { &style.wrapped } else { &style.text };
            sheet.write_string_with_format(row, column, cut, format)?
        }
        Value::Money(money) => sheet.write_with_format(row, column, ten_thousands(*money), &style.money)?,
        Value::Amount(amount) => {
            let shown = format!(
                "#,##0{}{}",
                if amount.scale() > 0 { "." } else { "" },
                "0".repeat(amount.scale() as usize)
            );
            sheet.write_with_format(
                row,
                column,
                nearest(&amount.to_string()),
                &style.number.clone().set_num_format(shown),
            )?
        }
        Value::Percent(rate) => sheet.write_with_format(row, column, nearest(rate), &style.percent)?,
        Value::Points(points) => {
            sheet.write_with_format(row, column, nearest(&points.to_string()), &style.number)?
        }
        // A year is no quantity.
        Value::Count(count) if kind == Kind::Count && (1990..=2100).contains(count) && column == 3 => {
            sheet.write_with_format(row, column, *count, &style.number)?
        }
        Value::Count(count) => sheet.write_with_format(row, column, *count, &style.count)?,
    };
    Ok(())
}

/// A sheet has no more links than this.
const LINKS: u32 = 60_000;

/// Words that lead to a file, if there is one.
fn linked(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    shown: &str,
    to: Option<String>,
    style: &Style,
) -> Result<(), XlsxError> {
    let Some(to) = to.filter(|_| row < LINKS && !shown.is_empty()) else { return Ok(()) };
    sheet
        .write_url_with_options(row, column, Url::new(format!("file:///{to}")), shown, "", Some(&style.link))
        .map(drop)
}
