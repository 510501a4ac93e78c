//! Options of documents and of their set.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use huizong_core::bureau_accounts::BureauAccounts;
use huizong_core::consolidate::ConsolidationOptions;
use huizong_core::counting::CountingOptions;
use huizong_core::roster::Roster;
use huizong_core::{Accepted, Settings, Snapshot};
use huizong_forms::profile::{self, Profile};
use huizong_schema::findings::Finding;

/// Options of documents and of their set. Cloning is cheap.
///
/// ```
/// let options = huizong_engine::Options::default().fiscal_year(2022);
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) document: Settings,
    pub(crate) profile: Option<ProfileChoice>,
    group_by: Vec<Vec<usize>>,
    accept: Accepted,
    settled: Arc<BTreeSet<String>>,
    exclude_errors: bool,
    district: Option<String>,
    pub(crate) is_whole_set: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            document: Settings::default(),
            profile: None,
            group_by: Vec::new(),
            accept: Accepted::default(),
            settled: Arc::default(),
            exclude_errors: false,
            district: None,
            is_whole_set: true,
        }
    }
}

impl Options {
    /// Asks for documents of this year. Documents of another year are errors and are not counted.
    #[must_use]
    pub fn fiscal_year(mut self, year: u16) -> Self {
        self.document.year = Some(year);
        self
    }

    /// Reads forms by this profile instead of the one that fits best.
    #[must_use]
    pub fn profile(mut self, profile: impl Into<ProfileChoice>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// Compares with the list of departments that should report.
    #[must_use]
    pub fn roster(mut self, roster: impl Into<Arc<Roster>>) -> Self {
        self.document.roster = Some(roster.into());
        self
    }

    /// Compares documents with the bureau's own books.
    #[must_use]
    pub fn books(mut self, books: impl Into<Arc<BureauAccounts>>) -> Self {
        self.document.books = Some(books.into());
        self
    }

    /// Compares with last year's consolidation.
    #[must_use]
    pub fn previous(mut self, previous: impl Into<Arc<Snapshot>>) -> Self {
        self.document.previous = Some(previous.into());
        self
    }

    /// Adds up by groups as well: each group is made of one or more columns of the roster ([`Roster::column`]).
    #[must_use]
    pub fn group_by(mut self, groups: Vec<Vec<usize>>) -> Self {
        self.group_by = groups;
        self
    }

    /// Says which documents count where a department sent several different ones.
    #[must_use]
    pub fn accept(mut self, accepted: impl Into<Accepted>) -> Self {
        self.accept = accepted.into();
        self
    }

    /// Names the findings that the bureau has settled by their fingerprints. A document does not go back for them.
    #[must_use]
    pub fn settled<F: Into<String>>(mut self, fingerprints: impl IntoIterator<Item = F>) -> Self {
        self.settled = Arc::new(fingerprints.into_iter().map(Into::into).collect());
        self
    }

    /// Leaves documents with errors out of the sums.
    #[must_use]
    pub fn exclude_errors(mut self, exclude: bool) -> Self {
        self.exclude_errors = exclude;
        self
    }

    /// Names the district, for titles, instead of taking what most names of the roster begin with.
    #[must_use]
    pub fn district(mut self, name: impl Into<String>) -> Self {
        self.district = Some(name.into());
        self
    }

    /// Says that the documents are only some of those expected, so that nobody is reported as missing. The only finding
    /// about the set is then that a department sent several different documents.
    #[must_use]
    pub fn some_documents(mut self) -> Self {
        self.is_whole_set = false;
        self
    }

    /// Returns the year asked for.
    pub const fn year(&self) -> Option<u16> {
        self.document.year
    }

    pub(crate) fn profile_to_read(&self) -> Option<&Profile> {
        self.profile.as_deref()
    }

    pub(crate) fn books_given(&self) -> Option<&BureauAccounts> {
        self.document.books.as_deref()
    }

    pub(crate) fn roster_given(&self) -> Option<&Roster> {
        self.document.roster.as_deref()
    }

    /// Returns false if the documents are only some of those expected.
    pub const fn is_whole_set(&self) -> bool {
        self.is_whole_set
    }

    /// Returns which documents count where a department sent several.
    pub const fn accepted(&self) -> &Accepted {
        &self.accept
    }

    /// Whether the bureau has settled any finding.
    pub(crate) fn settles_any(&self) -> bool {
        !self.settled.is_empty()
    }

    /// Whether the bureau has settled a finding.
    pub(crate) fn settles(&self, finding: &Finding) -> bool {
        self.settled.contains(&finding.fingerprint)
    }

    pub(crate) fn counting<'a>(&'a self, settled: &'a BTreeSet<String>) -> CountingOptions<'a> {
        CountingOptions {
            settled,
            accept: &self.accept,
            exclude_errors: self.exclude_errors,
            roster: self.document.roster.as_deref(),
            members: None,
            notices: &[],
            is_whole_set: self.is_whole_set,
        }
    }

    /// Returns what the sums are compared with and grouped by.
    pub fn consolidation(&self) -> ConsolidationOptions<'_> {
        ConsolidationOptions {
            roster: self.document.roster.as_deref(),
            group_by: &self.group_by,
            previous: self.document.previous.as_deref(),
            district: self.district.as_deref(),
        }
    }
}

/// A profile to read forms by: a built-in one, or one of a district's own.
#[derive(Clone, Debug)]
pub enum ProfileChoice {
    /// One of those that are part of the program.
    BuiltIn(&'static Profile),
    /// One that was read from a file.
    Own(Arc<Profile>),
}

impl ProfileChoice {
    /// Returns the built-in profile of that id, such as `guangzhou-tianhe`.
    pub fn built_in(id: &str) -> Option<Self> {
        profile::built_in().iter().find(|profile| profile.id == id).map(Self::BuiltIn)
    }
}

impl Deref for ProfileChoice {
    type Target = Profile;
    fn deref(&self) -> &Profile {
        match self {
            Self::BuiltIn(profile) => profile,
            Self::Own(profile) => profile,
        }
    }
}

impl From<Profile> for ProfileChoice {
    fn from(profile: Profile) -> Self {
        Self::Own(Arc::new(profile))
    }
}
