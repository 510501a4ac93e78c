//! The sheet of departments.

use huizong_core::DepartmentRow;
use huizong_schema::consolidation::{Consolidation, Rates};
use huizong_schema::figures::{Figure, Rate};
use rust_xlsxwriter::{Formula, Workbook, XlsxError};

use super::super::layout::{DEPARTMENTS, FILTERED_ROW, FIRST_FIGURE, FIRST_ROW, HEADER_ROW, TOTAL_ROW};
use super::super::style::{Style, for_print};
use super::{Rows, add, cell, columns, is_finer, linked, title, write_money, write_rate};
use crate::book::Book;
use crate::table::{Kind, Value};
use crate::tables;

/// Writes a row for each department, with the totals above the headings so that they stay visible.
pub(in crate::xlsx) fn departments(workbook: &mut Workbook, book: &Book<'_>) -> Result<(), XlsxError> {
    let style = Style::new();
    let consolidation = book.consolidation;
    let figures = tables::figures(consolidation);
    let sheet = add(workbook, DEPARTMENTS.0)?;
    sheet.set_row_height(0, 26)?;
    sheet.write_with_format(0, 0, format!("{}：各部门", title(consolidation)), &style.title)?;
    sheet.write_with_format(
        1,
        0,
        "金额单位：万元。空格表示没有报，不是零。筛选后，“筛选后合计”一行只算看得见的部门。",
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

/// The sum of a column of counts: tasks, indicators, key projects, errors, warnings, infos.
fn column_sum(consolidation: &Consolidation<DepartmentRow<'_>>, index: u16) -> u64 {
    let of = |row: &DepartmentRow<'_>| {
        let (counts, found) = (row.contribution.counts, row.entry.findings);
        let all =
            [counts.tasks, counts.indicators, counts.key_projects, found.error, found.warning, found.info];
        all.get(usize::from(index)).copied().unwrap_or_default()
    };
    consolidation.departments.iter().map(of).sum()
}

/// The formulas of the rates, over the departments that report both members.
fn rate_formulas<'r>(
    figures: &[Figure],
    rates: &'r Rates,
    rows: Rows,
) -> [(Option<String>, Option<&'r String>); Rate::COUNT] {
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
    std::array::from_fn(|at| {
        let rate = Rate::ALL[at];
        (formula(rate.numerator(), rate.denominator()), rates.get(rate))
    })
}
