//! The options of a call, and the lists that they name.

use std::path::{Path, PathBuf};

use huizong_core::{Accepted, Lang};
use huizong_engine::Options;
use huizong_run::error::Error;
use huizong_run::lists::{Lists, Wanted, names_all, refuse_same_year};
use huizong_run::profile::ProfileChoice;
use pyo3::prelude::*;

/// The options of [`run`](crate::results::run), by their names in Python.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Asked {
    pub(crate) paths: Vec<PathBuf>,
    year: Option<u16>,
    profile: Option<String>,
    roster: Option<PathBuf>,
    books: Option<PathBuf>,
    previous: Option<PathBuf>,
    group_by: Vec<String>,
    accept: Vec<String>,
    exclude_errors: bool,
    /// Whether the paths are a whole set of forms; by what they name, if absent.
    whole_set: Option<bool>,
    pub(crate) jobs: Option<usize>,
}

impl Asked {
    /// Reads the lists. Paths are from `directory`.
    pub(crate) fn read(&self, directory: &Path) -> Result<(Lists, Options), Error> {
        let at = |path: &Option<PathBuf>| path.as_ref().map(|path| directory.join(path));
        let is_whole = self.whole_set.unwrap_or_else(|| names_all(&self.paths, directory));
        let lists = Lists::load(&Wanted {
            roster: at(&self.roster).as_deref(),
            books: at(&self.books).as_deref(),
            previous: at(&self.previous).as_deref(),
            template: None,
            group_by: if is_whole { &self.group_by } else { &[] },
        })?;
        if let Some(previous) = &lists.previous {
            refuse_same_year(previous, self.year)?;
        }
        let mut options =
            lists.options().accept(Accepted::new(&self.accept)).exclude_errors(self.exclude_errors);
        if let Some(year) = self.year {
            options = options.fiscal_year(year);
        }
        if let Some(name) = &self.profile {
            options = options.profile(profile(name, directory)?.choice);
        }
        let is_one = match self.whole_set {
            None => lists.is_one(&self.paths, directory),
            Some(is_whole) => !is_whole,
        };
        if is_one {
            options = options.some_documents();
        }
        Ok((lists, options))
    }
}

/// Finds a profile. That there is no such file is a fault of the argument, not of the system.
fn profile(name: &str, directory: &Path) -> Result<ProfileChoice, Error> {
    ProfileChoice::find(name, directory).map_err(|error| Error::new(error.say(Lang::Zh), error.say(Lang::En)))
}

/// The options of a single form.
pub(crate) fn of_form(
    year: Option<u16>,
    asked: Option<&str>,
    directory: &Path,
) -> Result<(Options, Option<ProfileChoice>), Error> {
    let mut options = Options::default();
    if let Some(year) = year {
        options = options.fiscal_year(year);
    }
    let profile = asked.map(|name| profile(name, directory)).transpose()?;
    if let Some(profile) = &profile {
        options = options.profile(profile.choice.clone());
    }
    Ok((options, profile))
}
