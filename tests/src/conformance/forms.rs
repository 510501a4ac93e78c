//! Files of forms and the documents in them.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::fs;
use std::path::PathBuf;

use huizong_engine::{Options, read};
use serde_json::{Value, json};

/// The files of the suite, sorted, without what is expected of them.
pub fn inputs() -> Vec<PathBuf> {
    let folder = crate::top().join(super::FOLDER).join("forms");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| !path.to_string_lossy().ends_with(".expected.json"));
    paths.sort();
    paths
}

/// The documents in a file: their members, and the place of each finding.
pub fn documents(name: &str, bytes: &[u8]) -> Value {
    let file = read(name, bytes, &Options::default());
    let documents = file.documents().iter().map(|document| {
        let findings = document.findings().iter().map(|finding| {
            json!({ "rule": finding.rule, "pointer": finding.pointer, "location": finding.location })
        });
        json!({
            "id": document.id(), "data": *document.draft(), "is_finished": document.is_finished(),
            "findings": findings.collect::<Vec<_>>(),
            "notices": document.notices().iter().map(|notice| &notice.notice).collect::<Vec<_>>(),
        })
    });
    json!({
        "file": name, "documents": documents.collect::<Vec<_>>(),
        "notices": file.notices().iter().map(|notice| &notice.notice).collect::<Vec<_>>(),
    })
}

/// What is expected of each file, by its name.
pub fn expected() -> Vec<(String, Value)> {
    let of = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let expected = documents(&name, &fs::read(&path).unwrap());
        (name, expected)
    };
    inputs().into_iter().map(of).collect()
}
