//! The folder of a result: built next to the old one and exchanged with it, by one run at a time.
//!
//! After a kill at any moment the folder is the old one or the new one, or the old one is next to it under another name, from
//! where the next run moves it back. The next run also removes what the killed one left.

mod exchange;
mod lock;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use huizong_run::files::{cannot_write, refuse_reserved};
use huizong_run::partial::STATE;
use huizong_run::receipts::outputs_of;
use huizong_schema::receipt;

use self::exchange::{held_open, patiently};
use self::lock::Lock;
use crate::exit::Error;

/// The place of a result, locked by this run.
pub(crate) struct Folder {
    target: PathBuf,
    parent: PathBuf,
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
    pub(crate) fn take(target: &Path) -> Result<Self, Error> {
        // The target of a link is replaced, not the link.
        let target = dunce::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        refuse_reserved(&target).map_err(|error| cannot_write(&target, error))?;
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
        let folder = Self { target, parent, made, lock };
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
        let aside = self.beside(Beside::Old);
        let place = || -> io::Result<()> {
            sync(&new)?;
            if self.target.exists() {
                exchange::exchange(&new, &self.target, &aside)?;
            } else {
                patiently(|| fs::rename(&new, &self.target))?;
            }
            sync(&self.parent)
        };
        if let Some(open) = held_open(&self.target) {
            return Err(still_open(&open));
        }
        // It may have been opened since.
        place().map_err(|error| match held_open(&self.target) {
            Some(open) => still_open(&open),
            None => cannot_write(&self.target, error),
        })?;
        for old in [new, aside] {
            if old.is_dir() {
                // The new result is in its place; the next run removes the old one if this one cannot.
                let _ = fs::remove_dir_all(old);
            }
        }
        self.made.clear();
        Ok(self.target.clone())
    }
}

/// The error that a folder was left as it was, as another program has a file of it open.
fn still_open(file: &Path) -> Error {
    let open = file.display();
    Error::new(
        format!(
            "{open} 正在别的程序（如 Excel、WPS）里打开，结果没有写出，原来的结果没有改动。请关闭这个文件，再运行一次"
        ),
        format!(
            "{open} is open in another program, such as Excel: nothing was written. Close it and run again"
        ),
    )
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
    let entries: io::Result<Vec<OsString>> =
        fs::read_dir(target).and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect());
    let names = match entries {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(Error::new(format!("{shown} 不是文件夹"), format!("{shown} is not a folder")));
        }
        Err(error) => return Err(cannot_write(target, error)),
    };
    if names.is_empty() {
        return Ok(());
    }
    let Some(outputs) = outputs_of(target) else {
        return Err(Error::new(
            format!("{shown} 里已有别的文件，不往里写；请换一个新文件夹"),
            format!("{shown} holds other files and cannot take the result; name a new folder"),
        ));
    };
    let is_ours = |name: &OsString| {
        name == receipt::FILE
            || name == STATE
            || outputs.iter().any(|output| name.to_str() == Some(&output.name))
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
        let target = here.path().join("deep/er/out");
        for text in ["one", "two", "three"] {
            let folder = Folder::take(&target).unwrap();
            fill(&folder.stage().unwrap(), text);
            folder.place().unwrap();
            assert_eq!(fs::read_to_string(target.join("a.txt")).unwrap(), text);
            assert_eq!(names(target.parent().unwrap()), ["out"]);
        }
    }

    #[test]
    fn without_a_result_nothing_was_there() {
        let here = tempfile::tempdir().unwrap();
        let folder = Folder::take(&here.path().join("deep/er/out")).unwrap();
        fill(&folder.stage().unwrap(), "one");
        drop(folder);
        assert!(names(here.path()).is_empty());
    }

    #[test]
    fn two_runs_are_kept_apart() {
        let here = tempfile::tempdir().unwrap();
        let target = here.path().join("out");
        let first = Folder::take(&target).unwrap();
        assert!(Folder::take(&target).is_err());
        // A result next to it is another place.
        assert!(Folder::take(&here.path().join("other")).is_ok());
        drop(first);
        assert!(Folder::take(&target).is_ok());
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
        drop(Folder::take(&target).unwrap());
        assert_eq!(fs::read_to_string(target.join("a.txt")).unwrap(), "old");
        assert_eq!(names(here.path()), ["out"]);
    }

    #[test]
    fn what_is_not_ours_is_left_alone() {
        let here = tempfile::tempdir().unwrap();
        let target = here.path().join("out");
        fs::create_dir(&target).unwrap();
        assert!(Folder::take(&target).is_ok());
        fill(&target, "x");
        assert!(Folder::take(&target).is_ok());
        fs::write(target.join("letter.txt"), "x").unwrap();
        assert!(Folder::take(&target).is_err());
        fs::remove_file(target.join(receipt::FILE)).unwrap();
        assert!(Folder::take(&target).is_err());
        assert!(Folder::take(&target.join("letter.txt")).is_err());
    }
}
