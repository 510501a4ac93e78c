//! The sheet of groups.

use std::fmt::Write as _;

use huizong_schema::CellName;
use rust_xlsxwriter::{Workbook, XlsxError};

use super::super::layout::{self, DEPARTMENTS, FIRST_FIGURE, GROUPS};
use super::super::style::{Style, for_print, nearest};
use super::{Rows, add, is_finer, rates, title, write_money};
use crate::book::Book;
use crate::table::Column;
use crate::tables;

/// Writes the sums of groups as formulas over the departments' rows.
pub(in crate::xlsx) fn groups(workbook: &mut Workbook, book: &Book<'_>) -> Result<(), XlsxError> {
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
    let finer: Vec<bool> = figures.iter().map(|figure| is_finer(consolidation, *figure)).collect();
    let starts = layout::block_rows(&consolidation.groups);
    for (block, first) in tables::blocks(&consolidation.groups).zip(starts) {
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
                    format!("${}", CellName::new(row, column.into()))
                };
                if let Some(place) = place(heading) {
                    let _ = write!(criteria, "({}={wanted})*", rows.range(&elsewhere, place));
                } else {
                    // No row that counts has a value in this column.
                    criteria += if value.is_empty() { "1*" } else { "0*" };
                }
            }
            let counts = [of.expected, of.departments];
            for (column, count) in (first_figure - 2..).zip(counts) {
                sheet.write_with_format(row, column, count, &style.count)?;
            }
            for (index, (figure, finer)) in figures.iter().zip(&finer).enumerate() {
                let index = u16::try_from(index).unwrap_or_default();
                let at = (row, first_figure + index);
                match of.totals.get(*figure) {
                    Some(total) => {
                        let formula = rows.sum(&elsewhere, FIRST_FIGURE + index, *finer, &criteria);
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
