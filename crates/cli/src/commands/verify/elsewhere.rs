//! A result that was copied without what it was made of: its lists are looked for by their digests, its settings are in the receipt.

use std::fs;
use std::path::{Component, Path, PathBuf};

use huizong_run::digest::digest_of;
use huizong_run::paths::plain;
use huizong_schema::receipt::{FileUsed, Receipt};

use crate::exit::Error;
use crate::settings::FILE;

/// A folder in which the files besides the forms lie as they did then, until it is dropped.
pub(super) struct Rebuilt {
    _kept: tempfile::TempDir,
    /// The folder to use in place of the one in which the command ran.
    pub(super) root: PathBuf,
}

/// How deep the folder is: recorded paths may lead upwards.
const DEPTH: usize = 12;

/// Whether everything besides the forms is where it was then.
pub(super) fn is_complete(receipt: &Receipt, root: &Path) -> bool {
    let has_settings = || settings_file(receipt, root).is_file();
    receipt.files.iter().all(|file| root.join(&file.path).is_file())
        && (receipt.settings_file.is_none() || has_settings())
}

/// Puts the files besides the forms where they were then, in a folder of their own. They are looked for in the folders given.
///
/// # Errors
/// Returns an error that names a file that is in none of them.
pub(super) fn rebuild(receipt: &Receipt, root: &Path, folders: &[PathBuf]) -> Result<Rebuilt, Error> {
    let kept = tempfile::tempdir()?;
    let mut inner = kept.path().to_owned();
    inner.extend(std::iter::repeat_n("r", DEPTH));
    fs::create_dir_all(&inner)?;
    for file in &receipt.files {
        let bytes = find(file, root, folders).ok_or_else(|| absent(file))?;
        put(&kept_inside(kept.path(), &inner, &file.path)?, &bytes)?;
    }
    if receipt.settings_file.is_some() {
        // They were TOML, so they are again.
        let settings = toml::to_string(&receipt.settings).unwrap_or_default();
        let path = receipt.settings_file.as_deref().unwrap_or(FILE);
        put(&kept_inside(kept.path(), &inner, path)?, settings.as_bytes())?;
    }
    Ok(Rebuilt { _kept: kept, root: inner })
}

/// Where a recorded file is put: never outside the folder that is dropped afterwards, whatever a receipt says.
fn kept_inside(kept: &Path, inner: &Path, recorded: &str) -> Result<PathBuf, Error> {
    let path = plain(&inner.join(recorded));
    if path.starts_with(plain(kept)) {
        return Ok(path);
    }
    Err(Error::new(
        format!("汇总记录记的《{recorded}》不在汇总时的文件夹附近，不能在别处重做；请把它放回原处再核实"),
        format!(
            "{recorded} of the receipt is too far away to be rebuilt elsewhere: put it back where it was"
        ),
    ))
}

fn settings_file(receipt: &Receipt, root: &Path) -> PathBuf {
    root.join(receipt.settings_file.as_deref().unwrap_or(FILE))
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if let Some(above) = path.parent() {
        fs::create_dir_all(above)?;
    }
    Ok(fs::write(path, bytes)?)
}

/// The bytes of a file with the digest that was recorded, wherever it is now.
fn find(file: &FileUsed, root: &Path, folders: &[PathBuf]) -> Option<Vec<u8>> {
    let is_it = |path: &Path| digest_of(path).is_ok_and(|(_, digest)| digest == file.blake3);
    let at_its_place = root.join(&file.path);
    if is_it(&at_its_place) {
        return fs::read(at_its_place).ok();
    }
    // By its name, or with some of the folders above it: last year's result is a folder.
    let parts: Vec<_> =
        Path::new(&file.path).components().filter(|part| matches!(part, Component::Normal(_))).collect();
    let tails = (0..parts.len()).rev().map(|from| parts[from..].iter().collect::<PathBuf>());
    let by_name: Vec<PathBuf> =
        tails.flat_map(|tail| folders.iter().map(move |folder| folder.join(&tail))).collect();
    let in_folders = || {
        let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
        let mut paths: Vec<PathBuf> =
            entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
        paths.sort();
        paths
    };
    let found = by_name.into_iter().find(|path| is_it(path));
    let found = found.or_else(|| in_folders().into_iter().find(|path| is_it(path)))?;
    fs::read(found).ok()
}

fn absent(file: &FileUsed) -> Error {
    let name = Path::new(&file.path).file_name().unwrap_or_default().to_string_lossy();
    let (what, _) = super::differences::list_name(&file.role, &file.path);
    Error::new(
        format!("找不到汇总时用的{what}（内容须与汇总时相同）；请用 --lists 指明它现在在哪个文件夹"),
        format!(
            "{name}, which the result was made with, is not here as it was: say with --lists in which folder it is"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_receipt_says_is_put_inside() {
        let place = |recorded| kept_inside(Path::new("/t/kept"), Path::new("/t/kept/r/r"), recorded);
        assert_eq!(place("../名单.xlsx").ok(), Some(PathBuf::from("/t/kept/r/名单.xlsx")));
        for outside in ["/etc/名单.xlsx", "../../../名单.xlsx", "a/../../../../名单.xlsx"] {
            assert!(place(outside).is_err(), "{outside}");
        }
    }
}
