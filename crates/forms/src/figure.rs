//! Figures as people write them.

use huizong_schema::Unit;
use rust_decimal::{Decimal, RoundingStrategy};
use unicode_normalization::UnicodeNormalization;

/// The content of a cell for a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Figure {
    /// Blank, or a sign for blank such as `/`.
    Blank,
    /// A number.
    Number {
        /// Its value, with the digits that were printed.
        value: Decimal,
        /// The unit written after it.
        unit: Option<Unit>,
        /// Whether a percent sign follows it.
        percent: bool,
        /// Whether the number was written otherwise, apart from a unit or a percent sign.
        normalised: bool,
    },
    /// Anything else.
    Unreadable,
}

/// Text with full-width characters made half-width, one kind of minus sign, and no white space.
pub(crate) fn narrow(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        // Nearly all cells hold only characters that normalise one by one.
        match narrow_char(c) {
            Some(c) => plain.extend(tidy(c)),
            None => return text.nfkc().filter_map(tidy).collect(),
        }
    }
    plain
}

/// The narrow form of a character that its neighbours cannot change; `None` if the full normalisation is needed.
fn narrow_char(c: char) -> Option<char> {
    match c {
        '\0'..='\x7f' | '一'..='\u{9fff}' | '。' | '、' | '—' | '“' | '”' | '《' | '》' => Some(c),
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0),
        '\u{3000}' => Some(' '),
        _ => None,
    }
}

/// One kind of minus sign, comma and point; `None` for what is not shown.
fn tidy(c: char) -> Option<char> {
    match c {
        '−' | '–' | '﹣' | '‐' => Some('-'),
        '，' => Some(','),
        '。' => Some('.'),
        c => (!c.is_whitespace() && !is_invisible(c)).then_some(c),
    }
}

/// Reads a cell that should hold a figure.
pub(crate) fn read(text: &str) -> Figure {
    let Some(bare) = without_marks(text.trim()) else { return Figure::Unreadable };
    if has_gap(bare) {
        return Figure::Unreadable;
    }
    let narrow = narrow(bare);
    let mut rest = narrow.as_str();
    rest = rest.strip_suffix('整').filter(|amount| amount.ends_with('元')).unwrap_or(rest);
    rest = rest.strip_prefix("人民币").unwrap_or(rest);
    if matches!(rest, "" | "/" | "\\" | "-" | "--" | "—" | "——" | "无" | "―" | "─" | "N/A" | "n/a")
    {
        return Figure::Blank;
    }
    // A unit may be in brackets, as in 121.60（万元）.
    let bracketed = rest.strip_suffix(')').and_then(|inner| inner.rsplit_once('('));
    let bracketed = bracketed.filter(|(before, _)| !before.is_empty());
    let is_unit = |word: &str| word == "%" || Unit::ALL.iter().any(|unit| unit.word() == word);
    let opened = bracketed.filter(|(_, word)| is_unit(word)).map(|(before, word)| format!("{before}{word}"));
    rest = opened.as_deref().unwrap_or(rest);
    let is_bare = bare.len() == text.trim().len() && opened.is_none();
    let mut unit = None;
    let in_short = || Some((rest.strip_suffix('万')?, Unit::of_word("万")?));
    if let Some((before, of)) = Unit::split_end(rest).or_else(in_short) {
        (rest, unit) = (before, Some(of));
    }
    let percent = rest.ends_with('%');
    if percent && unit.is_some() {
        return Figure::Unreadable;
    }
    rest = rest.strip_suffix('%').unwrap_or(rest);
    rest = rest.strip_prefix(['¥', '￥']).unwrap_or(rest);
    let (negative, digits) = match rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => (true, inner),
        None => match rest.strip_prefix('-') {
            Some(positive) => (true, positive),
            None => (false, rest.strip_prefix('+').unwrap_or(rest)),
        },
    };
    let short = || without_residue(Decimal::from_str_exact(digits).ok()?).map(|short| short.to_string());
    let Some(plain) = plain_digits(digits).or_else(short) else { return Figure::Unreadable };
    let printed =
        if negative && plain.chars().any(|c| ('1'..='9').contains(&c)) { format!("-{plain}") } else { plain };
    let Ok(value) = printed.parse::<Decimal>() else { return Figure::Unreadable };
    // rust_decimal rounds what does not fit: the number must print as it was written.
    if value.to_string() != printed {
        return Figure::Unreadable;
    }
    let as_written = bare.trim_end_matches(['%', '元', '万', '％']).trim_end();
    Figure::Number { value, unit, percent, normalised: !is_bare || as_written != printed }
}

/// Whether a character is never seen: marks of width and direction, and variants of the character before.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// A text as a person sees it: without invisible characters, and with the characters that radicals look like.
pub(crate) fn as_seen(text: String) -> String {
    let is_radical = |c: char| ('\u{2e80}'..='\u{2fdf}').contains(&c);
    if !text.contains(|c| is_invisible(c) || is_radical(c)) {
        return text;
    }
    let seen = text.chars().filter(|c| !is_invisible(*c));
    seen.flat_map(|c| {
        let plain: String = if is_radical(c) { c.to_string().nfkc().collect() } else { c.to_string() };
        plain.chars().collect::<Vec<_>>()
    })
    .collect()
}

/// A figure without the marks of a footnote and of a sentence's end behind it: 121.60①, 121.60*, 121.60。.
///
/// [`None`] if such a mark is within the figure, or if the text has two lines that are two values.
fn without_marks(text: &str) -> Option<&str> {
    let ends_figure = |rest: &str| {
        rest.ends_with(|c: char| c.is_ascii_digit() || "０１２３４５６７８９%％元万)）".contains(c))
    };
    let bare = text
        .trim_end_matches(|c: char| is_raised(c) || matches!(c, '*' | '＊' | '。' | ';' | '；'))
        .trim_end();
    let bare = if ends_figure(bare) { bare } else { text };
    if bare.contains(is_raised) {
        return None;
    }
    let is_unit = |line: &str| {
        let word = narrow(line);
        let word =
            word.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(&word).to_owned();
        word == "%" || Unit::ALL.iter().any(|unit| unit.word() == word)
    };
    bare.split_once('\n').is_none_or(|(_, unit)| is_unit(unit)).then_some(bare)
}

/// Whether a character is a footnote mark or a power, which is a digit to a computer but not to a reader.
pub(crate) fn is_raised(c: char) -> bool {
    (c.is_numeric() && !c.is_ascii_digit() && !('０'..='９').contains(&c) && !is_numeral(c))
        || matches!(c, '⁽' | '⁾')
}

/// Whether white space parts digits: 130 121 is two numbers, and 12 1.60 may be.
fn has_gap(text: &str) -> bool {
    let mut last = None;
    let mut parted = false;
    for c in text.chars() {
        if c.is_whitespace() {
            parted = true;
            continue;
        }
        let is_digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
        let is_point = |c: char| matches!(c, '.' | ',' | '．' | '，' | '。');
        if parted && is_digit(c) && last.is_some_and(|last| is_digit(last) || is_point(last)) {
            return true;
        }
        parted = false;
        last = Some(c);
    }
    false
}

/// Whether a character is a Chinese numeral, which is no mark: 二〇二二.
fn is_numeral(c: char) -> bool {
    "〇○零一二三四五六七八九十百千万亿".contains(c)
}

/// Whether a text is almost certainly an amount or a rate: a bare whole number may count anything.
pub(crate) fn is_surely_a_figure(text: &str) -> bool {
    let Figure::Number { value, unit, percent, .. } = read(text) else { return false };
    unit.is_some() || percent || value.scale() > 0 || text.contains([',', '，'])
}

/// The most digits after a figure's decimal point.
pub(crate) const MOST_DECIMALS: u32 = 6;

/// A long number without the rounding error of a binary fraction: 0.09 for 0.0900000762939453.
pub(crate) fn without_residue(value: Decimal) -> Option<Decimal> {
    // The precision of a 32-bit float after one subtraction.
    let tolerance = value.abs().max(Decimal::ONE) * Decimal::new(8, 8);
    if value.scale() < 10 {
        return None;
    }
    let rounded = |scale| value.round_dp_with_strategy(scale, RoundingStrategy::MidpointAwayFromZero);
    (0..=4).map(rounded).find(|short| (value - short).abs() <= tolerance)
}

/// Digits and one point, without separators and needless zeros; at most six digits after the point.
fn plain_digits(text: &str) -> Option<String> {
    let (whole, fraction) =
        text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let whole = if whole.contains(',') {
        let mut groups = whole.split(',');
        let first = groups.next()?;
        let grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
        grouped.then(|| whole.replace(',', ""))?
    } else {
        whole.to_owned()
    };
    if !digits(&whole) || (whole.is_empty() && fraction.is_none_or(str::is_empty)) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    match fraction {
        None | Some("") => Some(whole.to_owned()),
        Some(fraction) if digits(fraction) => {
            let kept = if fraction.len() > 6 {
                &fraction[..fraction.trim_end_matches('0').len().max(6)]
            } else {
                fraction
            };
            (kept.len() <= 6).then(|| format!("{whole}.{kept}"))
        }
        Some(_) => None,
    }
}

/// Reads a cell that should hold a year: `2022`, `2022年`, `二〇二二年度`, `2022年1-12月`, `2022/12/31`.
///
/// [`None`] if it names no year of four digits or two different ones, or has words that are no part of a date.
pub(crate) fn year(text: &str) -> Option<u16> {
    let narrow: String =
        narrow(text.trim_end_matches(is_raised)).chars().map(|c| chinese_digit(c).unwrap_or(c)).collect();
    let is_part = |c: char| c.is_ascii_digit() || "年月日度至到全(-./~_—)".contains(c);
    let bare = narrow.trim_end_matches("(决算)").trim_end_matches("(预算)");
    if !bare.chars().all(is_part) {
        return None;
    }
    let numbers = || bare.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    let mut years = numbers().filter(|number| number.len() == 4);
    let first = years.next()?;
    let is_first = numbers().next() == Some(first);
    let is_date = numbers().all(|number| number.len() == 4 || number.len() <= 2);
    (is_first && is_date && years.all(|year| year == first)).then(|| first.parse().ok())?
}

/// The digit that a numeral of a year is: 〇 in 二〇二二.
pub(crate) fn chinese_digit(c: char) -> Option<char> {
    const NUMERALS: [(char, char); 12] = [
        ('〇', '0'),
        ('○', '0'),
        ('零', '0'),
        ('一', '1'),
        ('二', '2'),
        ('三', '3'),
        ('四', '4'),
        ('五', '5'),
        ('六', '6'),
        ('七', '7'),
        ('八', '8'),
        ('九', '9'),
    ];
    NUMERALS.iter().find(|(numeral, _)| *numeral == c).map(|(_, digit)| *digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_as_people_write_them() {
        for (text, value, unit, percent, normalised) in [
            ("280.19", "280.19", None, false, false),
            (" 280.10 ", "280.10", None, false, false),
            ("1,280.19", "1280.19", None, false, true),
            ("１，２８０．１９", "1280.19", None, false, true),
            ("6.23万元", "6.23", Some(Unit::Cny10k), false, false),
            ("13 万", "13", Some(Unit::Cny10k), false, false),
            ("130000元", "130000", Some(Unit::Cny), false, false),
            ("100%", "100", None, true, false),
            ("17.35％", "17.35", None, true, false),
            ("￥5", "5", None, false, true),
            ("-3.5", "-3.5", None, false, false),
            ("－3.5", "-3.5", None, false, true),
            ("(3.5)", "-3.5", None, false, true),
            ("-0.00", "0.00", None, false, true),
            (".5", "0.5", None, false, true),
            ("007", "7", None, false, true),
            ("5.", "5", None, false, true),
            ("1.50000000", "1.500000", None, false, true),
            ("121.60（万元）", "121.60", Some(Unit::Cny10k), false, true),
            ("121.60\n（万元）", "121.60", Some(Unit::Cny10k), false, true),
            ("121.60①", "121.60", None, false, true),
            ("121²", "121", None, false, true),
            ("121.60*", "121.60", None, false, true),
            ("121.60。", "121.60", None, false, true),
            ("121.60；", "121.60", None, false, true),
            ("98.68 %", "98.68", None, true, false),
            ("\u{200e}280.19\u{202c}", "280.19", None, false, true),
            ("280.19\n万元", "280.19", Some(Unit::Cny10k), false, false),
            ("人民币280.19万元整", "280.19", Some(Unit::Cny10k), false, true),
            ("280\u{ad}.19", "280.19", None, false, true),
            ("0.0900000762939453", "0.09", None, false, true),
            ("8350.3603515625", "8350.36", None, false, true),
        ] {
            let expected = Figure::Number { value: value.parse().unwrap(), unit, percent, normalised };
            let read = read(text);
            assert_eq!(read, expected, "{text:?}");
            let Figure::Number { value: got, .. } = read else { unreachable!() };
            assert_eq!(got.to_string(), value, "{text:?}");
        }
    }

    #[test]
    fn blanks_and_nonsense() {
        for blank in ["", "  ", "/", "—", "——", "-", "无", " ／ ", "－"] {
            assert_eq!(read(blank), Figure::Blank, "{blank:?}");
        }
        for text in [
            "约三百万",
            "1e3",
            "1.2.3",
            "12,34",
            "5元%",
            "NaN",
            "1.0000001",
            "33.3333333333333",
            "3/4",
            "28①0.19",
            "28²0",
            "①",
            "*",
            "130 121",
            "12 1.60",
            "2 801.9",
            "130\u{a0}26",
            "130\u{3000}121",
            "130\t121",
            "280\n19",
            "万元",
            "12a",
            "0x1",
            "--5",
            "１２３４５６７８９０１２３４５６７８９０１２３４５６７８９０１２３４５６７８９０",
        ] {
            assert_eq!(read(text), Figure::Unreadable, "{text:?}");
        }
    }

    #[test]
    fn characters_that_are_not_looked_up_are_as_if_they_were() {
        let known = (0..=0x10_ffff).filter_map(char::from_u32).filter_map(|c| Some((c, narrow_char(c)?)));
        let mut count = 0;
        for (c, narrow) in known {
            count += 1;
            assert_eq!(c.to_string().nfkc().collect::<String>(), narrow.to_string(), "{c:?}");
            // Other characters around it do not change the result.
            assert_eq!(format!("a{c}一").nfkc().collect::<String>(), format!("a{narrow}一"), "{c:?}");
        }
        assert!(count > 20_000);
    }

    #[test]
    fn years() {
        for text in [
            "2022",
            "2022年",
            "2022 年度",
            "２０２２年",
            "（2022年度）",
            "二○二二年",
            "二零二二年",
            "二〇二二年度",
            "2022年1-12月",
            "2022.1.1-2022.12.31",
            "2022-12-31",
            "2022/12/31",
            "2022.12",
            "2022年度（决算）",
        ] {
            assert_eq!(year(text), Some(2022), "{text:?}");
        }
        for text in ["22年", "2022-2023", "去年", "", "2022年3500人", "12月31日", "1-2022", "20221231"]
        {
            assert_eq!(year(text), None, "{text:?}");
        }
    }
}
