//! Tests of `huizong diff`: the parts of each total's change add up to the change.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]
#![allow(clippy::print_stdout, reason = "a long test says how much it did")]

use std::fs;
use std::path::{Path, PathBuf};

use calamine::Reader as _;
use fastrand::Rng;
use huizong::Exit;
use huizong_schema::Money;
use huizong_schema::publish;
use huizong_tests::cases;
use huizong_tests::command::run;
use serde_json::{Value, json};

fn millionths(value: &Value) -> i128 {
    value.as_str().map_or(0, |text| text.parse::<Money>().unwrap().millionths())
}

fn diff(folder: &Path, old: &str, new: &str) -> Value {
    let ran = run(folder, &["diff", old, new, "--format", "json"]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    let made: Value = serde_json::from_str(&ran.out).unwrap();
    let schema = publish::ALL.into_iter().find(|schema| schema.name == "difference").unwrap();
    assert!(jsonschema::draft202012::new(schema.schema()).unwrap().is_valid(&made));
    made
}

/// Checks a difference against the totals of both sides and returns the number of totals.
fn adds_up(made: &Value, old: &Value, new: &Value) -> usize {
    let at = |side: &Value, figure: &str| {
        side["totals"].pointer(&format!("/{}/value", figure.replace('.', "/"))).cloned().unwrap_or_default()
    };
    let totals = made["totals"].as_array().unwrap();
    for total in totals {
        let figure = total["figure"].as_str().unwrap();
        let (before, now) = (millionths(&at(old, figure)), millionths(&at(new, figure)));
        let change = millionths(&total["change"]);
        assert_eq!(change, now - before, "{figure}");
        let parts = total["parts"].as_array().unwrap();
        assert_eq!(parts.iter().map(|part| millionths(&part["change"])).sum::<i128>(), change, "{figure}");
        let causes = total["by_cause"].as_object().unwrap();
        assert_eq!(causes.values().map(millionths).sum::<i128>(), change, "{figure}");
        for part in parts {
            let (before, now) = (millionths(&part["old"]), millionths(&part["new"]));
            if part["cause"] != "unexplained" {
                assert_eq!(millionths(&part["change"]), now - before, "{part}");
            }
            for (side, document, value) in [(old, "old_document", before), (new, "new_document", now)] {
                let Some(document) = part[document].as_str() else { continue };
                let rows = side["departments"].as_array().unwrap();
                let row = rows.iter().find(|row| row["document"] == document).unwrap();
                let reported = row["figures"].pointer(&format!("/{}", figure.replace('.', "/")));
                assert_eq!(reported.map_or(0, millionths), value, "{part}");
            }
        }
    }
    totals.len()
}

fn consolidated(folder: &Path, out: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.join(out).join("consolidation.json")).unwrap()).unwrap()
}

#[test]
fn two_years_of_the_example_district_add_up() {
    let district = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/district");
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let out = |name: &str| here.join(name).to_string_lossy().into_owned();
    let ran = run(
        &district,
        &[
            "consolidate",
            "2021/departments.ndjson",
            "-o",
            &out("2021"),
            "--year",
            "2021",
            "--roster",
            "2021/roster.csv",
            "--formats",
            "json",
        ],
    );
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    let previous = out("2021");
    let ran = run(
        &district,
        &[
            "consolidate",
            "forms",
            "-o",
            &out("2022"),
            "--previous",
            &previous,
            "--formats",
            "json,xlsx",
            "--fail-on",
            "never",
        ],
    );
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    let made = diff(here, "2021", "2022");
    assert!(!made.to_string().contains("unexplained"));
    let totals = adds_up(&made, &consolidated(here, "2021"), &consolidated(here, "2022"));
    println!("{totals} totals: the parts of each add up to its change");
    assert_eq!(made["span"], "two-years");
    let ran = run(here, &["diff", "2021", "2022", "-o", "diff.xlsx"]);
    insta::assert_snapshot!(ran.out);
    // This year's workbook and a separate one contain the same sheet.
    for book in ["2022/consolidation.xlsx", "diff.xlsx"] {
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(here.join(book)).unwrap();
        let sheet = book.worksheet_range("对比").unwrap();
        assert_eq!(sheet.get_value((3, 0)).unwrap().to_string(), "年初预算");
        let change = made["totals"][0]["change"].as_str().unwrap().parse::<f64>().unwrap() / 10_000.0;
        let calamine::Data::Float(shown) = sheet.get_value((3, 3)).unwrap() else { panic!("no number") };
        assert!((shown - change).abs() < 0.005, "{shown} for {change}");
        assert!(book.worksheet_range("对比明细").unwrap().height() > 20);
    }
}

fn form(name: &str, amounts: [&str; 3]) -> Value {
    json!({
        "schema_version": "1.0", "department": { "name": name }, "fiscal_year": 2023, "unit": "CNY_10K",
        "budget": { "initial_budget": amounts[0], "adjusted_budget": amounts[1], "actual_expenditure": amounts[2] }
    })
}

#[test]
fn every_cause_of_a_change_within_a_year_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let forms = here.join("forms");
    fs::create_dir(&forms).unwrap();
    let write = |file: &str, form: &Value| fs::write(forms.join(file), form.to_string()).unwrap();
    let consolidate = |out: &str| {
        let ran = run(here, &["consolidate", "forms", "-o", out, "--formats", "json", "--fail-on", "never"]);
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    };
    write("corrected.json", &form("甲局", ["10.00", "12.00", "11.00"]));
    write("replaced.json", &form("乙局", ["10.00", "12.00", "11.00"]));
    write("withdrawn.json", &form("丙局", ["10.00", "12.00", "11.00"]));
    write("same.json", &form("丁局", ["10.00", "12.00", "11.00"]));
    write("uncounted.json", &form("庚局", ["10.00", "12.00", "11.00"]));
    let mut unfinished = form("戊局", ["10.00", "12.00", "11.00"]);
    unfinished["budget"].as_object_mut().unwrap().remove("actual_expenditure");
    write("counted.json", &unfinished);
    consolidate("old");
    write("corrected.json", &form("甲局", ["10.00", "12.00", "11.50"]));
    fs::remove_file(forms.join("replaced.json")).unwrap();
    write("other.json", &form("乙局", ["10.00", "13.00", "11.00"]));
    fs::remove_file(forms.join("withdrawn.json")).unwrap();
    write("counted.json", &form("戊局", ["10.00", "12.00", "11.00"]));
    write("late.json", &form("己局", ["1.00", "1.00", "0.99"]));
    let mut broken = form("庚局", ["10.00", "12.00", "11.00"]);
    broken["budget"].as_object_mut().unwrap().remove("initial_budget");
    write("uncounted.json", &broken);
    consolidate("new");
    // Edit the old result as if an earlier version of the command had read the same form differently.
    let path = here.join("old/consolidation.json");
    let text = fs::read_to_string(&path).unwrap();
    let row = text.lines().find(|line| line.contains("丁局")).unwrap();
    let text = text
        .replace(row, &row.replace("\"initial_budget\":\"100000.00\"", "\"initial_budget\":\"90000.00\""));
    let text = text.replace(
        "\"initial_budget\": {\"value\":\"500000.00\"",
        "\"initial_budget\": {\"value\":\"490000.00\"",
    );
    fs::write(&path, &text).unwrap();
    let (old, new) = (consolidated(here, "old"), consolidated(here, "new"));
    let made = diff(here, "old", "new");
    adds_up(&made, &old, &new);
    assert_eq!(made["span"], "same-year");
    assert_eq!(made["besides"], json!([]));
    let mut causes: Vec<(String, String)> = made["totals"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|total| total["parts"].as_array().unwrap())
        .map(|part| {
            (part["department"].as_str().unwrap().to_owned(), part["cause"].as_str().unwrap().to_owned())
        })
        .collect();
    causes.sort();
    causes.dedup();
    let expected = [
        ("丁局", "reread"),
        ("丙局", "withdrawn"),
        ("乙局", "replaced"),
        ("己局", "late"),
        ("庚局", "uncounted"),
        ("戊局", "counted"),
        ("甲局", "corrected"),
    ];
    let causes: Vec<(&str, &str)> = causes.iter().map(|(name, cause)| (&**name, &**cause)).collect();
    assert_eq!(causes, expected);
    // A total that was edited by hand is reported as not being the sum of its rows.
    fs::write(
        &path,
        text.replace(
            "\"initial_budget\": {\"value\":\"490000.00\"",
            "\"initial_budget\": {\"value\":\"490001.00\"",
        ),
    )
    .unwrap();
    let made = diff(here, "old", "new");
    adds_up(&made, &consolidated(here, "old"), &new);
    assert_eq!(made["totals"][0]["by_cause"]["unexplained"], "-1.00");
    let ran = run(here, &["diff", "old", "new", "--lang", "en"]);
    assert!(ran.err.contains("[result-changed] old/consolidation.json"), "{}", ran.err);
    for (out, told) in [("new/x.xlsx", "result's folder"), ("x.pdf", ".xlsx")] {
        let ran = run(here, &["diff", "old", "new", "-o", out, "--lang", "en"]);
        assert!(ran.exit == Exit::Failed && ran.err.contains(told), "{}", ran.err);
        assert!(!here.join(out).exists());
    }
    for (arguments, told) in
        [(["nowhere", "new"], "nowhere"), (["old", "forms/late.json"], "forms/late.json")]
    {
        let ran = run(here, &["diff", arguments[0], arguments[1], "--lang", "en"]);
        assert!(ran.exit == Exit::Failed && ran.err.contains(told), "{}", ran.err);
    }
}

#[test]
fn differences_of_random_results_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    for seed in 0..cases(12) {
        let rng = &mut Rng::with_seed(seed);
        for side in ["old", "new"] {
            let path: PathBuf = here.join(format!("{side}.ndjson"));
            let mut text = String::new();
            for number in 0..rng.usize(1..30) {
                if rng.u8(0..4) == 0 {
                    continue;
                }
                let mut document = huizong_tests::documents::document(rng);
                document["department"]["name"] = json!(format!("第{number}局"));
                document["department"].as_object_mut().unwrap().retain(|member, _| member == "name");
                document["fiscal_year"] = json!(if side == "new" && seed % 2 == 0 { 2023 } else { 2022 });
                text.push_str(&document.to_string());
                text.push('\n');
            }
            text.push_str(&form("末局", ["1", "2", "3"]).to_string());
            text.push('\n');
            fs::write(&path, text).unwrap();
            let _ = fs::remove_dir_all(here.join(side));
            let file = format!("{side}.ndjson");
            run(here, &["consolidate", &file, "-o", side, "--formats", "json", "--fail-on", "never"]);
        }
        let made = diff(here, "old", "new");
        assert!(!made.to_string().contains("unexplained"), "seed {seed}");
        adds_up(&made, &consolidated(here, "old"), &consolidated(here, "new"));
    }
}

#[test]
fn documents_are_paired_by_the_most_certain_match_first() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let write = |side: &str, forms: &[Value]| {
        let lines: Vec<String> = forms.iter().map(Value::to_string).collect();
        fs::write(here.join(format!("{side}.ndjson")), lines.join("\n") + "\n").unwrap();
        let file = format!("{side}.ndjson");
        run(here, &["consolidate", &file, "-o", side, "--formats", "json", "--fail-on", "never"]);
    };
    let coded = |name: &str, code: &str, spent: &str| {
        let mut form = form(name, ["1", "1", spent]);
        form["department"]["code"] = json!(code);
        form
    };
    write(
        "old",
        &[coded("第一小学", "200", "10"), form("东山区教育局", ["1", "1", "5"]), coded("水务局", "300", "7")],
    );
    write(
        "new",
        &[
            coded("第一小学", "100", "99"),
            coded("第一小学", "200", "11"),
            form("教育局", ["1", "1", "8"]),
            form("东山区教育局", ["1", "1", "6"]),
            coded("水务局", "301", "7.5"),
        ],
    );
    let made = diff(here, "old", "new");
    let spent = made["totals"]
        .as_array()
        .unwrap()
        .iter()
        .find(|total| total["figure"] == "actual_expenditure")
        .unwrap();
    let mut parts: Vec<String> = spent["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| format!("{} {} {}", part["department"], part["old"], part["new"]).replace('"', ""))
        .collect();
    parts.sort();
    let expected = [
        "东山区教育局 50000.00 60000.00",
        "教育局 null 80000.00",
        "水务局 70000.00 75000.00",
        "第一小学 100000.00 110000.00",
        "第一小学 null 990000.00",
    ];
    let mut expected = expected.map(str::to_owned);
    expected.sort();
    assert_eq!(parts, expected);
}
