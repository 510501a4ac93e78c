//! Profiles, built in or of a file.

use std::path::Path;

use huizong_forms::profile::{Profile, built_in};

use crate::error::Error;
use crate::files::read_text;
use crate::lists::Consulted;

/// A profile that was asked for by name.
pub struct ProfileChoice {
    /// The profile.
    pub choice: huizong_engine::ProfileChoice,
    /// The file that it was read from, unless it is a built-in one.
    file: Option<Consulted>,
}

/// The failure that no form can be written by a profile.
pub fn no_layout(profile: &Profile) -> Error {
    let id = &profile.id;
    Error::new(
        format!("版式 {id} 没有 [layout]，不能按它写表"),
        format!("the profile {id} has no [layout], so no form can be written by it"),
    )
}

impl ProfileChoice {
    /// Finds a profile by its id, or reads it from a file below a folder.
    ///
    /// # Errors
    ///
    /// Returns an error if it is neither built in nor a file, or the file is faulty.
    pub fn find(name: &str, folder: &Path) -> Result<Self, Error> {
        if let Some(choice) = huizong_engine::ProfileChoice::built_in(name) {
            return Ok(Self { choice, file: None });
        }
        let names = built_in().iter().map(|profile| profile.id.as_str()).collect::<Vec<_>>().join(", ");
        let path = folder.join(name);
        let text = read_text(&path).map_err(|error| {
            let zh = format!("没有版式 {name}（内置的有 {names}；也可给出 TOML 文件）");
            Error::new(zh, format!("no profile {name} (built in: {names}; a TOML file may be named too)"))
                .because(error)
        })?;
        let faulty = |error: huizong_forms::profile::ProfileError| {
            Error::new(format!("版式 {name} 有误：{error}"), format!("the profile {name} is faulty: {error}"))
        };
        let choice = Profile::parse(&text).map_err(faulty)?.into();
        Ok(Self { choice, file: Some(Consulted { role: "profile", path, bytes: text.into_bytes() }) })
    }

    /// Returns the profile.
    pub fn get(&self) -> &Profile {
        &self.choice
    }

    /// The file that it was read from; `None` for a built-in one.
    pub fn file(&self) -> Option<&Consulted> {
        self.file.as_ref()
    }
}
