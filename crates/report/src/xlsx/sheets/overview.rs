//! The overview sheet.

use huizong_core::{Lang, grouped};
use huizong_schema::CellName;
use huizong_schema::consolidation::{Consolidation, Total};
use huizong_schema::figures::{Figure, Rate};
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::super::layout::{Columns, DEPARTMENTS, FIRST_TOTAL, OVERVIEW, TOTAL_ROW};
use super::super::style::{Paper, Style, for_print, fraction, nearest, ten_thousands};
use super::{add, paragraph, rates, title, what_came, write_money, write_rate};
use crate::book::Book;
use crate::tables;
use crate::words::{self, group, unit};

/// The headings of the totals, and how wide their columns are.
const HEADINGS: [(&str, u16); 9] = [
    ("项目", 30),
    ("合计（万元）", 18),
    ("精确值（元）", 24),
    ("填报部门数", 12),
    ("名单应报部门数", 12),
    ("名单中已计入", 12),
    ("已计入部门占上年支出的比重", 14),
    ("未计入的若与上年相同，全部部门合计：下限（万元）", 18),
    ("未计入的若与上年相同，全部部门合计：上限（万元）", 18),
];

/// Writes the overview: the documents received, the totals and the findings by rule.
pub(in crate::xlsx) fn overview(workbook: &mut Workbook, book: &Book<'_>) -> Result<(), XlsxError> {
    let style = Style::new();
    let consolidation = book.consolidation;
    let sheet = add(workbook, OVERVIEW.0)?;
    sheet.set_row_height(0, 26)?;
    sheet.write_with_format(0, 0, title(consolidation), &style.title)?;
    let totals = Totals::of(book);
    let headings = &HEADINGS[..totals.columns];
    for (column, (_, width)) in (0..).zip(headings) {
        sheet.set_column_width(column, *width)?;
    }
    let width = headings.iter().map(|(_, width)| usize::from(*width)).sum();
    let all = (u16::try_from(totals.columns).unwrap_or(4), width);
    let note = "金额单位：万元。合计是公式，随“部门”表变动；精确值（元）由程序一分不差地加总。空白格表示未填报，不是零。";
    paragraph(sheet, 1, all, note, &style.note)?;
    for (row, line) in (2..).zip(what_came(consolidation)) {
        paragraph(sheet, row, all, &line, &style.note)?;
    }
    if let Some(suspected) = words::suspected(consolidation, Lang::Zh) {
        paragraph(sheet, FIRST_TOTAL - 2, all, &suspected, &style.alarm)?;
    }
    let row = totals.write(sheet, &style)?;
    let row = found(sheet, row + 1, book, &style)?;
    measured(sheet, row, consolidation, &style)?;
    sheet.set_freeze_panes(FIRST_TOTAL, 1)?;
    for_print(sheet, None, if totals.is_weighed() { Paper::OnePage } else { Paper::Upright })
}

/// The table of totals.
struct Totals<'t, 'b> {
    book: &'t Book<'b>,
    figures: Vec<Figure>,
    /// How many columns there are: more with a roster, and all of them with last year's result.
    columns: usize,
}

impl<'t, 'b> Totals<'t, 'b> {
    fn of(book: &'t Book<'b>) -> Self {
        let consolidation = book.consolidation;
        let figures = tables::figures(consolidation);
        let columns = match consolidation.coverage.expected {
            Some(_) if tables::is_weighed(consolidation) => HEADINGS.len(),
            Some(_) => 6,
            None => 4,
        };
        Self { book, figures, columns }
    }

    fn is_weighed(&self) -> bool {
        self.columns == HEADINGS.len()
    }

    /// Writes the table and returns the row behind it.
    fn write(&self, sheet: &mut Worksheet, style: &Style) -> Result<u32, XlsxError> {
        let consolidation = self.book.consolidation;
        for (column, (heading, _)) in (0..).zip(&HEADINGS[..self.columns]) {
            sheet.write_with_format(FIRST_TOTAL - 1, column, *heading, &style.header)?;
        }
        sheet.set_row_height(FIRST_TOTAL - 1, 44)?;
        let layout = Columns::of(consolidation);
        let in_departments =
            |column: u16| format!("={}!{}", DEPARTMENTS.0, CellName::new(TOTAL_ROW, column.into()));
        let mut row = FIRST_TOTAL;
        for figure in self.figures.iter().copied() {
            let (Some(total), Some(column)) = (consolidation.totals.get(figure), layout.figure(figure))
            else {
                continue;
            };
            sheet.write_with_format(row, 0, figure.label().0, &style.text)?;
            write_money(sheet, (row, 1), in_departments(column), total.value, &style.money)?;
            sheet.write_with_format(row, 2, grouped(&total.value.to_string()), &style.number)?;
            self.who(sheet, row, total, style)?;
            row += 1;
        }
        for (of, (name, rate)) in Rate::ALL.iter().zip(rates(&consolidation.rates)) {
            sheet.write_with_format(row, 0, name, &style.text)?;
            let column = layout.rate(*of).unwrap_or_default();
            write_rate(sheet, (row, 1), Some(in_departments(column)), rate, &style.percent)?;
            for column in 2..u16::try_from(self.columns).unwrap_or_default() {
                sheet.write_blank(row, column, &style.text)?;
            }
            row += 1;
        }
        Ok(row)
    }

    /// Writes how many departments a total is of, and what the others may add to it.
    fn who(&self, sheet: &mut Worksheet, row: u32, total: &Total, style: &Style) -> Result<(), XlsxError> {
        sheet.write_with_format(row, 3, total.reported_by, &style.count)?;
        for (column, count) in [(4, total.expected), (5, total.held)] {
            if let Some(count) = count.filter(|_| self.columns > 4) {
                sheet.write_with_format(row, column, count, &style.count)?;
            }
        }
        if !self.is_weighed() {
            return Ok(());
        }
        match &total.weight {
            Some(weight) => sheet.write_with_format(row, 6, fraction(weight), &style.percent)?,
            None => sheet.write_blank(row, 6, &style.text)?,
        };
        let range = total.if_repeated.as_ref();
        for (column, money) in [(7, range.map(|range| range.low)), (8, range.map(|range| range.high))] {
            match money {
                Some(money) => sheet.write_with_format(row, column, ten_thousands(money), &style.money)?,
                None => sheet.write_blank(row, column, &style.text)?,
            };
        }
        Ok(())
    }
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
