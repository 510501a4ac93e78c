//! Receipts of version 1.0, which hold the command's arguments where later ones hold a [`RunSpec`].
//!
//! The flags here are those of the command that wrote such receipts. They do not change when the command's flags do.

use std::path::PathBuf;

use huizong_schema::findings::Message;
use huizong_schema::receipt::{self, Receipt, ResultFormat, RunSpec};
use serde_json::{Map, Value};

/// The version that these receipts have.
pub(super) const VERSION: &str = "1.0";

/// The flags that may be repeated.
const REPEATABLE: [&str; 2] = ["group-by", "plugin"];

/// Reads a receipt of version 1.0 as one of the current version.
pub(super) fn read(bytes: &[u8]) -> Result<Receipt, Message> {
    let malformed = |error| super::malformed(&error);
    let mut members: Map<String, Value> = serde_json::from_slice(bytes).map_err(malformed)?;
    let arguments = members.remove("arguments").unwrap_or_default();
    let arguments: Vec<String> = serde_json::from_value(arguments).map_err(malformed)?;
    let run = run_spec(&arguments)?;
    members.insert("run".to_owned(), serde_json::to_value(run).map_err(malformed)?);
    members.insert("schema_version".to_owned(), receipt::VERSION.into());
    serde_json::from_value(Value::Object(members)).map_err(malformed)
}

/// Translates the arguments of `huizong consolidate`: flags in the order of their names, `--`, paths.
fn run_spec(arguments: &[String]) -> Result<RunSpec, Message> {
    let mut run = RunSpec { formats: default_formats(), ..RunSpec::default() };
    let mut arguments = arguments.iter();
    let mut last = "";
    for argument in arguments.by_ref() {
        let flag = argument.strip_prefix("--").ok_or_else(|| faulty(argument))?;
        if flag.is_empty() {
            run.paths = arguments.map(PathBuf::from).collect();
            return if run.paths.is_empty() { Err(faulty(argument)) } else { Ok(run) };
        }
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (flag, None),
        };
        // The command wrote flags in this order, and most of them once. Anything else was changed later.
        if name < last || name == last && !REPEATABLE.contains(&name) {
            return Err(faulty(argument));
        }
        last = name;
        set(&mut run, name, value).ok_or_else(|| faulty(argument))?;
    }
    Err(faulty("--"))
}

/// Sets what a flag asks for; `None` if there was no such flag, or not with this value.
fn set(run: &mut RunSpec, name: &str, value: Option<&str>) -> Option<()> {
    match (name, value) {
        ("exclude-errors", None) => run.exclude_errors = true,
        ("in-process", None) => run.in_process = true,
        ("books", Some(file)) => run.books = Some(file.into()),
        ("formats", Some(list)) => run.formats = list.split(',').map(format).collect::<Option<_>>()?,
        ("group-by", Some(columns)) => run.group_by.push(columns.to_owned()),
        ("plugin", Some(file)) => run.plugins.push(file.into()),
        ("previous", Some(file)) => run.previous = Some(file.into()),
        ("profile", Some(profile)) => run.profile = Some(profile.to_owned()),
        ("roster", Some(file)) => run.roster = Some(file.into()),
        ("template", Some(file)) => run.template = Some(file.into()),
        ("to-evaluation", Some(department)) => run.to_evaluation = Some(department.to_owned()),
        ("year", Some(year)) => {
            run.year = Some(year.parse().ok().filter(|year| (1990..=2100).contains(year))?);
        }
        _ => return None,
    }
    Some(())
}

fn format(name: &str) -> Option<ResultFormat> {
    Some(match name {
        "json" => ResultFormat::Json,
        "xlsx" => ResultFormat::Xlsx,
        "html" => ResultFormat::Html,
        "csv" => ResultFormat::Csv,
        "parquet" => ResultFormat::Parquet,
        _ => return None,
    })
}

/// The formats that were written without `--formats`.
fn default_formats() -> Vec<ResultFormat> {
    vec![ResultFormat::Json, ResultFormat::Xlsx, ResultFormat::Html, ResultFormat::Csv]
}

fn faulty(argument: &str) -> Message {
    Message {
        zh: format!("其中的参数有误：{argument}"), en: format!("its arguments are faulty: {argument}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(arguments: &[&str]) -> Result<RunSpec, String> {
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        run_spec(&arguments).map_err(|why| why.en)
    }

    fn asked(paths: &[&str]) -> RunSpec {
        RunSpec {
            paths: paths.iter().map(PathBuf::from).collect(),
            formats: default_formats(),
            ..RunSpec::default()
        }
    }

    #[test]
    fn paths_alone_ask_for_the_formats_that_were_usual() {
        assert_eq!(run(&["--", "forms"]), Ok(asked(&["forms"])));
        assert_eq!(
            run(&["--", "a", "-", "b=c", "--", "--year=1"]),
            Ok(asked(&["a", "-", "b=c", "--", "--year=1"]))
        );
    }

    #[test]
    fn every_flag_is_understood() {
        let base = || asked(&["forms"]);
        let text = |text: &str| Some(text.to_owned());
        let flags: [(&[&str], RunSpec); 13] = [
            (&["--books=books.csv"], RunSpec { books: Some("books.csv".into()), ..base() }),
            (&["--exclude-errors"], RunSpec { exclude_errors: true, ..base() }),
            (&["--formats=json"], RunSpec { formats: vec![ResultFormat::Json], ..base() }),
            (
                &["--formats=parquet,csv,html,xlsx,json"],
                RunSpec {
                    formats: vec![
                        ResultFormat::Parquet,
                        ResultFormat::Csv,
                        ResultFormat::Html,
                        ResultFormat::Xlsx,
                        ResultFormat::Json,
                    ],
                    ..base()
                },
            ),
            (
                &["--group-by=类别,街道", "--group-by=街道"],
                RunSpec { group_by: vec!["类别,街道".to_owned(), "街道".to_owned()], ..base() },
            ),
            (&["--in-process"], RunSpec { in_process: true, ..base() }),
            (
                &["--plugin=b.so", "--plugin=a.so"],
                RunSpec { plugins: vec!["b.so".into(), "a.so".into()], ..base() },
            ),
            (&["--previous=../2021"], RunSpec { previous: Some("../2021".into()), ..base() }),
            (&["--profile=mof-general"], RunSpec { profile: text("mof-general"), ..base() }),
            (&["--roster=a=b.csv"], RunSpec { roster: Some("a=b.csv".into()), ..base() }),
            (&["--template=page.html"], RunSpec { template: Some("page.html".into()), ..base() }),
            (&["--to-evaluation=教育局"], RunSpec { to_evaluation: text("教育局"), ..base() }),
            (&["--year=2022"], RunSpec { year: Some(2022), ..base() }),
        ];
        for (flags, expected) in &flags {
            assert_eq!(run(&[flags, &["--", "forms"][..]].concat()), Ok(expected.clone()), "{flags:?}");
        }
        let all: Vec<&str> = flags
            .iter()
            .filter(|(flags, _)| *flags != ["--formats=json"])
            .flat_map(|(flags, _)| *flags)
            .copied()
            .chain(["--", "forms"])
            .collect();
        assert!(run(&all).is_ok(), "{all:?}");
    }

    #[test]
    fn arguments_that_the_command_did_not_write_are_named() {
        for (arguments, named) in [
            (&["forms"][..], "forms"),
            (&[], "--"),
            (&["--year=2022"], "--"),
            (&["--year=2022", "--"], "--"),
            (&["--jobs=3", "--", "forms"], "--jobs=3"),
            (&["--lang=zh", "--", "forms"], "--lang=zh"),
            (&["--out=x", "--", "forms"], "--out=x"),
            (&["--fail-on=never", "--", "forms"], "--fail-on=never"),
            (&["--not-atomic", "--", "forms"], "--not-atomic"),
            (&["--year=22", "--", "forms"], "--year=22"),
            (&["--formats=json,pdf", "--", "forms"], "--formats=json,pdf"),
            (&["--in-process=yes", "--", "forms"], "--in-process=yes"),
            (&["--roster", "--", "forms"], "--roster"),
            (&["--year=2022", "--books=a", "--", "forms"], "--books=a"),
            (&["--year=2022", "--year=2022", "--", "forms"], "--year=2022"),
        ] {
            assert_eq!(run(arguments), Err(format!("its arguments are faulty: {named}")), "{arguments:?}");
        }
    }
}
