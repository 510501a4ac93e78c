//! Tests that what offices read is Chinese: no Latin words but names of files and of programs.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::collections::BTreeSet;
use std::fs;

use huizong_tests::command::run;
use huizong_tests::{copy_folder, top};

/// Names of programs and kinds of files, and options of the command, which have no Chinese names.
const ALLOWED: [&str; 17] = [
    "help", "huizong", "Excel", "Word", "WPS", "JSON", "UTF", "csv", "xlsx", "docx", "html", "toml",
    "accept", "diff", "out", "roster", "sender",
];

/// The Latin words of a text outside of names of files: a name has a point, a slash or an exclamation mark beside a word.
fn latin(text: &str) -> BTreeSet<String> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "._/\\!-#:=+[]\"'<>".contains(c);
    // What is in quotation marks was typed by somebody.
    let typed = |part: &str| part.split_once('”').map_or(String::new(), |(_, rest)| rest.to_owned());
    let text: String = text
        .split('“')
        .enumerate()
        .map(|(at, part)| if at == 0 { part.into() } else { typed(part) })
        .collect();
    let pieces = text.split(|c: char| !is_of_name(c));
    pieces
        .filter(|piece| !piece.contains(['.', '/', '\\', '!', '#']))
        .flat_map(|piece| piece.split(|c: char| !c.is_ascii_alphabetic()))
        .filter(|word| word.len() > 1 && !ALLOWED.contains(word))
        .map(str::to_owned)
        .collect()
}

#[test]
fn everyday_output_has_no_latin_words() {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&top().join("examples/district"), folder.path());
    let here = folder.path();
    fs::write(here.join("forms/云溪区审计局.pdf"), "%PDF-1.7").unwrap();
    fs::write(here.join("forms/云溪区水利局.xlsx"), "PK\u{3}\u{4}").unwrap();
    fs::write(
        here.join("books.csv"),
        "部门,实际支出（万元）\n云溪区教育局,1.00\n云溪区科学技术协会,280.18\n",
    )
    .unwrap();
    let mut strange = BTreeSet::new();
    for arguments in [
        &["check", "forms", "--books", "books.csv"][..],
        &["consolidate", "forms", "-o", "out", "--books", "books.csv"],
        &["consolidate", "2021", "--year", "2021", "--roster", "2021/roster.csv", "-o", "before"],
        &["diff", "before", "out"],
        &["explain", "支出", "--in", "out"],
        &["explain", "完成率", "--in", "out"],
        &["explain", "编码和名称不是同一个部门"],
        &["explain", "城市管理和综合执法局 支出", "--in", "out"],
        &["verify", "out"],
        &["annotate", "forms", "-o", "back"],
        &["template", "--roster", "roster.csv", "-o", "blank"],
        &["template", "-o", "blank.xlsx"],
        &["accept", "forms/12-fulian.txt"],
        &["init", "--year", "2022"],
        &["check", "formz"],
        &["consolidate", "forms"],
        &["convert", "forms/08-chengguan.ods", "-o", "x.json"],
    ] {
        let ran = run(here, arguments);
        let said = format!("{}\n{}", ran.out, ran.err);
        // Neither the folder of the test nor a line of a form is the command's.
        let said = said.replace(here.to_str().unwrap(), "");
        let own: Vec<&str> = said.lines().filter(|line| !line.contains('│')).collect();
        let said = own.join("\n");
        strange.extend(latin(&said).into_iter().map(|word| format!("{word}: {}", arguments.join(" "))));
    }
    assert!(strange.is_empty(), "{strange:#?}");
}
