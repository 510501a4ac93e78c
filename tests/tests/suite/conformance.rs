//! The conformance suite of `schemas/v1/conformance`, run from its files, and what it covers.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test says what went wrong by panicking, and how much it tried"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use huizong_core::rules;
use huizong_schema::{ProblemKind, explain, parse, publish};
use huizong_tests::conformance::members::{self, Kind};
use huizong_tests::conformance::{FOLDER, forms, run};
use huizong_tests::{conformance, top};
use serde_json::Value;

/// The files of a part of the suite, by name.
fn part(name: &str) -> Vec<(String, Value)> {
    let folder = top().join(FOLDER).join(name);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), serde_json::from_str(&text).unwrap())
    };
    paths
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(read)
        .collect()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Every case about the schema: where it is, and the case.
pub(super) fn schema_cases() -> Vec<(String, Value)> {
    let mut cases = Vec::new();
    for (file, groups) in part("schema") {
        for group in items(&groups) {
            for test in items(&group["tests"]) {
                let at = format!("{file}: {}: {}", group["description"], test["description"]);
                cases.push((at, test.clone()));
            }
        }
    }
    cases
}

/// Checks a text against what a case says of it.
fn check_text(at: &str, text: &str, case: &Value) {
    let is_valid = case["valid"] == true;
    assert_eq!(parse(text).is_ok(), is_valid, "{at}");
    let problems = explain(text).problems;
    if is_valid {
        assert!(problems.is_empty(), "{at}: {problems:?}");
        return;
    }
    let reason = case["reason"].as_str().unwrap_or("schema");
    let mut found = Vec::new();
    for problem in &problems {
        let (kind, keyword, member) = match &problem.kind {
            ProblemKind::NotJson => ("not-json", None, None),
            ProblemKind::TooDeep => ("too-deep", None, None),
            ProblemKind::DuplicateMember => ("duplicate-member", None, None),
            ProblemKind::Violation(violation) => {
                ("schema", Some(violation.keyword.clone()), violation.member.clone())
            }
            ProblemKind::TooLong => unreachable!("a case is short"),
        };
        assert_eq!(kind, reason, "{at}: {problem:?}");
        found.push((problem.pointer.to_string(), keyword, member));
    }
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut expected: Vec<_> = items(&case["errors"])
        .iter()
        .map(|error| (text(&error["pointer"]).unwrap(), text(&error["keyword"]), text(&error["member"])))
        .collect();
    if matches!(reason, "not-json" | "too-deep") {
        assert_eq!(found.len(), 1, "{at}");
        return;
    }
    found.sort();
    expected.sort();
    assert_eq!(found.len(), expected.len(), "{at}: {found:?}");
    for ((pointer, keyword, member), expected) in found.iter().zip(&expected) {
        assert_eq!((pointer, member), (&expected.0, &expected.2), "{at}");
        assert!(expected.1.is_none() || *keyword == expected.1, "{at}: {keyword:?}");
    }
}

#[test]
fn documents_are_accepted_and_refused_as_the_suite_says() {
    let validator = jsonschema::validator_for(publish::EVALUATION.schema()).unwrap();
    for (at, case) in schema_cases() {
        check_text(&at, &case["data"].to_string(), &case);
        assert_eq!(validator.is_valid(&case["data"]), case["valid"] == true, "{at}");
    }
}

#[test]
fn texts_are_accepted_and_refused_as_the_suite_says() {
    for (_, cases) in part("text") {
        for case in items(&cases) {
            let at = case["description"].to_string();
            match std::str::from_utf8(&run::bytes(case)) {
                Ok(text) => check_text(&at, text, case),
                Err(_) => assert_eq!(case["reason"], "not-json", "{at}"),
            }
        }
    }
}

#[test]
fn rules_find_exactly_what_the_suite_says() {
    for (file, rule) in part("rules") {
        for case in items(&rule["cases"]) {
            let at = format!("{file}: {}", case["description"]);
            let settled = run::settle(case);
            assert_eq!(run::findings(&settled), case["findings"], "{at}");
            assert_eq!(serde_json::to_value(run::states(&settled)).unwrap(), case["states"], "{at}");
            let outcomes = run::outcomes(&settled, rule["rule"].as_str().unwrap());
            assert_eq!(serde_json::to_value(outcomes).unwrap(), case["outcomes"], "{at}");
        }
    }
}

#[test]
fn documents_add_up_as_the_suite_says() {
    for (file, cases) in part("rollup") {
        for case in items(&cases) {
            let at = format!("{file}: {}", case["description"]);
            let settled = run::settle(case);
            assert_eq!(serde_json::to_value(settled.consolidation()).unwrap(), case["consolidation"], "{at}");
            assert_eq!(serde_json::to_value(run::states(&settled)).unwrap(), case["states"], "{at}");
        }
    }
}

/// The sums of the suite are added up again here, by another way than the program's: as counts of 10⁻⁶ 元.
#[test]
fn the_sums_of_the_suite_are_right() {
    let millionths = |text: &str| -> i128 {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        sign * format!("{whole}{part:0<6}").parse::<i128>().unwrap()
    };
    let mut sums = 0;
    for (file, cases) in part("rollup") {
        for case in items(&cases) {
            let counted = |document: &&Value| {
                case["states"][document["id"].as_str().unwrap()].as_str().unwrap().starts_with("counted")
                    && case["states"][document["id"].as_str().unwrap()] != "counted-in-department"
            };
            let documents: Vec<&Value> = items(&case["documents"]).iter().filter(counted).collect();
            for member in ["initial_budget", "adjusted_budget", "actual_expenditure", "budget_adjustment"] {
                let values = documents.iter().filter_map(|document| {
                    let unit = if document["data"]["unit"] == "CNY" { 1 } else { 10_000 };
                    Some(millionths(document["data"]["budget"][member].as_str()?).abs() * unit)
                });
                let values: Vec<i128> = values.collect();
                let total = &case["consolidation"]["totals"][member];
                let at = format!("{file}: {}: {member}", case["description"]);
                if values.is_empty() {
                    assert!(total.is_null(), "{at}");
                    continue;
                }
                assert_eq!(millionths(total["value"].as_str().unwrap()), values.iter().sum::<i128>(), "{at}");
                assert_eq!(total["reported_by"].as_u64().unwrap(), values.len() as u64, "{at}");
                sums += 1;
            }
        }
    }
    assert!(sums > 40, "{sums}");
}

#[test]
fn forms_are_read_as_the_suite_says() {
    for path in forms::inputs() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let expected = fs::read_to_string(path.with_file_name(format!("{name}.expected.json"))).unwrap();
        let expected: Value = serde_json::from_str(&expected).unwrap();
        assert_eq!(forms::documents(name, &fs::read(&path).unwrap()), expected, "{name}");
    }
}

#[test]
fn every_rule_member_and_bound_has_cases_on_both_sides() {
    let cases = schema_cases();
    let mut count = cases.len();
    // Members: one case has it, another finds something wrong at it.
    for (path, kind) in members::all() {
        let at = members::pointer(&path);
        let is_held = |case: &Value| case["valid"] == true && case["data"].pointer(&at).is_some();
        let is_wrong =
            |case: &Value| items(&case["errors"]).iter().any(|error| error["pointer"] == at.as_str());
        assert!(cases.iter().any(|(_, case)| is_held(case)), "{at} is in no document that is accepted");
        assert!(cases.iter().any(|(_, case)| is_wrong(case)), "nothing is wrong with {at} in any case");
        // Bounds: the text at the bound is accepted, the next one is not.
        let bounds: &[(&str, &str)] = match &kind {
            Kind::Decimal(name) if name == "Points" => &[("9999", "10000"), ("0.0001", "0.00001")],
            Kind::Decimal(name) if name.starts_with("Signed") => &[
                ("999999999999999.999999", "1000000000000000"),
                ("0.000001", "0.0000001"),
                ("-999999999999999.999999", "-1000000000000000"),
                ("-0.000001", "-0"),
            ],
            Kind::Decimal(_) => {
                &[("999999999999999.999999", "1000000000000000"), ("0.000001", "0.0000001"), ("0", "-1")]
            }
            Kind::Name => &[("局", "")],
            _ => &[],
        };
        for (inside, outside) in bounds {
            // Zero is tried once a kind; every member has the smallest amount above it.
            let held = |text: &str, valid: bool| {
                cases.iter().any(|(_, case)| {
                    case["valid"] == valid && case["data"].pointer(&at).is_some_and(|value| value == text)
                })
            };
            assert!(*inside == "0" || held(inside, true), "{at}: {inside} is tried in no case");
            assert!(held(outside, false), "{at}: {outside} is tried in no case");
        }
        if kind == Kind::Year {
            for (year, valid) in
                [(1989, false), (1990, true), (1991, true), (2099, true), (2100, true), (2101, false)]
            {
                let tried =
                    |case: &Value| case["data"].pointer(&at) == Some(&year.into()) && case["valid"] == valid;
                assert!(cases.iter().any(|(_, case)| tried(case)), "{year}");
            }
        }
    }
    // Rules: each finds something in one case and nothing in another.
    let mut sides: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
    for (_, rule) in part("rules") {
        for case in items(&rule["cases"]) {
            count += 1;
            let has_failed = case["outcomes"].get("failed").is_some();
            sides.entry(rule["rule"].as_str().unwrap().to_owned()).or_default().insert(has_failed);
        }
    }
    for (_, form) in part("forms") {
        count += 1;
        for document in items(&form["documents"]) {
            for finding in items(&document["findings"]) {
                sides.entry(finding["rule"].as_str().unwrap().to_owned()).or_default().insert(true);
            }
        }
    }
    for rule in rules::ALL {
        let sides = sides.get(rule.id).map_or(0, BTreeSet::len);
        assert_eq!(sides, 2, "{} has cases on {sides} sides", rule.id);
    }
    for (_, cases) in part("text").into_iter().chain(part("rollup")) {
        count += items(&cases).len();
    }
    println!("{count} cases");
    assert!(count >= 500, "{count}");
}

/// Every file of the suite is one that the generator makes, a form, or the README.
#[test]
fn no_file_of_the_suite_is_left_over() {
    let made: BTreeSet<PathBuf> =
        conformance::files().into_iter().map(|(path, _)| top().join(path)).collect();
    let forms: BTreeSet<PathBuf> = forms::inputs().into_iter().collect();
    for folder in ["schema", "text", "rules", "rollup", "forms"] {
        for entry in fs::read_dir(top().join(FOLDER).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            assert!(made.contains(&path) || forms.contains(&path), "{}", path.display());
        }
    }
}
