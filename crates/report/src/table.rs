//! Tables as data: columns with names in both languages and a kind, rows of values. Each format writes the same tables.

use std::borrow::Cow;

use huizong_schema::{Money, Points};
use rust_decimal::Decimal;

/// A table of a result.
pub struct Table<'t> {
    /// The name of its file, without the ending.
    pub id: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, made as they are asked for.
    pub rows: Box<dyn Iterator<Item = Vec<Value<'t>>> + 't>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name for programs: small letters, digits and underscores.
    pub id: Cow<'static, str>,
    /// Its heading.
    pub zh: Cow<'static, str>,
    /// What its values are.
    pub kind: Kind,
}

impl Column {
    /// A column whose names are known beforehand.
    pub const fn new(id: &'static str, zh: &'static str, kind: Kind) -> Self {
        Self { id: Cow::Borrowed(id), zh: Cow::Borrowed(zh), kind }
    }
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// Money in 元, with six decimals.
    Money,
    /// An amount as printed, in the unit that another column says, with six decimals.
    Amount,
    /// Percent, with two decimals.
    Percent,
    /// Points, with four decimals.
    Points,
    /// A number of things.
    Count,
    /// A year: a whole number that is not a quantity.
    Year,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'v> {
    /// Nothing: what was not reported is no zero.
    Empty,
    /// Words.
    Text(Cow<'v, str>),
    /// Money in 元.
    Money(Money),
    /// An amount as printed.
    Amount(Decimal),
    /// Percent, as a consolidation prints it.
    Percent(Cow<'v, str>),
    /// Points.
    Points(Points),
    /// A number of things, or a year.
    Count(u64),
}

impl<'v> Value<'v> {
    /// Words; nothing if there are none.
    pub fn text(text: impl Into<Cow<'v, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// Words that may be missing.
    pub fn maybe(text: Option<&'v str>) -> Self {
        Self::text(text.unwrap_or_default())
    }

    /// Money that may not have been reported.
    pub fn money(money: Option<Money>) -> Self {
        money.map_or(Self::Empty, Self::Money)
    }

    /// A rate that may not be defined.
    pub fn percent(rate: Option<String>) -> Self {
        rate.map_or(Self::Empty, |rate| Self::Percent(rate.into()))
    }

    /// Points that may not have been given.
    pub fn points(points: Option<Points>) -> Self {
        points.map_or(Self::Empty, Self::Points)
    }

    /// What it prints as, with a point and no marks between digits.
    pub fn print(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) | Self::Percent(text) => Cow::Borrowed(text),
            Self::Money(money) => money.to_string().into(),
            Self::Amount(amount) => amount.to_string().into(),
            Self::Points(points) => points.to_string().into(),
            Self::Count(count) => count.to_string().into(),
        }
    }
}
