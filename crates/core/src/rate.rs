//! Rates over many documents, from sums.

use huizong_schema::Money;
use huizong_schema::figures::{Rate, Top};

use crate::number::percent_of_sums;

/// Σ numerator and Σ denominator over the documents that report both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RateSums {
    numerator: i128,
    denominator: i128,
}

impl RateSums {
    /// Adds one document's values, if it reports both.
    #[must_use]
    pub(crate) fn with(self, rate: Rate, value: impl Fn(Top) -> Option<Money>) -> Self {
        match (value(rate.numerator()), value(rate.denominator())) {
            (Some(numerator), Some(denominator)) => {
                let (numerator, denominator) = (numerator.millionths(), denominator.millionths());
                self.plus(Self { numerator, denominator })
            }
            _ => self,
        }
    }

    #[must_use]
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            numerator: self.numerator + other.numerator,
            denominator: self.denominator + other.denominator,
        }
    }

    pub(crate) fn rate(self) -> Option<String> {
        (self.denominator > 0).then(|| percent_of_sums(self.numerator, self.denominator))
    }
}
