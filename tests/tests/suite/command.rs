//! Tests of the command on the example district: its output, files and exit status.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test says what went wrong by panicking"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use huizong::Exit;
use huizong_schema::publish;
use huizong_tests::command::{run, run_with};
use serde_json::Value;

fn district() -> PathBuf {
    // With its drive on Windows: it is named from folders on other drives.
    std::path::absolute(huizong_tests::top().join("examples/district")).unwrap()
}

fn valid(schema: &str, value: &Value) {
    let published = publish::ALL.into_iter().find(|published| published.name == schema).unwrap();
    let validator = jsonschema::draft202012::new(published.schema()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{schema}: {errors:#?}");
}

#[test]
fn check_shows_each_place_in_both_languages() {
    for lang in ["zh", "en"] {
        let ran = run(&district(), &["check", "forms", "--lang", lang]);
        assert_eq!(ran.exit, Exit::Findings);
        // How a list is understood is shown where it is named, and with a result.
        assert_eq!(ran.err, "");
        let ran_with = run(&district(), &["check", "forms", "--roster", "roster.csv", "--lang", lang]);
        let id = if lang == "en" { "[list-columns] roster.csv" } else { "附注：roster.csv：" };
        assert!(ran_with.err.contains(id), "{}", ran_with.err);
        assert_eq!(ran_with.err.lines().count(), 1, "{}", ran_with.err);
        // Ids are for developers.
        assert_eq!(ran.out.contains("[rate-is-truncated]"), lang == "en");
        assert!(run(&district(), &["check", "forms", "--ids"]).out.contains("[rate-is-truncated]"));
        insta::assert_snapshot!(format!("check_{lang}"), ran.out);
    }
}

#[test]
fn reports_keep_their_own_schemas() {
    let ran = run(&district(), &["check", "forms", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    valid("findings", &report);
    assert_eq!(report["documents"], 13);
    for rule in report["rules"].as_array().unwrap() {
        let skipped: u64 =
            rule["skipped"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
        let ends = ["passed", "failed", "crashed"].iter().map(|end| rule[end].as_u64().unwrap()).sum::<u64>()
            + skipped;
        // Each rule ends in one of the four states for each document, or once for the whole set.
        assert!(ends == 13 || ends == 1, "{rule}");
    }
}

#[test]
fn consolidate_writes_the_same_bytes_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let mut written: Vec<BTreeMap<String, Vec<u8>>> = Vec::new();
    for jobs in ["1", "2", "7"] {
        let out = folder.path().join(jobs);
        let formats = "json,xlsx,html,docx,csv,parquet";
        let arguments =
            ["consolidate", "forms", "-o", out.to_str().unwrap(), "--jobs", jobs, "--formats", formats];
        let ran = run(&district(), &arguments);
        assert_eq!(ran.exit, Exit::Findings, "{}", ran.err);
        let files = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap());
        written.push(
            files
                .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
                .collect(),
        );
    }
    for files in &mut written {
        let receipt = files.get_mut("receipt.json").unwrap();
        let mut said: Value = serde_json::from_slice(receipt).unwrap();
        valid("receipt", &said);
        // Only the receipt contains the result's location.
        said["out"] = Value::Null;
        *receipt = said.to_string().into_bytes();
    }
    assert!(written.windows(2).all(|pair| pair[0] == pair[1]));
    let names: Vec<&str> = written[0].keys().map(String::as_str).collect();
    insta::assert_snapshot!("files", names.join("\n"));
    let text = |name: &str| {
        String::from_utf8(written[0][name].clone()).unwrap().trim_start_matches('\u{feff}').to_owned()
    };
    let consolidation: Value = serde_json::from_str(&text("consolidation.json")).unwrap();
    valid("consolidation", &consolidation);
    for line in text("findings.ndjson").lines() {
        valid("finding", &serde_json::from_str(line).unwrap());
    }
    for line in text(huizong_run::partial::STATE).lines() {
        valid("partial-line", &serde_json::from_str(line).unwrap());
    }
    insta::assert_snapshot!("consolidation", text("consolidation.json"));
    for name in
        ["departments", "excluded", "findings", "totals", "groups", "coverage", "key_projects", "lineage"]
    {
        insta::assert_snapshot!(name, text(&format!("{name}.csv")));
    }
}

#[test]
fn totals_of_the_example_district_match_an_independent_sum() {
    // The sums were computed from the forms once, by another program. 住建 reports in 元; 城管 and the first form
    // of 妇联 do not count.
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let ran = run(&district(), &["consolidate", "forms", "-o", out.to_str().unwrap()]);
    assert!(ran.out.contains("104,424.60"), "{}", ran.out);
    let consolidation: Value =
        serde_json::from_slice(&fs::read(out.join("consolidation.json")).unwrap()).unwrap();
    assert_eq!(consolidation["totals"]["actual_expenditure"]["value"], "1044246025.40");
    assert_eq!(consolidation["totals"]["actual_expenditure"]["reported_by"], 11);
    assert_eq!(consolidation["coverage"]["received"], 12);
}

#[test]
fn documents_are_shuffled_and_only_their_ids_change() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = fastrand::Rng::with_seed(7);
    let mut lines: Vec<String> = (0..60)
        .map(|index| {
            let mut document = huizong_tests::documents::document(&mut rng);
            document["department"] =
                serde_json::json!({ "name": format!("局{index}"), "code": format!("{index:03}") });
            document["fiscal_year"] = 2023.into();
            document.to_string()
        })
        .collect();
    // Add a second document of a department and one that the schema rejects, neither of which counts.
    lines.push(lines[3].replace("\"fiscal_year\":2023", "\"fiscal_year\":2022"));
    lines.push(lines[4].replace("\"unit\":\"CNY", "\"unit\":\"USD"));
    let mut results = Vec::new();
    for name in ["a", "b"] {
        fs::write(folder.path().join("all.ndjson"), lines.join("\n")).unwrap();
        let out = folder.path().join(name);
        run(folder.path(), &["consolidate", "all.ndjson", "-o", out.to_str().unwrap(), "--formats", "json"]);
        let mut value: Value =
            serde_json::from_slice(&fs::read(out.join("consolidation.json")).unwrap()).unwrap();
        for list in ["/departments", "/coverage/excluded"] {
            value
                .pointer_mut(list)
                .unwrap()
                .as_array_mut()
                .unwrap()
                .iter_mut()
                .for_each(|row| drop(row["document"].take()));
        }
        results.push(value);
        rng.shuffle(&mut lines);
    }
    assert_eq!(results[0], results[1]);
    assert_eq!(results[0]["coverage"]["included"], 59);
    assert_eq!(results[0]["coverage"]["excluded"].as_array().unwrap().len(), 3);
}

#[test]
fn convert_gives_documents_that_the_schema_accepts() {
    let forms = district().join("forms");
    let mut names: Vec<String> = fs::read_dir(&forms)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for name in &names {
        let ran = run(&forms, &["convert", name]);
        let unfinished = name.starts_with("08");
        assert_eq!(ran.exit, if unfinished { Exit::Findings } else { Exit::Clean }, "{name}: {}", ran.err);
        if !unfinished {
            valid("evaluation", &serde_json::from_str(&ran.out).unwrap());
        }
    }
    let ran = run(&forms, &["convert", "06-zhujian.txt", "--explain-import"]);
    insta::assert_snapshot!("convert", ran.out);
    insta::assert_snapshot!("explain_import", ran.err);
}

#[test]
fn a_converted_document_reads_as_itself() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(&district().join("forms"), &["convert", "02-jiaoyu.html"]);
    fs::write(folder.path().join("a.json"), &ran.out).unwrap();
    assert_eq!(run(folder.path(), &["convert", "a.json"]).out, ran.out);
}

#[test]
fn rules_schemas_and_manuals_are_printed() {
    let here = district();
    for lang in ["zh", "en"] {
        let ran = run(&here, &["rule", "--lang", lang]);
        insta::assert_snapshot!(format!("rules_{lang}"), ran.out);
        let page = run(&here, &["explain", "rate-is-truncated", "--lang", lang]);
        insta::assert_snapshot!(format!("page_{lang}"), page.out);
        for name in ["rate-is-truncated", "Rate-Is-Truncated"] {
            assert_eq!(run(&here, &["rule", name, "--lang", lang]).out, page.out);
        }
        // Offices ask by the title, and need neither ids nor JSON.
        for name in ["比率被截尾", "A rate was cut off"] {
            let asked = run(&here, &["rule", name, "--lang", lang]).out;
            assert_eq!(run(&here, &["rule", name, "--lang", lang, "--ids"]).out, page.out);
            assert!(asked == page.out || lang == "zh" && !asked.contains("json") && !asked.contains("读取"));
        }
    }
    for schema in publish::ALL {
        assert_eq!(run(&here, &["schema", schema.name]).out, schema.text());
    }
    assert!(run(&here, &["man"]).out.contains(".TH"));
    assert!(run(&here, &["completions", "bash"]).out.contains("huizong"));
    assert_eq!(run(&here, &["explain", "no-such-rule"]).exit, Exit::Failed);
}

#[test]
fn the_language_is_flag_then_environment_then_locale_then_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let title = |arguments: &[&str], variables: &[(&str, &str)]| {
        let variable =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        run_with(folder.path(), arguments, b"", &variable).out.contains("A rate was cut off")
    };
    let explain = ["explain", "rate-is-truncated"];
    assert!(!title(&explain, &[]));
    assert!(title(&explain, &[("LANG", "en_US.UTF-8")]));
    assert!(!title(&explain, &[("LANG", "C.UTF-8")]));
    assert!(!title(&explain, &[("LC_ALL", "POSIX")]));
    assert!(!title(&explain, &[("LANG", "en_US.UTF-8"), ("HUIZONG_LANG", "zh")]));
    assert!(title(&["--lang", "en", "explain", "rate-is-truncated"], &[("HUIZONG_LANG", "zh")]));
    assert!(title(&["explain", "rate-is-truncated", "--lang=en"], &[]));
}

#[test]
fn settings_are_found_upwards_and_flags_win() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("a/b");
    fs::create_dir_all(&below).unwrap();
    fs::write(folder.path().join("huizong.toml"), "year = 2021\nfail_on = \"never\"\n").unwrap();
    fs::copy(district().join("forms/02-jiaoyu.html"), below.join("x.html")).unwrap();
    let ran = run(&below, &["check", "x.html", "--ids"]);
    assert!(ran.out.contains("fiscal-year-unexpected"));
    assert_eq!(ran.exit, Exit::Clean);
    assert_eq!(run(&below, &["check", "x.html", "--fail-on", "error"]).exit, Exit::Findings);
    assert!(
        !run(&below, &["check", "x.html", "--ids", "--year", "2022"]).out.contains("fiscal-year-unexpected")
    );
    fs::write(folder.path().join("huizong.toml"), "yeer = 2021\n").unwrap();
    let ran = run(&below, &["check", "x.html"]);
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.err.contains("yeer"), "{}", ran.err);
}

#[test]
fn only_an_earlier_result_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("letter.txt"), "x").unwrap();
    let forms = district().join("forms/02-jiaoyu.html");
    let consolidate = ["consolidate", forms.to_str().unwrap(), "-o", "out"];
    let ran = run(folder.path(), &consolidate);
    assert_eq!(ran.exit, Exit::Failed);
    assert!(out.join("letter.txt").exists());
    fs::remove_file(out.join("letter.txt")).unwrap();
    assert_eq!(run(folder.path(), &consolidate).exit, Exit::Clean);
    assert_eq!(run(folder.path(), &consolidate).exit, Exit::Clean);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["out"], "nothing is left next to the result");
    // A result is not an input.
    assert_eq!(run(folder.path(), &["check", "."]).exit, Exit::Incomplete);
}

#[test]
fn the_example_with_the_real_figures_is_read_unchanged() {
    let forms = district().join("forms");
    let document: Value = serde_json::from_str(&run(&forms, &["convert", "01-kexie.txt"]).out).unwrap();
    assert_eq!(document["budget"]["adjustment_rate"], "17.35");
    assert_eq!(document["tasks"][1]["indicators"].as_array().unwrap().len(), 3);
    assert_eq!(document["key_projects"][0]["funds_used"], "8.54");
    let ran = run(&forms, &["check", "01-kexie.txt", "--format", "json", "--year", "2022"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.exit, report["findings"].as_array().unwrap().len()), (Exit::Clean, 1));
    let finding = &report["findings"][0];
    assert_eq!((&finding["rule"], &finding["location"]["line"]), (&"rate-is-truncated".into(), &9.into()));
    assert_eq!(
        (&finding["args"]["actual"], &finding["args"]["expected"]),
        (&"17.35".into(), &"17.36".into())
    );
}

#[test]
fn the_real_form_is_read_unchanged() {
    let form = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/forms/real/tianhe-kexie-2022.txt");
    if !form.exists() {
        // The form is not ours to publish; examples/district/forms/01-kexie.txt has its figures.
        eprintln!("NOT RUN: {} is absent", form.display());
        return;
    }
    let ran = run(form.parent().unwrap(), &["convert", "tianhe-kexie-2022.txt"]);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["budget"]["adjustment_rate"], "17.35");
    assert_eq!(document["tasks"][1]["indicators"].as_array().unwrap().len(), 3);
    assert_eq!(document["key_projects"][0]["funds_used"], "8.54");
    let ran = run(form.parent().unwrap(), &["check", "tianhe-kexie-2022.txt", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
    assert_eq!(report["findings"][0]["rule"], "rate-is-truncated");
    assert_eq!(report["findings"][0]["location"]["line"], 11);
}

#[test]
fn usage_errors_are_in_the_readers_language() {
    let here = district();
    for (arguments, zh, en) in [
        (vec!["chek"], "没有 chek 这个命令。\n是不是 check？", "unrecognized subcommand"),
        (vec!["check"], "没有写各部门的表在哪里", "required arguments"),
        (vec!["consolidate", "x"], "没有写结果放在哪里，如 -o 结果", "required arguments"),
        (vec!["check", "x", "--frob"], "没有 --frob 这个选项", "unexpected argument"),
        (
            vec!["check", "x", "--fail-on", "foo"],
            "写的“foo”不对（可用：error、warning、never）",
            "invalid value",
        ),
    ] {
        for (lang, said) in [("zh", zh), ("en", en)] {
            let ran = run(&here, &[&arguments[..], &["--lang", lang]].concat());
            assert_eq!(ran.exit, Exit::Failed);
            assert!(ran.err.contains(said) && ran.out.is_empty(), "{}", ran.err);
        }
    }
    let help = run(&here, &["check", "--help"]).out;
    assert!(help.contains("用法：") && help.contains("显示帮助") && !help.contains("Usage"), "{help}");
    for english in ["[OPTIONS]", "possible values", "default:", "<PATH>", "<FILE>", "<DIR>"] {
        for command in ["check", "consolidate", "annotate", "template", "verify", "init"] {
            let help = run(&here, &[command, "--help"]).out;
            assert!(!help.contains(english), "{command}: {english}: {help}");
        }
    }
    assert!(run(&here, &["--version"]).out.starts_with("huizong "));
}

#[test]
fn convert_overwrites_nothing_but_json() {
    let folder = tempfile::tempdir().unwrap();
    let form = folder.path().join("a.html");
    fs::copy(district().join("forms/02-jiaoyu.html"), &form).unwrap();
    let before = fs::read(&form).unwrap();
    let ran = run(folder.path(), &["convert", "a.html", "-o", "a.html"]);
    assert_eq!((ran.exit, fs::read(&form).unwrap()), (Exit::Failed, before));
    for _ in 0..2 {
        assert_eq!(run(folder.path(), &["convert", "a.html", "-o", "a.json"]).exit, Exit::Clean);
    }
    // A file that is not a form cannot be converted.
    fs::write(folder.path().join("letter.txt"), "各位同事：").unwrap();
    let ran = run(folder.path(), &["convert", "letter.txt"]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Findings, ""));
}

#[test]
fn files_that_were_not_read_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(district().join("forms/02-jiaoyu.html"), folder.path().join("a.html")).unwrap();
    fs::write(folder.path().join("b.doc"), "x").unwrap();
    for arguments in [vec!["check", "."], vec!["consolidate", ".", "-o", "out"]] {
        let ran = run(folder.path(), &arguments);
        assert!(ran.out.contains("有 1 个文件没有读取"), "{}", ran.out);
        assert!(ran.err.contains("b.doc"), "{}", ran.err);
    }
}

/// Redirected text on a Chinese Windows is in code page 936.
#[test]
fn whatever_the_command_says_in_chinese_is_in_the_code_page_of_chinese_consoles() {
    let is_shown = |text: &str| !encoding_rs::GBK.encode(text).2;
    let is_lacked = |text: &str| text.chars().filter(|c| !is_shown(&c.to_string())).collect::<String>();
    for rule in huizong_core::rules::ALL {
        for message in rule.messages {
            // Equations come as arguments, and the terminal shows their signs otherwise.
            assert_eq!(is_lacked(message.zh), "", "{}", rule.id);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let out = out.to_str().unwrap();
    for arguments in [
        &["check", "forms"][..],
        &["consolidate", "forms", "-o", out],
        &["explain", "部门!F12", "--in", out],
        &["rule"],
        &["--help"],
        &["consolidate", "--help"],
    ] {
        let ran = run(&district(), arguments);
        assert!(
            is_shown(&ran.out) && is_shown(&ran.err),
            "{arguments:?}: {}",
            is_lacked(&(ran.out + &ran.err))
        );
    }
}
