//! Expressions over the figures of a document.

use huizong_schema::Draft;

use crate::number::Interval;
use crate::subject::CompletionBase;
use huizong_schema::figures::{Measure, Member, Over};

/// An expression over figures.
#[derive(Debug)]
pub enum Expr {
    /// A figure. Amounts stand for what their print may stand for; points are given, so they are exact.
    Value(&'static Member),
    /// A figure that holds others: as a figure, but a total of nothing holds nothing.
    Total(&'static Member),
    /// Points that may have been rounded, as a total may.
    Rounded(&'static Member),
    /// A whole number.
    Number(i64),
    /// The sum of those parts that stand; missing only if none does.
    Sum(&'static [Expr]),
    /// The sum of parts that must all stand.
    SumOfAll(&'static [Expr]),
    /// The sum of a figure over a range, of those that stand; missing only if none does.
    Items(Over, &'static Member),
    /// The sum of a figure over a range, in which all must stand.
    AllItems(Over, &'static Member),
    /// The first less the second.
    Minus(&'static Expr, &'static Expr),
    /// The absolute value.
    Abs(&'static Expr),
    /// The first if it stands, else the second.
    Else(&'static Expr, &'static Expr),
    /// The budget that the form's completion rate is of: the first if adjusted, the second if initial.
    Base(&'static Member, &'static Member),
}

/// A figure that an expression needs does not stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Missing;

/// One place of one document, as an expression sees it.
#[derive(Clone, Copy)]
pub(super) struct Site<'s> {
    pub(super) draft: &'s Draft<'s>,
    pub(super) base: CompletionBase,
    pub(super) over: Over,
    pub(super) at: usize,
}

impl Expr {
    pub(super) fn eval(&self, site: Site<'_>) -> Result<Interval, Missing> {
        let read = |member: &Member, at| {
            let value = member.read(site.draft, at).ok_or(Missing)?;
            Ok(match member.measure {
                Measure::Points => Interval::exact(value),
                Measure::Amount | Measure::Percent => Interval::printed(value),
            })
        };
        match self {
            Self::Value(member) => read(member, site.at),
            Self::Total(member) => {
                let total = read(member, site.at)?;
                Ok(if total.value == 0 { Interval::exactly(0) } else { total })
            }
            Self::Rounded(member) => member.read(site.draft, site.at).map(Interval::printed).ok_or(Missing),
            Self::Number(number) => Ok(Interval::exactly(i128::from(*number))),
            Self::Sum(parts) => sum_of_present(parts.iter().map(|part| part.eval(site))),
            Self::SumOfAll(parts) => sum_of_all(parts.iter().map(|part| part.eval(site))),
            Self::Items(over, member) => {
                sum_of_present((0..over.count(site.draft)).map(|at| read(member, at)))
            }
            Self::AllItems(over, member) => {
                sum_of_all((0..over.count(site.draft)).map(|at| read(member, at)))
            }
            Self::Minus(a, b) => Ok(a.eval(site)?.minus(b.eval(site)?)),
            Self::Abs(inner) => Ok(inner.eval(site)?.abs()),
            Self::Else(first, second) => first.eval(site).or_else(|_| second.eval(site)),
            Self::Base(adjusted, initial) => read(site.base.choose(adjusted, initial), site.at),
        }
    }

    /// Every figure that the expression reads at a place, present or not.
    pub(super) fn members(&self, site: Site<'_>, each: &mut dyn FnMut(&'static Member, Over, usize)) {
        match self {
            Self::Value(member) | Self::Total(member) | Self::Rounded(member) => {
                each(member, site.over, site.at);
            }
            Self::Base(adjusted, initial) => each(site.base.choose(adjusted, initial), site.over, site.at),
            Self::Number(_) => {}
            Self::Sum(parts) | Self::SumOfAll(parts) => {
                parts.iter().for_each(|part| part.members(site, each));
            }
            Self::Items(over, member) | Self::AllItems(over, member) => {
                (0..over.count(site.draft)).for_each(|at| each(member, *over, at));
            }
            Self::Abs(inner) => inner.members(site, each),
            Self::Minus(a, b) | Self::Else(a, b) => {
                a.members(site, each);
                b.members(site, each);
            }
        }
    }

    /// The expression with the figures' names in it.
    pub(super) fn formula(&self, chinese: bool) -> String {
        let name = |member: &Member| if chinese { member.zh } else { member.en }.to_owned();
        let join =
            |parts: &[Expr]| parts.iter().map(|part| part.formula(chinese)).collect::<Vec<_>>().join(" + ");
        match self {
            Self::Value(member) | Self::Total(member) | Self::Rounded(member) => name(member),
            Self::Base(adjusted, _) => name(adjusted),
            Self::Number(number) => number.to_string(),
            Self::Sum(parts) | Self::SumOfAll(parts) => join(parts),
            Self::Items(_, member) | Self::AllItems(_, member) => format!("Σ {}", name(member)),
            Self::Minus(a, b) => format!("{} − {}", a.formula(chinese), b.formula(chinese)),
            Self::Abs(inner) => format!("|{}|", inner.formula(chinese)),
            Self::Else(a, b) => format!("({} ‖ {})", a.formula(chinese), b.formula(chinese)),
        }
    }

    /// The expression with one place's numbers in it; parts that do not stand are left out.
    pub(super) fn arithmetic(&self, site: Site<'_>) -> String {
        let join = |parts: Vec<String>| {
            let is_something = |part: &String| !part.is_empty() && part != "0";
            let shown: Vec<String> = parts.iter().filter(|part| is_something(part)).cloned().collect();
            if shown.is_empty() { parts.into_iter().next().unwrap_or_default() } else { shown.join(" + ") }
        };
        let read =
            |member: &Member, at| member.read(site.draft, at).map(|v| v.to_string()).unwrap_or_default();
        match self {
            Self::Value(member) | Self::Total(member) | Self::Rounded(member) => read(member, site.at),
            Self::Base(adjusted, initial) => read(site.base.choose(adjusted, initial), site.at),
            Self::Number(number) => number.to_string(),
            Self::Sum(parts) | Self::SumOfAll(parts) => {
                join(parts.iter().map(|part| part.arithmetic(site)).collect())
            }
            Self::Items(over, member) | Self::AllItems(over, member) => {
                join((0..over.count(site.draft)).map(|at| read(member, at)).collect())
            }
            Self::Minus(a, b) => format!("{} − {}", a.arithmetic(site), b.arithmetic(site)),
            Self::Abs(inner) => {
                let inner = inner.arithmetic(site);
                if inner.contains(' ') || inner.starts_with('-') { format!("|{inner}|") } else { inner }
            }
            Self::Else(first, second) => {
                if first.eval(site).is_ok() {
                    first.arithmetic(site)
                } else {
                    second.arithmetic(site)
                }
            }
        }
    }

    /// `2.00 + 3.00 = 5.00`, or the number alone.
    pub(super) fn sum_shown(&self, site: Site<'_>, value: Interval) -> String {
        let parts = self.arithmetic(site);
        if parts.contains(' ') || parts.contains('|') {
            format!("{parts} = {}", value.decimal())
        } else {
            parts
        }
    }
}

fn sum_of_present(parts: impl Iterator<Item = Result<Interval, Missing>>) -> Result<Interval, Missing> {
    parts.flatten().reduce(Interval::plus).ok_or(Missing)
}

fn sum_of_all(parts: impl Iterator<Item = Result<Interval, Missing>>) -> Result<Interval, Missing> {
    let mut sum = None;
    for part in parts {
        let part = part?;
        sum = Some(sum.map_or(part, |sum: Interval| sum.plus(part)));
    }
    sum.ok_or(Missing)
}
