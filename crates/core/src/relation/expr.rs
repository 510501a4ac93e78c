//! Expressions over the figures of a document, and the one way to evaluate them: a fold with an algebra.

use huizong_schema::figures::{Member, Over};

/// An expression over figures.
#[derive(Debug)]
pub enum Expr {
    /// A figure. An amount is the interval that its printed digits may mean; points are given, so they are exact.
    Value(&'static Member),
    /// A figure that contains others: like [`Self::Value`], but a printed zero is exactly zero.
    Total(&'static Member),
    /// Points that may have been rounded, as a total may.
    Rounded(&'static Member),
    /// A whole number.
    Number(i64),
    /// The sum of the parts that are present; missing only if none is.
    Sum(&'static [Expr]),
    /// The sum of parts that must all be present.
    SumOfAll(&'static [Expr]),
    /// The sum of a figure over the places of a range that have it; missing only if none does.
    Items(Over, &'static Member),
    /// The sum of a figure over a range in which every place must have it.
    AllItems(Over, &'static Member),
    /// The first less the second.
    Minus(&'static Expr, &'static Expr),
    /// The absolute value.
    Abs(&'static Expr),
    /// The first if it is present, else the second.
    Else(&'static Expr, &'static Expr),
    /// The denominator of the form's completion rate: the first if that is the adjusted budget, else the second.
    Base(&'static Member, &'static Member),
}

/// How precise a printed figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// As its measure says: amounts and rates as printed, points as exact.
    ByMeasure,
    /// By its measure, but zero is exactly zero.
    AsTotal,
    /// Rounded, whatever its measure.
    AsRounded,
}

/// How many of the parts of a sum must be present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// At least one.
    Any,
    /// All, and at least one.
    All,
}

/// A way to evaluate expressions: as an interval, a text, a formula of a spreadsheet.
pub trait Algebra {
    /// The value of an expression.
    type Value;

    /// A figure.
    fn figure(&self, member: &'static Member, taken: Taken) -> Self::Value;

    /// The denominator of completion rates.
    fn base(&self, adjusted: &'static Member, initial: &'static Member) -> Self::Value;

    /// A whole number.
    fn number(&self, number: i64) -> Self::Value;

    /// The sum of some parts. Each part is folded when the iterator yields it.
    fn sum(&self, parts: impl Iterator<Item = Self::Value>, needs: Needs) -> Self::Value;

    /// The sum of a figure over a range.
    fn items(&self, over: Over, member: &'static Member, needs: Needs) -> Self::Value;

    /// The first less the second.
    fn minus(&self, first: Self::Value, second: Self::Value) -> Self::Value;

    /// The absolute value.
    fn abs(&self, inner: Self::Value) -> Self::Value;

    /// The first if it is present, else the second, which is folded when `second` is called.
    fn or_else(&self, first: Self::Value, second: impl FnOnce() -> Self::Value) -> Self::Value;
}

impl Expr {
    /// Evaluates the expression in an algebra.
    pub fn fold<A: Algebra>(&self, algebra: &A) -> A::Value {
        let sum = |parts: &[Self], needs| algebra.sum(parts.iter().map(|part| part.fold(algebra)), needs);
        match self {
            Self::Value(member) => algebra.figure(member, Taken::ByMeasure),
            Self::Total(member) => algebra.figure(member, Taken::AsTotal),
            Self::Rounded(member) => algebra.figure(member, Taken::AsRounded),
            Self::Number(number) => algebra.number(*number),
            Self::Sum(parts) => sum(parts, Needs::Any),
            Self::SumOfAll(parts) => sum(parts, Needs::All),
            Self::Items(over, member) => algebra.items(*over, member, Needs::Any),
            Self::AllItems(over, member) => algebra.items(*over, member, Needs::All),
            Self::Minus(first, second) => algebra.minus(first.fold(algebra), second.fold(algebra)),
            Self::Abs(inner) => algebra.abs(inner.fold(algebra)),
            Self::Else(first, second) => algebra.or_else(first.fold(algebra), || second.fold(algebra)),
            Self::Base(adjusted, initial) => algebra.base(adjusted, initial),
        }
    }
}
