//! A result can be made again from its receipt, and what differs is named.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use huizong::Exit;
use huizong_tests::command::{Ran, run};
use huizong_tests::plugins::library;

/// The example district in a folder of its own, consolidated with its plugin.
fn district() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples/district");
    copy(&from, &folder.path().join("district"));
    fs::copy(library("huizong_tianhe"), folder.path().join("libtianhe.so")).unwrap();
    let ran = run(
        &folder.path().join("district"),
        &["consolidate", "forms", "-o", "../out", "--fail-on", "never", "--plugin", "../libtianhe.so"],
    );
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &to) } else { assert!(fs::copy(&path, &to).is_ok()) }
    }
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
    // A copy of the inputs elsewhere, the originals being there still.
    copy(&here.join("district/forms"), &here.join("elsewhere/copy"));
    let ran = verify(here, &["--inputs", "elsewhere/copy"]);
    assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
    // All of it elsewhere, the originals being gone.
    fs::rename(here.join("district"), here.join("elsewhere/district")).unwrap();
    let ran = run(&here.join("elsewhere/district"), &["verify", "../../out", "--inputs", "forms"]);
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.out);
    assert!(ran.err.contains("../libtianhe.so"), "{}", ran.err);
    fs::copy(here.join("libtianhe.so"), here.join("elsewhere/libtianhe.so")).unwrap();
    let ran = run(&here.join("elsewhere/district"), &["verify", "../../out", "--inputs", "forms"]);
    assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
}

/// Something done to a copy of the district and its result.
type Change<'c> = Box<dyn Fn(&Path) + 'c>;

#[test]
fn whatever_was_changed_is_named() {
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
                // Behind the end of the library nothing is read.
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
        copy(folder.path(), here.path());
        // The copy's receipt must not lead to the originals.
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

#[test]
fn what_is_no_result_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("out")).unwrap();
    let ran = verify(folder.path(), &[]);
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.err.contains("has no receipt.json"), "{}", ran.err);
}
