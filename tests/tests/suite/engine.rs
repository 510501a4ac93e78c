//! The engine as a library: the same results as the command's, without the command.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use huizong::Exit;
use huizong_core::State;
use huizong_engine::{Options, Round, Units, read};
use huizong_tests::command::run;
use huizong_tests::top;
use serde_json::{Value, json};

#[path = "../../../crates/engine/examples/district.rs"]
#[allow(dead_code, unreachable_pub, reason = "an example is a crate of its own elsewhere")]
mod district_example;

fn district() -> PathBuf {
    top().join("examples/district")
}

#[test]
fn the_example_prints_the_findings_and_totals_of_the_command() {
    let report = district_example::report(&district()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let ran = run(
        &district(),
        &["consolidate", "forms", "-o", out.to_str().unwrap(), "--formats", "json", "--fail-on", "never"],
    );
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    let consolidation: Value =
        serde_json::from_str(&fs::read_to_string(out.join("consolidation.json")).unwrap()).unwrap();
    let mut expected = Vec::new();
    for line in fs::read_to_string(out.join("findings.ndjson")).unwrap().lines() {
        let finding: Value = serde_json::from_str(line).unwrap();
        let at = &finding["location"];
        let text = |name: &str| at[name].as_str().unwrap_or_default().to_owned();
        let place = match (&at["cell"], &at["row"], &at["line"]) {
            (Value::String(cell), ..) => format!(":{}!{cell}", text("sheet")),
            (_, Value::Number(row), _) => format!(":{}:{row}:{}", at["table"], at["column"]),
            (_, _, Value::Number(line)) => format!(":{line}:{}", at["column"]),
            _ => String::new(),
        };
        expected.push(format!("{}{place} {}", text("file"), finding["message"]["zh"].as_str().unwrap()));
    }
    let totals = consolidation["totals"].as_object().unwrap();
    for (name, total) in totals.iter().filter(|(name, _)| !name.starts_with("by_")) {
        expected.push(format!("{name} {}", total["value"].as_str().unwrap()));
    }
    for by in ["by_source", "by_nature"] {
        for (name, columns) in totals.get(by).and_then(Value::as_object).into_iter().flatten() {
            for (column, total) in columns.as_object().unwrap() {
                expected.push(format!("{by}.{name}.{column} {}", total["value"].as_str().unwrap()));
            }
        }
    }
    let mut printed: Vec<&str> = report.lines().collect();
    printed.sort_unstable();
    expected.sort_unstable();
    assert_eq!(printed, expected);
}

fn document(department: &Value, actual: &str) -> String {
    json!({
        "schema_version": "1.0", "department": department, "fiscal_year": 2022, "unit": "CNY_10K",
        "budget": { "initial_budget": "100.00", "adjusted_budget": "100.00", "actual_expenditure": actual },
    })
    .to_string()
}

#[test]
fn every_document_has_one_state() {
    let options = Options::default().fiscal_year(2022);
    let mut round = Round::new(&options);
    let mut add = |name: &str, text: &str| round.add(read(name, text.as_bytes(), &options));
    let named = |name: &str| document(&json!({ "name": name }), "90.00");
    add("a.json", &named("甲局"));
    add("b.json", &named("乙局").replace("\"unit\"", "\"budget_year\":1,\"unit\""));
    add("c.json", &named("丙局").replace("2022", "2021"));
    add("d.txt", "会议通知\n请各单位参加。\n");
    add("e.json", "{");
    add("f.json", &named("丁局"));
    add("g.json", &named("丁局").replace("90.00", "91.00"));
    add("h.json", &document(&json!({ "name": "戊局", "scope": "consolidated" }), "120.00"));
    add("i.json", &document(&json!({ "name": "戊一院", "level": "unit", "parent": "戊局" }), "9.00"));
    let late = named("己局").replace(
        "\"actual_expenditure\":\"90.00\"",
        "\"actual_expenditure\":\"90.00\",\"completion_rate\":\"99\"",
    );
    add("j.json", &late);
    let settled = round.settle();
    let states: Vec<(&str, State)> =
        settled.entries().iter().map(|entry| (&*entry.document, entry.state())).collect();
    assert_eq!(
        states,
        [
            ("a.json", State::Counted),
            ("b.json", State::NotFinished),
            ("c.json", State::AnotherYear),
            ("d.txt", State::AnotherForm),
            ("e.json", State::NotReadable),
            ("f.json", State::Duplicate),
            ("g.json", State::Duplicate),
            ("h.json", State::Counted),
            ("i.json", State::CountedInDepartment),
            ("j.json", State::CountedWithErrors),
        ]
    );
    let consolidation = settled.consolidation();
    assert_eq!(consolidation.coverage.included, 3);
    assert_eq!(consolidation.coverage.excluded.len(), 7);
}

#[test]
fn an_unreadable_rate_keeps_no_form_from_being_finished() {
    let form = "2023年度部门整体支出绩效自评表\n单位：万元\n部门名称\t示范局\t被评价年度\t2023年\n\
                部门资金情况\t部门年初预算收入\t339.04\t部门调整预算收入\t280.19\n\t实际支出数\t280.10\t预算完成率\t约九成\n";
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), form).unwrap();
    let converted = run(folder.path(), &["convert", "a.txt", "--ids"]);
    assert_eq!(converted.exit, Exit::Clean, "{}", converted.err);
    assert!(converted.err.contains("figure-unreadable"), "{}", converted.err);
    let ran = run(folder.path(), &["consolidate", "a.txt", "-o", "out", "--formats", "json"]);
    assert_eq!(ran.exit, Exit::Findings, "{}", ran.err);
    let consolidation = fs::read_to_string(folder.path().join("out/consolidation.json")).unwrap();
    let consolidation: Value = serde_json::from_str(&consolidation).unwrap();
    assert_eq!(consolidation["coverage"]["included"], 1);
}

#[test]
fn one_form_says_nothing_about_departments_that_are_not_there() {
    for command in [&["check", "forms/01-kexie.txt", "--roster", "roster.csv", "--format", "json"][..]] {
        let ran = run(&district(), command);
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        for finding in report["findings"].as_array().unwrap() {
            assert!(finding["document"].is_string(), "a finding about the set: {finding}");
        }
    }
    // The same roster with all forms names those who are missing.
    let ran = run(&district(), &["check", "forms", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(report["findings"].as_array().unwrap().iter().any(|finding| finding["document"].is_null()));
}

#[test]
fn units_become_their_department() {
    let options = Options::default();
    let unit = |name: &str, actual: &str| {
        document(&json!({ "name": name, "level": "unit", "parent": "甲局" }), actual)
    };
    let texts = BTreeMap::from([
        ("1.json".to_owned(), unit("甲一院", "40.00")),
        ("2.json".to_owned(), unit("甲二院", "50.50")),
    ]);
    let mut round = Round::new(&options);
    for (name, text) in &texts {
        round.add(read(name, text.as_bytes(), &options));
    }
    let settled = round.settle();
    let departments = settled.departments();
    let draft = Units::find(&departments, "甲局").unwrap().draft(&texts).unwrap();
    assert_eq!(draft.budget.unwrap().actual_expenditure.unwrap().to_string(), "90.50");
    let Err(error) = Units::find(&departments, "甲一院") else { panic!("a unit has no units") };
    assert!(error.to_string().contains("is a unit itself"), "{error}");
}
