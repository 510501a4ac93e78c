//! `complexity CASE SIZE`: does one thing of a size, for counting instructions. `complexity list` lists the cases.
//!
//! `tests/complexity/complexity.py` runs it under callgrind, which counts only what happens in [`measured`].

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for maintainers")]
#![allow(clippy::unwrap_used, reason = "a case that cannot be made is a fault of this program")]

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;

use huizong_core::difference::{Made, difference};
use huizong_core::roster::Roster;
use huizong_core::{Check, CompletionBase, RuleInput, Settings, Snapshot, Tally, Traits, check, rules};
use huizong_engine::{Opened, Options, Round, read};
use huizong_forms::{Format, best_profile};
use huizong_run::partial::{self, Partial};
use huizong_run::pipeline::Collected;
use huizong_schema::partial::PartialHead;
use huizong_schema::receipt::{InputUsed, RunSpec, Tool};
use huizong_schema::{Draft, parse};
use serde_json::{Value, json};

/// Runs the work that is counted. Its name stays, as callgrind looks for it.
#[inline(never)]
fn measured(work: &mut dyn FnMut()) {
    black_box(work)();
}

/// How the items of a document are named.
#[derive(Clone, Copy)]
enum Kind {
    /// Each has a name of its own, and nothing is wrong.
    Sound,
    /// All have one name, and whatever rules look for is wrong.
    Faulty,
}

/// A document with so many tasks, indicators, key projects and units.
fn document(department: usize, size: usize, kind: Kind) -> Value {
    let is_sound = matches!(kind, Kind::Sound);
    let named = |of: &str, at: usize| if is_sound { format!("{of}第{at}项") } else { of.to_owned() };
    let result = |at: usize| if is_sound { json!(format!("{at}")) } else { json!("3") };
    let indicator = |at: usize| {
        json!({
            "name": named("培训场次", at), "target": format!("≥{}", if is_sound { at } else { 5 }), "result": result(at),
            "weight": "10", "score": if is_sound { "10" } else { "12" },
        })
    };
    let task = |at: usize| {
        json!({
            "name": named("科普活动", at), "expected": ["办好活动，服务群众。"], "achieved": ["活动都已办好。"],
            "budget": "10.00", "funds": if is_sound { "1.00" } else { "900000000.00" },
            "indicators": [indicator(2 * at), indicator(2 * at + 1)],
        })
    };
    let project = |at: usize| {
        json!({
            "name": named("科普经费", at), "level": "二级项目", "budget_requested": "1.00",
            "funds_used": if is_sound { "1.00" } else { "900000000.00" }, "outcomes": ["服务了三千人次。"],
        })
    };
    let scored = |at: usize| {
        let mut scored = indicator(at);
        scored["level1"] = "产出指标".into();
        scored["level2"] = named("数量指标", at / 4).into();
        scored
    };
    json!({
        "schema_version": "1.0", "fiscal_year": 2023, "unit": "CNY_10K",
        "department": {
            "name": format!("示范区第{department}局"), "scope": "consolidated",
            "units": (0..size).map(|at| json!({ "name": format!("第{at}中心") })).collect::<Vec<_>>(),
        },
        "budget": {
            "initial_budget": "100000.00", "adjusted_budget": "90000.00", "actual_expenditure": "80000.00",
            "budget_adjustment": "10000.00", "completion_rate": if is_sound { "88.89" } else { "17.00" },
            "adjustment_rate": if is_sound { "10.00" } else { "90.00" },
            "by_source": { "general_public_budget": { "actual_expenditure": if is_sound { "80000.00" } else { "90000.00" } } },
        },
        "goal": { "expected": ["办好活动。"], "achieved": ["都已办好。"] },
        "tasks": (0..size).map(task).collect::<Vec<_>>(),
        "key_projects": (0..size).map(project).collect::<Vec<_>>(),
        "narrative": { "performance": (0..size).map(|at| format!("第{at}段，工作都已完成。")).collect::<Vec<_>>() },
        "scorecard": { "indicators": (0..size).map(scored).collect::<Vec<_>>() },
    })
}

/// The text of a document that names a member twice and has a wrong value in each task.
fn broken(size: usize) -> String {
    let mut document = document(1, size, Kind::Sound);
    for task in document["tasks"].as_array_mut().unwrap() {
        task["funds"] = json!(1);
    }
    document.to_string().replacen("\"unit\":", "\"unit\":\"CNY\",\"unit\":", 1)
}

/// Documents of so many departments, a line each; `department` gives the number of each one's department.
fn lines(size: usize, department: impl Fn(usize) -> usize) -> String {
    let one = |at: usize| {
        let mut one = document(department(at), 1, Kind::Sound);
        one["budget"]["actual_expenditure"] = format!("{}.00", 70_000 + at).into();
        one["budget"].as_object_mut().unwrap().remove("completion_rate");
        one.to_string() + "\n"
    };
    (0..size).map(one).collect()
}

fn roster(size: usize) -> Roster {
    let mut rows = vec![vec!["名称".to_owned(), "类别".to_owned()]];
    rows.extend((0..size).map(|at| vec![format!("示范区第{at}局"), format!("第{}类", at % 5)]));
    Roster::new(&rows).unwrap()
}

/// The rows of a list: names of departments, a column of amounts, and one of words.
fn list_rows(size: usize) -> Vec<[String; 3]> {
    let row = |at: usize| [format!("示范区第{at}局"), format!("{at}.00"), format!("第{}类", at % 5)];
    let headings = ["名称".to_owned(), "实际支出（元）".to_owned(), "类别".to_owned()];
    std::iter::once(headings).chain((0..size).map(row)).collect()
}

fn list_as_text(size: usize) -> Vec<u8> {
    list_rows(size).iter().map(|row| row.join(",") + "\n").collect::<String>().into_bytes()
}

fn list_as_page(size: usize) -> Vec<u8> {
    let row = |row: &[String; 3]| format!("<tr><td>{}</td></tr>", row.join("</td><td>"));
    format!("<table>{}</table>", list_rows(size).iter().map(row).collect::<String>()).into_bytes()
}

fn list_as_workbook(size: usize) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (at, row) in list_rows(size).iter().enumerate() {
        sheet.write_row(u32::try_from(at).unwrap(), 0, row.iter().map(String::as_str)).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

/// Measures reading a roster.
fn reading_roster(name: &str, bytes: &[u8]) {
    measured(&mut || {
        assert!(huizong_engine::roster(name, bytes).unwrap().list.rows().len() > 1);
    });
}

/// The bytes of a partial of so many documents.
fn partial_of(size: usize) -> Vec<u8> {
    let text = lines(size, |at| at);
    let (mut tally, mut collected) = (Tally::new(rules::ALL.len()), Collected::new(&[]));
    Opened::lines("a.ndjson", text.as_bytes(), 1, 1)
        .check(&Options::default(), &mut tally, |document| collected.rows.push(document));
    let input = InputUsed {
        id: "a.ndjson".to_owned(),
        given: 0,
        path: String::new(),
        bytes: text.len() as u64,
        blake3: None,
    };
    let head = PartialHead {
        schema_version: huizong_schema::partial::VERSION.into(),
        tool: Tool::default(),
        rules: String::new(),
        plugins: Vec::new(),
        run: RunSpec { paths: vec!["a.ndjson".into()], ..RunSpec::default() },
        settings: json!({}),
        files: Vec::new(),
        plugin_isolation: None,
        has_contents: false,
    };
    Partial::keep("a", head, &collected, &[input], 0, &[]).unwrap().to_bytes(1).unwrap()
}

/// Measures reading and checking a file.
fn reading(name: &str, bytes: &[u8]) {
    let options = Options::default();
    let mut found = 0;
    measured(&mut || {
        let file = read(name, bytes, &options);
        found = file.documents().len();
    });
    assert!(found > 0, "{name} has no documents");
}

/// Measures settling a round and adding it up.
fn settling(options: &Options, text: &str) {
    let file = read("a.ndjson", text.as_bytes(), options);
    let mut round = Round::new(options);
    round.add(file);
    let mut round = Some(round);
    measured(&mut || {
        let settled = round.take().unwrap().settle();
        black_box(settled.consolidation().departments.len());
    });
}

/// Measures one rule on a document.
fn judging(id: &str, size: usize, kind: Kind) {
    let rule = rules::find(id).unwrap();
    let text = document(1, size, kind).to_string();
    let draft: Draft<'_> = parse(&text).unwrap().into();
    let reading = huizong_core::Reading::default();
    let traits = Traits { completion_base: CompletionBase::Adjusted, sources_are_complete: true };
    let settings = Settings { year: Some(2022), roster: Some(roster(4).into()), ..Settings::default() };
    let input = RuleInput { draft: &draft, reading: &reading, traits: &traits, settings: &settings };
    let (mut tally, mut notices) = (Tally::new(1), Vec::new());
    measured(&mut || {
        black_box(check(&[rule], "a.json", &input, &mut tally, &mut notices));
    });
}

/// The cases, each with the larger of the two sizes that are compared.
fn cases() -> Vec<(String, usize)> {
    let reading = ["json", "broken-json", "ndjson", "xlsx", "docx", "html", "text", "no-form"];
    let settling = ["departments", "one-department", "with-roster", "units"];
    let named = |of: &str, case: &str, size| (format!("{of}-{case}"), size);
    let mut cases: Vec<_> = reading.map(|case| named("read", case, 32)).into();
    cases.extend(settling.map(|case| named("settle", case, 64)));
    cases.extend(["roster", "books"].map(|case| named("list", case, 4096)));
    cases.extend(["roster-on-a-page", "roster-in-a-workbook"].map(|case| named("list", case, 1024)));
    cases.push(named("list", "previous-result", 64));
    cases.push(named("merge", "partial", 64));
    cases.push(named("compare", "two-results", 64));
    cases.push(named("find", "in-roster", 256));
    for rule in rules::ALL.iter().filter(|rule| matches!(rule.check, Check::Document(_))) {
        cases.push(named("rule-sound", rule.id, 128));
        cases.push(named("rule-faulty", rule.id, 128));
    }
    cases
}

fn run(case: &str, size: usize) -> Option<()> {
    let written = |format| {
        let text = document(1, size, Kind::Sound).to_string();
        let draft: Draft<'_> = parse(&text).unwrap().into();
        let profile = best_profile(&draft);
        huizong_forms::write(&[draft], profile, format).unwrap().bytes
    };
    match case {
        "read-json" => reading("a.json", document(1, size, Kind::Sound).to_string().as_bytes()),
        "read-broken-json" => reading("a.json", broken(size).as_bytes()),
        "read-ndjson" => reading("a.ndjson", lines(size, |at| at).as_bytes()),
        "read-xlsx" => reading("a.xlsx", &written(Format::Xlsx)),
        "read-docx" => reading("a.docx", &written(Format::Docx)),
        "read-html" => reading("a.html", &written(Format::Html)),
        "read-text" => reading("a.txt", &written(Format::Text)),
        "read-no-form" => reading("a.txt", "这一行不是表格\t123\t456\n".repeat(size * 10).as_bytes()),
        "list-roster" => reading_roster("r.csv", &list_as_text(size)),
        "list-roster-on-a-page" => reading_roster("r.html", &list_as_page(size)),
        "list-roster-in-a-workbook" => reading_roster("r.xlsx", &list_as_workbook(size)),
        "list-books" => {
            let bytes = list_as_text(size);
            measured(&mut || drop(black_box(huizong_engine::books("b.csv", &bytes).unwrap())));
        }
        "list-previous-result" => {
            let mut round = Round::new(&Options::default());
            round.add(read("a.ndjson", lines(size, |at| at).as_bytes(), &Options::default()));
            let bytes = serde_json::to_vec(&round.settle().consolidation()).unwrap();
            measured(&mut || drop(black_box(Snapshot::read(&bytes).unwrap())));
        }
        "merge-partial" => {
            let bytes = partial_of(size);
            measured(&mut || {
                let partial = partial::read("a", &mut &bytes[..], 1).unwrap();
                let merged = partial::merge(vec![partial], &[], Path::new("."), Vec::new(), &[]).unwrap();
                assert_eq!(merged.collected.rows.entries.len(), size);
            });
        }
        "settle-departments" => settling(&Options::default(), &lines(size, |at| at)),
        "settle-one-department" => settling(&Options::default(), &lines(size, |_| 1)),
        "settle-with-roster" => {
            settling(&Options::default().roster(roster(size)), &lines(size, |at| at * 3 / 2));
        }
        "settle-units" => {
            let of_parent = |line: &str| {
                line.replacen(
                    "\"department\":{",
                    "\"department\":{\"level\":\"unit\",\"parent\":\"示范区第0局\",",
                    1,
                )
            };
            let text = lines(size, |at| at);
            let mut text = text.lines();
            let first = text.next().unwrap().to_owned();
            let rest: String = text.map(|line| of_parent(line) + "\n").collect();
            settling(&Options::default(), &(first + "\n" + &rest));
        }
        "compare-two-results" => {
            let result = |of: &dyn Fn(usize) -> usize| {
                let mut round = Round::new(&Options::default());
                round.add(read("a.ndjson", lines(size, of).as_bytes(), &Options::default()));
                round.settle()
            };
            let (old, new) = (result(&|at| at), result(&|at| at + size / 2));
            let (old, new) = (old.consolidation(), new.consolidation());
            measured(&mut || {
                let old = Made { consolidation: &old, receipt: None };
                black_box(difference(old, Made { consolidation: &new, receipt: None }));
            });
        }
        "find-in-roster" => {
            let roster = roster(size);
            let names: Vec<String> = (0..size).map(|at| format!("第{}局（本级）", at * 2)).collect();
            measured(&mut || {
                for name in &names {
                    black_box(roster.find(None, Some(name)));
                }
            });
        }
        // Not in the list: what the gate has to find.
        "planted-quadratic-loop" => {
            let names: Vec<String> = (0..size).map(|at| format!("第{at}局")).collect();
            measured(&mut || {
                for name in &names {
                    black_box(names.iter().position(|other| other == name));
                }
            });
        }
        _ => {
            let (kind, id) = case.strip_prefix("rule-")?.split_once('-')?;
            let kind = if kind == "sound" { Kind::Sound } else { Kind::Faulty };
            rules::find(id)?;
            judging(id, size, kind);
        }
    }
    Some(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [list] if list == "list" => cases().iter().for_each(|(case, size)| println!("{case} {size}")),
        [case, size] if size.parse::<usize>().is_ok() => {
            if run(case, size.parse().unwrap()).is_none() {
                eprintln!("there is no case {case}");
                return ExitCode::from(2);
            }
        }
        _ => {
            eprintln!("usage: complexity list | complexity CASE SIZE");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
