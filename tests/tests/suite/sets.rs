//! Tests of several documents together: which ones count, what is reported, and what a result replaces.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::fs;
use std::path::Path;

use huizong::Exit;
use huizong_tests::command::{Ran, run, run_with};
use serde_json::{Value, json};

/// A valid document of a department, with these members changed.
fn document(name: &str, changes: impl std::borrow::Borrow<Value>) -> Value {
    let mut document = json!({
        "schema_version": "1.0", "department": { "name": name }, "fiscal_year": 2023, "unit": "CNY_10K",
        "budget": { "initial_budget": "10", "adjusted_budget": "10", "actual_expenditure": "9" }
    });
    for (pointer, value) in changes.borrow().as_object().unwrap() {
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[member] = value.clone();
    }
    document
}

fn folder(files: &[(&str, &Value)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("forms")).unwrap();
    for (name, document) in files {
        fs::write(folder.path().join("forms").join(name), document.to_string()).unwrap();
    }
    folder
}

fn consolidated(folder: &Path, flags: &[&str]) -> (Ran, Value) {
    let arguments: Vec<&str> = ["consolidate", "forms", "-o", "out"].iter().chain(flags).copied().collect();
    let ran = run(folder, &arguments);
    let text = fs::read(folder.join("out/consolidation.json")).unwrap();
    (ran, serde_json::from_slice(&text).unwrap())
}

fn findings(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("out/findings.ndjson")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn rules(folder: &Path) -> Vec<String> {
    findings(folder).iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_result_replaces_nothing_but_a_result() {
    let folder = folder(&[("a.json", &document("甲局", json!({})))]);
    let here = folder.path();
    consolidated(here, &[]);
    let before = fs::read(here.join("out/consolidation.json")).unwrap();
    // A mistyped path reads nothing and leaves the old result.
    let ran = run(here, &["consolidate", "form", "-o", "out"]);
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.err.contains("这里有“forms”"), "{}", ran.err);
    let ran = run(here, &["consolidate", "forms", "—roster", "x.csv", "-o", "out"]);
    assert!(ran.exit == Exit::Failed && ran.err.contains("--roster"), "{}", ran.err);
    assert_eq!(fs::read(here.join("out/consolidation.json")).unwrap(), before);
    // A folder that also contains someone else's file is not replaced.
    fs::write(here.join("out/letter.txt"), "x").unwrap();
    let ran = run(here, &["consolidate", "forms", "-o", "out"]);
    assert_eq!(ran.exit, Exit::Failed);
    assert!(here.join("out/letter.txt").exists());
}

#[test]
fn accepting_one_of_identical_copies_accepts_it_for_all() {
    let (one, other) =
        (document("甲局", json!({})), document("甲局", json!({ "/budget/actual_expenditure": "8" })));
    let folder = folder(&[("a.json", &one), ("b b.json", &one), ("c.json", &other)]);
    let (_, result) = consolidated(folder.path(), &[]);
    assert_eq!(result["coverage"]["included"], 0);
    // The message names the documents, so that one can be copied.
    let message = findings(folder.path())[0]["message"]["zh"].as_str().unwrap().to_owned();
    assert!(message.contains("a.json、c.json"), "{message}");
    // A name that means none of them would decide nothing.
    let before = fs::read(folder.path().join("out/consolidation.json")).unwrap();
    fs::write(folder.path().join("huizong.toml"), "accept = [\"b  b.json\"]").unwrap();
    for arguments in [&["consolidate", "forms", "-o", "out"][..], &["check", "forms"]] {
        let ran = run(folder.path(), arguments);
        assert_eq!(ran.exit, Exit::Failed, "{}", ran.out);
        assert!(
            ran.err.contains("要求以“b  b.json”为准") && ran.err.contains("是不是“b b.json”"),
            "{}",
            ran.err
        );
    }
    assert_eq!(fs::read(folder.path().join("out/consolidation.json")).unwrap(), before);
    fs::write(folder.path().join("huizong.toml"), "accept = [\"b b.json\"]").unwrap();
    let (_, result) = consolidated(folder.path(), &[]);
    assert_eq!(result["departments"][0]["document"], "b b.json");
    let reasons: Vec<&str> = result["coverage"]["excluded"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["identical-copy", "superseded"]);
}

#[test]
fn documents_with_errors_are_excluded_after_duplicates() {
    let wrong = document("甲局", json!({ "/budget/completion_rate": "12" }));
    let folder = folder(&[("a.json", &document("甲局", json!({}))), ("b.json", &wrong)]);
    let (_, result) = consolidated(folder.path(), &["--exclude-errors"]);
    assert_eq!(result["coverage"]["included"], 0);
    assert!(rules(folder.path()).contains(&"duplicate-department".to_owned()));
    fs::remove_file(folder.path().join("forms/a.json")).unwrap();
    let (_, result) = consolidated(folder.path(), &["--exclude-errors"]);
    assert_eq!(
        result["coverage"]["excluded"],
        json!([{ "document": "b.json", "department": "甲局", "fiscal_year": 2023, "reason": "has-errors" }])
    );
}

#[test]
fn units_within_a_department_are_counted_once() {
    let above = document(
        "甲局",
        json!({ "/department/scope": "consolidated", "/department/units": [{ "name": "甲馆" }] }),
    );
    let below = document("甲馆", json!({ "/fiscal_year": 2022 }));
    let folder = folder(&[("a.json", &above), ("b.json", &below)]);
    // A document that does not count does not cause mixed years.
    let (_, result) = consolidated(folder.path(), &[]);
    assert_eq!(rules(folder.path()), ["unit-counted-twice"]);
    assert_eq!((&result["fiscal_year"], &result["coverage"]["included"]), (&json!(2023), &json!(1)));
    // Two documents that each claim the other as a unit both count, and both are reported.
    let other = document(
        "甲馆",
        json!({ "/department/scope": "consolidated", "/department/units": [{ "name": "甲局" }] }),
    );
    fs::write(folder.path().join("forms/b.json"), other.to_string()).unwrap();
    let (_, result) = consolidated(folder.path(), &[]);
    assert_eq!(rules(folder.path()), ["unit-counted-twice"]);
    assert_eq!(result["coverage"]["included"], 2);
}

#[test]
fn fingerprints_survive_new_names_and_orders() {
    let one = document(
        "甲局",
        json!({ "/tasks": [{ "name": "a", "funds": "8" }, { "name": "b", "funds": "7" }, { "name": "a" }] }),
    );
    let other = document(
        "甲 局",
        json!({ "/tasks": [{ "name": "b", "funds": "7" }, { "name": "a", "funds": "8" }, { "name": "a" }] }),
    );
    let mut seen: Vec<Vec<String>> = Vec::new();
    for (first, second) in [("a.json", "b.json"), ("d.json", "c.json")] {
        let folder = folder(&[(first, &one), (second, &other)]);
        consolidated(folder.path(), &[]);
        let mut prints: Vec<String> = findings(folder.path())
            .iter()
            .map(|finding| format!("{} {}", finding["rule"], finding["fingerprint"]))
            .collect();
        prints.sort();
        seen.push(prints);
    }
    assert_eq!(seen[0], seen[1]);
    // The two documents have the same findings at different places.
    assert_eq!(seen[0].len(), 5);
    assert_eq!(seen[0].iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
}

#[test]
fn refused_values_cause_no_further_findings() {
    let rules_of = |changes: Value| {
        let folder = folder(&[("a.json", &document("甲局", changes))]);
        consolidated(folder.path(), &[]);
        rules(folder.path())
    };
    let only = ["schema-violation"];
    assert_eq!(rules_of(json!({ "/tasks": [{ "indicators": [{ "name": "a", "result": 5 }] }] })), only);
    assert_eq!(
        rules_of(
            json!({ "/scorecard": { "execution": 5, "indicators": [{ "name": "a", "weight": "90", "result": "x" }] } })
        ),
        only
    );
    assert_eq!(
        rules_of(
            json!({ "/scorecard": { "indicators": [{ "name": "a", "result": "x", "weight": "100", "score": "90", "deviation_reason": 5 }] } })
        ),
        only
    );
    let twice = json!({ "/tasks": [{ "indicators": [{ "name": "a", "target": 1, "result": "x" }, { "name": "a", "target": 2, "result": "x" }] }] });
    assert_eq!(rules_of(twice), ["schema-violation", "schema-violation"]);
    let sources = json!({ "/budget/by_source": {
        "fiscal_appropriation": { "actual_expenditure": 5 }, "general_public_budget": { "actual_expenditure": "50" }
    } });
    assert_eq!(rules_of(sources), only);
}

/// The same document with its members in reverse order, and white space within.
fn written_otherwise(document: &Value) -> String {
    let members = document.as_object().unwrap().iter().rev();
    let members: Vec<String> = members.map(|(name, value)| format!("{name:?} : {value}")).collect();
    format!("{{ {} }}", members.join(" , "))
}

#[test]
fn documents_that_differ_in_white_space_and_order_are_copies() {
    let document = |name: &str, actual: &str| document(name, json!({ "/budget/actual_expenditure": actual }));
    let (mine, other) = (document("甲局", "9"), document("乙局", "8"));
    let folder = folder(&[("a.json", &mine)]);
    let here = folder.path();
    let lines = format!("{}\n{}\n{}\n", written_otherwise(&mine), other, written_otherwise(&other));
    fs::write(here.join("forms/b.ndjson"), &lines).unwrap();
    let marked: Vec<u8> = lines.encode_utf16().fold(vec![0xff, 0xfe], |mut bytes, unit| {
        bytes.extend(unit.to_le_bytes());
        bytes
    });
    fs::write(here.join("forms/c.ndjson"), marked).unwrap();
    fs::write(here.join("forms/d.json"), written_otherwise(&mine)).unwrap();
    fs::write(here.join("forms/e.json"), format!("[{other}, {}]", written_otherwise(&mine))).unwrap();
    for jobs in ["1", "2"] {
        let (ran, consolidation) = consolidated(here, &["--jobs", jobs]);
        assert_eq!(consolidation["coverage"]["included"], 2, "{}", ran.err);
        assert!(rules(here).iter().all(|rule| rule != "duplicate-department"), "{}", ran.out);
    }
    // Standard input cannot be read a second time.
    let arguments = ["check", "-", "forms/a.json", "--format", "json"];
    let ran = run_with(here, &arguments, lines.as_bytes(), &|_| None);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let copies = report["notices"].as_array().unwrap().iter();
    assert_eq!(copies.filter(|notice| notice["notice"] == "identical-copy").count(), 2, "{}", ran.out);
    // One other digit makes another document.
    fs::write(here.join("forms/b.ndjson"), lines.replace("\"9\"", "\"9.5\"")).unwrap();
    consolidated(here, &[]);
    assert!(rules(here).contains(&"duplicate-department".to_owned()));
}

#[cfg(target_os = "linux")]
#[test]
fn what_comes_out_of_a_pipe_is_read_once() {
    let mine = document("甲局", json!({ "/budget/actual_expenditure": "9" }));
    let folder = folder(&[("a.json", &mine)]);
    let here = folder.path();
    let pipe = here.join("pipe.json");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let text = written_otherwise(&mine);
    let writer = std::thread::spawn(move || fs::write(pipe, text).unwrap());
    let ran = run(here, &["check", "pipe.json", "forms/a.json", "--format", "json"]);
    writer.join().unwrap();
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let copies = report["notices"].as_array().unwrap().iter();
    assert_eq!(copies.filter(|notice| notice["notice"] == "identical-copy").count(), 1, "{}", ran.out);
}
