//! Tests that a layout unknown to the tool can be read, written and annotated with a profile alone.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::path::Path;

use huizong::Exit;
use huizong_tests::command::run;
use serde_json::{Value, json};

const PROFILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/profiles/xishan-brief.toml");

/// A form as an office might paste it into a text file.
const FORM: &str = "\
2023年度西山区水务局整体支出自评简表
单位：万元
报送单位\t西山区水务局\t考核年度\t2023年
联系电话\t0000-1234567
批复预算\t100.00\t调整后批复数\t120.00
全年支出\t90.00\t支出进度\t75%
其中：财政资金\t80.00\t自筹资金\t10.00
工作事项\t办理结果\t用款
清淤\t清了六公里河道。\t40.00
巡河\t每周一次。\t12.50
自我评价\t河道干净了。
";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("form.txt"), FORM).unwrap();
    std::fs::copy(PROFILE, folder.path().join("brief.toml")).unwrap();
    folder
}

fn converted(folder: &Path, name: &str) -> Value {
    let ran = run(folder, &["convert", name, "--profile", "brief.toml"]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, ""), "{name}");
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn a_form_is_read_with_a_profile_alone() {
    let folder = folder();
    let ran = run(folder.path(), &["convert", "form.txt"]);
    assert_ne!(ran.exit, Exit::Clean, "without the file the form is unknown");
    assert_eq!(
        converted(folder.path(), "form.txt"),
        json!({
            "schema_version": "1.0",
            "department": {"name": "西山区水务局", "scope": "consolidated"},
            "fiscal_year": 2023,
            "unit": "CNY_10K",
            "budget": {
                "initial_budget": "100.00", "adjusted_budget": "120.00", "actual_expenditure": "90.00",
                "completion_rate": "75",
                "by_source": {
                    "fiscal_appropriation": {"actual_expenditure": "80.00"},
                    "unit_funds": {"actual_expenditure": "10.00"},
                },
            },
            "tasks": [
                {"name": "清淤", "achieved": ["清了六公里河道。"], "funds": "40.00"},
                {"name": "巡河", "achieved": ["每周一次。"], "funds": "12.50"},
            ],
            "narrative": {"conclusion": ["河道干净了。"]},
            "extensions": {"xishan": {"phone": "0000-1234567"}},
        })
    );
    let ran = run(folder.path(), &["check", "form.txt", "--profile", "brief.toml"]);
    assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
}

#[test]
fn a_form_is_written_in_every_format_and_read_back() {
    let folder = folder();
    for name in ["a.xlsx", "a.docx", "a.html", "a.txt"] {
        let ran = run(folder.path(), &["convert", "form.txt", "-o", name, "--profile", "brief.toml"]);
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, ""), "{name}");
        assert_eq!(converted(folder.path(), name), converted(folder.path(), "form.txt"), "{name}");
    }
}

#[test]
fn a_profile_gives_a_blank_form_and_annotations() {
    let folder = folder();
    let ran = run(folder.path(), &["template", "-o", "blank.xlsx", "--profile", "brief.toml"]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, ""));
    let ran = run(folder.path(), &["check", "blank.xlsx", "--profile", "brief.toml", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let missing: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect();
    assert_eq!(missing, ["blank-form"]);
    // The profile declares its sources complete, so a sum that falls short is reported.
    let short = FORM.replace("自筹资金\t10.00", "自筹资金\t9.00");
    std::fs::write(folder.path().join("short.txt"), short).unwrap();
    let ran = run(folder.path(), &["annotate", "short.txt", "-o", "short.html", "--profile", "brief.toml"]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, ""));
    let page = std::fs::read_to_string(folder.path().join("short.html")).unwrap();
    assert!(page.contains("class=\"figure warning\" id=\"cell-1\""), "{page}");
}

#[test]
fn a_layout_with_unknown_names_is_refused() {
    let folder = folder();
    let text = std::fs::read_to_string(PROFILE).unwrap();
    for (from, to, said) in [
        ("{ value = \"/fiscal_year\" }", "{ value = \"/goal/expected\" }", "no place for /goal/expected"),
        ("widths = [14, 24, 14, 24]", "widths = [14, 24, 14]", "a row of 4 columns where there are 3"),
        ("{ label = \"/fiscal_year\" }", "{ label = \"/goal\" }", "no label for /goal"),
        ("{ member = \"funds\" }]", "{ member = \"budget\" }]", "no column of the table for budget"),
    ] {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        std::fs::write(folder.path().join("bad.toml"), text.replace(from, to)).unwrap();
        let ran = run(folder.path(), &["check", "form.txt", "--profile", "bad.toml"]);
        assert_eq!(ran.exit, Exit::Failed);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    std::fs::write(folder.path().join("bare.toml"), text.split("[layout]").next().unwrap()).unwrap();
    let ran = run(folder.path(), &["template", "-o", "a.xlsx", "--profile", "bare.toml"]);
    assert!(ran.exit == Exit::Failed && ran.err.contains("没有 [layout]"), "{}", ran.err);
}
