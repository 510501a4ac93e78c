//! Arithmetic rules as data: one definition gives the test, the formula, the members read and the findings.

mod algebras;
mod expr;
mod figures;

use huizong_schema::findings::{Arg, Args, Message};
use huizong_schema::{Draft, Pointer, Unit};
use rust_decimal::Decimal;

use crate::number::{Interval, Verdict, decimal, ratio, ten_to, verdict};
use crate::outcome::{Hit, Judgement, Skip};
use crate::partial::lacking;
use crate::rule_input::{CompletionBase, RuleInput};
use huizong_schema::figures::{Measure, Member, Over};

use algebras::{Missing, Quick, Site};
pub use expr::{Algebra, Expr, Needs, Taken};
pub use figures::{Figures, With};

/// A condition on figures.
#[derive(Debug)]
pub enum Test {
    /// The first expression is at most the second.
    AtMost(Expr, Expr),
    /// Both expressions are equal.
    Equal(Expr, Expr),
    /// The verdict on the printed rate, against 100 × numerator / denominator, is not `fails_on`.
    Rate {
        /// The rate as printed.
        printed: &'static Member,
        /// The dividend.
        numerator: Expr,
        /// The divisor.
        denominator: Expr,
        /// The verdict that fails.
        fails_on: Verdict,
    },
}

/// A test that is applied at each place of a range.
#[derive(Debug)]
pub struct Relation {
    /// The range.
    pub over: Over,
    /// The condition at each place.
    pub test: Test,
    /// The figure that a finding points to.
    pub at: &'static Member,
    /// What is so where it holds, in Chinese and in English.
    pub holds: (&'static str, &'static str),
}

/// A relation's result at one place.
enum Outcome {
    Holds,
    BaseIsZero,
    Fails { left: Interval, right: Interval, verdict: Option<Verdict> },
}

impl Test {
    fn judge<F: Figures>(&self, site: Site<'_, F>) -> Result<Outcome, Missing> {
        // Nearly every relation holds for the values as printed, or lacks a figure. Only for the others it matters what the printed
        // digits may mean.
        let quick = match self {
            Self::AtMost(left, right) => Some((left, right, i64::le as fn(&i64, &i64) -> bool)),
            Self::Equal(left, right) => Some((left, right, i64::eq as fn(&i64, &i64) -> bool)),
            Self::Rate { .. } => None,
        };
        if let Some((left, right, holds)) = quick {
            // The right side is usually one figure: if it is missing, skip adding up the left side.
            let right = right.value(site);
            if let Quick::Missing = right {
                return Err(Missing);
            }
            match (left.value(site), right) {
                (Quick::Missing, _) => return Err(Missing),
                (Quick::Value(left), Quick::Value(right)) if holds(&left, &right) => {
                    return Ok(Outcome::Holds);
                }
                _ => {}
            }
        }
        let (left, right, fails) = match self {
            Self::AtMost(left, right) => {
                let (left, right) = (left.eval(site)?, right.eval(site)?);
                (left, right, left.surely_exceeds(right))
            }
            Self::Equal(left, right) => {
                let (left, right) = (left.eval(site)?, right.eval(site)?);
                (left, right, left.surely_differs(right))
            }
            Self::Rate { printed, numerator, denominator, fails_on } => {
                let printed = site.value(printed).ok_or(Missing)?;
                let (numerator, denominator) = (numerator.eval(site)?, denominator.eval(site)?);
                let Some(verdict) = verdict(printed, numerator, denominator, 100) else {
                    return Ok(Outcome::BaseIsZero);
                };
                if verdict == *fails_on {
                    return Ok(Outcome::Fails {
                        left: numerator,
                        right: denominator,
                        verdict: Some(verdict),
                    });
                }
                return Ok(Outcome::Holds);
            }
        };
        Ok(if fails { Outcome::Fails { left, right, verdict: None } } else { Outcome::Holds })
    }

    fn members<F: Figures>(&self, site: Site<'_, F>, each: &mut dyn FnMut(&'static Member, Over, usize)) {
        match self {
            Self::AtMost(a, b) | Self::Equal(a, b) => {
                a.members(site, each);
                b.members(site, each);
            }
            Self::Rate { printed, numerator, denominator, .. } => {
                each(printed, site.over, site.at);
                numerator.members(site, each);
                denominator.members(site, each);
            }
        }
    }

    fn arithmetic<F: Figures>(&self, site: Site<'_, F>, left: Interval, right: Interval) -> String {
        match self {
            Self::AtMost(a, b) => format!("{} > {}", a.sum_shown(site, left), b.sum_shown(site, right)),
            Self::Equal(a, b) => format!("{} ≠ {}", a.sum_shown(site, left), b.sum_shown(site, right)),
            Self::Rate { numerator, denominator, .. } => {
                let (n, d) = (numerator.arithmetic(site), denominator.arithmetic(site));
                let rate = ratio(left.value, right.value, 100, 6).normalize();
                let exact = rate.mantissa() * right.value == 100 * left.value * ten_to(rate.scale());
                format!("{n} ÷ {d} = {rate}{}%", if exact { "" } else { "…" })
            }
        }
    }

    /// The test written with the figures' names.
    fn formula(&self, chinese: bool) -> String {
        match self {
            Self::AtMost(a, b) => format!("{} ≤ {}", a.formula(chinese), b.formula(chinese)),
            Self::Equal(a, b) => format!("{} = {}", a.formula(chinese), b.formula(chinese)),
            Self::Rate { printed, numerator, denominator, .. } => {
                let printed = if chinese { printed.zh } else { printed.en };
                format!(
                    "{printed} = {} ÷ {} × 100%",
                    numerator.formula(chinese),
                    denominator.formula(chinese)
                )
            }
        }
    }
}

impl Relation {
    /// Whether the relation holds for some figures at a place of its range; `None` if it cannot be judged there.
    pub fn holds<F: Figures>(&self, figures: &F, base: CompletionBase, at: usize) -> Option<bool> {
        match self.test.judge(Site { figures, base, over: self.over, at }) {
            Ok(Outcome::Holds) => Some(true),
            Ok(Outcome::Fails { .. }) => Some(false),
            Ok(Outcome::BaseIsZero) | Err(Missing) => None,
        }
    }

    /// The relation as a formula, written with the figures' names.
    pub fn formula(&self) -> Message {
        Message { zh: self.test.formula(true), en: self.test.formula(false) }
    }

    /// The pointers that the relation reads, in the order of the formula; `*` is any item.
    pub fn reads(&self) -> Vec<&'static str> {
        // One item in each list, so that sums over lists visit their figure.
        let item = Draft {
            tasks: vec![huizong_schema::Task::default()],
            scorecard: Some(huizong_schema::Scorecard {
                indicators: vec![huizong_schema::ScoredIndicator::default()],
                ..Default::default()
            }),
            ..Draft::default()
        };
        let mut reads = Vec::new();
        for base in [CompletionBase::Adjusted, CompletionBase::Initial] {
            let site = Site { figures: &item, base, over: self.over, at: 0 };
            self.test.members(site, &mut |member, _, _| {
                if !reads.contains(&member.pointer) {
                    reads.push(member.pointer);
                }
            });
        }
        reads
    }

    fn reads_refused(&self, site: Site<'_, Draft<'_>>, input: &RuleInput<'_>) -> bool {
        let mut refused = false;
        self.test.members(site, &mut |member, over, at| {
            // In a list that is added up, a whole item after the last may have been refused.
            let behind = || member.pointer(over, over.count(input.draft));
            refused = refused
                || input.is_refused(&member.pointer(over, at))
                || over != self.over && input.is_refused(&behind());
        });
        refused
    }

    /// Whether its figures are sums over different units of a department, so that they cannot be compared.
    fn reads_of_other_units(&self, site: Site<'_, Draft<'_>>) -> bool {
        let (mut first, mut differ) = (None, false);
        self.test.members(site, &mut |member, over, at| {
            if site.figures.value(member, at).is_some() {
                let lacking = lacking(site.figures, member.pointer(over, at).as_str());
                differ |= *first.get_or_insert(lacking) != lacking;
            }
        });
        differ
    }

    fn reads_amounts(&self) -> bool {
        let site =
            Site { figures: &Draft::default(), base: CompletionBase::Adjusted, over: self.over, at: 0 };
        let mut amounts = false;
        self.test.members(site, &mut |member, _, _| amounts |= member.measure == Measure::Amount);
        amounts
    }

    /// Adds the hits of one document. Returns an error if the relation could be judged at no place.
    fn judge_all(&self, input: &RuleInput<'_>, hits: &mut Vec<Hit>) -> Result<(), Skip> {
        let mut skip = None;
        let mut judged = false;
        for at in 0..self.over.count(input.draft) {
            let site = Site { figures: input.draft, base: input.traits.completion_base, over: self.over, at };
            // The refused value may have been anything, so the rest cannot be judged.
            if input.has_refused() && self.reads_refused(site, input) {
                skip = Some(Skip::MemberRefused);
                continue;
            }
            match self.test.judge(site) {
                Ok(Outcome::Holds) => judged = true,
                Ok(Outcome::Fails { .. }) if self.reads_of_other_units(site) => {
                    skip = Some(Skip::MemberMissing);
                }
                Ok(Outcome::Fails { left, right, verdict }) => {
                    judged = true;
                    hits.push(self.hit(site, input.unit(), left, right, verdict));
                }
                Ok(Outcome::BaseIsZero) => skip = Some(Skip::BaseIsZero),
                Err(Missing) => skip = skip.or(Some(Skip::MemberMissing)),
            }
        }
        if judged { Ok(()) } else { Err(skip.unwrap_or(Skip::MemberMissing)) }
    }

    /// Whether the figure that findings point to is on the right side of the test.
    fn is_at_right(&self, site: Site<'_, Draft<'_>>) -> bool {
        let (Test::AtMost(_, right) | Test::Equal(_, right)) = &self.test else { return false };
        let mut found = false;
        right.members(site, &mut |member, _, _| found |= std::ptr::eq(member, self.at));
        found
    }

    fn hit(
        &self,
        site: Site<'_, Draft<'_>>,
        unit: Unit,
        left: Interval,
        right: Interval,
        verdict: Option<Verdict>,
    ) -> Hit {
        let pointer = self.at.pointer(self.over, site.at);
        let mut args = Args::new();
        let arg = |value: Decimal| match self.at.measure {
            Measure::Amount => Arg::Amount(value, unit),
            Measure::Percent => Arg::Percent(value),
            Measure::Points => Arg::Points(value),
        };
        if let Test::Rate { printed, .. } = &self.test {
            let printed = site.value(printed).unwrap_or_default();
            // Rates are compared without their signs; the expected rate has the sign of the printed one.
            let rate = ratio(left.value, right.value, 100, printed.scale());
            let expected = if printed.is_sign_negative() && !rate.is_zero() { -rate } else { rate };
            args.insert("actual", Arg::Percent(printed));
            args.insert("expected", Arg::Percent(expected));
            args.insert("difference", Arg::Percent((printed - expected).abs()));
        } else {
            // The figure that the finding points to is the actual one, whichever side of the test it is on.
            let (actual, expected) = if self.is_at_right(site) { (right, left) } else { (left, right) };
            args.insert("actual", arg(actual.decimal()));
            args.insert("expected", arg(expected.decimal()));
            args.insert("difference", arg(decimal((left.value - right.value).abs())));
        }
        if let Some(verdict) = verdict {
            args.insert("verdict", Arg::Text(verdict.as_str().to_owned()));
        }
        args.insert("arithmetic", Arg::Shown(self.test.arithmetic(site, left, right)));
        match self.over {
            Over::Document => {}
            Over::Columns => {
                let column = huizong_schema::figures::Column::ALL[site.at];
                args.insert("column", Arg::Text(column.as_str().to_owned()));
                let (zh, en) = column.label();
                args.insert("column_name", Arg::Words(Message { zh: zh.into(), en: en.into() }));
            }
            Over::Sources => {
                let (zh, en) = huizong_schema::figures::FundSource::ALL[site.at].label();
                args.insert("item", Arg::Words(Message { zh: zh.into(), en: en.into() }));
            }
            over => {
                let name = over.name(site.figures, site.at).map(Arg::Text);
                args.insert("item", name.unwrap_or_else(|| Arg::Shown(format!("#{}", site.at + 1))));
            }
        }
        let mut related: Vec<(Pointer, String)> = Vec::new();
        self.test.members(site, &mut |member, over, at| {
            let place = member.pointer(over, at);
            if place != pointer
                && !related.iter().any(|(p, _)| *p == place)
                && let Some(value) = site.figures.value(member, at)
            {
                related.push((place, value.to_string()));
            }
        });
        Hit { args, related, ..Hit::at(pointer) }
    }
}

/// Checks some relations in a document.
pub fn judge(relations: &[Relation], input: &RuleInput<'_>) -> Judgement {
    if let Some(skip) = input.amounts_are_incomparable()
        && relations.iter().any(Relation::reads_amounts)
    {
        return Judgement::Skipped(skip);
    }
    let mut hits = Vec::new();
    let mut skipped = None;
    let mut judged = false;
    for relation in relations {
        match relation.judge_all(input, &mut hits) {
            Ok(()) => judged = true,
            Err(skip) => skipped = skipped.or(Some(skip)),
        }
    }
    if !hits.is_empty() {
        Judgement::Failed(hits)
    } else if judged {
        Judgement::Passed
    } else {
        Judgement::Skipped(skipped.unwrap_or(Skip::MemberMissing))
    }
}

/// Returns the pointers at which the relations hold with `base` as the denominator of completion rates.
pub(crate) fn holds_at(relations: &[Relation], input: &RuleInput<'_>, base: CompletionBase) -> Vec<Pointer> {
    let mut places = Vec::new();
    for relation in relations {
        for at in 0..relation.over.count(input.draft) {
            if relation.holds(input.draft, base, at) == Some(true) {
                places.push(relation.at.pointer(relation.over, at));
            }
        }
    }
    places
}

#[cfg(test)]
mod tests;
