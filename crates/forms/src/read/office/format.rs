//! The sections of a number format: which one shows a number, and its code.

use super::numerals::Numerals;

/// One section of a format, ready for the formatter.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Section {
    /// The code, without conditions, colours and switches. Blank: the section shows nothing.
    pub(super) code: String,
    condition: Option<Condition>,
    pub(super) numerals: Option<Numerals>,
    /// Whether it has a colour.
    pub(super) has_colour: bool,
    /// Whether it shows a date or a time.
    pub(super) is_date: bool,
    /// Whether it shows the day of the week in Chinese, which the formatter knows in English alone.
    pub(super) weekday: Option<Weekday>,
    /// Whether it is the long date of the system, whatever its code says.
    is_long_date: bool,
}

/// How a day of the week is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weekday {
    /// `aaa`: 三.
    Short,
    /// `aaaa`: 星期三.
    Long,
}

impl Weekday {
    /// A text with the English days of the week in it replaced.
    pub(super) fn translate(self, text: &str) -> String {
        const DAYS: [(&str, char); 7] = [
            ("Monday", '一'),
            ("Tuesday", '二'),
            ("Wednesday", '三'),
            ("Thursday", '四'),
            ("Friday", '五'),
            ("Saturday", '六'),
            ("Sunday", '日'),
        ];
        DAYS.iter().fold(text.to_owned(), |text, (english, chinese)| {
            let chinese = if self == Self::Long { format!("星期{chinese}") } else { chinese.to_string() };
            text.replace(english, &chinese)
        })
    }
}

/// The numbers that a section is for: `[>=100]`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Condition {
    less: bool,
    equal: bool,
    greater: bool,
    bound: f64,
}

impl Condition {
    /// Reads `>=100`; `None` if it is no condition.
    fn of(text: &str) -> Option<Self> {
        let end = text.find(|c: char| !matches!(c, '<' | '>' | '='))?;
        let (less, equal, greater) = match &text[..end] {
            "<" => (true, false, false),
            "<=" => (true, true, false),
            ">" => (false, false, true),
            ">=" => (false, true, true),
            "=" => (false, true, false),
            "<>" => (true, false, true),
            _ => return None,
        };
        Some(Self { less, equal, greater, bound: text[end..].trim().parse().ok()? })
    }

    fn holds(self, value: f64) -> bool {
        value < self.bound && self.less || value > self.bound && self.greater || {
            #[expect(clippy::float_cmp, reason = "a bound is met exactly or not at all")]
            let is_equal = value == self.bound;
            is_equal && self.equal
        }
    }

    /// Whether it holds for negative numbers alone, so that their sign need not be shown.
    fn is_negative(self) -> bool {
        !self.greater && (self.bound < 0.0 || (self.bound <= 0.0 && !self.equal))
    }
}

/// The section of a format that shows a number, and whether it shows the number without its sign.
///
/// A first section with a condition is for the numbers that meet it; without conditions the second section is for
/// negative numbers and the third for zero. A section of text is for no number.
pub(super) fn section_for(format: &str, value: f64) -> (Section, bool) {
    let texts = split(format);
    let of_numbers = texts.iter().filter(|text| !is_for_text(text)).map(|text| Section::parse(text));
    let sections: Vec<Section> = of_numbers.collect();
    let has_conditions = sections.iter().any(|section| section.condition.is_some());
    if has_conditions {
        let meets = |section: &&Section| section.condition.is_some_and(|condition| condition.holds(value));
        let other = || sections.iter().find(|section| section.condition.is_none());
        return match sections.iter().find(meets).or_else(other) {
            Some(section) => (section.clone(), section.condition.is_some_and(Condition::is_negative)),
            None => (Section { code: "General".to_owned(), ..Section::default() }, false),
        };
    }
    match sections.as_slice() {
        [_, negative, ..] if value < 0.0 => (negative.clone(), true),
        [_, _, zero, ..] if value == 0.0 => (zero.clone(), false),
        [first, ..] => (first.clone(), false),
        [] => (Section { code: "General".to_owned(), ..Section::default() }, false),
    }
}

/// The sections of a format, parted by semicolons.
fn split(format: &str) -> Vec<&str> {
    let mut sections = Vec::new();
    let (mut from, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in format.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '\\' | '!' | '_' | '*' => escaped = true,
            ';' => {
                sections.push(&format[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    sections.push(&format[from..]);
    sections
}

/// Whether a section shows text: `@` outside of quotes.
fn is_for_text(section: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    section.chars().any(|c| match c {
        _ if escaped => {
            escaped = false;
            false
        }
        '"' => {
            quoted = !quoted;
            false
        }
        _ if quoted => false,
        '\\' | '!' | '_' | '*' => {
            escaped = true;
            false
        }
        c => c == '@',
    })
}

impl Section {
    fn parse(text: &str) -> Self {
        let mut section = Self::default();
        let text = text.replace("G/通用格式", "General");
        let mut rest = text.as_str();
        while let Some(c) = rest.chars().next() {
            let mut length = c.len_utf8();
            match c {
                '"' => {
                    length = rest[1..].find('"').map_or(rest.len(), |end| end + 2);
                    section.code.push_str(&rest[..length]);
                }
                // Chinese programs write a literal character so, others with a backslash.
                '!' | '\\' | '_' | '*' => {
                    let next = rest[1..].chars().next();
                    length += next.map_or(0, char::len_utf8);
                    section.code.push(if c == '!' { '\\' } else { c });
                    section.code.extend(next);
                }
                '[' => {
                    length = rest.find(']').map_or(rest.len(), |end| end + 1);
                    section.bracket(&rest[..length]);
                }
                'G' | 'g' if rest.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("General")) => {
                    length = 7;
                    section.code.push_str("General");
                }
                'a' => {
                    length = rest.len() - rest.trim_start_matches('a').len();
                    section.weekday = Some(if length > 3 { Weekday::Long } else { Weekday::Short });
                    section.code.push_str("dddd");
                    section.is_date = true;
                }
                // The era's year is the common one in Chinese programs.
                'e' if !section.code.ends_with(['0', '#', '?', '.']) => {
                    length = rest.len() - rest.trim_start_matches('e').len();
                    section.code.push_str("yyyy");
                    section.is_date = true;
                }
                c => {
                    section.is_date |= matches!(c, 'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S');
                    section.code.push(c);
                }
            }
            rest = &rest[length..];
        }
        if section.is_long_date {
            "yyyy\"年\"m\"月\"d\"日\"".clone_into(&mut section.code);
        }
        section
    }

    /// Takes a part in square brackets: a condition, a switch, a colour, a locale; anything else is kept.
    fn bracket(&mut self, bracket: &str) {
        let inner = bracket.trim_start_matches('[').trim_end_matches(']');
        if let Some(condition) = Condition::of(inner) {
            self.condition = Some(condition);
        } else if let Some(numerals) = Numerals::of(inner) {
            self.numerals = Some(numerals);
        } else if is_colour(inner) {
            self.has_colour = true;
        } else if let Some(locale) = inner.strip_prefix('$') {
            let (sign, id) = locale.split_once('-').unwrap_or((locale, ""));
            self.is_long_date |= id.eq_ignore_ascii_case("F800");
            self.is_date |= self.is_long_date;
            if !sign.is_empty() {
                self.code.push('"');
                self.code.push_str(sign);
                self.code.push('"');
            }
        } else {
            // Hours and minutes that go on beyond a day.
            self.is_date = true;
            self.code.push_str(bracket);
        }
    }
}

fn is_colour(name: &str) -> bool {
    const COLOURS: [&str; 16] = [
        "black",
        "blue",
        "cyan",
        "green",
        "magenta",
        "red",
        "white",
        "yellow",
        "黑色",
        "蓝色",
        "青色",
        "绿色",
        "洋红色",
        "红色",
        "白色",
        "黄色",
    ];
    let name = name.to_ascii_lowercase();
    let is_numbered = ["color", "颜色"].iter().any(|word| {
        name.strip_prefix(word).is_some_and(|number| number.trim().bytes().all(|b| b.is_ascii_digit()))
    });
    is_numbered || COLOURS.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_section() {
        for (format, value, code, without_sign) in [
            ("0.00", -1.0, "0.00", false),
            ("0.00;(0.00)", -1.0, "(0.00)", true),
            ("0.00;-0.00;;@", 0.0, "", false),
            ("[=0]\"-\";0.00", 121.6, "0.00", false),
            ("[=0]\"-\";0.00", 0.0, "\"-\"", false),
            ("[<0]0;0.00", -5.0, "0", true),
            ("[<0]0;0.00", 5.0, "0.00", false),
            ("[>=100]0;[>=10]0.0;0.00", 50.0, "0.0", false),
            ("[Red]0!.0,", 5.0, "0\\.0,", false),
            ("G/通用格式\"万元\"", 5.0, "General\"万元\"", false),
            ("[$￥-804]#,##0.00", 5.0, "\"￥\"#,##0.00", false),
            ("\"a;b\"0;\\;0", -5.0, "\\;0", true),
            ("0.00;", -5.0, "", true),
            ("0.00_ ;[Red]\\-0.00\\ ", -5.0, "\\-0.00\\ ", true),
        ] {
            let (section, sign) = section_for(format, value);
            assert_eq!((section.code.as_str(), sign), (code, without_sign), "{format} {value}");
        }
    }

    #[test]
    fn switches_and_colours_are_taken_off() {
        let (section, _) = section_for("[DBNum1][$-804][红色]yyyy!年m\"月\"", 1.0);
        assert_eq!(section.numerals, Some(Numerals::Small));
        assert!(section.has_colour && section.is_date);
        assert_eq!(section.code, "yyyy\\年m\"月\"");
        assert_eq!(section_for("[$-F800]dddd\\, mmmm", 1.0).0.code.find("yyyy"), Some(0));
        assert!(section_for("[h]:mm", 1.0).0.code.starts_with("[h]"));
    }
}
