//! Variants of an example form, and access to what is read from them.

use std::path::Path;

use huizong_core::{Settings, Subject, Tally, check, rules};
use huizong_forms::{Options, Read, read};

/// The text of the example form with these replacements.
pub fn with(changes: &[(&str, &str)]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests are in the repository")
        .join("examples/district/forms/01-kexie.txt");
    let mut text = std::fs::read_to_string(path).expect("the example form is there");
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    text
}

/// Reads a text that contains exactly one document.
pub fn only(text: &str) -> Read {
    only_named("a.txt", text)
}

/// Reads a file that contains exactly one document.
pub fn only_named(name: &str, text: &str) -> Read {
    let mut documents = read(text.as_bytes(), name, &Options::default()).documents;
    assert_eq!(documents.len(), 1, "documents in {text}");
    documents.remove(0)
}

/// The rules and pointers of all findings, except the one that the example form always has.
pub fn found(read: &Read) -> Vec<String> {
    let subject = Subject {
        draft: &read.draft,
        reading: &read.reading,
        traits: &read.traits,
        settings: &Settings::default(),
    };
    let findings = check(rules::ALL, "a", &subject, &mut Tally::new(rules::ALL.len()), &mut Vec::new());
    let findings = findings.iter().filter(|finding| finding.rule != "rate-is-truncated");
    findings.map(|finding| format!("{} {}", finding.rule, finding.pointer)).collect()
}

/// The value at a pointer; strings come without quotes.
pub fn at(read: &Read, pointer: &str) -> String {
    let value = serde_json::to_value(&read.draft).expect("a draft prints");
    value
        .pointer(pointer)
        .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned))
        .unwrap_or_default()
}
