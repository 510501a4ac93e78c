//! The files that a worker can reach: the system's libraries, to be read.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetError, RulesetStatus, Scope, path_beneath_rules,
};
use rustix::fs::{StatVfsMountFlags, statvfs};
use rustix::mount::{
    MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_bind_recursive, mount_change,
    mount_remount, unmount,
};
use rustix::thread::{CapabilitySet, CapabilitySets, UnshareFlags};

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

/// Closes all else by Landlock. Returns false if the kernel has none.
pub(super) fn landlock() -> bool {
    let restrict = || -> Result<RulesetStatus, RulesetError> {
        let abi = ABI::V6;
        let status = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(abi))?
            .handle_access(AccessNet::from_all(abi))?
            .scope(Scope::from_all(abi))?
            .create()?
            .add_rules(path_beneath_rules(READABLE, AccessFs::from_read(abi)))?
            .restrict_self()?;
        Ok(status.ruleset)
    };
    restrict().is_ok_and(|status| status != RulesetStatus::NotEnforced)
}

/// Moves this process into a tree of its own that has nothing else, without network, by a user namespace.
pub(super) fn own_tree() -> io::Result<()> {
    let (user, group) = (rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw());
    let all = UnshareFlags::NEWUSER | UnshareFlags::NEWNS | UnshareFlags::NEWNET | UnshareFlags::NEWIPC;
    #[expect(
        deprecated,
        reason = "its successor is unsafe for sharing descriptors no more, which this does not ask for"
    )]
    rustix::thread::unshare(all)?;
    let moved = move_into_new_tree(user, group);
    // Whether or not that went well: what the namespace lets this process do is not for a plugin.
    let none = CapabilitySet::empty();
    rustix::thread::set_capabilities(
        None,
        CapabilitySets { effective: none, permitted: none, inheritable: none },
    )?;
    moved
}

fn move_into_new_tree(user: u32, group: u32) -> io::Result<()> {
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("{group} {group} 1"))?;
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?;
    // The mount hides what is there from this process alone.
    let root = Path::new("/tmp");
    mount("none", root, "tmpfs", MountFlags::NOSUID | MountFlags::NODEV, None)?;
    for path in READABLE {
        show(root, Path::new(path))?;
    }
    mount_remount(root, MountFlags::RDONLY | MountFlags::NOSUID | MountFlags::NODEV, "")?;
    std::env::set_current_dir(root)?;
    // The new root is put over the old one, which is then taken away.
    rustix::process::pivot_root(".", ".")?;
    unmount(".", UnmountFlags::DETACH)?;
    std::env::set_current_dir("/")?;
    Ok(())
}

/// Shows a path of the file system below a new root, to be read.
fn show(root: &Path, path: &Path) -> io::Result<()> {
    // All of /proc: the link that is /proc/self leads nowhere without it. Other users' processes stay closed, as do those of the
    // same user outside of the namespace.
    let path = if path.starts_with("/proc") { Path::new("/proc") } else { path };
    let Ok(data) = path.symlink_metadata() else { return Ok(()) };
    let place = root.join(path.strip_prefix("/").unwrap_or(path));
    if let Some(above) = place.parent() {
        fs::create_dir_all(above)?;
    }
    if data.is_symlink() {
        return symlink(fs::read_link(path)?, place);
    }
    if data.is_dir() {
        fs::create_dir_all(&place)?;
    } else {
        fs::File::create(&place)?;
    }
    mount_bind_recursive(path, &place)?;
    // What the file system's own mount forbids cannot be allowed again, and asking for it is refused.
    let kept = statvfs(&place)?.f_flag;
    let mut flags = MountFlags::BIND | MountFlags::RDONLY;
    for (has, flag) in [
        (StatVfsMountFlags::NOSUID, MountFlags::NOSUID),
        (StatVfsMountFlags::NODEV, MountFlags::NODEV),
        (StatVfsMountFlags::NOEXEC, MountFlags::NOEXEC),
        (StatVfsMountFlags::NOATIME, MountFlags::NOATIME),
        (StatVfsMountFlags::NODIRATIME, MountFlags::NODIRATIME),
        (StatVfsMountFlags::RELATIME, MountFlags::RELATIME),
    ] {
        if kept.contains(has) {
            flags |= flag;
        }
    }
    mount_remount(&place, flags, "").or_else(|error| {
        if path.starts_with("/proc") || path.starts_with("/sys") { Ok(()) } else { Err(error) }
    })?;
    Ok(())
}
