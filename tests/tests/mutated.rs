//! Tests that damaged forms of every format end in a document, a finding or a notice.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what went wrong by panicking")]

use std::io::{Cursor, Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use fastrand::Rng;
use huizong_forms::profile::built_in;
use huizong_forms::{Format, write};
use huizong_tests::cases;
use huizong_tests::harm::{MOST_MEMORY, peak, take};
use huizong_tests::printable::{Form, document};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Forms of every format, with their names.
fn forms() -> Vec<(String, Vec<u8>)> {
    let mut forms = Vec::new();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/district/forms");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        forms.push((name, std::fs::read(&path).unwrap()));
    }
    for form in Form::ALL {
        let text = document(&mut Rng::with_seed(7), form).to_string();
        let profile = built_in().iter().find(|profile| profile.id == form.profile()).unwrap();
        for format in Format::ALL {
            let written = write(&[serde_json::from_str(&text).unwrap()], profile, format).unwrap();
            let ending = if format == Format::Text { "txt" } else { format.as_str() };
            forms.push((format!("{}.{ending}", profile.id), written.bytes));
        }
    }
    forms
}

/// Flips, cuts and splices bytes.
fn damaged(rng: &mut Rng, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(..bytes.len().max(1)).min(bytes.len());
        match rng.u8(0..6) {
            0 => bytes.truncate(at),
            1 => bytes = [&bytes[..at], &other[rng.usize(..other.len())..]].concat(),
            2 => drop(bytes.drain(at..(at + rng.usize(1..200)).min(bytes.len()))),
            3 => {
                let again = bytes[at..(at + rng.usize(1..200)).min(bytes.len())].to_vec();
                bytes.splice(at..at, again);
            }
            _ => {
                for _ in 0..rng.usize(1..9) {
                    let at = rng.usize(..bytes.len().max(1));
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = if rng.bool() { rng.u8(..) } else { b"<>/\"&=0919:-"[rng.usize(..12)] };
                    }
                }
            }
        }
    }
    bytes
}

/// Damages one part inside a container, to reach the code that reads the parts.
fn damaged_within(rng: &mut Rng, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let chosen = rng.usize(..archive.len());
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        if index == chosen
            || name.contains("sheet1")
            || name.contains("document.xml")
            || name.contains("content.xml")
        {
            content = damaged(rng, &content, other);
        }
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn damaged_forms_end_in_a_document_a_finding_or_a_notice() {
    let forms = forms();
    let mut ended: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    let mut slowest = (Duration::ZERO, 0);
    for seed in 0..cases(600) {
        let rng = &mut Rng::with_seed(seed);
        let (name, bytes) = &forms[usize::try_from(seed).unwrap() % forms.len()];
        let (_, other) = &forms[rng.usize(..forms.len())];
        let is_zip = bytes.starts_with(b"PK");
        let bytes = if is_zip && rng.u8(0..4) > 0 {
            damaged_within(rng, bytes, other)
        } else {
            damaged(rng, bytes, other)
        };
        // Give some files a wrong name.
        let name = if rng.u8(0..8) == 0 { &forms[rng.usize(..forms.len())].0 } else { name };
        let began = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| take(name, &bytes)));
        slowest = slowest.max((began.elapsed(), seed));
        let outcome = outcome.unwrap_or_else(|_| panic!("seed {seed}, {name}"));
        *ended.entry(outcome).or_default() += 1;
    }
    let peak = peak();
    println!(
        "ended in {ended:?}; the slowest took {:?} (seed {}), peak memory {} MiB",
        slowest.0,
        slowest.1,
        peak >> 10
    );
    assert!(peak < MOST_MEMORY, "{peak} KiB");
}
