//! The department that a document is from.

use huizong_plugin_sdk::Draft;

/// Who a document is from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Department {
    pub(crate) name: String,
    pub(crate) code: String,
    /// The department above, by its code or name.
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

    /// Whether what one writes may well be what the other writes: the same department, its units, or two units of one.
    pub(crate) fn is_of_one_house_with(&self, other: &Self) -> bool {
        let is = |who: &Self, name: &str| !name.is_empty() && (who.name == name || who.code == name);
        self.name == other.name
            || is(other, &self.parent)
            || is(self, &other.parent)
            || !self.parent.is_empty() && self.parent == other.parent
    }
}
