//! Tests of where each department stands: nobody who sent something is said to have sent nothing, and figures that are known to be wrong
//! are said to be so before the totals.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use huizong::Exit;
use huizong_schema::publish;
use huizong_tests::command::run;
use serde_json::{Value, json};

/// A document of 2023 with these amounts in 万元.
fn document(name: &str, amounts: [&str; 3]) -> Value {
    let [initial, adjusted, actual] = amounts;
    json!({
        "schema_version": "1.0", "department": { "name": name }, "fiscal_year": 2023, "unit": "CNY_10K",
        "budget": { "initial_budget": initial, "adjusted_budget": adjusted, "actual_expenditure": actual }
    })
}

const AMOUNTS: [&str; 3] = ["100.00", "120.00", "90.00"];

fn write(folder: &Path, files: &[(&str, String)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn consolidate(folder: &Path, flags: &[&str]) -> (Value, String) {
    let arguments = ["consolidate", "forms", "-o", "out", "--roster", "roster.csv", "--year", "2023"];
    let ran = run(folder, &[&arguments[..], flags].concat());
    assert_ne!(ran.exit, Exit::Failed, "{}", ran.err);
    let result: Value =
        serde_json::from_slice(&fs::read(folder.join("out/consolidation.json")).unwrap()).unwrap();
    let published = publish::ALL.into_iter().find(|schema| schema.name == "consolidation").unwrap();
    assert!(jsonschema::draft202012::new(published.schema()).unwrap().is_valid(&result));
    (result, ran.out)
}

#[test]
fn every_department_of_the_roster_stands_somewhere() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let mut wrong = document("云溪区水务局", AMOUNTS);
    wrong["budget"]["completion_rate"] = "12.00".into();
    let mut old = document("云溪区司法局", AMOUNTS);
    old["fiscal_year"] = 2022.into();
    let mut unfinished = document("云溪区城管局", AMOUNTS);
    unfinished["budget"].as_object_mut().unwrap().remove("adjusted_budget");
    write(
        here,
        &[
            ("forms/科协.json", document("区科协", AMOUNTS).to_string()),
            ("forms/水务.json", wrong.to_string()),
            ("forms/司法.json", old.to_string()),
            ("forms/城管.json", unfinished.to_string()),
            ("forms/妇联/1.json", document("云溪区妇联", AMOUNTS).to_string()),
            ("forms/妇联/2.json", document("云溪区妇联", ["1", "2", "1"]).to_string()),
            ("forms/发改/盖章扫描件.pdf", "%PDF-1.7".into()),
            ("forms/云溪区财政局.xlsx", "PK\u{3}\u{4}".into()),
            ("forms/Thumbs.db", "x".into()),
            (
                "roster.csv",
                "名称,联系人,联系电话,截止日期,实际收到日期\n云溪区科协,张某,8765,2024-04-30,2024-05-06\n云溪区水务局,,,,\n\
                 云溪区司法局,,,,\n云溪区城管局,,,,\n云溪区妇联,,,,\n云溪区发展和改革局,李某,8766,,\n云溪区财政局,,,,\n云溪区退役军人事务局,,,2024-04-30,\n"
                    .into(),
            ),
        ],
    );
    let (result, out) = consolidate(here, &[]);
    let rows = result["coverage"]["roster"].as_array().unwrap();
    let stands: BTreeMap<&str, &str> =
        rows.iter().map(|row| (row["name"].as_str().unwrap(), row["status"].as_str().unwrap())).collect();
    let expected = BTreeMap::from([
        ("云溪区科协", "included"),
        ("云溪区水务局", "included-with-errors"),
        ("云溪区司法局", "another-year"),
        ("云溪区城管局", "to-return"),
        ("云溪区妇联", "duplicate"),
        ("云溪区发展和改革局", "not-readable"),
        ("云溪区财政局", "not-readable"),
        ("云溪区退役军人事务局", "missing"),
    ]);
    assert_eq!(stands, expected);
    assert_eq!(result["coverage"]["missing"], json!(["云溪区退役军人事务局"]));
    assert_eq!(rows[0]["days_late"], 6);
    assert_eq!(rows[5]["unread"][0]["by"], "short-file-name");
    let missing: Vec<Value> = fs::read_to_string(here.join("out/findings.ndjson"))
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|finding| finding["rule"] == "department-missing")
        .map(|finding| finding["department"].clone())
        .collect();
    assert_eq!(missing, [json!("云溪区退役军人事务局")]);
    // The same words everywhere; whom to ask is where there is something to ask.
    let page = fs::read_to_string(here.join("out/report.html")).unwrap();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(here.join("out/consolidation.xlsx")).unwrap();
    let sheet = calamine::Reader::worksheet_range(&mut book, "报送情况").unwrap();
    let sheet = sheet.used_cells().map(|(.., cell)| cell.to_string()).collect::<Vec<_>>().join("\n");
    for said in ["已收到，无法读取", "报的是 2022 年度", "请催报", "迟报 6 天", "另存为 .docx", "李某"]
    {
        let in_table = said != "另存为 .docx";
        assert_eq!(sheet.contains(said), in_table, "{said}: {sheet}");
        assert_eq!(page.contains(said), in_table, "{said}");
    }
    assert!(!page.contains("张某"));
    for said in
        ["已收到，无法读取 2 个", "云溪区司法局（报的是 2022 年度）", "迟报的部门：云溪区科协（6 天）"]
    {
        assert!(out.contains(said), "{said}: {out}");
    }
}

#[test]
fn a_name_decides_against_a_code() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let mut copied = document("云溪区科协", AMOUNTS);
    copied["department"]["code"] = "101".into();
    write(
        here,
        &[
            ("forms/a.json", document("云溪区教育局", AMOUNTS).to_string()),
            ("forms/b.json", copied.to_string()),
            ("roster.csv", "名称,编码\n云溪区教育局,101\n云溪区科协,102\n".into()),
        ],
    );
    let (result, _) = consolidate(here, &[]);
    let rows = result["coverage"]["roster"].as_array().unwrap();
    let stands: Vec<&Value> = rows.iter().map(|row| &row["status"]).collect();
    assert_eq!(stands, ["included", "included-with-errors"]);
    let findings = fs::read_to_string(here.join("out/findings.ndjson")).unwrap();
    let rules: Vec<Value> = findings
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|finding| json!([finding["rule"], finding["document"], finding["pointer"]]))
        .collect();
    assert_eq!(rules, [json!(["code-contradicts-name", "b.json", "/department/code"])]);
}

#[test]
fn a_whole_form_in_another_unit_is_one_finding_and_heads_the_totals() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    write(
        here,
        &[
            ("forms/a.json", document("甲局", AMOUNTS).to_string()),
            ("forms/b.json", document("乙局", ["1000000", "1200000", "900000"]).to_string()),
            ("roster.csv", "名称\n甲局\n乙局\n".into()),
            ("books.csv", "部门,年初预算（元）,调整后预算（元）,实际支出（元）\n甲局,1000000,1200000,900000\n乙局,1000000,1200000,900000\n".into()),
        ],
    );
    let (result, out) = consolidate(here, &["--books", "books.csv"]);
    let suspected = &result["suspected"];
    assert_eq!(suspected["departments"], json!(["乙局"]));
    assert_eq!(suspected["totals_without"]["actual_expenditure"], "900000.00");
    assert_eq!(result["findings"]["by_rule"], json!({ "unit-mistake-suspected": 1 }));
    assert_eq!(result["findings"]["error"], 1);
    let head = out.lines().next().unwrap();
    assert!(
        head.starts_with("注意：乙局可能填混了元和万元") && head.contains("实际支出 90.00 万元"),
        "{out}"
    );
    assert!(fs::read_to_string(here.join("out/report.html")).unwrap().contains("注意：乙局"));
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(here.join("out/consolidation.xlsx")).unwrap();
    let sheet = calamine::Reader::worksheet_range(&mut book, "概览").unwrap();
    assert!(sheet.used_cells().any(|(.., cell)| cell.to_string().starts_with("注意：乙局")));
    // The briefing says so, and does not draw it.
    let mut briefing = zip::ZipArchive::new(fs::File::open(here.join("out/briefing.docx")).unwrap()).unwrap();
    let mut part = |name: &str| io::read_to_string(briefing.by_name(name).unwrap()).unwrap();
    let (text, chart) = (part("word/document.xml"), part("word/chart1.xml"));
    assert!(
        text.contains("注意：乙局") && text.contains("填报部门数") && text.contains("请该部门核对金额单位"),
        "{text}"
    );
    assert!(
        chart.contains("甲局") && chart.contains("<c:v>90.00</c:v>") && !chart.contains("乙局"),
        "{chart}"
    );
}

#[test]
fn who_was_accepted_and_has_errors_is_to_be_returned_where_errors_do_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let faulty = |amount| document("甲局", [amount, "100.00", "90.00"]).to_string();
    let mut wrong = document("甲局", ["80.00", "100.00", "90.00"]);
    wrong["budget"]["completion_rate"] = "12.00".into();
    let roster = "名称\n甲局\n".to_owned();
    let sent =
        [("forms/a.json", faulty("80.00")), ("forms/b.json", wrong.to_string()), ("roster.csv", roster)];
    write(folder.path(), &sent);
    fs::write(folder.path().join("huizong.toml"), "accept = [\"b.json\"]").unwrap();
    let (result, _) = consolidate(folder.path(), &["--exclude-errors"]);
    assert_eq!(result["coverage"]["roster"][0]["status"], "to-return", "{result:#}");
}

#[test]
fn the_folder_of_one_department_says_nothing_about_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let one = document("甲局", ["80.00", "100.00", "90.00"]).to_string();
    fs::create_dir_all(folder.path().join("forms/03甲局")).unwrap();
    fs::write(folder.path().join("forms/03甲局/a.json"), one).unwrap();
    fs::write(folder.path().join("roster.csv"), "名称\n甲局\n乙局\n").unwrap();
    let said = |path: &str| run(folder.path(), &["check", path, "--roster", "roster.csv"]).out;
    assert!(said("forms").contains("还没有收到它的表"), "{}", said("forms"));
    assert!(!said("forms/03甲局").contains("还没有收到它的表"), "{}", said("forms/03甲局"));
}

#[test]
fn who_accepts_another_form_later_is_followed_from_any_folder() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let roster = "名称\n甲局\n".to_owned();
    let sent = [
        ("forms/甲局/二稿.json", document("甲局", ["80.00", "100.00", "90.00"]).to_string()),
        ("forms/甲局/一稿.json", document("甲局", AMOUNTS).to_string()),
        ("roster.csv", roster),
        ("huizong.toml", "year = 2023\n".to_owned()),
    ];
    write(here, &sent);
    let counted = || consolidate(here, &[]).0["departments"][0]["document"].clone();
    for (from, file, counts) in [
        (here.to_owned(), "forms/甲局/一稿.json", "甲局/一稿.json"),
        (here.join("forms/甲局"), "二稿.json", "甲局/二稿.json"),
        (here.to_owned(), "forms/甲局/一稿.json", "甲局/一稿.json"),
    ] {
        let ran = run(&from, &["accept", file]);
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
        assert_eq!(counted(), counts);
    }
    let settings = fs::read_to_string(here.join("huizong.toml")).unwrap();
    assert!(settings.contains("forms/甲局/二稿.json") && settings.matches("一稿").count() == 1, "{settings}");
}

#[test]
fn what_came_with_a_form_accuses_nobody_and_what_is_nowhere_is_not_late() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let mut unfinished = document("云溪区教育局", AMOUNTS);
    unfinished["budget"].as_object_mut().unwrap().remove("adjusted_budget");
    let mut old = document("云溪区司法局", AMOUNTS);
    old["fiscal_year"] = 2022.into();
    write(
        here,
        &[
            ("forms/云溪区教育局/自评表.json", unfinished.to_string()),
            ("forms/云溪区教育局/情况说明.txt", "各位领导：\n现将情况说明如下。\n".into()),
            ("forms/司法局/去年.json", old.to_string()),
            ("forms/司法局/今年.json", document("云溪区司法局", AMOUNTS).to_string()),
            ("forms/气象局.json", document("青禾市气象局", AMOUNTS).to_string()),
            (
                "roster.csv",
                "名称,类别,截止日期,实际收到日期\n云溪区教育局,甲,,\n云溪区司法局,甲,,\n云溪区科协,乙,2024-04-30,2024-05-02\n".into(),
            ),
        ],
    );
    let (result, out) = consolidate(here, &["--group-by", "类别"]);
    // The note is no reason to give the form back, and last year's form is no error of this year's.
    let reasons: BTreeMap<&str, &str> = result["coverage"]["excluded"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["document"].as_str().unwrap(), row["reason"].as_str().unwrap()))
        .collect();
    let expected = BTreeMap::from([
        ("forms/云溪区教育局/情况说明.txt", "attachment"),
        ("forms/云溪区教育局/自评表.json", "schema-violation"),
        ("forms/司法局/去年.json", "superseded"),
    ]);
    let short = |name: &str| name.trim_start_matches("forms/").to_owned();
    let expected: BTreeMap<String, &str> =
        expected.into_iter().map(|(name, why)| (short(name), why)).collect();
    assert_eq!(
        reasons.into_iter().map(|(name, why)| (short(name), why)).collect::<BTreeMap<_, _>>(),
        expected
    );
    assert!(!out.contains("没有认出"), "{out}");
    assert!(
        out.contains("云溪区科协（应于 2024-04-30 前报送，名单上写 2024-05-02 收到，文件夹里没有它的表）"),
        "{out}"
    );
    assert!(!out.contains("迟报"), "{out}");
    // A department of another list is named, and is none of those expected.
    assert!(out.contains("名单外报来的部门 1 个：青禾市气象局"), "{out}");
    assert!(out.contains("1/3") && !out.contains("2/3"), "{out}");
}
