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
    /// The numbers of tasks, indicators and key projects.
    pub counts: Counts,
}

/// Values in 10⁻⁶ 元. Nearly all of them fit into half the space that sums need.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Values {
    Short(Box<[i64]>),
    /// At least one does not fit.
    Long(Box<[i128]>),
}

impl Values {
    fn new(values: &[i128]) -> Self {
        let short = |value: &i128| i64::try_from(*value).ok();
        if values.iter().all(|value| short(value).is_some()) {
            // All at once: the room that they need is known.
            Self::Short(values.iter().map(|value| short(value).unwrap_or_default()).collect())
        } else {
            Self::Long(values.into())
        }
    }

    fn get(&self, index: usize) -> Money {
        Money::from_millionths(match self {
            Self::Short(values) => values[index].into(),
            Self::Long(values) => values[index],
        })
    }

    fn len(&self) -> usize {
        match self {
            Self::Short(values) => values.len(),
            Self::Long(values) => values.len(),
        }
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
        Self { present, values: Values::new(&values[..length]), counts }
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
        Self { present, values: Values::new(&values), counts }
    }

    /// The value of a figure, if the document reports it.
    pub fn value(&self, figure: Figure) -> Option<Money> {
        let bit = 1_u64 << figure.index();
        let before = (self.present & (bit - 1)).count_ones() as usize;
        (self.present & bit != 0).then(|| self.values.get(before))
    }

    /// The document's figures, in their order: each one's index and value.
    pub(crate) fn by_index(&self) -> impl Iterator<Item = (usize, Money)> {
        let mut rest = self.present;
        (0..self.values.len()).map(move |at| {
            let index = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            (index, self.values.get(at))
        })
    }

    /// Rates recomputed from its figures.
    pub fn rates(&self) -> Rates {
        Rates::of(|rate| RateSums::default().with(rate, |top| self.value(Figure::Top(top))).rate())
    }
}
