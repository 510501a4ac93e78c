//! Which documents count: each state, reached the way that documents reach it.

use std::collections::BTreeSet;

use super::*;
use crate::DocumentDigest;
use crate::rules::ALL;
use huizong_schema::findings::{Message, Severity};
use huizong_schema::parse;

const FORM: &str = r#"{"schema_version": "1.0", "department": {"name": "甲局"}, "fiscal_year": 2023, "unit": "CNY_10K",
    "budget": {"initial_budget": "100.00", "adjusted_budget": "90.00", "actual_expenditure": "80.00"}}"#;

fn finding(rule: &'static str) -> Finding {
    Finding {
        rule: rule.into(),
        severity: Severity::Error,
        document: Some("a".into()),
        documents: Vec::new(),
        department: None,
        pointer: Pointer::root(),
        location: None,
        related: Vec::new(),
        args: Args::new(),
        message: Message::default(),
        fingerprint: String::new(),
    }
}

/// An entry for a text, counted alone with findings of some rules.
fn alone(name: &str, text: &str, digest: u128, is_finished: bool, rules: &[&'static str]) -> Entry {
    let evaluation = parse(text).unwrap();
    let findings: Vec<Finding> = rules.iter().copied().map(finding).collect();
    let mut entry = Entry::new(name, &evaluation, DocumentDigest::members(digest));
    entry.add_findings(findings.iter().map(|finding| finding.severity));
    count_alone(ALL, &mut entry, is_finished.then_some(&evaluation), &findings);
    entry
}

fn together(entries: &mut [Entry], accept: &[&str], exclude_errors: bool) -> (Vec<String>, Vec<String>) {
    let accept = Accepted::new(accept);
    let options = CountingOptions {
        settled: &BTreeSet::new(),
        accept: &accept,
        exclude_errors,
        roster: None,
        members: None,
        notices: &[],
        is_whole_set: true,
    };
    let (findings, notices) = count_together(ALL, entries, options, &mut Tally::new(ALL.len()));
    let rules = findings.iter().map(|finding| finding.rule.to_string()).collect();
    (rules, notices.into_iter().map(|notice| notice.notice.into_owned()).collect())
}

#[test]
fn a_document_counts_if_it_is_finished_and_nothing_excludes_it() {
    for (is_finished, rules, state, reason) in [
        (true, &[][..], State::Counted, None),
        (true, &["expenditure-exceeds-budget"], State::CountedWithErrors, None),
        // A cell that was not read excludes no document that is finished without it.
        (true, &["figure-unreadable"], State::CountedWithErrors, None),
        (true, &["fiscal-year-unexpected"], State::AnotherYear, Some("fiscal-year-unexpected")),
        (false, &[], State::NotFinished, Some("figure-unreadable")),
        (false, &["expenditure-exceeds-budget"], State::NotFinished, Some("figure-unreadable")),
        (false, &["figure-missing"], State::NotFinished, Some("figure-missing")),
        // Of several reasons the first in order.
        (false, &["figure-missing", "another-form"], State::AnotherForm, Some("another-form")),
        (false, &["blank-form"], State::Blank, Some("blank-form")),
        (false, &["text-not-decodable", "schema-violation"], State::NotReadable, Some("text-not-decodable")),
    ] {
        let entry = alone("a", FORM, 1, is_finished, rules);
        assert_eq!(entry.state(), state, "{is_finished} {rules:?}");
        assert_eq!(entry.uncounted.as_ref().map(|why| &*why.reason), reason, "{is_finished} {rules:?}");
        assert_eq!(entry.contribution.is_some(), is_finished);
        let counts = matches!(state, State::Counted | State::CountedWithErrors);
        assert_eq!(entry.counts(), counts, "{state:?}");
    }
}

#[test]
fn documents_that_differ_in_their_bytes_alone_are_copies() {
    let entry = |name: &str, digest| {
        let mut entry = alone(name, FORM, 0, true, &[]);
        entry.digest = digest;
        entry
    };
    let of = |digests: [DocumentDigest; 3], members: Option<&DigestsOf<'_>>| {
        let mut entries = [entry("a", digests[0]), entry("b", digests[1]), entry("c", digests[2])];
        let accept = Accepted::default();
        let options = CountingOptions {
            settled: &BTreeSet::new(),
            accept: &accept,
            exclude_errors: false,
            roster: None,
            members,
            notices: &[],
            is_whole_set: true,
        };
        count_together(ALL, &mut entries, options, &mut Tally::new(ALL.len()));
        entries.iter().map(Entry::state).collect::<Vec<_>>()
    };
    let (bytes, members) = (DocumentDigest::bytes, DocumentDigest::members);
    let one_counts = [State::Counted, State::Duplicate, State::Duplicate];
    // Without the documents, their bytes decide, and a file of another kind is another document.
    assert_eq!(of([bytes(1), bytes(2), bytes(1)], None), [State::Duplicate; 3]);
    assert_eq!(of([bytes(1), members(7), bytes(1)], None), [State::Duplicate; 3]);
    let read = |asked: &BTreeSet<&str>| {
        assert!(!asked.is_empty());
        asked.iter().map(|document| ((*document).to_owned(), 7)).collect()
    };
    assert_eq!(of([bytes(1), bytes(2), bytes(1)], Some(&read)), one_counts);
    assert_eq!(of([bytes(1), members(7), bytes(1)], Some(&read)), one_counts);
    // Nothing is read where the bytes say enough, or for a document whose members are known.
    let never = |_: &BTreeSet<&str>| panic!("nothing needs to be read");
    assert_eq!(of([bytes(1), bytes(1), bytes(1)], Some(&never)), one_counts);
    assert_eq!(of([members(1), members(2), members(1)], Some(&never)), [State::Duplicate; 3]);
    // What cannot be read any more is told by its bytes.
    let gone = |_: &BTreeSet<&str>| BTreeMap::new();
    assert_eq!(of([bytes(1), bytes(2), bytes(1)], Some(&gone)), [State::Duplicate; 3]);
}

#[test]
fn copies_count_once_and_different_documents_of_a_department_not_at_all() {
    let entry = |name: &str, digest| alone(name, FORM, digest, true, &[]);
    let states = |entries: &[Entry]| entries.iter().map(Entry::state).collect::<Vec<_>>();

    let mut copies = [entry("a", 1), entry("b", 1), entry("c", 1)];
    let (findings, notices) = together(&mut copies, &[], false);
    assert_eq!(states(&copies), [State::Counted, State::Duplicate, State::Duplicate]);
    assert_eq!((findings.len(), notices), (0, vec!["identical-copy".to_owned(); 2]));

    // The copy that was accepted by name counts instead of the first.
    let mut copies = [entry("a", 1), entry("b", 1)];
    together(&mut copies, &["b"], false);
    assert_eq!(states(&copies), [State::Duplicate, State::Counted]);

    let mut different = [entry("a", 1), entry("b", 2)];
    let (findings, _) = together(&mut different, &[], false);
    assert_eq!(states(&different), [State::Duplicate; 2]);
    assert_eq!(findings, ["duplicate-department"]);
    let mut different = [entry("a", 1), entry("b", 2)];
    together(&mut different, &["b"], false);
    assert_eq!(states(&different), [State::Duplicate, State::Counted]);
}

#[test]
fn a_finding_about_the_set_has_a_fingerprint_of_its_departments() {
    let of = |name: &str| {
        let text = FORM.replace("甲局", name);
        let mut entries = [alone("a", &text, 1, true, &[]), alone("b", &text, 2, true, &[])];
        let accept = Accepted::default();
        let options = CountingOptions {
            settled: &BTreeSet::new(),
            accept: &accept,
            exclude_errors: false,
            roster: None,
            members: None,
            notices: &[],
            is_whole_set: true,
        };
        let (findings, _) = count_together(ALL, &mut entries, options, &mut Tally::new(ALL.len()));
        findings.into_iter().map(|finding| finding.fingerprint).collect::<Vec<_>>()
    };
    let (one, other) = (of("甲局"), of("乙局"));
    assert!(one.len() == 1 && one[0].len() == 32 && one[0].bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(one, of("甲局"));
    assert_ne!(one, other);
}

#[test]
fn errors_exclude_a_document_only_on_request() {
    let entries = || [alone("a", FORM, 1, true, &["expenditure-exceeds-budget"])];
    let mut kept = entries();
    together(&mut kept, &[], false);
    assert_eq!(kept[0].state(), State::CountedWithErrors);
    let mut left_out = entries();
    together(&mut left_out, &[], true);
    assert_eq!(left_out[0].state(), State::LeftOutForErrors);
    let mut sound = [alone("a", FORM, 1, true, &[])];
    together(&mut sound, &[], true);
    assert_eq!(sound[0].state(), State::Counted);
}

#[test]
fn duplicates_are_told_before_documents_with_errors_are_left_out() {
    let mut entries =
        [alone("a", FORM, 1, true, &["expenditure-exceeds-budget"]), alone("b", FORM, 2, true, &[])];
    let (rules, _) = together(&mut entries, &[], true);
    assert_eq!(rules, ["duplicate-department"]);
    assert_eq!(entries.map(|entry| entry.state()), [State::Duplicate; 2]);
}

#[test]
fn rules_about_the_whole_set_are_asked_only_of_a_whole_set() {
    let mut entries = [alone("a", FORM, 1, true, &[]), alone("b", FORM, 2, true, &[])];
    let accept = Accepted::default();
    let options = CountingOptions {
        settled: &BTreeSet::new(),
        accept: &accept,
        exclude_errors: false,
        roster: None,
        members: None,
        notices: &[],
        is_whole_set: false,
    };
    let mut tally = Tally::new(ALL.len());
    let (findings, _) = count_together(ALL, &mut entries, options, &mut tally);
    let rules: Vec<&str> = findings.iter().map(|finding| &*finding.rule).collect();
    assert_eq!(rules, ["duplicate-department"]);
    let counts = tally.counts(ALL);
    let skipped = |id: &str| {
        let of = counts.iter().find(|counts| counts.rule == id).unwrap();
        of.skipped.contains_key("not-asked")
    };
    assert!(skipped("mixed-fiscal-years") && !skipped("duplicate-department"));
}
