//! The process state that a plugin must not change (rule 10), as far as the process itself can see it.

use crate::library;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;

use serde::{Deserialize, Serialize};

use crate::library::TableFacts;

/// The state of a worker's process at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The fields of the plugin's table.
    pub(crate) table: Option<TableFacts>,
    /// Values that must not change, by name.
    pub(crate) fixed: BTreeMap<String, String>,
    /// Bytes written to standard output.
    pub(crate) printed: usize,
    /// Resident memory in kB.
    pub(crate) memory: u64,
}

impl State {
    /// Captures the state now; `printed` reads standard output, if that is watched.
    pub(crate) fn now(table: Option<TableFacts>, printed: Option<&mut fs::File>) -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            line.unwrap_or_default().trim().to_owned()
        };
        let folder = fs::read_link("/proc/self/cwd").unwrap_or_default();
        let environment: Vec<String> = std::env::vars_os()
            .map(|(name, value)| format!("{}={}", name.display(), value.display()))
            .collect();
        let fixed = [
            ("working directory", folder.display().to_string()),
            ("environment", environment.join(" ")),
            ("umask", line("Umask")),
            ("signal handlers", line("SigCgt")),
            ("ignored signals", line("SigIgn")),
            ("threads", line("Threads")),
        ];
        let mut bytes = Vec::new();
        if let Some(printed) = printed {
            // What a plugin printed may still be in the C library's buffer.
            library::flush();
            // Read everything available: the pipe does not block.
            let _ = printed.read_to_end(&mut bytes);
        }
        Self {
            table,
            fixed: fixed.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            printed: bytes.len(),
            memory: line("VmRSS").trim_end_matches(" kB").parse().unwrap_or(0),
        }
    }
}
