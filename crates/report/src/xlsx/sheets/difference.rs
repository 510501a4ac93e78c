//! The changes since another consolidation: totals by cause, as formulas over the departments' parts.

use std::collections::BTreeSet;

use huizong_core::Lang;
use huizong_schema::CellName;
use huizong_schema::difference::{Cause, Difference};
use rust_xlsxwriter::{Workbook, XlsxError};

use super::super::style::{Paper, Style, for_print, ten_thousands};
use super::listings::{ROWS, listing};
use super::{add, paragraph, write_money};
use crate::difference::{cause, label, parts, sides};

/// Names of the sheets.
const TOTALS: &str = "对比";
const PARTS: &str = "对比明细";
/// The heading row of both sheets, from 0.
const HEAD: u32 = 2;
/// The columns of the parts sheet that formulas refer to.
const FIGURE: u16 = 0;
const CAUSE: u16 = 3;
const CHANGE: u16 = 6;

pub(in crate::xlsx) fn difference(workbook: &mut Workbook, difference: &Difference) -> Result<(), XlsxError> {
    let style = Style::new();
    let [old, new] = sides(difference, Lang::Zh);
    let causes: BTreeSet<Cause> =
        difference.totals.iter().flat_map(|total| total.by_cause.keys().copied()).collect();
    let sheet = add(workbook, TOTALS)?;
    // A space separates a number from Chinese text.
    let gap = if new.starts_with(|first: char| first.is_ascii_digit()) { " " } else { "" };
    let title = format!("{old}与{gap}{new}对比");
    sheet.set_row_height(0, 26)?;
    sheet.write_with_format(0, 0, &title, &style.title)?;
    let note = "金额单位：万元。变动是后者减前者；各原因一列由“对比明细”相加而成，合起来就是变动。";
    let mut headings = vec!["项目".to_owned(), old, new, "变动".to_owned()];
    headings.extend(causes.iter().map(|of| cause(*of, Lang::Zh).to_owned()));
    for (column, heading) in (0..).zip(&headings) {
        sheet.write_with_format(HEAD, column, heading, &style.header)?;
    }
    sheet.set_row_height(HEAD, 44)?;
    let last = difference.totals.iter().map(|total| total.parts.len()).sum::<usize>();
    let is_whole = last <= ROWS;
    let last = HEAD + 1 + u32::try_from(last).unwrap_or(u32::MAX).max(1);
    let range = |column: u16| {
        let name = |row| CellName::new(row, column.into()).absolute();
        format!("{PARTS}!{}:{}", name(HEAD + 1), name(last - 1))
    };
    let mut row = HEAD;
    for total in &difference.totals {
        row += 1;
        sheet.write_with_format(row, 0, label(&total.figure, Lang::Zh), &style.text)?;
        for (column, money) in [(1, total.old), (2, total.new)] {
            match money {
                Some(money) => sheet.write_with_format(row, column, ten_thousands(money), &style.money)?,
                None => sheet.write_blank(row, column, &style.text)?,
            };
        }
        let name = row + 1;
        write_money(sheet, (row, 3), format!("=C{name}-B{name}"), total.change, &style.money)?;
        for (column, of) in (4_u16..).zip(&causes) {
            let formula = format!(
                "=SUMIFS({},{},$A{name},{},{}${})",
                range(CHANGE),
                range(FIGURE),
                range(CAUSE),
                CellName::letters_of(column.into()),
                HEAD + 1
            );
            let change = total.by_cause.get(of).copied().unwrap_or_default();
            if is_whole {
                write_money(sheet, (row, column), formula, change, &style.money)?;
            } else {
                sheet.write_with_format(row, column, ten_thousands(change), &style.money)?;
            }
        }
    }
    let columns = u16::try_from(headings.len()).unwrap_or(4);
    sheet.set_column_width(0, 30)?;
    sheet.set_column_range_width(1, columns, 16)?;
    paragraph(sheet, 1, (columns, 30 + 16 * (headings.len() - 1)), note, &style.note)?;
    sheet.set_freeze_panes(HEAD + 1, 1)?;
    for_print(sheet, Some((HEAD, HEAD)), Paper::Wide)?;
    listing(workbook, PARTS, &format!("{title}：各部门"), parts(difference), None, &|_| None)
}
