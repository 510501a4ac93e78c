//! The department that a document is from.

use huizong_plugin_sdk::Draft;

/// The department that a document is from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Department {
    pub(crate) name: String,
    pub(crate) code: String,
    /// The code or name of the department above it.
    pub(crate) parent: String,
}

impl Department {
    pub(crate) fn of(draft: &Draft<'_>) -> Self {
        let Some(of) = &draft.department else { return Self::default() };
        let text = |text: Option<&str>| text.unwrap_or_default().trim().to_owned();
        Self {
            name: text(of.name.as_deref()),
            code: text(of.code.as_deref()),
            parent: text(of.parent.as_deref()),
        }
    }

    /// Whether the two can be expected to share texts and projects: the same department, a unit of the other, or units of
    /// one department.
    pub(crate) fn is_related_to(&self, other: &Self) -> bool {
        let is = |who: &Self, name: &str| !name.is_empty() && (who.name == name || who.code == name);
        self.name == other.name
            || is(other, &self.parent)
            || is(self, &other.parent)
            || !self.parent.is_empty() && self.parent == other.parent
    }
}
