//! The live checks beside a template, and the mark behind them.

use std::collections::{BTreeMap, BTreeSet};

use huizong_schema::{CellName, Pointer};
use rust_xlsxwriter::{
    ConditionalFormatFormula, ConditionalFormatText, ConditionalFormatTextRule, Format, Formula, Worksheet,
    XlsxError,
};

use super::altered::digest;
use super::checks::{LiveCheck, areas, checks};
use super::{Blank, name, row};
use crate::ooxml::marks::CHECKS;
use crate::ooxml::template_mark::Mark;
use crate::profile::ValueKind;
use crate::write::page::{Printed, Role};
use crate::write::xlsx::column;

/// Members that no form may leave blank.
const REQUIRED: [&str; 5] = [
    "/department/name",
    "/fiscal_year",
    "/budget/initial_budget",
    "/budget/adjusted_budget",
    "/budget/actual_expenditure",
];
/// The number of rows above the table, which have no checks.
const HEAD: usize = 2;
/// How far from its own row a check may be, in rows.
const NEAR: usize = 8;
/// The width of a column with checks, in Latin characters.
const CHECK_WIDTH: f64 = 46.0;

/// Colours the cell that a check is about while the check fails.
fn colour(sheet: &mut Worksheet, check: (u32, u16), about: Option<&CellName>) -> Result<(), XlsxError> {
    let Some(CellName { row, column }) = about else { return Ok(()) };
    let column = u16::try_from(*column).unwrap_or(u16::MAX);
    let check = CellName::new(check.0, check.1.into()).absolute();
    for (mark, fill) in [(CHECKS[1], ERROR), (CHECKS[2], WARNING)] {
        let rule = ConditionalFormatFormula::new()
            .set_rule(format!("=LEFT({check},{})=\"{mark}\"", mark.chars().count()).as_str())
            .set_format(Format::new().set_background_color(fill));
        sheet.add_conditional_format(*row, column, *row, column, &rule)?;
    }
    Ok(())
}

/// The colours of what is wrong.
const ERROR: u32 = 0x00FF_D9D9;
const WARNING: u32 = 0x00FF_F0CC;

impl Blank<'_> {
    /// Puts the checks to the right of the form, each in the row of the member concerned.
    pub(super) fn live(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let Self { page, cells, rates, .. } = self;
        let first = column(page.widths.len() + 1);
        let rows: BTreeMap<_, usize> =
            page.cells.iter().filter_map(|cell| Some((cell.member.clone()?, cell.row))).collect();
        let format = Format::new().set_font_name("宋体").set_font_size(9).set_text_wrap();
        let format = format.set_align(rust_xlsxwriter::FormatAlign::VerticalCenter);
        // Checks that matter are in the first column, the others in the second. The first check of a row
        // is in that row, and the others in the nearest free row.
        // A clerk may delete rows of the table; a check in such a row would be lost.
        let table = self.profile.table.as_ref().map(|table| Pointer::parse(&table.member));
        let in_table = |cell: &&Printed| {
            cell.member.as_ref().zip(table.as_ref()).is_some_and(|(of, table)| table.contains(of))
        };
        let of_table: BTreeSet<usize> = page.cells.iter().filter(in_table).map(|cell| cell.row).collect();
        let mut taken: BTreeSet<(usize, u16)> = BTreeSet::new();
        let mut others = Vec::new();
        let put = |sheet: &mut Worksheet, (at, of): (usize, u16), check: &LiveCheck| {
            sheet.write_formula_with_format(row(at), first + of, Formula::new(&*check.formula), &format)?;
            colour(sheet, (row(at), first + of), cells.by_member.get(&check.beside))
        };
        for check in checks(cells) {
            let at = rows.get(&check.beside).copied().unwrap_or(0);
            let place = (at, u16::from(!check.matters));
            if taken.insert(place) {
                put(sheet, place, &check)?;
            } else {
                others.push((place, check));
            }
        }
        for ((at, of), check) in others {
            let around = (1..NEAR).flat_map(|far| [at.checked_sub(far), Some(at + far)]).flatten();
            let near = around
                .filter(|row| (HEAD..page.rows).contains(row) && !of_table.contains(row))
                .map(|row| (row, of));
            let beside = (2..).map(|of| (at, of));
            if let Some(place) = near.chain(beside).find(|place| !taken.contains(place)) {
                taken.insert(place);
                put(sheet, place, &check)?;
            }
        }
        let Some(last) = taken.iter().map(|(_, of)| first + of).max() else { return Ok(()) };
        sheet.set_column_width(first - 1, 2)?;
        for at in first..=last {
            sheet.set_column_width(at, CHECK_WIDTH)?;
        }
        let area = |mark: &str| {
            let cell = |row, column: u16| CellName::new(row, column.into()).absolute();
            let last = cell(self::row(page.rows - 1), last);
            format!("COUNTIF({}:{last},\"{mark}*\")", cell(2, first))
        };
        // Blank cells and cells without a number are not checked: the summary counts them.
        let missing: Vec<String> = REQUIRED
            .iter()
            .filter_map(|member| cells.by_member.get(&(*member).into()))
            .map(|cell| format!("(COUNTA({cell})=0)"))
            .collect();
        let is_figure = |cell: &&Printed| {
            matches!(cell.role, Role::Value(ValueKind::Amount | ValueKind::Percent | ValueKind::Points))
        };
        let is_filled_in =
            |cell: &&Printed| cell.member.as_ref().is_none_or(|member| !rates.contains_key(member));
        let figures = areas(page.cells.iter().filter(is_figure).filter(is_filled_in).map(name));
        let (errors, warnings, blank) = (area(CHECKS[1]), area(CHECKS[2]), missing.join("+"));
        let sum = format!(
            "\"{}：错误 \"&{errors}&\" 处，警告 \"&{warnings}&\" 处\"&IF({blank}>0,\"，必填未填 \"&({blank})&\" 格\",\"\")\
         &IF(COUNTA({figures})>COUNT({figures}),\"，不是数字 \"&(COUNTA({figures})-COUNT({figures}))&\" 格\",\"\")",
            CHECKS[4]
        );
        sheet.set_formula_result_default(format!(
            "{}：错误 0 处，警告 0 处，必填未填 {} 格",
            CHECKS[4],
            missing.len()
        ));
        sheet.write_formula_with_format(1, first, Formula::new(sum), &format.set_bold())?;
        for (mark, text, fill) in [
            (CHECKS[0], 0x0000_6100, 0x00E6_F4E6),
            (CHECKS[1], 0x009C_0006, ERROR),
            (CHECKS[2], 0x007F_4F00, WARNING),
            (CHECKS[3], 0x001C_5FA8, 0x00E3_F0FF),
        ] {
            let colours = Format::new().set_font_color(text).set_background_color(fill);
            let rule = ConditionalFormatText::new()
                .set_rule(ConditionalFormatTextRule::BeginsWith(mark.into()))
                .set_format(colours);
            sheet.add_conditional_format(0, first, row(page.rows - 1), last, &rule)?;
        }
        let mark = Mark {
            profile: self.profile.id.clone(),
            labels: digest(page, self.profile),
            checks: taken.len() + 1,
            fiscal_year: self.filled_in.fiscal_year,
            department: self.filled_in.department.clone(),
        };
        sheet.write_string(0, last + 1, mark.to_string())?;
        sheet.set_column_hidden(last + 1).map(drop)
    }
}
