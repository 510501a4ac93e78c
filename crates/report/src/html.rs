//! Writes the result as one self-contained page: no network, no other files, no framework.
//!
//! The page contains both languages and shows one. Without scripts everything can be read except the cells
//! behind figures.

mod charts;
mod context;
mod data;
mod findings;
mod rows;

use std::fmt;

use base64::Engine as _;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value, context};
use sha2::{Digest as _, Sha256};

use crate::book::Book;

/// The page's template, which custom templates may extend.
pub const TEMPLATE: &str = include_str!("../templates/report.html");
/// The name by which templates refer to it.
const NAME: &str = "report.html";
const STYLE: &str = include_str!("../templates/report.css");
const SCRIPT: &str = include_str!("../templates/report.js");

/// The page holds at most this many departments, findings and cells behind figures; the data files hold all
/// of them.
const DEPARTMENTS: usize = 5_000;
const FINDINGS: usize = 3_000;
const LEAVES: usize = 300_000;

/// A custom template.
#[derive(Clone, Debug)]
pub struct Template(String);

/// Why a template cannot be used.
#[derive(Debug)]
pub struct Fault(minijinja::Error);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(error) = self;
        let what =
            error.detail().map_or_else(|| error.kind().to_string(), |why| format!("{}: {why}", error.kind()));
        match error.line() {
            Some(line) => write!(f, "line {line}: {what}"),
            None => f.write_str(&what),
        }
    }
}

impl std::error::Error for Fault {}

/// The name of the custom template.
const OWN: &str = "own.html";

impl Template {
    /// Compiles a custom template.
    ///
    /// # Errors
    /// Returns [`Fault`] if the text is not a template, or extends one that does not exist.
    pub fn new(text: impl Into<String>) -> Result<Self, Fault> {
        let own = Self(text.into());
        environment(Some(&own)).map_err(Fault)?;
        Ok(own)
    }
}

fn environment(own: Option<&Template>) -> Result<Environment<'_>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    // A page of 5,000 departments takes a few million steps; a template that never ends becomes an error.
    environment.set_fuel(Some(200_000_000));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_function("t", |zh: &str, en: &str| spans(zh, en));
    environment.add_filter("both", |words: &Value| -> Result<Value, minijinja::Error> {
        let of = |name| {
            let text = words.get_attr(name)?;
            text.as_str().map(str::to_owned).ok_or_else(|| {
                minijinja::Error::new(
                    ErrorKind::InvalidOperation,
                    "`both` is for words in two languages, {zh, en}",
                )
            })
        };
        Ok(spans(&of("zh")?, &of("en")?))
    });
    environment.add_template(NAME, TEMPLATE)?;
    if let Some(Template(text)) = own {
        environment.add_template(OWN, text)?;
    }
    Ok(environment)
}

/// Text in both languages, marked up so that the page shows one of them.
fn spans(zh: &str, en: &str) -> Value {
    let (safe_zh, safe_en) = (minijinja::HtmlEscape(zh), minijinja::HtmlEscape(en));
    Value::from_safe_string(if zh == en {
        safe_zh.to_string()
    } else {
        format!(r#"<span lang="zh-CN">{safe_zh}</span><span lang="en">{safe_en}</span>"#)
    })
}

/// Renders the page. The same result gives the same bytes.
///
/// # Errors
/// Returns [`Fault`] if the custom template cannot be rendered, or renders to an empty page.
pub fn write(book: &Book<'_>, own: Option<&Template>) -> Result<String, Fault> {
    let environment = environment(own).map_err(Fault)?;
    let script = SCRIPT.trim_end();
    let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(script));
    let page = context! {
        style => STYLE.trim_end(),
        script => script,
        script_digest => digest,
        version => env!("CARGO_PKG_VERSION"),
        data => Value::from(Serde(data::of(book))),
        charts => Value::from(Serde(charts::of(book))),
        ..Value::from(Serde(context::of(book)))
    };
    let name = if own.is_some() { OWN } else { NAME };
    let filled = environment.get_template(name).and_then(|template| template.render(page)).map_err(Fault)?;
    if filled.trim().is_empty() {
        let empty =
            minijinja::Error::new(ErrorKind::InvalidOperation, "nothing comes of it; the page is empty");
        return Err(Fault(empty));
    }
    Ok(filled)
}
