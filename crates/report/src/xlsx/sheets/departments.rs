//! The sheet of departments.

use huizong_core::DepartmentRow;
use huizong_schema::consolidation::Consolidation;
use huizong_schema::figures::{Figure, Rate, Thing};
use huizong_schema::{CellName, Money};
use rust_xlsxwriter::{Formula, Workbook, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use super::super::layout::{Columns, DEPARTMENTS, FILTERED_ROW, FIRST_ROW, HEADER_ROW, Holds, TOTAL_ROW};
use super::super::style::{Paper, Style, for_print};
use super::{
    Rows, Widths, add, cell, columns, is_finer, linked, paragraph, shown, title, write_money, write_rate,
};
use crate::amounts::{residual, ten_thousands};
use crate::book::Book;
use crate::table::{Kind, Value};
use crate::target::What;
use crate::{tables, words};

/// The widest name of a department; longer ones are wrapped.
const NAME: usize = 30;
/// The widest text of another column.
const TEXT: usize = 24;

/// Writes a row for each department, with the totals above the headings so that they stay visible.
pub(in crate::xlsx) fn departments(workbook: &mut Workbook, book: &Book<'_>) -> Result<(), XlsxError> {
    let style = Style::new();
    let consolidation = book.consolidation;
    let layout = Columns::of(consolidation);
    let sheet = add(workbook, DEPARTMENTS.0)?;
    sheet.set_row_height(0, 26)?;
    sheet.write_with_format(0, 0, format!("{}：各部门", title(consolidation)), &style.title)?;
    let table = tables::departments_shown(consolidation).ordered(layout.order.clone());
    let mut widths = columns(sheet, HEADER_ROW, &table.columns, &style)?;
    let kinds: Vec<Kind> = table.columns.iter().map(|column| column.kind).collect();
    let last_column = u16::try_from(kinds.len()).unwrap_or(u16::MAX).saturating_sub(1);
    let document = layout.at(Holds::Document).unwrap_or(last_column);
    for (row, cells) in (FIRST_ROW..).zip(table.rows) {
        for ((column, value), kind) in (0..).zip(&cells).zip(&kinds) {
            cell(sheet, (row, column), value, *kind, &style)?;
            widths.take(column, shown(value).width().min(if column == 0 { NAME } else { TEXT }));
        }
        if let (Some(Value::Text(name)), file) =
            (cells.get(usize::from(document)), book.documents.file(row - FIRST_ROW))
        {
            linked(sheet, (row, document), name, file.and_then(|at| (book.link)(at)), &style)?;
        }
    }
    for (row, name) in [(TOTAL_ROW, "合计"), (FILTERED_ROW, "筛选后合计")] {
        for column in 0..=last_column {
            sheet.write_blank(row, column, &style.total.text)?;
        }
        sheet.write_with_format(row, 0, name, &style.total.text)?;
    }
    let mut last_row = FIRST_ROW;
    if let Some(rows) = Rows::of(consolidation.departments.len()) {
        last_row = rows.last;
        Sums { book, layout: &layout, rows, style: &style }.write(sheet, &mut widths)?;
        sheet.autofilter(HEADER_ROW, 0, rows.last - 1, last_column)?;
    }
    widths.set(sheet)?;
    let printed = (layout.printed, widths.of_first(layout.printed));
    let note = "金额单位：万元。空白格表示未填报，不是零。“筛选后合计”只算筛选后看得见的部门。资金来源等其余各列在右边，不打印。";
    paragraph(sheet, 1, printed, note, &style.note)?;
    sheet.set_print_area(0, 0, last_row, layout.printed.saturating_sub(1))?;
    sheet.set_freeze_panes(FIRST_ROW, 1)?;
    for_print(sheet, Some((HEADER_ROW, HEADER_ROW)), Paper::Wide)
}

/// The rows of sums.
struct Sums<'s, 'b> {
    book: &'s Book<'b>,
    layout: &'s Columns,
    rows: Rows,
    style: &'s Style,
}

impl Sums<'_, '_> {
    fn write(&self, sheet: &mut Worksheet, widths: &mut Widths) -> Result<(), XlsxError> {
        let Self { book, layout, rows, style } = *self;
        let consolidation = book.consolidation;
        let mut is_rounded = false;
        for figure in tables::figures(consolidation) {
            let Some(column) = layout.figure(figure) else { continue };
            let total = book.sums.sum(figure).unwrap_or_default();
            widths.take(column, ten_thousands(total.value).len() + 1);
            let formula = rows.sum("", column, is_finer(consolidation, figure), "");
            write_money(sheet, (TOTAL_ROW, column), formula, total.value, &style.total.money)?;
            let visible = format!("=SUBTOTAL(109,{})", rows.range("", column));
            write_money(sheet, (FILTERED_ROW, column), visible, total.value, &style.total.money)?;
            let values = consolidation.departments.iter().filter_map(|row| row.contribution().value(figure));
            if let Some(left) = residual(values, total.value) {
                is_rounded = true;
                self.residual(sheet, column, left)?;
            }
        }
        if is_rounded {
            sheet.write_with_format(rows.last, 0, words::RESIDUAL.0, &style.text)?;
        }
        for rate in Rate::ALL {
            let Some(column) = layout.rate(*rate) else { continue };
            let (formula, of) = (self.rate(*rate), consolidation.rates.get(*rate));
            write_rate(sheet, (TOTAL_ROW, column), formula, of, &style.total.percent)?;
        }
        let things = Thing::ALL.iter().map(|thing| Holds::Figure(What::Count(*thing)));
        for holds in things.chain([Holds::Errors, Holds::Warnings, Holds::Infos]) {
            let Some(column) = layout.at(holds) else { continue };
            let range = rows.range("", column);
            let count = count(consolidation, holds).to_string();
            for (row, function) in
                [(TOTAL_ROW, format!("=SUM({range})")), (FILTERED_ROW, format!("=SUBTOTAL(109,{range})"))]
            {
                let formula = Formula::new(function).set_result(&count);
                sheet.write_formula_with_format(row, column, formula, &style.total.count)?;
            }
        }
        Ok(())
    }

    /// Writes the difference between the total as shown and the sum of the rows as shown.
    fn residual(&self, sheet: &mut Worksheet, column: u16, left: Money) -> Result<(), XlsxError> {
        let range = self.rows.range("", column);
        let total = CellName::new(TOTAL_ROW, column.into());
        let formula = format!("=ROUND({total},2)-SUMPRODUCT(ROUND({range},2))");
        write_money(sheet, (self.rows.last, column), formula, left, &self.style.money)
    }

    /// The formula of a rate, over the departments that report both members.
    fn rate(&self, rate: Rate) -> Option<String> {
        let column = |top| self.layout.figure(Figure::Top(top));
        let (over, under) = (column(rate.numerator())?, column(rate.denominator())?);
        let rows = self.rows;
        let both = format!("ISNUMBER({})*ISNUMBER({})*", rows.range("", over), rows.range("", under));
        let sum = |column| format!("SUMPRODUCT({both}ROUND({}*1000000,0))", rows.range("", column));
        let (over, under) = (sum(over), sum(under));
        Some(format!("=IF({under}=0,\"\",ROUND({over}/{under},4))"))
    }
}

/// The sum of a column of counts.
fn count(consolidation: &Consolidation<DepartmentRow<'_>>, holds: Holds) -> u64 {
    let of = |row: &DepartmentRow<'_>| match holds {
        Holds::Figure(What::Count(thing)) => row.contribution().counts().get(thing),
        Holds::Errors => row.entry.findings().error,
        Holds::Warnings => row.entry.findings().warning,
        Holds::Infos => row.entry.findings().info,
        _ => 0,
    };
    consolidation.departments.iter().map(of).sum()
}
