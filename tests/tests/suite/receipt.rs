//! Tests that a result can be reproduced from its receipt, and that differences are named.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use huizong::Exit;
use huizong_tests::command::{Ran, run};
use huizong_tests::copy_folder;
use huizong_tests::plugins::library;
use serde_json::{Value, json};

/// The example district in a temporary folder, consolidated with its plugin.
fn district() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples/district");
    copy_folder(&from, &folder.path().join("district"));
    fs::copy(library("huizong_tianhe"), folder.path().join("libtianhe.so")).unwrap();
    let ran = run(
        &folder.path().join("district"),
        &["consolidate", "forms", "-o", "../out", "--fail-on", "never", "--plugin", "../libtianhe.so"],
    );
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    folder
}

fn verify(folder: &Path, flags: &[&str]) -> Ran {
    let arguments: Vec<&str> = ["verify", "out", "--lang", "en"].iter().chain(flags).copied().collect();
    run(folder, &arguments)
}

/// Changes one byte of a file.
fn touch(path: PathBuf) {
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.iter().rposition(u8::is_ascii_digit).unwrap();
    bytes[last] = if bytes[last] == b'1' { b'2' } else { b'1' };
    fs::write(path, bytes).unwrap();
}

#[test]
fn an_untouched_result_is_verified_also_with_other_threads_and_from_elsewhere() {
    let folder = district();
    let here = folder.path();
    for flags in [&[][..], &["--jobs", "1"], &["--jobs", "7"]] {
        let ran = verify(here, flags);
        assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
        assert!(ran.out.starts_with("Verified: "), "{}", ran.out);
    }
    // The inputs are copied elsewhere; the originals remain.
    copy_folder(&here.join("district/forms"), &here.join("elsewhere/copy"));
    let ran = verify(here, &["--inputs", "elsewhere/copy"]);
    assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
    // Everything is moved elsewhere; the originals are gone.
    fs::rename(here.join("district"), here.join("elsewhere/district")).unwrap();
    let ran = run(&here.join("elsewhere/district"), &["verify", "../../out", "--inputs", "forms"]);
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.out);
    assert!(ran.err.contains("../libtianhe.so"), "{}", ran.err);
    fs::copy(here.join("libtianhe.so"), here.join("elsewhere/libtianhe.so")).unwrap();
    let ran = run(&here.join("elsewhere/district"), &["verify", "../../out", "--inputs", "forms"]);
    assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
}

#[test]
fn a_result_that_was_moved_with_its_forms_is_verified_where_it_lies_now() {
    let folder = district();
    let here = folder.path();
    let receipt = fs::read_to_string(here.join("out/receipt.json")).unwrap();
    assert!(!receipt.contains(here.to_str().unwrap()), "{receipt}");
    let moved = tempfile::tempdir().unwrap();
    copy_folder(here, moved.path());
    drop(folder);
    let another = tempfile::tempdir().unwrap();
    let out = moved.path().join("out");
    let ran = run(another.path(), &["verify", out.to_str().unwrap(), "--lang", "en"]);
    assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
}

#[test]
fn a_result_that_was_copied_alone_says_what_it_needs_and_finds_it() {
    let folder = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples/district");
    copy_folder(&from, &folder.path().join("district"));
    let district = folder.path().join("district");
    let made = ["consolidate", "forms", "-o", "result", "--fail-on", "never"];
    assert_eq!(run(&district, &made).exit, Exit::Clean);
    let elsewhere = tempfile::tempdir().unwrap();
    let here = elsewhere.path();
    copy_folder(&district.join("result"), &here.join("out"));
    drop(folder);
    // Without the forms, and then without the list.
    let ran = verify(here, &[]);
    assert!(ran.exit == Exit::Failed && ran.err.contains("say with --inputs"), "{}", ran.err);
    copy_folder(&from.join("forms"), &here.join("post/forms"));
    let with_forms = ["--inputs", "post/forms"];
    let ran = verify(here, &with_forms);
    assert!(ran.exit == Exit::Failed && ran.err.contains("roster.csv"), "{}", ran.err);
    // It is wherever it is said to be, beside the forms or beside the result, whatever it is called.
    for place in ["lists/roster.csv", "post/名单.csv", "renamed.csv"] {
        let path = here.join(place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(from.join("roster.csv"), &path).unwrap();
        let lists: &[&str] = if place.starts_with("lists") { &["--lists", "lists"] } else { &[] };
        let ran = verify(here, &[&with_forms[..], lists].concat());
        assert_eq!(ran.exit, Exit::Clean, "{place}: {}{}", ran.out, ran.err);
        fs::remove_file(path).unwrap();
    }
    // Another list of that name is not the one.
    fs::write(here.join("roster.csv"), "name\n甲局\n").unwrap();
    assert_eq!(verify(here, &with_forms).exit, Exit::Failed);
}

/// A change to a copy of the district and its result.
type Change<'c> = Box<dyn Fn(&Path) + 'c>;

#[test]
fn every_change_is_named_by_verify() {
    let settings = |here: &Path, from: &str, to: &str| {
        let path = here.join("district/huizong.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from));
        fs::write(path, text.replace(from, to)).unwrap();
    };
    let changes: Vec<(&str, Change<'_>)> = vec![
        (
            "the input 03-weijian.txt is not what it was",
            Box::new(|here| touch(here.join("district/forms/03-weijian.txt"))),
        ),
        (
            "the input 03-weijian.txt is gone",
            Box::new(|here| fs::remove_file(here.join("district/forms/03-weijian.txt")).unwrap()),
        ),
        (
            "the input new.txt was not there then",
            Box::new(|here| fs::write(here.join("district/forms/new.txt"), "x").unwrap()),
        ),
        (
            "the file roster roster.csv is not what it was",
            Box::new(|here| touch(here.join("district/roster.csv"))),
        ),
        (
            "the setting year is not what it was",
            Box::new(move |here| settings(here, "year = 2022", "year = 2023")),
        ),
        ("the setting plugins is not what it was", Box::new(move |here| settings(here, "\"6\"", "\"7\""))),
        (
            "the plugin tianhe is not what it was",
            Box::new(|here| {
                // The loader ignores bytes after the end of the library.
                let path = here.join("libtianhe.so");
                let mut bytes = fs::read(&path).unwrap();
                bytes.push(0);
                fs::write(path, bytes).unwrap();
            }),
        ),
        (
            "the result's file departments.csv was changed",
            Box::new(|here| touch(here.join("out/departments.csv"))),
        ),
        (
            "the result's file totals.csv is missing",
            Box::new(|here| fs::remove_file(here.join("out/totals.csv")).unwrap()),
        ),
        (
            "letter.txt in the result's folder is not the result's",
            Box::new(|here| fs::write(here.join("out/letter.txt"), "x").unwrap()),
        ),
        (
            "the receipt itself was changed",
            Box::new(|here| {
                let path = here.join("out/receipt.json");
                let text = fs::read_to_string(&path).unwrap();
                fs::write(path, text.replace("\"bytes\":1670", "\"bytes\":1671")).unwrap();
            }),
        ),
    ];
    let folder = district();
    for (said, change) in changes {
        let here = tempfile::tempdir().unwrap();
        copy_folder(folder.path(), here.path());
        // The copy's receipt must not refer to the originals.
        let receipt = here.path().join("out/receipt.json");
        let text = fs::read_to_string(&receipt).unwrap();
        let (from, to) = (folder.path().to_str().unwrap(), here.path().to_str().unwrap());
        fs::write(&receipt, text.replace(from, to)).unwrap();
        change(here.path());
        let ran = verify(here.path(), &[]);
        assert_eq!(ran.exit, Exit::Findings, "{said}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
}

/// A change of a receipt.
type Edit = fn(&mut Value);

/// Edits the receipt of the result in a folder.
fn edit_receipt(here: &Path, edit: impl FnOnce(&mut Value)) {
    let path = here.join("out/receipt.json");
    let mut receipt: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    edit(&mut receipt);
    fs::write(path, receipt.to_string()).unwrap();
}

#[test]
fn rules_and_schemas_of_another_command_are_causes_only_where_outputs_differ() {
    let other_command: Edit = |receipt| receipt["tool"]["blake3"] = "0".into();
    let other_rules: Edit = |receipt| receipt["rules"] = "0".into();
    let other_schema: Edit = |receipt| receipt["schemas"]["finding"] = "0".into();
    let other_plugin: Edit = |receipt| receipt["plugins"][0]["sha256"] = "0".into();
    let touched: Change<'_> = Box::new(|here| touch(here.join("out/departments.csv")));
    let untouched: Change<'_> = Box::new(|_| ());
    let rules = "The built-in rules are others than then; the results agree.";
    let schemas = "The published schemas are others than then; the results agree.";
    let cases: [(&[Edit], _, _, &[&str]); 5] = [
        (
            &[other_command, other_rules, other_schema],
            &untouched,
            Exit::Clean,
            &["Verified: ", rules, schemas],
        ),
        (
            &[other_command, other_rules, other_schema],
            &touched,
            Exit::Findings,
            &[
                "the built-in rules are others than then",
                "the schema finding is not what it was",
                "departments.csv made again is not the one that lies there",
            ],
        ),
        // The same command has the same rules and schemas, so the receipt must have been edited.
        (&[other_rules], &untouched, Exit::Findings, &["the built-in rules are others than then"]),
        (&[other_schema], &untouched, Exit::Findings, &["the schema finding is not what it was"]),
        (
            &[other_command, other_rules, other_plugin],
            &untouched,
            Exit::Findings,
            &["the plugin tianhe is not what it was"],
        ),
    ];
    let folder = district();
    let original = fs::read(folder.path().join("out/receipt.json")).unwrap();
    let departments = fs::read(folder.path().join("out/departments.csv")).unwrap();
    for (edits, change, exit, said) in cases {
        fs::write(folder.path().join("out/receipt.json"), &original).unwrap();
        fs::write(folder.path().join("out/departments.csv"), &departments).unwrap();
        edit_receipt(folder.path(), |receipt| edits.iter().for_each(|edit| edit(receipt)));
        change(folder.path());
        let ran = verify(folder.path(), &[]);
        assert_eq!(ran.exit, exit, "{}{}", ran.out, ran.err);
        for said in said {
            assert!(ran.out.contains(said), "{said}: {}", ran.out);
        }
    }
}

#[test]
fn a_receipt_holds_the_run_spec_and_is_verified_by_it() {
    let folder = district();
    let here = folder.path().join("district");
    let plain: Value = serde_json::from_slice(&fs::read(here.join("../out/receipt.json")).unwrap()).unwrap();
    let formats = ["json", "xlsx", "html", "docx", "csv"];
    assert_eq!(
        plain["run"],
        json!({ "paths": ["forms"], "formats": formats, "plugins": ["../libtianhe.so"] })
    );
    fs::write(here.join("books.csv"), "key,actual_expenditure,unit\n云溪区教育局,1,CNY\n").unwrap();
    let mut unit = huizong_schema::publish::sample();
    unit["department"] = json!({ "name": "云溪区青少年宫", "level": "unit", "parent": "云溪区团委" });
    fs::write(here.join("unit.json"), unit.to_string()).unwrap();
    fs::write(here.join("page.html"), "{{ title.zh }}").unwrap();
    let year_before = [
        &["consolidate", "2021", "-o", "../before", "--year", "2021", "--roster", "2021/roster.csv"][..],
        &["--fail-on", "never"],
    ]
    .concat();
    assert_eq!(run(&here, &year_before).exit, Exit::Clean);
    let everything = [
        "consolidate",
        "forms",
        "unit.json",
        "--out=../out",
        "--formats=csv,html,json",
        "--roster=roster.csv",
        "--books=books.csv",
        "--previous=../before",
        "--template=page.html",
        "--group-by=类别",
        "--group-by=类别,部门名称",
        "--year=2022",
        "--profile=guangzhou-tianhe",
        "--plugin=../libtianhe.so",
        "--in-process",
        "--exclude-errors",
        "--to-evaluation=云溪区团委",
        "--jobs=3",
        "--fail-on=never",
        "--lang=en",
    ];
    let ran = run(&here, &everything);
    assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
    let receipt: Value =
        serde_json::from_slice(&fs::read(here.join("../out/receipt.json")).unwrap()).unwrap();
    assert_eq!(
        receipt["run"],
        json!({
            "paths": ["forms", "unit.json"],
            "formats": ["csv", "html", "json"],
            "roster": "roster.csv",
            "books": "books.csv",
            "previous": "../before",
            "template": "page.html",
            "group_by": ["类别", "类别,部门名称"],
            "year": 2022,
            "profile": "guangzhou-tianhe",
            "plugins": ["../libtianhe.so"],
            "in_process": true,
            "exclude_errors": true,
            "to_evaluation": "云溪区团委",
        })
    );
    let ran = verify(folder.path(), &[]);
    assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
}

/// The example district with a result whose receipt has version 1.0. The receipt was made in `/srv/district` by
/// `huizong consolidate forms -o ../result --formats json,csv`, before receipts held a `RunSpec`.
fn old_result() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    copy_folder(&top.join("examples/district"), &here.join("district"));
    // What a command writes changes with it; only the receipt is of then, and only the folder where it was made differs here.
    let made = ["consolidate", "forms", "-o", "../out", "--formats", "json,csv", "--fail-on", "never"];
    assert_eq!(run(&here.join("district"), &made).exit, Exit::Clean);
    let file = here.join("out/receipt.json");
    let now: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let then = fs::read_to_string(top.join("tests/fixtures/receipt-1.0.json")).unwrap();
    let then = then.replace("/srv/district", here.join("district").to_str().unwrap());
    let mut then: Value = serde_json::from_str(&then).unwrap();
    then["outputs"] = now["outputs"].clone();
    fs::write(file, then.to_string()).unwrap();
    folder
}

#[test]
fn a_receipt_of_version_1_0_is_verified() {
    let folder = old_result();
    let here = folder.path();
    let ran = verify(here, &[]);
    assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
    assert!(
        ran.out.starts_with("Verified: made again from the receipt, all bytes of 14 files agree"),
        "{}",
        ran.out
    );
    copy_folder(&here.join("district/forms"), &here.join("copy"));
    let ran = verify(here, &["--inputs", "copy"]);
    assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
    let figure = run(here, &["explain", "totals.actual_expenditure", "--in", "out", "--lang", "en"]);
    assert_eq!(figure.exit, Exit::Clean, "{}", figure.err);
    // It is a result, so a new one may replace it, with a receipt of the current version.
    let ran = run(
        &here.join("district"),
        &["consolidate", "forms", "-o", "../out", "--formats", "json,csv", "--fail-on", "never"],
    );
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    edit_receipt(here, |receipt| assert_eq!(receipt["schema_version"], "2.0"));
    assert_eq!(verify(here, &[]).exit, Exit::Clean);
}

#[test]
fn a_receipt_of_version_1_0_follows_its_schema() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let read = |path: &str| serde_json::from_slice::<Value>(&fs::read(top.join(path)).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&read("schemas/v1/receipt.schema.json")).unwrap();
    let receipt = read("tests/fixtures/receipt-1.0.json");
    assert!(validator.is_valid(&receipt));
}

#[test]
fn a_change_of_a_receipt_of_version_1_0_is_noticed() {
    let changes: [(Edit, Exit, &str); 6] = [
        (
            |receipt| receipt["inputs"][0]["bytes"] = 1.into(),
            Exit::Findings,
            "the receipt itself was changed",
        ),
        (
            |receipt| receipt["arguments"][0] = "--formats=json".into(),
            Exit::Findings,
            "departments.csv made again is not the one that lies there",
        ),
        (
            |receipt| receipt["settings"]["year"] = 2021.into(),
            Exit::Findings,
            "the setting year is not what it was",
        ),
        (
            |receipt| receipt["arguments"][0] = "--jobs=3".into(),
            Exit::Failed,
            "its arguments are faulty: --jobs=3",
        ),
        (|receipt| receipt["schema_version"] = "9.0".into(), Exit::Failed, "its version is 9.0"),
        (|receipt| receipt["signature"] = "x".into(), Exit::Failed, "unknown field `signature`"),
    ];
    for (edit, exit, said) in changes {
        let folder = old_result();
        edit_receipt(folder.path(), edit);
        let ran = verify(folder.path(), &[]);
        assert_eq!(ran.exit, exit, "{said}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains(said) || ran.err.contains(said), "{said}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn verify_refuses_a_folder_without_a_receipt() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("out")).unwrap();
    let ran = verify(folder.path(), &[]);
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.err.contains("has no receipt.json"), "{}", ran.err);
}
