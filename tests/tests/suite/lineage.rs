//! Tests that every figure of a result is explained by amounts in the forms, which add up to it exactly.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what went wrong by panicking")]

use std::fs;
use std::path::Path;

use fastrand::Rng;
use huizong::Exit;
use huizong_schema::CellName;
use huizong_tests::command::{Ran, run};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// The number of figures to explain: `HUIZONG_CASES`, or a few.
fn cases() -> usize {
    std::env::var("HUIZONG_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(120)
}

fn amount(rng: &mut Rng) -> String {
    let scale = rng.u32(0..=6);
    let digits = rng.u32(1..=12);
    Decimal::from_i128_with_scale(rng.i128(0..10_i128.pow(digits)), scale).to_string()
}

fn document(rng: &mut Rng, number: usize) -> Value {
    let column = |rng: &mut Rng| {
        let mut figures = json!({});
        for name in ["initial_budget", "adjusted_budget", "actual_expenditure"] {
            if rng.bool() {
                figures[name] = amount(rng).into();
            }
        }
        figures
    };
    let mut budget = json!({
        "initial_budget": amount(rng), "adjusted_budget": amount(rng), "actual_expenditure": amount(rng)
    });
    if rng.bool() {
        let adjustment = amount(rng);
        let is_zero = adjustment.trim_start_matches(['0', '.']).is_empty();
        let sign = if !is_zero && rng.bool() { "-" } else { "" };
        budget["budget_adjustment"] = format!("{sign}{adjustment}").into();
    }
    if rng.bool() {
        budget["by_source"] = json!({ "other": column(rng), "unit_funds": column(rng) });
        budget["by_nature"] = json!({ "basic": column(rng) });
    }
    let tasks: Vec<Value> = (0..rng.usize(0..4))
        .map(|_| {
            if rng.bool() {
                json!({ "funds": amount(rng), "indicators": [{}] })
            } else {
                json!({ "name": "任务" })
            }
        })
        .collect();
    let projects: Vec<Value> = (0..rng.usize(0..3))
        .map(|_| json!({ "budget_requested": amount(rng), "funds_used": amount(rng) }))
        .collect();
    json!({
        "schema_version": "1.0", "department": { "name": format!("第{number}局") }, "fiscal_year": 2023,
        "unit": if rng.bool() { "CNY" } else { "CNY_10K" }, "budget": budget, "tasks": tasks, "key_projects": projects,
        "scorecard": { "indicators": vec![json!({ "name": "指标" }); rng.usize(0..3)] }
    })
}

/// Consolidates documents in one file each, in lines, and in a list, with a roster that has two columns to
/// group by.
fn consolidated(rng: &mut Rng, folder: &Path) -> Vec<(String, Value)> {
    fs::create_dir(folder.join("forms")).unwrap();
    let mut all = Vec::new();
    let mut numbers = 0..;
    let mut documents = |rng: &mut Rng, count: usize| -> Vec<Value> {
        (0..count).map(|_| document(rng, numbers.next().unwrap())).collect()
    };
    for (index, document) in documents(rng, 4).into_iter().enumerate() {
        let name = format!("one-{index}.json");
        fs::write(folder.join("forms").join(&name), serde_json::to_string_pretty(&document).unwrap())
            .unwrap();
        all.push((name, document));
    }
    let lines = documents(rng, 9);
    let text: Vec<String> = lines.iter().map(Value::to_string).collect();
    fs::write(folder.join("forms/lines.ndjson"), text.join("\n\n")).unwrap();
    all.extend(
        lines
            .into_iter()
            .enumerate()
            .map(|(index, document)| (format!("lines.ndjson#{}", index + 1), document)),
    );
    let list = documents(rng, 3);
    fs::write(folder.join("forms/list.json"), serde_json::to_string_pretty(&list).unwrap()).unwrap();
    all.extend(
        list.into_iter().enumerate().map(|(index, document)| (format!("list.json#{}", index + 1), document)),
    );
    let mut roster = "name,类别,street\n".to_owned();
    for number in 0..20 {
        let (kind, street) = (rng.choice(["甲", "乙"]).unwrap(), rng.choice(["东", "西", ""]).unwrap());
        roster.extend([format!("第{number}局,{kind},{street}\n")]);
    }
    fs::write(folder.join("roster.csv"), roster).unwrap();
    let arguments = ["consolidate", "forms", "-o", "out", "--roster", "roster.csv", "--formats", "json,xlsx"];
    let grouped = ["--group-by", "类别", "--group-by", "类别,street", "--fail-on", "never"];
    let ran = run(folder, &[&arguments[..], &grouped].concat());
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    all
}

/// Every figure of a consolidation: its pointer and its value.
fn figures(at: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => match members.get("value").and_then(Value::as_str) {
            Some(total) => found.push((at.to_owned(), total.to_owned())),
            None => members.iter().for_each(|(name, value)| figures(&format!("{at}/{name}"), value, found)),
        },
        Value::String(text) => found.push((at.to_owned(), text.clone())),
        Value::Number(count) => found.push((at.to_owned(), count.to_string())),
        _ => {}
    }
}

fn all_figures(result: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut of = |at: &str, value: &Value| {
        for part in ["totals", "figures", "rates", "counts"] {
            if let Some(value) = value.get(part) {
                figures(&format!("{at}/{part}"), value, &mut found);
            }
        }
    };
    of("", result);
    for list in ["groups", "departments"] {
        for (index, value) in result[list].as_array().unwrap().iter().enumerate() {
            of(&format!("/{list}/{index}"), value);
        }
    }
    found
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Adds up the leaves of a part from the documents.
fn add_up(part: &Value, documents: &[(String, Value)]) -> Decimal {
    let leaves = part["leaves"].as_array().unwrap().iter();
    leaves
        .map(|leaf| {
            let (_, document) = documents.iter().find(|(id, _)| leaf["document"] == id.as_str()).unwrap();
            let member = document.pointer(leaf["pointer"].as_str().unwrap()).unwrap();
            assert!(leaf["location"]["line"].is_u64(), "{leaf}");
            let Some(printed) = leaf["printed"].as_str() else { return Decimal::ONE };
            assert_eq!(member, printed);
            assert_eq!(leaf["unit"], document["unit"]);
            let factor = if document["unit"] == "CNY" { 1 } else { 10_000 };
            let value = decimal(printed) * Decimal::from(factor);
            let value = match leaf["counted"].as_str().unwrap() {
                "plus" => value,
                "minus" => -value,
                "absolute" => value.abs(),
                other => panic!("{other}"),
            };
            assert_eq!(decimal(leaf["value"].as_str().unwrap()), value);
            value
        })
        .sum()
}

fn explained(folder: &Path, figure: &str) -> Value {
    let Ran { out, err, exit } = run(folder, &["explain", figure, "--in", "out", "--format", "json"]);
    assert_eq!(exit, Exit::Clean, "{figure}: {err}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn the_leaves_of_any_figure_add_up_to_it() {
    let mut rng = Rng::with_seed(7);
    let mut tried = 0;
    while tried < cases() {
        let folder = tempfile::tempdir().unwrap();
        let documents = consolidated(&mut rng, folder.path());
        let result: Value =
            serde_json::from_slice(&fs::read(folder.path().join("out/consolidation.json")).unwrap()).unwrap();
        let mut all = all_figures(&result);
        assert!(all.len() > 200, "{}", all.len());
        rng.shuffle(&mut all);
        for (pointer, value) in all.iter().take(60) {
            let lineage = explained(folder.path(), pointer);
            assert_eq!(lineage["value"], value.as_str(), "{pointer}");
            let parts = lineage["parts"].as_array().unwrap();
            let sums: Vec<Decimal> = parts.iter().map(|part| add_up(part, &documents)).collect();
            match sums[..] {
                [sum] => assert_eq!(sum, decimal(value), "{pointer}"),
                [over, under] => {
                    let rate = over * Decimal::ONE_HUNDRED / under;
                    let rate =
                        rate.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
                    assert_eq!(rate, decimal(value), "{pointer}");
                }
                _ => panic!("{lineage}"),
            }
            // The figure's name must lead back to the same explanation.
            assert_eq!(explained(folder.path(), lineage["figure"].as_str().unwrap()), lineage);
            tried += 1;
        }
    }
    println!("{tried} figures explained");
}

#[test]
fn a_cell_of_the_workbook_is_explained_as_the_figure_that_it_shows() {
    let mut rng = Rng::with_seed(3);
    let folder = tempfile::tempdir().unwrap();
    consolidated(&mut rng, folder.path());
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook(folder.path().join("out/consolidation.xlsx")).unwrap();
    let mut compared = 0;
    for sheet in ["部门", "分组", "概览"] {
        let range = calamine::Reader::worksheet_range(&mut book, sheet).unwrap();
        let (first_row, first_column) = range.start().unwrap();
        for (row, column, cell) in range.cells().filter(|_| rng.u8(..) < 20) {
            // Skip the exact values next to totals, which are text.
            if calamine::DataType::is_string(cell) {
                continue;
            }
            let (row, column) = (u32::try_from(row).unwrap(), u32::try_from(column).unwrap());
            let name = format!("{sheet}!{}", CellName::new(row + first_row, column + first_column));
            let ran = run(folder.path(), &["explain", &name, "--in", "out", "--format", "json"]);
            if ran.exit != Exit::Clean {
                continue;
            }
            let lineage: Value = serde_json::from_str(&ran.out).unwrap();
            let (Some(shown), Some(value)) = (calamine::DataType::as_f64(cell), lineage["value"].as_str())
            else {
                continue;
            };
            let figure = lineage["figure"].as_str().unwrap();
            let value: f64 = value.parse().unwrap();
            let value = if figure.contains("totals.") || figure.contains("figures.") {
                value / 10_000.0
            } else if figure.contains("rates.") {
                value / 100.0
            } else {
                value
            };
            assert!((shown - value).abs() <= value.abs() * 1e-12, "{name}: {shown} for {lineage}");
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}

#[test]
fn a_figure_is_found_by_what_the_sheets_call_it() {
    let mut rng = Rng::with_seed(7);
    let folder = tempfile::tempdir().unwrap();
    consolidated(&mut rng, folder.path());
    for (asked, path) in [
        ("实际支出", "totals.actual_expenditure"),
        ("预算完成率", "rates.completion_rate"),
        ("部门[one-1.json].调整后预算", "departments[one-1.json].figures.adjusted_budget"),
        ("部门！F3", "部门!F3"),
    ] {
        assert_eq!(explained(folder.path(), asked), explained(folder.path(), path), "{asked}");
    }
    let stored = folder.path().join("out/consolidation.json");
    fs::write(&stored, fs::read_to_string(&stored).unwrap() + "\n").unwrap();
    let ran = run(folder.path(), &["explain", "实际支出", "--in", "out", "--lang", "en"]);
    assert!(ran.err.contains("[result-changed] out/consolidation.json"), "{}", ran.err);
}

#[test]
fn changed_files_are_not_explained() {
    let mut rng = Rng::with_seed(5);
    let folder = tempfile::tempdir().unwrap();
    consolidated(&mut rng, folder.path());
    let path = folder.path().join("forms/one-0.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text + " ").unwrap();
    let ran = run(folder.path(), &["explain", "totals.actual_expenditure", "--in", "out", "--lang", "en"]);
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.err.contains("one-0.json is not where it was, or was changed"), "{}", ran.err);
    // A figure that does not depend on the changed file can still be explained.
    let ran = run(folder.path(), &["explain", "departments[one-1.json].figures.net_change", "--in", "out"]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    let ran = run(folder.path(), &["explain", "totals.nothing", "--in", "out", "--lang", "en"]);
    assert!(ran.exit == Exit::Failed && ran.err.contains("no figure \"totals.nothing\""), "{}", ran.err);
}
