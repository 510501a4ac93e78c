//! Tests that the run goes on whatever a plugin does. Every case asserts the same five things:
//!
//! The process is alive; the findings of built-in rules and healthy plugins are byte for byte those of a run
//! without the bad plugin; there are exactly the expected notices; time is bounded; no process and no file is
//! left behind.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test says what went wrong by panicking"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use huizong::Exit;
use huizong_plugin_host::{Candidate, Host, Limits, Plugin};
use huizong_tests::command::{program, run};
use huizong_tests::plugins::{alone, c_library, library, litter, workers};
use huizong_tests::top;
use serde_json::{Value, json};

const DOCUMENTS: usize = 50;
/// The document at which plugins misbehave.
const GUILTY: &str = "docs.ndjson#17";

/// Makes `many` documents; those numbered in `guilty` are of the department 猛兽.
fn documents(many: usize, guilty: &[usize]) -> String {
    (1..=many).fold(String::new(), |mut text, number| {
        let name =
            if guilty.contains(&number) { format!("猛兽{number}") } else { format!("示范{number}") };
        // Some documents are faulty by built-in rules and by the healthy plugins.
        let spent = if number % 7 == 0 { "150.00" } else { "90.00" };
        let mut document = json!({
            "schema_version": "1.0", "department": {"name": name, "code": format!("1{number:05}")},
            "fiscal_year": 2023, "unit": "CNY_10K",
            "budget": {"initial_budget": "100.00", "adjusted_budget": "120.00", "actual_expenditure": spent},
        });
        if number % 5 != 0 {
            document["key_projects"] = json!([{"name": "甲", "budget_requested": "3", "funds_used": "2"}]);
        }
        let _ = writeln!(text, "{document}");
        text
    })
}

/// A folder with documents, and with settings that can have short deadlines.
struct Bench {
    folder: tempfile::TempDir,
    healthy: Vec<PathBuf>,
}

impl Bench {
    fn new(many: usize, guilty: &[usize]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("docs.ndjson"), documents(many, guilty)).unwrap();
        let minimal = top().join("plugins/minimal-c/minimal.c");
        let minimal = c_library(folder.path(), "libminimal.so", &minimal, &[]);
        let bench = Self { folder, healthy: vec![library("huizong_tianhe"), minimal] };
        bench.settings(false, "");
        bench
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes the settings. Deadlines are short only if something hangs, as a healthy plugin on a busy
    /// machine must not miss one.
    fn settings(&self, hangs: bool, more: &str) {
        let ms = if hangs { 2000 } else { 20_000 };
        let limits = format!(
            "[plugin_limits]\nload_ms = {ms}\ncreate_ms = {ms}\nbatch_ms = {ms}\nset_ms = {ms}\n\
             memory_mib = 256\nbatch_documents = 50\n"
        );
        fs::write(self.path().join("huizong.toml"), format!("{limits}{more}")).unwrap();
    }

    /// Checks the documents with the healthy plugins and these others.
    fn check(&self, others: &[&Path], flags: &[&str]) -> (Value, Exit) {
        let mut arguments = vec!["check", "docs.ndjson", "--format", "json"];
        let plugins: Vec<&str> = self
            .healthy
            .iter()
            .map(PathBuf::as_path)
            .chain(others.iter().copied())
            .map(|p| p.to_str().unwrap())
            .collect();
        plugins.iter().for_each(|plugin| arguments.extend(["--plugin", plugin]));
        arguments.extend(flags);
        let ran = run(self.path(), &arguments);
        let report = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"));
        (report, ran.exit)
    }
}

/// The findings of all rules except those of these plugins, as printed.
fn others_findings(report: &Value, bad: &[&str]) -> Vec<String> {
    let is_theirs = |finding: &&Value| {
        let rule = finding["rule"].as_str().unwrap();
        bad.iter().any(|id| rule.starts_with(&format!("{id}/")))
    };
    report["findings"].as_array().unwrap().iter().filter(|f| !is_theirs(f)).map(Value::to_string).collect()
}

/// The notices in short: id, document, and English message.
fn notices(report: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let short = |n: &Value| (text(&n["notice"]), text(&n["document"]), text(&n["message"]["en"]));
    report["notices"].as_array().unwrap().iter().map(short).collect()
}

/// A notice that a bad plugin must cause: its id, its document, and a part of its message.
type Expected<'e> = (&'e str, &'e str, &'e str);

struct Verdicts {
    healthy: Vec<String>,
    proven: usize,
}

impl Verdicts {
    /// Runs a case and asserts the five things.
    fn prove(&mut self, name: &str, bench: &Bench, plugin: &Path, expected: &[Expected<'_>]) -> Value {
        let before = (workers(), litter());
        let began = Instant::now();
        let (report, exit) = bench.check(&[plugin], &[]);
        assert!(began.elapsed() < Duration::from_mins(1), "{name}: {:?}", began.elapsed());
        let found = notices(&report);
        let others = others_findings(&report, &["hostile", "loaded", "abort"]);
        let lost = self.healthy.iter().find(|finding| !others.contains(finding));
        assert!(others == self.healthy, "{name}: {lost:?} is not there or not in its place\n{found:#?}");
        let agree = found.len() == expected.len()
            && found.iter().zip(expected).all(|((notice, document, message), expected)| {
                notice == expected.0 && document == expected.1 && message.contains(expected.2)
            });
        assert!(agree, "{name}: expected {expected:?}\nfound {found:#?}");
        assert_eq!(exit, if expected.is_empty() { Exit::Findings } else { Exit::Incomplete }, "{name}");
        assert_eq!((workers(), litter()), before, "{name}: something is left");
        self.proven += 1;
        report
    }
}

#[test]
fn no_misbehaviour_while_checking_hurts_a_run() {
    let _alone = alone();
    let bench = Bench::new(DOCUMENTS, &[17]);
    let (healthy, exit) = bench.check(&[], &[]);
    assert_eq!(exit, Exit::Findings);
    let mut verdicts = Verdicts { healthy: others_findings(&healthy, &[]), proven: 0 };
    assert!(verdicts.healthy.len() > DOCUMENTS && healthy["notices"].as_array().unwrap().is_empty());

    let hostile = library("huizong_hostile");
    let on = |why: &'static str| [("plugin-failed-on-document", GUILTY, why)];
    let dropped = |why: &'static str| [("plugin-findings-dropped", GUILTY, why)];
    let cases: Vec<(&str, Vec<Expected<'_>>)> = vec![
        ("panic", on("failed internally: no").to_vec()),
        ("panic-drop", on("failed internally: panicked").to_vec()),
        ("null", on("SIGSEGV").to_vec()),
        ("abort", on("SIGABRT").to_vec()),
        ("loop", on("did not end in time").to_vec()),
        ("sleep", on("did not end in time").to_vec()),
        ("stop", on("did not end in time").to_vec()),
        ("ignore-term", on("did not end in time").to_vec()),
        ("overflow", on("ended by signal").to_vec()),
        ("exit", on("exited with status 0").to_vec()),
        ("noise", vec![]),
        ("close-all", on("its p").to_vec()),
        ("fork", vec![]),
        ("fork-exit", on("exited with status 7").to_vec()),
        ("allocate", on("SIGABRT").to_vec()),
        ("leak", vec![]),
        ("write-file", vec![]),
        ("kill-parent", vec![]),
        ("gigabyte", on("1073741824 bytes").to_vec()),
        ("size-max", on("18446744073709551615 bytes").to_vec()),
        ("null-length", on("NULL with a length").to_vec()),
        ("utf8", on("utf-8").to_vec()),
        ("nan", on("its answer is not valid").to_vec()),
        ("duplicate", on("duplicate field").to_vec()),
        ("deep", on("nested too deep").to_vec()),
        ("trailing", on("trailing characters").to_vec()),
        ("code", on("failed internally").to_vec()),
        ("flood", dropped("left out: 99000").to_vec()),
        ("flood-beyond", on("more than the limit (rule 4)").to_vec()),
        ("undeclared", dropped("hostile/nothing-like-it is not declared").to_vec()),
        ("other-plugin", dropped("tianhe/key-project-missing is not declared").to_vec()),
        ("unknown-document", vec![("plugin-findings-dropped", "", "not asked about \"nobody\"")]),
        ("another-document", vec![("plugin-findings-dropped", "", "not asked about \"docs.ndjson#3\"")]),
        ("pointer", dropped("leads to no member").to_vec()),
        ("severity", dropped("graver than declared").to_vec()),
        ("atexit", vec![]),
        ("thread-local", vec![]),
        ("order", vec![]),
        ("time", vec![]),
        (
            "set-crashes",
            vec![("plugin-failed", "", "about the set is lost: its process was ended by signal 6")],
        ),
        ("set-hangs", vec![("plugin-failed", "", "about the set is lost: it did not end in time")]),
        ("finish-panics", vec![("plugin-failed", "", "about the set is lost: it failed internally: no end")]),
        ("finish-unknown", vec![("plugin-findings-dropped", "", "not asked about \"nobody\"")]),
        ("finish-measures", vec![("plugin-findings-dropped", "", "hostile/what is not declared")]),
        ("finish-finds", vec![]),
    ];
    for (mode, expected) in &cases {
        let hangs = expected.iter().any(|notice| notice.2.contains("in time"));
        bench.settings(hangs, &format!("[plugins.hostile]\nconfig = {{ mode = \"{mode}\" }}\n"));
        let report = verdicts.prove(mode, &bench, &hostile, expected);
        // Its findings on other documents are kept.
        let found = report["findings"].as_array().unwrap();
        let own = found.iter().filter(|f| f["rule"] == "hostile/found" && f["document"] == "docs.ndjson#3");
        assert!(own.count() == 1 || matches!(*mode, "order" | "time"), "{mode}");
        if *mode == "flood" {
            assert_eq!(
                found
                    .iter()
                    .filter(|finding| finding["document"] == GUILTY)
                    .filter(|f| f["rule"] == "hostile/found")
                    .count(),
                1000
            );
        }
        if *mode == "finish-finds" {
            assert_eq!(found.last().unwrap()["documents"], json!(["docs.ndjson#1"]));
        }
    }

    // If no instance can be created: three failures, and a notice for every document.
    for (mode, why) in [
        ("create-refuses", "refused its configuration: 不想干"),
        ("create-crashes", "SIGABRT"),
        ("create-hangs", "did not end in time"),
    ] {
        bench.settings(
            why.contains("in time"),
            &format!("[plugins.hostile]\nconfig = {{ mode = \"{mode}\" }}\n"),
        );
        let ids: Vec<String> = (1..=DOCUMENTS).map(|number| format!("docs.ndjson#{number}")).collect();
        let mut expected = vec![("plugin-failed", "", why)];
        expected.extend(ids.iter().map(|id| ("plugin-did-not-run", &**id, "was off")));
        expected.push(("plugin-failed", "", "it was off after its failures"));
        verdicts.prove(mode, &bench, &hostile, &expected);
    }

    // A plugin that aborts where others unwind.
    let abort = bench.path().join("libabort.so");
    let built = Command::new(std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into()))
        .args(["--edition=2024", "-C", "panic=abort", "--crate-type=cdylib", "--crate-name=abort", "-o"])
        .arg(&abort)
        .arg(top().join("tests/hostile/abort.rs"))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    bench.settings(false, "");
    verdicts.prove("panic=abort", &bench, &abort, &on("SIGABRT"));
    println!("{} misbehaviours while checking, five assertions each", verdicts.proven);
}

/// What a plugin finds does not depend on how many documents it is asked about at once.
#[test]
fn findings_about_other_documents_are_dropped_in_batches_of_any_size() {
    let _alone = alone();
    let bench = Bench::new(DOCUMENTS, &[17]);
    let mut reports = Vec::new();
    for size in [1, 2, 7, 50] {
        let limits = format!("[plugin_limits]\nbatch_documents = {size}\n");
        let hostile = "[plugins.hostile]\nconfig = { mode = \"another-document\" }\n";
        fs::write(bench.path().join("huizong.toml"), limits + hostile).unwrap();
        let (report, _) = bench.check(&[&library("huizong_hostile")], &[]);
        reports.push((size, report["findings"].clone(), report["notices"].clone()));
    }
    assert_eq!(reports[0].2.as_array().unwrap().len(), 1, "{}", reports[0].2);
    for (size, findings, notices) in &reports[1..] {
        assert_eq!((findings, notices), (&reports[0].1, &reports[0].2), "in batches of {size}");
    }
}

#[test]
fn no_library_hurts_a_run_by_being_loaded() {
    let _alone = alone();
    let bench = Bench::new(DOCUMENTS, &[17]);
    let (healthy, _) = bench.check(&[], &[]);
    let mut verdicts = Verdicts { healthy: others_findings(&healthy, &[]), proven: 0 };
    let source = top().join("tests/hostile/load.c");
    let failed = |why: &'static str| vec![("plugin-failed", "", why)];
    let manifest = |text: &str| format!("-DMANIFEST={}", json!(text));
    let head = r#"{"protocol":1,"plugin":{"id":"loaded","version":"0.1.0"},"ops":[1]"#;
    let rule =
        r#"{"id":"loaded/a","severity":"info","title":{"zh":"a","en":"a"},"message":{"zh":"a","en":"a"}}"#;
    let no_json = manifest("nonsense");
    let twice = manifest(&format!("{head},\"rules\":[{rule},{rule}]}}"));
    let protocol = manifest(&head.replace("\"protocol\":1", "\"protocol\":2").replace("[1]", "[1]}"));
    let capability = manifest(&format!("{head},\"requires\":{{\"capabilities\":[\"teleport\"]}}}}"));
    let cases: Vec<(&str, &str, Vec<Expected<'_>>)> = vec![
        ("healthy", "-DAS_IT_IS", vec![]),
        ("abi-0.9", "-DVERSION=9", failed("version 0.9")),
        ("abi-1.7", "-DVERSION=0x10007", vec![]),
        ("abi-2.0", "-DVERSION=0x20000", failed("version 2.0")),
        ("no-version-symbol", "-DNO_VERSION", failed("does not export huizong_abi_version")),
        ("no-entry", "-DNO_ENTRY", failed("does not export huizong_plugin_entry_v1")),
        ("null-table", "-DNULL_TABLE", failed("table is NULL")),
        ("struct-size-0", "-DSIZE=0", failed("has 0 bytes")),
        ("struct-size-8", "-DSIZE=8", failed("has 8 bytes")),
        ("struct-size-48", "-DSIZE=48", failed("has 48 bytes")),
        ("struct-size-4096", "-DSIZE=4096", vec![]),
        ("null-describe", "-DNULL_FUNCTION=describe", failed("describe is NULL")),
        ("null-create", "-DNULL_FUNCTION=create", failed("create is NULL")),
        ("null-call", "-DNULL_FUNCTION=call", failed("call is NULL")),
        ("null-destroy", "-DNULL_FUNCTION=destroy", failed("destroy is NULL")),
        ("null-release", "-DNULL_FUNCTION=release", failed("release is NULL")),
        ("constructor-loops", "-DLOOPS", failed("did not end in time")),
        ("constructor-crashes", "-DCRASHES", failed("SIGABRT")),
        ("manifest-not-json", &no_json, failed("its manifest is not valid")),
        ("manifest-huge", "-DHUGE_MANIFEST", failed("2097152 bytes")),
        ("manifest-duplicate-ids", &twice, failed("declared twice")),
        ("manifest-changes", "-DCHANGING_MANIFEST", failed("different each time")),
        ("protocol-2", &protocol, vec![("plugin-refused", "", "speaks protocol 2")]),
        ("capability", &capability, vec![("plugin-refused", "", "capability teleport")]),
    ];
    for (name, define, expected) in &cases {
        let plugin = c_library(bench.path(), &format!("lib{name}.so"), &source, &[define]);
        bench.settings(expected.iter().any(|notice| notice.2.contains("in time")), "");
        verdicts.prove(name, &bench, &plugin, expected);
    }
    bench.settings(false, "");

    // A library that depends on one that does not exist.
    let gone = c_library(bench.path(), "libgone.so", &source, &["-DNO_VERSION", "-DNO_ENTRY"]);
    let here = format!("-L{}", bench.path().display());
    let needs = c_library(bench.path(), "libneeds.so", &source, &[&here, "-Wl,--no-as-needed", "-lgone"]);
    fs::remove_file(gone).unwrap();
    verdicts.prove("missing-dependency", &bench, &needs, &failed("libgone.so: cannot open"));

    // Files that are not libraries.
    let whole = fs::read(c_library(bench.path(), "libwhole.so", &source, &[])).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = bench.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    verdicts.prove("truncated", &bench, &file("libcut.so", &whole[..5000]), &failed(""));
    verdicts.prove("empty", &bench, &file("libempty.so", b""), &failed("cannot be loaded"));
    verdicts.prove("text", &bench, &file("libtext.so", "示范".as_bytes()), &failed("cannot be loaded"));
    let fifo = bench.path().join("libfifo.so");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let refused = |why| vec![("plugin-refused", "", why)];
    verdicts.prove("fifo", &bench, &fifo, &refused("not a plain file"));
    let folder = bench.path().join("libfolder.so");
    fs::create_dir(&folder).unwrap();
    verdicts.prove("directory", &bench, &folder, &refused("not a plain file"));

    // Two plugins with the same symbols.
    let other = c_library(bench.path(), "libother.so", &source, &["-DID=\"other\""]);
    let first = c_library(bench.path(), "libfirst.so", &source, &[]);
    for flags in [&[][..], &["--in-process"]] {
        let (report, _) = bench.check(&[&first, &other], flags);
        assert_eq!(others_findings(&report, &[]), verdicts.healthy);
        assert_eq!(notices(&report), []);
    }
    verdicts.proven += 1;
    println!("{} ways of being no plugin, five assertions each", verdicts.proven);
}

#[test]
fn the_bytes_that_were_read_are_run() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let source = top().join("tests/hostile/load.c");
    let path = c_library(folder.path(), "libfirst.so", &source, &[]);
    let candidate = Candidate::read(&path).unwrap();
    // Between hashing and loading, another plugin replaces the file.
    let other = c_library(folder.path(), "libother.so", &source, &["-DID=\"other\""]);
    fs::rename(other, &path).unwrap();
    let host =
        Host { program: program(), limits: Limits::default(), in_process: false, require_isolation: false };
    let plugin = Plugin::describe(host, candidate).unwrap();
    assert_eq!(plugin.id(), "loaded");
    drop(plugin);
    assert_eq!(workers().len(), 0);
}

#[test]
fn workers_die_with_the_command() {
    let _alone = alone();
    let bench = Bench::new(DOCUMENTS, &[17]);
    let limits = "[plugin_limits]\nbatch_ms = 60000\n[plugins.hostile]\nconfig = { mode = \"loop\" }\n";
    fs::write(bench.path().join("huizong.toml"), limits).unwrap();
    let mut command = Command::new(program())
        .args(["check", "docs.ndjson", "--plugin"])
        .arg(library("huizong_hostile"))
        .current_dir(bench.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let wait = |what: &str, is_so: &dyn Fn() -> bool| {
        let began = Instant::now();
        while !is_so() {
            assert!(began.elapsed() < Duration::from_secs(10), "{what}");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    wait("a worker starts", &|| !workers().is_empty());
    std::thread::sleep(Duration::from_millis(200));
    command.kill().unwrap();
    command.wait().unwrap();
    wait("no worker is left", &|| workers().is_empty());
}

const MANY: usize = 2000;

/// Runs a crashing, a hanging and a healthy plugin over two thousand documents.
#[test]
fn a_long_run_names_exactly_the_guilty_documents() {
    let _alone = alone();
    let guilty = [40, 333, 1200, 1700];
    let bench = Bench::new(MANY, &guilty);
    let (healthy, exit) = bench.check(&[], &[]);
    assert_eq!(exit, Exit::Findings);
    let hostile = library("huizong_hostile");
    // The hanging plugin differs only by its name.
    let bytes = fs::read(&hostile).unwrap();
    let renamed = replaced(&bytes, b"hostile", b"hanging");
    let hanging = bench.path().join("libhanging.so");
    fs::write(&hanging, renamed).unwrap();
    bench.settings(
        true,
        "[plugins.hostile]\nconfig = { mode = \"null\" }\n[plugins.hanging]\nconfig = { mode = \"sleep\" }\n",
    );
    let mut outputs = Vec::new();
    for jobs in ["1", "2"] {
        let began = Instant::now();
        let (report, exit) = bench.check(&[&hostile, &hanging], &["--jobs", jobs]);
        let took = began.elapsed();
        assert!(took < Duration::from_secs(90), "{took:?}");
        assert_eq!(exit, Exit::Incomplete);
        assert_eq!(others_findings(&report, &["hostile", "hanging"]), others_findings(&healthy, &[]));
        let mut by_document: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (notice, document, message) in notices(&report) {
            let plugin = if message.contains("hanging") { "hanging" } else { "hostile" };
            let number = document.rsplit_once('#').map_or(0, |(_, number)| number.parse().unwrap());
            by_document.entry(format!("{plugin} {notice}")).or_default().push(number);
        }
        // After its third guilty document each plugin is off, and every later document is reported.
        let rest: Vec<usize> = (1201..=MANY).collect();
        for plugin in ["hostile", "hanging"] {
            assert_eq!(by_document[&format!("{plugin} plugin-failed-on-document")], guilty[..3]);
            assert_eq!(by_document[&format!("{plugin} plugin-did-not-run")], rest);
            assert_eq!(by_document[&format!("{plugin} plugin-failed")], [0]);
        }
        assert_eq!(by_document.len(), 6, "{:?}", by_document.keys());
        assert_eq!(workers().len(), 0);
        println!("{MANY} documents, --jobs {jobs}: healthy findings identical, {took:?}");
        outputs.push(report.to_string());
    }
    assert_eq!(outputs[0], outputs[1]);
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(from.len()).position(|window| window == from) {
        bytes[at + found..at + found + from.len()].copy_from_slice(to);
        at += found + from.len();
    }
    bytes
}
