//! Sums over documents: a commutative monoid of exact integers.

use huizong_schema::consolidation::{Counts, Rates, Total, Totals};
use huizong_schema::{Evaluation, Money};

use crate::contribution::Contribution;
use crate::rate::RateSums;
use huizong_schema::figures::{Figure, Rate};

/// A sum and how many documents reported an addend of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The sum in 元.
    pub value: Money,
    /// How many reported the figure.
    pub reported_by: u64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.value = Money::from_millionths(self.value.millionths() + other.value.millionths());
        self.reported_by += other.reported_by;
    }
}

impl From<Sum> for Total {
    fn from(Sum { value, reported_by }: Sum) -> Self {
        Self { value, reported_by, ..Self::default() }
    }
}

/// The sums over some documents; [`Rollup::default`] is over none.
///
/// Merging is associative and commutative, and exact: sums are `i128` counts of 10⁻⁶ 元. A figure that nobody
/// reported has no sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollup {
    /// By [`Figure::index`]; ignore the value of a figure that nobody reported.
    sums: [Sum; Figure::COUNT],
    /// By [`Rate`].
    rates: [RateSums; Rate::COUNT],
    /// The numbers of tasks, indicators and key projects.
    pub counts: Counts,
}

impl Default for Rollup {
    fn default() -> Self {
        Self {
            sums: [Sum::default(); Figure::COUNT],
            rates: [RateSums::default(); Rate::COUNT],
            counts: Counts::default(),
        }
    }
}

impl From<&Contribution> for Rollup {
    fn from(contribution: &Contribution) -> Self {
        let mut rollup = Self::default();
        rollup.add(contribution);
        rollup
    }
}

impl Rollup {
    /// The sums of one document.
    pub fn of(document: &Evaluation<'_>) -> Self {
        Self::from(&Contribution::of(document))
    }

    /// Adds the figures of one document.
    pub fn add(&mut self, contribution: &Contribution) {
        for (index, value) in contribution.by_index() {
            self.sums[index].add(Sum { value, reported_by: 1 });
        }
        for &rate in Rate::ALL {
            let sums = &mut self.rates[rate as usize];
            *sums = sums.with(rate, |top| contribution.value(Figure::Top(top)));
        }
        self.counts.add(contribution.counts());
    }

    /// Adds the sums of other documents.
    pub fn merge(&mut self, other: &Self) {
        self.sums.iter_mut().zip(other.sums).for_each(|(sum, total)| sum.add(total));
        self.rates.iter_mut().zip(other.rates).for_each(|(sums, of)| *sums = sums.plus(of));
        self.counts.add(other.counts);
    }

    /// The sum of one figure, if anybody reported it.
    pub fn sum(&self, figure: Figure) -> Option<Sum> {
        Some(self.sums[figure.index()]).filter(|total| total.reported_by > 0)
    }

    /// Every sum, in the order of the figures.
    pub fn sums(&self) -> impl Iterator<Item = (Figure, Sum)> {
        Figure::all().zip(self.sums).filter(|(_, total)| total.reported_by > 0)
    }

    /// The sums as a consolidation shows them.
    pub fn totals(&self) -> Totals {
        self.totals_of(&|_, sum| sum.into())
    }

    /// The sums as a consolidation shows them, each completed by `total`.
    pub(crate) fn totals_of(&self, total: &dyn Fn(Figure, Sum) -> Total) -> Totals {
        let mut totals = Totals::default();
        for (figure, sum) in self.sums() {
            totals.insert(figure, total(figure, sum));
        }
        totals
    }

    /// Rates recomputed from the sums, over the documents that report both members.
    pub fn rates(&self) -> Rates {
        Rates::of(|rate| self.rates[rate as usize].rate())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use huizong_schema::figures::{Column, FundSource, Nature, Top};
    use huizong_schema::parse;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn text(unit: &str, amounts: [&str; 3], more: &str) -> String {
        let [initial, adjusted, actual] = amounts;
        format!(
            r#"{{"schema_version": "1.0", "department": {{"name": "甲"}}, "fiscal_year": 2023, "unit": "{unit}",
               "budget": {{"initial_budget": "{initial}", "adjusted_budget": "{adjusted}", "actual_expenditure": "{actual}"{more}"#
        )
    }

    fn of(text: &str) -> Rollup {
        Rollup::of(&parse(text).unwrap())
    }

    fn sum(rollup: &Rollup, figure: Figure) -> Option<(String, u64)> {
        rollup.sum(figure).map(|total| (total.value.to_string(), total.reported_by))
    }

    #[test]
    fn one_document_in_full() {
        let more = r#", "budget_adjustment": "-58.85",
            "by_source": {"other": {"initial_budget": "1", "actual_expenditure": "0.5"}},
            "by_nature": {"basic": {"adjusted_budget": "2"}, "project": {"actual_expenditure": "3"}}},
            "tasks": [{"funds": "6.23", "indicators": [{}, {}]}, {"indicators": [{}]}, {"funds": "2.52"}],
            "key_projects": [{"budget_requested": "13", "funds_used": "8.54"}, {"funds_used": "1.46"}],
            "scorecard": {"indicators": [{}]}}"#;
        let rollup = of(&text("CNY_10K", ["339.04", "280.19", "280.10"], more));
        let top = |top| sum(&rollup, Figure::Top(top));
        let once = |value: &str| Some((value.to_owned(), 1));
        assert_eq!(top(Top::InitialBudget), once("3390400.00"));
        assert_eq!(top(Top::AdjustedBudget), once("2801900.00"));
        assert_eq!(top(Top::ActualExpenditure), once("2801000.00"));
        assert_eq!(top(Top::BudgetAdjustment), once("588500.00"));
        assert_eq!(top(Top::NetChange), once("-588500.00"));
        assert_eq!(top(Top::TaskFunds), once("87500.00"));
        assert_eq!(top(Top::KeyProjectRequested), once("130000.00"));
        assert_eq!(top(Top::KeyProjectUsed), once("100000.00"));
        let source = |column| sum(&rollup, Figure::Source(FundSource::Other, column));
        assert_eq!(source(Column::Initial), once("10000.00"));
        assert_eq!(source(Column::Adjusted), None);
        assert_eq!(source(Column::Actual), once("5000.00"));
        assert_eq!(sum(&rollup, Figure::Nature(Nature::Basic, Column::Adjusted)), once("20000.00"));
        assert_eq!(sum(&rollup, Figure::Nature(Nature::Project, Column::Actual)), once("30000.00"));
        assert_eq!(sum(&rollup, Figure::Nature(Nature::Project, Column::Adjusted)), None);
        assert_eq!(rollup.counts, Counts { tasks: 3, indicators: 4, key_projects: 2 });
        assert_eq!(rollup.rates().get(Rate::Completion).map(String::as_str), Some("99.97"));
        assert_eq!(rollup.rates().get(Rate::Adjustment).map(String::as_str), Some("17.36"));
        assert_eq!(rollup.sums().count(), 12);
        let more = more.replace('\n', " ");
        let text = text("CNY_10K", ["339.04", "280.19", "280.10"], &more);
        let contribution = Contribution::of(&parse(&text).unwrap());
        assert_eq!(contribution.rates(), rollup.rates());
        assert_eq!(contribution.value(Figure::Top(Top::TaskFunds)).unwrap().to_string(), "87500.00");
        assert_eq!(contribution.value(Figure::Source(FundSource::Other, Column::Adjusted)), None);
        let totals = rollup.totals();
        assert_eq!(
            totals.get(Figure::at("by_source.other.initial_budget").unwrap()).unwrap().value.to_string(),
            "10000.00"
        );
        assert_eq!(
            totals.get(Figure::at("by_nature.basic.adjusted_budget").unwrap()).unwrap().reported_by,
            1
        );
        assert_eq!(totals.top.get(Top::NetChange).unwrap().value.to_string(), "-588500.00");
        assert_eq!(totals.top.get(Top::TaskFunds).unwrap().value.to_string(), "87500.00");
        assert_eq!(totals.top.get(Top::KeyProjectUsed).unwrap().value.to_string(), "100000.00");
        assert_eq!(totals.top.get(Top::KeyProjectRequested).unwrap().value.to_string(), "130000.00");
        assert_eq!(totals.top.get(Top::BudgetAdjustment).unwrap().value.to_string(), "588500.00");
        assert_eq!(totals.top.get(Top::InitialBudget).unwrap().value.to_string(), "3390400.00");
        assert_eq!(totals.top.get(Top::AdjustedBudget).unwrap().value.to_string(), "2801900.00");
        assert_eq!(totals.top.get(Top::ActualExpenditure).unwrap().value.to_string(), "2801000.00");
    }

    #[test]
    fn what_nobody_reported_has_no_sum_and_no_rate() {
        let rollup = of(&text("CNY", ["0", "0.00", "5"], "}}"));
        assert_eq!(sum(&rollup, Figure::Top(Top::BudgetAdjustment)), None);
        assert_eq!(sum(&rollup, Figure::Top(Top::TaskFunds)), None);
        assert_eq!(sum(&rollup, Figure::Top(Top::ActualExpenditure)), Some(("5.00".to_owned(), 1)));
        assert_eq!(rollup.rates(), Rates::default());
        assert_eq!(Rollup::default().rates(), Rates::default());
    }

    #[test]
    fn rates_are_taken_over_the_documents_that_report_both_members() {
        let mut rollup = of(&text("CNY", ["100", "100", "50"], r#", "budget_adjustment": "10"}}"#));
        rollup.merge(&of(&text("CNY", ["900", "100", "100"], "}}")));
        assert_eq!(rollup.rates().get(Rate::Completion).map(String::as_str), Some("75.00"));
        assert_eq!(rollup.rates().get(Rate::Adjustment).map(String::as_str), Some("10.00"));
        assert_eq!(sum(&rollup, Figure::Top(Top::BudgetAdjustment)), Some(("10.00".to_owned(), 1)));
        assert_eq!(sum(&rollup, Figure::Top(Top::InitialBudget)), Some(("1000.00".to_owned(), 2)));
        assert_eq!(rollup.counts, Counts::default());
        let full = of(&text(
            "CNY",
            ["1", "1", "1"],
            r#"}, "tasks": [{"indicators": [{}, {}, {}]}, {}], "key_projects": [{}]}"#,
        ));
        rollup.merge(&full);
        rollup.merge(&full);
        assert_eq!(rollup.counts, Counts { tasks: 4, indicators: 6, key_projects: 2 });
    }

    fn documents() -> impl Strategy<Value = Vec<Rollup>> {
        let amount = (0_u64..10_000_000_000, 0_u32..=6)
            .prop_map(|(v, s)| Decimal::from_i128_with_scale(v.into(), s).to_string());
        let one = (
            amount.clone(),
            amount.clone(),
            amount.clone(),
            proptest::option::of(amount.clone()),
            amount,
            any::<bool>(),
            0_usize..4,
        );
        let one = one.prop_map(|(a, b, c, adjustment, funds, ten_thousands, tasks)| {
            let unit = if ten_thousands { "CNY_10K" } else { "CNY" };
            let adjustment =
                adjustment.map(|v| format!(r#", "budget_adjustment": "{v}""#)).unwrap_or_default();
            let tasks = vec![format!(r#"{{"funds": "{funds}", "indicators": [{{}}]}}"#); tasks].join(",");
            of(&text(unit, [&a, &b, &c], &format!(r#"{adjustment}}}, "tasks": [{tasks}]}}"#)))
        });
        proptest::collection::vec(one, 0..12)
    }

    fn merged<'r>(parts: impl IntoIterator<Item = &'r Rollup>) -> Rollup {
        let mut sum = Rollup::default();
        parts.into_iter().for_each(|part| sum.merge(part));
        sum
    }

    proptest! {
        /// The order and the grouping of documents, and a split into parts, change nothing.
        #[test]
        fn merging_is_commutative_and_associative(all in documents(), cut in 0_usize..12, seed in any::<u64>()) {
            let whole = merged(&all);
            prop_assert_eq!(&merged(all.iter().rev()), &whole);
            let (left, right) = all.split_at(cut.min(all.len()));
            prop_assert_eq!(&merged([&merged(left), &merged(right)]), &whole);
            prop_assert_eq!(&merged([&merged(right), &merged(left)]), &whole);
            let mut shuffled: Vec<&Rollup> = all.iter().collect();
            shuffled.sort_by_key(|r| format!("{r:?}{seed}").bytes().fold(seed, |h, b| h.wrapping_mul(31).wrapping_add(b.into())));
            prop_assert_eq!(&merged(shuffled), &whole);
        }

        /// Merging the sums over no documents changes nothing.
        #[test]
        fn the_empty_rollup_is_the_identity(all in documents()) {
            let whole = merged(&all);
            prop_assert_eq!(&merged([&Rollup::default(), &whole]), &whole);
            prop_assert_eq!(&merged([&whole, &Rollup::default()]), &whole);
        }

        /// The same money written in 万元 and in 元 has the same sums.
        #[test]
        fn the_unit_changes_nothing(counts in proptest::array::uniform3(0_i128..1_000_000_000_000)) {
            let print = |scale| counts.map(|count| Decimal::from_i128_with_scale(count, scale).to_string());
            let (wan, yuan) = (print(6), print(2));
            let wan = of(&text("CNY_10K", wan.each_ref().map(String::as_str), "}}"));
            let yuan = of(&text("CNY", yuan.each_ref().map(String::as_str), "}}"));
            prop_assert_eq!(wan, yuan);
        }
    }
}
