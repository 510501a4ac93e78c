//! Tests of the crate dependencies that ARCHITECTURE.md describes, including those that must not exist.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test says what went wrong by panicking"
)]

use std::path::Path;
use std::process::Command;

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The crates in a crate's build, including itself.
fn tree(package: &str) -> Vec<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let arguments =
        ["tree", "--offline", "--edges", "normal", "--prefix", "none", "--format", "{p}", "-p", package];
    let output = Command::new(cargo).args(arguments).current_dir(top()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut names: Vec<String> =
        text.lines().filter_map(|line| line.split(' ').next().map(str::to_owned)).collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn dependencies_run_one_way() {
    let ours = |package: &str| -> Vec<String> {
        tree(package).into_iter().filter(|name| name.starts_with("huizong") && name != package).collect()
    };
    assert_eq!(ours("huizong-schema"), Vec::<String>::new());
    assert_eq!(ours("huizong-core"), ["huizong-schema"]);
    assert_eq!(ours("huizong-forms"), ["huizong-core", "huizong-schema"]);
    assert_eq!(ours("huizong-report"), ["huizong-core", "huizong-schema"]);
    assert_eq!(ours("huizong-plugin-abi"), Vec::<String>::new());
    assert_eq!(ours("huizong-plugin-sdk"), ["huizong-plugin-abi", "huizong-schema"]);
    assert_eq!(ours("huizong-plugin-host"), ["huizong-core", "huizong-plugin-abi", "huizong-schema"]);
    assert_eq!(
        ours("huizong"),
        [
            "huizong-core",
            "huizong-forms",
            "huizong-plugin-abi",
            "huizong-plugin-host",
            "huizong-report",
            "huizong-schema"
        ]
    );
    for plugin in ["huizong-tianhe", "huizong-lens"] {
        assert_eq!(ours(plugin), ["huizong-plugin-abi", "huizong-plugin-sdk", "huizong-schema"]);
        // The SDK does not need the general validator, which would slow down every plugin's build by minutes.
        assert!(!tree(plugin).iter().any(|name| name == "jsonschema"), "{plugin}");
    }
}

#[test]
fn forbidden_dependencies_are_absent() {
    for package in ["huizong-schema", "huizong-core", "huizong-forms", "huizong"] {
        let tree = tree(package);
        for stranger in ["reqwest", "hyper", "rustls", "openssl", "tokio", "memmap2"] {
            assert!(!tree.iter().any(|name| name == stranger), "{package} holds {stranger}");
        }
    }
    for package in ["huizong-schema", "huizong-core", "huizong-forms"] {
        for stranger in ["rayon", "walkdir", "tempfile", "indicatif", "clap"] {
            assert!(!tree(package).iter().any(|name| name == stranger), "{package} holds {stranger}");
        }
    }
}

#[test]
fn inner_crates_use_no_files_clock_or_threads() {
    for package in ["schema", "core", "forms", "report"] {
        let mut folders = vec![top().join("crates").join(package).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                if path.extension().is_none_or(|ending| ending != "rs") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                for stranger in
                    ["std::fs", "std::env", "std::time", "std::thread", "std::process", "std::net"]
                {
                    assert!(!text.contains(stranger), "{} names {stranger}", path.display());
                }
            }
        }
    }
}
