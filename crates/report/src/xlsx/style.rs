//! Cell formats, and numbers as spreadsheets store them.

use huizong_schema::Money;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline, Worksheet, XlsxError};

/// A font that Chinese offices have installed.
const FONT: &str = "宋体";

/// The formats of a workbook.
pub(super) struct Style {
    pub(super) title: Format,
    pub(super) note: Format,
    pub(super) alarm: Format,
    pub(super) header: Format,
    pub(super) text: Format,
    pub(super) wrapped: Format,
    pub(super) money: Format,
    pub(super) yuan: Format,
    pub(super) percent: Format,
    pub(super) count: Format,
    pub(super) number: Format,
    pub(super) link: Format,
    pub(super) total: Total,
}

/// The formats of a total.
pub(super) struct Total {
    pub(super) text: Format,
    pub(super) money: Format,
    pub(super) percent: Format,
    pub(super) count: Format,
}

const LINES: Color = Color::RGB(0x00BF_BFBF);
const HEAD: Color = Color::RGB(0x001F_4E79);
const SHADE: Color = Color::RGB(0x00F2_F6FA);
const TOTAL: Color = Color::RGB(0x00DD_EBF7);
const LINK: Color = Color::RGB(0x0005_63C1);
const ALARM: Color = Color::RGB(0x00C0_0000);
const QUIET: Color = Color::RGB(0x0059_5959);

impl Style {
    pub(super) fn new() -> Self {
        Self::on(None)
    }

    /// The formats of rows that are told from those above and below by their background.
    pub(super) fn shaded() -> Self {
        Self::on(Some(SHADE))
    }

    fn on(background: Option<Color>) -> Self {
        let base = Format::new().set_font_name(FONT).set_font_size(10).set_align(FormatAlign::VerticalCenter);
        let cell = base.clone().set_border(FormatBorder::Thin).set_border_color(LINES);
        let cell = background.map_or(cell.clone(), |colour| cell.set_background_color(colour));
        let right =
            |format: &Format, shown: &str| format.clone().set_num_format(shown).set_align(FormatAlign::Right);
        let left = cell.clone().set_align(FormatAlign::Left).set_indent(1);
        let total = cell.clone().set_bold().set_background_color(TOTAL);
        Self {
            title: base.clone().set_font_size(16).set_bold(),
            note: base.clone().set_font_color(QUIET).set_text_wrap(),
            alarm: base.clone().set_bold().set_font_color(ALARM).set_text_wrap(),
            header: cell
                .clone()
                .set_bold()
                .set_font_color(Color::White)
                .set_background_color(HEAD)
                .set_align(FormatAlign::Center)
                .set_text_wrap(),
            money: right(&cell, MONEY),
            yuan: right(&cell, "#,##0.00####"),
            percent: right(&cell, PERCENT),
            count: right(&cell, "#,##0"),
            number: right(&cell, "General"),
            link: left.clone().set_font_color(LINK).set_underline(FormatUnderline::Single).set_text_wrap(),
            wrapped: left.clone().set_text_wrap(),
            total: Total {
                money: right(&total, MONEY),
                percent: right(&total, PERCENT),
                count: right(&total, "#,##0"),
                text: total.set_indent(1),
            },
            text: left,
        }
    }
}

const PERCENT: &str = "0.00%";
const MONEY: &str = "#,##0.00";

/// Converts 元 to the nearest double in 万元.
pub(super) fn ten_thousands(money: Money) -> f64 {
    let count = money.millionths();
    let sign = if count < 0 { "-" } else { "" };
    let (whole, part) = (count.unsigned_abs() / 10_000_000_000, count.unsigned_abs() % 10_000_000_000);
    nearest(&format!("{sign}{whole}.{part:010}"))
}

/// The double nearest to a decimal. Spreadsheets have no other numbers; the data files hold the exact ones.
pub(super) fn nearest(decimal: &str) -> f64 {
    decimal.parse().unwrap_or_default()
}

/// Whether an amount is finer than a cent.
pub(super) fn is_finer_than_cents(money: Money) -> bool {
    money.millionths() % 10_000 != 0
}

/// Converts a rate in per cent to the double that is shown as it.
pub(super) fn fraction(rate: &str) -> f64 {
    nearest(&format!("{rate}e-2"))
}

/// How a sheet is printed.
#[derive(Clone, Copy)]
pub(super) enum Paper {
    /// One page wide, with the headings on each page.
    Wide,
    /// One page high as well.
    OnePage,
    /// The same, upright.
    Upright,
}

/// Sets a sheet up for printing on A4.
pub(super) fn for_print(
    sheet: &mut Worksheet,
    heading: Option<(u32, u32)>,
    paper: Paper,
) -> Result<(), XlsxError> {
    const A4: u8 = 9;
    sheet.set_paper_size(A4);
    if !matches!(paper, Paper::Upright) {
        sheet.set_landscape();
    }
    sheet.set_print_fit_to_pages(1, u16::from(!matches!(paper, Paper::Wide)));
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer("&L&A&C第 &P 页，共 &N 页");
    if let Some((first, last)) = heading {
        sheet.set_repeat_rows(first, last)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_in_ten_thousands_is_the_nearest_double() {
        let show = |count| ten_thousands(Money::from_millionths(count));
        assert!((show(2_801_900_000_000) - 280.19).abs() < f64::EPSILON);
        assert!((show(-1_000_000) + 0.0001).abs() < f64::EPSILON);
        assert!(
            is_finer_than_cents(Money::from_millionths(1))
                && !is_finer_than_cents(Money::from_millionths(10_000))
        );
    }
}
