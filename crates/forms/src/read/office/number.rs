//! Numbers as a sheet shows them.

use rust_decimal::{Decimal, RoundingStrategy};

use ssfmt::{DateSystem, FormatOptions};

use crate::figure::{self, Figure};

/// A number as it is shown, and the stored one if that has more digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShownNumber {
    pub(crate) text: String,
    /// The stored number, if it is not the one shown.
    pub(crate) beneath: Option<String>,
}

/// The longest format code that office programs accept.
const LONGEST_FORMAT: usize = 255;

/// Shows a number by a format code; days may be counted from 1904.
pub(crate) fn shown(value: f64, format: &str, is_1904: bool) -> ShownNumber {
    let plain = plain(value);
    let is_general = format.is_empty() || format.eq_ignore_ascii_case("General") || format == "@";
    if is_general || format.len() > LONGEST_FORMAT {
        return general(value, plain);
    }
    let rounded = decimal(value).and_then(|exact| round_as(exact, format)).unwrap_or(value);
    let system = if is_1904 { DateSystem::Date1904 } else { DateSystem::Date1900 };
    let options = FormatOptions { date_system: system, ..FormatOptions::default() };
    let Ok(text) = ssfmt::format(rounded, format, &options) else { return general(value, plain) };
    let text = text.trim().to_owned();
    let beneath = beneath(&text, value);
    ShownNumber { text, beneath }
}

/// The stored number of a cell, if its text is a figure with another value.
pub(crate) fn beneath(text: &str, value: f64) -> Option<String> {
    let Figure::Number { value: shown, percent, .. } = figure::read(text) else { return None };
    let shown = if percent { shown.checked_div(Decimal::ONE_HUNDRED)? } else { shown };
    let kept = decimal(value)?;
    (shown.normalize() != kept.normalize()).then(|| plain(value))
}

/// The code of a format that files name by its number alone.
pub(crate) fn built_in(id: u32) -> &'static str {
    match id {
        // In Chinese programs.
        27 | 36 | 50 | 52 | 57 => "yyyy\"年\"m\"月\"",
        28 | 29 | 51 | 53 | 54 | 58 => "m\"月\"d\"日\"",
        30 => "m-d-yy",
        31 => "yyyy\"年\"m\"月\"d\"日\"",
        id => ssfmt::format_code_from_id(id).unwrap_or(""),
    }
}

/// Shows a number that has no format. A sheet would show as many digits as fit; this drops the rounding error of a
/// binary fraction and keeps at most six decimals.
fn general(value: f64, plain: String) -> ShownNumber {
    let Some(exact) = decimal(value) else { return ShownNumber { text: plain, beneath: None } };
    let shown = figure::without_residue(exact).unwrap_or_else(|| {
        exact.round_dp_with_strategy(figure::MOST_DECIMALS, RoundingStrategy::MidpointAwayFromZero)
    });
    let text = shown.normalize().to_string();
    let beneath = (shown != exact).then_some(plain);
    ShownNumber { text, beneath }
}

/// The digits of a number as office programs keep them: fifteen significant ones.
fn plain(value: f64) -> String {
    let text = format!("{value:.14e}");
    let short = text.parse::<f64>().unwrap_or(value);
    format!("{short}")
}

/// A number as office programs keep it, exactly.
pub(crate) fn decimal(value: f64) -> Option<Decimal> {
    Decimal::from_str_exact(&plain(value)).ok()
}

/// Rounds half away from zero to the digits that a format shows: what is left is exact, so that the binary fraction
/// beneath decides no tie.
fn round_as(value: Decimal, format: &str) -> Option<f64> {
    let section = section_of(value, format);
    let (mut digits, mut percents, mut behind_point) = (0_u32, 0_u32, false);
    let mut chars = section.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                chars.by_ref().find(|c| *c == '"')?;
            }
            '\\' | '_' | '*' => {
                chars.next()?;
            }
            '[' => {
                chars.by_ref().find(|c| *c == ']')?;
            }
            '.' => behind_point = true,
            '0' | '#' | '?' if behind_point => digits += 1,
            '%' => percents += 1,
            // Scaling by thousands, exponents, fractions and dates are left to the format.
            ',' if !chars.as_str().contains(['0', '#', '?']) => return None,
            'E' | 'e' | '/' | 'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return None,
            _ => {}
        }
    }
    let scale = digits.checked_add(percents.checked_mul(2)?).filter(|scale| *scale <= 28)?;
    value.round_dp_with_strategy(scale, RoundingStrategy::MidpointAwayFromZero).to_string().parse().ok()
}

/// The part of a format that is for a number of this sign.
fn section_of(value: Decimal, format: &str) -> &str {
    let mut sections = Vec::new();
    let (mut from, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in format.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                sections.push(&format[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    sections.push(&format[from..]);
    match sections[..] {
        [_, negative, ..] if value.is_sign_negative() && !value.is_zero() => negative,
        [_, _, zero, ..] if value.is_zero() => zero,
        _ => sections[0],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_what_counts() {
        for (value, format, text, beneath) in [
            (1.005, "0.00", "1.01", Some("1.005")),
            (2.675, "0.00", "2.68", Some("2.675")),
            (0.883, "0.00%", "88.30%", None),
            (0.88345, "0.00%", "88.35%", Some("0.88345")),
            (1.0, "0%", "100%", None),
            (1_234_567.891, "#,##0.00", "1,234,567.89", Some("1234567.891")),
            (1280.19, "_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", "1,280.19", None),
            (0.0, "#,##0.00;-#,##0.00;\"-\"", "-", None),
            (-5.5, "#,##0.00;(#,##0.00)", "(5.50)", None),
            (12.5, "0.00\"万元\"", "12.50万元", None),
            (2023.0, "0\"年\"", "2023年", None),
            (45000.0, "yyyy\"年\"m\"月\"d\"日\"", "2023年3月15日", None),
            (0.1 + 0.2, "General", "0.3", None),
            (0.090_000_076_293_945_3, "General", "0.09", Some("0.0900000762939453")),
            (1_234_567_890.12, "General", "1234567890.12", None),
            (100.0 / 3.0, "General", "33.333333", Some("33.3333333333333")),
            (1e15, "General", "1000000000000000", None),
            (5.0, "x]bad[", "5", None),
        ] {
            let expected = ShownNumber { text: text.into(), beneath: beneath.map(str::to_owned) };
            assert_eq!(shown(value, format, false), expected, "{value} {format}");
        }
    }
}
