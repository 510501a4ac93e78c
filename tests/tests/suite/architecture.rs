//! Tests of the crate dependencies that ARCHITECTURE.md describes, including those that must not exist.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test says what went wrong by panicking"
)]

use std::path::Path;
use std::process::Command;

use huizong_tests::command::run;

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
    assert_eq!(ours("huizong-platform"), Vec::<String>::new());
    assert_eq!(ours("huizong-book"), Vec::<String>::new());
    assert_eq!(ours("huizong-word"), Vec::<String>::new());
    assert_eq!(ours("huizong-core"), ["huizong-schema"]);
    assert_eq!(ours("huizong-forms"), ["huizong-core", "huizong-platform", "huizong-schema", "huizong-word"]);
    assert_eq!(
        ours("huizong-report"),
        ["huizong-core", "huizong-platform", "huizong-schema", "huizong-word"]
    );
    assert_eq!(ours("huizong-plugin-abi"), Vec::<String>::new());
    assert_eq!(ours("huizong-plugin-sdk"), ["huizong-plugin-abi", "huizong-schema"]);
    assert_eq!(ours("huizong-plugin-host"), ["huizong-core", "huizong-plugin-abi", "huizong-schema"]);
    assert_eq!(
        ours("huizong-engine"),
        ["huizong-core", "huizong-forms", "huizong-platform", "huizong-schema", "huizong-word"]
    );
    assert_eq!(
        ours("huizong"),
        [
            "huizong-book",
            "huizong-core",
            "huizong-engine",
            "huizong-forms",
            "huizong-platform",
            "huizong-plugin-abi",
            "huizong-plugin-host",
            "huizong-report",
            "huizong-run",
            "huizong-schema",
            "huizong-word"
        ]
    );
    // What reads files for the command reads them for bindings too: it knows nothing of the command.
    let mut below: Vec<String> = ours("huizong");
    below.retain(|name| name != "huizong-run" && name != "huizong-book");
    assert_eq!(ours("huizong-run"), below);
    for plugin in ["huizong-tianhe", "huizong-lens"] {
        assert_eq!(ours(plugin), ["huizong-plugin-abi", "huizong-plugin-sdk", "huizong-schema"]);
        // The SDK does not need the general validator, which would slow down every plugin's build by minutes.
        assert!(!tree(plugin).iter().any(|name| name == "jsonschema"), "{plugin}");
    }
}

#[test]
fn forbidden_dependencies_are_absent() {
    for package in ["huizong-schema", "huizong-core", "huizong-forms", "huizong-engine", "huizong"] {
        let tree = tree(package);
        for stranger in ["reqwest", "hyper", "rustls", "openssl", "tokio", "memmap2"] {
            assert!(!tree.iter().any(|name| name == stranger), "{package} holds {stranger}");
        }
    }
    for stranger in ["indicatif", "clap", "toml_edit"] {
        assert!(!tree("huizong-run").iter().any(|name| name == stranger), "huizong-run holds {stranger}");
    }
    for package in ["huizong-schema", "huizong-core", "huizong-forms", "huizong-engine"] {
        for stranger in ["rayon", "walkdir", "tempfile", "indicatif", "clap"] {
            assert!(!tree(package).iter().any(|name| name == stranger), "{package} holds {stranger}");
        }
    }
}

#[test]
fn inner_crates_use_no_files_clock_or_threads() {
    for package in ["schema", "core", "forms", "engine", "report"] {
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

/// The string literals of a Rust source, as they are written.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let line = line.replace("\\\\", "").replace("\\\"", "");
        found.extend(line.split('"').skip(1).step_by(2).map(str::to_owned));
    }
    found
}

/// The literals of a source of the command that decide something about forms or figures.
fn decisions(source: &str) -> Vec<String> {
    use huizong_core::rules;
    let schema = huizong_schema::publish::EVALUATION.schema();
    let members: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    // Whatever a profile says in Chinese and in more than two characters is a label, or part of a form's layout.
    let profiles: String = ["guangzhou-tianhe", "mof-general"]
        .map(|id| std::fs::read_to_string(top().join(format!("crates/forms/profiles/{id}.toml"))).unwrap())
        .concat();
    let is_chinese = |text: &String| text.chars().count() > 2 && text.chars().all(|c| !c.is_ascii());
    let labels: Vec<String> = literals(&profiles).into_iter().filter(is_chinese).collect();
    let is_rule = |text: &str| {
        text.split(|c: char| !c.is_ascii_lowercase() && c != '-').any(|word| rules::find(word).is_some())
    };
    let is_pointer = |text: &str| {
        let mut tokens = text.split('/');
        tokens.next() == Some("") && tokens.next().is_some_and(|first| members.iter().any(|m| *m == first))
    };
    let is_label = |text: &str| labels.iter().any(|label| label == text);
    literals(source).into_iter().filter(|text| is_rule(text) || is_pointer(text) || is_label(text)).collect()
}

#[test]
fn the_command_decides_nothing_about_forms_or_figures() {
    assert_eq!(decisions("x == \"rate-is-truncated\";"), ["rate-is-truncated"]);
    assert_eq!(
        decisions("// \"rate-is-truncated\"\nat(\"/budget/initial_budget\")"),
        ["/budget/initial_budget"]
    );
    assert_eq!(decisions("label == \"年度预算调整数\""), ["年度预算调整数"]);
    assert_eq!(decisions("\"the rate is truncated\""), Vec::<String>::new());
    let mut folders = vec![top().join("crates/cli/src"), top().join("crates/run/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let found = decisions(&std::fs::read_to_string(&path).unwrap());
                assert!(found.is_empty(), "{} names {found:?}", path.display());
            }
        }
    }
}

#[test]
fn every_kind_of_notice_that_a_crate_declares_is_explained() {
    let mut ids = Vec::new();
    for package in std::fs::read_dir(top().join("crates")).unwrap() {
        for file in ["notices.rs", "notice_kinds.rs"] {
            let source = std::fs::read_to_string(package.as_ref().unwrap().path().join("src").join(file));
            let source = source.unwrap_or_default();
            let declared = source.split(": NoticeKind = NoticeKind {").skip(1);
            ids.extend(declared.map(|rest| rest.split('"').nth(1).unwrap().to_owned()));
        }
    }
    assert!(ids.len() > 25, "{ids:?}");
    let here = tempfile::tempdir().unwrap();
    for id in ids {
        for (language, heading) in [("zh", "## 怎么办"), ("en", "## What to do")] {
            let ran = run(here.path(), &["explain", &id, "--lang", language]);
            assert!(ran.exit == huizong::Exit::Clean, "{id}: {}", ran.err);
            assert!(ran.out.contains(&id) && ran.out.contains(heading), "{id}: {}", ran.out);
        }
    }
}
