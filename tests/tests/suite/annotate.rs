//! Tests of annotated forms, which are given back with their problems marked.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use fastrand::Rng;
use huizong::Exit;
use huizong_forms::profile::built_in;
use huizong_forms::{Format, write};
use huizong_tests::command::run;
use huizong_tests::printable::{Form, document};
use serde_json::Value;
use zip::{ZipArchive, ZipWriter};

/// A form whose rate contradicts its amounts, as a file.
fn faulty(format: Format) -> Vec<u8> {
    form(format, "95.00")
}

fn form(format: Format, rate: &str) -> Vec<u8> {
    let mut document = document(&mut Rng::with_seed(11), Form::District);
    let budget = &mut document["budget"];
    (budget["initial_budget"], budget["adjusted_budget"]) = ("100.00".into(), "100.00".into());
    (budget["actual_expenditure"], budget["completion_rate"]) = ("90.00".into(), rate.into());
    budget["by_source"] = serde_json::json!({"other": {"actual_expenditure": "1.00"}});
    for others in ["tasks", "key_projects"] {
        document.as_object_mut().unwrap().remove(others);
    }
    document["narrative"] = serde_json::json!({"performance": ["一段。", "又一段。"]});
    let text = document.to_string();
    write(&[serde_json::from_str(&text).unwrap()], &built_in()[0], format).unwrap().bytes
}

fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = BTreeMap::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        parts.insert(part.name().unwrap().into_owned(), bytes);
    }
    parts
}

fn zipped(parts: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn converted(folder: &Path, name: &str) -> Value {
    serde_json::from_str(&run(folder, &["convert", name]).out).unwrap()
}

fn text(parts: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(parts[name].clone()).unwrap()
}

#[test]
fn annotating_keeps_the_document_and_is_idempotent() {
    let folder = tempfile::tempdir().unwrap();
    for format in Format::ALL {
        let name = format!("form.{}", if format == Format::Text { "txt" } else { format.as_str() });
        std::fs::write(folder.path().join(&name), faulty(format)).unwrap();
        for to in ["xlsx", "docx", "html"] {
            let (once, twice) = (format!("once-{name}.{to}"), format!("twice-{name}.{to}"));
            let ran = run(folder.path(), &["annotate", &name, "-o", &once]);
            assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, ""), "{once}");
            assert!(ran.out.contains("查出 1 处问题，已标在"), "{}", ran.out);
            assert_eq!(converted(folder.path(), &once), converted(folder.path(), &name), "{once}");
            run(folder.path(), &["annotate", &once, "-o", &twice]);
            let bytes = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
            if to == format.as_str() {
                assert!(bytes(&once) == bytes(&twice), "{twice} is another file");
            }
        }
    }
}

#[test]
fn annotating_changes_no_cell_of_a_workbook() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = faulty(Format::Xlsx);
    std::fs::write(folder.path().join("form.xlsx"), &bytes).unwrap();
    run(folder.path(), &["annotate", "form.xlsx", "-o", "out.xlsx"]);
    let (before, after) = (parts(&bytes), parts(&std::fs::read(folder.path().join("out.xlsx")).unwrap()));
    let changed: Vec<&str> =
        before.iter().filter(|(name, part)| after[*name] != **part).map(|(name, _)| name.as_str()).collect();
    let expected = [
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
    ];
    assert_eq!(changed, expected);
    let cells = |parts: &BTreeMap<String, Vec<u8>>| {
        let sheet = text(parts, "xl/worksheets/sheet1.xml");
        let cells = sheet.split_once("<sheetData>").unwrap().1;
        cells.split_once("</mergeCells>").unwrap().0.to_owned()
    };
    assert!(cells(&before) == cells(&after));
    let comments = text(&after, "xl/huizong-comments1.xml");
    assert!(comments.contains("完成率填 95.00%，按表内金额应为 90.00%"), "{comments}");
    // Once the form is corrected, only an empty list of problems remains of what we added.
    let mut mended = after.clone();
    let right = text(&after, "xl/worksheets/sheet1.xml").replace("<v>0.95</v>", "<v>0.9</v>");
    mended.insert("xl/worksheets/sheet1.xml".into(), right.into_bytes());
    std::fs::write(folder.path().join("mended.xlsx"), zipped(&mended)).unwrap();
    let ran = run(folder.path(), &["annotate", "mended.xlsx", "-o", "clean.xlsx"]);
    assert!(ran.out.contains("没有发现问题"), "{}", ran.out);
    let clean = parts(&std::fs::read(folder.path().join("clean.xlsx")).unwrap());
    assert!(!text(&clean, "xl/worksheets/sheet1.xml").contains("conditionalFormatting"));
    assert!(!text(&clean, "xl/huizong-comments1.xml").contains("<comment "));
    assert!(!text(&clean, "xl/drawings/huizong1.vml").contains("<v:shape "));
    assert!(!text(&clean, "xl/worksheets/huizong-problems1.xml").contains("<row r=\"2\""));
}

#[test]
fn other_peoples_comments_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("form.xlsx"), faulty(Format::Xlsx)).unwrap();
    run(folder.path(), &["annotate", "form.xlsx", "-o", "out.xlsx"]);
    let mut parts = parts(&std::fs::read(folder.path().join("out.xlsx")).unwrap());
    // Turn our comment into another person's.
    let theirs = text(&parts, "xl/huizong-comments1.xml").replace("汇总 Huizong", "张三");
    let (from, to) = (theirs.find("<text>").unwrap(), theirs.find("</text>").unwrap());
    let theirs = format!("{}<text><t>请核</t>{}", &theirs[..from], &theirs[to..]);
    parts.insert("xl/huizong-comments1.xml".into(), theirs.into_bytes());
    std::fs::write(folder.path().join("theirs.xlsx"), zipped(&parts)).unwrap();
    run(folder.path(), &["annotate", "theirs.xlsx", "-o", "both.xlsx"]);
    run(folder.path(), &["annotate", "both.xlsx", "-o", "again.xlsx"]);
    for name in ["both.xlsx", "again.xlsx"] {
        let parts = self::parts(&std::fs::read(folder.path().join(name)).unwrap());
        let comments = text(&parts, "xl/huizong-comments1.xml");
        assert_eq!(comments.matches("<r><t>请核</t></r>").count(), 1, "{comments}");
        assert_eq!(comments.matches("【汇总】错误").count(), 1, "{comments}");
        assert_eq!(comments.matches("<comment ").count(), 1, "{comments}");
    }
}

#[test]
fn annotating_a_document_keeps_its_text_and_adds_comments() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = faulty(Format::Docx);
    std::fs::write(folder.path().join("form.docx"), &bytes).unwrap();
    run(folder.path(), &["annotate", "form.docx", "-o", "out.docx"]);
    let after = parts(&std::fs::read(folder.path().join("out.docx")).unwrap());
    let document = text(&after, "word/document.xml");
    let commented = document.split_once("<w:commentRangeStart w:id=\"0\"/>").unwrap().1;
    let commented = commented.split_once("<w:commentRangeEnd").unwrap().0;
    assert!(commented.contains(">95.00%<"), "{commented}");
    assert!(document.contains("w:anchor=\"huizong_1\"") && document.contains("w:name=\"huizong_1\""));
    assert!(text(&after, "word/huizong-comments1.xml").contains("按表内金额应为 90.00%"));
    // Without the list, the marks and our shading, the document must be the original.
    let list =
        document.find("<w:p><w:pPr><w:pageBreakBefore/>").unwrap()..document.find("<w:sectPr>").unwrap();
    let mut plain = format!("{}{}", &document[..list.start], &document[list.end..]);
    for ours in [
        "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"FFD9D9\"/>",
        "<w:bookmarkStart w:id=\"0\" w:name=\"huizong_1\"/><w:bookmarkEnd w:id=\"0\"/>",
        "<w:commentRangeStart w:id=\"0\"/>",
        "<w:commentRangeEnd w:id=\"0\"/><w:r><w:commentReference w:id=\"0\"/></w:r>",
    ] {
        assert_eq!(plain.matches(ours).count(), 1, "{ours}");
        plain = plain.replace(ours, "");
    }
    // The amounts that the rate is compared with are lighter.
    let related = "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"FBF9E6\"/>";
    assert_eq!(plain.matches(related).count(), 2);
    assert!(plain.replace(related, "") == text(&parts(&bytes), "word/document.xml"));
}

#[test]
fn annotate_fails_before_it_writes_anything() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("form.xlsx"), faulty(Format::Xlsx)).unwrap();
    std::fs::write(folder.path().join("broken.xlsx"), &faulty(Format::Xlsx)[..500]).unwrap();
    for (arguments, exit, said) in [
        (["annotate", "form.xlsx", "-o", "out.pdf"], Exit::Failed, "不是能带批注的格式"),
        (["annotate", "form.xlsx", "-o", "form.xlsx"], Exit::Failed, "form.xlsx 已经存在"),
        (["annotate", "form.xlsx", "-o", "out.xlsm"], Exit::Failed, "原件没有宏"),
        (["annotate", "broken.xlsx", "-o", "out.xlsx"], Exit::Incomplete, "无法读取"),
        (["annotate", "absent.xlsx", "-o", "out.xlsx"], Exit::Failed, "没有“absent.xlsx”"),
    ] {
        let ran = run(folder.path(), &arguments);
        assert_eq!(ran.exit, exit, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(said), "{arguments:?}: {}", ran.err);
        assert!(!folder.path().join("out.xlsx").exists());
    }
}

/// The faulty form as a document, with `from` replaced by `to` in the cell with the fault.
fn odd(from: &str, to: &str) -> Vec<u8> {
    let mut parts = parts(&faulty(Format::Docx));
    let document = text(&parts, "word/document.xml");
    let at = document.find("95.00%").unwrap();
    let begins = document[..at].rfind("<w:tc>").unwrap();
    let ends = at + document[at..].find("</w:tc>").unwrap();
    let cell = &document[begins..ends];
    assert_eq!(cell.matches(from).count(), 1, "{cell}");
    let changed = format!("{}{}{}", &document[..begins], cell.replace(from, to), &document[ends..]);
    parts.insert("word/document.xml".into(), changed.into_bytes());
    zipped(&parts)
}

#[test]
fn notes_are_valid_in_cells_written_by_office_programs() {
    let folder = tempfile::tempdir().unwrap();
    let properties = "<w:vAlign w:val=\"center\"/></w:tcPr>";
    let paragraph = "<w:pPr><w:jc w:val=\"right\"/></w:pPr>";
    let nested = "<w:tbl><w:tr><w:tc><w:tcPr><w:tcW w:w=\"5\"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>";
    for (name, from, to, shaded) in [
        ("as-written", properties, properties.to_owned(), true),
        (
            "tracked-cell",
            "</w:tcPr>",
            "<w:tcPrChange><w:tcPr><w:noWrap/></w:tcPr></w:tcPrChange></w:tcPr>".into(),
            true,
        ),
        ("nested", "</w:tcPr>", format!("</w:tcPr>{nested}"), true),
        (
            "tracked-text",
            paragraph,
            paragraph.replace("</w:pPr>", "<w:pPrChange><w:pPr/></w:pPrChange></w:pPr>"),
            true,
        ),
        ("pretty", paragraph, format!("\n  {paragraph}"), true),
        ("own-colour", properties, format!("<w:shd w:fill=\"C6E0B4\"></w:shd>{properties}"), false),
        ("our-colour", properties, format!("<w:shd w:fill=\"FFD9D9\"></w:shd>{properties}"), false),
        (
            "bookmarks",
            paragraph,
            format!(
                "{paragraph}<w:bookmarkStart w:id=\"90001\" w:name=\"甲\"/><w:bookmarkEnd w:id=\"90001\"/><w:commentRangeStart w:id=\"7\"/>"
            ),
            true,
        ),
    ] {
        let bytes = odd(from, &to);
        let file = |of: &str| format!("{name}-{of}.docx");
        std::fs::write(folder.path().join(file("form")), &bytes).unwrap();
        for (of, to) in [("form", "once"), ("once", "twice")] {
            let ran = run(folder.path(), &["annotate", &file(of), "-o", &file(to)]);
            assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, ""), "{name}");
        }
        let read = |of: &str| std::fs::read(folder.path().join(file(of))).unwrap();
        assert!(read("once") == read("twice"), "{name}: a second time changes something");
        assert_eq!(
            converted(folder.path(), &file("once")),
            converted(folder.path(), &file("form")),
            "{name}"
        );
        let document = text(&parts(&read("once")), "word/document.xml");
        let ours = document.find("w:name=\"huizong_1\"").unwrap();
        let cell = &document
            [document[..ours].rfind("<w:tr>").or(document[..ours].rfind("<w:tr><w:trPr>")).unwrap()..];
        let id = if name == "bookmarks" { 8 } else { 0 };
        let start = format!("<w:commentRangeStart w:id=\"{id}\"/>");
        let commented = cell
            .split_once(&start)
            .unwrap()
            .1
            .split_once(&format!("<w:commentRangeEnd w:id=\"{id}\"/>"))
            .unwrap()
            .0;
        assert!(commented.contains("95.00%"), "{name}: {commented}");
        assert!(!commented.contains("pPr>"), "{name}: {commented}");
        assert_eq!(document.contains("w:color=\"auto\" w:fill=\"FFD9D9\"/><w:vAlign"), shaded, "{name}");
        // The original content must still be there.
        let to = to.strip_prefix(paragraph).unwrap_or(&to);
        assert!(document.contains(to), "{name}: {to}");
    }
}

#[test]
fn one_form_is_given_back_at_a_time_and_only_a_form() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("forms")).unwrap();
    std::fs::write(folder.path().join("forms/a.xlsx"), faulty(Format::Xlsx)).unwrap();
    std::fs::write(folder.path().join("letter.txt"), "各位同事：\n请准时开会。\n").unwrap();
    for (arguments, exit, said) in [
        (["annotate", "forms", "-o", "out.xlsx"], Exit::Failed, "请写一个新文件夹的名字"),
        (["annotate", "letter.txt", "-o", "out.xlsx"], Exit::Incomplete, "没有认出表，不能退回"),
        (["convert", "forms/a.xlsx", "-o", "out.pdf"], Exit::Failed, "不能写成 .pdf"),
    ] {
        let ran = run(folder.path(), &arguments);
        assert_eq!(ran.exit, exit, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(said), "{arguments:?}: {}", ran.err);
        assert!(!folder.path().join("out.xlsx").exists() && !folder.path().join("out.pdf").exists());
    }
}

#[test]
fn annotating_a_form_without_problems_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for format in [Format::Xlsx, Format::Docx] {
        let name = format!("a.{}", format.as_str());
        let bytes = form(format, "90.00");
        std::fs::write(folder.path().join(&name), &bytes).unwrap();
        let out = format!("out-{name}");
        let ran = run(folder.path(), &["annotate", &name, "-o", &out]);
        assert!(ran.out.contains("没有发现问题"), "{}", ran.out);
        assert!(std::fs::read(folder.path().join(out)).unwrap() == bytes);
    }
}
