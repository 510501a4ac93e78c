//! Paths as they are recorded: relative, and with `/` on every system.

use std::path::{Component, Path, PathBuf};

pub use huizong_schema::receipt::slashed;

/// A path without `.` and `..`, resolved from the path only, not from the file system.
pub fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

/// Paths in the order in which a consolidation reads them, each once: by their names, in whatever order they are typed. So of two copies
/// the same one counts, and partials that are merged give the same bytes.
pub fn in_order(mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
    paths.sort_by_cached_key(|path| slashed(path));
    // Names that are not Unicode may look the same and be others.
    paths.dedup_by(|one, two| one.as_os_str() == two.as_os_str());
    paths
}

/// The relative path from a folder to a file, both without `..`; `.` for the folder itself. Where no relative path leads there, as
/// from one drive of Windows to another, it is the file's own path.
pub fn relative(from: &Path, to: &Path) -> String {
    let (here, there): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    if here.first() != there.first() {
        return slashed(to);
    }
    let common = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
    let up = here[common..].iter().map(|_| "..".to_owned());
    let down = there[common..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relative_path_leads_from_a_folder_to_a_file() {
        let from_to = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(from_to("/a/b", "/a/c/d.txt"), "../c/d.txt");
        assert_eq!(from_to("/a", "/a/b"), "b");
        assert_eq!(from_to("/a/b", "/a"), "..");
        assert_eq!(from_to("/a", "/a"), ".");
    }

    #[test]
    fn paths_come_by_their_names_each_once() {
        let paths = |of: &[&str]| of.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(in_order(paths(&["p10", "p2", "a/b", "p2"])), paths(&["a/b", "p10", "p2"]));
    }

    #[cfg(unix)]
    #[test]
    fn names_that_only_look_the_same_are_kept() {
        use std::os::unix::ffi::OsStrExt as _;
        let path = |bytes: &[u8]| PathBuf::from(std::ffi::OsStr::from_bytes(bytes));
        assert_eq!(in_order(vec![path(b"\xb2\xc6.json"), path(b"\xbd\xcc.json")]).len(), 2);
    }

    #[cfg(windows)]
    #[test]
    fn another_drive_has_no_relative_path() {
        assert_eq!(relative(Path::new(r"C:\a"), Path::new(r"D:\b\c.txt")), "D:/b/c.txt");
        assert_eq!(relative(Path::new(r"C:\a\b"), Path::new(r"C:\c")), "../../c");
    }
}
