//! The finished document.

use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::choices::{FiscalYear, Unit};
use crate::decimal::Amount;
use crate::evaluation::Draft;
use crate::pointer::Pointer;

/// A document in which every required member stands: what the published schema accepts.
///
/// Reads as a [`Draft`]; the required members also have getters that cannot fail.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Evaluation<'a>(Draft<'a>);

/// The amounts that every finished document holds, in its unit.
#[derive(Clone, Copy, Debug)]
pub struct Required<'d> {
    /// The department's name as printed.
    pub department: &'d str,
    /// The year evaluated.
    pub fiscal_year: FiscalYear,
    /// The unit of every amount.
    pub unit: Unit,
    /// 年初预算.
    pub initial_budget: Amount,
    /// 调整后预算.
    pub adjusted_budget: Amount,
    /// 实际支出.
    pub actual_expenditure: Amount,
}

impl Evaluation<'_> {
    /// The required members.
    pub fn required(&self) -> Required<'_> {
        required(&self.0).expect("constructed only where all of them stand")
    }
}

fn required<'d>(draft: &'d Draft<'_>) -> Option<Required<'d>> {
    draft.schema_version?;
    if draft.department.as_ref()?.units.iter().any(|unit| unit.name.is_none()) {
        return None;
    }
    let budget = draft.budget.as_ref()?;
    Some(Required {
        department: draft.department.as_ref()?.name.as_deref()?,
        fiscal_year: draft.fiscal_year?,
        unit: draft.unit?,
        initial_budget: budget.initial_budget?,
        adjusted_budget: budget.adjusted_budget?,
        actual_expenditure: budget.actual_expenditure?,
    })
}

impl<'a> Draft<'a> {
    /// The document, if every required member stands.
    ///
    /// # Errors
    /// Gives the draft back, with the pointers of the required members that are missing.
    pub fn finish(self) -> Result<Evaluation<'a>, Box<Unfinished<'a>>> {
        if required(&self).is_some() {
            return Ok(Evaluation(self));
        }
        let missing = self.missing();
        Err(Box::new(Unfinished { draft: self, missing }))
    }

    /// The required members that are missing, in the schema's order.
    pub fn missing(&self) -> Vec<Pointer> {
        let department = self.department.as_ref();
        let budget = self.budget.as_ref();
        let units = department.map(|d| d.units.iter().map(|unit| unit.name.is_some())).into_iter().flatten();
        let fixed = [
            ("/schema_version", self.schema_version.is_some()),
            ("/department/name", department.is_some_and(|d| d.name.is_some())),
            ("/fiscal_year", self.fiscal_year.is_some()),
            ("/unit", self.unit.is_some()),
            ("/budget/initial_budget", budget.is_some_and(|b| b.initial_budget.is_some())),
            ("/budget/adjusted_budget", budget.is_some_and(|b| b.adjusted_budget.is_some())),
            ("/budget/actual_expenditure", budget.is_some_and(|b| b.actual_expenditure.is_some())),
        ];
        let fixed =
            fixed.into_iter().filter(|(_, stands)| !stands).map(|(pointer, _)| Pointer::parse(pointer));
        let units = units.enumerate().filter(|(_, stands)| !stands);
        fixed.chain(units.map(|(i, _)| Pointer::parse("/department/units").item(i).member("name"))).collect()
    }
}

/// A draft that lacks required members.
#[derive(Debug)]
pub struct Unfinished<'a> {
    /// What there is.
    pub draft: Draft<'a>,
    /// The required members that are missing, in the schema's order.
    pub missing: Vec<Pointer>,
}

impl<'a> Deref for Evaluation<'a> {
    type Target = Draft<'a>;
    fn deref(&self) -> &Draft<'a> {
        &self.0
    }
}

impl<'a> From<Evaluation<'a>> for Draft<'a> {
    fn from(evaluation: Evaluation<'a>) -> Self {
        evaluation.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Evaluation<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let draft = <Draft<'_> as Deserialize>::deserialize(deserializer)?;
        if required(&draft).is_none() {
            return Err(de::Error::custom("a required member is missing"));
        }
        Ok(Evaluation(draft))
    }
}
