//! Code shared by the tests that cross crates: random documents, random mutations of them, and the command in
//! process.
//!
//! All randomness comes from a seed, which a failing test prints, so that the failure can be reproduced.

use std::path::Path;

pub mod book;
pub mod command;
pub mod compat;
pub mod conformance;
pub mod documents;
pub mod forms;
pub mod harm;
pub mod mutate;
pub mod places;
#[cfg(target_os = "linux")]
pub mod plugins;
pub mod printable;

/// The root of the workspace.
pub fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// The number of cases of a long test: `HUIZONG_CASES` if it is set, else the quick count.
pub fn cases(quick: u64) -> u64 {
    std::env::var("HUIZONG_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(quick)
}

/// Copies a folder with all that is in it.
#[allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() { copy_folder(&path, &to) } else { assert!(std::fs::copy(&path, &to).is_ok()) }
    }
}
