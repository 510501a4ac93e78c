//! Rates over many documents, from sums.

use huizong_schema::Money;

use crate::figure::Top;
use crate::number::percent_of_sums;

/// Σ numerator and Σ denominator over the documents that report both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RateSums {
    figures: (Top, Top),
    numerator: i128,
    denominator: i128,
}

impl RateSums {
    pub(crate) const COMPLETION: Self = Self::over(Top::ActualExpenditure, Top::AdjustedBudget);
    pub(crate) const ADJUSTMENT: Self = Self::over(Top::BudgetAdjustment, Top::InitialBudget);

    const fn over(numerator: Top, denominator: Top) -> Self {
        Self { figures: (numerator, denominator), numerator: 0, denominator: 0 }
    }

    /// Adds one document's values, if it reports both.
    #[must_use]
    pub(crate) fn with(self, value: impl Fn(Top) -> Option<Money>) -> Self {
        match (value(self.figures.0), value(self.figures.1)) {
            (Some(numerator), Some(denominator)) => {
                let (numerator, denominator) = (numerator.millionths(), denominator.millionths());
                self.plus(Self { numerator, denominator, ..self })
            }
            _ => self,
        }
    }

    #[must_use]
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            numerator: self.numerator + other.numerator,
            denominator: self.denominator + other.denominator,
            ..self
        }
    }

    pub(crate) fn rate(self) -> Option<String> {
        (self.denominator > 0).then(|| percent_of_sums(self.numerator, self.denominator))
    }
}
