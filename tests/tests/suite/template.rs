//! Tests of the blank form. `tests/office/template.py` evaluates its live checks in a spreadsheet program.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};

use huizong::Exit;
use huizong_core::rules;
use huizong_forms::profile::built_in;
use huizong_forms::{FilledIn, template};
use huizong_tests::command::run;
use serde_json::Value;
use zip::ZipArchive;

fn part(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    ZipArchive::new(Cursor::new(bytes)).unwrap().by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_blank_form_is_known_as_one() {
    let folder = tempfile::tempdir().unwrap();
    for profile in built_in() {
        let name = format!("{}.xlsx", profile.id);
        let ran = run(folder.path(), &["template", "-o", &name, "--profile", &profile.id]);
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, ""));
        let ran = run(folder.path(), &["check", &name, "--format", "json"]);
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        let found: BTreeSet<(&str, &str)> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| (f["rule"].as_str().unwrap(), f["pointer"].as_str().unwrap()))
            .collect();
        assert_eq!(found, [("blank-form", "")].into());
        assert_eq!(report["notices"], serde_json::json!([]));
        let again = run(folder.path(), &["template", "-o", &name]);
        assert_eq!(again.exit, Exit::Failed, "what is there is not written over");
    }
}

#[test]
fn each_department_of_a_roster_gets_a_form_with_its_name_filled_in() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(here.join("roster.csv"), "名称,编码\n示范区教育局,101\n示范区/科协,\n").unwrap();
    let ran = run(here, &["template", "--roster", "roster.csv", "--year", "2024", "-o", "空表"]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    let cells = |name: &str| {
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(here.join("空表").join(name)).unwrap();
        let range = calamine::Reader::worksheet_range(&mut book, "自评表").unwrap();
        range.used_cells().map(|(.., cell)| cell.to_string()).collect::<BTreeSet<_>>()
    };
    let education = cells("示范区教育局.xlsx");
    assert!(education.contains("示范区教育局") && education.contains("2024"), "{education:?}");
    assert!(cells("示范区_科协.xlsx").contains("示范区/科协"));
    // One that comes back as it went out is blank, and it is known whose it is.
    let ran = run(here, &["consolidate", "空表", "-o", "out", "--roster", "roster.csv", "--year", "2024"]);
    assert_eq!(ran.exit, Exit::Findings, "{}", ran.err);
    let result: Value =
        serde_json::from_slice(&std::fs::read(here.join("out/consolidation.json")).unwrap()).unwrap();
    let reasons: BTreeSet<&str> = result["coverage"]["excluded"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["blank-form"].into());
    let stands: Vec<&Value> =
        result["coverage"]["roster"].as_array().unwrap().iter().map(|row| &row["status"]).collect();
    assert_eq!(stands, ["to-return", "to-return"]);
    assert_eq!(run(here, &["template", "--roster", "roster.csv", "-o", "空表"]).exit, Exit::Failed);
}

#[test]
fn a_cell_that_a_check_is_about_is_coloured_while_it_fails() {
    let sheet = part(&template(&built_in()[0], &FilledIn::default()).unwrap(), "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("LEFT($") && sheet.contains("=\"检查✗\""), "{sheet}");
    // Words, not signs of arithmetic, are beside the cells.
    assert!(sheet.contains("各项资金来源相加不超过总额") && !sheet.contains('Σ') && !sheet.contains('‖'));
}

#[test]
fn a_blank_form_says_its_year_how_to_fill_it_in_and_whose_it_is() {
    for profile in built_in() {
        let filled_in = FilledIn {
            department: Some("示范区教育局".into()),
            fiscal_year: Some(2024),
            due: Some("2025-03-31".into()),
            works_out_rates: true,
            ..FilledIn::default()
        };
        let bytes = template(profile, &filled_in).unwrap();
        let (sheet, texts) = (part(&bytes, "xl/worksheets/sheet1.xml"), part(&bytes, "xl/sharedStrings.xml"));
        for said in
            ["2024年度", "填表说明", "请于 2025-03-31 前报送。", "由公式算出，不用填", "｜2024｜示范区教育局"]
        {
            assert!(texts.contains(said), "{}: {said}", profile.id);
        }
        // A rate is rounded as the rules expect it, and nobody types into its cell.
        assert!(sheet.contains(",4),\"\")</f>"), "{}", profile.id);
        let typed = template(profile, &FilledIn { works_out_rates: false, ..filled_in }).unwrap();
        assert!(!part(&typed, "xl/worksheets/sheet1.xml").contains(",4),\"\")</f>"));
        // Two pages at most: the paper has room for about fifty lines at this width.
        let heights: f64 =
            sheet.split("ht=\"").skip(1).filter_map(|row| row.split('"').next()?.parse::<f64>().ok()).sum();
        assert!(heights < 1_900.0, "{}: {heights}", profile.id);
    }
}

#[test]
fn labels_are_locked_and_figures_limited_to_two_decimals() {
    for profile in built_in() {
        let bytes = template(profile, &FilledIn::default()).unwrap();
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        assert!(sheet.contains("<sheetProtection sheet=\"1\""));
        assert!(sheet.contains("\"单位：万元,单位：元\""), "the unit is chosen");
        assert!(sheet.contains("部门名称（汇总）"), "so is whether the form is consolidated");
        assert!(sheet.contains(",2)=") && sheet.contains(",4)="), "amounts and rates have two decimals");
        assert!(sheet.contains("<formula1>1990</formula1>"));
        assert!(template(profile, &FilledIn::default()).unwrap() == bytes, "the same bytes every time");
    }
}

#[test]
fn every_relation_with_all_its_cells_is_live() {
    let of = |index: usize| {
        part(&template(&built_in()[index], &FilledIn::default()).unwrap(), "xl/worksheets/sheet1.xml")
    };
    let (district, scored) = (of(0), of(1));
    for (id, in_district, in_scored) in [
        ("completion-rate-contradicts-amounts", true, true),
        ("adjustment-rate-contradicts-amounts", true, false),
        ("rate-is-truncated", true, true),
        ("adjustment-below-net-change", true, false),
        ("expenditure-exceeds-budget", true, true),
        ("sources-exceed-total", true, true),
        ("task-funds-exceed-expenditure", true, false),
        ("score-exceeds-weight", false, true),
        ("scores-do-not-sum", false, true),
        ("weights-do-not-sum", false, true),
        // The first reads prose, the second needs a complete list of sources; neither form has cells for
        // that.
        ("key-project-overspent", false, false),
        ("sources-do-not-sum", false, false),
    ] {
        let title = rules::title(rules::find(id).unwrap()).0;
        let is_live = |sheet: &str| {
            ["检查✗", "检查⚠", "检查※"].iter().any(|mark| sheet.contains(&format!("{mark} {title}")))
        };
        assert_eq!((is_live(&district), is_live(&scored)), (in_district, in_scored), "{id}");
    }
}
