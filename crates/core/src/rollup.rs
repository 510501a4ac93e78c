//! Sums over documents: a commutative monoid of exact integers.

use huizong_schema::consolidation::{Counts, Rates, Total, Totals};
use huizong_schema::{Amount, Evaluation, Money, NatureFigures, SignedAmount, Unit};
use rust_decimal::Decimal;

use crate::member::{Column, Source, named};
use crate::number::percent_of_sums;

named! {
    /// A nature of expenditure.
    Nature {
        /// 基本支出.
        Basic = "basic", "基本支出", "basic expenditure";
        /// 项目支出.
        Project = "project", "项目支出", "project expenditure";
    }
}

named! {
    /// A figure that has no second level.
    Top {
        /// 年初预算.
        InitialBudget = "initial_budget", "年初预算", "initial budget";
        /// 调整后预算.
        AdjustedBudget = "adjusted_budget", "调整后预算", "adjusted budget";
        /// 实际支出.
        ActualExpenditure = "actual_expenditure", "实际支出", "actual expenditure";
        /// 预算调整数, absolute values.
        BudgetAdjustment = "budget_adjustment", "预算调整数", "budget adjustment";
        /// Adjusted less initial budget.
        NetChange = "net_change", "净增减", "net change";
        /// 任务涉及资金.
        TaskFunds = "task_funds", "任务涉及资金", "task funds";
        /// 预算资金申报 of key projects.
        KeyProjectRequested = "key_project_requested", "重点项目申报预算", "key projects: requested";
        /// 实际资金使用 of key projects.
        KeyProjectUsed = "key_project_used", "重点项目实际使用", "key projects: used";
    }
}

/// A figure that is added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// One without a second level.
    Top(Top),
    /// One of a source of funds.
    Source(Source, Column),
    /// One of a nature of expenditure.
    Nature(Nature, Column),
}

impl Figure {
    /// The figure's name, or that of its source or nature.
    pub fn name(self) -> &'static str {
        match self {
            Self::Top(top) => top.as_str(),
            Self::Source(source, _) => source.as_str(),
            Self::Nature(nature, _) => nature.as_str(),
        }
    }

    /// The name of its column, if it is one of a source's or a nature's.
    pub fn column(self) -> Option<&'static str> {
        match self {
            Self::Top(_) => None,
            Self::Source(_, column) | Self::Nature(_, column) => Some(column.as_str()),
        }
    }
}

/// The sums over some documents; that of no documents is [`Rollup::default`].
///
/// Merging is associative and commutative, and exact: sums are `i128` counts of 10⁻⁶ 元. A figure that nobody
/// reported has no sum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rollup {
    /// Sorted by figure: a row of a department has a dozen.
    sums: Vec<(Figure, Total)>,
    completion: RateSums,
    adjustment: RateSums,
    /// Numbers of things.
    pub counts: Counts,
}

/// Σ numerator and Σ denominator over the documents that report both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct RateSums {
    numerator: i128,
    denominator: i128,
}

impl RateSums {
    fn of(numerator: Option<i128>, denominator: Option<i128>) -> Self {
        match (numerator, denominator) {
            (Some(numerator), Some(denominator)) => Self { numerator, denominator },
            _ => Self::default(),
        }
    }

    fn merge(&mut self, other: Self) {
        self.numerator += other.numerator;
        self.denominator += other.denominator;
    }

    fn rate(self) -> Option<String> {
        (self.denominator > 0).then(|| percent_of_sums(self.numerator, self.denominator))
    }
}

/// An amount in 10⁻⁶ 元. 万元 with six decimals are whole counts, so nothing is lost.
pub fn millionths(amount: Decimal, unit: Unit) -> i128 {
    let factor = match unit {
        Unit::Cny10k => 10_000,
        Unit::Cny => 1,
    };
    amount.mantissa() * factor * 10_i128.pow(6 - amount.scale())
}

impl Rollup {
    /// The sums of one document.
    pub fn of(document: &Evaluation<'_>) -> Self {
        let required = document.required();
        let money = |amount: Amount| millionths(amount.decimal(), required.unit);
        let mut rollup = Self::default();
        let (initial, adjusted) = (money(required.initial_budget), money(required.adjusted_budget));
        let actual = money(required.actual_expenditure);
        rollup.report(Figure::Top(Top::InitialBudget), initial);
        rollup.report(Figure::Top(Top::AdjustedBudget), adjusted);
        rollup.report(Figure::Top(Top::ActualExpenditure), actual);
        rollup.report(Figure::Top(Top::NetChange), adjusted - initial);
        let budget = document.budget.as_ref();
        let adjustment = budget.and_then(|b| b.budget_adjustment).map(SignedAmount::decimal);
        let adjustment = adjustment.map(|amount| millionths(amount, required.unit).abs());
        rollup.report_if(Figure::Top(Top::BudgetAdjustment), adjustment);

        if let Some(sources) = budget.and_then(|b| b.by_source.as_ref()) {
            for &source in Source::ALL {
                let Some(figures) = source.of(sources) else { continue };
                for &column in Column::ALL {
                    let amount = column.of(figures).map(|amount| millionths(amount, required.unit));
                    rollup.report_if(Figure::Source(source, column), amount);
                }
            }
        }
        if let Some(natures) = budget.and_then(|b| b.by_nature.as_ref()) {
            for (nature, figures) in [(Nature::Basic, &natures.basic), (Nature::Project, &natures.project)] {
                let Some(NatureFigures { initial_budget, adjusted_budget, actual_expenditure }) = figures
                else {
                    continue;
                };
                for (&column, amount) in
                    Column::ALL.iter().zip([initial_budget, adjusted_budget, actual_expenditure])
                {
                    rollup.report_if(Figure::Nature(nature, column), amount.map(money));
                }
            }
        }
        let add = |amounts: &mut dyn Iterator<Item = Option<Amount>>| {
            amounts.flatten().map(money).reduce(|a, b| a + b)
        };
        let projects = &document.key_projects;
        rollup.report_if(Figure::Top(Top::TaskFunds), add(&mut document.tasks.iter().map(|task| task.funds)));
        rollup.report_if(
            Figure::Top(Top::KeyProjectRequested),
            add(&mut projects.iter().map(|p| p.budget_requested)),
        );
        rollup.report_if(Figure::Top(Top::KeyProjectUsed), add(&mut projects.iter().map(|p| p.funds_used)));

        rollup.completion = RateSums::of(Some(actual), Some(adjusted));
        rollup.adjustment = RateSums::of(adjustment, Some(initial));
        let scored = document.scorecard.as_ref().map_or(0, |card| card.indicators.len());
        let indicators: usize = document.tasks.iter().map(|task| task.indicators.len()).sum();
        rollup.counts = Counts {
            tasks: document.tasks.len() as u64,
            indicators: (indicators + scored) as u64,
            key_projects: projects.len() as u64,
        };
        rollup
    }

    fn report(&mut self, figure: Figure, millionths: i128) {
        self.add(figure, Total { value: Money::from_millionths(millionths), reported_by: 1 });
    }

    fn add(&mut self, figure: Figure, total: Total) {
        match self.sums.binary_search_by_key(&figure, |(figure, _)| *figure) {
            Ok(at) => {
                let sum = &mut self.sums[at].1;
                sum.value = Money::from_millionths(sum.value.millionths() + total.value.millionths());
                sum.reported_by += total.reported_by;
            }
            Err(at) => self.sums.insert(at, (figure, total)),
        }
    }

    fn report_if(&mut self, figure: Figure, millionths: Option<i128>) {
        if let Some(millionths) = millionths {
            self.report(figure, millionths);
        }
    }

    /// Adds the sums of other documents.
    pub fn merge(&mut self, other: &Self) {
        other.sums.iter().for_each(|&(figure, total)| self.add(figure, total));
        self.completion.merge(other.completion);
        self.adjustment.merge(other.adjustment);
        self.counts.tasks += other.counts.tasks;
        self.counts.indicators += other.counts.indicators;
        self.counts.key_projects += other.counts.key_projects;
    }

    /// The sum of one figure, if anybody reported it.
    pub fn sum(&self, figure: Figure) -> Option<Total> {
        let at = self.sums.binary_search_by_key(&figure, |(figure, _)| *figure).ok()?;
        Some(self.sums[at].1)
    }

    /// Every sum, sorted by figure.
    pub fn sums(&self) -> &[(Figure, Total)] {
        &self.sums
    }

    /// The sums as a consolidation shows them.
    pub fn totals(&self) -> Totals {
        let top = |figure| self.sum(Figure::Top(figure));
        let mut totals = Totals {
            initial_budget: top(Top::InitialBudget),
            adjusted_budget: top(Top::AdjustedBudget),
            actual_expenditure: top(Top::ActualExpenditure),
            budget_adjustment: top(Top::BudgetAdjustment),
            net_change: top(Top::NetChange),
            task_funds: top(Top::TaskFunds),
            key_project_requested: top(Top::KeyProjectRequested),
            key_project_used: top(Top::KeyProjectUsed),
            ..Totals::default()
        };
        for &(figure, total) in &self.sums {
            match figure {
                Figure::Top(_) => {}
                Figure::Source(source, column) => {
                    totals.by_source.entry(source.as_str()).or_default().insert(column.as_str(), total);
                }
                Figure::Nature(nature, column) => {
                    totals.by_nature.entry(nature.as_str()).or_default().insert(column.as_str(), total);
                }
            }
        }
        totals
    }

    /// Rates recomputed from the sums, over the documents that report both members.
    pub fn rates(&self) -> Rates {
        Rates { completion_rate: self.completion.rate(), adjustment_rate: self.adjustment.rate() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use huizong_schema::parse;
    use proptest::prelude::*;

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
        let source = |column| sum(&rollup, Figure::Source(Source::Other, column));
        assert_eq!(source(Column::Initial), once("10000.00"));
        assert_eq!(source(Column::Adjusted), None);
        assert_eq!(source(Column::Actual), once("5000.00"));
        assert_eq!(sum(&rollup, Figure::Nature(Nature::Basic, Column::Adjusted)), once("20000.00"));
        assert_eq!(sum(&rollup, Figure::Nature(Nature::Project, Column::Actual)), once("30000.00"));
        assert_eq!(sum(&rollup, Figure::Nature(Nature::Project, Column::Adjusted)), None);
        assert_eq!(rollup.counts, Counts { tasks: 3, indicators: 4, key_projects: 2 });
        assert_eq!(rollup.rates().completion_rate.as_deref(), Some("99.97"));
        assert_eq!(rollup.rates().adjustment_rate.as_deref(), Some("17.36"));
        assert_eq!(rollup.sums().len(), 12);
        let totals = rollup.totals();
        assert_eq!(totals.by_source["other"]["initial_budget"].value.to_string(), "10000.00");
        assert_eq!(totals.by_nature["basic"]["adjusted_budget"].reported_by, 1);
        assert_eq!(totals.net_change.unwrap().value.to_string(), "-588500.00");
        assert_eq!(totals.task_funds.unwrap().value.to_string(), "87500.00");
        assert_eq!(totals.key_project_used.unwrap().value.to_string(), "100000.00");
        assert_eq!(totals.key_project_requested.unwrap().value.to_string(), "130000.00");
        assert_eq!(totals.budget_adjustment.unwrap().value.to_string(), "588500.00");
        assert_eq!(totals.initial_budget.unwrap().value.to_string(), "3390400.00");
        assert_eq!(totals.adjusted_budget.unwrap().value.to_string(), "2801900.00");
        assert_eq!(totals.actual_expenditure.unwrap().value.to_string(), "2801000.00");
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
        assert_eq!(rollup.rates().completion_rate.as_deref(), Some("75.00"));
        assert_eq!(rollup.rates().adjustment_rate.as_deref(), Some("10.00"));
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

    #[test]
    fn figures_are_named_as_the_schema_names_them() {
        assert_eq!(Figure::Top(Top::NetChange).name(), "net_change");
        assert_eq!(Figure::Top(Top::NetChange).column(), None);
        assert_eq!(Figure::Source(Source::Other, Column::Actual).name(), "other");
        assert_eq!(Figure::Nature(Nature::Basic, Column::Actual).name(), "basic");
        assert_eq!(Figure::Nature(Nature::Basic, Column::Actual).column(), Some("actual_expenditure"));
        assert_eq!(Nature::Project.label(), ("项目支出", "project expenditure"));
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

        /// No documents change nothing.
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
