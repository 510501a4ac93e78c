//! The system calls that a plugin may use. All others are refused.
//!
//! Refused ones fail with `EPERM`, as most programs expect; new ways of old calls fail with `ENOSYS`, and C libraries take the old way.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

/// Allowed whatever their arguments: they reach nothing but this process's own memory, threads, signals and open descriptors, files
/// that can be read, and the clock.
const ALLOWED: &[c_long] = &[
    // Memory of this process.
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_mincore,
    libc::SYS_membarrier,
    libc::SYS_memfd_create,
    // Threads of this process, and its end.
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_get_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_rseq,
    libc::SYS_gettid,
    libc::SYS_sched_yield,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_restart_syscall,
    // Handlers of its own signals.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigpending,
    libc::SYS_rt_sigtimedwait,
    libc::SYS_rt_sigsuspend,
    libc::SYS_sigaltstack,
    // Time.
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_times,
    libc::SYS_getrusage,
    // Reading files: which ones, the file system's part of the isolation says.
    libc::SYS_openat,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_close_range,
    libc::SYS_statx,
    libc::SYS_statfs,
    libc::SYS_fstatfs,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_getcwd,
    libc::SYS_umask,
    libc::SYS_fadvise64,
    // Writing to what is open: the pipes of the worker. No file can grow.
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_pwrite64,
    libc::SYS_fcntl,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_pipe2,
    libc::SYS_eventfd2,
    libc::SYS_ppoll,
    libc::SYS_pselect6,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    // What process and system this is.
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_getpgid,
    libc::SYS_getsid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getgroups,
    libc::SYS_getresuid,
    libc::SYS_getresgid,
    libc::SYS_getpriority,
    libc::SYS_getcpu,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_getrandom,
    libc::SYS_capget,
    libc::SYS_sched_get_priority_max,
    libc::SYS_sched_get_priority_min,
];

/// Those that only older architectures have.
#[cfg(target_arch = "x86_64")]
const ALLOWED_OF_OLD: &[c_long] = &[
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_arch_prctl,
    libc::SYS_open,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
    libc::SYS_dup2,
    libc::SYS_pipe,
    libc::SYS_poll,
    libc::SYS_select,
    libc::SYS_epoll_create,
    libc::SYS_epoll_wait,
    libc::SYS_eventfd,
    libc::SYS_time,
    libc::SYS_pause,
    libc::SYS_alarm,
    libc::SYS_getpgrp,
    libc::SYS_getrlimit,
];
#[cfg(any(target_arch = "aarch64", target_arch = "riscv64"))]
const ALLOWED_OF_OLD: &[c_long] = &[libc::SYS_fstat, libc::SYS_newfstatat];
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")))]
const ALLOWED_OF_OLD: &[c_long] = &[];

/// What `prctl` may do: name a thread, name memory, and read. `PR_SET_PDEATHSIG` would let a plugin outlive the command.
const PRCTL: [u64; 8] = [
    3,           // PR_GET_DUMPABLE
    15,          // PR_SET_NAME
    16,          // PR_GET_NAME
    21,          // PR_GET_SECCOMP
    23,          // PR_CAPBSET_READ
    30,          // PR_GET_TIMERSLACK
    39,          // PR_GET_NO_NEW_PRIVS
    0x5356_4d41, // PR_SET_VMA
];

/// What `ioctl` may do: ask whether a descriptor is a terminal or how much can be read, and set flags of a descriptor.
const IOCTL: [u64; 6] = [
    0x5401, // TCGETS
    0x5413, // TIOCGWINSZ
    0x541b, // FIONREAD
    0x5421, // FIONBIO
    0x5450, // FIONCLEX
    0x5451, // FIOCLEX
];

/// New ways of old calls: a filter cannot see what they ask, which is in memory, or nothing needs them yet.
const NEWER: [c_long; 3] = [libc::SYS_clone3, libc::SYS_openat2, libc::SYS_futex_waitv];

/// Refuses every other system call from now on.
pub(super) fn filter() -> Result<(), Box<dyn std::error::Error>> {
    let arch: TargetArch = std::env::consts::ARCH.try_into()?;
    let own = u64::from(std::process::id());
    let errno = |number: i32| SeccompAction::Errno(number.cast_unsigned());
    let allowed = SeccompFilter::new(rules(own)?, errno(libc::EPERM), SeccompAction::Allow, arch)?;
    let newer = NEWER.iter().map(|call| (*call, Vec::new())).collect();
    let newer = SeccompFilter::new(newer, SeccompAction::Allow, errno(libc::ENOSYS), arch)?;
    // The second one refuses to install another.
    for filter in [newer, allowed] {
        let program: BpfProgram = filter.try_into()?;
        seccompiler::apply_filter(&program)?;
    }
    Ok(())
}

fn rules(own: u64) -> Result<BTreeMap<c_long, Vec<SeccompRule>>, BackendError> {
    let of_all = ALLOWED.iter().chain(ALLOWED_OF_OLD).chain(&NEWER);
    let mut rules: BTreeMap<c_long, Vec<SeccompRule>> = of_all.map(|call| (*call, Vec::new())).collect();
    let is = |argument: u8, value: u64| -> Result<SeccompRule, BackendError> {
        let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)?;
        SeccompRule::new(vec![condition])
    };
    let one_of = |argument: u8, values: &[u64]| {
        values.iter().map(|value| is(argument, *value)).collect::<Result<_, _>>()
    };
    rules.insert(libc::SYS_prctl, one_of(0, &PRCTL)?);
    rules.insert(libc::SYS_ioctl, one_of(1, &IOCTL)?);
    // Threads, which share everything with this process; not processes.
    let thread = u64::from(libc::CLONE_THREAD.cast_unsigned());
    let shares = SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(thread), thread)?;
    rules.insert(libc::SYS_clone, vec![SeccompRule::new(vec![shares])?]);
    // Signals to this process alone: aborting sends itself one.
    rules.insert(libc::SYS_kill, vec![is(0, own)?]);
    rules.insert(libc::SYS_tgkill, vec![is(0, own)?]);
    rules.insert(libc::SYS_rt_tgsigqueueinfo, vec![is(0, own)?]);
    // What is in force for itself, or for this process by its number.
    for call in [
        libc::SYS_prlimit64,
        libc::SYS_sched_getaffinity,
        libc::SYS_sched_getscheduler,
        libc::SYS_sched_getparam,
    ] {
        rules.insert(call, one_of(0, &[0, own])?);
    }
    Ok(rules)
}
