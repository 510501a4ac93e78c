//! The shapes of texts in the published schemas: patterns, each under a name that members refer to.
//!
//! A type here is only named in `#[schemars(with = "…")]`; the member itself stays a text.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

/// The schema of a text.
pub(crate) fn text(pattern: &str) -> Schema {
    json_schema!({ "type": "string", "pattern": pattern, "not": no_line_break() })
}

/// The keyword `not` beside a pattern that ends in `$`: in some engines that matches before a trailing line break.
///
/// It names the type, so that a value that is no text breaks one keyword and not two.
pub(crate) fn no_line_break() -> Value {
    json!({ "type": "string", "pattern": "\\n" })
}

macro_rules! shape {
    ($($(#[doc = $about:literal])* $name:ident = $schema:expr;)*) => { $(
        $(#[doc = $about])*
        pub(crate) struct $name;

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    )* };
}

/// A name in kebab-case.
macro_rules! kebab {
    () => {
        "[a-z](?:-?[a-z0-9])*"
    };
}

/// Any character but control characters.
macro_rules! printable {
    () => {
        "[^\\x00-\\x1f\\x7f-\\x9f]"
    };
}

/// A printable character that is not blank.
macro_rules! visible {
    () => {
        "[^\\x00-\\x20\\x7f-\\xa0　]"
    };
}

/// A line that shows something.
const LINE: &str = concat!("^", printable!(), "*", visible!(), printable!(), "*$");
/// Such a line in which every brace begins an argument's name or is doubled.
const TEMPLATE: &str = "^(?:[^\\x00-\\x1f\\x7f-\\x9f{]|\\{\\{|\\{[^\\x00-\\x1f\\x7f-\\x9f{}]+\\})+$";

shape! {
    /// The id of a rule or notice: kebab-case, after a plugin's id and a slash if it is a plugin's.
    RuleId = text(concat!("^(?:", kebab!(), "/)?", kebab!(), "$"));
    /// The id of a rule or aggregate that a plugin declares.
    DeclaredId = limited(text(concat!("^", kebab!(), "/", kebab!(), "$")), 129);
    /// The id of a plugin.
    PluginId = limited(text(concat!("^", kebab!(), "$")), 64);
    /// 16 bytes in hexadecimal.
    Fingerprint = text("^[0-9a-f]{32}$");
    /// 32 bytes in hexadecimal.
    Digest = text("^[0-9a-f]{64}$");
    /// A day: year, month and day.
    Date = text("^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$");
    /// A percentage with two decimals.
    TwoDecimals = text("^-?(?:0|[1-9][0-9]*)\\.[0-9]{2}$");
    /// A decimal of any size.
    Decimal = text("^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?$");
    /// Money with at least two decimals, a rate with two, or a count.
    FigureValue = text("^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]{2,6})?$");
    /// A version by the rules of semantic versioning.
    Version = text(concat!(
        "^(?:0|[1-9][0-9]{0,8})\\.(?:0|[1-9][0-9]{0,8})\\.(?:0|[1-9][0-9]{0,8})",
        "(?:-(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?",
        "(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$"
    ));
    /// A text of one line, or nothing.
    OneLine = text(concat!("^", printable!(), "*$"));
    /// Where a plugin reads: a JSON Pointer, `*` for each item, no deeper than documents can be.
    ReadsPointer = limited(text("^(?:/(?:[^~/]|~[01])*){0,64}$"), 1024);
    /// A title in both languages.
    Title = message(&limited(text(LINE), 2000));
    /// A message in both languages, with arguments in braces.
    MessageTemplate = {
        let mut line = limited(text(TEMPLATE), 2000);
        // What begins with a blank shows something all the same.
        line.insert("allOf".into(), json!([{ "pattern": visible!() }]));
        message(&line)
    };
    /// Paragraphs in both languages: line breaks are the only control characters.
    Paragraphs = message(&json_schema!({ "type": "string", "not": { "type": "string", "pattern": "[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f]" } }));
}

fn limited(mut schema: Schema, most: u32) -> Schema {
    schema.insert("maxLength".into(), most.into());
    schema
}

/// A text in both languages, each of this shape.
fn message(text: &Schema) -> Schema {
    let with = |about: &str| {
        let mut schema = text.clone();
        schema.insert("description".into(), about.into());
        schema
    };
    json_schema!({
        "type": "object",
        "properties": { "zh": with("Chinese.\n\n中文。"), "en": with("English.\n\n英文。") },
        "required": ["zh", "en"]
    })
}
