//! Where plugins run.

use std::path::PathBuf;

use crate::limits::Limits;

/// Where plugins run, and with which limits.
#[derive(Clone, Debug)]
pub struct Host {
    /// The command's executable, which a worker runs too.
    pub program: PathBuf,
    /// Time and resource limits.
    pub limits: Limits,
    /// Whether plugins run in this process, unprotected.
    pub in_process: bool,
    /// Whether a plugin is refused where the system cannot isolate it wholly.
    pub require_isolation: bool,
}
