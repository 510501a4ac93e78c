//! Days, as lists write them.

use chrono::{Datelike as _, NaiveDate};

/// A day. Prints as `2023-04-30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(NaiveDate);

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl Day {
    /// Reads `2023-04-30`, `2023/4/30`, `2023.4.30`, `20230430` and `2023年4月30日`, also followed by a time or by 前, in
    /// digits of any width; and the number by which a sheet stores a day.
    pub fn parse(text: &str) -> Option<Self> {
        let narrow: String = text.chars().map(half_width).collect();
        let text = narrow.split([' ', 'T']).next()?;
        let text = ["之前", "以前", "前", "止"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
        if let Some(number) = text.parse().ok().filter(|day| (36_526..73_050).contains(day)) {
            // A sheet counts from the day before the last one of 1899.
            return NaiveDate::from_ymd_opt(1899, 12, 30)?
                .checked_add_days(chrono::Days::new(number))
                .map(Self);
        }
        let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
        let parts: Vec<&str> = if digits {
            vec![&text[..4], &text[4..6], &text[6..]]
        } else {
            text.trim_end_matches('日').split(['-', '/', '.', '年', '月']).collect()
        };
        let [year, month, day] = parts[..] else { return None };
        let year = year.parse().ok().filter(|year| (1990..=2200).contains(year))?;
        NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?).map(Self)
    }

    /// Formats it for a Chinese sentence: 2023年4月30日.
    pub fn in_chinese(self) -> String {
        let (year, month, day) = self.parts();
        format!("{year}年{month}月{day}日")
    }

    /// Its year, month and day.
    pub fn parts(self) -> (i32, u32, u32) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// How many days this one is after another; 0 if it is not.
    pub(crate) fn days_after(self, other: Self) -> u32 {
        self.0.signed_duration_since(other.0).num_days().try_into().unwrap_or(0)
    }
}

/// A digit or mark of full width as the plain one.
fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_and_sheets_write_them() {
        for text in
            ["2023-04-30", "２０２３．４．３０", "2023年4月30日前", "2023/4/30 17:00", "20230430", "45046"]
        {
            assert_eq!(Day::parse(text).map(|day| day.to_string()).as_deref(), Some("2023-04-30"), "{text}");
        }
        let days = ["36526", "36585", "36586", "45291", "45351", "45352"]
            .map(|text| Day::parse(text).unwrap().to_string());
        assert_eq!(
            days,
            ["2000-01-01", "2000-02-29", "2000-03-01", "2023-12-31", "2024-02-29", "2024-03-01"]
        );
        assert!(Day::parse("2023").is_none() && Day::parse("五月").is_none());
    }

    #[test]
    fn days_between_are_counted_over_months() {
        let day = |text| Day::parse(text).unwrap();
        assert_eq!(day("2023-05-06").days_after(day("2023-04-30")), 6);
        assert_eq!(day("2024-03-01").days_after(day("2024-02-28")), 2);
        assert_eq!(day("2023-04-30").days_after(day("2023-05-06")), 0);
    }
}
