//! What the command prints for programs: it conforms to the published schemas, and names what it was made by.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::fs;
use std::path::Path;

use huizong::Exit;
use huizong_core::rules;
use huizong_schema::publish;
use huizong_tests::command::run;
use huizong_tests::{copy_folder, top};
use serde_json::Value;

fn conforms(name: &str, value: &Value) {
    let schema = publish::ALL.into_iter().find(|schema| schema.name == name).unwrap();
    let validator = jsonschema::draft202012::new(schema.schema()).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{} {error}", error.instance_path().as_str()))
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A folder with the example district in it.
fn district() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&top().join("examples/district"), &folder.path().join("district"));
    folder
}

#[test]
fn reports_say_what_they_were_made_by_and_conform() {
    let folder = district();
    let at = folder.path().join("district");
    let report = json(&run(&at, &["check", "forms", "--format", "json"]).out);
    conforms("findings", &report);
    assert_eq!(report["schema_version"], "1.0");
    assert_eq!(report["tool"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(report["rules_digest"].as_str().unwrap().len(), 64);
    assert_eq!(report["documents"], 13);

    // The same as lines.
    let lines = run(&at, &["check", "forms", "--format", "ndjson"]).out;
    let (mut findings, mut notices, mut rules) = (Vec::new(), Vec::new(), Vec::new());
    for (index, line) in lines.lines().enumerate() {
        let line = json(line);
        conforms("findings-line", &line);
        let (kind, value) = line.as_object().unwrap().iter().next().unwrap();
        match kind.as_str() {
            "check" => {
                assert_eq!(index, 0);
                for (name, value) in value.as_object().unwrap() {
                    assert_eq!(report[name], *value);
                }
            }
            "finding" => {
                conforms("finding", value);
                findings.push(value.clone());
            }
            "notice" => notices.push(value.clone()),
            "rule" => rules.push(value.clone()),
            other => panic!("a line of {other}"),
        }
    }
    assert_eq!(report["findings"], Value::from(findings));
    assert_eq!(report["notices"], Value::from(notices));
    assert_eq!(report["rules"], Value::from(rules));

    // The receipt has the same digest of the rules.
    run(&at, &["consolidate", "forms", "-o", "out", "--formats", "json"]);
    let receipt = json(&fs::read_to_string(at.join("out/receipt.json")).unwrap());
    conforms("receipt", &receipt);
    assert_eq!(receipt["rules"], report["rules_digest"]);
    let consolidation = json(&fs::read_to_string(at.join("out/consolidation.json")).unwrap());
    conforms("consolidation", &consolidation);
}

#[test]
fn rules_are_listed_with_notices_arguments_and_members() {
    let folder = tempfile::tempdir().unwrap();
    let list = json(&run(folder.path(), &["rule", "--format", "json"]).out);
    conforms("rules", &list);
    let listed: Vec<&str> =
        list["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(listed, rules::ALL.iter().map(|rule| rule.id).collect::<Vec<_>>());
    let of = |id: &str| list["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == id).unwrap();
    let rule = of("sources-do-not-sum");
    assert_eq!(
        rule["args"],
        serde_json::json!(["actual", "arithmetic", "column_name", "difference", "expected"])
    );
    assert!(
        of("expenditure-exceeds-budget")["reads"]
            .as_array()
            .unwrap()
            .iter()
            .any(|read| read == "/budget/actual_expenditure")
    );
    assert_eq!((&rule["scope"], &of("department-missing")["scope"]), (&"document".into(), &"set".into()));
    assert_eq!(of("figure-missing")["excludes"], "not-finished");
    assert!(list["notices"].as_array().unwrap().iter().any(|notice| notice["id"] == "kind-not-supported"));

    let one = json(&run(folder.path(), &["rule", "duplicate-task", "--format", "json"]).out);
    conforms("rules", &one);
    assert_eq!((one["rules"].as_array().unwrap().len(), &one["notices"]), (1, &serde_json::json!([])));
    let notice = json(&run(folder.path(), &["rule", "kind-not-supported", "--format", "json"]).out);
    assert_eq!((&notice["rules"], notice["notices"].as_array().unwrap().len()), (&serde_json::json!([]), 1));
    assert_eq!(run(folder.path(), &["rule", "nothing", "--format", "json"]).exit, Exit::Failed);
}

/// Every file that a log or an annotation names.
fn named(log: &Value, directory: &Path) -> Vec<String> {
    fn walk(value: &Value, found: &mut Vec<(String, bool)>) {
        match value {
            Value::Object(members) => {
                if let Some(uri) = members.get("artifactLocation").map(|at| &at["uri"]) {
                    let has_base = members["artifactLocation"].get("uriBaseId").is_some();
                    found.push((uri.as_str().unwrap().to_owned(), has_base));
                }
                members.values().for_each(|member| walk(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            _ => {}
        }
    }
    let base = log["runs"][0]["originalUriBaseIds"]["WORKINGDIR"]["uri"].as_str().unwrap().to_owned();
    let mut found = Vec::new();
    walk(log, &mut found);
    let decode = |uri: &str| {
        let mut bytes = Vec::new();
        let mut rest = uri.as_bytes();
        while let [first, tail @ ..] = rest {
            if *first == b'%' {
                bytes.push(u8::from_str_radix(std::str::from_utf8(&tail[..2]).unwrap(), 16).unwrap());
                rest = &tail[2..];
            } else {
                bytes.push(*first);
                rest = tail;
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    let whole = |(uri, has_base): (String, bool)| {
        let uri = if has_base { base.clone() + &uri } else { uri };
        let path = decode(uri.strip_prefix("file://").unwrap());
        if cfg!(windows) { path.trim_start_matches('/').to_owned() } else { path }
    };
    assert!(
        Path::new(&whole((String::new(), true))).join(".").is_dir(),
        "{base} is not {}",
        directory.display()
    );
    found.into_iter().map(whole).collect()
}

#[test]
fn files_are_named_from_the_working_directory() {
    let folder = district();
    let at = folder.path().join("district");
    fs::write(at.join("forms/扫描件 1.pdf"), "x").unwrap();
    let absolute = at.join("forms");
    for (directory, path) in [
        (&*at, "forms"),
        (folder.path(), "district/forms"),
        (&at.join("2021"), absolute.to_str().unwrap()),
        (&at.join("2021"), "../forms"),
    ] {
        let ran = run(directory, &["check", path, "--format", "sarif"]);
        let log = json(&ran.out);
        let files = named(&log, directory);
        assert!(files.len() > 20, "{files:?}");
        for file in &files {
            assert!(Path::new(file).is_file(), "{path}: there is no {file}");
        }
        assert!(files.iter().any(|file| file.ends_with("扫描件 1.pdf")));
        let annotations = run(directory, &["check", path, "--format", "github"]).out;
        for line in annotations.lines().filter(|line| line.contains("file=")) {
            let file = line.split_once("file=").unwrap().1.split([',', ':']).next().unwrap();
            let file = file.replace("%3A", ":").replace("%2C", ",").replace("%25", "%");
            assert!(directory.join(&file).is_file(), "{path}: {line}");
        }
    }
    let log = json(&run(&at, &["check", "forms", "--format", "sarif"]).out);
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap() {
        for text in ["fullDescription", "help", "shortDescription"] {
            assert!(rule[text]["text"].as_str().unwrap().len() > 10, "{rule}");
        }
    }
}

#[test]
fn an_id_does_not_depend_on_what_else_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for department in ["教育局", "卫健局"] {
        fs::create_dir(folder.path().join(department)).unwrap();
        let form = "2023年度示范区部门整体支出绩效自评表\n单位：万元\n部门名称\t示范区\t被评价年度\t2023年\n\
                    部门资金情况\t部门年初预算收入\t1\t部门调整预算收入\t1\n\t实际支出数\t9\n";
        fs::write(folder.path().join(department).join("自评表.txt"), form.replace("示范区", department))
            .unwrap();
    }
    let ids = |paths: &[&str]| -> Vec<String> {
        let ran = run(folder.path(), &[&["check", "--format", "json"], paths].concat());
        let report = json(&ran.out);
        let findings = report["findings"].as_array().unwrap();
        findings.iter().map(|finding| finding["document"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(ids(&["教育局/自评表.txt"]), ["自评表.txt"]);
    assert_eq!(ids(&["."]), ["卫健局/自评表.txt", "教育局/自评表.txt"]);
    assert_eq!(ids(&[".", "教育局/自评表.txt"]), ids(&["."]));
    for paths in
        [["教育局/自评表.txt", "卫健局/自评表.txt"], ["教育局", "卫健局"], ["教育局", "卫健局/自评表.txt"]]
    {
        for command in [&["check"][..], &["consolidate", "-o", "out"], &["annotate", "-o", "out"]] {
            let ran = run(folder.path(), &[command, &paths].concat());
            assert_eq!(ran.exit, Exit::Failed, "{command:?} {paths:?}");
            assert!(
                ran.err.contains("教育局/自评表.txt") && ran.err.contains("卫健局/自评表.txt"),
                "{}",
                ran.err
            );
            assert!(!folder.path().join("out").exists());
        }
    }
}

#[test]
fn the_help_of_check_says_its_exit_statuses() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["check", "consolidate", "annotate"] {
        let zh = run(folder.path(), &[command, "--help"]).out;
        assert!(zh.contains("返回码"), "{zh}");
        let en = run(folder.path(), &["--lang", "en", command, "--help"]).out;
        assert!(en.contains("Exit status: 0 clean"), "{en}");
    }
}

/// Whatever forms there are, tables have the columns that are published.
#[test]
fn tables_have_the_published_columns() {
    let folder = district();
    let at = folder.path().join("district");
    fs::create_dir(at.join("one")).unwrap();
    fs::copy(at.join("forms/11-tongji.json"), at.join("one/11-tongji.json")).unwrap();
    for (forms, out) in [("forms", "out"), ("one", "out-of-one")] {
        let formats = "csv,parquet";
        run(&at, &["consolidate", forms, "-o", out, "--formats", formats, "--fail-on", "never"]);
        let package = json(&fs::read_to_string(at.join(out).join("datapackage.json")).unwrap());
        let resources = package["resources"].as_array().unwrap();
        let csv = fs::read_dir(at.join(out)).unwrap();
        let csv = csv
            .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|ending| ending == "csv"));
        assert_eq!(resources.iter().filter(|resource| resource["format"] == "csv").count(), csv.count());
        for resource in resources.iter().filter(|resource| resource["format"] == "csv") {
            let table = resource["table"].as_str().unwrap();
            let published =
                fs::read_to_string(top().join(format!("schemas/v1/tables/{table}.json"))).unwrap();
            let published = json(&published);
            let names = |schema: &Value, key: &str| -> Vec<String> {
                let fields = schema["fields"].as_array().unwrap();
                fields.iter().map(|field| field[key].as_str().unwrap().to_owned()).collect()
            };
            assert_eq!(names(&resource["schema"], "id"), names(&published, "name"), "{table}");
            let text = fs::read_to_string(at.join(out).join(resource["path"].as_str().unwrap())).unwrap();
            let header = text.lines().next().unwrap().trim_start_matches('\u{feff}');
            let headings: Vec<&str> = header.split(',').collect();
            assert_eq!(headings, names(&resource["schema"], "name"), "{table}");
            assert_eq!(headings, names(&published, "title"), "{table}");
        }
    }
}
