//! Pages of schemas: what each member is, in one language.

use std::fmt::Write as _;

use huizong_core::Lang;
use huizong_schema::publish;
use serde_json::{Map, Value};

/// The list of all schemas.
pub(super) fn index(lang: Lang) -> String {
    let mut text = format!(
        "# {}\n\n{}\n\n| {} | {} |\n|---|---|\n",
        lang.pick("模式", "Schemas"),
        lang.pick(
            "公布的 JSON Schema，`huizong schema 名称` 打印原文。",
            "The published JSON Schemas; `huizong schema NAME` prints them."
        ),
        lang.pick("名称", "Name"),
        lang.pick("内容", "What it describes")
    );
    for schema in publish::ALL {
        let about = described(schema.schema(), lang);
        let about = about.lines().next().unwrap_or_default();
        let _ = writeln!(text, "| [`{name}`]({name}.md) | {} |", cell(about), name = schema.name);
    }
    text
}

/// The page of a schema: its own members, then those of each definition.
pub(super) fn page(name: &str, schema: &Value, lang: Lang) -> String {
    let mut text = format!("# {name}\n\n{}\n\n", described(schema, lang));
    let id = schema["$id"].as_str().unwrap_or_default();
    let _ = writeln!(text, "`{id}`\n");
    members(&mut text, schema, lang);
    let definitions = schema["$defs"].as_object().into_iter().flatten();
    for (name, definition) in definitions {
        let _ = writeln!(text, "\n## {name}\n\n{}\n", described(definition, lang));
        members(&mut text, definition, lang);
        let bounds = bounds(definition, lang);
        if definition["properties"].is_null() && !bounds.is_empty() {
            let _ = writeln!(text, "{}", bounds.join(lang.pick("；", "; ")));
        }
    }
    text
}

/// The table of an object's members.
fn members(text: &mut String, schema: &Value, lang: Lang) {
    let Some(properties) = schema["properties"].as_object().filter(|members| !members.is_empty()) else {
        return;
    };
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let _ = writeln!(
        text,
        "| {} | {} | {} |\n|---|---|---|",
        lang.pick("成员", "Member"),
        lang.pick("类型", "Type"),
        lang.pick("说明", "Description")
    );
    for (name, member) in properties {
        let mark = if required.contains(&&**name) { lang.pick("（必有）", " (required)") } else { "" };
        let mut about = vec![described(member, lang).trim_end_matches(['.', '。']).to_owned()];
        about.extend(bounds(member, lang));
        about.retain(|part| !part.is_empty());
        let about = about.join(lang.pick("；", "; "));
        let _ = writeln!(text, "| `{name}`{mark} | {} | {} |", kind(member, lang), cell(&about));
    }
}

/// A schema's title and description in a language. Descriptions have both, a paragraph each.
fn described(schema: &Value, lang: Lang) -> String {
    let is_of = |text: &str| text.chars().next().is_some_and(|c| !c.is_ascii()) == (lang == Lang::Zh);
    let title = schema["title"].as_str().unwrap_or_default();
    let title = title.split_once(" / ").map_or(title, |(zh, en)| lang.pick(zh, en));
    let about = schema["description"].as_str().unwrap_or_default();
    let about: Vec<&str> = about.split("\n\n").filter(|part| is_of(part)).collect();
    match (title.is_empty() || !is_of(title), about.is_empty()) {
        (true, _) => about.join("\n\n"),
        (false, true) => title.to_owned(),
        (false, false) => format!("{title}{}{}", lang.pick("：", ": "), about.join("\n\n")),
    }
}

/// The type of a value, with a link to its definition.
fn kind(schema: &Value, lang: Lang) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.strip_prefix("#/$defs/")) {
        return format!("[{name}](#{})", name.to_ascii_lowercase());
    }
    for several in ["anyOf", "oneOf", "allOf"] {
        if let Some(kinds) = schema[several].as_array() {
            let kinds: Vec<String> =
                kinds.iter().map(|of| kind(of, lang)).filter(|of| !of.is_empty()).collect();
            return kinds.join(lang.pick(" 或 ", " or "));
        }
    }
    let names = match &schema["type"] {
        Value::String(name) => name.clone(),
        Value::Array(names) => {
            names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(lang.pick(" 或 ", " or "))
        }
        _ if schema["enum"].is_array() || !schema["const"].is_null() => "string".to_owned(),
        _ => String::new(),
    };
    if schema["additionalProperties"].is_object() {
        return format!("{names} · {}", kind(&schema["additionalProperties"], lang));
    }
    if schema["items"].is_object() { format!("{names} · {}", kind(&schema["items"], lang)) } else { names }
}

/// The bounds of a value, as the schema has them.
fn bounds(schema: &Value, lang: Lang) -> Vec<String> {
    let empty = Map::new();
    let members = schema.as_object().unwrap_or(&empty);
    let mut bounds = Vec::new();
    for (keyword, value) in members {
        let shown = match (&**keyword, value) {
            ("const", value) => value.to_string(),
            ("enum", Value::Array(values)) => {
                values.iter().map(ToString::to_string).collect::<Vec<_>>().join(lang.pick("、", ", "))
            }
            (
                "minimum" | "maximum" | "minLength" | "maxLength" | "minItems" | "maxItems" | "maxProperties"
                | "pattern" | "format",
                value,
            ) => {
                let value = value.as_str().map_or_else(|| value.to_string(), |text| format!("`{text}`"));
                format!("{keyword} {value}")
            }
            _ => continue,
        };
        bounds.push(shown);
    }
    bounds
}

/// A text as the cell of a table.
fn cell(text: &str) -> String {
    // Within code nothing is markup.
    let parts = text.split('`').enumerate();
    let parts: Vec<String> = parts
        .map(|(at, part)| if at % 2 == 0 { part.replace('<', "&lt;") } else { part.to_owned() })
        .collect();
    parts.join("`").replace('\n', " ").replace('|', "\\|")
}
