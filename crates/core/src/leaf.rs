//! What a document's figures are made of: each amount that is added, where it stands, how it is counted.

use huizong_schema::lineage::Counted;
use huizong_schema::{Amount, Evaluation, Money, Pointer, SignedAmount, Unit};
use rust_decimal::Decimal;

use crate::figure::{Figure, Nature, Top};
use crate::member::{Column, Source};
use crate::number::millionths;

/// Where an amount stands; a pointer is made of it only where one is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum At {
    Budget(&'static str),
    Source(Source, Column),
    Nature(Nature, Column),
    Task(usize),
    Project(usize, &'static str),
}

impl At {
    fn pointer(self) -> Pointer {
        let path = match self {
            Self::Budget(member) => format!("/budget/{member}"),
            Self::Source(source, column) => {
                format!("/budget/by_source/{}/{}", source.as_str(), column.as_str())
            }
            Self::Nature(nature, column) => {
                format!("/budget/by_nature/{}/{}", nature.as_str(), column.as_str())
            }
            Self::Task(index) => format!("/tasks/{index}/funds"),
            Self::Project(index, member) => format!("/key_projects/{index}/{member}"),
        };
        Pointer::parse(&path)
    }
}

/// An amount that is added to a figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Addend {
    pub(crate) figure: Figure,
    amount: Decimal,
    how: Counted,
    at: At,
}

impl Addend {
    pub(crate) fn millionths(&self, unit: Unit) -> i128 {
        let value = millionths(self.amount, unit);
        match self.how {
            Counted::Plus => value,
            Counted::Minus => -value,
            Counted::Absolute => value.abs(),
        }
    }
}

/// Every amount that is added, in the order of the figures, those of one figure together.
#[inline]
pub(crate) fn each_addend(document: &Evaluation<'_>, take: &mut impl FnMut(Addend)) {
    let required = document.required();
    let mut top = |top, amount: Option<Decimal>, how, at| {
        if let Some(amount) = amount {
            take(Addend { figure: Figure::Top(top), amount, how, at });
        }
    };
    let plain = |amount: Amount| Some(amount.decimal());
    let budget = document.budget.as_ref();
    let adjustment = budget.and_then(|budget| budget.budget_adjustment).map(SignedAmount::decimal);
    let initial = At::Budget("initial_budget");
    let adjusted = At::Budget("adjusted_budget");
    top(Top::InitialBudget, plain(required.initial_budget), Counted::Plus, initial);
    top(Top::AdjustedBudget, plain(required.adjusted_budget), Counted::Plus, adjusted);
    top(
        Top::ActualExpenditure,
        plain(required.actual_expenditure),
        Counted::Plus,
        At::Budget("actual_expenditure"),
    );
    top(Top::BudgetAdjustment, adjustment, Counted::Absolute, At::Budget("budget_adjustment"));
    top(Top::NetChange, plain(required.adjusted_budget), Counted::Plus, adjusted);
    top(Top::NetChange, plain(required.initial_budget), Counted::Minus, initial);
    for (index, task) in document.tasks.iter().enumerate() {
        top(Top::TaskFunds, task.funds.map(Amount::decimal), Counted::Plus, At::Task(index));
    }
    for (index, project) in document.key_projects.iter().enumerate() {
        let requested = project.budget_requested.map(Amount::decimal);
        top(Top::KeyProjectRequested, requested, Counted::Plus, At::Project(index, "budget_requested"));
    }
    for (index, project) in document.key_projects.iter().enumerate() {
        let used = project.funds_used.map(Amount::decimal);
        top(Top::KeyProjectUsed, used, Counted::Plus, At::Project(index, "funds_used"));
    }
    let mut one = |figure, amount: Option<Decimal>, at| {
        if let Some(amount) = amount {
            take(Addend { figure, amount, how: Counted::Plus, at });
        }
    };
    if let Some(sources) = budget.and_then(|budget| budget.by_source.as_ref()) {
        for &source in Source::ALL {
            let Some(figures) = source.of(sources) else { continue };
            for &column in Column::ALL {
                one(Figure::Source(source, column), column.of(figures), At::Source(source, column));
            }
        }
    }
    if let Some(natures) = budget.and_then(|budget| budget.by_nature.as_ref()) {
        for &nature in Nature::ALL {
            let Some(figures) = nature.of(natures) else { continue };
            for &column in Column::ALL {
                one(Figure::Nature(nature, column), column.of_nature(figures), At::Nature(nature, column));
            }
        }
    }
}

/// An amount of a document that a figure is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The figure that it is added to.
    pub figure: Figure,
    /// Where it stands in the document.
    pub pointer: Pointer,
    /// The amount as printed, in the document's unit.
    pub printed: Decimal,
    /// The document's unit.
    pub unit: Unit,
    /// How it is counted.
    pub how: Counted,
    /// What it adds, in 元.
    pub value: Money,
}

/// Every amount that a document's figures are made of, in the order of the figures. Those of one figure add up to it.
pub fn leaves(document: &Evaluation<'_>) -> Vec<Leaf> {
    let unit = document.required().unit;
    let mut leaves = Vec::new();
    each_addend(document, &mut |addend| {
        leaves.push(Leaf {
            figure: addend.figure,
            pointer: addend.at.pointer(),
            printed: addend.amount,
            unit,
            how: addend.how,
            value: Money::from_millionths(addend.millionths(unit)),
        });
    });
    leaves
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Contribution;
    use huizong_schema::parse;

    #[test]
    fn leaves_add_up_to_the_figures_and_stand_where_their_pointers_lead() {
        let text = r#"{"schema_version": "1.0", "department": {"name": "甲"}, "fiscal_year": 2023, "unit": "CNY_10K",
            "budget": {"initial_budget": "339.04", "adjusted_budget": "280.19", "actual_expenditure": "280.1",
            "budget_adjustment": "-58.85", "by_source": {"other": {"initial_budget": "1", "actual_expenditure": "0.5"}},
            "by_nature": {"project": {"actual_expenditure": "3"}}},
            "tasks": [{"funds": "6.23"}, {}, {"funds": "2.52"}],
            "key_projects": [{"budget_requested": "13", "funds_used": "8.54"}, {"funds_used": "1.46"}]}"#;
        let document = parse(text).unwrap();
        let leaves = leaves(&document);
        let contribution = Contribution::of(&document);
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        for figure in Figure::all() {
            let of = leaves.iter().filter(|leaf| leaf.figure == figure);
            let sum = of.map(|leaf| leaf.value.millionths()).reduce(|a, b| a + b);
            assert_eq!(sum.map(Money::from_millionths), contribution.value(figure), "{figure:?}");
        }
        for leaf in &leaves {
            assert_eq!(json.pointer(leaf.pointer.as_str()).unwrap(), &leaf.printed.to_string());
        }
        assert_eq!(leaves.len(), 14);
    }
}
