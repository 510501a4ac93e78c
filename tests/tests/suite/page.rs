//! Tests of the report page with a custom template. `tests/page/page.mjs` tests the page in a browser.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::fs;
use std::path::Path;

use huizong::Exit;
use huizong_tests::command::run;
use serde_json::Value;

const FORM: &str = r#"{"schema_version": "1.0", "department": {"name": "示范区<档案>馆"}, "fiscal_year": 2023, "unit": "CNY_10K",
    "budget": {"initial_budget": "100.00", "adjusted_budget": "120.00", "actual_expenditure": "90.005"}}"#;

fn folder(template: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("form.json"), FORM).unwrap();
    fs::write(folder.path().join("own.html"), template).unwrap();
    folder
}

fn consolidate(folder: &Path) -> huizong_tests::command::Ran {
    run(
        folder,
        &[
            "consolidate",
            "form.json",
            "-o",
            "out",
            "--template",
            "own.html",
            "--formats",
            "html",
            "--lang",
            "en",
        ],
    )
}

fn page(folder: &Path) -> String {
    fs::read_to_string(folder.join("out/report.html")).unwrap()
}

#[test]
fn the_example_template_replaces_what_it_says() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/templates/bureau.html");
    let folder = folder(&fs::read_to_string(example).unwrap());
    let ran = consolidate(folder.path());
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    let page = page(folder.path());
    for text in [
        "绩效评价科",
        "--accent: #7a1f2b",
        "2023年度部门整体支出绩效自评汇总",
        "示范区&lt;档案&gt;馆",
        "90.01",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("<档案>"));
    assert!(!page.contains("huizong verify"), "the footer is another one");
}

#[test]
fn a_template_may_be_the_whole_page_and_is_in_the_receipt() {
    let folder = folder(
        "{{ title.en }}|{% for total in totals %}{{ total.exact }};{% endfor %}|{{ departments.rows[0].name }}",
    );
    assert_eq!(consolidate(folder.path()).exit, Exit::Clean);
    assert_eq!(
        page(folder.path()),
        "Departments&#x27; self-evaluations of expenditure, consolidated, 2023|1,000,000.00;1,200,000.00;900,050.00;200,000.00;|\
         示范区&lt;档案&gt;馆"
    );
    let receipt: Value =
        serde_json::from_slice(&fs::read(folder.path().join("out/receipt.json")).unwrap()).unwrap();
    assert_eq!(receipt["files"][0]["role"], "template");
    assert_eq!(run(folder.path(), &["verify", "out"]).exit, Exit::Clean);
    fs::write(folder.path().join("own.html"), "{{ title.zh }}").unwrap();
    let ran = run(folder.path(), &["verify", "out", "--lang", "en"]);
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.out.contains("own.html"), "{}", ran.out);
}

#[test]
fn a_faulty_template_is_reported_with_its_line_and_the_result_is_kept() {
    let folder = folder("{{ title.en }}");
    assert_eq!(consolidate(folder.path()).exit, Exit::Clean);
    for (template, told) in [
        ("\n{% if %}", "line 2"),
        ("\n\n{{ nobody.knows }}", "line 3"),
        ("{% extends \"other.html\" %}", "other.html"),
        ("{{ year | both }}", "both"),
        ("{% for a in range(3) %}", "unexpected end"),
        (
            "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}",
            "fuel",
        ),
    ] {
        fs::write(folder.path().join("own.html"), template).unwrap();
        let ran = consolidate(folder.path());
        assert_eq!(ran.exit, Exit::Failed, "{template}");
        assert!(ran.err.contains("own.html") && ran.err.contains(told), "{template}: {}", ran.err);
        assert!(page(folder.path()).starts_with("Departments"));
        let left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left.len(), 3, "{left:?}");
    }
}
