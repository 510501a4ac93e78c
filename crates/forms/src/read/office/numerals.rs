//! Chinese numerals, as `[DBNum1]` and `[DBNum2]` show numbers.

/// The numerals that a format asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numerals {
    /// `[DBNum1]`: 一百二十.
    Small,
    /// `[DBNum2]`: 壹佰贰拾, as on cheques.
    Large,
    /// `[DBNum3]`: digits of full width.
    Wide,
}

impl Numerals {
    /// The numerals of a format's switch such as `DBNum1`.
    pub(super) fn of(switch: &str) -> Option<Self> {
        match switch.to_ascii_uppercase().as_str() {
            "DBNUM1" => Some(Self::Small),
            "DBNUM2" => Some(Self::Large),
            "DBNUM3" => Some(Self::Wide),
            _ => None,
        }
    }

    fn digits(self) -> [char; 10] {
        match self {
            Self::Small => ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'],
            Self::Large => ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'],
            Self::Wide => ['０', '１', '２', '３', '４', '５', '６', '７', '８', '９'],
        }
    }

    /// Writes digit by digit: 2022 is 二〇二二.
    pub(super) fn by_digit(self, text: &str) -> String {
        text.chars().map(|c| c.to_digit(10).map_or(c, |digit| self.digits()[digit as usize])).collect()
    }

    /// Writes every whole number in a text with 十, 百, 千 and 万: 120 is 一百二十. Digits after a point stay digits.
    pub(super) fn in_words(self, text: &str) -> String {
        if self == Self::Wide {
            return self.by_digit(text);
        }
        let mut out = String::new();
        let mut rest = text;
        let mut after_point = false;
        while let Some(first) = rest.chars().next() {
            if !first.is_ascii_digit() {
                after_point = first == '.';
                out.push(first);
                rest = &rest[first.len_utf8()..];
                continue;
            }
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let number = &rest[..end];
            out.push_str(&if after_point { self.by_digit(number) } else { self.whole(number) });
            rest = &rest[end..];
        }
        out
    }

    /// The parts of a date: a year by digit, months and days in words.
    pub(super) fn of_date(self, text: &str) -> String {
        let mut out = String::new();
        for part in text.split_inclusive(|c: char| !c.is_ascii_digit()) {
            let digits = part.trim_end_matches(|c: char| !c.is_ascii_digit());
            let number = if digits.len() > 2 { self.by_digit(digits) } else { self.in_words(digits) };
            out.push_str(&number);
            out.push_str(&part[digits.len()..]);
        }
        out
    }

    fn whole(self, number: &str) -> String {
        let Ok(value) = number.parse::<u64>() else { return self.by_digit(number) };
        if value == 0 {
            return self.digits()[0].to_string();
        }
        let units: [(u64, &str); 5] = match self {
            Self::Large => [(1_0000_0000, "亿"), (1_0000, "万"), (1000, "仟"), (100, "佰"), (10, "拾")],
            Self::Small | Self::Wide => {
                [(1_0000_0000, "亿"), (1_0000, "万"), (1000, "千"), (100, "百"), (10, "十")]
            }
        };
        let mut words = String::new();
        self.append(value, &units, &mut words);
        // 一十二 is said 十二.
        match (self, words.strip_prefix("一十")) {
            (Self::Small, Some(rest)) => format!("十{rest}"),
            _ => words,
        }
    }

    fn append(self, value: u64, units: &[(u64, &str)], words: &mut String) {
        let Some(((size, name), smaller)) = units.split_first() else {
            if value > 0 {
                words.push(self.digits()[usize::try_from(value).unwrap_or(0)]);
            }
            return;
        };
        let (many, rest) = (value / size, value % size);
        if many > 0 {
            self.append(many, smaller, words);
            words.push_str(name);
        }
        // A place that is left out between two others is said once: 一百〇二.
        if many > 0 && rest > 0 && rest < size / 10 {
            words.push(self.digits()[0]);
        }
        self.append(rest, smaller, words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words() {
        for (digits, words) in [
            ("121.6", "一百二十一.六"),
            ("12", "十二"),
            ("0", "〇"),
            ("102", "一百〇二"),
            ("2022", "二千〇二十二"),
            ("10010", "一万〇一十"),
            ("1234567", "一百二十三万四千五百六十七"),
            ("-20", "-二十"),
        ] {
            assert_eq!(Numerals::Small.in_words(digits), words, "{digits}");
        }
        assert_eq!(Numerals::Large.in_words("121.60"), "壹佰贰拾壹.陆零");
        assert_eq!(Numerals::Small.by_digit("2022"), "二〇二二");
        assert_eq!(Numerals::Small.of_date("2023年3月15日"), "二〇二三年三月十五日");
        assert_eq!(Numerals::Wide.in_words("12"), "１２");
    }
}
