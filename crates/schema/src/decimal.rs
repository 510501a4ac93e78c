//! Decimals as they were printed: the value and the number of digits after the point.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::shape::no_line_break;

/// Why a text is not a decimal of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotADecimal;

impl fmt::Display for NotADecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a plain decimal within the bounds of its kind")
    }
}

impl std::error::Error for NotADecimal {}

struct Bounds {
    whole_digits: usize,
    fraction_digits: usize,
    signed: bool,
    largest: Option<i128>,
}

/// The one grammar: `-`? (0 | [1-9][0-9]*) (. [0-9]+)?, without a negative zero.
fn parse(text: &str, bounds: &Bounds) -> Result<Decimal, NotADecimal> {
    let bytes = text.as_bytes();
    let (negative, bytes) = match bytes {
        [b'-', rest @ ..] if bounds.signed => (true, rest),
        _ => (false, bytes),
    };
    // Fifteen digits before the point and six after it each fit in a machine word; together they may not.
    let (mut before, mut whole) = (0_u64, 0);
    while let Some(digit @ b'0'..=b'9') = bytes.get(whole) {
        before = before * 10 + u64::from(digit - b'0');
        whole += 1;
        if whole > bounds.whole_digits {
            return Err(NotADecimal);
        }
    }
    if whole == 0 || (whole > 1 && bytes[0] == b'0') {
        return Err(NotADecimal);
    }
    let (mut behind, mut scale) = (0_u32, 0);
    match &bytes[whole..] {
        [] => {}
        [b'.', fraction @ ..] if !fraction.is_empty() && fraction.len() <= bounds.fraction_digits => {
            for byte in fraction {
                if !byte.is_ascii_digit() {
                    return Err(NotADecimal);
                }
                behind = behind * 10 + u32::from(byte - b'0');
                scale += 1;
            }
        }
        _ => return Err(NotADecimal),
    }
    let mut mantissa = i128::from(before) * i128::from(10_u32.pow(scale)) + i128::from(behind);
    if let Some(largest) = bounds.largest
        && mantissa > largest * 10_i128.pow(scale)
    {
        return Err(NotADecimal);
    }
    if negative {
        if mantissa == 0 {
            return Err(NotADecimal);
        }
        mantissa = -mantissa;
    }
    Ok(Decimal::from_i128_with_scale(mantissa, scale))
}

/// Writes a decimal as it was printed; [`None`] if its digits do not fit in the shorter integer.
fn print(decimal: Decimal, buffer: &mut [u8; 48]) -> Option<&str> {
    let mut rest = u64::try_from(decimal.mantissa().unsigned_abs()).ok()?;
    let mut at = buffer.len();
    let mut push = |byte: u8| {
        at -= 1;
        buffer[at] = byte;
    };
    let mut digit = || {
        let digit = b"0123456789"[(rest % 10) as usize];
        rest /= 10;
        (digit, rest == 0)
    };
    for _ in 0..decimal.scale() {
        push(digit().0);
    }
    if decimal.scale() > 0 {
        push(b'.');
    }
    loop {
        let (byte, is_last) = digit();
        push(byte);
        if is_last {
            break;
        }
    }
    if decimal.is_sign_negative() {
        push(b'-');
    }
    std::str::from_utf8(&buffer[at..]).ok()
}

macro_rules! printed_decimal {
    ($(#[$doc:meta])* $name:ident, $bounds:expr, $pattern:expr, $description:expr, $examples:tt) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name(Decimal);

        impl $name {
            /// The value; its scale is the number of printed digits after the point.
            pub fn decimal(self) -> Decimal {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = NotADecimal;
            fn from_str(text: &str) -> Result<Self, NotADecimal> {
                parse(text, &$bounds).map(Self)
            }
        }

        impl TryFrom<Decimal> for $name {
            type Error = NotADecimal;
            fn try_from(value: Decimal) -> Result<Self, NotADecimal> {
                value.to_string().parse()
            }
        }

        /// Equal as printed: `280.10` is not `280.1`.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.mantissa() == other.0.mantissa() && self.0.scale() == other.0.scale()
            }
        }

        impl Eq for $name {}

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match print(self.0, &mut [0; 48]) {
                    Some(text) => serializer.serialize_str(text),
                    None => serializer.collect_str(&self.0),
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl de::Visitor<'_> for Visitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a decimal string")
                    }
                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Visitor)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "description": $description,
                    "type": "string",
                    "pattern": $pattern,
                    "not": no_line_break(),
                    "examples": $examples
                })
            }
        }
    };
}

const PLAIN: &str = r"^(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?$";
const SIGNED: &str = concat!(
    r"^(?:(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?|-(?:[1-9][0-9]{0,14}(?:\.[0-9]{1,6})?|0\.(?:",
    r"[1-9][0-9]{0,5}|0[1-9][0-9]{0,4}|00[1-9][0-9]{0,3}|000[1-9][0-9]{0,2}|0000[1-9][0-9]?|00000[1-9])))$"
);
const POINTS: &str = concat!(
    r"^(?:(?:0|[1-9][0-9]{0,2}|[1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])",
    r"(?:\.[0-9]{1,4})?|9999(?:\.0{1,4})?)$"
);
const UNSIGNED_BOUNDS: Bounds = Bounds { whole_digits: 15, fraction_digits: 6, signed: false, largest: None };
const SIGNED_BOUNDS: Bounds = Bounds { signed: true, ..UNSIGNED_BOUNDS };

printed_decimal! {
    /// An amount of money, not negative, in the document's unit (`CNY_10K`: 万元; `CNY`: 元).
    ///
    /// At most 15 digits before and 6 after the point. Keeps the scale that was printed.
    ///
    /// ```
    /// use huizong_schema::Amount;
    /// let printed: Amount = "280.10".parse()?;
    /// assert_eq!(printed.to_string(), "280.10");
    /// assert_ne!(printed, "280.1".parse()?);
    /// assert!("1,280.19".parse::<Amount>().is_err());
    /// # Ok::<(), huizong_schema::NotADecimal>(())
    /// ```
    Amount, UNSIGNED_BOUNDS, PLAIN,
    "A decimal string in the document's unit, not negative: at most 15 digits before and 6 after the point, no leading zeros, no exponent, no thousands separator, no word such as 万元. The printed scale is kept: \"280.10\" is not \"280.1\".\n\n金额写成不带负号的十进制字符串：小数点前最多 15 位，小数点后最多 6 位；不写前导零、指数、千分位分隔符和“万元”等字样。小数位数照表上所写：\"280.10\" 与 \"280.1\" 不同。",
    ["280.19", "339.04", "0"]
}

printed_decimal! {
    /// An amount of money that may be negative, in the document's unit. Negative zero does not exist.
    SignedAmount, SIGNED_BOUNDS, SIGNED,
    "A decimal string in the document's unit, written as other amounts are; a minus sign may precede a value that is not zero.\n\n金额写成十进制字符串，写法与其他金额相同；不为零的数可以带负号。",
    ["58.85", "-58.85"]
}

printed_decimal! {
    /// A rate in percent, not negative: `17.35` is 17.35 %.
    Percent, UNSIGNED_BOUNDS, PLAIN,
    "A decimal string in percent, not negative and without the percent sign: \"17.35\" is 17.35 %. Bounds and scale as of an amount.\n\n百分率写成不带负号和百分号的十进制字符串：\"17.35\" 表示 17.35%。位数限制与金额相同。",
    ["100", "17.35"]
}

printed_decimal! {
    /// A rate in percent that may be negative. Negative zero does not exist.
    SignedPercent, SIGNED_BOUNDS, SIGNED,
    "A decimal string in percent, written as other percents are; a minus sign may precede a value that is not zero.\n\n百分率写成十进制字符串，写法与其他百分率相同；不为零的数可以带负号。",
    ["17.35", "-4.2"]
}

printed_decimal! {
    /// Points of a scorecard, 0 to 9999, at most 4 digits after the point.
    Points,
    Bounds { whole_digits: 4, fraction_digits: 4, signed: false, largest: Some(9999) },
    POINTS,
    "A decimal string in points, from 0 to 9999, with at most 4 digits behind the point.\n\n分数写成 0 至 9999 的十进制字符串，小数点后最多 4 位。",
    ["10", "9.16"]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bounds_of_amounts() {
        for good in ["0", "0.0", "1", "999999999999999.999999", "280.10", "0.000001"] {
            assert_eq!(good.parse::<Amount>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "-1",
            "-0",
            "+1",
            "01",
            "00",
            ".5",
            "5.",
            "1.0000001",
            "1000000000000000",
            "1e3",
            "1 ",
            " 1",
            "1\n",
            "NaN",
            "１",
            "1,000",
            "--1",
            "1.2.3",
            "0x1",
            "1.-1",
        ] {
            assert!(bad.parse::<Amount>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn signs_and_negative_zero() {
        for good in ["-0.000001", "-1", "-999999999999999.999999", "0.00"] {
            assert_eq!(good.parse::<SignedAmount>().unwrap().to_string(), good);
        }
        for bad in ["-0", "-0.0", "-0.000000", "-", "-.1", "--1", "-01"] {
            assert!(bad.parse::<SignedAmount>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn bounds_of_points() {
        for good in ["0", "9999", "9999.0000", "9998.9999", "10.5"] {
            assert!(good.parse::<Points>().is_ok(), "{good:?}");
        }
        for bad in ["9999.0001", "10000", "1.00000", "-1"] {
            assert!(bad.parse::<Points>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn documents_hold_what_was_printed() {
        for text in [
            "0",
            "0.00",
            "-0.000001",
            "10.50",
            "999999999999999.999999",
            "-12345678901234.5",
            "18446744.073709",
        ] {
            let value: SignedAmount = text.parse().unwrap();
            assert_eq!(serde_json::to_value(value).unwrap(), text);
        }
    }

    proptest! {
        /// Printing what was parsed gives the same text, and the parser refuses what the pattern refuses.
        #[test]
        fn parses_what_the_pattern_admits(text in "-?[0-9]{0,17}(\\.[0-9]{0,8})?[\\n ]?") {
            for (pattern, parsed) in [
                (PLAIN, text.parse::<Amount>().map(|v| v.to_string())),
                (PLAIN, text.parse::<Percent>().map(|v| v.to_string())),
                (SIGNED, text.parse::<SignedAmount>().map(|v| v.to_string())),
                (SIGNED, text.parse::<SignedPercent>().map(|v| v.to_string())),
                (POINTS, text.parse::<Points>().map(|v| v.to_string())),
            ] {
                let schema = serde_json::json!({ "pattern": pattern });
                let admitted = jsonschema::is_valid(&schema, &serde_json::json!(text));
                prop_assert_eq!(parsed.is_ok(), admitted, "{:?}", text);
                if let Ok(printed) = parsed {
                    prop_assert_eq!(printed, text.clone());
                }
            }
        }
    }
}
