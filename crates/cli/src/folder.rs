//! The folder of a result: built next to the old one and exchanged with it at once, by one run at a time.
//!
//! After a kill at any moment the folder is the old one or the new one, and the next run removes what the killed one left.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use huizong_schema::receipt;

use crate::exit::Error;
use crate::files::cannot_write;
use crate::receipts::outputs_of;

/// The place of a result, locked by this run.
pub(crate) struct Folder {
    target: PathBuf,
    parent: PathBuf,
    not_atomic: bool,
    /// Folders that were created above it, to be removed again if there is no result.
    made: Vec<PathBuf>,
    lock: Lock,
}

/// Files and folders that this module puts next to a result.
#[derive(Clone, Copy)]
enum Beside {
    Lock,
    New,
    Old,
}

impl Folder {
    /// Locks the place. Refuses if another run holds the lock, or if anything but an earlier result is there.
    pub(crate) fn take(target: &Path, not_atomic: bool) -> Result<Self, Error> {
        // The target of a link is replaced, not the link.
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        refuse_strange(&target)?;
        let Some(name) = target.file_name().map(OsString::from) else {
            let shown = target.display();
            return Err(Error::new(
                format!("{shown} 不能作为结果文件夹"),
                format!("{shown} cannot be the folder of a result"),
            ));
        };
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new(".")).to_owned();
        let made = make_all(&parent)?;
        let lock = Lock::take(parent.join(beside(&name, Beside::Lock)), &target)?;
        let folder = Self { target, parent, not_atomic, made, lock };
        folder.clear()?;
        // Another run may have changed the folder before this one locked it.
        refuse_strange(&folder.target)?;
        Ok(folder)
    }

    fn beside(&self, what: Beside) -> PathBuf {
        self.parent.join(beside(self.target.file_name().unwrap_or_default(), what))
    }

    /// Removes what a killed run left behind, and restores the result that it had moved aside.
    fn clear(&self) -> Result<(), Error> {
        let (new, old) = (self.beside(Beside::New), self.beside(Beside::Old));
        let clear = || -> io::Result<()> {
            if old.is_dir() && !self.target.exists() {
                fs::rename(&old, &self.target)?;
            }
            for left in [new, old] {
                if left.is_dir() {
                    fs::remove_dir_all(left)?;
                }
            }
            Ok(())
        };
        clear().map_err(|error| cannot_write(&self.target, error))
    }

    /// Creates an empty folder to build the result in.
    pub(crate) fn stage(&self) -> Result<PathBuf, Error> {
        let new = self.beside(Beside::New);
        fs::create_dir(&new).map_err(|error| cannot_write(&self.target, error))?;
        Ok(new)
    }

    /// Puts the new folder in its place.
    pub(crate) fn place(mut self) -> Result<PathBuf, Error> {
        let new = self.beside(Beside::New);
        let place = || -> io::Result<()> {
            sync(&new)?;
            if !self.target.exists() {
                fs::rename(&new, &self.target)?;
            } else if self.not_atomic {
                let old = self.beside(Beside::Old);
                fs::rename(&self.target, &old)?;
                fs::rename(&new, &self.target)
                    .or_else(|error| fs::rename(&old, &self.target).and(Err(error)))?;
                fs::remove_dir_all(&old)?;
            } else {
                exchange(&new, &self.target)?;
                // The old result; the next run removes it if this one cannot.
                fs::remove_dir_all(&new)?;
            }
            sync(&self.parent)
        };
        match place() {
            Ok(()) => {
                self.made.clear();
                Ok(self.target.clone())
            }
            Err(error) if is_unsupported(&error) => {
                let shown = self.target.display();
                Err(Error::new(
                    format!(
                        "{shown} 所在的文件系统不能一次换掉整个文件夹；请换一个新文件夹，或加 --not-atomic（中途断电时结果可能缺失）"
                    ),
                    format!(
                        "the file system of {shown} cannot exchange folders at once: name a new folder, or add --not-atomic (a crash in between may leave none)"
                    ),
                ))
            }
            Err(error) => Err(cannot_write(&self.target, error)),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let new = self.beside(Beside::New);
        if new.is_dir() {
            let _ = fs::remove_dir_all(new);
        }
        self.lock.release();
        for made in self.made.iter().rev() {
            // Only empty folders are removed.
            let _ = fs::remove_dir(made);
        }
    }
}

fn beside(name: &std::ffi::OsStr, what: Beside) -> OsString {
    let mut full = OsString::from(".");
    full.push(name);
    full.push(match what {
        Beside::Lock => ".huizong-lock",
        Beside::New => ".huizong-new",
        Beside::Old => ".huizong-old",
    });
    full
}

/// Creates a folder with all above it, and returns those that were not there.
fn make_all(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let missing: Vec<&Path> =
        folder.ancestors().take_while(|at| !at.as_os_str().is_empty() && !at.exists()).collect();
    let mut made = Vec::new();
    for at in missing.into_iter().rev() {
        fs::create_dir(at).map_err(|error| cannot_write(at, error))?;
        made.push(at.to_owned());
    }
    Ok(made)
}

/// Refuses a folder that holds anything but an earlier result: such a folder is never replaced.
fn refuse_strange(target: &Path) -> Result<(), Error> {
    let shown = target.display();
    let Ok(entries) = fs::read_dir(target) else {
        if target.exists() {
            return Err(Error::new(format!("{shown} 不是文件夹"), format!("{shown} is not a folder")));
        }
        return Ok(());
    };
    let names: Vec<OsString> =
        entries.map(|entry| entry.map(|entry| entry.file_name()).unwrap_or_default()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let Some(outputs) = outputs_of(target) else {
        return Err(Error::new(
            format!("{shown} 里有别的文件，不能作为结果文件夹；请换一个新文件夹"),
            format!("{shown} holds other files and cannot take the result; name a new folder"),
        ));
    };
    let is_ours = |name: &OsString| {
        name == receipt::FILE || outputs.iter().any(|output| name.to_str() == Some(&output.name))
    };
    match names.iter().find(|name| !is_ours(name)) {
        None => Ok(()),
        Some(other) => {
            let other = other.to_string_lossy();
            Err(Error::new(
                format!("{shown} 里有不是本程序写的 {other}，整个替换会把它删掉；请先移走，或换一个文件夹"),
                format!(
                    "{shown} holds {other}, which is not ours and would be lost: move it away or name another folder"
                ),
            ))
        }
    }
}

/// Makes sure that a folder's entries are on the disk.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(target_os = "linux")]
fn exchange(new: &Path, target: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, new, CWD, target, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

/// Keeps two runs apart by a lock on a file; the file itself means nothing.
struct Lock {
    path: PathBuf,
    file: Option<File>,
}

impl Lock {
    fn take(path: PathBuf, target: &Path) -> Result<Self, Error> {
        loop {
            let file = File::options().create(true).truncate(false).write(true).open(&path);
            let file = file.map_err(|error| cannot_write(target, error))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(fs::TryLockError::WouldBlock) => {
                    let shown = target.display();
                    return Err(Error::new(
                        format!("另一个汇总正在写 {shown}，请等它结束"),
                        format!("another run is writing {shown}; wait until it is done"),
                    ));
                }
                Err(fs::TryLockError::Error(error)) => return Err(cannot_write(target, error)),
            }
            // The previous holder may have removed the file; then the lock is on a file that is gone.
            if is_same(&file, &path) {
                return Ok(Self { path, file: Some(file) });
            }
        }
    }

    fn release(&mut self) {
        if let Some(file) = self.file.take() {
            let _ = fs::remove_file(&self.path);
            drop(file);
        }
    }
}

#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let key = |data: fs::Metadata| (data.dev(), data.ino());
    matches!((file.metadata().map(key), path.metadata().map(key)), (Ok(a), Ok(b)) if a == b)
}

#[cfg(not(unix))]
fn is_same(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A result that says what it is.
    fn fill(folder: &Path, text: &str) {
        let receipt =
            receipt::Receipt::of_outputs(vec![receipt::Output::new("a.txt", text.len() as u64, "")]);
        fs::write(folder.join("a.txt"), text).unwrap();
        fs::write(folder.join(receipt::FILE), serde_json::to_vec(&receipt).unwrap()).unwrap();
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_result_takes_the_place_of_a_result_and_leaves_nothing_beside() {
        let here = tempfile::tempdir().unwrap();
        for not_atomic in [false, true] {
            let target = here.path().join("deep/er/out");
            for text in ["one", "two"] {
                let folder = Folder::take(&target, not_atomic).unwrap();
                fill(&folder.stage().unwrap(), text);
                folder.place().unwrap();
                assert_eq!(fs::read_to_string(target.join("a.txt")).unwrap(), text);
                assert_eq!(names(target.parent().unwrap()), ["out"]);
            }
        }
    }

    #[test]
    fn without_a_result_nothing_was_there() {
        let here = tempfile::tempdir().unwrap();
        let folder = Folder::take(&here.path().join("deep/er/out"), false).unwrap();
        fill(&folder.stage().unwrap(), "one");
        drop(folder);
        assert!(names(here.path()).is_empty());
    }

    #[test]
    fn two_runs_are_kept_apart() {
        let here = tempfile::tempdir().unwrap();
        let target = here.path().join("out");
        let first = Folder::take(&target, false).unwrap();
        assert!(Folder::take(&target, false).is_err());
        // A result next to it is another place.
        assert!(Folder::take(&here.path().join("other"), false).is_ok());
        drop(first);
        assert!(Folder::take(&target, false).is_ok());
    }

    #[test]
    fn what_a_killed_run_left_is_cleared() {
        let here = tempfile::tempdir().unwrap();
        let target = here.path().join("out");
        fs::create_dir(here.path().join(".out.huizong-new")).unwrap();
        fs::write(here.path().join(".out.huizong-lock"), "").unwrap();
        let old = here.path().join(".out.huizong-old");
        fs::create_dir(&old).unwrap();
        fill(&old, "old");
        drop(Folder::take(&target, true).unwrap());
        assert_eq!(fs::read_to_string(target.join("a.txt")).unwrap(), "old");
        assert_eq!(names(here.path()), ["out"]);
    }

    #[test]
    fn what_is_not_ours_is_left_alone() {
        let here = tempfile::tempdir().unwrap();
        let target = here.path().join("out");
        fs::create_dir(&target).unwrap();
        assert!(Folder::take(&target, false).is_ok());
        fill(&target, "x");
        assert!(Folder::take(&target, false).is_ok());
        fs::write(target.join("letter.txt"), "x").unwrap();
        assert!(Folder::take(&target, false).is_err());
        fs::remove_file(target.join(receipt::FILE)).unwrap();
        assert!(Folder::take(&target, false).is_err());
        assert!(Folder::take(&target.join("letter.txt"), false).is_err());
    }
}
