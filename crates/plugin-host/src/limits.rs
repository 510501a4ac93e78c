//! How long a plugin may take and how much it may use.

use std::time::Duration;

/// How long a plugin may take and how much it may use. Deadlines and memory hold for workers alone: what runs in the
/// command itself cannot be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// To be loaded, and to describe itself.
    pub load: Duration,
    /// To make an instance.
    pub create: Duration,
    /// To check a batch of documents.
    pub batch: Duration,
    /// To take a part of the set, or to finish it.
    pub set: Duration,
    /// Bytes of memory of a worker's own.
    pub memory: u64,
    /// Bytes of an answer.
    pub answer: usize,
    /// Bytes of a manifest.
    pub manifest: usize,
    /// Findings by one rule in one document.
    pub findings_per_rule: usize,
    /// Documents in a batch.
    pub batch_documents: usize,
    /// Bytes in a batch, but for a single document that is longer.
    pub batch_bytes: usize,
    /// Bytes in a part of the set, but for a single document that is longer.
    pub set_bytes: usize,
    /// Failures after which a plugin is off for the run.
    pub failures: u32,
    /// Bytes of what a plugin says on standard error, and of its log, that are kept.
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
            // A plugin may hold a part as a whole, several times as large as its text.
            set_bytes: 256 << 10,
            failures: 3,
            noise: 4 << 10,
        }
    }
}
