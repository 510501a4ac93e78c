//! Files read as text, and written whole or not at all.

use std::io::{self, Write};
use std::path::Path;

use crate::error::Error;

/// Reads a text that people edit, such as settings, in whatever encoding their editor saved it.
///
/// # Errors
///
/// Returns an error if the file cannot be read, or is no text in any known encoding.
pub fn read_text(path: &Path) -> io::Result<String> {
    let decoded = huizong_forms::decode(&std::fs::read(path)?);
    if decoded.bad == 0 { Ok(decoded.text) } else { Err(io::ErrorKind::InvalidData.into()) }
}

/// Whether Windows takes a file's name for a device, whatever its ending: reading `CON.xlsx` would wait for the keyboard.
pub fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let is_port = |port: &str| {
        stem.strip_prefix(port).is_some_and(|number| {
            matches!(number.chars().collect::<Vec<_>>()[..], ['0'..='9' | '¹' | '²' | '³'])
        })
    };
    matches!(&*stem, "CON" | "PRN" | "AUX" | "NUL") || is_port("COM") || is_port("LPT")
}

/// Refuses a name that Windows takes for a device.
///
/// # Errors
///
/// Returns an error on Windows for such a name.
pub fn refuse_reserved(path: &Path) -> io::Result<()> {
    let mut names = path.components().map(|part| part.as_os_str().to_string_lossy());
    let is_refused = cfg!(windows) && names.any(|name| is_reserved(&name));
    if is_refused { Err(io::ErrorKind::InvalidFilename.into()) } else { Ok(()) }
}

/// The error that a path cannot be written.
pub fn cannot_write(path: &Path, error: io::Error) -> Error {
    let shown = path.display();
    Error::new(format!("无法写出 {shown}"), format!("cannot write {shown}")).because(error)
}

/// Refuses to write over a file: a form that was handed in must not be lost by mistake.
///
/// # Errors
///
/// Returns an error if something is there.
pub fn must_be_new(path: &Path, shown: &Path) -> Result<(), Error> {
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
///
/// # Errors
///
/// Returns an error if the file cannot be written; what was there before is left as it was.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |error| cannot_write(path, error);
    refuse_reserved(path).map_err(failed)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_devices_are_known_with_any_ending() {
        for name in ["CON", "con.xlsx", "Nul .txt", "com1.json", "LPT²", "aux.a.b"] {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["contact.xlsx", "com.xlsx", "com10", "01-con.xlsx", "中国.xlsx", ""] {
            assert!(!is_reserved(name), "{name}");
        }
    }
}
