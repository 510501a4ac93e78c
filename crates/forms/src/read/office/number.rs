//! Numbers as a sheet shows them.

use rust_decimal::{Decimal, RoundingStrategy};

use ssfmt::{DateSystem, FormatOptions};

use super::format::{Section, section_for};
use crate::figure::{self, Figure};

/// A number as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ShownNumber {
    pub(crate) text: String,
    /// The text to read a figure or a year from, where that is not `text`: in digits, with the sign that a colour or a
    /// triangle means.
    pub(crate) figure: Option<String>,
    /// The stored number, if it is not the one shown.
    pub(crate) beneath: Option<String>,
    /// Whether the format shows nothing of a number.
    pub(crate) is_suppressed: bool,
}

impl ShownNumber {
    /// A number that is not shown.
    pub(crate) fn nothing() -> Self {
        Self { is_suppressed: true, ..Self::default() }
    }
}

/// The longest format code that office programs accept.
const LONGEST_FORMAT: usize = 255;

/// Shows a number by a format code; days may be counted from 1904.
pub(crate) fn shown(value: f64, format: &str, is_1904: bool) -> ShownNumber {
    let is_general = format.is_empty() || format.eq_ignore_ascii_case("General") || format == "@";
    if is_general || format.len() > LONGEST_FORMAT {
        return general(value);
    }
    let (section, without_sign) = section_for(format, value);
    if section.code.is_empty() {
        return ShownNumber::nothing();
    }
    let signed = if without_sign { value.abs() } else { value };
    let Some(digits) = formatted(signed, &section, is_1904) else { return general(value) };
    let text = match section.numerals {
        None => digits.clone(),
        Some(numerals) if section.is_date => numerals.of_date(&digits),
        Some(numerals) if section.code.contains("General") => numerals.in_words(&digits),
        Some(numerals) => numerals.by_digit(&digits),
    };
    if text.is_empty() {
        return ShownNumber::nothing();
    }
    let figure = if section.is_date {
        (digits != text).then(|| digits.clone())
    } else {
        figure_of(value, &digits, without_sign && section.has_colour)
            .or_else(|| (digits != text).then(|| digits.clone()))
    };
    let beneath = beneath(figure.as_deref().unwrap_or(&text), value);
    ShownNumber { text, figure, beneath, is_suppressed: false }
}

/// The minutes of a day.
const MINUTES: f64 = 1440.0;

fn formatted(value: f64, section: &Section, is_1904: bool) -> Option<String> {
    let system = if is_1904 { DateSystem::Date1904 } else { DateSystem::Date1900 };
    let options = FormatOptions { date_system: system, ..FormatOptions::default() };
    let rounded = decimal(value).and_then(|exact| round_as(exact, &section.code)).unwrap_or(value);
    // A clock shows the minute that has begun.
    let shows_seconds = section.code.contains(['s', 'S', '[']);
    let minutes = rounded * MINUTES + 1e-6;
    let rounded = if section.is_date && !shows_seconds { minutes.floor() / MINUTES + 1e-9 } else { rounded };
    if let Some(text) = engineering(value, &section.code) {
        return Some(text);
    }
    // The halves of the day, as Chinese programs write them in a format.
    let code = section.code.replace(HALVES, "AM/PM");
    let text = ssfmt::format(rounded, &code, &options).ok()?;
    let text = if section.code.contains(HALVES) {
        text.replace("AM", "上午").replace("PM", "下午")
    } else {
        text
    };
    let text = match section.weekday {
        Some(weekday) => weekday.translate(&text),
        None => text,
    };
    Some(text.trim().to_owned())
}

/// The halves of the day in a format.
const HALVES: &str = "上午/下午";

/// A number in a format such as `##0.0E+0`: its exponent is a multiple of the digits before the point.
fn engineering(value: f64, code: &str) -> Option<String> {
    let is_digit = |c: char| matches!(c, '0' | '#' | '?');
    let at = code.find(['E', 'e'])?;
    let (mantissa, exponent) = (&code[..at], &code[at + 1..]);
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let zeros = exponent.strip_prefix(['+', '-'])?;
    let is_plain = whole.len() > 1
        && whole.chars().chain(part.chars()).all(is_digit)
        && !zeros.is_empty()
        && zeros.chars().all(is_digit);
    let exact = decimal(value).filter(|_| is_plain)?;
    let step = i32::try_from(whole.len()).ok()?;
    let power = |exponent: i32| match exponent.unsigned_abs() {
        places if exponent < 0 => Decimal::try_new(1, places).ok(),
        zeros => Some(Decimal::from(10_u64.checked_pow(zeros)?)),
    };
    let magnitude: i32 = format!("{value:e}").split_once('e')?.1.parse().ok()?;
    let mut exponent_of = magnitude.div_euclid(step) * step;
    let places = u32::try_from(part.len()).ok()?;
    let rounded = |exponent: i32| -> Option<Decimal> {
        let scaled = exact.checked_div(power(exponent)?)?;
        Some(scaled.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero))
    };
    let mut number = rounded(exponent_of)?;
    if number.abs() >= power(step)? {
        exponent_of += step;
        number = rounded(exponent_of)?;
    }
    let least = part.trim_end_matches(['#', '?']).len();
    let mut text = format!("{number:.*}", part.len());
    while text.contains('.') && text.ends_with('0') && text.len() - text.find('.')? - 1 > least {
        text.pop();
    }
    let sign = match exponent_of.signum() {
        -1 => "-",
        _ if exponent.starts_with('+') => "+",
        _ => "",
    };
    Some(format!("{text}E{sign}{:0>width$}", exponent_of.abs(), width = zeros.len()))
}

/// What a number's text says as a figure, if the text does not say it in a way that figures are read.
///
/// A dash for zero is zero: it is stored, and only its look was chosen. A number is one number, whatever its format
/// puts between its digits. `by_colour` says that nothing but a colour shows the sign.
pub(super) fn figure_of(value: f64, text: &str, by_colour: bool) -> Option<String> {
    if value == 0.0 {
        let is_zero =
            || Decimal::from_scientific(&text.to_ascii_lowercase()).is_ok_and(|zero| zero.is_zero());
        let needs_words = match figure::read(text) {
            Figure::Blank => true,
            Figure::Number { .. } => false,
            Figure::Unreadable => is_zero(),
        };
        return needs_words.then(|| "0".to_owned());
    }
    if let Figure::Number { value: shown, .. } = figure::read(text) {
        let is_lost = value < 0.0 && shown > Decimal::ZERO && by_colour;
        return is_lost.then(|| format!("-{text}"));
    }
    let joined: String = text.split_whitespace().collect();
    if is_near(&joined, value) {
        return Some(joined);
    }
    if let Ok(scientific) = Decimal::from_scientific(&text.to_ascii_lowercase()) {
        return Some(scientific.normalize().to_string());
    }
    // ▲58.85 or 58.85- for a negative number.
    let is_of_figure = |c: &char| c.is_ascii_digit() || matches!(c, '.' | ',' | '%');
    let signed = format!("-{}", text.chars().filter(is_of_figure).collect::<String>());
    if value < 0.0 && is_near(&signed, value) {
        return Some(signed);
    }
    fraction(text).filter(|text| is_near(text, value))
}

/// Whether a text is a figure that a number may have been rounded to.
fn is_near(text: &str, value: f64) -> bool {
    let Figure::Number { value: shown, percent, .. } = figure::read(text) else { return false };
    let Some(stored) = decimal(if percent { value * 100.0 } else { value }) else { return false };
    (shown - stored).abs() <= Decimal::new(1, shown.scale())
}

/// `121 1/2` as a decimal.
fn fraction(text: &str) -> Option<String> {
    let (whole, part) = text.split_once(' ').unwrap_or(("0", text));
    let (above, below) = part.trim().split_once('/')?;
    let number = |text: &str| text.trim().parse::<Decimal>().ok();
    let part = number(above)?.checked_div(number(below)?)?;
    Some(number(whole)?.checked_add(part)?.normalize().to_string())
}

/// The stored number of a cell, if its text is a figure with another value.
pub(crate) fn beneath(text: &str, value: f64) -> Option<String> {
    let Figure::Number { value: shown, percent, .. } = figure::read(text) else { return None };
    let shown = if percent { shown.checked_div(Decimal::ONE_HUNDRED)? } else { shown };
    let kept = decimal(value)?;
    (shown.normalize() != kept.normalize()).then(|| plain(value))
}

/// A number rounded half away from zero to so many digits after its point, or before it.
fn rounded_to(value: Decimal, places: i32) -> Option<f64> {
    let away = RoundingStrategy::MidpointAwayFromZero;
    let rounded = if places >= 0 {
        value.round_dp_with_strategy(u32::try_from(places).ok()?.min(28), away)
    } else {
        let shift = Decimal::from(10_u64.checked_pow(places.unsigned_abs())?);
        value.checked_div(shift)?.round_dp_with_strategy(0, away).checked_mul(shift)?
    };
    rounded.to_string().parse().ok()
}

/// The code of a format that files name by its number alone.
pub(crate) fn built_in(id: u32) -> &'static str {
    match id {
        // In Chinese programs, where the order of a date is that of the language.
        14 => "yyyy/m/d",
        22 => "yyyy/m/d h:mm",
        32 => "h\"时\"mm\"分\"",
        33 => "h\"时\"mm\"分\"ss\"秒\"",
        27 | 36 | 50 | 52 | 57 => "yyyy\"年\"m\"月\"",
        28 | 29 | 51 | 53 | 54 | 58 => "m\"月\"d\"日\"",
        30 => "m-d-yy",
        31 => "yyyy\"年\"m\"月\"d\"日\"",
        id => ssfmt::format_code_from_id(id).unwrap_or(""),
    }
}

/// Shows a number that has no format. A sheet would show as many digits as fit; this drops the rounding error of a
/// binary fraction and keeps at most six decimals.
fn general(value: f64) -> ShownNumber {
    let plain = plain(value);
    let Some(exact) = decimal(value) else { return ShownNumber { text: plain, ..ShownNumber::default() } };
    let shown = figure::without_residue(exact).unwrap_or_else(|| {
        exact.round_dp_with_strategy(figure::MOST_DECIMALS, RoundingStrategy::MidpointAwayFromZero)
    });
    let text = shown.normalize().to_string();
    let beneath = (shown != exact).then_some(plain);
    ShownNumber { text, beneath, ..ShownNumber::default() }
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
fn round_as(value: Decimal, section: &str) -> Option<f64> {
    let (mut digits, mut percents, mut thousands, mut behind_point) = (0_u32, 0_u32, 0_u32, false);
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
            // Thousands that are left out.
            ',' if !chars.as_str().contains(['0', '#', '?']) => thousands += 1,
            // A power is rounded as it is shown: half away from zero, where the binary fraction may be below.
            'E' | 'e' if chars.as_str().starts_with(['+', '-']) => {
                let scientific = format!("{:e}", value.to_string().parse::<f64>().ok()?);
                let exponent: i32 = scientific.rsplit('e').next()?.parse().ok()?;
                let places = i32::try_from(digits).ok()? - exponent;
                return rounded_to(value, places);
            }
            // Fractions, dates, General: the format has its own way.
            'E' | 'e' | '/' | 'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return None,
            _ => {}
        }
    }
    let scale = digits.checked_add(percents.checked_mul(2)?).filter(|scale| *scale <= 28)?;
    let shift = Decimal::from(1000_u32.checked_pow(thousands)?);
    let shown =
        value.checked_div(shift)?.round_dp_with_strategy(scale, RoundingStrategy::MidpointAwayFromZero);
    shown.checked_mul(shift)?.to_string().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_go_in_steps_and_halves_of_the_day_are_named() {
        for (value, format, text, figure) in [
            (121.6, "##0.0E+0", "121.6E+0", "121.6"),
            (280.19, "##0.00E+0", "280.19E+0", "280.19"),
            (12345.0, "##0.0E+0", "12.3E+3", "12300"),
            (999_960.0, "##0.0E+0", "1.0E+6", "1000000"),
            (0.00123, "##0.0E+0", "1.2E-3", "0.0012"),
            (0.0, "##0.0E+0", "0.0E+0", "0"),
            (-121.6, "##0.0E+0", "-121.6E+0", "-121.6"),
        ] {
            let shown = shown(value, format, false);
            assert_eq!(
                (shown.text.as_str(), shown.figure.as_deref()),
                (text, Some(figure)),
                "{value} {format}"
            );
        }
        assert_eq!(shown(0.375, "上午/下午h\"时\"mm\"分\"", false).text, "上午9时00分");
    }

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
            (1_216_000.0, "0!.0,\"万元\"", "121.6万元", Some("1216000")),
            (1216.0, "0\\.0,", "0.1", Some("1216")),
            (3_652_500.0, "0\\.0,", "365.3", Some("3652500")),
            (121.6, "[=0]\"-\";0.00", "121.60", None),
            (121.66, "[<0]0;0.00", "121.66", None),
            (45000.0, "[$-F800]dddd\\, mmmm dd\\, yyyy", "2023年3月15日", None),
            (45000.0, "yyyy!年m!月d!日", "2023年3月15日", None),
            (45000.0, "aaaa", "星期三", None),
            (45000.0, "[DBNum1][$-804]yyyy\"年\"m\"月\"d\"日\"", "二〇二三年三月十五日", None),
            (44926.0, "e\"年\"", "2022年", None),
            (0.0, "0.00;-0.00;;@", "", None),
            (5.0, ";;;", "", None),
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
            let shown = shown(value, format, false);
            assert_eq!((&*shown.text, shown.beneath.as_deref()), (text, beneath), "{value} {format}");
            assert_eq!(shown.is_suppressed, text.is_empty());
        }
    }

    #[test]
    fn a_figure_is_read_from_what_its_format_makes_of_it() {
        for (value, format, text, figure) in [
            (121.6, "[DBNum1][$-804]General", "一百二十一.六", "121.6"),
            (121.6, "[DBNum1]0.00", "一二一.六〇", "121.60"),
            (2022.0, "[DBNum1]0\"年\"", "二〇二二年", "2022年"),
            (-58.85, "0.00;[Red]0.00", "58.85", "-58.85"),
            (-58.85, "0.00;\"▲\"0.00", "▲58.85", "-58.85"),
            (-58.85, "0.00;0.00-", "58.85-", "-58.85"),
            (0.0, "0.00;-0.00;\"-\"", "-", "0"),
            (1216.0, "#\\ ##0.00", "1 216.00", "1216.00"),
            (121.6, "0.00E+00", "1.22E+02", "122"),
            (121.5, "# ?/?", "121 1/2", "121.5"),
        ] {
            let shown = shown(value, format, false);
            assert_eq!((&*shown.text, shown.figure.as_deref()), (text, Some(figure)), "{value} {format}");
        }
        for (value, format) in [(-58.85, "0.00;0.00"), (58.85, "[Red]0.00"), (45000.0, "yyyy-mm-dd")] {
            assert_eq!(shown(value, format, false).figure, None, "{format}");
        }
    }
}
