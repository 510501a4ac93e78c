//! Checks that the pages, messages and examples of every rule agree.

mod read_sets;

use std::collections::BTreeSet;

use huizong_schema::findings::Finding;
use huizong_schema::parse;
use serde_json::{Value, json};

use super::ALL;
use crate::accepted::Accepted;
use crate::bureau_accounts::BureauAccounts;
use crate::consolidate::{ConsolidationOptions, consolidate};
use crate::counting::{CountingOptions, count_together};
use crate::entry::{DocumentDigest, Entry};
use crate::message::Template;
use crate::roster::Roster;
use crate::rule_input::{CompletionBase, InputKind, OtherForm, Reading, RuleInput, Settings, Title, Traits};
use crate::set::DepartmentIndex;
use crate::snapshot::Snapshot;
use crate::{Contribution, Rule, Tally, check, message};

const HEADINGS: [&str; 7] = [
    "## 检查什么 · What it checks",
    "## 为什么重要 · Why it matters",
    "## 依据 · Basis",
    "## 不合格的例子 · A form that fails",
    "## 合格的例子 · A form that passes",
    "## 怎样改正 · How to fix",
    "## 已知局限 · Known limits",
];

/// The document that the pages' examples change (RFC 7396 merge patches).
fn base() -> Value {
    json!({
        "schema_version": "1.0",
        "department": { "name": "示范区档案馆", "scope": "single" },
        "fiscal_year": 2023,
        "unit": "CNY_10K",
        "budget": { "initial_budget": "100.00", "adjusted_budget": "120.00", "actual_expenditure": "90.00" }
    })
}

fn merge(target: &mut Value, patch: &Value) {
    match patch {
        Value::Object(members) => {
            if !target.is_object() {
                *target = json!({});
            }
            let object = target.as_object_mut().unwrap();
            for (name, value) in members {
                if value.is_null() {
                    object.remove(name);
                } else {
                    merge(object.entry(name.clone()).or_insert(Value::Null), value);
                }
            }
        }
        value => *target = value.clone(),
    }
}

/// The code blocks under a heading, with their language.
fn blocks<'p>(page: &'p str, heading: &str) -> Vec<(&'p str, &'p str)> {
    let section = page.split_once(heading).map_or("", |(_, rest)| rest);
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut parts = section.split("```");
    parts.next();
    let mut blocks = Vec::new();
    while let (Some(block), Some(_)) = (parts.next(), parts.next()) {
        blocks.push(block.split_once('\n').unwrap_or_default());
    }
    blocks
}

/// Runs the rules on an example.
///
/// A `json` block is a patch of the base document, or a list of patches for a set; `set` also has a roster; `text` is a
/// document as received; `reading` is a reader's observations (see [`reading`]).
fn findings_of(language: &str, block: &str) -> Vec<Finding> {
    let mut tally = Tally::new(ALL.len());
    let mut notices = Vec::new();
    let mut of = |draft: &huizong_schema::Draft<'_>,
                  reading: &Reading,
                  traits: &Traits,
                  settings: &Settings,
                  id: &str| {
        let input = RuleInput { draft, reading, traits, settings };
        let findings = check(ALL, id, &input, &mut tally, &mut notices);
        assert!(notices.is_empty(), "{notices:?}");
        findings
    };
    match language {
        "text" => {
            let explained = huizong_schema::explain(block.trim_end());
            let reading =
                Reading { problems: explained.problems, refused: explained.refused, ..Reading::default() };
            of(&explained.draft, &reading, &Traits::default(), &Settings::default(), "a")
        }
        "json" | "reading" | "set" => {
            let mut patch: Value = serde_json::from_str(block).expect("an example is JSON");
            let roster = (language == "set").then(|| Roster::new(&rows(&patch["roster"])).unwrap());
            if language == "set" {
                patch = patch["documents"].take();
            }
            if let Value::Array(patches) = patch {
                let mut entries = Vec::new();
                let mut findings = Vec::new();
                for (index, patch) in patches.iter().enumerate() {
                    let mut document = base();
                    merge(&mut document, patch);
                    let text = document.to_string();
                    let evaluation = parse(&text).expect("a set's example is sound by itself");
                    let id = format!("{}.json", index + 1);
                    findings.extend(of(
                        &evaluation,
                        &Reading::default(),
                        &Traits::default(),
                        &Settings::default(),
                        &id,
                    ));
                    let mut entry = Entry::new(id, &evaluation, DocumentDigest::members(index as u128));
                    entry.contribution = Some(Contribution::of(&evaluation));
                    entries.push(entry);
                }
                findings.extend(
                    count_together(
                        ALL,
                        &mut entries,
                        CountingOptions {
                            settled: &BTreeSet::new(),
                            accept: &Accepted::default(),
                            exclude_errors: false,
                            roster: roster.as_ref(),
                            members: None,
                            notices: &[],
                            is_whole_set: true,
                        },
                        &mut tally,
                    )
                    .0,
                );
                return findings;
            }
            let (mut reading, mut traits, mut settings) =
                (Reading::default(), Traits::default(), Settings::default());
            let mut document = base();
            if language == "reading" {
                (reading, traits, settings) = read_as(&patch["reader"]);
                merge(&mut document, &patch["document"]);
                let draft = <huizong_schema::Draft<'_> as serde::Deserialize>::deserialize(document)
                    .expect("a reader's document is a draft");
                return of(&draft, &reading, &traits, &settings, "a");
            }
            merge(&mut document, &patch);
            let text = document.to_string();
            let explained = huizong_schema::explain(&text);
            (reading.problems, reading.refused) = (explained.problems, explained.refused);
            of(&explained.draft, &reading, &traits, &settings, "a")
        }
        other => panic!("an example in {other:?}"),
    }
}

/// `{"source", "title": {"year", "department"}, "unreadable": {pointer: text}, "placeholders": {pointer: text},
/// "misplaced": {pointer: text}, "lone": {pointer: text}, "unclaimed": [text], "stale": [{…}], "unit_unclear", "undecodable", "complete", "base", "year",
/// "books": [[cell]], "previous": patch}`: what a reader saw and what was asked for.
fn read_as(said: &Value) -> (Reading, Traits, Settings) {
    let texts = |value: &Value| -> Vec<(huizong_schema::Pointer, String)> {
        let texts = value.as_object().into_iter().flatten();
        texts.map(|(p, t)| (p.as_str().into(), t.as_str().unwrap().to_owned())).collect()
    };
    let reading = Reading {
        source: match said["source"].as_str() {
            None | Some("form") => InputKind::Form,
            Some("nothing") => InputKind::Empty,
            Some("project") => InputKind::OtherForm(OtherForm::Project),
            Some("summary") => InputKind::OtherForm(OtherForm::Summary),
            Some("blank") => InputKind::BlankForm,
            Some(_) => InputKind::NoForm,
        },
        unreadable: texts(&said["unreadable"]).into_iter().collect(),
        placeholders: texts(&said["placeholders"]),
        misplaced: texts(&said["misplaced"]),
        lone: texts(&said["lone"]),
        unclaimed: said["unclaimed"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|text| (text.as_str().unwrap().to_owned(), None))
            .collect(),
        stale: said["stale"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|stale| crate::StaleFormula {
                pointer: stale["pointer"].as_str().unwrap().into(),
                place: None,
                formula: stale["formula"].as_str().unwrap().to_owned(),
                stored: stale["stored"].as_str().unwrap().parse().unwrap(),
                computed: stale["computed"].as_str().unwrap().parse().unwrap(),
            })
            .collect(),
        unit_unclear: said["unit_unclear"].as_bool().unwrap_or(false),
        undecodable: said["undecodable"].as_u64().unwrap_or(0),
        title: said["title"].as_object().map(|title| Title {
            year: title.get("year").and_then(|y| u16::try_from(y.as_u64()?).ok()),
            department: title.get("department").and_then(|d| d.as_str().map(str::to_owned)),
            ..Title::default()
        }),
        ..Reading::default()
    };
    let traits = Traits {
        sources_are_complete: said["complete"].as_bool().unwrap_or(false),
        completion_base: if said["base"] == "initial" {
            CompletionBase::Initial
        } else {
            CompletionBase::Adjusted
        },
    };
    let settings = Settings {
        year: said["year"].as_u64().and_then(|y| u16::try_from(y).ok()),
        roster: said["roster"].is_array().then(|| Roster::new(&rows(&said["roster"])).unwrap().into()),
        books: said["books"].is_array().then(|| BureauAccounts::new(&rows(&said["books"])).unwrap().into()),
        previous: said["previous"].is_object().then(|| last_year(&said["previous"]).into()),
    };
    (reading, traits, settings)
}

/// A list's rows.
fn rows(said: &Value) -> Vec<Vec<String>> {
    let texts =
        |row: &Value| row.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect();
    said.as_array().unwrap().iter().map(texts).collect()
}

/// The consolidation of the base document, patched and of the year before.
fn last_year(patch: &Value) -> Snapshot {
    let mut document = base();
    merge(&mut document, patch);
    let text = document.to_string();
    let evaluation = parse(&text).expect("last year's document is sound");
    let mut entry = Entry::new("last.json".to_owned(), &evaluation, DocumentDigest::members(0));
    entry.contribution = Some(Contribution::of(&evaluation));
    let entries = [entry];
    let (consolidation, _) =
        consolidate(&DepartmentIndex::new(&entries, None, &[]), &[], ConsolidationOptions::default());
    Snapshot::read(&serde_json::to_vec(&consolidation).unwrap()).unwrap()
}

fn is_chinese(text: &str) -> bool {
    text.chars().next().is_some_and(|c| !c.is_ascii())
}

#[test]
fn the_registry_is_sorted_and_names_each_rule_once() {
    assert!(ALL.windows(2).all(|pair| pair[0].id < pair[1].id));
    for rule in ALL {
        assert_eq!(rule.read_set().is_empty(), rule.judges_unreadable, "{}", rule.id);
    }
}

#[test]
fn messages_name_the_same_arguments_in_both_languages() {
    for rule in ALL {
        let variants: BTreeSet<&str> = rule.messages.iter().map(|template| template.variant).collect();
        assert_eq!(variants.len(), rule.messages.len(), "{}: a variant twice", rule.id);
        for Template { variant, zh, en } in rule.messages {
            let (mut zh, mut en) = (message::names(zh), message::names(en));
            // The Chinese text may name a keyword that the English sentence implies, not the other way round.
            zh.retain(|name| *name != "keyword");
            en.retain(|name| *name != "keyword");
            assert_eq!(zh, en, "{} {variant}", rule.id);
        }
    }
}

#[test]
fn every_page_has_its_title_and_every_section_in_both_languages() {
    for rule in ALL {
        let page = rule.page;
        let mut lines = page.lines();
        assert_eq!(lines.next(), Some(format!("# {}", rule.id).as_str()), "{}", rule.id);
        let title = lines.nth(1).unwrap_or_default();
        let (zh, en) = title.split_once(" · ").unwrap_or_default();
        assert!(is_chinese(zh) && en.is_ascii() && !en.is_empty(), "{}: title {title:?}", rule.id);
        let mut from = 0;
        for heading in HEADINGS {
            let at = page.find(heading).unwrap_or_else(|| panic!("{}: no {heading:?}", rule.id));
            assert!(at > from, "{}: {heading:?} out of order", rule.id);
            from = at;
            let section = page[at + heading.len()..].split("\n## ").next().unwrap_or_default();
            if !heading.contains("例子") {
                let paragraphs: Vec<&str> =
                    section.split("\n\n").map(str::trim).filter(|p| !p.is_empty()).collect();
                assert!(paragraphs.iter().any(|p| is_chinese(p)), "{}: {heading:?} in Chinese", rule.id);
                assert!(paragraphs.iter().any(|p| !is_chinese(p)), "{}: {heading:?} in English", rule.id);
            }
        }
        assert_eq!(page.matches("\n## ").count(), HEADINGS.len(), "{}: further headings", rule.id);
    }
}

#[test]
fn the_failing_examples_yield_exactly_their_rule_and_the_passing_ones_nothing() {
    for rule in ALL {
        let failing = blocks(rule.page, HEADINGS[3]);
        let passing = blocks(rule.page, HEADINGS[4]);
        assert!(!failing.is_empty() && !passing.is_empty(), "{}: examples", rule.id);
        for (language, block) in failing {
            let found: BTreeSet<String> =
                findings_of(language, block).iter().map(|f| f.rule.to_string()).collect();
            assert_eq!(found, BTreeSet::from([rule.id.to_owned()]), "{}: {block}", rule.id);
        }
        for (language, block) in passing {
            let found: Vec<String> =
                findings_of(language, block).iter().map(|f| f.rule.to_string()).collect();
            assert!(found.is_empty(), "{}: {found:?} in {block}", rule.id);
        }
    }
}

#[test]
fn every_message_of_an_example_is_one_of_its_rule_with_its_arguments() {
    for rule in ALL {
        for (language, block) in blocks(rule.page, HEADINGS[3]) {
            for finding in findings_of(language, block) {
                let is_message = |template: &&Template| {
                    template.fill(&finding.args) == finding.message
                        && message::names(template.zh).iter().all(|name| finding.args.contains_key(name))
                };
                assert!(rule.messages.iter().any(|t| is_message(&t)), "{}: {:?}", rule.id, finding.args);
            }
        }
    }
}

#[test]
fn findings_of_the_examples() {
    let mut lines = Vec::new();
    for rule in ALL {
        for (language, block) in blocks(rule.page, HEADINGS[3]) {
            for finding in findings_of(language, block) {
                let severity = finding.severity.as_str();
                let args = serde_json::to_string(&finding.args).unwrap();
                lines.push(format!("{} {severity} {} {args}", finding.rule, finding.pointer));
            }
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn what_relations_read_are_members_of_the_schema() {
    fn resolves(schema: &Value, root: &Value, tokens: &[&str]) -> bool {
        if let Some(reference) = schema["$ref"].as_str() {
            return resolves(root.pointer(&reference[1..]).unwrap(), root, tokens);
        }
        match tokens {
            [] => true,
            ["*", rest @ ..] if schema["type"] == "array" => resolves(&schema["items"], root, rest),
            ["*", rest @ ..] => {
                let members = schema["properties"].as_object();
                members.is_some_and(|members| members.values().any(|member| resolves(member, root, rest)))
            }
            [name, rest @ ..] => {
                schema["properties"].get(*name).is_some_and(|member| resolves(member, root, rest))
            }
        }
    }
    let schema = huizong_schema::publish::EVALUATION.schema();
    for rule in ALL {
        for pointer in rule.read_set() {
            let tokens: Vec<&str> = pointer.split('/').filter(|token| !token.is_empty()).collect();
            assert!(resolves(schema, schema, &tokens), "{}: {pointer}", rule.id);
        }
    }
    for member in huizong_schema::figures::ALL {
        let tokens: Vec<&str> = member.pointer.split('/').skip(1).collect();
        assert!(resolves(schema, schema, &tokens), "{}", member.pointer);
    }
}

#[test]
fn a_rule_that_panics_is_crashed_and_the_others_go_on() {
    static PANICS: Rule =
        Rule { id: "panics", check: crate::Check::Document(|_, _| panic!("on purpose")), ..Rule::RELATIONS };
    let rules: Vec<&'static Rule> = [&PANICS].into_iter().chain(ALL.iter().copied()).collect();
    let text = base().to_string().replace("\"90.00\"", "\"130.00\"");
    let document = parse(&text).unwrap();
    let (reading, traits, settings) = (Reading::default(), Traits::default(), Settings::default());
    let input = RuleInput { draft: &document, reading: &reading, traits: &traits, settings: &settings };
    let (mut tally, mut notices) = (Tally::new(rules.len()), Vec::new());
    let findings = check(&rules, "a.json", &input, &mut tally, &mut notices);
    assert_eq!(findings.len(), 1);
    assert_eq!(notices.len(), 1);
    assert!(notices[0].incomplete);
    let counts = tally.counts(&rules);
    assert_eq!((counts[0].crashed, counts[0].passed), (1, 0));
}
