//! The figures that one document adds to the sums.

use huizong_schema::consolidation::{Counts, Rates};
use huizong_schema::{Evaluation, Money};

use crate::leaf::each_addend;
use crate::rate::RateSums;
use huizong_schema::figures::Figure;

/// The figures that one document adds to the sums, in 元. A figure of a list is summed over the items that have it.
///
/// It is kept while other documents are read, so it is small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// A bit for each figure that the document reports, by [`Figure::index`].
    present: u64,
    /// The values of these figures, in order.
    values: Values,
}

/// Values in 10⁻⁶ 元, and after them the numbers of tasks, indicators and key projects, in the least space that holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Values {
    /// Values that are whole counts of hundredths of 万元, as most forms are printed in.
    OfTenThousands(Box<[i32]>),
    /// Values that are whole counts of hundredths of 元.
    OfYuan(Box<[i32]>),
    /// Other values.
    Exact(Box<[i64]>),
    /// At least one does not fit into these.
    Long(Box<[i128]>),
}

const COUNTS: usize = 3;
/// A hundredth of 万元 in 10⁻⁶ 元.
const OF_TEN_THOUSANDS: i64 = 100_000_000;
/// A hundredth of 元 in 10⁻⁶ 元.
const OF_YUAN: i64 = 10_000;

impl Values {
    fn new(values: &[i128], counts: Counts) -> Self {
        let counts = [counts.tasks, counts.indicators, counts.key_projects].map(i128::from);
        let all = values.iter().copied().chain(counts);
        let mut room = [0_i64; Figure::COUNT + COUNTS];
        for (place, value) in room.iter_mut().zip(all.clone()) {
            let Ok(value) = i64::try_from(value) else { return Self::Long(all.collect()) };
            *place = value;
        }
        let (figures, counts) = room[..values.len() + COUNTS].split_at(values.len());
        let in_units = |unit: i64| {
            let fits = |value: &i64| i32::try_from(*value).is_ok();
            let is_whole = figures.iter().all(|value| value % unit == 0 && fits(&(value / unit)));
            (is_whole && counts.iter().all(fits)).then(|| {
                let all = figures.iter().map(|value| value / unit).chain(counts.iter().copied());
                all.map(|value| i32::try_from(value).unwrap_or_default()).collect()
            })
        };
        if let Some(values) = in_units(OF_TEN_THOUSANDS) {
            Self::OfTenThousands(values)
        } else if let Some(values) = in_units(OF_YUAN) {
            Self::OfYuan(values)
        } else {
            Self::Exact(figures.iter().chain(counts).copied().collect())
        }
    }

    /// A value in 10⁻⁶ 元.
    fn value(&self, index: usize) -> Money {
        Money::from_millionths(match self {
            Self::OfTenThousands(values) => i128::from(i64::from(values[index]) * OF_TEN_THOUSANDS),
            Self::OfYuan(values) => i128::from(i64::from(values[index]) * OF_YUAN),
            Self::Exact(values) => values[index].into(),
            Self::Long(values) => values[index],
        })
    }

    /// How many values there are, without the counts.
    fn len(&self) -> usize {
        let with_counts = match self {
            Self::OfTenThousands(values) | Self::OfYuan(values) => values.len(),
            Self::Exact(values) => values.len(),
            Self::Long(values) => values.len(),
        };
        with_counts - COUNTS
    }

    fn counts(&self) -> Counts {
        let count = |at: usize| {
            let at = self.len() + at;
            // They were made of such numbers.
            u64::try_from(match self {
                Self::OfTenThousands(values) | Self::OfYuan(values) => values[at].into(),
                Self::Exact(values) => values[at].into(),
                Self::Long(values) => values[at],
            })
            .unwrap_or_default()
        };
        Counts { tasks: count(0), indicators: count(1), key_projects: count(2) }
    }
}

const _: () = assert!(Figure::COUNT <= 64, "a bit for each figure");

impl Contribution {
    /// Computes the figures of a finished document.
    pub fn of(document: &Evaluation<'_>) -> Self {
        let unit = document.required().unit;
        // Amounts come in the order of the figures, so each is appended or added to the last value.
        let (mut present, mut values, mut length) = (0_u64, [0_i128; Figure::COUNT], 0);
        each_addend(document, &mut |addend| {
            let bit = 1 << addend.figure.index();
            if present & bit == 0 {
                present |= bit;
                length += 1;
            }
            values[length - 1] += addend.millionths(unit);
        });

        let scored = document.scorecard.as_ref().map_or(0, |card| card.indicators.len());
        let indicators: usize = document.tasks.iter().map(|task| task.indicators.len()).sum();
        let counts = Counts {
            tasks: document.tasks.len() as u64,
            indicators: (indicators + scored) as u64,
            key_projects: document.key_projects.len() as u64,
        };
        Self { present, values: Values::new(&values[..length], counts) }
    }

    /// Restores the figures of a row that was written earlier.
    pub(crate) fn of_row(value: impl Fn(Figure) -> Option<Money>, counts: Counts) -> Self {
        let (mut present, mut values) = (0, Vec::new());
        for figure in Figure::all() {
            if let Some(value) = value(figure) {
                present |= 1 << figure.index();
                values.push(value.millionths());
            }
        }
        Self { present, values: Values::new(&values, counts) }
    }

    /// The value of a figure, if the document reports it.
    pub fn value(&self, figure: Figure) -> Option<Money> {
        let bit = 1_u64 << figure.index();
        let before = (self.present & (bit - 1)).count_ones() as usize;
        (self.present & bit != 0).then(|| self.values.value(before))
    }

    /// Whether the document reports a figure.
    pub(crate) const fn has(&self, figure: Figure) -> bool {
        self.present & (1 << figure.index()) != 0
    }

    /// The document's figures, in their order: each one's index and value.
    pub(crate) fn by_index(&self) -> impl Iterator<Item = (usize, Money)> {
        let mut rest = self.present;
        (0..self.values.len()).map(move |at| {
            let index = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            (index, self.values.value(at))
        })
    }

    /// The numbers of tasks, indicators and key projects.
    pub fn counts(&self) -> Counts {
        self.values.counts()
    }

    /// Rates recomputed from its figures.
    pub fn rates(&self) -> Rates {
        Rates::of(|rate| RateSums::default().with(rate, |top| self.value(Figure::Top(top))).rate())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Values that fit into every kind of space, at its edges too.
    fn values() -> impl Strategy<Value = Vec<i128>> {
        let unit = prop_oneof![Just(i128::from(OF_TEN_THOUSANDS)), Just(i128::from(OF_YUAN)), Just(1)];
        let edges =
            [i128::from(i32::MAX), i128::from(i32::MIN), i128::from(i64::MAX), i128::from(i64::MIN), 0, 1];
        let edge = proptest::sample::select(edges.to_vec());
        let count = prop_oneof![-9_999_i128..9_999, edge.prop_flat_map(|edge| edge - 1..=edge + 1)];
        unit.prop_flat_map(move |unit| {
            proptest::collection::vec(count.clone().prop_map(move |count| count * unit), 0..6)
        })
    }

    proptest! {
        #[test]
        fn every_value_and_count_is_kept(
            values in values(), odd in 0_usize..8, counts in proptest::array::uniform3(any::<u64>()), few in any::<bool>()
        ) {
            let [tasks, indicators, key_projects] = if few { counts.map(|count| count % 100) } else { counts };
            let counts = Counts { tasks, indicators, key_projects };
            let value = |figure: Figure| {
                // The document lacks every second figure.
                let at = figure.index().checked_sub(odd)?;
                values.get(at / 2).filter(|_| at % 2 == 0).map(|&value| Money::from_millionths(value))
            };
            let kept = Contribution::of_row(value, counts);
            prop_assert_eq!(kept.counts(), counts);
            for figure in Figure::all() {
                prop_assert_eq!(kept.value(figure), value(figure));
            }
            let listed: Vec<_> = kept.by_index().collect();
            let expected: Vec<_> =
                Figure::all().filter_map(|figure| Some((figure.index(), value(figure)?))).collect();
            prop_assert_eq!(listed, expected);
        }
    }
}
