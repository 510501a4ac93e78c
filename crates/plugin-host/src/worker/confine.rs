//! Confines a worker before it loads a plugin.
//!
//! This contains accidents. Where the kernel has Landlock, a plugin cannot write files, read anything but the
//! system's libraries, or open TCP connections; without Landlock this is not a sandbox.

use std::collections::BTreeMap;
use std::io;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr,
    Scope, path_beneath_rules,
};
use rustix::process::{Resource, Rlimit, Signal, setrlimit};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

/// Paths that a library and its language's runtime may read: other libraries, locales, time zones.
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

/// Ends this process when the command ends. Fails if the command is no longer the parent.
pub(super) fn die_with(parent: u32) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    let still = rustix::process::getppid().is_some_and(|pid| pid.as_raw_pid().cast_unsigned() == parent);
    if still { Ok(()) } else { Err(io::Error::from(io::ErrorKind::NotFound)) }
}

/// Gives up memory beyond `memory` bytes, core dumps, writing files, new privileges, and most of the file
/// system.
pub(super) fn confine(memory: u64) -> io::Result<()> {
    let at_most = |most| Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::Core, at_most(0))?;
    setrlimit(Resource::Fsize, at_most(0))?;
    // Limit data, not the address space: runtimes of other languages reserve far more of it than they use.
    setrlimit(Resource::Data, at_most(memory.saturating_add(reserved())))?;
    rustix::thread::set_no_new_privs(true)?;
    // Run even if the kernel supports neither; docs/plugins.md says what is lost.
    let _ = landlock();
    let _ = seccomp();
    Ok(())
}

/// Blocks system calls that outlive the worker or affect another process: forks, new groups and sessions, and
/// changing the limits, priorities or memory of others.
fn seccomp() -> Result<(), Box<dyn std::error::Error>> {
    use SeccompCmpArgLen::{Dword, Qword};
    let nth = |index, length, operator, value| SeccompCondition::new(index, length, operator, value);
    let thread = u64::from(libc::CLONE_THREAD.cast_unsigned());
    let not_a_thread = SeccompRule::new(vec![nth(0, Qword, SeccompCmpOp::MaskedEq(thread), 0)?])?;
    let of_another = |index| -> Result<_, BackendError> {
        SeccompRule::new(vec![nth(index, Dword, SeccompCmpOp::Ne, 0)?])
    };
    let always = Vec::new;
    let mut refused = BTreeMap::from([
        (libc::SYS_clone, vec![not_a_thread]),
        (libc::SYS_execve, always()),
        (libc::SYS_execveat, always()),
        (libc::SYS_setpgid, always()),
        (libc::SYS_setsid, always()),
        (libc::SYS_prlimit64, vec![of_another(0)?]),
        (libc::SYS_setpriority, vec![of_another(1)?]),
        (libc::SYS_sched_setscheduler, vec![of_another(0)?]),
        (libc::SYS_sched_setparam, vec![of_another(0)?]),
        (libc::SYS_sched_setattr, vec![of_another(0)?]),
        (libc::SYS_sched_setaffinity, vec![of_another(0)?]),
        (libc::SYS_ptrace, always()),
        (libc::SYS_process_vm_writev, always()),
        (libc::SYS_shmget, always()),
        (libc::SYS_msgget, always()),
        (libc::SYS_semget, always()),
    ]);
    #[cfg(target_arch = "x86_64")]
    refused.extend([(libc::SYS_fork, always()), (libc::SYS_vfork, always())]);
    let errno = |number: i32| SeccompAction::Errno(number.cast_unsigned());
    let arch = std::env::consts::ARCH.try_into()?;
    let filter = SeccompFilter::new(refused, SeccompAction::Allow, errno(libc::EPERM), arch)?;
    // Filters cannot see clone3's arguments, which are in memory; C libraries fall back to clone.
    let newer = BTreeMap::from([(libc::SYS_clone3, always())]);
    let newer = SeccompFilter::new(newer, SeccompAction::Allow, errno(libc::ENOSYS), arch)?;
    for filter in [filter, newer] {
        let program: BpfProgram = filter.try_into()?;
        seccompiler::apply_filter(&program)?;
    }
    Ok(())
}

/// Data memory in use already: this command's own allocator reserves some at the start.
fn reserved() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmData:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.unwrap_or(0) << 10
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
