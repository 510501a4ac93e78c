//! Builds plugins for tests, and finds the workers and files that they leave behind.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use crate::top;

/// The folder of the tests' programs and libraries: `target/PROFILE`.
fn profile_folder() -> PathBuf {
    test_program().ancestors().nth(2).expect("tests are in target/PROFILE/deps").to_owned()
}

fn test_program() -> PathBuf {
    std::env::current_exe().expect("a test knows where it is")
}

static BUILT: LazyLock<()> = LazyLock::new(|| {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let profile = if profile_folder().ends_with("release") { "release" } else { "test" };
    let program = test_program();
    let program = program.file_stem().and_then(|stem| stem.to_str()?.rsplit_once('-'));
    let (program, _hash) = program.expect("cargo names a test NAME-HASH");
    // The profile and the features of the running test, so that no dependency is built twice. Features are those of the
    // packages that are built together, and development dependencies count where a test is among the targets.
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--profile", profile, "--lib", "--test", program, "-p", "huizong-tests"])
        .args(["-p", "huizong-tianhe", "-p", "huizong-lens", "-p", "huizong-hostile"])
        .current_dir(top())
        .output()
        .expect("cargo runs");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
});

/// The library of a plugin of the workspace, by its crate's name with underscores.
pub fn library(name: &str) -> PathBuf {
    LazyLock::force(&BUILT);
    let path = profile_folder().join(format!("lib{name}.so"));
    assert!(path.is_file(), "{} was not built", path.display());
    path
}

/// Compiles a plugin in C into a folder.
pub fn c_library(folder: &Path, name: &str, source: &Path, arguments: &[&str]) -> PathBuf {
    let path = folder.join(name);
    let built = Command::new("cc")
        .args(["-std=gnu11", "-Wall", "-Werror", "-g", "-shared", "-fPIC", "-I"])
        .arg(top().join("crates/plugin-abi/include"))
        .arg(source)
        .arg("-o")
        .arg(&path)
        .args(arguments)
        .output()
        .expect("a C compiler is there, as Rust's linker is one");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    path
}

/// Locks out other tests that start workers, as workers are found by name.
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The ids of all processes that are workers or were forked from one.
pub fn workers() -> BTreeSet<u32> {
    let numbers = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let program = crate::command::program();
    let is_worker = |number: &u32| {
        let line = std::fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
        let mut words = line.split(|byte| *byte == 0);
        // Compare the whole path: another checkout may be under test at the same time.
        words.next() == Some(program.as_os_str().as_encoded_bytes()) && words.next() == Some(b"plugin-worker")
    };
    numbers.filter(is_worker).collect()
}

/// The temporary folders that workers of this process have left behind.
pub fn litter() -> BTreeSet<PathBuf> {
    let worker = format!("huizong-worker-{}-", std::process::id());
    let entries = std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(&worker) || name.starts_with("huizong-hostile-")
    };
    entries.map(|entry| entry.path()).filter(is_ours).collect()
}
