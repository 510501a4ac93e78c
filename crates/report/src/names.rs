//! Departments under the names that the roster has for them, whatever their forms say.

use std::collections::BTreeMap;

use huizong_core::DepartmentRow;
use huizong_schema::consolidation::Consolidation;
use huizong_schema::findings::Finding;

/// The roster's names of departments whose forms give another one, by document.
pub(crate) struct Names<'c>(BTreeMap<&'c str, &'c str>);

impl<'c> Names<'c> {
    pub(crate) fn of<R>(consolidation: &'c Consolidation<R>) -> Self {
        let matched = consolidation.coverage.matched.iter();
        Self(matched.map(|matched| (&*matched.document, &*matched.expected)).collect())
    }

    /// The name of a document's department.
    pub(crate) fn name(&self, document: &str, printed: Option<&'c str>) -> Option<&'c str> {
        self.0.get(document).copied().or(printed)
    }

    /// The name of a row's department.
    pub(crate) fn of_row(&self, row: &DepartmentRow<'c>) -> &'c str {
        self.name(&row.entry.document, row.entry.name.as_deref()).unwrap_or_default()
    }

    /// The name of the department that a finding is about.
    pub(crate) fn of_finding(&self, finding: &'c Finding) -> Option<&'c str> {
        self.name(finding.document.as_deref().unwrap_or_default(), finding.department.as_deref())
    }
}
