//! The amounts that a document adds to the sums, each with its place and the way it is counted.

use huizong_schema::figures::{Addend, Column, Counted, Figure, FundSource, Nature, Top};
use huizong_schema::{Evaluation, Money, Pointer, Unit};
use rust_decimal::Decimal;

use crate::number::millionths;

/// An amount that is added to a figure. Its pointer is built only if needed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Added {
    pub(crate) figure: Figure,
    amount: Decimal,
    addend: Addend,
    at: usize,
}

impl Added {
    pub(crate) fn millionths(&self, unit: Unit) -> i128 {
        counted(self.amount, self.addend.how, unit)
    }

    fn pointer(&self) -> Pointer {
        let member = self.addend.member;
        member.pointer(member.over, self.at)
    }
}

/// An amount's part of a sum, in counts of 10⁻⁶ 元.
pub(crate) fn counted(amount: Decimal, how: Counted, unit: Unit) -> i128 {
    let value = millionths(amount, unit);
    match how {
        Counted::Plus => value,
        Counted::Minus => -value,
        Counted::Absolute => value.abs(),
    }
}

/// Every amount that is added, in the order of the figures, those of one figure together.
#[inline]
pub(crate) fn each_addend(document: &Evaluation<'_>, take: &mut impl FnMut(Added)) {
    let mut add = |figure, addend: Addend, at| {
        if let Some(amount) = addend.member.read(document, at) {
            take(Added { figure, amount, addend, at });
        }
    };
    for &top in Top::ALL {
        for &addend in top.addends() {
            for at in 0..addend.member.over.count(document) {
                add(Figure::Top(top), addend, at);
            }
        }
    }
    let mut of_place = |figure: Figure| {
        if let Some((addend, at)) = figure.place() {
            add(figure, addend, at);
        }
    };
    let Some(budget) = &document.budget else { return };
    if let Some(sources) = &budget.by_source {
        for &source in FundSource::ALL.iter().filter(|source| source.of(sources).is_some()) {
            Column::ALL.iter().for_each(|&column| of_place(Figure::Source(source, column)));
        }
    }
    if let Some(natures) = &budget.by_nature {
        for &nature in Nature::ALL.iter().filter(|nature| nature.of(natures).is_some()) {
            Column::ALL.iter().for_each(|&column| of_place(Figure::Nature(nature, column)));
        }
    }
}

/// An amount of a document that is part of a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The figure that it is added to.
    pub figure: Figure,
    /// Its place in the document.
    pub pointer: Pointer,
    /// The amount as printed, in the document's unit.
    pub printed: Decimal,
    /// The document's unit.
    pub unit: Unit,
    /// How it is counted.
    pub how: Counted,
    /// Its part of the sum, in 元.
    pub value: Money,
}

/// Every amount in a document's figures, in the order of the figures. Those of one figure add up to it.
pub fn leaves(document: &Evaluation<'_>) -> Vec<Leaf> {
    let unit = document.required().unit;
    let mut leaves = Vec::new();
    each_addend(document, &mut |addend| {
        leaves.push(Leaf {
            figure: addend.figure,
            pointer: addend.pointer(),
            printed: addend.amount,
            unit,
            how: addend.addend.how,
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
