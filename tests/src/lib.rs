//! What the tests that cross crates share: random documents, random mutations of them, and the command in process.
//!
//! Random things are made from a seed alone, so that a failure names the seed that shows it again.

pub mod command;
pub mod documents;
pub mod forms;
pub mod harm;
pub mod mutate;
pub mod places;
#[cfg(target_os = "linux")]
pub mod plugins;
pub mod printable;

/// How many cases a long test runs: `HUIZONG_CASES` if it is set, else the quick count.
pub fn cases(quick: u64) -> u64 {
    std::env::var("HUIZONG_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(quick)
}
