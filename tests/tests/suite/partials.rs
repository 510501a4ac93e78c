//! Tests that partials of any inputs, merged in any order, give the same bytes as one run over all of them.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use fastrand::Rng;
use huizong::Exit;
use huizong_tests::command::{Ran, run, run_with};
use huizong_tests::documents::document;
#[cfg(target_os = "linux")]
use huizong_tests::plugins::library;
use huizong_tests::{cases, copy_folder};
use serde_json::{Value, json};

const FORMATS: &[&str] =
    &["--formats", "json,xlsx,html,docx,csv,parquet", "--fail-on", "never", "--lang", "en"];

fn consolidate(folder: &Path, arguments: &[&str]) -> Ran {
    run(folder, &[&["consolidate"], arguments, FORMATS].concat())
}

fn merge(folder: &Path, partials: &[String]) -> Ran {
    let partials: Vec<&str> = partials.iter().map(String::as_str).collect();
    let arguments = [&["merge", "-o", "out", "--fail-on", "never", "--lang", "en"], &partials[..]].concat();
    run(folder, &arguments)
}

/// The files of a result, by name, without what is kept for an update.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    let files = files.filter(|file| file.file_name() != huizong_run::partial::STATE);
    files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap())).collect()
}

/// Fails if two results differ, and shows the first line that does.
fn assert_same(one: &BTreeMap<String, Vec<u8>>, two: &BTreeMap<String, Vec<u8>>, of: &str) {
    assert!(one.len() > 10 && one.keys().eq(two.keys()), "{of}: {:?} {:?}", one.keys(), two.keys());
    for (name, bytes) in one {
        let lines = |bytes: &[u8]| -> Vec<String> {
            bytes
                .split(|byte| *byte == b'\n')
                .map(|line| String::from_utf8_lossy(line).into_owned())
                .collect()
        };
        let (one, two) = (lines(bytes), lines(&two[name]));
        let differs = one.iter().zip(&two).find(|(one, two)| one != two);
        assert!(differs.is_none() && one.len() == two.len(), "{of}: {name}: {differs:#?}");
    }
}

/// Random documents, among them copies, other versions of one department's document, of other years and unreadable lines.
fn lines(rng: &mut Rng, count: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for number in 0..count {
        let mut next = document(rng);
        next["department"]["name"] = format!("示范区第{}局", number / 2).into();
        next["fiscal_year"] = 2023.into();
        match rng.u8(0..8) {
            0 => next["fiscal_year"] = 2022.into(),
            1 => next["budget"]["initial_budget"] = json!(7),
            2 if !lines.is_empty() => {
                lines.push(lines[rng.usize(..lines.len())].clone());
                continue;
            }
            3 if !lines.is_empty() => {
                // The same members, written otherwise.
                let again: Value = serde_json::from_str(&lines[rng.usize(..lines.len())]).unwrap_or_default();
                lines.push(format!("  {again}"));
                continue;
            }
            4 => {
                lines.push("{\"cut".to_owned());
                continue;
            }
            _ => {}
        }
        lines.push(next.to_string());
    }
    lines
}

fn write_roster(folder: &Path, count: usize) {
    let mut roster = "名称,类别\n".to_owned();
    for number in 0..count {
        writeln!(roster, "示范区第{number}局,{}", ["甲", "乙", "丙"][number % 3]).unwrap();
    }
    fs::write(folder.join("roster.csv"), roster).unwrap();
}

#[test]
fn merged_partials_give_the_same_bytes_as_one_run() {
    let lists = ["--roster", "roster.csv", "--group-by", "类别"];
    for case in 0..cases(4) {
        let mut rng = Rng::with_seed(case);
        let here = tempfile::tempdir().unwrap();
        let here = here.path();
        let count = rng.usize(1..60);
        write_roster(here, count / 2 + 2);
        let lines = lines(&mut rng, count);
        // In the order of their names, the tenth comes before the second.
        let parts = [1, 2, 12][rng.usize(..3)];
        let mut texts = vec![String::new(); parts];
        for line in &lines {
            writeln!(texts[rng.usize(..parts)], "{line}").unwrap();
        }
        // Files, and folders with files, some of which are not read.
        let mut names: Vec<String> = Vec::new();
        for (part, text) in texts.iter().enumerate() {
            let folder = format!("p{part}");
            let is_folder = rng.bool();
            fs::create_dir(here.join(&folder)).unwrap();
            let file = if is_folder { format!("{folder}/p{part}.ndjson") } else { format!("p{part}.ndjson") };
            fs::write(here.join(&file), text).unwrap();
            if rng.bool() {
                fs::write(here.join(format!("{folder}/{part}.png")), "").unwrap();
            }
            names.push(if is_folder { folder } else { file });
        }
        let all: Vec<&str> = names.iter().map(String::as_str).chain(lists).chain(["-o", "out"]).collect();
        let ran = consolidate(here, &all);
        assert!(matches!(ran.exit, Exit::Clean | Exit::Incomplete), "{}", ran.err);
        let whole = files(&here.join("out"));
        fs::remove_dir_all(here.join("out")).unwrap();
        // Each partial is of any of them, in any order.
        rng.shuffle(&mut names);
        let mut partials = Vec::new();
        while !names.is_empty() {
            let partial = format!("{}.partial", partials.len());
            let of: Vec<String> = names.drain(..rng.usize(1..=names.len().min(5))).collect();
            let of = of.iter().map(String::as_str);
            let arguments: Vec<&str> = of.chain(["--partial", &partial]).chain(lists).collect();
            let ran = consolidate(here, &arguments);
            assert!(matches!(ran.exit, Exit::Clean | Exit::Incomplete), "{}", ran.err);
            partials.push(partial);
        }
        rng.shuffle(&mut partials);
        let ran = merge(here, &partials);
        assert!(matches!(ran.exit, Exit::Clean | Exit::Incomplete), "{}", ran.err);
        assert_same(&whole, &files(&here.join("out")), &format!("case {case}"));
        let ran = run(here, &["verify", "out", "--lang", "en"]);
        assert_eq!(ran.exit, Exit::Clean, "{}{}", ran.out, ran.err);
    }
}

#[test]
fn pieces_of_one_file_give_the_same_bytes_as_the_file() {
    let mut rng = Rng::with_seed(3);
    let here = tempfile::tempdir().unwrap();
    let here = here.path();
    let mut lines = lines(&mut rng, 30);
    lines.insert(4, String::new());
    // A piece has nothing but this.
    lines.insert(7, String::new());
    fs::write(here.join("all.ndjson"), lines.join("\n")).unwrap();
    consolidate(here, &["all.ndjson", "-o", "out"]);
    let whole = files(&here.join("out"));
    fs::remove_dir_all(here.join("out")).unwrap();
    let (mut partials, mut document, mut at) = (Vec::new(), 1, 0);
    for length in [7, 1, 0, 15, 100] {
        let piece = &lines[at..(at + length).min(lines.len())];
        let (partial, number, line) =
            (format!("{}.partial", partials.len()), document.to_string(), (at + 1).to_string());
        let piece_of = ["--piece-of", "all.ndjson", "--piece-document", &number, "--piece-line", &line];
        let arguments = [&["consolidate", "-", "--partial", &partial], &piece_of[..], FORMATS].concat();
        let text: String = piece.iter().map(|line| line.clone() + "\n").collect();
        let ran = run_with(here, &arguments, text.as_bytes(), &|_| None);
        assert!(matches!(ran.exit, Exit::Clean | Exit::Incomplete), "{}", ran.err);
        document += piece.iter().filter(|line| !line.trim().is_empty()).count();
        at += piece.len();
        partials.push(partial);
    }
    partials.reverse();
    let ran = merge(here, &partials);
    assert!(matches!(ran.exit, Exit::Clean | Exit::Incomplete), "{}", ran.err);
    assert_same(&whole, &files(&here.join("out")), "pieces");
    for some in [&partials[1..], &partials[..1]] {
        let ran = merge(here, some);
        assert!(ran.exit == Exit::Failed && ran.err.contains("a piece is missing"), "{}", ran.err);
    }
    let ran = run_with(
        here,
        &["consolidate", "-", "--partial", "p", "--piece-of", "a.ndjson.gz", "--lang", "en"],
        b"",
        &|_| None,
    );
    assert!(ran.exit == Exit::Failed && ran.err.contains("has no pieces"), "{}", ran.err);
}

#[cfg(target_os = "linux")]
#[test]
fn partials_of_forms_give_the_same_bytes_with_plugins_and_lists() {
    let temporary = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples/district");
    copy_folder(&from, temporary.path());
    let here = temporary.path();
    fs::copy(library("huizong_tianhe"), here.join("libtianhe.so")).unwrap();
    fs::copy(library("huizong_lens"), here.join("liblens.so")).unwrap();
    let plugins = ["--plugin", "libtianhe.so", "--plugin", "liblens.so"];
    let mut names: Vec<String> = fs::read_dir(here.join("forms"))
        .unwrap()
        .map(|file| format!("forms/{}", file.unwrap().file_name().to_str().unwrap()))
        .collect();
    names.sort();
    let all: Vec<&str> = names.iter().map(String::as_str).chain(plugins).chain(["-o", "out"]).collect();
    consolidate(here, &all);
    let whole = files(&here.join("out"));
    fs::remove_dir_all(here.join("out")).unwrap();
    let mut partials = Vec::new();
    for number in 0..4 {
        let partial = format!("{number}.partial");
        let names = names.iter().skip(number).step_by(4).map(String::as_str);
        let arguments: Vec<&str> = names.chain(["--partial", &partial]).chain(plugins).collect();
        let ran = consolidate(here, &arguments);
        assert!(matches!(ran.exit, Exit::Clean | Exit::Incomplete), "{}", ran.err);
        partials.push(partial);
    }
    partials.rotate_left(2);
    let ran = merge(here, &partials);
    assert!(matches!(ran.exit, Exit::Clean | Exit::Incomplete), "{}", ran.err);
    assert_same(&whole, &files(&here.join("out")), "forms");
}

#[test]
fn a_partial_that_cannot_be_merged_is_refused_by_name() {
    let here = tempfile::tempdir().unwrap();
    let here = here.path();
    let mut rng = Rng::with_seed(1);
    for name in ["a", "b"] {
        fs::write(here.join(format!("{name}.ndjson")), document(&mut rng).to_string() + "\n").unwrap();
        let (input, partial) = (format!("{name}.ndjson"), format!("{name}.partial"));
        consolidate(here, &[&input, "--partial", &partial]);
    }
    let sound = fs::read_to_string(here.join("b.partial")).unwrap();
    let refused = |text: &[u8], why: &str| {
        fs::write(here.join("bad"), text).unwrap();
        let ran = merge(here, &["a.partial".to_owned(), "bad".to_owned()]);
        assert_eq!(ran.exit, Exit::Failed, "{why}: {}", ran.err);
        assert!(ran.err.contains("bad") && ran.err.contains(why), "{why}: {}", ran.err);
        assert!(!here.join("out").exists());
    };
    for end in [0, 1, sound.len() / 3, sound.len() / 2, sound.len() - 1] {
        let why = if end < sound.find('\n').unwrap() { "is no partial" } else { "cut off" };
        refused(&sound.as_bytes()[..end], why);
    }
    let without_end = &sound[..=sound.trim_end().rfind('\n').unwrap()];
    refused(without_end.as_bytes(), "cut off");
    refused(sound.replacen("\"tasks\":", "\"tasks\": ", 1).as_bytes(), "not as it was written");
    refused((sound.clone() + "x").as_bytes(), "not as it was written");
    refused(sound.replacen("\"1.0\"", "\"1.1\"", 1).as_bytes(), "of version 1.1");
    refused(fs::read(here.join("a.ndjson")).unwrap().as_slice(), "is no partial");
    refused(b"\x89PNG\r\n\x1a\n\0\0", "is no partial");
    refused(&fs::read(here.join("a.partial")).unwrap(), "merge only one");
    // Both have the same file, which cannot be read.
    fs::write(here.join("none.xlsx"), "PK").unwrap();
    for (input, partial) in [("a.ndjson", "a.partial"), ("b.ndjson", "bad")] {
        consolidate(here, &[input, "none.xlsx", "--partial", partial]);
    }
    refused(&fs::read(here.join("bad")).unwrap(), "merge only one");
    consolidate(here, &["a.ndjson", "--partial", "a.partial"]);
    for (flags, why) in [
        (&["--year", "2022"][..], "the year"),
        (&["--exclude-errors"], "what was asked for"),
        (&["--books", "books.csv"], "the roster, the books"),
    ] {
        fs::write(here.join("books.csv"), "部门,实际支出（元）\n示范局,1\n").unwrap();
        let ran = consolidate(here, &[&["b.ndjson", "--partial", "bad"], flags].concat());
        assert!(matches!(ran.exit, Exit::Clean | Exit::Incomplete), "{}", ran.err);
        refused(&fs::read(here.join("bad")).unwrap(), why);
    }
    // A roster that was changed since.
    fs::write(here.join("books.csv"), "部门,实际支出（元）\n示范局,2\n").unwrap();
    let ran = merge(here, &["bad".to_owned()]);
    assert!(ran.exit == Exit::Failed && ran.err.contains("bad was made with another"), "{}", ran.err);
}

#[test]
fn compressed_files_are_read_as_what_they_contain() {
    use std::io::Write as _;
    let here = tempfile::tempdir().unwrap();
    let here = here.path();
    let mut rng = Rng::with_seed(9);
    let text = lines(&mut rng, 40).join("\n") + "\n";
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd =
        ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
    let mut results = Vec::new();
    for (name, bytes) in [("a.ndjson", text.as_bytes()), ("a.ndjson.gz", &gzip), ("a.jsonl.zst", &zstd)] {
        fs::create_dir_all(here.join("forms")).unwrap();
        fs::write(here.join("forms").join(name), bytes).unwrap();
        for jobs in ["1", "3"] {
            let ran = consolidate(here, &["forms", "-o", "out", "--jobs", jobs]);
            assert!(matches!(ran.exit, Exit::Clean | Exit::Incomplete), "{}", ran.err);
            let verified = run(here, &["verify", "out", "--lang", "en"]);
            assert_eq!(verified.exit, Exit::Clean, "{}{}", verified.out, verified.err);
            // Some lines name the file.
            results.push(fs::read_to_string(here.join("out/consolidation.json")).unwrap().replace(name, "a"));
        }
        fs::remove_dir_all(here.join("forms")).unwrap();
    }
    assert!(results.iter().all(|result| *result == results[0]));
    for (name, bytes) in [("a.ndjson.gz", &gzip), ("a.ndjson.zst", &zstd)] {
        fs::write(here.join(name), &bytes[..bytes.len() / 2]).unwrap();
        let ran = run(here, &["check", name, "--lang", "en"]);
        assert_eq!(ran.exit, Exit::Incomplete, "{}", ran.err);
        assert!(ran.err.contains("the compressed file is damaged or cut off"), "{}", ran.err);
    }
    // Only files with a document a line may be compressed.
    fs::write(here.join("form.xlsx.gz"), &gzip).unwrap();
    let ran = run(here, &["check", "form.xlsx.gz", "--lang", "en"]);
    assert!(ran.exit != Exit::Clean && !(ran.out + &ran.err).contains("form.xlsx.gz#"));
}

#[test]
fn an_update_gives_the_same_bytes_as_a_new_run() {
    let temporary = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples/district");
    let district = temporary.path().join("district");
    copy_folder(&from, &district);
    #[cfg(target_os = "linux")]
    let plugin = {
        fs::copy(library("huizong_tianhe"), district.join("libtianhe.so")).unwrap();
        &["--plugin", "libtianhe.so"]
    };
    // Plugins run on Linux.
    #[cfg(not(target_os = "linux"))]
    let plugin: &[&str] = &[];
    let all = [&["forms"], &plugin[..], &["-o", "../out"]].concat();
    let whole = |of: &str| {
        // Another folder, so that nothing is kept there; as long a name, as results name it.
        let ran = consolidate(&district, &[&all[..all.len() - 1], &["../new"]].concat());
        assert!(matches!(ran.exit, Exit::Clean | Exit::Incomplete), "{of}: {}", ran.err);
        let mut files = files(&temporary.path().join("new"));
        let receipt = String::from_utf8(files.remove("receipt.json").unwrap()).unwrap();
        files.insert("receipt.json".to_owned(), receipt.replace("../new", "../out").into_bytes());
        fs::remove_dir_all(temporary.path().join("new")).unwrap();
        files
    };
    consolidate(&district, &all);
    let forms = district.join("forms");
    let steps: [(&str, &dyn Fn()); 6] = [
        ("nothing", &|| ()),
        ("a form is replaced", &|| {
            let path = forms.join("07-shuiwu.json");
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text.replacen("\"actual_expenditure\": \"", "\"actual_expenditure\": \"1", 1))
                .unwrap();
        }),
        ("a form is added", &|| {
            fs::copy(forms.join("01-kexie.txt"), forms.join("00-copy.txt")).unwrap();
        }),
        ("a form is taken away", &|| fs::remove_file(forms.join("03-weijian.txt")).unwrap()),
        ("a form is renamed", &|| {
            fs::rename(forms.join("05-wenlv.docx"), forms.join("95-wenlv.docx")).unwrap();
        }),
        ("a file is not a form", &|| fs::write(forms.join("x.pdf"), "%PDF").unwrap()),
    ];
    for (step, change) in steps {
        change();
        // From another folder than the one that it was made in.
        let ran =
            run(temporary.path(), &["consolidate", "--update", "out", "--fail-on", "never", "--lang", "en"]);
        assert!(matches!(ran.exit, Exit::Clean | Exit::Incomplete), "{step}: {}", ran.err);
        assert_same(&whole(step), &files(&temporary.path().join("out")), step);
        let ran = run(temporary.path(), &["verify", "out", "--lang", "en"]);
        assert_eq!(ran.exit, Exit::Clean, "{step}: {}{}", ran.out, ran.err);
    }
    // What is kept may be damaged or lost.
    let state = temporary.path().join("out/.partial.ndjson");
    let text = fs::read_to_string(&state).unwrap();
    for text in [text.replacen("\"tasks\":", "\"tasks\": ", 1), String::new()] {
        fs::write(&state, text).unwrap();
        let ran =
            run(temporary.path(), &["consolidate", "--update", "out", "--fail-on", "never", "--lang", "en"]);
        assert!(matches!(ran.exit, Exit::Clean | Exit::Incomplete), "{}", ran.err);
        assert_same(&whole("damaged"), &files(&temporary.path().join("out")), "damaged");
    }
    let ran = run(temporary.path(), &["consolidate", "--update", "district"]);
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
}

#[test]
fn an_update_reads_only_what_has_changed() {
    let here = tempfile::tempdir().unwrap();
    let here = here.path();
    let mut rng = Rng::with_seed(4);
    fs::create_dir(here.join("forms")).unwrap();
    for number in 0..5 {
        fs::write(here.join(format!("forms/{number}.json")), document(&mut rng).to_string()).unwrap();
    }
    consolidate(here, &["forms", "-o", "out"]);
    // What is kept says another name, which shows only where the file was not read again.
    let state = here.join("out/.partial.ndjson");
    let mut partial = huizong_run::partial::read("state", &mut fs::File::open(&state).unwrap(), 1).unwrap();
    partial.inputs.iter_mut().for_each(|(_, documents)| documents[0].name = Some("保存的名称".to_owned()));
    fs::write(&state, partial.to_bytes(2).unwrap()).unwrap();
    let changed = document(&mut rng).to_string();
    fs::write(here.join("forms/3.json"), changed).unwrap();
    run(here, &["consolidate", "--update", "out", "--fail-on", "never"]);
    let result = fs::read_to_string(here.join("out/consolidation.json")).unwrap();
    assert_eq!(result.matches("\"保存的名称\"").count(), 4, "{result}");
}
