//! Runs a case: documents and options in, findings, states and a consolidation out.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::collections::BTreeMap;

use huizong_core::{Accepted, Snapshot};
use huizong_engine::{Options, ProfileChoice, Round, Settled, books, read, roster};
use huizong_forms::profile::Profile;
use huizong_schema::findings::Finding;
use serde_json::{Value, json};

/// The bytes of a case's document: JSON given as data, or the text or bytes of a file.
pub fn bytes(document: &Value) -> Vec<u8> {
    match (&document["text"], &document["hex"]) {
        (Value::String(text), _) => text.clone().into_bytes(),
        (_, Value::String(hex)) => of_hex(hex),
        _ => document["data"].to_string().into_bytes(),
    }
}

/// Decodes hexadecimal digits.
pub fn of_hex(hex: &str) -> Vec<u8> {
    let digit = |byte: u8| u8::try_from(char::from(byte).to_digit(16).unwrap()).unwrap();
    hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) * 16 + digit(pair[1])).collect()
}

/// The options of a case.
pub fn options(case: &Value) -> Options {
    let given = &case["options"];
    let mut options = Options::default();
    if let Some(year) = given["fiscal_year"].as_u64() {
        options = options.fiscal_year(u16::try_from(year).unwrap());
    }
    if let Some(list) = given["roster"].as_str() {
        let list = roster("roster.csv", list.as_bytes()).unwrap().list;
        let groups = given["group_by"].as_array().into_iter().flatten().map(|names| {
            names.as_str().unwrap().split(',').map(|name| list.column(name).unwrap()).collect::<Vec<usize>>()
        });
        options = options.group_by(groups.collect()).roster(list);
    }
    if let Some(list) = given["books"].as_str() {
        options = options.books(books("books.csv", list.as_bytes()).unwrap().list);
    }
    if given["previous"].is_object() {
        options = options.previous(Snapshot::read(given["previous"].to_string().as_bytes()).unwrap());
    }
    if let Some(profile) = given["profile"].as_str() {
        let profile = ProfileChoice::built_in(profile)
            .unwrap_or_else(|| ProfileChoice::Own(Profile::parse(profile).unwrap().into()));
        options = options.profile(profile);
    }
    if let Some(accepted) = given["accept"].as_array() {
        options = options.accept(Accepted::new(accepted.iter().map(|name| name.as_str().unwrap())));
    }
    options.exclude_errors(given["exclude_errors"] == true)
}

/// Reads and settles the documents of a case.
pub fn settle(case: &Value) -> Settled {
    let options = options(case);
    let mut round = Round::new(&options);
    for document in case["documents"].as_array().unwrap() {
        round.add(read(document["id"].as_str().unwrap(), &bytes(document), &options));
    }
    round.settle()
}

/// The findings of a case, as the suite writes them.
pub fn findings(settled: &Settled) -> Value {
    let finding = |finding: &Finding| {
        let mut shown = json!({
            "rule": finding.rule, "severity": finding.severity, "pointer": finding.pointer, "args": finding.args,
        });
        match &finding.document {
            Some(document) => shown["document"] = json!(document),
            None => shown["documents"] = json!(finding.documents),
        }
        shown
    };
    settled.findings().iter().map(finding).collect()
}

/// The state of each document of a case.
pub fn states(settled: &Settled) -> BTreeMap<&str, &'static str> {
    settled.entries().iter().map(|entry| (&*entry.document, entry.state().as_str())).collect()
}

/// How often a rule ended in each way in a case: only what is not 0.
pub fn outcomes(settled: &Settled, rule: &str) -> BTreeMap<String, u64> {
    let counts = settled.rule_counts().into_iter().find(|counts| counts.rule == rule).unwrap();
    let mut outcomes = BTreeMap::from([
        ("passed".into(), counts.passed),
        ("failed".into(), counts.failed),
        ("crashed".into(), counts.crashed),
    ]);
    outcomes.extend(counts.skipped.into_iter().map(|(reason, count)| (format!("skipped: {reason}"), count)));
    outcomes.retain(|_, count| *count > 0);
    outcomes
}
