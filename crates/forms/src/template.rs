//! The blank form for departments to fill in: labels locked, values validated as they are typed, rules as live checks.

mod allowed;
mod altered;
mod checks;
mod guide;
mod live;

use std::collections::BTreeMap;

use huizong_schema::{CellName, Pointer, Unit};
use rust_xlsxwriter::{DataValidation, Formula, ProtectionOptions, Worksheet, XlsxError};

use self::allowed::Rule;
pub(crate) use self::altered::altered;
use self::checks::TemplateCells;
use crate::profile::{Profile, ValueKind};
use crate::write::form;
use crate::write::page::{Content, Page, Printed, Role};
use crate::write::xlsx::{self, column, format_of};

/// What is filled in already in a department's blank form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilledIn {
    /// The department's name.
    pub department: Option<String>,
    /// Its code.
    pub code: Option<String>,
    /// The year.
    pub fiscal_year: Option<u16>,
    /// The day by which the form should come back, as it is printed.
    pub due: Option<String>,
    /// Whether formulas work the rates out, so that nobody fills them in.
    pub works_out_rates: bool,
}

impl FilledIn {
    /// The text of a member's cell, if it is filled in.
    fn text(&self, member: &str) -> Option<String> {
        match member {
            "/department/name" => self.department.clone(),
            "/department/code" => self.code.clone(),
            "/fiscal_year" => self.fiscal_year.map(|year| year.to_string()),
            _ => None,
        }
    }
}

/// The blank form as a workbook, with live checks. `None` if the profile has no layout.
pub fn template(profile: &Profile, filled_in: &FilledIn) -> Option<Vec<u8>> {
    // As for forms, every name, row and column is valid in a workbook.
    form::blank(profile).map(|page| workbook(&page, profile, filled_in).unwrap_or_default())
}

fn workbook(page: &Page, profile: &Profile, filled_in: &FilledIn) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = xlsx::workbook()?;
    let sheet = workbook.add_worksheet();
    sheet.set_name("自评表")?;
    xlsx::set_up(sheet, page)?;
    // A blank form has nothing to work out or to check.
    sheet.set_formula_result_default("");
    let is_value = |cell: &&Printed| matches!(cell.role, Role::Value(_));
    let of_member = |cell: &Printed| Some((cell.member.clone()?, name(cell)));
    let by_member = page.cells.iter().filter(is_value).filter_map(of_member).collect();
    let item = profile.table.as_ref().and_then(|table| table.item()).map(str::to_owned);
    let cells = TemplateCells { by_member, item, traits: profile.traits() };
    let rates = if filled_in.works_out_rates { cells.rates() } else { BTreeMap::new() };
    let blank = Blank { page, profile, filled_in, cells: &cells, rates: &rates };
    for cell in &page.cells {
        blank.cell(sheet, cell)?;
    }
    heights(sheet, page)?;
    blank.live(sheet)?;
    let last = (row(page.rows - 1), column(page.widths.len() - 1));
    sheet.set_print_area(0, 0, last.0, last.1)?;
    sheet.protect_with_options(&ProtectionOptions {
        format_cells: true,
        format_columns: true,
        format_rows: true,
        // More tasks than there are rows for, or fewer.
        insert_rows: true,
        delete_rows: true,
        ..ProtectionOptions::default()
    });
    blank.guide(workbook.add_worksheet())?;
    workbook.save_to_buffer().map(huizong_platform::archive::of_unix)
}

/// A blank form that is being written.
struct Blank<'b> {
    page: &'b Page,
    profile: &'b Profile,
    filled_in: &'b FilledIn,
    cells: &'b TemplateCells,
    /// The formulas of the rates that nobody fills in.
    rates: &'b BTreeMap<Pointer, String>,
}

fn row(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

fn name(cell: &Printed) -> CellName {
    CellName::new(row(cell.row), column(cell.column).into())
}

/// Makes rows high enough to write in.
fn heights(sheet: &mut Worksheet, page: &Page) -> Result<(), XlsxError> {
    for (at, lines) in page.heights().into_iter().enumerate() {
        let in_row = |cell: &&Printed| cell.row == at;
        let is_title = page.cells.iter().filter(in_row).any(|cell| cell.role == Role::Title);
        let widest =
            page.cells.iter().filter(in_row).filter(|cell| cell.role == Role::Value(ValueKind::Paragraphs));
        let lines = match widest.map(|cell| cell.column_span).max() {
            // A paragraph over much of the form's width is a long one.
            Some(columns) if columns > 2 => lines.max(6),
            Some(_) => lines.max(2),
            None => lines,
        };
        let height = if is_title { 32 } else { lines * xlsx::LINE + 6 };
        sheet.set_row_height(row(at), f64::from(u32::try_from(height).unwrap_or(400)))?;
    }
    Ok(())
}

impl Blank<'_> {
    fn cell(&self, sheet: &mut Worksheet, cell: &Printed) -> Result<(), XlsxError> {
        let Self { profile, filled_in, .. } = self;
        let (top, left) = (row(cell.row), column(cell.column));
        let (bottom, right) = (row(cell.row + cell.row_span - 1), column(cell.column + cell.column_span - 1));
        let mut format = format_of(cell);
        let mut text = match &cell.content {
            Content::Text(text) => text.clone(),
            other => other.shown(),
        };
        let mut validation = None;
        let formula = cell.member.as_ref().filter(|_| matches!(cell.role, Role::Value(_)));
        let formula = formula.and_then(|member| self.rates.get(member));
        match (cell.role, &cell.member) {
            (Role::Title, _) => {
                if let Some(year) = filled_in.fiscal_year.map(|year| year.to_string())
                    && !text.contains(&year)
                {
                    text = format!("{text}（{year}年度）");
                }
            }
            (Role::Value(kind), member) => {
                let pointer = member.as_ref().map(ToString::to_string).unwrap_or_default();
                let rule = Rule::of(kind, &pointer, name(cell));
                if let Some(code) = rule.format {
                    format = format.set_num_format(code);
                }
                if formula.is_none() {
                    format = format.set_unlocked();
                    validation = rule.validation(profile, &pointer)?;
                }
                if let Some(filled_in) = filled_in.text(&pointer) {
                    text = filled_in;
                }
            }
            // The unit is chosen, not typed.
            (Role::Line, Some(_)) => {
                let units = Unit::ALL.iter().map(|unit| format!("单位：{}", unit.word())).collect::<Vec<_>>();
                (text, format) = (units[0].clone(), format.set_unlocked());
                validation = Some(DataValidation::new().allow_list_strings(&units)?);
            }
            // So is a member that the label itself sets, such as whether the form is a department's with its units.
            (Role::Label, Some(member)) => {
                let member = member.to_string();
                let all: Vec<&str> = profile.labels_to(&member).filter_map(|label| label.text()).collect();
                if all.len() > 1 {
                    all[0].clone_into(&mut text);
                    format = format.set_unlocked();
                    validation = Some(DataValidation::new().allow_list_strings(&all)?);
                }
            }
            _ => {}
        }
        if (top, left) != (bottom, right) {
            sheet.merge_range(top, left, bottom, right, "", &format)?;
        }
        let year =
            matches!(cell.role, Role::Value(ValueKind::Year)).then(|| text.parse::<u16>().ok()).flatten();
        if let Some(formula) = formula {
            let formula = Formula::new(formula);
            sheet.write_formula_with_format(top, left, formula, &format)?;
        } else if text.is_empty() {
            sheet.write_blank(top, left, &format)?;
        } else if let Some(year) = year {
            sheet.write_number_with_format(top, left, year, &format)?;
        } else {
            sheet.write_string_with_format(top, left, text, &format)?;
        }
        if let Some(validation) = validation {
            sheet.add_data_validation(top, left, top, left, &validation)?;
        }
        Ok(())
    }
}
