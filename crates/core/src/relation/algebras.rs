//! Evaluates expressions to intervals, to a text of names or of numbers, and to the list of figures that they read.

use std::cell::RefCell;

use huizong_schema::figures::{Measure, Member, Over};
use rust_decimal::Decimal;

use super::expr::{Algebra, Expr, Needs, Taken};
use super::figures::Figures;
use crate::message::grouped;
use crate::number::Interval;
use crate::rule_input::CompletionBase;

/// A figure that an expression needs is missing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Missing;

/// The place at which an expression reads figures.
pub(super) struct Site<'s, F> {
    pub(super) figures: &'s F,
    pub(super) base: CompletionBase,
    pub(super) over: Over,
    pub(super) at: usize,
}

impl<F> Clone for Site<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Site<'_, F> {}

impl<F: Figures> Site<'_, F> {
    pub(super) fn value(&self, member: &Member) -> Option<Decimal> {
        self.figures.value(member, self.at)
    }

    fn values(&self, over: Over, member: &'static Member) -> impl Iterator<Item = Option<Decimal>> {
        (0..self.figures.count(over)).map(move |at| self.figures.value(member, at))
    }
}

impl Expr {
    /// The interval of an expression at a place.
    pub(super) fn eval<F: Figures>(&self, site: Site<'_, F>) -> Result<Interval, Missing> {
        self.fold(&Intervals(site))
    }

    /// The printed value of an expression at a place. It lies in the expression's interval.
    pub(super) fn value<F: Figures>(&self, site: Site<'_, F>) -> Quick {
        self.fold(&Values(site))
    }

    /// Visits every figure that the expression reads at a place, even if it is missing.
    pub(super) fn members<F: Figures>(
        &self,
        site: Site<'_, F>,
        each: &mut dyn FnMut(&'static Member, Over, usize),
    ) {
        self.fold(&Members { site, each: RefCell::new(each) });
    }

    /// The expression written with the figures' names.
    pub(super) fn formula(&self, chinese: bool) -> String {
        self.fold(&Names { chinese })
    }

    /// The expression written with the numbers of a place, without missing parts.
    pub(super) fn arithmetic<F: Figures>(&self, site: Site<'_, F>) -> String {
        self.fold(&Arithmetic(site)).text
    }

    /// `2.00 + 3.00 = 5.00`, or the number alone.
    pub(super) fn sum_shown<F: Figures>(&self, site: Site<'_, F>, value: Interval) -> String {
        let parts = self.arithmetic(site);
        if parts.contains(' ') || parts.contains('|') {
            format!("{parts} = {}", grouped(&value.decimal().to_string()))
        } else {
            parts
        }
    }
}

/// Evaluates an expression to the interval that its printed figures allow.
struct Intervals<'s, F>(Site<'s, F>);

impl<F: Figures> Algebra for Intervals<'_, F> {
    type Value = Result<Interval, Missing>;

    fn figure(&self, member: &'static Member, taken: Taken) -> Self::Value {
        let value = self.0.value(member).ok_or(Missing)?;
        Ok(match (taken, interval(member, value)) {
            (Taken::AsRounded, _) => Interval::printed(value),
            (Taken::AsTotal, Interval { value: 0, .. }) => Interval::exactly(0),
            (Taken::AsTotal | Taken::ByMeasure, interval) => interval,
        })
    }

    fn base(&self, adjusted: &'static Member, initial: &'static Member) -> Self::Value {
        self.figure(self.0.base.choose(adjusted, initial), Taken::ByMeasure)
    }

    fn number(&self, number: i64) -> Self::Value {
        Ok(Interval::exactly(i128::from(number)))
    }

    fn sum(&self, parts: impl Iterator<Item = Self::Value>, needs: Needs) -> Self::Value {
        match needs {
            Needs::Any => parts.flatten().reduce(Interval::plus).ok_or(Missing),
            Needs::All => {
                let mut sum = None;
                for part in parts {
                    let part = part?;
                    sum = Some(sum.map_or(part, |sum: Interval| sum.plus(part)));
                }
                sum.ok_or(Missing)
            }
        }
    }

    fn items(&self, over: Over, member: &'static Member, needs: Needs) -> Self::Value {
        let value = |value: Option<Decimal>| value.map(|value| interval(member, value)).ok_or(Missing);
        self.sum(self.0.values(over, member).map(value), needs)
    }

    fn minus(&self, first: Self::Value, second: Self::Value) -> Self::Value {
        Ok(first?.minus(second?))
    }

    fn abs(&self, inner: Self::Value) -> Self::Value {
        Ok(inner?.abs())
    }

    fn or_else(&self, first: Self::Value, second: impl FnOnce() -> Self::Value) -> Self::Value {
        first.or_else(|Missing| second())
    }
}

/// The printed value of an expression, if it is small enough to be told quickly.
#[derive(Clone, Copy)]
pub(super) enum Quick {
    /// A count of 10⁻⁶.
    Value(i64),
    Missing,
    /// It may be there or missing: only intervals tell.
    Unknown,
}

impl Quick {
    #[inline]
    fn of(value: Option<Decimal>) -> Self {
        let Some(value) = value else { return Self::Missing };
        let Some(places) = 6_u32.checked_sub(value.scale()) else { return Self::Unknown };
        let value = i64::try_from(value.mantissa()).ok();
        value.and_then(|value| value.checked_mul(10_i64.pow(places))).map_or(Self::Unknown, Self::Value)
    }

    #[inline]
    fn with(self, other: Self, of_both: fn(i64, i64) -> Option<i64>) -> Self {
        match (self, other) {
            (Self::Value(a), Self::Value(b)) => of_both(a, b).map_or(Self::Unknown, Self::Value),
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::Missing,
        }
    }
}

/// Evaluates an expression to its printed value.
struct Values<'s, F>(Site<'s, F>);

impl<F: Figures> Algebra for Values<'_, F> {
    type Value = Quick;

    #[inline]
    fn figure(&self, member: &'static Member, _: Taken) -> Quick {
        Quick::of(self.0.value(member))
    }

    fn base(&self, adjusted: &'static Member, initial: &'static Member) -> Quick {
        self.figure(self.0.base.choose(adjusted, initial), Taken::ByMeasure)
    }

    fn number(&self, number: i64) -> Quick {
        Quick::of(Some(number.into()))
    }

    #[inline]
    fn sum(&self, parts: impl Iterator<Item = Quick>, needs: Needs) -> Quick {
        let mut sum = Quick::Missing;
        for part in parts {
            sum = match (sum, part) {
                (_, Quick::Missing) if needs == Needs::All => return Quick::Missing,
                (sum, Quick::Missing) => sum,
                (Quick::Missing, part) => part,
                (sum, part) => sum.with(part, i64::checked_add),
            }
        }
        sum
    }

    #[inline]
    fn items(&self, over: Over, member: &'static Member, needs: Needs) -> Quick {
        self.sum(self.0.values(over, member).map(Quick::of), needs)
    }

    fn minus(&self, first: Quick, second: Quick) -> Quick {
        first.with(second, i64::checked_sub)
    }

    fn abs(&self, inner: Quick) -> Quick {
        inner.with(Quick::Value(0), |value, _| value.checked_abs())
    }

    #[inline]
    fn or_else(&self, first: Quick, second: impl FnOnce() -> Quick) -> Quick {
        if let Quick::Missing = first { second() } else { first }
    }
}

#[inline]
fn interval(member: &Member, value: Decimal) -> Interval {
    match member.measure {
        Measure::Points => Interval::exact(value),
        Measure::Amount | Measure::Percent => Interval::printed(value),
    }
}

/// Writes an expression with the figures' names.
struct Names {
    chinese: bool,
}

impl Algebra for Names {
    type Value = String;

    fn figure(&self, member: &'static Member, _: Taken) -> String {
        if self.chinese { member.zh } else { member.en }.to_owned()
    }

    fn base(&self, adjusted: &'static Member, _: &'static Member) -> String {
        self.figure(adjusted, Taken::ByMeasure)
    }

    fn number(&self, number: i64) -> String {
        number.to_string()
    }

    fn sum(&self, parts: impl Iterator<Item = String>, _: Needs) -> String {
        parts.collect::<Vec<_>>().join(" + ")
    }

    fn items(&self, _: Over, member: &'static Member, _: Needs) -> String {
        format!("Σ {}", self.figure(member, Taken::ByMeasure))
    }

    fn minus(&self, first: String, second: String) -> String {
        format!("{first} − {second}")
    }

    fn abs(&self, inner: String) -> String {
        format!("|{inner}|")
    }

    fn or_else(&self, first: String, second: impl FnOnce() -> String) -> String {
        format!("({first} ‖ {})", second())
    }
}

/// Writes an expression with the numbers of a place.
struct Arithmetic<'s, F>(Site<'s, F>);

/// An expression as a text of numbers, and whether its value is present.
struct Shown {
    text: String,
    is_there: bool,
}

impl Shown {
    fn number(value: Option<Decimal>) -> Self {
        let text = value.map(|value| grouped(&value.to_string())).unwrap_or_default();
        Self { text, is_there: value.is_some() }
    }
}

impl<F: Figures> Algebra for Arithmetic<'_, F> {
    type Value = Shown;

    fn figure(&self, member: &'static Member, _: Taken) -> Shown {
        Shown::number(self.0.value(member))
    }

    fn base(&self, adjusted: &'static Member, initial: &'static Member) -> Shown {
        self.figure(self.0.base.choose(adjusted, initial), Taken::ByMeasure)
    }

    fn number(&self, number: i64) -> Shown {
        Shown { text: number.to_string(), is_there: true }
    }

    fn sum(&self, parts: impl Iterator<Item = Shown>, needs: Needs) -> Shown {
        let parts: Vec<Shown> = parts.collect();
        let mut there = parts.iter().map(|part| part.is_there);
        let is_there = match needs {
            Needs::Any => there.any(|is| is),
            Needs::All => !parts.is_empty() && there.all(|is| is),
        };
        let is_something = |text: &&str| !text.is_empty() && *text != "0";
        let shown: Vec<&str> = parts.iter().map(|part| part.text.as_str()).filter(is_something).collect();
        let text = if shown.is_empty() {
            parts.first().map(|part| part.text.clone()).unwrap_or_default()
        } else {
            shown.join(" + ")
        };
        Shown { text, is_there }
    }

    fn items(&self, over: Over, member: &'static Member, needs: Needs) -> Shown {
        self.sum(self.0.values(over, member).map(Shown::number), needs)
    }

    fn minus(&self, first: Shown, second: Shown) -> Shown {
        Shown {
            text: format!("{} − {}", first.text, second.text),
            is_there: first.is_there && second.is_there,
        }
    }

    fn abs(&self, Shown { text, is_there }: Shown) -> Shown {
        let text = if text.contains(' ') || text.starts_with('-') { format!("|{text}|") } else { text };
        Shown { text, is_there }
    }

    fn or_else(&self, first: Shown, second: impl FnOnce() -> Shown) -> Shown {
        if first.is_there { first } else { second() }
    }
}

/// Visits the figures that an expression reads, each with its place.
struct Members<'s, 'e, F> {
    site: Site<'s, F>,
    each: RefCell<&'e mut dyn FnMut(&'static Member, Over, usize)>,
}

impl<F> Members<'_, '_, F> {
    fn note(&self, member: &'static Member, over: Over, at: usize) {
        (self.each.borrow_mut())(member, over, at);
    }
}

impl<F: Figures> Algebra for Members<'_, '_, F> {
    type Value = ();

    fn figure(&self, member: &'static Member, _: Taken) {
        self.note(member, self.site.over, self.site.at);
    }

    fn base(&self, adjusted: &'static Member, initial: &'static Member) {
        self.figure(self.site.base.choose(adjusted, initial), Taken::ByMeasure);
    }

    fn number(&self, _: i64) {}

    fn sum(&self, parts: impl Iterator<Item = ()>, _: Needs) {
        parts.for_each(drop);
    }

    fn items(&self, over: Over, member: &'static Member, _: Needs) {
        (0..self.site.figures.count(over)).for_each(|at| self.note(member, over, at));
    }

    fn minus(&self, (): (), (): ()) {}

    fn abs(&self, (): ()) {}

    fn or_else(&self, (): (), second: impl FnOnce()) {
        second();
    }
}
