//! The finished document.

use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::choices::{FiscalYear, Unit};
use crate::evaluation::Draft;
use crate::figures;
use crate::pointer::Pointer;

/// A document with every required member: what the published schema accepts.
///
/// Reads as a [`Draft`]; the required members also have getters that cannot fail.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Evaluation<'a>(Draft<'a>);

/// The members that every finished document has, besides its required figures: those are read by their
/// [`Member`](figures::Member).
#[derive(Clone, Copy, Debug)]
pub struct Required<'d> {
    /// The department's name as printed.
    pub department: &'d str,
    /// The year evaluated.
    pub fiscal_year: FiscalYear,
    /// The unit of every amount.
    pub unit: Unit,
}

impl Evaluation<'_> {
    /// The required members.
    pub fn required(&self) -> Required<'_> {
        required(&self.0).expect("constructed only with all of them")
    }
}

fn required<'d>(draft: &'d Draft<'_>) -> Option<Required<'d>> {
    Some(Required {
        department: draft.department.as_ref()?.name.as_deref()?,
        fiscal_year: draft.fiscal_year?,
        unit: draft.unit?,
    })
}

fn is_finished(draft: &Draft<'_>) -> bool {
    let mut units = draft.department.iter().flat_map(|department| &department.units);
    units.all(|unit| unit.name.is_some()) && figures::is_complete(draft)
}

impl<'a> Draft<'a> {
    /// The document, if it has every required member.
    ///
    /// # Errors
    /// Returns the draft with the pointers of the required members that are missing.
    pub fn finish(self) -> Result<Evaluation<'a>, Box<Unfinished<'a>>> {
        if is_finished(&self) {
            return Ok(Evaluation(self));
        }
        let missing = self.missing();
        Err(Box::new(Unfinished { draft: self, missing }))
    }

    /// The required members that are missing, in the schema's order.
    pub fn missing(&self) -> Vec<Pointer> {
        let department = self.department.as_ref();
        let units = department.map(|d| d.units.iter().map(|unit| unit.name.is_some())).into_iter().flatten();
        let fixed = figures::needed(self)
            .filter(|(_, _, is_there)| !is_there)
            .map(|(pointer, _, _)| Pointer::parse(pointer));
        let units = units.enumerate().filter(|(_, is_there)| !is_there);
        fixed.chain(units.map(|(i, _)| Pointer::parse("/department/units").item(i).member("name"))).collect()
    }
}

/// A draft that lacks required members.
#[derive(Debug)]
pub struct Unfinished<'a> {
    /// The draft.
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
        if !is_finished(&draft) {
            return Err(de::Error::custom("a required member is missing"));
        }
        Ok(Evaluation(draft))
    }
}
