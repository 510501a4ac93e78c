//! Tests that bad input ends in a finding or notice that names file and place, and that other files are still
//! processed.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test says what went wrong by panicking"
)]

use std::fs;
use std::path::Path;

use huizong::Exit;
use huizong_tests::command::{Ran, run, run_with};
use serde_json::Value;

const SOUND: &str = r#"{"schema_version":"1.0","department":{"name":"示范局"},"fiscal_year":2023,"unit":"CNY_10K","budget":{"initial_budget":"10","adjusted_budget":"10","actual_expenditure":"9.5"}}"#;

/// Checks a folder with this file and a valid one: returns the exit status, and the findings and notices
/// about the file.
fn beside_a_sound_one(name: &str, bytes: &[u8]) -> (Exit, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    fs::write(folder.path().join("zz-sound.json"), SOUND).unwrap();
    let ran = run(folder.path(), &["check", ".", "--format", "json"]);
    (ran.exit, said(&ran, true))
}

fn said(ran: &Ran, with_sound: bool) -> Vec<String> {
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"));
    if with_sound {
        let passed =
            report["rules"].as_array().unwrap().iter().map(|rule| rule["passed"].as_u64().unwrap()).max();
        assert!(passed >= Some(1), "the sound document was processed: {ran:?}");
    }
    let mut said = Vec::new();
    for finding in report["findings"].as_array().unwrap() {
        let place = &finding["location"];
        let at = [&place["line"], &place["column"]]
            .map(|v| v.as_u64().map_or("-".into(), |n| n.to_string()))
            .join(":");
        said.push(format!(
            "{} {} {at}",
            finding["rule"].as_str().unwrap(),
            finding["document"].as_str().unwrap()
        ));
    }
    for notice in report["notices"].as_array().unwrap() {
        let document = notice["document"].as_str().unwrap_or_default();
        said.push(format!("notice {} {document}", notice["notice"].as_str().unwrap()));
    }
    said
}

fn with(member: &str, value: &str) -> Vec<u8> {
    let at = SOUND.find(&format!("\"{member}\":")).unwrap() + member.len() + 3;
    let end = at + SOUND[at..].find([',', '}']).unwrap();
    format!("{}{value}{}", &SOUND[..at], &SOUND[end..]).into_bytes()
}

#[test]
fn one_bad_file_among_sound_ones() {
    let deep = |open: &str| open.repeat(100_000).into_bytes();
    let cases: Vec<(&str, Vec<u8>, Exit, &str)> = vec![
        ("empty.txt", Vec::new(), Exit::Findings, "not-a-form empty.txt -:-"),
        ("empty.json", b" \n".to_vec(), Exit::Findings, "not-a-form empty.json 1:1"),
        ("empty.ndjson", b"\n \n".to_vec(), Exit::Findings, "not-a-form empty.ndjson"),
        (
            "letter.txt",
            "各位同事：\n\n请于月底前报送。\n".into(),
            Exit::Findings,
            "not-a-form letter.txt 1:1",
        ),
        ("page.html", "<html><p>你好</p></html>".into(), Exit::Findings, "not-a-form page.html -:-"),
        ("zeros.txt", b"\0\0\0\0\0\0\0\0\0".to_vec(), Exit::Findings, "not-a-form zeros.txt -:-"),
        (
            "bad.json",
            b"{\"schema_version\":\n\"1.0\",,}".to_vec(),
            Exit::Findings,
            "malformed-json bad.json 2:7",
        ),
        ("cut.json", SOUND.as_bytes()[..80].to_vec(), Exit::Findings, "malformed-json cut.json 1:"),
        ("deep.json", deep("["), Exit::Findings, "malformed-json deep.json 1:65"),
        ("deep2.json", deep("{\"a\":"), Exit::Findings, "malformed-json deep2.json 1:321"),
        ("number.json", with("initial_budget", "10"), Exit::Findings, "schema-violation number.json 1:1"),
        (
            "exponent.json",
            with("initial_budget", "\"1e3\""),
            Exit::Findings,
            "schema-violation exponent.json 1:1",
        ),
        (
            "long.json",
            with("initial_budget", &format!("\"{}\"", "9".repeat(40))),
            Exit::Findings,
            "schema-violation long.json 1:1",
        ),
        ("nan.json", with("initial_budget", "\"NaN\""), Exit::Findings, "schema-violation nan.json 1:1"),
        ("barenan.json", with("initial_budget", "NaN"), Exit::Findings, "malformed-json barenan.json 1:1"),
        (
            "twice.json",
            SOUND.replace("\"unit\":", "\"unit\":\"CNY\",\"unit\":").into(),
            Exit::Findings,
            "duplicate-member twice.json 1:92",
        ),
        ("huge.json", with("fiscal_year", "1e999"), Exit::Findings, "malformed-json huge.json 1:"),
        (
            "utf8.json",
            [b"{\"a\": \"", &[0xff, 0xfe, 0xfa][..], b"\"}"].concat(),
            Exit::Findings,
            "text-not-decodable utf8.json",
        ),
        ("scan.pdf", b"%PDF-1.7".to_vec(), Exit::Clean, "notice kind-not-supported scan.pdf"),
        ("book.txt", b"PK\x03\x04rest".to_vec(), Exit::Incomplete, "notice not-readable book.txt"),
        (
            "book.xlsx",
            [0x81, 0x00, 0x9d, 0xff, 0x1b].repeat(40),
            Exit::Incomplete,
            "notice not-readable book.xlsx",
        ),
    ];
    for (name, bytes, exit, expected) in cases {
        let (ended, said) = beside_a_sound_one(name, &bytes);
        assert_eq!(ended, exit, "{name}: {said:?}");
        assert!(said.iter().any(|line| line.starts_with(expected)), "{name}: {said:?}");
    }
}

#[test]
fn byte_order_marks_and_encodings_are_accepted() {
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(SOUND.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [["\u{feff}", SOUND].concat().into_bytes(), utf16] {
        for name in ["a.json", "a.ndjson"] {
            let (exit, said) = beside_a_sound_one(name, &bytes);
            // Both files report the same department, which may be a finding; the encoding must not be one.
            assert!(
                said.iter().all(|line| !line.contains("schema") && !line.contains("malformed")),
                "{said:?}"
            );
            assert_ne!(exit, Exit::Incomplete);
        }
    }
}

#[test]
fn lines_of_many_kinds_in_one_stream() {
    let other = SOUND.replace("示范局", "另一局");
    let stream = format!("{SOUND}\n\nnot json\n{}\n\"text\"\n[1]\n{other}", "[".repeat(100_000));
    let ran = run_with(Path::new("/"), &["check", "-", "--format", "json"], stream.as_bytes(), &|_| None);
    let said = said(&ran, true);
    assert_eq!(ran.exit, Exit::Findings);
    for expected in [
        "malformed-json -#2 3:2",
        "malformed-json -#3 4:65",
        "schema-violation -#4 5:1",
        "schema-violation -#5 6:1",
    ] {
        assert!(said.iter().any(|line| line.starts_with(expected)), "{expected} in {said:?}");
    }
    assert!(ran.out.contains("\"documents\": 6"), "{}", ran.out);
}

#[test]
fn json_that_goes_on_over_lines_is_one_text() {
    let sound: Value = serde_json::from_str(SOUND).unwrap();
    let pretty = serde_json::to_string_pretty(&sound).unwrap();
    let other = pretty.replace("示范局", "另一局");
    for (input, documents) in [(pretty.clone(), 1), (format!("[\n{pretty},\n{other}\n]"), 2)] {
        let ran = run_with(Path::new("/"), &["check", "-", "--format", "json"], input.as_bytes(), &|_| None);
        assert_eq!((ran.exit, said(&ran, true)), (Exit::Clean, Vec::new()), "{input}");
        assert!(ran.out.contains(&format!("\"documents\": {documents}")), "{}", ran.out);
    }
    // A truncated first line does not affect the others.
    let stream = format!("{}\n{SOUND}\n", &SOUND[..40]);
    let ran = run_with(Path::new("/"), &["check", "-", "--format", "json"], stream.as_bytes(), &|_| None);
    assert_eq!(said(&ran, true), ["malformed-json -#1 1:40"]);
}

#[cfg(unix)]
#[test]
fn links_and_files_named_twice() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("a.json"), SOUND).unwrap();
    symlink("a.json", here.join("same.json")).unwrap();
    let ran = run(here, &["check", ".", "./a.json", "same.json", "--format", "json"]);
    assert_eq!((ran.exit, said(&ran, true)), (Exit::Clean, Vec::new()));
    assert!(ran.out.contains("\"documents\": 1"), "{}", ran.out);
    symlink("nowhere.json", here.join("broken.json")).unwrap();
    let ran = run(here, &["check", ".", "--format", "json"]);
    assert_eq!(
        (ran.exit, said(&ran, true)),
        (Exit::Incomplete, vec!["notice not-readable broken.json".to_owned()])
    );
    // A result folder that is a symbolic link is replaced at the link's target.
    fs::remove_file(here.join("broken.json")).unwrap();
    fs::create_dir(here.join("real")).unwrap();
    symlink("real", here.join("out")).unwrap();
    for _ in 0..2 {
        assert_eq!(run(here, &["consolidate", "a.json", "-o", "out"]).exit, Exit::Clean);
        assert!(here.join("out").is_symlink() && here.join("real/consolidation.json").exists());
    }
    let mut left: Vec<_> = fs::read_dir(here).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["a.json", "out", "real", "same.json"]);
}

#[test]
fn a_hundred_megabytes_on_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let long = [b"{\"a\":\"".as_slice(), &vec![b'x'; 100 << 20], b"\"}\n", SOUND.as_bytes()].concat();
    fs::write(folder.path().join("long.ndjson"), &long).unwrap();
    fs::write(folder.path().join("long.txt"), &long).unwrap();
    let ran = run(folder.path(), &["check", ".", "--format", "json"]);
    let said = said(&ran, true);
    assert_eq!(ran.exit, Exit::Incomplete);
    assert!(said.contains(&"malformed-json long.ndjson#1 1:1".to_owned()), "{said:?}");
    assert!(said.contains(&"notice not-readable long.txt".to_owned()), "{said:?}");
}

#[test]
fn inputs_that_cannot_be_read_make_a_run_incomplete() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.pdf"), "x").unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for path in ["a.pdf", "empty"] {
        let ran = run(folder.path(), &["check", path, "--format", "json"]);
        assert_eq!(ran.exit, Exit::Incomplete, "{path}: {ran:?}");
        assert!(!said(&ran, false).is_empty());
        assert_eq!(run(folder.path(), &["check", path, "--fail-on", "never"]).exit, Exit::Incomplete);
    }
    let ran = run(folder.path(), &["convert", "absent.txt"]);
    assert_eq!(ran.exit, Exit::Incomplete);
    assert_eq!(run(folder.path(), &["convert", "empty"]).exit, Exit::Incomplete);
    for (name, said) in
        [("book.et", "kind-not-supported"), ("book.xlsx", "not-readable"), ("book.txt", "not-readable")]
    {
        fs::write(folder.path().join(name), b"PK\x03\x04rest").unwrap();
        let ran = run(folder.path(), &["convert", name, "--ids"]);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Incomplete, ""));
        assert!(ran.err.contains(said) && ran.err.contains(name), "{}", ran.err);
    }
    assert_eq!(run(folder.path(), &["check"]).exit, Exit::Failed);
    assert_eq!(run(folder.path(), &["frobnicate"]).exit, Exit::Failed);
}

#[test]
fn forms_cut_anywhere_give_a_document_or_a_finding() {
    let forms = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples/district/forms");
    let mut rng = fastrand::Rng::with_seed(3);
    for entry in fs::read_dir(forms).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let whole = fs::read(&path).unwrap();
        for _ in 0..huizong_tests::cases(40).min(400) {
            let mut bytes = whole[..rng.usize(..=whole.len())].to_vec();
            for _ in 0..rng.usize(0..4) {
                if !bytes.is_empty() {
                    let at = rng.usize(..bytes.len());
                    match rng.u8(0..3) {
                        0 => bytes[at] = rng.u8(..),
                        1 => drop(bytes.remove(at)),
                        _ => bytes.insert(at, *rng.choice(b"\t\n\"<>|{}\0".as_slice()).unwrap()),
                    }
                }
            }
            let read = huizong_forms::read(&bytes, &name, &huizong_forms::Options::default());
            // Nothing can be read of a truncated office file, which a notice reports.
            assert!(!read.documents.is_empty() || !read.notices.is_empty());
        }
    }
}
