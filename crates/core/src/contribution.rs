//! What one document adds to the sums.

use huizong_schema::consolidation::{Counts, Rates};
use huizong_schema::{Amount, Evaluation, Money, NatureFigures, SignedAmount, Unit};
use rust_decimal::Decimal;

use crate::figure::{Figure, Nature, Top};
use crate::member::{Column, Source};
use crate::number::ten_to;
use crate::rate::RateSums;

/// What one document adds to the sums, in 元: its figures, of lists the sum of the items that have one.
///
/// This is what is kept of a document while others are read, so it is small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// A bit for each figure that the document reports, by [`Figure::index`].
    present: u64,
    /// The values of those, in order.
    values: Box<[Money]>,
    /// Numbers of things.
    pub counts: Counts,
}

const _: () = assert!(Figure::COUNT <= 64, "a bit for each figure");

/// An amount in 10⁻⁶ 元. 万元 with six decimals are whole counts, so nothing is lost.
pub(crate) fn millionths(amount: Decimal, unit: Unit) -> i128 {
    let factor = match unit {
        Unit::Cny10k => 10_000,
        Unit::Cny => 1,
    };
    amount.mantissa() * factor * ten_to(6 - amount.scale())
}

impl Contribution {
    /// Of a finished document.
    pub fn of(document: &Evaluation<'_>) -> Self {
        let required = document.required();
        let money = |amount: Amount| millionths(amount.decimal(), required.unit);
        let (initial, adjusted) = (money(required.initial_budget), money(required.adjusted_budget));
        let actual = money(required.actual_expenditure);
        let budget = document.budget.as_ref();
        let adjustment = budget.and_then(|b| b.budget_adjustment).map(SignedAmount::decimal);
        let adjustment = adjustment.map(|amount| millionths(amount, required.unit).abs());
        let add = |amounts: &mut dyn Iterator<Item = Option<Amount>>| {
            amounts.flatten().map(money).reduce(|a, b| a + b)
        };
        let projects = &document.key_projects;

        // In the order of the figures, so that each lands behind the last.
        let (mut present, mut values, mut length) = (0_u64, [Money::default(); Figure::COUNT], 0);
        let mut report = |figure: Figure, sum: Option<i128>| {
            if let Some(sum) = sum {
                present |= 1 << figure.index();
                values[length] = Money::from_millionths(sum);
                length += 1;
            }
        };
        report(Figure::Top(Top::InitialBudget), Some(initial));
        report(Figure::Top(Top::AdjustedBudget), Some(adjusted));
        report(Figure::Top(Top::ActualExpenditure), Some(actual));
        report(Figure::Top(Top::BudgetAdjustment), adjustment);
        report(Figure::Top(Top::NetChange), Some(adjusted - initial));
        report(Figure::Top(Top::TaskFunds), add(&mut document.tasks.iter().map(|task| task.funds)));
        report(Figure::Top(Top::KeyProjectRequested), add(&mut projects.iter().map(|p| p.budget_requested)));
        report(Figure::Top(Top::KeyProjectUsed), add(&mut projects.iter().map(|p| p.funds_used)));
        if let Some(sources) = budget.and_then(|b| b.by_source.as_ref()) {
            for &source in Source::ALL {
                let Some(figures) = source.of(sources) else { continue };
                for &column in Column::ALL {
                    let amount = column.of(figures).map(|amount| millionths(amount, required.unit));
                    report(Figure::Source(source, column), amount);
                }
            }
        }
        if let Some(natures) = budget.and_then(|b| b.by_nature.as_ref()) {
            for (nature, figures) in [(Nature::Basic, &natures.basic), (Nature::Project, &natures.project)] {
                let Some(NatureFigures { initial_budget, adjusted_budget, actual_expenditure }) = figures
                else {
                    continue;
                };
                let amounts = [initial_budget, adjusted_budget, actual_expenditure];
                for (&column, amount) in Column::ALL.iter().zip(amounts) {
                    report(Figure::Nature(nature, column), amount.map(money));
                }
            }
        }

        let scored = document.scorecard.as_ref().map_or(0, |card| card.indicators.len());
        let indicators: usize = document.tasks.iter().map(|task| task.indicators.len()).sum();
        let counts = Counts {
            tasks: document.tasks.len() as u64,
            indicators: (indicators + scored) as u64,
            key_projects: projects.len() as u64,
        };
        Self { present, values: values[..length].into(), counts }
    }

    /// Of the figures of a row that was written before.
    pub(crate) fn stored(value: impl Fn(Figure) -> Option<Money>, counts: Counts) -> Self {
        let (mut present, mut values) = (0, Vec::new());
        for figure in Figure::all() {
            if let Some(value) = value(figure) {
                present |= 1 << figure.index();
                values.push(value);
            }
        }
        Self { present, values: values.into(), counts }
    }

    /// The value of a figure, if the document reports it.
    pub fn value(&self, figure: Figure) -> Option<Money> {
        let bit = 1_u64 << figure.index();
        let before = (self.present & (bit - 1)).count_ones() as usize;
        (self.present & bit != 0).then(|| self.values[before])
    }

    /// What the document reports, in the order of the figures: each one's index and value.
    pub(crate) fn by_index(&self) -> impl Iterator<Item = (usize, Money)> {
        let mut rest = self.present;
        self.values.iter().map(move |value| {
            let index = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            (index, *value)
        })
    }

    /// Rates recomputed from its figures.
    pub fn rates(&self) -> Rates {
        let value = |top| self.value(Figure::Top(top));
        Rates {
            completion_rate: RateSums::COMPLETION.with(value).rate(),
            adjustment_rate: RateSums::ADJUSTMENT.with(value).rate(),
        }
    }
}
