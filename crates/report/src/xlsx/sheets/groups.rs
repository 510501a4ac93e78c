//! The sheet of groups.

use std::fmt::Write as _;

use huizong_core::Lang;
use huizong_schema::CellName;
use huizong_schema::consolidation::Group;
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::super::layout::{self, Columns, DEPARTMENTS, GROUPS, Holds, TOTAL_ROW, block_rows, group_figures};
use super::super::style::{Paper, Style, for_print, fraction};
use super::{Rows, add, is_finer, paragraph, title, write_money, write_rate};
use crate::amounts::residual;
use crate::book::Book;
use crate::target::What;
use crate::{tables, words};

/// Writes the sums of groups as formulas over the departments' rows.
pub(in crate::xlsx) fn groups(workbook: &mut Workbook, book: &Book<'_>) -> Result<(), XlsxError> {
    let style = Style::new();
    let consolidation = book.consolidation;
    let figures = tables::figures(consolidation);
    let sheet = add(workbook, GROUPS.0)?;
    sheet.set_row_height(0, 26)?;
    sheet.write_with_format(0, 0, format!("{}：分组", title(consolidation)), &style.title)?;
    let Some(rows) = Rows::of(consolidation.departments.len()) else { return Ok(()) };
    let layout = Columns::of(consolidation);
    let listed: Vec<&str> = tables::listed(consolidation).into_iter().collect();
    let place = |heading: &str| {
        let at = listed.iter().position(|column| *column == heading)?;
        layout.at(Holds::Listed(at))
    };
    let (whats, printed) = group_figures(&figures);
    let writer = Writer { book, rows, layout: &layout, whats: &whats, style: &style };
    let (mut last, mut printed_to) = (0, 0);
    for (block, first) in tables::blocks(&consolidation.groups).zip(block_rows(&consolidation.groups)) {
        let first_figure = layout::first_of_group(&block[0].by);
        printed_to = printed_to.max(first_figure + u16::try_from(printed).unwrap_or_default());
        let mut headings: Vec<String> = block[0].by.keys().cloned().collect();
        headings.extend(["应报部门数", "计入部门数"].map(str::to_owned));
        headings.extend(whats.iter().map(|what| heading(*what)));
        for (column, heading) in (0..).zip(&headings) {
            sheet.write_with_format(first, column, &**heading, &style.header)?;
        }
        sheet.set_row_height(first, 44)?;
        for (row, of) in (first + 1..).zip(block) {
            let mut criteria = String::new();
            for (column, (heading, value)) in (0..).zip(&of.by) {
                let none = if of.expected == 0 { "（不在名单上）" } else { "（未填）" };
                let shown = if value.is_empty() { none } else { value };
                sheet.write_with_format(row, column, shown, &style.text)?;
                let wanted = if value.is_empty() {
                    "\"\"".to_owned()
                } else {
                    format!("${}", CellName::new(row, column.into()))
                };
                if let Some(place) = place(heading) {
                    let _ = write!(criteria, "({}={wanted})*", rows.range(&elsewhere(), place));
                } else {
                    // No row that counts has a value in this column.
                    criteria += if value.is_empty() { "1*" } else { "0*" };
                }
            }
            writer.group(sheet, (row, first_figure), of, &criteria)?;
        }
        let below = first + 1 + u32::try_from(block.len()).unwrap_or_default();
        writer.total(sheet, (below, first_figure), block)?;
        last = below + 1;
    }
    sheet.set_column_width(0, 24)?;
    sheet.set_column_range_width(1, printed_to + u16::try_from(whats.len()).unwrap_or_default(), 15)?;
    paragraph(
        sheet,
        1,
        (printed_to, 24 + 15 * usize::from(printed_to.saturating_sub(1))),
        "金额单位：万元。各组的数是公式，由“部门”表里名单各列相同的部门相加。资金来源等其余各列在右边，不打印。",
        &style.note,
    )?;
    sheet.set_print_area(0, 0, last, printed_to.saturating_sub(1))?;
    sheet.set_freeze_panes(2, 1)?;
    for_print(sheet, None, Paper::Wide)
}

/// The departments' sheet in formulas.
fn elsewhere() -> String {
    format!("{}!", DEPARTMENTS.0)
}

fn heading(what: What) -> String {
    match what {
        What::Count(thing) => thing.heading().to_owned(),
        what => what.label(Lang::Zh),
    }
}

/// Writes the figures of groups.
struct Writer<'w, 'b> {
    book: &'w Book<'b>,
    rows: Rows,
    layout: &'w Columns,
    whats: &'w [What],
    style: &'w Style,
}

impl Writer<'_, '_> {
    /// The figures of a group, as formulas over the departments that belong to it.
    fn group(
        &self,
        sheet: &mut Worksheet,
        (row, first): (u32, u16),
        of: &Group,
        criteria: &str,
    ) -> Result<(), XlsxError> {
        let Self { book, rows, layout, whats, style } = *self;
        for (column, count) in (first - 2..).zip([of.expected, of.departments]) {
            sheet.write_with_format(row, column, count, &style.count)?;
        }
        for (column, what) in (first..).zip(whats) {
            match *what {
                What::Figure(figure) => match (of.totals.get(figure), layout.figure(figure)) {
                    (Some(total), Some(from)) => {
                        let finer = is_finer(book.consolidation, figure);
                        let formula = rows.sum(&elsewhere(), from, finer, criteria);
                        write_money(sheet, (row, column), formula, total.value, &style.money)?;
                    }
                    _ => drop(sheet.write_blank(row, column, &style.text)?),
                },
                What::Rate(rate) => {
                    match of.rates.get(rate) {
                        Some(rate) => sheet.write_with_format(row, column, fraction(rate), &style.percent)?,
                        None => sheet.write_blank(row, column, &style.text)?,
                    };
                }
                What::Count(thing) => {
                    sheet.write_with_format(row, column, of.counts.get(thing), &style.count)?;
                }
            }
        }
        Ok(())
    }

    /// Writes the total of a block, which is that of all departments, and the difference that rounding makes.
    fn total(
        &self,
        sheet: &mut Worksheet,
        (row, first): (u32, u16),
        block: &[Group],
    ) -> Result<(), XlsxError> {
        let Self { book, layout, whats, style, .. } = *self;
        let consolidation = book.consolidation;
        for column in 0..first {
            sheet.write_blank(row, column, &style.total.text)?;
        }
        sheet.write_with_format(row, 0, "合计", &style.total.text)?;
        let sum = |of: fn(&Group) -> u64| block.iter().map(of).sum::<u64>();
        for (column, count) in (first - 2..).zip([sum(|of| of.expected), sum(|of| of.departments)]) {
            sheet.write_with_format(row, column, count, &style.total.count)?;
        }
        let mut is_rounded = false;
        for (column, what) in (first..).zip(whats) {
            let from = layout.at(Holds::Figure(*what)).unwrap_or_default();
            let cell = format!("={}{}", elsewhere(), CellName::new(TOTAL_ROW, from.into()));
            match *what {
                What::Figure(figure) => {
                    let total = book.sums.sum(figure).unwrap_or_default().value;
                    write_money(sheet, (row, column), cell, total, &style.total.money)?;
                    let parts =
                        block.iter().filter_map(|group| group.totals.get(figure)).map(|part| part.value);
                    if let Some(left) = residual(parts, total) {
                        is_rounded = true;
                        let name = |row| CellName::new(row, column.into());
                        let above = row - u32::try_from(block.len()).unwrap_or_default();
                        let formula = format!(
                            "=ROUND({},2)-SUMPRODUCT(ROUND({}:{},2))",
                            name(row),
                            name(above),
                            name(row - 1)
                        );
                        write_money(sheet, (row + 1, column), formula, left, &style.money)?;
                    }
                }
                What::Rate(rate) => {
                    let rate = consolidation.rates.get(rate);
                    write_rate(sheet, (row, column), Some(cell), rate, &style.total.percent)?;
                }
                What::Count(thing) => {
                    let count = consolidation.counts.get(thing);
                    sheet.write_with_format(row, column, count, &style.total.count)?;
                }
            }
        }
        if is_rounded {
            sheet.write_with_format(row + 1, 0, words::RESIDUAL.0, &style.text)?;
        }
        Ok(())
    }
}
