//! Generated files: published schemas, the index of the rules, the reference of the command.
//!
//! `cargo xtask gen` runs this test with `HUIZONG_GEN` set; it writes the files then instead of comparing them.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use huizong_core::{Lang, rules};
use huizong_schema::publish;
use huizong_tests::book::commands;

/// Every generated file: its path from the top of the repository, and its content.
fn files() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> =
        publish::ALL.into_iter().map(|schema| (schema.path(), schema.text())).collect();
    files.push(("docs/rules/README.md".into(), rule_index()));
    files.push(("docs/command.md".into(), command_reference()));
    files.push(("plugins/minimal-c/minimal.c".into(), plugin_in_c()));
    files.extend(huizong_tests::conformance::files());
    for (table, columns) in huizong_report::book::published() {
        let schema = huizong_report::datapackage::table_schema(&columns);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        files.push((format!("schemas/v1/tables/{table}.json"), text));
    }
    files
}

#[test]
fn packages_have_the_version_of_the_command() {
    let package = huizong_tests::top().join("integrations/npm/package.json");
    let package: serde_json::Value = serde_json::from_slice(&fs::read(package).unwrap()).unwrap();
    assert_eq!(package["version"], env!("CARGO_PKG_VERSION"));
}

/// The plugin in C that is an example, as the command writes it.
fn plugin_in_c() -> String {
    let folder = tempfile::tempdir().unwrap();
    let ran = huizong_tests::command::run(folder.path(), &["plugin", "new", "minimal", "--lang", "c"]);
    assert_eq!(ran.exit, huizong::Exit::Clean, "{}", ran.err);
    fs::read_to_string(folder.path().join("minimal/minimal.c")).unwrap()
}

#[test]
fn files_are_fresh() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut stale = Vec::new();
    for (path, content) in files() {
        let file = top.join(&path);
        if std::env::var_os("HUIZONG_GEN").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, content).unwrap();
        } else if fs::read_to_string(&file).ok().as_ref() != Some(&content) {
            stale.push(path);
        }
    }
    assert!(stale.is_empty(), "stale: {stale:?}; run `cargo xtask gen` and commit the result");
}

/// Where the pages of the rules are, seen from their index.
const PAGES: &str = "../../crates/core/src/rules";

fn rule_index() -> String {
    let mut text = String::from(
        "# 规则 · Rules\n\n本页由 `cargo xtask gen` 生成。Written by `cargo xtask gen`.\n\n\
         | 规则 · Rule | 级别 · Severity | 含义 · Meaning |\n|---|---|---|\n",
    );
    for rule in rules::ALL {
        let title = rule.page.lines().nth(2).unwrap_or_default();
        let severity = rule.severity.as_str();
        let _ = writeln!(
            text,
            "| [`{id}`]({PAGES}/{folder}/page.md) | {severity} | {title} |",
            id = rule.id,
            folder = rule.id.replace('-', "_")
        );
    }
    text
}

fn command_reference() -> String {
    let of = |lang: Lang| format!("\n## {}\n{}", lang.pick("中文", "English"), commands(lang));
    let head = "# The command · 命令\n\n本页由 `cargo xtask gen` 生成。Written by `cargo xtask gen`.\n";
    format!("{head}{}{}", of(Lang::Zh), of(Lang::En))
}
