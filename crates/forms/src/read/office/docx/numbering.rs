//! The numbers that a document puts before its paragraphs by itself.

use std::collections::BTreeMap;

use super::is_on;
use crate::ooxml::xml::{Piece, Pieces, attribute, number};
use crate::read::office::numerals::Numerals;
use crate::unreadable::Unreadable;

/// The longest text around a number, in bytes.
const LONGEST_TEXT: usize = 200;
/// The most levels of a list.
const LEVELS: usize = 9;

/// The lists of a document.
#[derive(Default)]
pub(super) struct Numbering {
    lists: BTreeMap<String, [Level; LEVELS]>,
    /// By number of a list: its kind, and the first numbers that it gives levels anew.
    numbers: BTreeMap<String, (String, BTreeMap<usize, u32>)>,
}

#[derive(Clone, Debug, Default)]
struct Level {
    format: String,
    /// The words around the numbers, which are named `%1` to `%9`.
    text: String,
    start: u32,
    is_hidden: bool,
    /// Whether the numbers of the levels above are in plain digits.
    is_legal: bool,
}

/// The numbers of the paragraphs so far.
#[derive(Default)]
pub(super) struct Counters(BTreeMap<String, [Option<u32>; LEVELS]>);

impl Numbering {
    pub(super) fn read(text: &str) -> Result<Self, Unreadable> {
        let mut numbering = Self::default();
        let (mut list, mut level, mut num, mut anew) =
            (None::<String>, 0_usize, None::<String>, None::<usize>);
        let mut pieces = Pieces::of(text);
        while let Some(piece) = pieces.next()? {
            let element = match piece {
                Piece::Start(element) => element,
                Piece::End(end) => {
                    match end.name() {
                        "abstractNum" => list = None,
                        "num" => num = None,
                        "lvlOverride" => anew = None,
                        _ => {}
                    }
                    continue;
                }
                Piece::Text(_) => continue,
            };
            let of = |name| attribute(&element, name).map(std::borrow::Cow::into_owned);
            let level_of = || number::<usize>(&element, "ilvl").unwrap_or(0).min(LEVELS - 1);
            match (element.local_name().as_ref(), &list, &num) {
                ("abstractNum", ..) => {
                    list = of("abstractNumId");
                    if let Some(list) = &list {
                        numbering.lists.insert(list.clone(), Default::default());
                    }
                }
                ("num", ..) => num = of("numId"),
                ("abstractNumId", _, Some(num)) => {
                    numbering.numbers.insert(num.clone(), (of("val").unwrap_or_default(), BTreeMap::new()));
                }
                ("lvlOverride", _, Some(_)) => anew = Some(level_of()),
                ("startOverride", _, Some(num)) => {
                    if let (Some((_, starts)), Some(level), Some(start)) =
                        (numbering.numbers.get_mut(num), anew, number(&element, "val"))
                    {
                        starts.insert(level, start);
                    }
                }
                ("lvl", Some(_), _) => level = level_of(),
                (name @ ("start" | "numFmt" | "lvlText" | "vanish" | "isLgl"), Some(list), _) => {
                    let Some(levels) = numbering.lists.get_mut(list) else { continue };
                    match name {
                        "start" => levels[level].start = number(&element, "val").unwrap_or(0),
                        "numFmt" => levels[level].format = of("val").unwrap_or_default(),
                        "vanish" => levels[level].is_hidden = is_on(&element),
                        "isLgl" => levels[level].is_legal = is_on(&element),
                        _ => {
                            levels[level].text =
                                of("val").filter(|text| text.len() <= LONGEST_TEXT).unwrap_or_default();
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(numbering)
    }

    /// The number of the next paragraph of a list, as it is printed; [`None`] for bullets and for what is no list.
    pub(super) fn next(&self, num: &str, level: usize, counters: &mut Counters) -> Option<String> {
        let (list, anew) = self.numbers.get(num)?;
        let levels = self.lists.get(list)?;
        let level = level.min(LEVELS - 1);
        let start = |at: usize| anew.get(&at).copied().unwrap_or(levels[at].start);
        // A list that begins anew counts by itself.
        let key = if anew.is_empty() { list.clone() } else { format!("{list} {num}") };
        let counts = counters.0.entry(key).or_default();
        counts[level] = Some(counts[level].map_or_else(|| start(level), |count| count.saturating_add(1)));
        counts[level + 1..].fill(None);
        let mut printed = String::new();
        let mut chars = levels[level].text.chars();
        while let Some(c) = chars.next() {
            match (c, chars.clone().next().and_then(|digit| digit.to_digit(10))) {
                ('%', Some(digit @ 1..=9)) => {
                    chars.next();
                    let at = digit as usize - 1;
                    let count = counts[at].unwrap_or_else(|| start(at));
                    let format =
                        if levels[level].is_legal && at < level { "decimal" } else { &levels[at].format };
                    printed.push_str(&of_format(count, format)?);
                }
                (c, _) => printed.push(c),
            }
        }
        (!printed.is_empty() && !levels[level].is_hidden && levels[level].format != "bullet")
            .then_some(printed)
    }
}

/// A number as a list writes it; [`None`] for a way that is not known.
fn of_format(count: u32, format: &str) -> Option<String> {
    let letter =
        |first: char| char::from_u32(u32::from(first) + count.checked_sub(1)? % 26).map(String::from);
    // There are twenty of each kind that are one character.
    let enclosed = |first: u32| {
        char::from_u32(first + count.checked_sub(1).filter(|count| *count < 20)?).map(String::from)
    };
    Some(match format {
        "decimal" | "" => count.to_string(),
        "decimalZero" => format!("{count:02}"),
        "decimalFullWidth" => {
            count.to_string().chars().filter_map(|c| char::from_u32(u32::from(c) + 0xfee0)).collect()
        }
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => enclosed(0x2460)?,
        "chineseCounting" | "chineseCountingThousand" | "ideographDigital" | "japaneseCounting" => {
            Numerals::Small.in_words(&count.to_string())
        }
        "chineseLegalSimplified" | "ideographLegalTraditional" => {
            Numerals::Large.in_words(&count.to_string())
        }
        "ideographTraditional" => {
            "甲乙丙丁戊己庚辛壬癸".chars().nth(count.checked_sub(1)? as usize % 10)?.to_string()
        }
        "decimalEnclosedParen" => enclosed(0x2474)?,
        "decimalEnclosedFullstop" => enclosed(0x2488)?,
        "upperLetter" => letter('A')?,
        "lowerLetter" => letter('a')?,
        "upperRoman" => roman(count),
        "lowerRoman" => roman(count).to_lowercase(),
        "none" => String::new(),
        _ => return None,
    })
}

fn roman(mut count: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while count >= value && text.len() < 32 {
            text.push_str(sign);
            count -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_count_by_level_and_begin_anew() {
        let level = |at: usize, format: &str, text: &str| {
            format!(
                "<w:lvl w:ilvl='{at}'><w:start w:val='1'/><w:numFmt w:val='{format}'/><w:lvlText w:val='{text}'/></w:lvl>"
            )
        };
        let text = format!(
            "<w:numbering xmlns:w='w'><w:abstractNum w:abstractNumId='7'>{}{}</w:abstractNum>
            <w:abstractNum w:abstractNumId='8'>{}</w:abstractNum>
            <w:num w:numId='1'><w:abstractNumId w:val='7'/></w:num><w:num w:numId='2'><w:abstractNumId w:val='7'/>
            <w:lvlOverride w:ilvl='0'><w:startOverride w:val='5'/></w:lvlOverride></w:num>
            <w:num w:numId='3'><w:abstractNumId w:val='8'/></w:num></w:numbering>",
            level(0, "chineseCounting", "%1、"),
            level(1, "decimal", "%1.%2."),
            level(0, "bullet", "·"),
        );
        let numbering = Numbering::read(&text).unwrap();
        let mut counters = Counters::default();
        let mut next = |num: &str, level| numbering.next(num, level, &mut counters);
        let printed: Vec<_> = [("1", 0), ("1", 1), ("1", 1), ("1", 0), ("1", 1), ("2", 0), ("1", 0)]
            .map(|(num, level)| next(num, level).unwrap())
            .into();
        assert_eq!(printed, ["一、", "一.1.", "一.2.", "二、", "二.1.", "五、", "三、"]);
        assert_eq!((next("3", 0), next("0", 0), next("9", 0)), (None, None, None));
        assert_eq!(
            (of_format(12, "chineseCounting").unwrap(), roman(1994)),
            ("十二".into(), "MCMXCIV".into())
        );
    }
}
