//! Amounts of the bureau's books.

use huizong_schema::{Unit, normalise_name};
use rust_decimal::Decimal;

/// What is wrong with an amount, in both languages.
type Fault = (String, String);

/// What an amount is counted in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scale {
    Of(Unit),
    /// 千元: a tenth of 万元.
    Thousand,
    /// A unit that has too few digits to be compared with a form, such as 亿元.
    Coarse(&'static str),
}

/// The words of units, longer ones before those that they end in.
const WORDS: [(&str, Scale); 11] = [
    ("百万元", Scale::Coarse("百万元")),
    ("千万元", Scale::Coarse("千万元")),
    ("十万元", Scale::Coarse("十万元")),
    ("亿元", Scale::Coarse("亿元")),
    ("亿", Scale::Coarse("亿元")),
    ("千元", Scale::Thousand),
    ("万元", Scale::Of(Unit::Cny10k)),
    ("万", Scale::Of(Unit::Cny10k)),
    ("元", Scale::Of(Unit::Cny)),
    ("cny_10k", Scale::Of(Unit::Cny10k)),
    ("cny", Scale::Of(Unit::Cny)),
];

/// Amounts have at most 15 digits before the point.
pub(super) const LIMIT: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);

/// Whether a text names a unit: 单位：元, and not 分单位.
pub(super) fn names_unit(text: &str) -> bool {
    split_unit(&inner(text)).1.is_some()
}

/// An amount and its unit, which is in its own cell, else in its column's heading, else in the row. [`None`] for a sign
/// for blank.
pub(super) fn amount(
    text: &str,
    heading: &str,
    unit: Option<&str>,
) -> Result<Option<(Decimal, Unit)>, Fault> {
    let unreadable = || (format!("金额“{text}”看不懂"), format!("\"{text}\" is no amount"));
    let narrow = normalise_name(text).to_lowercase();
    if matches!(narrow.as_str(), "-" | "--" | "—" | "——" | "/" | "无" | "─") {
        return Ok(None);
    }
    // Two numbers are not one number.
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    if words.windows(2).any(|pair| pair[0].ends_with(is_digit) && pair[1].starts_with(is_digit)) {
        return Err(unreadable());
    }
    let bare = narrow.trim_start_matches(['¥', '￥']);
    let (number, own) = split_unit(bare);
    let value = number_of(number).filter(|value| value.scale() <= 6 && value.abs() < LIMIT);
    let Some(value) = value else { return Err(unreadable()) };
    let of_heading = || split_unit(&inner(heading)).1;
    let scale = own.or_else(of_heading).or_else(|| split_unit(&inner(unit?)).1);
    match scale {
        Some(Scale::Of(unit)) => Ok(Some((value, unit))),
        Some(Scale::Thousand) => {
            let tenth = Decimal::try_new(i64::try_from(value.mantissa()).unwrap_or(0), value.scale() + 1);
            Ok(Some((tenth.map_err(|_| unreadable())?, Unit::Cny10k)))
        }
        Some(Scale::Coarse(word)) => Err((
            format!("金额单位“{word}”太粗，不能与表上的数核对；请改成元、千元或万元"),
            format!("the unit {word} is too coarse to be compared with a form: use 元, 千元 or 万元"),
        )),
        None => Err((
            "没有写明金额单位：请加一列“金额单位”（元或万元），或写在列名后的括号里".to_owned(),
            "no unit: add a column unit (CNY or CNY_10K), or write it in brackets behind the heading"
                .to_owned(),
        )),
    }
}

/// A text as it is compared, without the bracket that it ends in.
fn inner(text: &str) -> String {
    normalise_name(text).to_lowercase().trim_end_matches(')').to_owned()
}

/// A text without the unit that it ends in, and that unit.
fn split_unit(text: &str) -> (&str, Option<Scale>) {
    let found = WORDS.iter().find_map(|(word, scale)| Some((text.strip_suffix(word)?, *scale)));
    found.map_or((text, None), |(rest, scale)| (rest, Some(scale)))
}

/// A number, its commas in groups of three.
fn number_of(text: &str) -> Option<Decimal> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.trim_start_matches(['-', '+']);
    let mut groups = digits.split(',');
    let first = groups.next()?;
    let mut are_groups = groups.clone().all(|group| group.len() == 3);
    are_groups &= groups.next().is_none() || (1..=3).contains(&first.len());
    if !are_groups || part.contains(',') {
        return None;
    }
    Decimal::from_str_exact(&text.replace(',', "")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_they_are_written_or_not_at_all() {
        assert_eq!(LIMIT, Decimal::from(1_000_000_000_000_000_u64));
        let read = |text: &str, heading: &str| amount(text, heading, None);
        let of = |value: &str, unit| Ok(Some((value.parse().unwrap(), unit)));
        assert_eq!(read("1,280.19", "年初预算（万元）"), of("1280.19", Unit::Cny10k));
        assert_eq!(read("２７６．５０", "支出数(元)"), of("276.50", Unit::Cny));
        assert_eq!(read("339.04万", "支出数（元）"), of("339.04", Unit::Cny10k));
        assert_eq!(read("¥276.50元", "支出数（万元）"), of("276.50", Unit::Cny));
        assert_eq!(read("2765.0", "支出数（千元）"), of("276.50", Unit::Cny10k));
        assert_eq!(read("—", "支出数（元）"), Ok(None));
        for text in
            ["27,6.50", "27 6.50", "27万6.50", "276,50", "276万5000元", "约5", "1e3", "1,23", ",100", "5五"]
        {
            assert!(read(text, "支出数（元）").is_err(), "{text}");
        }
        assert!(read("2.7", "支出数（亿元）").is_err() && read("2.7", "支出数").is_err());
        assert_eq!(amount("5", "支出数", Some("CNY_10K")), of("5", Unit::Cny10k));
        assert!(amount("5", "支出数", Some("百万元")).is_err());
    }
}
