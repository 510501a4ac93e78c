//! The state of a document.

/// The state of a document in a consolidation. Every output reports it in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum State {
    /// It is counted, and no rule found an error in it.
    Counted,
    /// It is counted, although rules found errors in it.
    CountedWithErrors,
    /// It lacks a required member, or the schema refuses a part of it.
    NotFinished,
    /// It is for another year than the one asked for.
    AnotherYear,
    /// The file is not this form.
    AnotherForm,
    /// Nothing is filled in.
    Blank,
    /// Nothing could be read.
    NotReadable,
    /// Another document of the same department counts, or none of them does until one is accepted.
    Duplicate,
    /// Its department's consolidated document contains its figures.
    CountedInDepartment,
    /// It has errors, and documents with errors are left out on request.
    LeftOutForErrors,
}

impl State {
    /// Every state.
    const ALL: [Self; 10] = [
        Self::Counted,
        Self::CountedWithErrors,
        Self::NotFinished,
        Self::AnotherYear,
        Self::AnotherForm,
        Self::Blank,
        Self::NotReadable,
        Self::Duplicate,
        Self::CountedInDepartment,
        Self::LeftOutForErrors,
    ];

    /// Returns the state with this name for programs.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Returns its name for programs, in kebab-case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::CountedWithErrors => "counted-with-errors",
            Self::NotFinished => "not-finished",
            Self::AnotherYear => "another-year",
            Self::AnotherForm => "another-form",
            Self::Blank => "blank",
            Self::NotReadable => "not-readable",
            Self::Duplicate => "duplicate",
            Self::CountedInDepartment => "counted-in-department",
            Self::LeftOutForErrors => "left-out-for-errors",
        }
    }

    /// Returns true if the sums contain the document's own figures.
    pub const fn is_counted(self) -> bool {
        matches!(self, Self::Counted | Self::CountedWithErrors)
    }
}
