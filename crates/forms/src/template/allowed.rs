//! What may be typed into the cells of a template.

use huizong_schema::CellName;
use rust_xlsxwriter::{DataValidation, DataValidationRule, Formula, XlsxError};

use crate::profile::{Profile, ValueKind};

/// The largest amount that a cell accepts: spreadsheets keep fifteen digits.
const LARGEST: &str = "999999999999.99";

/// The input that a value's cell accepts.
pub(super) struct Rule {
    pub(super) format: Option<&'static str>,
    allowed: Allowed,
    says: &'static str,
}

enum Allowed {
    Anything,
    Year,
    Custom(String),
}

impl Rule {
    pub(super) fn of(kind: ValueKind, pointer: &str, cell: CellName) -> Self {
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

    pub(super) fn validation(
        self,
        profile: &Profile,
        pointer: &str,
    ) -> Result<Option<DataValidation>, XlsxError> {
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
