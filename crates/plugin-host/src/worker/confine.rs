//! What a worker gives up before it loads a plugin.
//!
//! This contains accidents. Where the kernel has Landlock a plugin cannot write files, read anything but the system's
//! libraries, or open TCP connections; where it has none, this is no sandbox.

use std::io;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr,
    Scope, path_beneath_rules,
};
use rustix::process::{Resource, Rlimit, Signal, setrlimit};

/// What a library and the runtime of its language may read: other libraries, locales, time zones.
const READABLE: [&str; 9] = [
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share",
    "/etc/ld.so.cache",
    "/proc/self",
    "/sys/kernel/mm",
];

/// Ends with the command, if that is still the parent.
pub(super) fn die_with(parent: u32) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    let still = rustix::process::getppid().is_some_and(|pid| pid.as_raw_pid().cast_unsigned() == parent);
    if still { Ok(()) } else { Err(io::Error::from(io::ErrorKind::NotFound)) }
}

/// Gives up memory beyond `memory` bytes, core dumps, writing files, new privileges, and most of the file system.
pub(super) fn confine(memory: u64) -> io::Result<()> {
    let at_most = |most| Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::Core, at_most(0))?;
    setrlimit(Resource::Fsize, at_most(0))?;
    // Not the address space: runtimes of other languages reserve far more of it than they use.
    setrlimit(Resource::Data, at_most(memory))?;
    rustix::thread::set_no_new_privs(true)?;
    // A kernel without it is no reason not to run; the handbook says what is lost.
    let _ = landlock();
    Ok(())
}

fn landlock() -> Result<(), landlock::RulesetError> {
    let abi = ABI::V6;
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?
        .add_rules(path_beneath_rules(READABLE, AccessFs::from_read(abi)))?
        .restrict_self()?;
    Ok(())
}
