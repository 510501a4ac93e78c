//! `schema-compat OLD NEW`: says whether a new version of a JSON Schema accepts the same, more, less or other documents, each with a
//! document that shows it. Exit status: 0 the same, 1 they differ, 2 our own failure.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for maintainers")]

use std::path::Path;
use std::process::ExitCode;

use huizong_tests::compat::{Difference, compare};
use serde_json::Value;

fn read(path: &str) -> Result<Value, String> {
    let text = std::fs::read_to_string(Path::new(path)).map_err(|error| format!("{path}: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))
}

fn run() -> Result<ExitCode, String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [old, new] = &arguments[..] else { return Err("usage: schema-compat OLD NEW".to_owned()) };
    let Difference { refused_now, accepted_now } = compare(&read(old)?, &read(new)?)?;
    let (what, version) = match (&refused_now, &accepted_now) {
        (None, None) => ("accept the same: no difference was found", "patch"),
        (None, Some(_)) => {
            ("the new one accepts more", "minor for what others write, major for what they read")
        }
        (Some(_), None) => {
            ("the new one accepts less", "major for what others write, minor for what they read")
        }
        (Some(_), Some(_)) => ("each accepts what the other refuses", "major"),
    };
    println!("{what}\nversion: {version}");
    if let Some(value) = &refused_now {
        println!("the old one accepts and the new one refuses: {value}");
    }
    if let Some(value) = &accepted_now {
        println!("the new one accepts and the old one refuses: {value}");
    }
    Ok(if refused_now.is_none() && accepted_now.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn main() -> ExitCode {
    run().unwrap_or_else(|why| {
        eprintln!("{why}");
        ExitCode::from(2)
    })
}
