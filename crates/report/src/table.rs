//! Tables as data: typed columns with a name and a heading, and rows of values. Every format writes these
//! tables.

use std::borrow::Cow;

use huizong_schema::{Money, Points};
use rust_decimal::Decimal;

/// A table of a result.
pub struct Table<'t> {
    /// The name of its file, without the extension.
    pub id: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, produced on demand.
    pub rows: Box<dyn Iterator<Item = Vec<Value<'t>>> + 't>,
}

impl<'t> Table<'t> {
    /// The table with some of its columns, in another order.
    #[must_use]
    pub fn ordered(self, order: Vec<usize>) -> Self {
        let columns = order.iter().map(|&at| self.columns[at].clone()).collect();
        let pick = move |row: Vec<Value<'t>>| order.iter().map(|&at| row[at].clone()).collect();
        Self { id: self.id, columns, rows: Box::new(self.rows.map(pick)) }
    }

    /// The table with the columns of these ids alone, in this order.
    #[must_use]
    pub fn only(self, ids: &[&str]) -> Self {
        let order =
            ids.iter().filter_map(|id| self.columns.iter().position(|column| column.id == *id)).collect();
        self.ordered(order)
    }
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name for programs: lower-case letters, digits and underscores.
    pub id: Cow<'static, str>,
    /// Its heading, in Chinese.
    pub zh: Cow<'static, str>,
    /// The kind of its values.
    pub kind: Kind,
}

impl Column {
    /// Creates a column whose names are known at compile time.
    pub const fn new(id: &'static str, zh: &'static str, kind: Kind) -> Self {
        Self { id: Cow::Borrowed(id), zh: Cow::Borrowed(zh), kind }
    }
}

/// The kind of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Money in 元, with six decimals.
    Money,
    /// An amount as printed, in the unit that another column names, with six decimals.
    Amount,
    /// Percent, with two decimals.
    Percent,
    /// Points, with four decimals.
    Points,
    /// A count.
    Count,
    /// A year: an integer that is not a quantity.
    Year,
}

/// The value of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'v> {
    /// Empty: what was not reported is not zero.
    Empty,
    /// Text.
    Text(Cow<'v, str>),
    /// Money in 元.
    Money(Money),
    /// An amount as printed.
    Amount(Decimal),
    /// Percent, as a consolidation prints it.
    Percent(Cow<'v, str>),
    /// Points.
    Points(Points),
    /// A count, or a year.
    Count(u64),
}

impl<'v> Value<'v> {
    /// Text, or [`Value::Empty`] if it is empty.
    pub fn text(text: impl Into<Cow<'v, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// Text, or [`Value::Empty`] if it is missing.
    pub fn maybe(text: Option<&'v str>) -> Self {
        Self::text(text.unwrap_or_default())
    }

    /// Money, or [`Value::Empty`] if it was not reported.
    pub fn money(money: Option<Money>) -> Self {
        money.map_or(Self::Empty, Self::Money)
    }

    /// A rate, or [`Value::Empty`] if it is not defined.
    pub fn percent(rate: Option<String>) -> Self {
        rate.map_or(Self::Empty, |rate| Self::Percent(rate.into()))
    }

    /// Points, or [`Value::Empty`] if none were given.
    pub fn points(points: Option<Points>) -> Self {
        points.map_or(Self::Empty, Self::Points)
    }

    /// Prints the value, with a decimal point and without thousands separators.
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
