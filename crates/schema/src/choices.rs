//! Members with a fixed set of values: the version, the year, the unit, who reports.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::object_only::integer;

/// The version of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SchemaVersion {
    /// `"1.0"`
    #[serde(rename = "1.0")]
    V1,
}

impl JsonSchema for SchemaVersion {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "SchemaVersion".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "const": "1.0" })
    }
}

macro_rules! choice {
    ($(#[$meta:meta])* $name:ident $($title:literal, $description:literal)? { $($(#[$vmeta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $text)] $variant,)* }

        impl $name {
            /// Every value, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The value as a document writes it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool { true }
            fn schema_name() -> Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "enum": [$($text),*] })
            }
        }
    };
}
pub(crate) use choice;

choice! {
    /// The unit of every amount in a document.
    Unit {
        /// Ten thousand yuan: 万元.
        Cny10k = "CNY_10K",
        /// Yuan: 元.
        Cny = "CNY",
    }
}

impl Unit {
    /// Returns the unit's word on forms and in messages: `万元` or `元`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cny10k => "万元",
            Self::Cny => "元",
        }
    }

    /// Returns how many yuan the unit is.
    pub const fn yuan(self) -> i128 {
        match self {
            Self::Cny10k => 10_000,
            Self::Cny => 1,
        }
    }

    /// Returns the unit with this word. People also write `万` for `万元`.
    ///
    /// ```
    /// use huizong_schema::Unit;
    /// assert_eq!(Unit::of_word("万"), Some(Unit::Cny10k));
    /// assert_eq!(Unit::of_word("千元"), None);
    /// ```
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|unit| unit.word() == word).or((word == "万").then_some(Self::Cny10k))
    }

    /// Splits the unit's word off the end of a text.
    ///
    /// ```
    /// use huizong_schema::Unit;
    /// assert_eq!(Unit::split_end("6.23万元"), Some(("6.23", Unit::Cny10k)));
    /// assert_eq!(Unit::split_end("6.23"), None);
    /// ```
    pub fn split_end(text: &str) -> Option<(&str, Self)> {
        // 万元 ends in 元, so the longer word comes first in `ALL`.
        Self::ALL.iter().find_map(|&unit| Some((text.strip_suffix(unit.word())?, unit)))
    }
}

choice! {
    /// What the figures include.
    Scope {
        /// The department with its units: 汇总.
        Consolidated = "consolidated",
        /// The department or unit alone.
        Single = "single",
    }
}

choice! {
    /// Who reports.
    Level {
        /// A department that answers to the finance bureau: 预算主管部门.
        Department = "department",
        /// A unit below a department: 预算单位.
        Unit = "unit",
    }
}

choice! {
    /// The unit of an aggregate.
    AggregateUnit {
        /// Percent.
        Percent = "percent",
        /// Yuan: 元.
        Cny = "CNY",
        /// Ten thousand yuan: 万元.
        Cny10k = "CNY_10K",
        /// Points.
        Points = "points",
        /// A number of things.
        Count = "count",
    }
}

/// A fiscal year, 1990 to 2100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct FiscalYear(u16);

impl FiscalYear {
    /// The year, or `None` outside of 1990 to 2100.
    pub fn new(year: u16) -> Option<Self> {
        (1990..=2100).contains(&year).then_some(Self(year))
    }

    /// The year as a number.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for FiscalYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for FiscalYear {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = FiscalYear;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a year")
            }
            fn visit_u64<E: de::Error>(self, year: u64) -> Result<FiscalYear, E> {
                u16::try_from(year)
                    .ok()
                    .and_then(FiscalYear::new)
                    .ok_or_else(|| E::custom("not a year of 1990 to 2100"))
            }
            /// `2023.0` is an integer to JSON Schema.
            fn visit_f64<E: de::Error>(self, year: f64) -> Result<FiscalYear, E> {
                match integer(year) {
                    Some(year) => self.visit_u64(year),
                    None => Err(E::custom("not a year of 1990 to 2100")),
                }
            }
        }
        deserializer.deserialize_u64(Visitor)
    }
}

impl JsonSchema for FiscalYear {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "FiscalYear".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 1990, "maximum": 2100 })
    }
}
