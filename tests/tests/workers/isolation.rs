//! Tests of what keeps a plugin from doing harm, on this kernel and as on kernels that lack something.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use huizong_tests::command::program;
use huizong_tests::plugins::{alone, c_library, library};
use huizong_tests::top;
use serde_json::Value;

/// A folder with one document, and a program that runs another one as on a kernel without some of its parts.
struct Bench {
    folder: tempfile::TempDir,
    kernel: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let document = r#"{"schema_version":"1.0","department":{"name":"示范局"},"fiscal_year":2023,"unit":"CNY_10K",
            "budget":{"initial_budget":"10.00","adjusted_budget":"10.00","actual_expenditure":"9.00"}}"#;
        fs::write(folder.path().join("a.json"), document).unwrap();
        fs::write(folder.path().join("huizong.toml"), "").unwrap();
        let kernel = folder.path().join("kernel");
        let source = top().join("tests/hostile/kernel.c");
        assert!(Command::new("cc").arg(source).arg("-o").arg(&kernel).status().unwrap().success());
        Self { folder, kernel }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the command as on a kernel without Landlock (`l`), seccomp (`s`) or user namespaces (`n`).
    fn run(&self, without: &str, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(&self.kernel);
        // An argument is never empty.
        command.arg(format!("{without}-")).arg(program()).args(arguments).args(["--lang", "en"]);
        let Output { status, stdout, stderr } = command.current_dir(self.path()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (status.code().unwrap_or(-1), text(stdout), text(stderr))
    }
}

const FILES: &str = "reading and writing files";
const CALLS: &str = "starting programs, the network, reaching other programs";

/// What the kernel lacks, what a plugin is not kept from, and what the receipt says of files and system calls.
const KERNELS: [(&str, &[&str], (&str, bool)); 7] = [
    ("", &[], ("landlock", true)),
    ("n", &[], ("landlock", true)),
    ("l", &[], ("namespace", true)),
    ("s", &[CALLS], ("landlock", false)),
    ("ls", &[CALLS], ("namespace", false)),
    ("ln", &[FILES], ("nothing", true)),
    ("lsn", &[FILES, CALLS], ("nothing", false)),
];

#[test]
fn whatever_reaches_beyond_the_plugin_is_refused_or_was_said() {
    let _alone = alone();
    let bench = Bench::new();
    let source = top().join("tests/hostile/calls.c");
    let plugin = c_library(bench.path(), "libcalls.so", &source, &[]);
    let plugin = plugin.to_str().unwrap();
    for (without, lacks, _) in KERNELS {
        let (status, _, err) = bench.run(without, &["check", "a.json", "--plugin", plugin]);
        assert_eq!(err.contains("NOT REFUSED"), !lacks.is_empty(), "without {without}: {err}");
        assert_eq!(status, if lacks.is_empty() { 0 } else { 3 }, "without {without}: {err}");
        // None of its code runs.
        let (status, _, err) =
            bench.run(without, &["check", "a.json", "--plugin", plugin, "--require-isolation"]);
        assert!(!err.contains("NOT REFUSED"), "without {without}: {err}");
        assert_eq!(status, if lacks.is_empty() { 0 } else { 2 }, "without {without}: {err}");
    }
}

#[test]
fn what_the_system_lacks_is_said_wherever_plugins_are() {
    let _alone = alone();
    let bench = Bench::new();
    let plugin = c_library(bench.path(), "libplugin.so", &top().join("tests/hostile/load.c"), &[]);
    let plugin = plugin.to_str().unwrap();
    for (without, lacks, (files, calls)) in KERNELS {
        let notice = |err: &str| {
            let said = err.lines().find(|line| line.contains("[plugin-weakly-isolated]"));
            assert_eq!(said.is_some(), !lacks.is_empty(), "without {without}: {err}");
            let whole = lacks.iter().all(|lack| said.unwrap_or_default().contains(lack));
            assert!(whole, "without {without}: {err}");
        };
        for arguments in [
            &["check", "a.json", "--plugin", plugin][..],
            &["consolidate", "a.json", "-o", "out", "--plugin", plugin],
            &["verify", "out"],
            &["plugin", "add", "libplugin.so"],
            &["plugin", "list"],
            &["plugin", "conform", "libplugin.so"],
        ] {
            let (status, out, err) = bench.run(without, arguments);
            assert_eq!(status, 0, "without {without}, {arguments:?}: {out}{err}");
            notice(&err);
            if arguments[0] == "plugin" {
                let calls = format!("system calls filtered: {}", if calls { "yes" } else { "no" });
                assert!(out.contains(&calls), "without {without}, {arguments:?}: {out}");
            }
        }
        let receipt: Value =
            serde_json::from_slice(&fs::read(bench.path().join("out/receipt.json")).unwrap()).unwrap();
        let isolation = &receipt["plugin_isolation"];
        assert_eq!((&isolation["files"], &isolation["system_calls"]), (&files.into(), &calls.into()));
        for arguments in [
            &["consolidate", "a.json", "-o", "out", "--plugin", plugin][..],
            &["plugin", "add", "libplugin.so"],
            &["plugin", "conform", "libplugin.so"],
        ] {
            let required = [arguments, &["--require-isolation"]].concat();
            let (status, _, err) = bench.run(without, &required);
            let refused = if lacks.is_empty() { 0 } else { 2 };
            assert_eq!(status, refused, "without {without}, {required:?}: {err}");
        }
    }
}

/// Where nothing keeps a plugin from ending the command, it was said before any document was checked.
#[test]
fn what_a_plugin_is_not_kept_from_is_said_before_it_can_do_it() {
    let _alone = alone();
    let bench = Bench::new();
    fs::write(bench.path().join("huizong.toml"), "[plugins.hostile]\nconfig = { mode = \"kill-parent\" }\n")
        .unwrap();
    let form = fs::read_to_string(bench.path().join("a.json")).unwrap().replace("示范局", "猛兽局");
    fs::write(bench.path().join("a.json"), form).unwrap();
    let plugin = library("huizong_hostile");
    for (without, lacks, _) in KERNELS {
        let (status, _, err) = bench.run(without, &["check", "a.json", "--plugin", plugin.to_str().unwrap()]);
        let was_said =
            err.contains("[plugin-weakly-isolated]") && lacks.iter().all(|lack| err.contains(lack));
        assert!(status == 0 || was_said, "without {without}: {status} {err}");
    }
}

#[test]
fn a_limit_that_is_lower_already_stays() {
    let _alone = alone();
    let bench = Bench::new();
    let plugin = c_library(bench.path(), "libplugin.so", &top().join("tests/hostile/load.c"), &[]);
    let line =
        format!("ulimit -d 524288; exec {} check a.json --plugin {}", program().display(), plugin.display());
    let ran = Command::new("sh").args(["-c", &line]).current_dir(bench.path()).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}
