//! Checks that rules read the members that they declare: every member whose change alters a rule's result is in its
//! read set, and each pointer of a read set has such a change.
//!
//! A rule's result is its state and the pointers of its findings; names and units that a message quotes do not count.
//! The list of units that lack a figure is left out: arithmetic rules read it only for a relation that fails.

use std::collections::{BTreeMap, BTreeSet};

use huizong_schema::{Draft, Pointer};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{HEADINGS, base, blocks, merge, read_as, rows};
use crate::accepted::Accepted;
use crate::entry::{DocumentDigest, Entry};
use crate::outcome::Judgement;
use crate::roster::Roster;
use crate::rule_input::{Reading, RuleInput, Settings, Traits};
use crate::rules::ALL;
use crate::set::{DepartmentIndex, Set};
use crate::{Check, Contribution, Rule};

/// A document, or several of a set, with the observations and settings.
struct Seed {
    documents: Vec<Value>,
    reading: Reading,
    traits: Traits,
    settings: Settings,
    roster: Option<Roster>,
}

impl Seed {
    fn of(patches: &[Value], reader: &Value) -> Self {
        let (reading, traits, settings) = if reader.is_null() { <_>::default() } else { read_as(reader) };
        let documents = patches.iter().map(|patch| {
            let mut document = base();
            merge(&mut document, patch);
            document
        });
        Self { documents: documents.collect(), reading, traits, settings, roster: None }
    }
}

/// The examples of all pages, and documents that have every member.
fn seeds() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for rule in ALL {
        for (language, block) in HEADINGS[3..5].iter().flat_map(|heading| blocks(rule.page, heading)) {
            let Ok(said) = serde_json::from_str::<Value>(block) else { continue };
            match language {
                "json" => match said.as_array() {
                    Some(patches) => seeds.push(Seed::of(patches, &Value::Null)),
                    None => seeds.push(Seed::of(&[said], &Value::Null)),
                },
                "set" => seeds.push(Seed {
                    roster: Some(Roster::new(&rows(&said["roster"])).unwrap()),
                    ..Seed::of(said["documents"].as_array().unwrap(), &Value::Null)
                }),
                "reading" => seeds.push(Seed::of(&[said["document"].clone()], &said["reader"])),
                _ => {}
            }
        }
    }
    let all = &json!({
        "source": "form", "complete": true, "year": 2023, "title": { "year": 2023, "department": "示范区档案馆" },
        "books": [["key", "年初预算（万元）", "调整后预算（万元）", "实际支出（万元）"], ["示范区档案馆", "100.00", "120.00", "90.00"]],
        "roster": [["名称", "编码"], ["示范区档案馆", "702"], ["示范区教育局", "701"]],
        "previous": {}
    });
    // Books that know a department by its code alone.
    let by_code = &json!({
        "source": "form",
        "books": [["key", "年初预算（万元）", "调整后预算（万元）", "实际支出（万元）"], ["701", "1000000.00", "1200000.00", "900000.00"]]
    });
    for reader in [all, by_code, &Value::Null, &json!({ "source": "form", "base": "initial" })] {
        seeds.push(Seed::of(&[full()], reader));
    }
    let mut unequal = full();
    for (row, changes) in
        [("0", json!({ "result": "4" })), ("1", json!({ "score": "8", "deviation_reason": "因故" }))]
    {
        merge(unequal.pointer_mut(&format!("/scorecard/indicators/{row}")).unwrap(), &changes);
    }
    let rows = unequal["scorecard"]["indicators"].as_array_mut().unwrap();
    rows.push(rows[0].clone());
    let truncated = json!({ "initial_budget": "15.00", "completion_rate": "66.66" });
    merge(&mut unequal["budget"]["by_source"]["other"], &truncated);
    seeds.push(Seed::of(&[unequal], &json!({ "source": "form", "base": "initial" })));
    let unit =
        json!({ "department": { "name": "二科", "code": "702", "level": "unit", "parent": "示范区档案馆" } });
    seeds.push(Seed::of(
        &[full(), unit, json!({ "department": { "name": "三科", "code": "7011", "scope": "consolidated" } })],
        &Value::Null,
    ));
    seeds
}

/// A patch of the base document that adds every other member.
fn full() -> Value {
    let of = |amount: &str| json!({ "initial_budget": amount, "adjusted_budget": amount, "actual_expenditure": amount });
    let mut sources = serde_json::Map::new();
    for source in huizong_schema::figures::FundSource::ALL {
        sources.insert(source.as_str().to_owned(), of("10.00"));
    }
    sources["other"]["completion_rate"] = "100.00".into();
    let indicator = |name: &str| {
        json!({
            "name": name, "target": "5", "result": "5", "measure_unit": "场", "sign": "≥", "weight": "10", "score": "10", "deviation_reason": "无"
        })
    };
    let row = |name: &str| {
        let mut row = indicator(name);
        row["level1"] = "产出指标".into();
        row["level2"] = "数量指标".into();
        row
    };
    json!({
        "department": {
            "scope": "consolidated", "level": "department", "code": "701", "credit_code": "11310101MB2F01234X",
            "parent": "示范区政府", "units": [{ "name": "一科", "code": "7011" }, { "name": "二科" }]
        },
        "budget": {
            "budget_adjustment": "20.00", "completion_rate": "75.00", "adjustment_rate": "20.00", "by_source": sources,
            "by_nature": { "basic": of("50.00"), "project": of("40.00") }
        },
        "goal": { "expected": ["甲"], "achieved": ["甲"], "deviation_reason": ["无"] },
        "tasks": [
            { "name": "任务一", "expected": ["甲"], "achieved": ["甲"], "budget": "5", "funds": "5", "indicators": [indicator("次数"), indicator("人数")] },
            { "name": "任务二", "funds": "4.00", "indicators": [indicator("次数")] }
        ],
        "key_projects": [{ "name": "项目一", "level": "二级项目", "budget_requested": "9.00", "funds_used": "8.00", "outcomes": ["甲"] }],
        "narrative": { "performance": ["甲"], "problems": ["甲"], "improvements": ["甲"], "conclusion": ["甲"] },
        "scorecard": {
            "execution": { "weight": "10", "score": "7.50" }, "indicators": [row("次数"), row("人数")], "total_score": "27.50"
        },
        "submission": { "prepared_by": "甲", "date": "2024-01-01" }
    })
}

/// A pointer with `*` for the items of lists.
fn pattern(pointer: &str) -> String {
    let token = |token: &str| {
        if token.bytes().all(|b| b.is_ascii_digit()) && !token.is_empty() {
            "*".to_owned()
        } else {
            token.to_owned()
        }
    };
    pointer.split('/').map(token).collect::<Vec<_>>().join("/")
}

fn leaves(value: &Value, at: &str, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| leaves(value, &format!("{at}/{name}"), found));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| leaves(value, &format!("{at}/{index}"), found));
        }
        leaf => found.push((at.to_owned(), leaf.clone())),
    }
}

/// The places of a pattern in a document: present ones, and ones that could be added.
fn places(document: &Value, pattern: &str) -> Vec<String> {
    let mut places = vec![String::new()];
    for token in pattern.split('/').skip(1) {
        places = places
            .into_iter()
            .flat_map(|at| match (token, document.pointer(&at)) {
                ("*", Some(Value::Array(items))) => {
                    (0..items.len()).map(|index| format!("{at}/{index}")).collect()
                }
                ("*", _) => Vec::new(),
                // Adding a scorecard would itself change a result: it has no points for execution.
                (_, None) if at.starts_with("/scorecard") => Vec::new(),
                (name, _) => vec![format!("{at}/{name}")],
            })
            .collect();
    }
    places
}

/// The document with another value, or no value, at a place.
fn changed(document: &Value, at: &str, value: Option<&Value>) -> Value {
    let mut document = document.clone();
    match value {
        Some(value) if document.pointer(at).is_some() => *document.pointer_mut(at).unwrap() = value.clone(),
        Some(value) => {
            let mut part = &mut document;
            for token in at.split('/').skip(1) {
                part = match part {
                    Value::Array(items) => &mut items[token.parse::<usize>().unwrap()],
                    part => &mut part[token],
                };
            }
            *part = value.clone();
        }
        None => {
            let (parent, name) = at.rsplit_once('/').unwrap();
            if let Some(Value::Object(members)) = document.pointer_mut(parent) {
                members.remove(name);
            }
        }
    }
    document
}

/// Every rule's result for some documents; [`None`] if one is not a document, or in a set not a finished one.
fn ends(seed: &Seed, documents: &[Value]) -> Option<Vec<String>> {
    let drafts: Vec<Draft<'static>> = documents
        .iter()
        .map(|document| <Draft<'_> as Deserialize>::deserialize(document.clone()).ok())
        .collect::<Option<_>>()?;
    let mut entries = Vec::new();
    if drafts.len() > 1 || seed.roster.is_some() {
        for (index, draft) in drafts.iter().enumerate() {
            let evaluation = draft.clone().finish().ok()?;
            let mut entry =
                Entry::new(format!("{index}.json"), &evaluation, DocumentDigest::members(index as u128));
            entry.contribution = Some(Contribution::of(&evaluation));
            entries.push(entry);
        }
    }
    let departments = DepartmentIndex::new(&entries, seed.roster.as_ref(), &[]);
    let (accept, uncounted) = (Accepted::default(), BTreeMap::new());
    let set = Set { entries: &entries, departments: &departments, accept: &accept, uncounted: &uncounted };
    let of_document = |rule: &Rule, judge: fn(&Rule, &RuleInput<'_>) -> Judgement| {
        let of = |draft: &Draft<'_>| {
            let input =
                RuleInput { draft, reading: &seed.reading, traits: &seed.traits, settings: &seed.settings };
            match judge(rule, &input) {
                Judgement::Failed(hits) => {
                    let hits =
                        hits.iter().map(|hit| format!("{} {} {:?}", hit.pointer, hit.variant, hit.severity));
                    hits.collect::<Vec<_>>().join("\n")
                }
                state => format!("{state:?}"),
            }
        };
        drafts.iter().map(of).collect::<Vec<_>>().join("\n\n")
    };
    let of_set = |judge: fn(&Set<'_, '_>) -> crate::set::SetJudgement| match judge(&set) {
        Ok(hits) => {
            let hits = hits.iter().map(|hit| {
                format!(
                    "{:?} {:?} {} {} {:?}",
                    hit.documents, hit.excluded, hit.pointer, hit.variant, hit.severity
                )
            });
            hits.collect::<Vec<_>>().join("\n")
        }
        Err(skip) => format!("{skip:?}"),
    };
    let end = |rule: &&Rule| match rule.check {
        Check::Document(judge) => of_document(rule, judge),
        Check::Set(judge) | Check::Counted(judge) => of_set(judge),
    };
    Some(ALL.iter().map(end).collect())
}

/// For each rule, the patterns of members whose change altered its result.
fn read_by_rule() -> BTreeMap<&'static str, BTreeSet<String>> {
    let seeds = seeds();
    let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for document in seeds.iter().flat_map(|seed| &seed.documents) {
        let mut found = Vec::new();
        leaves(document, "", &mut found);
        for (at, value) in found.into_iter().filter(|(at, _)| !at.starts_with("/extensions")) {
            let known = values.entry(pattern(&at)).or_default();
            let is_decimal = value.as_str().is_some_and(|text| text.parse::<rust_decimal::Decimal>().is_ok());
            if is_decimal {
                known.extend(
                    ["0", "1.00", "100000.00", "1000000.00"].map(|text| Value::from(text).to_string()),
                );
            } else if value.is_string() {
                known.extend(["其他", ""].map(|text| Value::from(text).to_string()));
            }
            if known.len() < 12 {
                known.insert(value.to_string());
            }
        }
    }
    let mut read: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for seed in &seeds {
        // Examples that the schema refuses are not documents.
        let Some(before) = ends(seed, &seed.documents) else { continue };
        for (index, document) in seed.documents.iter().enumerate() {
            for (pattern, values) in &values {
                for at in places(document, pattern) {
                    let values = values.iter().map(|text| serde_json::from_str(text).unwrap()).map(Some);
                    for value in values.chain([None]) {
                        let mut documents = seed.documents.clone();
                        documents[index] = changed(document, &at, value.as_ref());
                        let Some(after) = ends(seed, &documents) else { continue };
                        for (rule, _) in
                            ALL.iter().zip(before.iter().zip(after)).filter(|(_, (a, b))| *a != b)
                        {
                            read.entry(rule.id).or_default().insert(pattern.clone());
                        }
                    }
                }
            }
        }
    }
    read
}

/// Whether a pointer of a read set covers a pattern.
fn covers(declared: &str, pattern: &str) -> bool {
    let (declared, pattern): (Vec<&str>, Vec<&str>) =
        (declared.split('/').collect(), pattern.split('/').collect());
    declared.len() == pattern.len() && declared.iter().zip(&pattern).all(|(a, b)| *a == "*" || a == b)
}

#[test]
fn rules_read_what_they_declare_and_nothing_else() {
    let read = read_by_rule();
    let none = BTreeSet::new();
    let mut wrong = Vec::new();
    for rule in ALL {
        let seen = read.get(rule.id).unwrap_or(&none);
        let declared = if rule.judges_reading { Vec::new() } else { rule.read_set() };
        for pattern in seen.iter().filter(|pattern| !declared.iter().any(|of| covers(of, pattern))) {
            wrong.push(format!("{} reads {pattern} and does not declare it", rule.id));
        }
        for of in declared.iter().filter(|of| !seen.iter().any(|pattern| covers(of, pattern))) {
            wrong.push(format!("{} declares {of} and no change of it matters", rule.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rules that judge a reader's observations find them at the members that they declare.
#[test]
fn what_a_reader_saw_is_found_where_it_is_declared() {
    for rule in ALL.iter().filter(|rule| rule.judges_reading) {
        for (language, block) in blocks(rule.page, HEADINGS[3]) {
            for finding in super::findings_of(language, block) {
                let is_within = |of: &&str| {
                    let pattern = pattern(finding.pointer.as_str());
                    of.is_empty() || Pointer::parse(of).contains(&Pointer::parse(&pattern))
                };
                assert!(rule.reads.iter().any(is_within), "{}: {}", rule.id, finding.pointer);
            }
        }
    }
}
