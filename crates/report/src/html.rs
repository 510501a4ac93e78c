//! The result as one page that needs nothing else: no network, no other file, no framework.
//!
//! Both languages stand in it and one is shown. Whoever has no script still reads everything but the cells behind figures.

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

/// The template of the page, which one's own may extend.
pub const TEMPLATE: &str = include_str!("../templates/report.html");
/// Its name in templates.
const NAME: &str = "report.html";
const STYLE: &str = include_str!("../templates/report.css");
const SCRIPT: &str = include_str!("../templates/report.js");

/// So many departments, findings and cells behind figures are in the page; the data files hold all.
const DEPARTMENTS: usize = 5_000;
const FINDINGS: usize = 3_000;
const LEAVES: usize = 300_000;

/// A template of one's own.
#[derive(Clone, Debug)]
pub struct Template(String);

/// Why a template does not do.
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

/// The name that a template of one's own has.
const OWN: &str = "own.html";

impl Template {
    /// A template's text.
    ///
    /// # Errors
    /// If it is no template, or extends one that there is not.
    pub fn new(text: impl Into<String>) -> Result<Self, Fault> {
        let own = Self(text.into());
        environment(Some(&own)).map_err(Fault)?;
        Ok(own)
    }
}

fn environment(own: Option<&Template>) -> Result<Environment<'_>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    // A page of 5,000 departments takes a few million steps; a template that never ends is told.
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

/// Words in both languages as the page holds them.
fn spans(zh: &str, en: &str) -> Value {
    let (safe_zh, safe_en) = (minijinja::HtmlEscape(zh), minijinja::HtmlEscape(en));
    Value::from_safe_string(if zh == en {
        safe_zh.to_string()
    } else {
        format!(r#"<span lang="zh-CN">{safe_zh}</span><span lang="en">{safe_en}</span>"#)
    })
}

/// The page: the same for the same result.
///
/// # Errors
/// If a template of one's own cannot be filled in.
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
