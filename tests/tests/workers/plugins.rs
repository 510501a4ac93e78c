//! Tests of plugins as a bureau and an author use them: the district's own rules, trust, `plugin test` and
//! `plugin conform`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test says what went wrong by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use huizong::Exit;
use huizong_tests::command::{Ran, run};
use huizong_tests::plugins::{alone, c_library, library, workers};
use huizong_tests::top;
use serde_json::{Value, json};

fn district() -> PathBuf {
    top().join("examples/district")
}

fn with_plugin(folder: &Path, arguments: &[&str], plugin: &Path) -> Ran {
    let plugin = plugin.to_str().unwrap();
    run(folder, &[arguments, &["--plugin", plugin]].concat())
}

#[test]
fn a_districts_rules_run_with_the_built_in_ones() {
    let _alone = alone();
    let tianhe = library("huizong_tianhe");
    let mut reports = Vec::new();
    for flags in [&["--jobs", "1"][..], &["--jobs", "8"], &["--in-process"]] {
        let ran =
            with_plugin(&district(), &[&["check", "forms", "--format", "json"], flags].concat(), &tianhe);
        assert_eq!(ran.exit, Exit::Findings, "{}", ran.err);
        reports.push(ran.out);
    }
    assert!(reports.iter().all(|report| *report == reports[0]));
    let report: Value = serde_json::from_str(&reports[0]).unwrap();
    let found: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["rule"].as_str().unwrap().starts_with("tianhe/"))
        .map(|f| {
            let at = &f["location"];
            format!("{} {} {}:{}:{}", f["rule"], f["severity"], f["document"], at["line"], at["column"])
                .replace('"', "")
        })
        .collect();
    insta::assert_snapshot!(found.join("\n"), @r"
    tianhe/adjustment-unexplained warning 07-shuiwu.json:23:24
    tianhe/adjustment-unexplained warning 10-dangan.txt:9:21
    tianhe/key-project-missing error 10-dangan.txt:16:11
    ");
    let counts: Vec<String> = report["rules"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|rule| rule["rule"].as_str().unwrap().starts_with("tianhe/"))
        .map(Value::to_string)
        .collect();
    insta::assert_snapshot!(counts.join("\n"), @r#"
    {"crashed":0,"failed":2,"passed":10,"rule":"tianhe/adjustment-unexplained","skipped":{"earlier-rule-failed":1}}
    {"crashed":0,"failed":1,"passed":11,"rule":"tianhe/key-project-missing","skipped":{"earlier-rule-failed":1}}
    {"crashed":0,"failed":0,"passed":1,"rule":"tianhe/not-consolidated","skipped":{}}
    "#);
}

#[test]
fn a_plugin_compares_names_as_the_command_does() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let document = |department: Value| {
        json!({
            "schema_version": "1.0", "department": department, "fiscal_year": 2023, "unit": "CNY_10K",
            "budget": { "initial_budget": "100.00", "adjusted_budget": "100.00", "actual_expenditure": "90.00" },
            "key_projects": [{ "name": "示范工程" }],
        })
    };
    let whole = document(json!({ "name": "示范区第1管理局（本级）", "scope": "consolidated" }));
    fs::write(folder.path().join("whole.json"), whole.to_string()).unwrap();
    // The unit writes the name differently: a full-width digit, other brackets, a space.
    for parent in ["示范区第１管理局【本级】", "示范区 第1管理局(本级)"] {
        let unit = document(json!({ "name": "示范区服务中心", "level": "unit", "parent": parent }));
        fs::write(folder.path().join("unit.json"), unit.to_string()).unwrap();
        let ran = with_plugin(
            folder.path(),
            &["check", "whole.json", "unit.json", "--format", "json"],
            &library("huizong_tianhe"),
        );
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        let found: Vec<&str> =
            report["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect();
        assert_eq!(found, ["unit-counted-twice"], "{parent}");
    }
}

#[test]
fn a_plugins_rules_have_pages_and_titles() {
    let _alone = alone();
    let tianhe = library("huizong_tianhe");
    let folder = tempfile::tempdir().unwrap();
    let zh = with_plugin(folder.path(), &["rule", "tianhe/key-project-missing"], &tianhe);
    let en = with_plugin(folder.path(), &["explain", "tianhe/not-consolidated", "--lang", "en"], &tianhe);
    insta::assert_snapshot!("plugin_page_zh", zh.out.split("\n## 不合格").next().unwrap());
    insta::assert_snapshot!("plugin_page_en", en.out.split("\n## A form that fails").next().unwrap());
    // The rule is also found by its title and listed.
    let by_title = with_plugin(folder.path(), &["rule", "没有重点项目绩效评价", "--ids"], &tianhe);
    assert_eq!(by_title.out, zh.out);
    let list = with_plugin(folder.path(), &["rule"], &tianhe).out;
    assert!(list.contains("tianhe/key-project-missing"), "{list}");
}

#[test]
fn what_a_plugin_finds_and_measures_is_in_every_output() {
    let _alone = alone();
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("result");
    let arguments = ["consolidate", "forms", "-o", folder.to_str().unwrap(), "--fail-on", "never"];
    let ran = with_plugin(&district(), &arguments, &library("huizong_tianhe"));
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    assert!(ran.out.contains("重点项目资金执行率：96.45%"), "{}", ran.out);
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let consolidation: Value = serde_json::from_str(&read("consolidation.json")).unwrap();
    assert_eq!(consolidation["plugins"][0]["id"], "tianhe");
    assert_eq!(consolidation["plugins"][0]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(consolidation["findings"]["by_rule"]["tianhe/key-project-missing"], 1);
    let aggregate = &consolidation["aggregates"]["tianhe/key-project-execution-rate"];
    assert_eq!(aggregate["values"][0]["value"], "96.45");
    assert!(read("findings.csv").contains("没有重点项目绩效评价,tianhe/key-project-missing"));
    assert!(read("aggregates.csv").contains("重点项目资金执行率,全部,96.45,%"));
    assert!(read("findings.ndjson").contains("tianhe/adjustment-unexplained"));
    // The department's own count includes the finding.
    let row =
        consolidation["departments"].as_array().unwrap().iter().find(|row| row["name"] == "云溪区档案馆");
    assert_eq!(row.unwrap()["findings"]["error"], 1);
    let schema = huizong_schema::publish::ALL.into_iter().find(|s| s.name == "consolidation").unwrap();
    assert!(jsonschema::validator_for(schema.schema()).unwrap().is_valid(&consolidation));
    // Consolidate again into the same folder: it contains only our earlier result.
    assert_eq!(with_plugin(&district(), &arguments, &library("huizong_tianhe")).exit, Exit::Clean);
}

#[test]
fn a_missing_block_is_reported_where_it_should_be() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let form = fs::read_to_string(district().join("forms/01-kexie.txt")).unwrap();
    let without: Vec<&str> = form.lines().filter(|line| !line.starts_with("重点项目绩效情况")).collect();
    assert_eq!(without.len() + 1, form.lines().count());
    let line = 1 + without.iter().position(|line| line.starts_with("部门整体绩效")).unwrap();
    fs::write(folder.path().join("whole.txt"), &form).unwrap();
    fs::write(folder.path().join("without.txt"), without.join("\n")).unwrap();
    let of = |name: &str| {
        let ran =
            with_plugin(folder.path(), &["check", name, "--format", "json"], &library("huizong_tianhe"));
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        let findings = report["findings"].as_array().unwrap().clone();
        let own = findings.into_iter().filter(|f| f["rule"].as_str().unwrap().starts_with("tianhe/"));
        own.map(|f| (f["rule"].as_str().unwrap().to_owned(), f["location"]["line"].as_u64().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(of("whole.txt"), []);
    assert_eq!(of("without.txt"), [("tianhe/key-project-missing".to_owned(), line as u64)]);
}

/// A plugin's code runs only if its file is the pinned one; this plugin would never return.
#[test]
fn unpinned_plugins_do_not_run() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let source = top().join("tests/hostile/load.c");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("a.json"), "{}").unwrap();
    let settings = "[plugins.loaded]\npath = \"libplugin.so\"\n";
    let write_settings = |more: &str| fs::write(path("huizong.toml"), format!("{settings}{more}")).unwrap();
    write_settings("");
    // A refusal is immediate; the deadline for loading is five seconds.
    let refusal_with = |what: &str, advice: &str| {
        let began = Instant::now();
        let ran = run(folder.path(), &["check", "a.json", "--lang", "en"]);
        assert!(began.elapsed() < Duration::from_secs(2), "{what}: {:?}", began.elapsed());
        assert_eq!(ran.exit, Exit::Incomplete, "{what}");
        let notice = ran.err.lines().find(|line| line.contains("[plugin-refused]"));
        let notice = notice.unwrap_or_else(|| panic!("{what}: {}", ran.err)).to_owned();
        assert!(notice.contains(advice), "{what}: {notice}");
        notice
    };
    let refusal = |what: &str| refusal_with(what, "huizong plugin add");
    c_library(folder.path(), "libplugin.so", &source, &["-DLOOPS"]);
    assert!(refusal("not pinned").contains("it is not pinned"));

    // Once pinned, it runs.
    c_library(folder.path(), "libplugin.so", &source, &[]);
    let added = run(folder.path(), &["plugin", "add", "libplugin.so", "--lang", "en"]);
    assert_eq!(added.exit, Exit::Clean, "{}", added.err);
    assert!(!run(folder.path(), &["check", "a.json", "--ids"]).err.contains("[plugin-"));

    // The file has changed.
    c_library(folder.path(), "libplugin.so", &source, &["-DLOOPS"]);
    assert!(refusal("changed file").contains("not the one that was pinned"));

    // A changed manifest under the same version is another file, and cannot be added either.
    let manifest =
        r#"-DMANIFEST="{\"protocol\":1,\"plugin\":{\"id\":\"loaded\",\"version\":\"0.1.0\"},\"ops\":[]}""#;
    c_library(folder.path(), "libplugin.so", &source, &[manifest]);
    assert!(refusal("changed manifest").contains("not the one that was pinned"));
    let again = run(folder.path(), &["plugin", "add", "libplugin.so", "--lang", "en"]);
    assert_eq!(again.exit, Exit::Failed);
    assert!(again.err.contains("has a new version"), "{}", again.err);

    // An edited lock, then a wrong digest in the settings.
    let lock = fs::read_to_string(path("plugins.lock")).unwrap();
    c_library(folder.path(), "libplugin.so", &source, &[]);
    fs::write(path("plugins.lock"), lock.replace("sha256 = \"", "sha256 = \"0")).unwrap();
    refusal("edited lock");
    fs::write(path("plugins.lock"), &lock).unwrap();
    assert!(!run(folder.path(), &["check", "a.json", "--ids"]).err.contains("[plugin-"));
    write_settings(&format!("pin = \"{}\"\n", "0".repeat(64)));
    refusal_with("another digest in the settings", "mend the pin");

    // Naming a file on the command line is consent for this run; if another file is pinned, a notice says so.
    let ran = with_plugin(folder.path(), &["check", "a.json", "--ids"], &path("libplugin.so"));
    assert!(ran.err.contains("[plugin-replaced]"), "{}", ran.err);
    write_settings("");
    fs::remove_file(path("plugins.lock")).unwrap();
    let ran = with_plugin(folder.path(), &["check", "a.json", "--ids"], &path("libplugin.so"));
    assert!(!ran.err.contains("[plugin-"), "{}", ran.err);
    assert_eq!(workers().len(), 0);
}

#[test]
fn adding_a_plugin_keeps_what_the_settings_say() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("huizong.toml");
    let source = top().join("tests/hostile/load.c");
    c_library(folder.path(), "libplugin.so", &source, &[]);
    let add = || run(folder.path(), &["plugin", "add", "libplugin.so"]);
    for (before, after) in [
        ("# 年度\nyear = 2022", "# 年度\nyear = 2022\n\n[plugins.loaded]\npath = \"libplugin.so\"\n"),
        (
            "# 模板\r\n# year = 2022\r\n",
            "# 模板\r\n# year = 2022\r\n\r\n[plugins.loaded]\r\npath = \"libplugin.so\"\r\n",
        ),
        ("[plugins.loaded]\nconfig = {}\n", "[plugins.loaded]\nconfig = {}\npath = \"libplugin.so\"\n"),
        ("[plugins.loaded]\npath = \"libplugin.so\"\n", "[plugins.loaded]\npath = \"libplugin.so\"\n"),
    ] {
        fs::write(&file, before).unwrap();
        let ran = add();
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
        assert_eq!(fs::read_to_string(&file).unwrap(), after);
    }
    fs::write(&file, "[plugins.loaded]\npath = \"libplugin.so\"\npin = \"00\"\n").unwrap();
    assert!(add().err.contains("pin"));
    let refused = run(folder.path(), &["plugin", "list"]);
    assert!(refused.err.contains("[plugins.loaded] 的 pin"), "{}", refused.err);
    fs::write(&file, "[plugins.loaded]\npath = \"libplugin.so\"\n").unwrap();
    let list = run(folder.path(), &["plugin", "list"]);
    assert!(list.out.starts_with("loaded 0.1.0\n"), "{}", list.out);
}

#[test]
fn output_of_a_failed_plugin_is_shown_to_its_author() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let source = top().join("tests/hostile/load.c");
    for define in ["-DCRASHES", "-DCREATE_CRASHES"] {
        let plugin = c_library(folder.path(), "libplugin.so", &source, &[define]);
        let ran = with_plugin(&district(), &["check", "forms", "--fail-on", "never"], &plugin);
        assert_eq!(ran.exit, Exit::Incomplete, "{define}");
        let said: Vec<&str> = ran.err.lines().filter(|line| line.contains("no config.db")).collect();
        assert!(!said.is_empty() && said.iter().all(|line| line.starts_with('[')), "{define}: {}", ran.err);
    }
}

#[test]
fn plugin_test_reports_every_failure_and_doubt() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let source = top().join("tests/hostile/load.c");
    let rule = json!({
        "id": "loaded/a", "severity": "info", "title": {"zh": "a", "en": "a"}, "message": {"zh": "a", "en": "a"},
        "examples": [{"input": huizong_schema::publish::sample(), "expect": []}], "exmaples": [],
    });
    let untried =
        json!({"id": "loaded/b", "severity": "info", "title": rule["title"], "message": rule["message"]});
    let manifest = json!({
        "protocol": 1, "plugin": {"id": "loaded", "version": "0.1.0"}, "ops": [1],
        "reads": ["/fiscal_year", "/taks/*/name"], "rules": [rule, untried],
    });
    let manifest = format!("-DMANIFEST={}", json!(manifest.to_string()));
    let ran = |define: &str, command: &str| {
        let plugin = c_library(folder.path(), "libplugin.so", &source, &[&manifest, define]);
        run(folder.path(), &["plugin", command, plugin.to_str().unwrap(), "--lang", "en"])
    };
    let good = ran("-DAS_IT_IS", "test");
    assert_eq!(good.exit, Exit::Clean, "{good:?}");
    let doubts: Vec<&str> = good.out.lines().filter(|line| line.starts_with('!')).collect();
    assert_eq!(
        doubts,
        [
            "! /rules/0/exmaples: manifests have no such member; it has no effect",
            "! /taks/*/name: reads: no document has this member",
            "! loaded/b: has no example, so it was not tried",
        ]
    );
    // In this process it would have ended the test program.
    let exits = ran("-DEXITS", "test");
    assert_eq!(exits.exit, Exit::Findings, "{exits:?}");
    assert!(exits.out.ends_with("Tried: 1, wrong: 1.\n"), "{}", exits.out);
    // A rule that could not be tested is not reported as met.
    let crashes = ran("-DCREATE_CRASHES", "conform");
    let met: Vec<&str> = crashes.out.lines().filter(|line| line.contains(" met ")).collect();
    assert!(met.len() == 1 && met[0].starts_with(" 7"), "{}", crashes.out);
}

#[test]
fn conform_says_which_rule_is_broken() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("huizong.toml"), "[plugin_limits]\nbatch_ms = 1500\n").unwrap();
    let source = top().join("tests/hostile/load.c");
    let broken_by = |define: &str| -> Vec<String> {
        let plugin = c_library(folder.path(), "libplugin.so", &source, &[define]);
        let ran = run(folder.path(), &["plugin", "conform", plugin.to_str().unwrap(), "--lang", "en"]);
        let lines = ran.out.lines().filter(|line| line.contains("NOT MET"));
        let numbers: Vec<String> =
            lines.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect();
        assert_eq!(ran.exit == Exit::Clean, numbers.is_empty(), "{define}: {ran:?}");
        numbers
    };
    for (define, numbers) in [
        ("-DAS_IT_IS", &[][..]),
        ("-DOVERREADS", &["1"]),
        ("-DWRITES_INPUT", &["1"]),
        ("-DNULL_LENGTH", &["4"]),
        ("-DLEAKS", &["3"]),
        ("-DNEEDS_SENSE", &["6"]),
        ("-DANSWERS_ANY_OP", &["6"]),
        ("-DFLAGS=6", &["7"]),
        ("-DPRINTS", &["10"]),
        ("-DPRINTS_LATER", &["10"]),
        ("-DWAITS_FOR_NUL", &["11"]),
        ("-DCHANGES_UMASK", &["10"]),
        ("-DLEAVES_A_THREAD", &["10"]),
        ("-DSLOW", &["11"]),
        ("-DSTRANGE_FINDING", &["12"]),
    ] {
        let broken = broken_by(define);
        assert!(numbers.iter().all(|number| broken.contains(&(*number).to_owned())), "{define}: {broken:?}");
        assert!(!numbers.is_empty() || broken.is_empty(), "{define}: {broken:?}");
    }
    let broken = broken_by("-DREMEMBERS");
    assert!(broken.contains(&"9".to_owned()), "{broken:?}");
    let not_constant = c_library(folder.path(), "libplugin.so", &source, &["-DCHANGING_MANIFEST"]);
    let ran = run(folder.path(), &["plugin", "conform", not_constant.to_str().unwrap()]);
    assert_eq!(ran.exit, Exit::Incomplete);
}

#[test]
fn our_own_plugins_pass_test_and_conform() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let minimal = c_library(folder.path(), "libminimal.so", &top().join("plugins/minimal-c/minimal.c"), &[]);
    for plugin in [library("huizong_tianhe"), library("huizong_lens"), minimal] {
        for what in ["test", "conform"] {
            let ran = run(folder.path(), &["plugin", what, plugin.to_str().unwrap(), "--lang", "en"]);
            assert_eq!(ran.exit, Exit::Clean, "{what} {}\n{}{}", plugin.display(), ran.out, ran.err);
        }
    }
    assert_eq!(workers().len(), 0);
}

#[test]
fn a_new_plugin_is_written_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let made = run(folder.path(), &["plugin", "new", "demo-2"]);
    assert_eq!(made.exit, Exit::Clean, "{}", made.err);
    let manifest: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("demo-2/manifest.json")).unwrap())
            .unwrap();
    assert_eq!(manifest["plugin"]["id"], "demo-2");
    let schema = huizong_schema::publish::ALL.into_iter().find(|s| s.name == "plugin-manifest").unwrap();
    assert!(jsonschema::validator_for(schema.schema()).unwrap().is_valid(&manifest));
    assert_eq!(run(folder.path(), &["plugin", "new", "demo-2"]).exit, Exit::Failed);
    for name in ["", "Demo", "../x", "a/b", "示范", "-a", "a--b"] {
        assert_eq!(run(folder.path(), &["plugin", "new", "--", name]).exit, Exit::Failed, "{name}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn manifests_of_the_workspace_are_as_published() {
    let schema = huizong_schema::publish::ALL.into_iter().find(|s| s.name == "plugin-manifest").unwrap();
    let validator = jsonschema::validator_for(schema.schema()).unwrap();
    for name in ["tianhe", "lens"] {
        let text = fs::read_to_string(top().join(format!("plugins/{name}/manifest.json"))).unwrap();
        let manifest: Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = validator.iter_errors(&manifest).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}
