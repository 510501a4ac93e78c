//! Exchanges a folder for another.
//!
//! Linux does it in one step where the file system can. Elsewhere the old folder is moved aside and the new one moved in: a kill in
//! between leaves the old one aside, and the next run moves it back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::exit::is_open_elsewhere;

/// Puts a new folder in the place of an old one, which is then at `new` or at `aside`, or gone.
pub(super) fn exchange(new: &Path, target: &Path, aside: &Path) -> io::Result<()> {
    match at_once(new, target) {
        Err(error) if is_unsupported(&error) => {}
        done => return done,
    }
    patiently(|| fs::rename(target, aside))?;
    patiently(|| fs::rename(new, target)).or_else(|error| fs::rename(aside, target).and(Err(error)))
}

#[cfg(target_os = "linux")]
fn at_once(new: &Path, target: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, new, CWD, target, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn at_once(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

/// Tries again for a while on Windows, where a virus scanner may hold a new file open for a moment.
pub(super) fn patiently<T>(mut step: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    const TIMES: u32 = 20;
    let is_held = |error: &io::Error| {
        cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied || is_open_elsewhere(error)
    };
    for _ in 1..TIMES {
        match step() {
            Err(error) if is_held(&error) => std::thread::sleep(Duration::from_millis(50)),
            done => return done,
        }
    }
    step()
}

/// A file of a folder that another program has open, so that Windows does not let the folder be moved.
#[cfg(windows)]
pub(super) fn held_open(folder: &Path) -> Option<PathBuf> {
    use std::os::windows::fs::OpenOptionsExt;
    let is_held = |path: &Path| {
        let opened = fs::OpenOptions::new().read(true).share_mode(0).open(path);
        opened.is_err_and(|error| is_open_elsewhere(&error))
    };
    let mut files: Vec<PathBuf> = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    files.sort();
    files.into_iter().find(|path| path.is_file() && is_held(path))
}

#[cfg(not(windows))]
pub(super) fn held_open(_: &Path) -> Option<PathBuf> {
    None
}
