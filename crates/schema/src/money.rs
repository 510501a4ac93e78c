//! Sums of money, exact.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A sum of money: a count of 10⁻⁶ 元. Exact; no sum of documents within the schema's bounds overflows.
///
/// Prints in 元 with at least two decimals and no trailing zeros beyond.
///
/// ```
/// use huizong_schema::Money;
/// assert_eq!(Money::from_millionths(2_801_900_000_000).to_string(), "2801900.00");
/// assert_eq!(Money::from_millionths(-1_250_100).to_string(), "-1.2501");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i128);

impl Money {
    /// Creates a sum from a count of 10⁻⁶ 元.
    pub const fn from_millionths(count: i128) -> Self {
        Self(count)
    }

    /// The count of 10⁻⁶ 元.
    pub const fn millionths(self) -> i128 {
        self.0
    }
}

impl Money {
    /// Writes the digits from the end of a buffer that fits any `i128`, and returns the part written.
    #[expect(clippy::cast_possible_truncation, reason = "each is a remainder, or was checked to fit")]
    fn print(self, buffer: &mut [u8; 48]) -> &str {
        let mut at = buffer.len();
        let mut push = |digit: u8| {
            at -= 1;
            buffer[at] = digit;
        };
        let count = self.0.unsigned_abs();
        // Nearly every sum fits in the shorter integer, which divides several times faster.
        let (mut whole, mut part) = match u64::try_from(count) {
            Ok(count) => (u128::from(count / 1_000_000), (count % 1_000_000) as u32),
            Err(_) => (count / 1_000_000, (count % 1_000_000) as u32),
        };
        let mut places = 6;
        while places > 2 && part.is_multiple_of(10) {
            part /= 10;
            places -= 1;
        }
        for _ in 0..places {
            push(b'0' + (part % 10) as u8);
            part /= 10;
        }
        push(b'.');
        while u64::try_from(whole).is_err() {
            push(b'0' + (whole % 10) as u8);
            whole /= 10;
        }
        let mut whole = whole as u64;
        loop {
            push(b'0' + (whole % 10) as u8);
            whole /= 10;
            if whole == 0 {
                break;
            }
        }
        if self.0 < 0 {
            push(b'-');
        }
        std::str::from_utf8(&buffer[at..]).expect("digits are ASCII")
    }
}

impl FromStr for Money {
    type Err = NotMoney;

    /// Reads what [`Display`](fmt::Display) prints.
    fn from_str(text: &str) -> Result<Self, NotMoney> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, part) = digits.split_once('.').ok_or(NotMoney)?;
        let is_plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_plain(whole) || !is_plain(part) || part.len() > 6 {
            return Err(NotMoney);
        }
        let number = |text: &str| text.parse::<i128>().map_err(|_| NotMoney);
        let missing = u32::try_from(6 - part.len()).expect("at most 6");
        let part = number(part)? * 10_i128.pow(missing);
        let count = number(whole)?.checked_mul(1_000_000).and_then(|whole| whole.checked_add(part));
        count.map(|count| Self(sign * count)).ok_or(NotMoney)
    }
}

/// The error for a text that is not a sum of money as [`Money`] prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotMoney;

impl fmt::Display for NotMoney {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a sum of money in yuan with two to six decimals")
    }
}

impl std::error::Error for NotMoney {}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.print(&mut [0; 48]))
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.print(&mut [0; 48]))
    }
}

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "金额（元） / Sum of money in yuan",
            "description": "A decimal string in 元, exact, with two to six digits after the point.\n\n以元为单位的精确的十进制字符串，小数点后两到六位。",
            "type": "string",
            "pattern": "^-?(?:0|[1-9][0-9]*)\\.[0-9]{2,6}$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read() {
        for count in
            [0, 1, -10, 1_100_000, -1_250_100, i128::from(u64::MAX) * 1_000_000, i128::MAX, i128::MIN + 1]
        {
            let money = Money::from_millionths(count);
            assert_eq!(money.to_string().parse(), Ok(money));
        }
        for text in
            ["", "-", "1", "1.", ".1", "1.0000000", "+1.00", "1e5.00", "1.0 ", &format!("{}.00", i128::MAX)]
        {
            assert_eq!(text.parse::<Money>(), Err(NotMoney), "{text}");
        }
    }

    #[test]
    fn sums_print_exactly() {
        let print = |count| Money::from_millionths(count).to_string();
        assert_eq!(print(0), "0.00");
        assert_eq!(print(1), "0.000001");
        assert_eq!(print(-10), "-0.00001");
        assert_eq!(print(1_100_000), "1.10");
        assert_eq!(print(1_000_000 * i128::from(u64::MAX)), "18446744073709551615.00");
        assert_eq!(print(1_000_000 * (i128::from(u64::MAX) + 1)), "18446744073709551616.00");
        assert_eq!(print(i128::MAX), "170141183460469231731687303715884.105727");
        assert_eq!(print(i128::MIN), "-170141183460469231731687303715884.105728");
    }
}
