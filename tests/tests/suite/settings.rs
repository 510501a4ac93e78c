//! Tests of the settings: written by the command, and mistakes in them.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::fs;
use std::path::Path;

use huizong::Exit;
use huizong_tests::command::run;
use serde_json::{Value, json};

fn document(name: &str, spent: &str) -> String {
    let document = json!({
        "schema_version": "1.0", "department": { "name": name }, "fiscal_year": 2023, "unit": "CNY_10K",
        "budget": { "initial_budget": "100.00", "adjusted_budget": "120.00", "actual_expenditure": spent }
    });
    document.to_string()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("forms/妇联/一稿.json", document("妇联", "90.00")),
        ("forms/妇联/二稿.json", document("妇联", "91.00")),
        ("forms/科协.json", document("科协", "10.00")),
        ("名单.csv", "名称,类别\n妇联,群团\n科协,群团\n".to_owned()),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn spent(folder: &Path, flags: &[&str]) -> Value {
    let ran =
        run(folder, &[&["consolidate", "forms", "-o", "out", "--fail-on", "never"][..], flags].concat());
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    let result = fs::read(folder.join("out/consolidation.json")).unwrap();
    let result: Value = serde_json::from_slice(&result).unwrap();
    result["totals"]["actual_expenditure"]["value"].clone()
}

#[test]
fn accept_writes_the_settings_and_keeps_what_is_there() {
    let folder = folder();
    let here = folder.path();
    assert_eq!(spent(here, &[]), "100000.00");
    fs::write(here.join("huizong.toml"), "# 本年\r\nyear = 2023\r\n").unwrap();
    for _ in 0..2 {
        let ran = run(here, &["accept", "forms/妇联/二稿.json"]);
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    }
    let settings = fs::read_to_string(here.join("huizong.toml")).unwrap();
    assert_eq!(settings, "# 本年\r\nyear = 2023\r\naccept = [\"forms/妇联/二稿.json\"]\r\n");
    assert_eq!(spent(here, &[]), "1010000.00");
    assert_eq!(run(here, &["verify", "out"]).exit, Exit::Clean);
    let ran = run(here, &["accept", "forms/妇联/三稿.json"]);
    assert!(ran.exit == Exit::Failed && ran.err.contains("没有文件"), "{}", ran.err);
}

#[test]
fn a_form_can_be_accepted_for_one_run_or_by_its_folder() {
    let folder = folder();
    let here = folder.path();
    assert_eq!(spent(here, &["--accept", "妇联/一稿.json"]), "1000000.00");
    assert_eq!(run(here, &["verify", "out"]).exit, Exit::Clean);
    fs::create_dir_all(here.join("forms/修改稿")).unwrap();
    fs::write(here.join("forms/修改稿/妇联.json"), document("妇联", "95.00")).unwrap();
    fs::write(here.join("huizong.toml"), "corrected = \"修改稿\"\n").unwrap();
    assert_eq!(spent(here, &[]), "1050000.00");
    assert_eq!(spent(here, &["--accept", "妇联/一稿.json"]), "1000000.00");
}

#[test]
fn init_writes_settings_that_hold_and_refuses_what_is_not_there() {
    let folder = folder();
    let here = folder.path();
    let ran = run(here, &["init", "--year", "2023", "--roster", "没有.csv"]);
    assert!(ran.exit == Exit::Failed && !here.join("huizong.toml").exists(), "{}", ran.err);
    let ran = run(
        here,
        &["init", "--year", "2023", "--roster", "名单.csv", "--group-by", "类别", "--corrected", "修改稿"],
    );
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    let settings = fs::read_to_string(here.join("huizong.toml")).unwrap();
    for line in [
        "year = 2023",
        "roster = \"名单.csv\"",
        "group_by = [\"类别\"]",
        "corrected = \"修改稿\"",
        "# books =",
    ] {
        assert!(settings.lines().any(|of| of.starts_with(line)), "{line}: {settings}");
    }
    assert_eq!(spent(here, &[]), "100000.00");
    let result = fs::read_to_string(here.join("out/consolidation.json")).unwrap();
    assert!(result.contains("\"expected\": 2"), "{result}");
    assert_eq!(run(here, &["init", "--year", "2024"]).exit, Exit::Failed);
}

#[test]
fn a_mistake_in_the_settings_is_said_with_its_line() {
    let folder = folder();
    for (text, said) in [
        ("year = 2023\nrooster = \"a\"\n", "第 2 行：没有“rooster”这一项，是不是“roster”"),
        ("year = \"2023\"\n", "第 1 行：这一项的值写法不对"),
        ("名单\n", "第 1 行：写法不对"),
    ] {
        fs::write(folder.path().join("huizong.toml"), text).unwrap();
        let ran = run(folder.path(), &["check", "forms"]);
        assert!(ran.exit == Exit::Failed && ran.err.contains(said), "{said}: {}", ran.err);
    }
}
