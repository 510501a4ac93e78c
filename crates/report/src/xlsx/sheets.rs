//! The sheets of a result's workbook, and what their cells share.

mod departments;
mod difference;
mod groups;
mod listings;
mod overview;

use huizong_core::{DepartmentRow, Lang};
use huizong_schema::consolidation::{Consolidation, Rates};
use huizong_schema::figures::{Figure, Rate};
use huizong_schema::{CellName, Money};
use rust_xlsxwriter::{Format, Formula, Url, Workbook, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use super::layout::FIRST_ROW;
use super::style::{Style, fraction, is_finer_than_cents, nearest, ten_thousands};
use crate::amounts;
use crate::table::{Column, Kind, Value};
use crate::words;

pub(super) use departments::departments;
pub(super) use difference::difference;
pub(super) use groups::groups;
pub(super) use listings::{listing, listings};
pub(super) use overview::overview;

type Sheet<'w> = Result<&'w mut Worksheet, XlsxError>;

fn add<'w>(workbook: &'w mut Workbook, name: &str) -> Sheet<'w> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    Ok(sheet)
}

pub(super) fn title<R>(consolidation: &Consolidation<R>) -> String {
    words::title(consolidation, Lang::Zh)
}

/// The range of the departments' rows in formulas.
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
        let name = |row| CellName::new(row, column.into()).absolute();
        format!("{sheet}{}:{}", name(FIRST_ROW), name(self.last - 1))
    }

    /// Adds up whole cents, which doubles hold exactly, and separately the remainders below a cent.
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

/// Whether any amount of a figure is finer than a cent.
fn is_finer(consolidation: &Consolidation<DepartmentRow<'_>>, figure: Figure) -> bool {
    let values = consolidation.departments.iter().filter_map(|row| row.contribution().value(figure));
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
            let formula = Formula::new(formula).set_result(fraction(rate).to_string());
            sheet.write_formula_with_format(at.0, at.1, formula, format).map(drop)
        }
        _ => sheet.write_blank(at.0, at.1, format).map(drop),
    }
}

fn rates(rates: &Rates) -> impl Iterator<Item = (String, Option<&String>)> {
    Rate::ALL.iter().map(|rate| (format!("{}（由合计重算）", rate.label().0), rates.get(*rate)))
}

/// Sentences on what was received, who did not report, and what was found.
fn what_came<R>(consolidation: &Consolidation<R>) -> [String; 3] {
    let coverage = &consolidation.coverage;
    let unread = words::unread(&consolidation.notices, coverage, Lang::Zh).unwrap_or_default();
    [
        words::received(coverage, Lang::Zh) + &unread + &format!("见“{}”。", listings::LEFT_OUT),
        words::against_roster(coverage, Lang::Zh),
        words::found(consolidation.findings.by_severity, Lang::Zh) + "见“问题”。",
    ]
}

/// How wide each column of a sheet has to be, in Latin characters.
struct Widths(Vec<usize>);

impl Widths {
    /// Makes room for a text in a column.
    fn take(&mut self, column: u16, width: usize) {
        if let Some(of) = self.0.get_mut(usize::from(column)) {
            *of = width.max(*of);
        }
    }

    /// The width of the first columns together.
    fn of_first(&self, columns: u16) -> usize {
        self.0.iter().take(usize::from(columns)).map(|width| width + 2).sum()
    }

    fn set(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        for (column, width) in (0..).zip(&self.0) {
            sheet.set_column_width(column, f64::from(u32::try_from(width + 2).unwrap_or(60)))?;
        }
        Ok(())
    }
}

/// Writes the headings and returns the least widths of the columns.
fn columns(sheet: &mut Worksheet, row: u32, columns: &[Column], style: &Style) -> Result<Widths, XlsxError> {
    let mut widths = Vec::new();
    for (index, column) in (0..).zip(columns) {
        // The data files give money in 元 and rates without a sign, the workbook in 万元 and with one.
        let heading = match column.kind {
            Kind::Money => column.zh.replace("（元）", "（万元）"),
            Kind::Percent => column.zh.replace("（%，", "（"),
            _ => column.zh.to_string(),
        };
        sheet.write_with_format(row, index, &*heading, &style.header)?;
        widths.push(match column.kind {
            Kind::Money | Kind::Amount => 11,
            Kind::Percent | Kind::Points => 9,
            Kind::Count | Kind::Year => 6,
            Kind::Text => 10,
        });
    }
    sheet.set_row_height(row, 32)?;
    Ok(Widths(widths))
}

/// The text that a cell shows.
fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Money(money) => amounts::ten_thousands(*money),
        Value::Percent(rate) => format!("{rate}%"),
        value => value.print().into_owned(),
    }
}

/// Writes a text over the first columns of a sheet, in as many lines as it needs. `width` is theirs together.
fn paragraph(
    sheet: &mut Worksheet,
    row: u32,
    (columns, width): (u16, usize),
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    if columns > 1 {
        sheet.merge_range(row, 0, row, columns - 1, text, format)?;
    } else {
        sheet.write_with_format(row, 0, text, format)?;
    }
    let lines = text.width().div_ceil(width.saturating_sub(4).max(1)).max(1);
    sheet.set_row_height(row, f64::from(u32::try_from(lines).unwrap_or(20)) * 14.0 + 2.0).map(drop)
}

fn cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value<'_>,
    kind: Kind,
    style: &Style,
) -> Result<(), XlsxError> {
    /// The most characters that Excel allows in a cell.
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
        Value::Percent(rate) => sheet.write_with_format(row, column, fraction(rate), &style.percent)?,
        Value::Points(points) => {
            sheet.write_with_format(row, column, nearest(&points.to_string()), &style.number)?
        }
        // Years have no thousands separators.
        Value::Count(year) if kind == Kind::Year => {
            sheet.write_with_format(row, column, *year, &style.number)?
        }
        Value::Count(count) => sheet.write_with_format(row, column, *count, &style.count)?,
    };
    Ok(())
}

/// Links are written above this row only, as Excel limits the links of a sheet.
const LINKS: u32 = 60_000;

/// Writes text that links to a file, if there is one.
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
