//! The overview sheet.

use huizong_core::{Lang, grouped};
use huizong_schema::CellName;
use huizong_schema::consolidation::Consolidation;
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::super::layout::{DEPARTMENTS, FIRST_FIGURE, FIRST_TOTAL, OVERVIEW, TOTAL_ROW};
use super::super::style::{Style, for_print, nearest, ten_thousands};
use super::{add, rates, title, what_came, write_money, write_rate};
use crate::book::Book;
use crate::tables;
use crate::words::{self, group, unit};

/// Writes the overview: the documents received, the totals and the findings by rule.
pub(in crate::xlsx) fn overview(workbook: &mut Workbook, book: &Book<'_>) -> Result<(), XlsxError> {
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
    if let Some(suspected) = words::suspected(consolidation, Lang::Zh) {
        sheet.write_with_format(FIRST_TOTAL - 2, 0, suspected, &style.alarm)?;
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
    let figures = tables::figures(consolidation);
    let framed = consolidation.coverage.expected.is_some();
    let weighed = framed
        && figures
            .iter()
            .any(|figure| consolidation.totals.get(*figure).is_some_and(|total| total.if_repeated.is_some()));
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
    for (index, figure) in (FIRST_FIGURE..).zip(figures.iter().copied()) {
        let Some(total) = consolidation.totals.get(figure) else { continue };
        sheet.write_with_format(row, 0, figure.label().0, &style.text)?;
        let cell = format!("={}!{}", DEPARTMENTS.0, CellName::new(TOTAL_ROW, index.into()));
        write_money(sheet, (row, 1), cell, total.value, &style.money)?;
        sheet.write_with_format(row, 2, grouped(&total.value.to_string()), &style.number)?;
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
    let behind = FIRST_FIGURE + u16::try_from(figures.len()).unwrap_or(u16::MAX);
    for (index, (name, rate)) in rates(&consolidation.rates).enumerate() {
        sheet.write_with_format(row, 0, name, &style.text)?;
        let column = behind + u16::try_from(index).unwrap_or_default();
        let cell = format!("={}!{}", DEPARTMENTS.0, CellName::new(TOTAL_ROW, column.into()));
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

/// Writes the findings by rule and returns the row after them.
fn found(sheet: &mut Worksheet, mut row: u32, book: &Book<'_>, style: &Style) -> Result<u32, XlsxError> {
    let by_rule = &book.consolidation.findings.by_rule;
    if by_rule.is_empty() {
        return Ok(row);
    }
    for (column, heading) in (0..).zip(["查出的问题", "处数"]) {
        sheet.write_with_format(row, column, heading, &style.header)?;
    }
    for (rule, count) in by_rule {
        row += 1;
        sheet.write_with_format(
            row,
            0,
            book.rule_index.title(rule).map_or(&**rule, |(zh, _)| zh),
            &style.wrapped,
        )?;
        sheet.write_with_format(row, 1, *count, &style.count)?;
    }
    Ok(row + 2)
}

/// Writes the values that plugins measured, and the plugins that took part.
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
