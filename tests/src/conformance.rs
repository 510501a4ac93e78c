//! The conformance suite of `schemas/v1/conformance`: how its files are made, and how its cases are run.
//!
//! The suite is data that others use as it is; its README says what the members mean. What a case expects is written by
//! hand here ([`schema`], [`text`]) or in `tests/fixtures/conformance`; only the arguments of findings and the
//! consolidations are recorded, and each recorded finding has a verdict written by hand that it must agree with.

pub mod forms;
pub mod members;
pub mod recorded;
pub mod run;
pub mod schema;
pub mod text;

use serde_json::Value;

/// The folder of the suite, from the top of the repository.
pub const FOLDER: &str = "schemas/v1/conformance";

/// Every generated file of the suite: its path from the top of the repository, and its content.
pub fn files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for (name, cases) in schema::files() {
        files.push((format!("{FOLDER}/schema/{name}.json"), print(&cases)));
    }
    files.push((format!("{FOLDER}/text/text.json"), print(&text::cases())));
    for (name, cases) in recorded::rules() {
        files.push((format!("{FOLDER}/rules/{name}.json"), print(&cases)));
    }
    for (name, cases) in recorded::rollups() {
        files.push((format!("{FOLDER}/rollup/{name}.json"), print(&cases)));
    }
    for (name, expected) in forms::expected() {
        files.push((format!("{FOLDER}/forms/{name}.expected.json"), print(&expected)));
    }
    files
}

fn print(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, &mut text);
    text.push('\n');
    text
}

/// The most characters of a line; what fits is written on one.
const LINE: usize = 150;

/// Writes JSON for readers: what is short on one line, the rest indented.
fn write(value: &Value, depth: usize, out: &mut String) {
    let short = value.to_string();
    let (open, close, items): (char, char, Vec<(Option<&String>, &Value)>) = match value {
        Value::Object(members) if depth < 2 || short.chars().count() > LINE - 2 * depth => {
            ('{', '}', members.iter().map(|(name, value)| (Some(name), value)).collect())
        }
        Value::Array(items) if depth < 2 || short.chars().count() > LINE - 2 * depth => {
            ('[', ']', items.iter().map(|item| (None, item)).collect())
        }
        _ => return out.push_str(&short),
    };
    if items.is_empty() {
        return out.push_str(&short);
    }
    out.push(open);
    for (index, (name, value)) in items.into_iter().enumerate() {
        out.push_str(if index > 0 { ",\n" } else { "\n" });
        out.push_str(&"  ".repeat(depth + 1));
        if let Some(name) = name {
            out.push_str(&Value::from(name.as_str()).to_string());
            out.push_str(": ");
        }
        write(value, depth + 1, out);
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push(close);
}
