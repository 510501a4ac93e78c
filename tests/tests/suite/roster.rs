//! Tests of the roster, the bureau's books and last year's result.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use huizong::Exit;
use huizong_schema::publish;
use huizong_tests::command::run;
use proptest::prelude::*;
use serde_json::{Value, json};

fn document(name: &str, spent: &str, more: &Value) -> Value {
    let mut document = json!({
        "schema_version": "1.0", "department": { "name": name }, "fiscal_year": 2023, "unit": "CNY_10K",
        "budget": { "initial_budget": "100.00", "adjusted_budget": "120.00", "actual_expenditure": spent }
    });
    for (member, value) in more.as_object().unwrap() {
        document["department"][member] = value.clone();
    }
    document
}

fn folder(documents: &[Value], roster: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("forms")).unwrap();
    for (number, document) in documents.iter().enumerate() {
        fs::write(folder.path().join(format!("forms/{number}.json")), document.to_string()).unwrap();
    }
    fs::write(folder.path().join("roster.csv"), roster).unwrap();
    folder
}

fn consolidated(folder: &Path, flags: &[&str]) -> Value {
    let arguments = ["consolidate", "forms", "-o", "out", "--roster", "roster.csv", "--fail-on", "never"];
    let json: &[&str] = if flags.contains(&"--formats") { &[] } else { &["--formats", "json"] };
    let ran = run(folder, &[&arguments[..], json, flags].concat());
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    let result: Value =
        serde_json::from_slice(&fs::read(folder.join("out/consolidation.json")).unwrap()).unwrap();
    let published = publish::ALL.into_iter().find(|schema| schema.name == "consolidation").unwrap();
    let validator = jsonschema::draft202012::new(published.schema()).unwrap();
    assert!(
        validator.is_valid(&result),
        "{:#?}",
        validator.iter_errors(&result).map(|e| e.to_string()).collect::<Vec<_>>()
    );
    result
}

fn findings(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("out/findings.ndjson")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn roster_finds_missing_unknown_and_matched_departments() {
    let none = json!({});
    let documents = [
        document("云溪区档案馆", "90", &none),
        document("教育局", "80", &none),
        document("科协（本级）", "70", &none),
        document("统计局筹备组", "60", &json!({ "code": "105" })),
        document("邻县水务局", "50", &none),
        document("第一小学", "10", &json!({ "parent": "云溪区教育局", "level": "unit" })),
    ];
    let roster = "名单\n部门名称,编码,类别,截止日期,收到日期,别名\n云溪区教育局,101,政府,2024-04-30,2024-05-02,\n\
                  云溪区科协,102,群团,,,科协(本级)、科学技术协会\n云溪区档案馆,,事业,2024-04-30,2024-04-01,\n\
                  云溪区统计局,105,政府,,,\n云溪区文化馆,106,事业,2024-04-30,,\n";
    let folder = folder(&documents, roster);
    let result = consolidated(folder.path(), &["--group-by", "category"]);
    let coverage = &result["coverage"];
    assert_eq!(coverage["expected"], 5);
    assert_eq!(coverage["missing"], json!(["云溪区文化馆"]));
    assert_eq!(coverage["unknown"], json!(["邻县水务局"]));
    let matched: BTreeSet<(String, String)> = coverage["matched"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| (m["name"].as_str().unwrap().to_owned(), m["by"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [("教育局", "district"), ("科协（本级）", "normalised"), ("统计局筹备组", "code")];
    assert_eq!(matched, expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into());
    let late: Vec<&Value> =
        coverage["roster"].as_array().unwrap().iter().map(|row| &row["days_late"]).collect();
    assert_eq!(late, [&json!(2), &Value::Null, &json!(0), &Value::Null, &Value::Null]);
    let names: Vec<&str> =
        result["departments"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names[..4], ["教育局", "科协（本级）", "云溪区档案馆", "统计局筹备组"], "the roster's order");
    let total = &result["totals"]["actual_expenditure"];
    assert_eq!(
        (&total["reported_by"], &total["expected"], &total["held"]),
        (&json!(6), &json!(5), &json!(4))
    );
    let rules: Vec<String> =
        findings(folder.path()).iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect();
    assert_eq!(rules, ["department-missing", "department-unknown"]);
    let groups: Vec<(Value, Value, Value)> = result["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| (g["by"]["类别"].clone(), g["departments"].clone(), g["expected"].clone()))
        .collect();
    let expected = json!([["政府", 2, 2], ["群团", 1, 1], ["事业", 1, 2], ["", 2, 0]]);
    assert_eq!(serde_json::to_value(groups).unwrap(), expected);
}

#[test]
fn two_documents_of_one_department_on_the_roster_are_duplicates() {
    let documents = [document("云溪区科协", "90", &json!({})), document("科协", "91", &json!({}))];
    let folder = folder(&documents, "name\n云溪区科协\n");
    let result = consolidated(folder.path(), &[]);
    assert_eq!(result["coverage"]["included"], 0);
    assert_eq!(result["coverage"]["roster"][0]["status"], "duplicate");
    assert_eq!(findings(folder.path())[0]["rule"], "duplicate-department");
}

#[test]
fn every_form_is_compared_with_the_books_in_every_output() {
    let folder = folder(&[document("云溪区档案馆", "90.00", &json!({}))], "name\n云溪区档案馆\n");
    fs::write(folder.path().join("books.csv"), "key,actual_expenditure,unit\n档案馆,905000.00,CNY\n")
        .unwrap();
    let arguments = ["consolidate", "forms", "-o", "out", "--books", "books.csv", "--lang", "en"];
    let ran = run(folder.path(), &arguments);
    assert_eq!(ran.exit, Exit::Findings);
    let found = findings(folder.path());
    assert_eq!(found[0]["rule"], "differs-from-books");
    assert_eq!(
        (&found[0]["args"]["actual"], &found[0]["args"]["expected"]),
        (&json!("90.00"), &json!("90.50"))
    );
    assert_eq!(found[0]["location"]["line"], 1);
    for file in ["findings.csv", "receipt.json"] {
        let text = fs::read_to_string(folder.path().join("out").join(file)).unwrap();
        assert!(text.contains(if file == "receipt.json" { "books.csv" } else { "90.50" }), "{file}: {text}");
    }
    let ran = run(folder.path(), &["check", "forms", "--books", "books.csv", "--lang", "en"]);
    assert!(ran.exit == Exit::Findings && ran.out.contains("in the bureau's books"), "{}", ran.out);
}

#[test]
fn skipped_files_are_named_in_every_output() {
    let folder = folder(&[document("云溪区档案馆", "90.00", &json!({}))], "name\n云溪区档案馆\n");
    let here = folder.path();
    fs::write(here.join("forms/扫描.pdf"), "%PDF-1.7").unwrap();
    fs::write(here.join("books.csv"), "key,实际支出（万元）\n云溪区档案馆,90.00\n云溪区民政局,12.00\n")
        .unwrap();
    let result = consolidated(here, &["--books", "books.csv", "--formats", "json,csv,html,xlsx"]);
    let notices = result["notices"].as_array().unwrap();
    let of: Vec<&Value> = notices.iter().map(|notice| &notice["notice"]).collect();
    assert_eq!(of, ["kind-not-supported", "books-without-form"], "{notices:?}");
    assert_eq!(notices[0]["document"], "扫描.pdf");
    for file in ["notices.csv", "report.html"] {
        let text = fs::read_to_string(here.join("out").join(file)).unwrap();
        assert!(text.contains("扫描.pdf") && text.contains("云溪区民政局"), "{file}");
    }
    let page = fs::read_to_string(here.join("out/report.html")).unwrap();
    assert!(page.contains("有 1 个文件没有读取"));
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(here.join("out/consolidation.xlsx")).unwrap();
    let cells = |sheet| {
        let range = calamine::Reader::worksheet_range(&mut book, sheet).unwrap();
        range.used_cells().map(|(.., cell)| cell.to_string()).collect::<Vec<_>>().join("\n")
    };
    assert!(["未计入与附注", "概览"].map(cells).iter().all(|text| text.contains("1 个文件没有读取")));
    assert_eq!(run(here, &["verify", "out"]).exit, Exit::Clean);
    // A file that is skipped now but was not there then is named as a cause.
    fs::write(here.join("forms/又一份.pdf"), "%PDF-1.7").unwrap();
    let ran = run(here, &["verify", "out", "--lang", "en"]);
    assert!(
        ran.exit == Exit::Findings && ran.out.contains("[kind-not-supported] 又一份.pdf was not"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("defect"), "{}", ran.out);
    // An edited result is reported when it is used as last year's, and one of the same year is refused.
    fs::rename(here.join("out"), here.join("last")).unwrap();
    let same = ["consolidate", "forms", "-o", "out", "--previous", "last"];
    let ran = run(here, &same);
    assert!(ran.exit == Exit::Failed && ran.err.contains("也是 2023 年度的"), "{}", ran.err);
    assert!(!here.join("out").exists());
    let text = fs::read_to_string(here.join("forms/0.json")).unwrap();
    fs::write(here.join("forms/0.json"), text.replace("2023", "2024")).unwrap();
    let stored = here.join("last/consolidation.json");
    fs::write(&stored, fs::read_to_string(&stored).unwrap().replace("900000.00", "900001.00")).unwrap();
    let result = consolidated(here, &["--previous", "last"]);
    assert_eq!(result["notices"][0]["notice"], "result-changed");
    assert_eq!(result["notices"][0]["document"], "last/consolidation.json");
}

#[test]
fn results_contain_no_paths_of_the_machine() {
    let folder = folder(&[document("云溪区档案馆", "90.00", &json!({}))], "name\n云溪区档案馆\n");
    let here = folder.path();
    fs::write(here.join("bad.so"), "no library").unwrap();
    fs::write(here.join("huizong.toml"), "[plugins.demo]\npath = \"bad.so\"\n").unwrap();
    let missing = here.join("missing.json");
    fs::write(&missing, "PK\u{3}\u{4}").unwrap();
    let plugin = here.join("bad.so");
    let arguments = [
        "consolidate",
        "forms",
        missing.to_str().unwrap(),
        "-o",
        "out",
        "--plugin",
        plugin.to_str().unwrap(),
    ];
    assert_eq!(run(here, &arguments).exit, Exit::Incomplete);
    for file in fs::read_dir(here.join("out")).unwrap() {
        let file = file.unwrap();
        // These say what was asked for.
        if file.file_name() != "receipt.json" && file.file_name() != huizong_run::partial::STATE {
            let bytes = fs::read(file.path()).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains(here.to_str().unwrap()), "{:?}", file.file_name());
        }
    }
    let text = fs::read_to_string(here.join("out/consolidation.json")).unwrap();
    assert!(text.contains("missing.json") && text.contains("bad.so"), "{text}");
}

#[test]
fn names_cannot_control_the_terminal() {
    let named = |name: &str| document(name, "90.00", &json!({ "parent": "\u{1b}]0;x\u{7}教委" }));
    let folder = folder(&[named("甲\u{1b}[2J局"), named("乙局\n附注[forged] 一切正常")], "name\n丙局\n");
    let here = folder.path();
    for arguments in [
        &["consolidate", "forms", "-o", "out", "--roster", "roster.csv"][..],
        &["consolidate", "forms", "-o", "no", "--to-evaluation", "丁局"],
        &["check", "forms", "--roster", "roster.csv"],
        &["check", "forms", "--roster", "roster.csv", "--format", "github"],
    ] {
        let ran = run(here, arguments);
        let all = ran.out + &ran.err;
        assert!(!all.contains(['\u{1b}', '\u{7}']), "{arguments:?}: {all}");
        assert!(!all.lines().any(|line| line.starts_with("附注[forged]")), "{arguments:?}: {all}");
    }
}

#[test]
fn last_years_result_gives_weights_ranges_and_unit_warnings() {
    let none = json!({});
    let of_2022 = [("甲局", "60"), ("乙局", "30"), ("丙局", "10")].map(|(name, spent)| {
        let mut document = document(name, spent, &none);
        document["fiscal_year"] = 2022.into();
        document
    });
    let last = folder(&of_2022, "name\n甲局\n乙局\n丙局\n");
    consolidated(last.path(), &[]);
    let previous = last.path().join("out");
    let this = folder(&[document("甲局", "0.0060", &none)], "name\n甲局\n乙局\n丙局\n丁局\n");
    let result = consolidated(this.path(), &["--previous", previous.to_str().unwrap()]);
    let total = &result["totals"]["actual_expenditure"];
    assert_eq!(total["weight"], "60.00");
    assert_eq!(total["if_repeated"], json!({ "low": "60.00", "high": "400060.00", "unknown": 1 }));
    assert_eq!(result["coverage"]["roster"][1]["last_year"], "300000.00");
    let rules: Vec<Value> = findings(this.path()).iter().map(|finding| finding["rule"].clone()).collect();
    assert!(rules.contains(&json!("unit-mistake-suspected")), "{rules:?}");
}

#[test]
fn faulty_rows_and_unknown_columns_of_a_list_are_named() {
    let folder = folder(&[document("甲局", "1", &json!({}))], "name,类别\n甲局,x\n,y\n甲局,z\n");
    let arguments = ["consolidate", "forms", "-o", "out", "--roster", "roster.csv", "--lang", "en"];
    let ran = run(folder.path(), &arguments);
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.err.contains("line 3") && ran.err.contains("line 4"), "{}", ran.err);
    fs::write(folder.path().join("roster.csv"), "name,类别\n甲局,x\n").unwrap();
    let ran = run(folder.path(), &[&arguments[..], &["--group-by", "街道"]].concat());
    assert!(
        ran.exit == Exit::Failed && ran.err.contains("no column \"街道\"; there are 类别"),
        "{}",
        ran.err
    );
    let ran = run(folder.path(), &["consolidate", "forms", "-o", "out", "--group-by", "x", "--lang", "en"]);
    assert!(ran.exit == Exit::Failed && ran.err.contains("need a roster"), "{}", ran.err);
    assert!(!folder.path().join("out").exists());
}

#[test]
fn a_roster_next_to_the_forms_is_not_a_form() {
    let folder = folder(&[document("甲局", "1", &json!({}))], "");
    fs::write(folder.path().join("forms/名单.txt"), "部门名称\t编码\n甲局\t1\n").unwrap();
    let arguments = ["check", "forms", "--roster", "forms/名单.txt", "--fail-on", "warning"];
    let ran = run(folder.path(), &arguments);
    assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
    // Checking a single form does not report other departments as missing.
    fs::write(folder.path().join("huizong.toml"), "roster = \"roster.csv\"").unwrap();
    fs::write(folder.path().join("roster.csv"), "name\n甲局\n乙局\n").unwrap();
    let ran = run(folder.path(), &["check", "forms/0.json", "--fail-on", "warning"]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.out);
    let ran = run(folder.path(), &["consolidate", "forms", "-o", "out", "--fail-on", "warning"]);
    assert!(ran.exit == Exit::Findings && ran.out.contains("乙局"), "{}", ran.out);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// For any columns, every department is in exactly one group of a grouping, so that groups add up to the
    /// whole.
    #[test]
    fn groups_add_up_to_the_whole(spent in proptest::collection::vec(0_u64..100_000_000, 1..12), values in proptest::collection::vec((0_u8..3, 0_u8..3), 12)) {
        let documents: Vec<Value> = spent.iter().enumerate()
            .map(|(number, spent)| document(&format!("第{number}局"), &format!("{}.{:02}", spent / 100, spent % 100), &json!({})))
            .collect();
        // One department is not on the roster.
        let rows = values.iter().enumerate().skip(1).map(|(number, (a, b))| format!("第{number}局,{a},{b}\n"));
        let folder = folder(&documents, &format!("name,a,b\n{}", rows.collect::<String>()));
        let result = consolidated(folder.path(), &["--group-by", "a", "--group-by", "a,b"]);
        let millionths = |value: &Value| -> i128 {
            value.as_str().unwrap().parse::<huizong_schema::Money>().unwrap().millionths()
        };
        let whole = millionths(&result["totals"]["actual_expenditure"]["value"]);
        for columns in [1, 2] {
            let groups = result["groups"].as_array().unwrap().iter();
            let of = groups.filter(|group| group["by"].as_object().unwrap().len() == columns);
            let sums = of.filter_map(|group| group["totals"].get("actual_expenditure"));
            prop_assert_eq!(sums.map(|total| millionths(&total["value"])).sum::<i128>(), whole);
        }
    }
}
