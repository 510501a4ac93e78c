//! The digests that receipts hold: BLAKE3, in hexadecimal digits.

use std::path::Path;

use huizong_core::rules;

use crate::threads::in_parts;

/// The digest of a file that may be large.
///
/// # Errors
///
/// Returns an error if the file cannot be read.
pub fn digest_of(path: &Path) -> std::io::Result<(u64, String)> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(path)?)?;
    Ok((hasher.count(), hasher.finalize().to_hex().to_string()))
}

/// The digests of files, on as many threads as wanted; [`None`] for a file that cannot be read.
pub fn digests_of(paths: &[Option<&Path>], threads: usize) -> Vec<Option<String>> {
    let digest = |path: Option<&Path>| digest_of(path?).ok().map(|(_, digest)| digest);
    in_parts(paths, threads, |paths| paths.iter().copied().map(digest).collect::<Vec<_>>()).concat()
}

/// The digest of the built-in rules.
pub fn rules_digest() -> String {
    digest(rules::as_text().as_bytes())
}

/// The digest of what is in memory.
pub fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
