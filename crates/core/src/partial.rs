//! Partial sums: figures of a consolidated document that only some of its units report.
//!
//! A document that was merged from units' documents lists the units that lack a figure, by the figure's pointer, under
//! `extensions.huizong.partial`.

use huizong_schema::{Draft, Scope};
use serde_json::{Map, Value};

use huizong_schema::figures::{Figure, Top};

/// The namespace of the extensions that this program writes.
pub(crate) const NAMESPACE: &str = "huizong";

/// Figures that only some of a department's units report: the units that lack them, by pointer.
pub(crate) fn partial<'d>(draft: &'d Draft<'_>) -> Option<&'d Map<String, Value>> {
    draft.extensions.as_ref()?.0.get(NAMESPACE)?.get("partial")?.as_object()
}

/// The units that lack a figure of their department's consolidated document, according to that document.
///
/// Only optional figures, and units that the document lists, are accepted.
pub(crate) fn lacking<'d>(draft: &'d Draft<'_>, pointer: &str) -> &'d [Value] {
    let whole = draft.department.as_ref().filter(|of| of.scope == Some(Scope::Consolidated));
    let Some(department) = whole else { return &[] };
    let lacking = partial(draft).and_then(|partial| partial.get(pointer)?.as_array());
    let lacking = lacking.filter(|_| pointer.starts_with("/budget/by_") || is_optional(pointer));
    let is_unit = |name: &Value| {
        let listed = department.units.iter().filter_map(|unit| unit.name.as_deref());
        name.as_str().is_some_and(|name| listed.into_iter().any(|unit| unit == name))
    };
    lacking.filter(|lacking| lacking.iter().all(is_unit)).map_or(&[], Vec::as_slice)
}

/// Whether the pointer is that of a sum that is optional in a finished document.
fn is_optional(pointer: &str) -> bool {
    let sums = Top::ALL.iter().filter_map(|top| Figure::Top(*top).place());
    sums.into_iter().any(|(addend, _)| addend.member.pointer == pointer && !addend.member.is_required)
}
