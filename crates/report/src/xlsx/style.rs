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
const TOTAL: Color = Color::RGB(0x00DD_EBF7);
const LINK: Color = Color::RGB(0x0005_63C1);
const ALARM: Color = Color::RGB(0x00C0_0000);
const QUIET: Color = Color::RGB(0x0059_5959);

impl Style {
    pub(super) fn new() -> Self {
        let base = Format::new().set_font_name(FONT).set_font_size(10).set_align(FormatAlign::VerticalCenter);
        let cell = base.clone().set_border(FormatBorder::Thin).set_border_color(LINES);
        let right =
            |format: &Format, shown: &str| format.clone().set_num_format(shown).set_align(FormatAlign::Right);
        let total = cell.clone().set_bold().set_background_color(TOTAL);
        Self {
            title: base.clone().set_font_size(16).set_bold(),
            note: base.clone().set_font_color(QUIET),
            alarm: base.clone().set_bold().set_font_color(ALARM),
            header: cell
                .clone()
                .set_bold()
                .set_font_color(Color::White)
                .set_background_color(HEAD)
                .set_align(FormatAlign::Center)
                .set_text_wrap(),
            money: right(&cell, MONEY),
            yuan: right(&cell, "#,##0.00####"),
            percent: right(&cell, "0.00"),
            count: right(&cell, "#,##0"),
            number: right(&cell, "General"),
            link: cell.clone().set_font_color(LINK).set_underline(FormatUnderline::Single).set_text_wrap(),
            wrapped: cell.clone().set_text_wrap().set_align(FormatAlign::Top),
            total: Total {
                money: right(&total, MONEY),
                percent: right(&total, "0.00"),
                count: right(&total, "#,##0"),
                text: total,
            },
            text: cell,
        }
    }
}

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

/// Sets a sheet up for landscape printing with its headings on each page. It is one page wide, or, if that
/// would be too small to read, several pages with the first column on each.
pub(super) fn for_print(
    sheet: &mut Worksheet,
    heading: Option<(u32, u32)>,
    is_wide: bool,
) -> Result<(), XlsxError> {
    const A4: u8 = 9;
    sheet.set_paper_size(A4).set_landscape();
    if is_wide {
        sheet.set_print_scale(70).set_page_order(true).set_repeat_columns(0, 0)?;
    } else {
        sheet.set_print_fit_to_pages(1, 0);
    }
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
