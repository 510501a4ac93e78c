//! Confines a worker before it loads a plugin, as far as the kernel can, and says how far that is.

mod calls;
mod files;

use std::io;

use huizong_schema::receipt::{FileIsolation, PluginIsolation};
use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};

/// Ends this process when the command ends. Fails if the command is no longer the parent.
pub(super) fn die_with(parent: u32) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    let still = rustix::process::getppid().is_some_and(|pid| pid.as_raw_pid().cast_unsigned() == parent);
    if still { Ok(()) } else { Err(io::Error::from(io::ErrorKind::NotFound)) }
}

/// Gives up memory beyond `memory` bytes, core dumps, writing files, new privileges, most of the file system, and every system call
/// that computing does not need. What the kernel cannot do is left out; the answer says what is in force.
pub(super) fn confine(memory: u64) -> PluginIsolation {
    let core = limit(Resource::Core, 0);
    let size = limit(Resource::Fsize, 0);
    // Limit data, not the address space: runtimes of other languages reserve far more of it than they use.
    let data = limit(Resource::Data, memory.saturating_add(reserved()));
    let privileges = rustix::thread::set_no_new_privs(true).is_ok();
    let files = match (files::landlock(), privileges) {
        (true, true) => FileIsolation::Landlock,
        // A tree of its own has to be in place before its system calls are refused.
        _ if files::own_tree().is_ok() => FileIsolation::Namespace,
        _ => FileIsolation::Nothing,
    };
    let system_calls = calls::filter().is_ok();
    PluginIsolation {
        files: if size { files } else { FileIsolation::Nothing },
        system_calls,
        memory: core && data,
        // Without a filter a plugin can ask not to be ended, or leave another process behind.
        ends_with_command: system_calls,
    }
}

/// Lowers a limit of this process; one that is lower already stays. Returns false if it could not be lowered.
fn limit(resource: Resource, most: u64) -> bool {
    let now = getrlimit(resource);
    let lower = |limit: Option<u64>| Some(limit.map_or(most, |limit| limit.min(most)));
    setrlimit(resource, Rlimit { current: lower(now.current), maximum: lower(now.maximum) }).is_ok()
}

/// Data memory in use already: this command's own allocator reserves some at the start.
fn reserved() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmData:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.unwrap_or(0) << 10
}
