//! Changes the settings, and keeps their comments, order and line ends.

use std::path::{Path, PathBuf};

use toml_edit::DocumentMut;

use huizong_run::files::{read_text, write_whole};

use super::{FILE, Settings};
use crate::exit::Error;

/// Changes the file of the settings, or a new one in `folder`. Returns its path.
///
/// # Errors
/// Returns the error of `strange` if the file is not as it must be to be changed; `change` then returned [`None`].
pub(crate) fn edit(
    folder: &Path,
    settings: &Settings,
    change: impl FnOnce(&mut DocumentMut) -> Option<()>,
    strange: impl Fn() -> Error,
) -> Result<PathBuf, Error> {
    let target = settings.file.clone().unwrap_or_else(|| folder.join(FILE));
    // A link is followed, and not replaced.
    let target = dunce::canonicalize(&target).unwrap_or(target);
    let text = match &settings.file {
        Some(_) => read_text(&target)?,
        None => String::new(),
    };
    let is_crlf = text.contains("\r\n");
    let mut document: DocumentMut = text.parse().map_err(|_| strange())?;
    // Where there are only comments, they stay above what is new.
    let comments = if document.is_empty() { text.trim_end().to_owned() } else { String::new() };
    if !comments.is_empty() {
        document.set_trailing("");
    }
    change(&mut document).ok_or_else(strange)?;
    let mut text = document.to_string();
    if !comments.is_empty() {
        text = format!("{comments}\n\n{}", text.trim_start());
    }
    let text = if is_crlf { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text };
    write_whole(&target, text.as_bytes())?;
    Ok(target)
}
