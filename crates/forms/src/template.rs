//! The blank form for departments to fill in: labels locked, values validated as they are typed, rules as live checks.

mod checks;

use std::collections::{BTreeMap, BTreeSet};

use huizong_schema::{CellName, Unit};
use rust_xlsxwriter::{
    ConditionalFormatFormula, ConditionalFormatText, ConditionalFormatTextRule, DataValidation,
    DataValidationRule, Format, Formula, ProtectionOptions, Worksheet, XlsxError,
};

use self::checks::{LiveCheck, TemplateCells, areas, checks};
use crate::ooxml::marks::CHECKS;
use crate::profile::{Profile, ValueKind};
use crate::write::form;
use crate::write::page::{Content, Page, Printed, Role};
use crate::write::xlsx::{self, column, format_of};

/// The largest amount that a cell accepts: spreadsheets keep fifteen digits.
const LARGEST: &str = "999999999999.99";
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

/// What is filled in already in a department's blank form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilledIn {
    /// The department's name.
    pub department: Option<String>,
    /// Its code.
    pub code: Option<String>,
    /// The year.
    pub fiscal_year: Option<u16>,
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
    let mut cells = BTreeMap::new();
    for cell in &page.cells {
        self::cell(sheet, cell, profile, filled_in)?;
        if let (Role::Value(_), Some(member)) = (cell.role, &cell.member) {
            cells.insert(member.clone(), name(cell));
        }
    }
    heights(sheet, page)?;
    let item = profile.table.as_ref().and_then(|table| table.item()).map(str::to_owned);
    let cells = TemplateCells { by_member: cells, item, traits: profile.traits() };
    live(sheet, page, &cells)?;
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
    workbook.save_to_buffer().map(huizong_platform::archive::of_unix)
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
            Some(columns) if columns > 2 => lines.max(8),
            Some(_) => lines.max(3),
            None => lines,
        };
        let height = if is_title { 32 } else { lines * xlsx::LINE + 6 };
        sheet.set_row_height(row(at), f64::from(u32::try_from(height).unwrap_or(400)))?;
    }
    Ok(())
}

fn cell(
    sheet: &mut Worksheet,
    cell: &Printed,
    profile: &Profile,
    filled_in: &FilledIn,
) -> Result<(), XlsxError> {
    let (top, left) = (row(cell.row), column(cell.column));
    let (bottom, right) = (row(cell.row + cell.row_span - 1), column(cell.column + cell.column_span - 1));
    let mut format = format_of(cell);
    let mut text = match &cell.content {
        Content::Text(text) => text.clone(),
        other => other.shown(),
    };
    let mut validation = None;
    match (cell.role, &cell.member) {
        (Role::Value(kind), member) => {
            let pointer = member.as_ref().map(ToString::to_string).unwrap_or_default();
            let rule = Rule::of(kind, &pointer, name(cell));
            format = format.set_unlocked();
            if let Some(code) = rule.format {
                format = format.set_num_format(code);
            }
            validation = rule.validation(profile, &pointer)?;
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
    let year = matches!(cell.role, Role::Value(ValueKind::Year)).then(|| text.parse::<u16>().ok()).flatten();
    if text.is_empty() {
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

/// The input that a value's cell accepts.
struct Rule {
    format: Option<&'static str>,
    allowed: Allowed,
    says: &'static str,
}

enum Allowed {
    Anything,
    Year,
    Custom(String),
}

impl Rule {
    fn of(kind: ValueKind, pointer: &str, cell: CellName) -> Self {
        let is_signed = matches!(pointer, "/budget/budget_adjustment" | "/budget/adjustment_rate");
        let at_least = if is_signed { String::new() } else { format!("{cell}>=0,") };
        let custom = |decimals: u32, largest: &str| {
            Allowed::Custom(format!(
                "AND(ISNUMBER({cell}),{at_least}ABS({cell})<={largest},ROUND({cell},{decimals})={cell})"
            ))
        };
        match kind {
            ValueKind::Amount => Self {
                format: Some("0.00"),
                allowed: custom(2, LARGEST),
                says: "请填数字，最多两位小数，不带单位。",
            },
            ValueKind::Percent => Self {
                format: Some("0.00%"),
                allowed: custom(4, "99999"),
                says: "请填百分比，最多两位小数，如 92.55%。",
            },
            ValueKind::Points => {
                Self {
                    format: Some("0.00"), allowed: custom(2, "9999"), says: "请填分数，最多两位小数。"
                }
            }
            ValueKind::Year => {
                Self {
                    format: Some("0\"年\""), allowed: Allowed::Year, says: "请填四位数的年度，如 2023。"
                }
            }
            ValueKind::Text | ValueKind::Paragraphs | ValueKind::Heading => {
                Self { format: None, allowed: Allowed::Anything, says: "" }
            }
        }
    }

    fn validation(self, profile: &Profile, pointer: &str) -> Result<Option<DataValidation>, XlsxError> {
        let validation = DataValidation::new();
        let validation = match self.allowed {
            Allowed::Custom(formula) => validation.allow_custom(Formula::new(formula)),
            Allowed::Year => validation.allow_whole_number(DataValidationRule::Between(1990, 2100)),
            Allowed::Anything => {
                // Prose that is read back has a fixed wording, which the cell's message shows.
                let print = profile.projects.as_ref().filter(|projects| projects.member == pointer);
                let Some(print) = print.and_then(|projects| projects.print.as_ref()) else { return Ok(None) };
                let example = |phrase: &str| phrase.replace("{amount}", "13").replace("{unit}", "万元");
                let begins = print.begins.replace("{level}", "二级项目").replace("{name}", "项目名称");
                let said = format!(
                    "每个项目这样写：\n{begins} {}{}\n{}……",
                    example(&print.requested),
                    example(&print.used),
                    print.outcomes
                );
                return Ok(Some(validation.allow_any_value().set_input_message(said)?));
            }
        };
        Ok(Some(
            validation
                .set_error_title("请核对")?
                .set_error_message(self.says)?
                .set_input_message(self.says)?,
        ))
    }
}

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

/// Puts the checks to the right of the form, each in the row of the member concerned.
fn live(sheet: &mut Worksheet, page: &Page, cells: &TemplateCells) -> Result<(), XlsxError> {
    let first = column(page.widths.len() + 1);
    // A blank form has nothing to check.
    sheet.set_formula_result_default("");
    let rows: BTreeMap<_, usize> =
        page.cells.iter().filter_map(|cell| Some((cell.member.clone()?, cell.row))).collect();
    let format = Format::new().set_font_name("宋体").set_font_size(9).set_text_wrap();
    let format = format.set_align(rust_xlsxwriter::FormatAlign::VerticalCenter);
    // Checks that matter are in the first column, the others in the second. The first check of a row
    // is in that row, and the others in the nearest free row.
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
        let near = around.filter(|row| (HEAD..page.rows).contains(row)).map(|row| (row, of));
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
    let figures = areas(page.cells.iter().filter(is_figure).map(name));
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
    Ok(())
}
