//! Tests that a department's form made from its units' forms leaves the district's totals unchanged.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]
#![allow(clippy::print_stdout, reason = "a long test says how much it did")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fastrand::Rng;
use huizong::Exit;
use huizong_core::rollup::Rollup;
use huizong_core::unite::{Above, Apart, Part, unite};
use huizong_schema::figures::{Figure, Rate};
use huizong_schema::{Evaluation, Level, Scope, parse};
use huizong_tests::command::run;
use huizong_tests::{cases, documents};
use serde_json::{Value, json};

/// A unit's random document, with a fixed year, its own name, and amounts small enough to be added up.
fn unit(rng: &mut Rng, name: &str) -> String {
    let mut document = documents::document(rng);
    document["fiscal_year"] = json!(2023);
    document["department"]["name"] = json!(name);
    document["department"].as_object_mut().unwrap().remove("units");
    document["department"].as_object_mut().unwrap().remove("code");
    document.to_string()
}

fn above(name: &str) -> Above {
    Above { name: name.to_owned(), code: None, absent: Vec::new() }
}

/// Builds a department from units, some of which are departments themselves. Returns its document and
/// collects the lowest units' documents in `leaves`.
fn tree(rng: &mut Rng, name: &str, depth: u32, leaves: &mut Vec<String>) -> Result<String, Apart> {
    let mut texts = Vec::new();
    for number in 0..rng.usize(1..5) {
        let name = format!("{name}之{number}");
        if depth > 0 && rng.u8(0..3) == 0 {
            texts.push(tree(rng, &name, depth - 1, leaves)?);
        } else {
            texts.push(unit(rng, &name));
            leaves.push(texts[texts.len() - 1].clone());
        }
    }
    let evaluations: Vec<Evaluation<'_>> = texts.iter().map(|text| parse(text).unwrap()).collect();
    let parts: Vec<Part<'_>> = evaluations.iter().map(|evaluation| Part { evaluation, code: None }).collect();
    Ok(serde_json::to_string(&unite(&above(name), &parts)?).unwrap())
}

fn sums(texts: &[String]) -> Rollup {
    let mut sums = Rollup::default();
    for text in texts {
        sums.merge(&Rollup::of(&parse(text).unwrap()));
    }
    sums
}

/// For each figure that only some units report, by its pointer: the units that do not report it.
fn lacking(leaves: &[String]) -> BTreeMap<String, Vec<String>> {
    let documents: Vec<Value> = leaves.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let mut pointers = vec!["/budget/budget_adjustment".to_owned()];
    for figure in Figure::all().filter(|figure| figure.column().is_some()) {
        pointers.push(format!("/budget/{}", figure.path().replace('.', "/")));
    }
    let lacks = |pointer: &String| {
        let (with, without): (Vec<_>, Vec<_>) =
            documents.iter().partition(|document| document.pointer(pointer).is_some());
        let names: Vec<String> = without
            .iter()
            .map(|document| document["department"]["name"].as_str().unwrap().to_owned())
            .collect();
        (!with.is_empty() && !names.is_empty()).then(|| (pointer.clone(), names))
    };
    pointers.iter().filter_map(lacks).collect()
}

#[test]
fn departments_made_of_units_add_up_to_what_the_units_do() {
    let (mut tried, mut large, mut partial) = (0, 0, 0);
    let mut seed = 0;
    while tried < cases(150) {
        seed += 1;
        let rng = &mut Rng::with_seed(seed);
        let (mut departments, mut leaves) = (Vec::new(), Vec::new());
        let made: Result<(), Apart> = (0..rng.usize(1..4)).try_for_each(|number| {
            let mut below = Vec::new();
            let department = tree(rng, &format!("第{number}局"), 2, &mut below)?;
            let document = parse(&department).unwrap();
            assert_eq!(document.department.as_ref().unwrap().scope, Some(Scope::Consolidated), "seed {seed}");
            assert_eq!(document.department.as_ref().unwrap().level, Some(Level::Department));
            let ours = document.extensions.as_ref().and_then(|extensions| extensions.0.get("huizong"));
            // If a department in between lacks a figure, its name covers all its units.
            let said = ours.and_then(|ours| ours.get("partial"));
            for (pointer, names) in lacking(&below) {
                let said = said.and_then(|said| said.get(&pointer)).and_then(Value::as_array);
                let said: Vec<&str> = said.into_iter().flatten().filter_map(Value::as_str).collect();
                for name in names {
                    assert!(
                        said.iter().any(|said| name.starts_with(said)),
                        "seed {seed}: {pointer} lacks {name}"
                    );
                }
                partial += 1;
            }
            departments.push(department);
            leaves.extend(below);
            Ok(())
        });
        if let Err(apart) = made {
            assert!(matches!(apart, Apart::TooLarge(_)), "seed {seed}: {apart:?}");
            large += 1;
            continue;
        }
        let (by_departments, by_units) = (sums(&departments), sums(&leaves));
        for figure in Figure::all() {
            let value = |sums: &Rollup| sums.sum(figure).map(|sum| sum.value);
            assert_eq!(value(&by_departments), value(&by_units), "seed {seed}: {figure:?}");
        }
        assert_eq!(by_departments.counts, by_units.counts, "seed {seed}");
        assert_eq!(
            by_departments.rates().get(Rate::Completion),
            by_units.rates().get(Rate::Completion),
            "seed {seed}"
        );
        tried += 1;
    }
    assert!(partial > tried, "few units lacked anything: {partial}");
    println!("{tried} trees of units agree; {large} had sums beyond what a form may hold");
}

fn form(name: &str, code: &str, unit: &str, amounts: [&str; 3], more: &Value) -> Value {
    let mut document = json!({
        "schema_version": "1.0", "department": { "name": name, "code": code }, "fiscal_year": 2023, "unit": unit,
        "budget": { "initial_budget": amounts[0], "adjusted_budget": amounts[1], "actual_expenditure": amounts[2] }
    });
    for (pointer, value) in more.as_object().unwrap() {
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[member] = value.clone();
    }
    document
}

fn district(folder: &Path) {
    fs::create_dir(folder.join("forms")).unwrap();
    let below = json!({ "/department/parent": "示范区教育局", "/department/level": "unit" });
    let mut school = below.clone();
    school["/budget/budget_adjustment"] = json!("-20.00");
    school["/tasks"] = json!([{ "name": "扩建", "funds": "12.50", "expected": ["建成"], "indicators": [{ "name": "面积", "weight": "10" }] }]);
    school["/narrative"] = json!({ "problems": ["场地不足"] });
    school["/extensions"] = json!({ "tianhe": { "street": "石牌" } });
    let mut second = below.clone();
    second["/key_projects"] = json!([{ "name": "操场", "funds_used": "150000.5" }]);
    for (file, form) in [
        ("1", form("示范区教育局", "101", "CNY_10K", ["10.00", "10.00", "9.00"], &json!({}))),
        ("2", form("第一小学", "101001", "CNY_10K", ["100.00", "80.00", "79.25"], &school)),
        ("3", form("第二小学", "101002", "CNY", ["1000000", "1100000.50", "990000.5"], &second)),
        (
            "4",
            form(
                "示范区档案馆",
                "102",
                "CNY_10K",
                ["5.00", "5.00", "4.00"],
                &json!({ "/department/level": "department" }),
            ),
        ),
    ] {
        fs::write(folder.join(format!("forms/{file}.json")), form.to_string()).unwrap();
    }
    fs::write(
        folder.join("roster.csv"),
        "部门名称,编码,层级,主管部门\n示范区教育局,101,部门,\n第一小学,101001,单位,示范区教育局\n第二小学,101002,单位,示范区教育局\n\
         第三小学,101003,单位,示范区教育局\n示范区档案馆,102,部门,\n",
    )
    .unwrap();
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_departments_form_is_made_of_its_units_and_counts_in_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    district(here);
    let ran = run(
        here,
        &[
            "consolidate",
            "forms",
            "-o",
            "out",
            "--roster",
            "roster.csv",
            "--to-evaluation",
            "教育局",
            "--formats",
            "json",
            "--lang",
            "en",
        ],
    );
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    assert!(ran.err.contains("第三小学") && ran.err.contains("4.json"), "{}", ran.err);
    let made = read(&here.join("out/evaluation.json"));
    let schema = huizong_schema::publish::ALL.into_iter().find(|schema| schema.name == "evaluation").unwrap();
    assert!(jsonschema::draft202012::new(schema.schema()).unwrap().is_valid(&made));
    insta::assert_snapshot!(serde_json::to_string_pretty(&made).unwrap());
    assert_eq!(run(here, &["verify", "out"]).exit, Exit::Clean);
    // The form written as a workbook is read back with the same figures.
    let ran = run(here, &["convert", "out/evaluation.xlsx"]);
    let again: Value = serde_json::from_str(&ran.out).unwrap();
    for figure in ["initial_budget", "adjusted_budget", "actual_expenditure", "completion_rate"] {
        assert_eq!(again["budget"][figure], made["budget"][figure], "{figure}");
    }

    // With the department's form in place of the units', the totals are the same.
    fs::create_dir(here.join("above")).unwrap();
    fs::copy(here.join("out/evaluation.json"), here.join("above/1.json")).unwrap();
    fs::copy(here.join("forms/4.json"), here.join("above/4.json")).unwrap();
    assert_eq!(run(here, &["consolidate", "above", "-o", "district", "--formats", "json"]).exit, Exit::Clean);
    let (units, departments) =
        (read(&here.join("out/consolidation.json")), read(&here.join("district/consolidation.json")));
    for (name, total) in units["totals"].as_object().unwrap() {
        assert_eq!(total["value"], departments["totals"][name]["value"], "{name}");
    }
    assert_eq!(units["counts"], departments["counts"]);

    // With both, the units are not counted twice.
    for unit in ["2", "3"] {
        fs::copy(here.join(format!("forms/{unit}.json")), here.join(format!("above/{unit}.json"))).unwrap();
    }
    let ran = run(here, &["consolidate", "above", "-o", "both", "--formats", "json"]);
    assert_eq!(ran.exit, Exit::Findings);
    let both = read(&here.join("both/consolidation.json"));
    assert_eq!(both["findings"]["by_rule"]["unit-counted-twice"], 1);
    for (name, total) in departments["totals"].as_object().unwrap() {
        assert_eq!(total["value"], both["totals"][name]["value"], "{name}");
    }
    // A consolidated form is not added up again.
    let ran = run(here, &["consolidate", "above", "-o", "again", "--to-evaluation", "101", "--lang", "en"]);
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.err.contains("1.json is a consolidated form"), "{}", ran.err);
    assert!(!here.join("again").exists());
}

#[test]
fn figures_of_some_units_are_not_compared_with_figures_of_all() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir(here.join("forms")).unwrap();
    let of = |source: &str, amount: &str| {
        json!({
            "/department/parent": "示范区教育局", "/department/level": "unit",
            "/budget/by_source": { source: { "initial_budget": amount } }
        })
    };
    // One unit reports its public budget, the other the appropriation that includes it; only one reports an
    // adjustment.
    let mut adjusted = of("fiscal_appropriation", "60.00");
    adjusted["/budget/budget_adjustment"] = json!("5.00");
    let three = of("general_public_budget", "75.00");
    for (file, form) in [
        ("1", form("第一小学", "1", "CNY_10K", ["100.00", "140.00", "90.00"], &three)),
        ("2", form("第二小学", "2", "CNY_10K", ["80.00", "85.00", "70.00"], &adjusted)),
    ] {
        fs::write(here.join(format!("forms/{file}.json")), form.to_string()).unwrap();
    }
    let more = ["--to-evaluation", "示范区教育局", "--formats", "json"];
    let ran = run(here, &[&["consolidate", "forms", "-o", "out"], &more[..]].concat());
    assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
    let ran = run(here, &["check", "out/evaluation.json", "--lang", "en"]);
    assert_eq!(
        (ran.exit, ran.out.contains("Errors: 0, warnings: 0, infos: 0.")),
        (Exit::Clean, true),
        "{}",
        ran.out
    );
    // Without the extension that marks partial figures, the form is checked like any other.
    let mut bare = read(&here.join("out/evaluation.json"));
    bare.as_object_mut().unwrap().remove("extensions");
    fs::write(here.join("bare.json"), bare.to_string()).unwrap();
    let ran = run(here, &["check", "bare.json", "--lang", "en"]);
    for rule in ["adjustment-below-net-change", "sources-exceed-total"] {
        assert!(ran.out.contains(rule), "{}", ran.out);
    }
    // Only a department's form made from units may mark figures as partial, and only by its own units.
    let made = read(&here.join("out/evaluation.json"));
    for change in ["scope", "units"] {
        let mut other = made.clone();
        other["department"].as_object_mut().unwrap().remove(change);
        fs::write(here.join("bare.json"), other.to_string()).unwrap();
        let ran = run(here, &["check", "bare.json", "--lang", "en"]);
        assert!(ran.out.contains("sources-exceed-total"), "{change}: {}", ran.out);
    }
    // Two figures that the same units report are still compared.
    let mut same = made;
    same["extensions"]["huizong"]["partial"] = json!({
        "/budget/by_source/general_public_budget/initial_budget": ["第二小学"],
        "/budget/by_source/fiscal_appropriation/initial_budget": ["第二小学"],
    });
    fs::write(here.join("bare.json"), same.to_string()).unwrap();
    let ran = run(here, &["check", "bare.json", "--lang", "en"]);
    assert!(ran.out.contains("sources-exceed-total"), "{}", ran.out);
}

#[test]
fn units_that_cannot_be_one_form_are_reported_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let below = json!({ "/department/parent": "示范区教育局" });
    fs::create_dir(here.join("forms")).unwrap();
    let write =
        |file: &str, form: &Value| fs::write(here.join("forms").join(file), form.to_string()).unwrap();
    let amounts = ["999999999999999.00", "1.00", "1.00"];
    write("1.json", &form("第一小学", "1", "CNY_10K", amounts, &below));
    write("2.json", &form("第二小学", "2", "CNY_10K", amounts, &below));
    let to = |department| {
        run(here, &["consolidate", "forms", "-o", "out", "--to-evaluation", department, "--lang", "en"])
    };
    let ran = to("示范区教育局");
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.err.contains("/budget/initial_budget") && ran.err.contains("more digits"), "{}", ran.err);
    let mut other = form("第二小学", "2", "CNY_10K", ["1", "1", "1"], &below);
    other["fiscal_year"] = json!(2022);
    write("2.json", &other);
    let ran = to("示范区教育局");
    assert!(ran.exit == Exit::Failed && ran.err.contains("2022, 2023"), "{}", ran.err);
    let ran = to("示范区民政局");
    assert!(ran.exit == Exit::Failed && ran.err.contains("no document is of a unit"), "{}", ran.err);
    assert!(!here.join("out").exists());
}

#[test]
fn units_of_units_are_found_and_unclear_ones_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir(here.join("forms")).unwrap();
    let below = |parent: &str| json!({ "/department/parent": parent, "/department/level": "unit" });
    let amounts = ["10.00", "10.00", "9.00"];
    for (file, form) in [
        ("1", form("教育集团", "7", "CNY_10K", amounts, &below("示范区教育局"))),
        ("2", form("第一小学", "8", "CNY_10K", amounts, &below("教育集团"))),
        ("3", form("文化馆", "9", "CNY_10K", amounts, &below("示范区文旅局"))),
        ("4", form("少年宫", "10", "CNY_10K", amounts, &json!({}))),
    ] {
        fs::write(here.join(format!("forms/{file}.json")), form.to_string()).unwrap();
    }
    let to = |department: &str, out: &str| {
        let ran = run(
            here,
            &[
                "consolidate",
                "forms",
                "-o",
                out,
                "--to-evaluation",
                department,
                "--formats",
                "json",
                "--lang",
                "en",
            ],
        );
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
        ran.err
    };
    // A unit's own form cannot be a department's.
    let ran = run(here, &["consolidate", "forms", "-o", "no", "--to-evaluation", "9", "--lang", "en"]);
    assert!(ran.exit == Exit::Failed && ran.err.contains("is a unit itself"), "{}", ran.err);
    let said = to("示范区教育局", "out");
    let made = read(&here.join("out/evaluation.json"));
    assert_eq!(made["budget"]["actual_expenditure"], "27.00");
    assert!(said.contains("3.json") && said.contains("of no unit"), "{said}");
    assert!(said.contains("4.json") && said.contains("does not say whose unit it is"), "{said}");

    // A department is consolidated whichever of its documents counts.
    let mut whole =
        form("示范区教育局", "101", "CNY_10K", amounts, &json!({ "/department/scope": "consolidated" }));
    fs::write(here.join("forms/a.json"), whole.to_string()).unwrap();
    whole["budget"]["actual_expenditure"] = json!("9.50");
    fs::write(here.join("forms/b.json"), whole.to_string()).unwrap();
    fs::write(here.join("huizong.toml"), "accept = [\"b.json\"]\n").unwrap();
    let ran =
        run(here, &["consolidate", "forms", "-o", "no", "--to-evaluation", "示范区教育局", "--lang", "en"]);
    assert!(ran.exit == Exit::Failed && ran.err.contains("b.json is a consolidated form"), "{}", ran.err);
}
