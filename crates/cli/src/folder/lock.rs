//! Keeps two runs from writing the same folder.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use huizong_run::files::cannot_write;

use crate::exit::Error;

/// Keeps two runs apart by a lock on a file; the file itself means nothing.
pub(super) struct Lock {
    path: PathBuf,
    file: Option<File>,
}

impl Lock {
    pub(super) fn take(path: PathBuf, target: &Path) -> Result<Self, Error> {
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
            if is_same(&file, &path).unwrap_or(false) {
                return Ok(Self { path, file: Some(file) });
            }
        }
    }

    pub(super) fn release(&mut self) {
        if let Some(file) = self.file.take() {
            let _ = fs::remove_file(&self.path);
            drop(file);
        }
    }
}

/// Whether a path leads to an open file.
fn is_same(file: &File, path: &Path) -> io::Result<bool> {
    Ok(same_file::Handle::from_file(file.try_clone()?)? == same_file::Handle::from_path(path)?)
}
