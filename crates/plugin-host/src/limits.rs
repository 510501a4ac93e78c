//! Time and resource limits of plugins.

use std::time::Duration;

/// Time and resource limits of a plugin. Deadlines and memory limits apply to workers only: code in the
/// command's own process cannot be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The deadline for loading the library and for `describe`.
    pub load: Duration,
    /// The deadline for creating an instance.
    pub create: Duration,
    /// The deadline for checking a batch of documents.
    pub batch: Duration,
    /// The deadline for feeding a part of the set, and for finishing it.
    pub set: Duration,
    /// The most memory that a worker may use itself, in bytes.
    pub memory: u64,
    /// The largest answer, in bytes.
    pub answer: usize,
    /// The largest manifest, in bytes.
    pub manifest: usize,
    /// The most findings of one rule in one document.
    pub findings_per_rule: usize,
    /// The most documents in a batch.
    pub batch_documents: usize,
    /// The largest batch, in bytes; a single longer document is still sent.
    pub batch_bytes: usize,
    /// The largest part of the set, in bytes; a single longer document is still sent.
    pub set_bytes: usize,
    /// The number of failures after which a plugin is off for the run.
    pub failures: u32,
    /// The most bytes kept of a plugin's standard error and log.
    pub noise: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            load: Duration::from_secs(5),
            create: Duration::from_secs(5),
            batch: Duration::from_secs(10),
            set: Duration::from_mins(2),
            memory: 1 << 30,
            answer: huizong_plugin_abi::MAX_LEN,
            manifest: 1 << 20,
            findings_per_rule: 1000,
            batch_documents: 64,
            batch_bytes: 1 << 20,
            // A plugin may hold a whole part in memory, at several times the size of its text.
            set_bytes: 256 << 10,
            failures: 3,
            noise: 4 << 10,
        }
    }
}
