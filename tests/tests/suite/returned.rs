//! Tests of all forms of a folder given back at once: each to its department, with nobody else's affairs in it.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::Path;

use fastrand::Rng;
use huizong::Exit;
use huizong_forms::profile::built_in;
use huizong_forms::{Format, write};
use huizong_tests::command::run;
use huizong_tests::printable::{Form, document};
use serde_json::Value;
use zip::ZipArchive;

/// A form of a department, whose rate contradicts its amounts if it is `faulty`.
fn form(name: &str, faulty: bool, seed: u64) -> Value {
    let mut document = document(&mut Rng::with_seed(seed), Form::District);
    document["department"] = serde_json::json!({ "name": name });
    document["fiscal_year"] = 2023.into();
    let rate = if faulty { "95.00" } else { "90.00" };
    document["budget"] = serde_json::json!({
        "initial_budget": "100.00", "adjusted_budget": "100.00", "actual_expenditure": "90.00", "completion_rate": rate
    });
    for others in ["tasks", "key_projects", "submission"] {
        document.as_object_mut().unwrap().remove(others);
    }
    document
}

fn written(documents: &[Value], format: Format) -> Vec<u8> {
    let texts: Vec<String> = documents.iter().map(Value::to_string).collect();
    let drafts: Vec<_> = texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    write(&drafts, &built_in()[0], format).unwrap().bytes
}

/// All that a file says, its parts if it is a zip.
fn said(path: &Path) -> String {
    let bytes = fs::read(path).unwrap();
    let Ok(mut archive) = ZipArchive::new(Cursor::new(&bytes)) else {
        return String::from_utf8(bytes).unwrap();
    };
    let mut all = String::new();
    for index in 0..archive.len() {
        let mut part = Vec::new();
        archive.by_index(index).unwrap().read_to_end(&mut part).unwrap();
        all += &String::from_utf8_lossy(&part);
    }
    all
}

const NAMES: [&str; 6] = ["甲局", "乙局", "丙局", "丁局", "戊街道", "己街道"];

fn round() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let forms = folder.path().join("forms");
    fs::create_dir_all(forms.join("庚局")).unwrap();
    fs::write(forms.join("a.xlsx"), written(&[form("甲局", true, 1)], Format::Xlsx)).unwrap();
    fs::write(forms.join("b.docx"), written(&[form("乙局", true, 2)], Format::Docx)).unwrap();
    fs::write(forms.join("c.html"), written(&[form("丙局", true, 3)], Format::Html)).unwrap();
    fs::write(forms.join("d.txt"), written(&[form("丁局", false, 4)], Format::Text)).unwrap();
    // Two departments in one workbook, one of them with a problem.
    let two = [form("戊街道", true, 5), form("己街道", false, 6)];
    fs::write(forms.join("e.xlsx"), written(&two, Format::Xlsx)).unwrap();
    fs::write(forms.join("庚局/扫描.pdf"), "%PDF-1.7").unwrap();
    let roster = "名称,联系人,联系电话\n甲局,张某,8765\n乙局,,\n丙局,,\n丁局,,\n戊街道,,\n己街道,,\n庚局,李某,\n辛局,,\n";
    fs::write(folder.path().join("roster.csv"), roster).unwrap();
    folder
}

const ARGUMENTS: [&str; 12] = [
    "annotate",
    "forms",
    "-o",
    "back",
    "--roster",
    "roster.csv",
    "--due",
    "2024-05-20",
    "--sender",
    "示范区财政局",
    "--year",
    "2023",
];

#[test]
fn each_department_gets_its_own_form_and_nobody_elses_affairs() {
    let folder = round();
    let ran = run(folder.path(), &ARGUMENTS);
    assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
    let back = folder.path().join("back");
    let mut names: Vec<String> =
        fs::read_dir(&back).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let mut expected = vec![
        "丙局 退回函.docx",
        "丙局.html",
        "乙局 退回函.docx",
        "乙局.docx",
        "庚局 退回函.docx",
        "戊街道 退回函.docx",
        "戊街道.xlsx",
        "甲局 退回函.docx",
        "甲局.xlsx",
        "退回情况.xlsx",
    ];
    expected.sort_unstable();
    assert_eq!(names, expected);
    for name in &names {
        let all = said(&back.join(name));
        for other in NAMES.iter().filter(|_| name != "退回情况.xlsx") {
            assert!(name.starts_with(other) || !all.contains(other), "{name} names {other}");
        }
    }
    // The forms are the submitters' own, with notes.
    for (name, of) in
        [("甲局.xlsx", "forms/a.xlsx"), ("乙局.docx", "forms/b.docx"), ("丙局.html", "forms/c.html")]
    {
        let read = |path: &str| run(folder.path(), &["convert", path]).out;
        assert_eq!(read(&format!("back/{name}")), read(of), "{name}");
        assert!(said(&back.join(name)).contains("问题清单"), "{name}");
    }
    let letter = said(&back.join("甲局 退回函.docx"));
    for words in ["甲局：", "2023 年度", "2024年5月20日", "示范区财政局", "甲局.xlsx"] {
        assert!(letter.contains(words), "{words}");
    }
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(back.join("退回情况.xlsx")).unwrap();
    let sheet = calamine::Reader::worksheet_range(&mut book, "退回情况").unwrap();
    let rows: BTreeMap<String, String> = sheet
        .rows()
        .skip(3)
        .map(|row| {
            (row[0].to_string(), row[1..].iter().map(ToString::to_string).collect::<Vec<_>>().join("|"))
        })
        .collect();
    assert_eq!(rows.keys().collect::<Vec<_>>(), ["丙局", "乙局", "庚局", "戊街道", "甲局"]);
    assert!(rows["甲局"].contains("张某") && rows["甲局"].contains("8765"), "{rows:?}");
    assert!(rows["庚局"].contains("扫描.pdf"), "{rows:?}");
    // What went back before is kept, and is no form that came.
    let again = run(folder.path(), &ARGUMENTS);
    assert!(again.exit == Exit::Failed && again.err.contains("上次退回的表"), "{}{}", again.out, again.err);
    let all = run(folder.path(), &["consolidate", ".", "-o", "out", "--fail-on", "never"]);
    assert!(all.out.contains("收到 6 份表，计入 6 份"), "{}{}", all.out, all.err);
}

#[test]
fn cells_that_a_problem_is_also_about_are_lighter() {
    let folder = round();
    let here = folder.path();
    assert_eq!(run(here, &ARGUMENTS).exit, Exit::Clean);
    // The rate is wrong; the expenditure and the budget are what it is compared with.
    for (name, wrong, related) in [
        ("甲局.xlsx", "dxfId=\"0\"", "dxfId=\"3\""),
        ("乙局.docx", "w:fill=\"FFD9D9\"", "w:fill=\"FBF9E6\""),
        ("丙局.html", "figure error", "figure related"),
    ] {
        let all = said(&here.join("back").join(name));
        assert!(all.contains(wrong) && all.contains(related), "{name}");
    }
    // All of it goes when the form is mended and annotated again.
    let ran = run(here, &["annotate", "forms/d.txt", "-o", "clean.docx"]);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    assert!(!said(&here.join("clean.docx")).contains("FBF9E6"));
}

#[test]
fn a_bureaus_own_letter_is_used_and_a_wrong_one_refused() {
    let folder = round();
    let here = folder.path();
    assert_eq!(run(here, &["template", "--letter", "-o", "函.docx"]).exit, Exit::Clean);
    let ran = run(here, &[&ARGUMENTS[..], &["--letter", "函.docx"]].concat());
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    fs::write(here.join("坏.docx"), "x").unwrap();
    let mut arguments = ARGUMENTS;
    arguments[3] = "other";
    let ran = run(here, &[&arguments[..], &["--letter", "坏.docx"]].concat());
    assert!(ran.exit == Exit::Failed && ran.err.contains("退回函不能用"), "{}", ran.err);
    assert!(!here.join("other").exists());
}

#[test]
fn answers_come_back_with_the_form() {
    let folder = round();
    let here = folder.path();
    assert_eq!(run(here, &ARGUMENTS).exit, Exit::Clean);
    let mut html = fs::read_to_string(here.join("back/丙局.html")).unwrap();
    html = html.replace(
        "<td></td></tr>\n</table>\n</section>",
        "<td>已与财政局核对</td></tr>\n</table>\n</section>",
    );
    // As a program that saves pages again would leave it.
    fs::write(here.join("again.html"), html).unwrap();
    let before = run(here, &["convert", "forms/c.html"]).out;
    let ran = run(here, &["convert", "again.html"]);
    assert_eq!(ran.out, before);
    assert!(ran.err.contains("的答复：已与财政局核对"), "{}", ran.err);
    // An answer alone settles nothing; the bureau accepts it with the form.
    fs::rename(here.join("again.html"), here.join("forms/c.html")).unwrap();
    let returned = |to: &str| {
        let mut arguments = ARGUMENTS;
        arguments[3] = to;
        assert_eq!(run(here, &arguments).exit, Exit::Clean);
        here.join(to).join("丙局 退回函.docx").exists()
    };
    assert!(returned("second"));
    // Nobody writes an answer twice.
    assert!(fs::read_to_string(here.join("second/丙局.html")).unwrap().contains("已与财政局核对"));
    assert_eq!(run(here, &["accept", "forms/c.html"]).exit, Exit::Clean);
    assert!(!returned("third"));
    // What was settled on the telephone has no answer.
    assert!(here.join("third/乙局 退回函.docx").exists());
    let ran = run(here, &["accept", "forms/b.docx"]);
    assert!(ran.exit == Exit::Clean && ran.out.contains("请加 --settled"), "{}{}", ran.out, ran.err);
    assert_eq!(run(here, &["accept", "--settled", "forms/b.docx"]).exit, Exit::Clean);
    returned("fourth");
    assert!(!here.join("fourth/乙局 退回函.docx").exists());
    let ran =
        run(here, &["consolidate", "forms", "--roster", "roster.csv", "-o", "out", "--fail-on", "never"]);
    assert!(ran.err.contains("已经核定，不再退回"), "{}", ran.err);
    let coverage = fs::read_to_string(here.join("out/coverage.csv")).unwrap();
    assert_eq!(coverage.matches("已经核定，不再退回").count(), 2, "{coverage}");
    // What was settled are the contents of that time.
    let html = fs::read_to_string(here.join("forms/c.html")).unwrap();
    fs::write(here.join("forms/c.html"), html.replace("95.00%", "96.00%")).unwrap();
    assert!(returned("fifth"));
}

#[test]
fn what_gave_way_and_what_lies_beside_a_form_do_not_go_back() {
    let folder = tempfile::tempdir().unwrap();
    let forms = folder.path().join("forms");
    for part in ["甲局/修改稿", "丙局/修改稿", "丁局"] {
        fs::create_dir_all(forms.join(part)).unwrap();
    }
    fs::write(forms.join("甲局/自评表.xlsx"), written(&[form("甲局", true, 1)], Format::Xlsx)).unwrap();
    fs::write(forms.join("甲局/修改稿/自评表.xlsx"), written(&[form("甲局", false, 1)], Format::Xlsx))
        .unwrap();
    fs::write(forms.join("乙局.docx"), written(&[form("乙局", true, 2)], Format::Docx)).unwrap();
    // One that was corrected and is still wrong.
    fs::write(forms.join("丙局/自评表.xlsx"), written(&[form("丙局", false, 3)], Format::Xlsx)).unwrap();
    fs::write(forms.join("丙局/修改稿/自评表.xlsx"), written(&[form("丙局", true, 3)], Format::Xlsx))
        .unwrap();
    // A signed copy lies beside the form that is read.
    fs::write(forms.join("丁局/自评表.xlsx"), written(&[form("丁局", false, 4)], Format::Xlsx)).unwrap();
    fs::write(forms.join("丁局/盖章扫描件.pdf"), "%PDF-1.7").unwrap();
    fs::write(forms.join("关于报送的通知.txt"), "各单位：\n请按时报送。\n").unwrap();
    fs::write(folder.path().join("roster.csv"), "名称\n甲局\n乙局\n丙局\n丁局\n").unwrap();
    fs::write(folder.path().join("huizong.toml"), "corrected = \"修改稿\"\n").unwrap();
    let ran = run(folder.path(), &ARGUMENTS);
    assert!(ran.out.contains("有 2 个部门的表要退回"), "{}{}", ran.out, ran.err);
    let mut names: Vec<String> = fs::read_dir(folder.path().join("back"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut expected = ["丙局 退回函.docx", "丙局.xlsx", "乙局 退回函.docx", "乙局.docx", "退回情况.xlsx"];
    expected.sort_unstable();
    assert_eq!(names, expected);
    assert!(!said(&folder.path().join("back/丙局.xlsx")).contains("按设置"));
}

#[test]
fn a_form_that_cannot_be_read_is_not_accepted() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("扫描.pdf"), "%PDF-1.7").unwrap();
    let ran = run(folder.path(), &["accept", "扫描.pdf"]);
    assert!(ran.exit == Exit::Failed && ran.err.contains("没有读出自评表"), "{}{}", ran.out, ran.err);
    assert!(!folder.path().join("huizong.toml").exists());
}
