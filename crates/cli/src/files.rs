//! Files written whole or not at all.

use std::io::{self, Write};
use std::path::Path;

use crate::exit::Error;

/// The error that a path cannot be written.
pub(crate) fn cannot_write(path: &Path, error: io::Error) -> Error {
    let shown = path.display();
    Error::new(format!("无法写出 {shown}"), format!("cannot write {shown}")).because(error)
}

/// Refuses to write over a file: a form that was handed in must not be lost by mistake.
pub(crate) fn must_be_new(path: &Path, shown: &Path) -> Result<(), Error> {
    if !path.exists() {
        return Ok(());
    }
    let shown = shown.display();
    Err(Error::new(
        format!("{shown} 已经存在，没有写出；请换一个文件名，或先把它移走"),
        format!("{shown} exists and was not written over: name another file, or move it away"),
    ))
}

/// Writes a file next to its place and then renames it, so that there is never half a file.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |error| cannot_write(path, error);
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut beside = tempfile::Builder::new();
    beside.prefix(".huizong-");
    #[cfg(unix)]
    {
        // A result is for the office, not only for its owner.
        use std::os::unix::fs::PermissionsExt;
        beside.permissions(std::fs::Permissions::from_mode(0o666));
    }
    // A file that exists keeps its permissions, and is not replaced if they forbid writing.
    if let Some(there) = path.metadata().ok().filter(std::fs::Metadata::is_file) {
        std::fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
        beside.permissions(there.permissions());
    }
    let mut file = beside.tempfile_in(parent).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error)).map(drop)
}
