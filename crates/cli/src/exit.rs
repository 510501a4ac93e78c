//! How an invocation ends.

pub(crate) use huizong_run::error::{Error, is_open_elsewhere, reason};

/// The exit status. Of several the gravest counts: failed, then incomplete, then findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// No findings at or above `--fail-on`.
    Clean = 0,
    /// Findings at or above `--fail-on`.
    Findings = 1,
    /// Wrong usage, or a failure of the program.
    Failed = 2,
    /// A document could not be read, a plugin or a rule failed.
    Incomplete = 3,
}
