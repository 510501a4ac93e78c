//! Random changes to documents: some leave them valid, most break them in one place.

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// Values near the limits of what the schema accepts.
const STRANGE: [&str; 46] = [
    "null",
    "true",
    "0",
    "-1",
    "2023",
    "2023.0",
    "2023.5",
    "1989",
    "2101",
    "1e3",
    "1.0e3",
    "[]",
    "{}",
    "[null]",
    "[\"x\"]",
    "[{}]",
    "{\"name\":\"x\"}",
    "\"\"",
    "\"x\"",
    "\"0\"",
    "\"-0\"",
    "\"-0.00\"",
    "\"-1\"",
    "\"-0.1\"",
    "\"01\"",
    "\"1.\"",
    "\".5\"",
    "\"1e3\"",
    "\"1,000\"",
    "\"100%\"",
    "\"NaN\"",
    "\"1\\n\"",
    "\"0.5\\n\"",
    "\"-1\\n\"",
    "\" 1\"",
    "\"１\"",
    "\"999999999999999.999999\"",
    "\"1000000000000000\"",
    "\"1.0000001\"",
    "\"9999\"",
    "\"9999.5\"",
    "\"9999.0000\"",
    "\"1.0\"",
    "\"CNY\"",
    "\"consolidated\"",
    "\"unit\"",
];

const NAMES: [&str; 12] = [
    "name",
    "code",
    "funds",
    "remark",
    "lottery",
    "level1",
    "weight",
    "completion_rate",
    "A b",
    "x-1",
    "Tianhe",
    "1x",
];

/// Changes a document in one place.
pub fn mutate(rng: &mut Rng, document: &mut Value) {
    if !document.is_object() {
        return;
    }
    let mut pointers = Vec::new();
    collect(document, &mut String::new(), &mut pointers);
    let pointer = pointers[rng.usize(..pointers.len())].clone();
    let Some(target) = document.pointer_mut(&pointer) else { return };
    match rng.u8(0..25) {
        20 => {
            document["fiscal_year"] =
                [json!(1989), json!(2101), json!(0), json!(2100.5)][rng.usize(..4)].clone();
        }
        21 => document["extensions"] = json!({ NAMES[rng.usize(..NAMES.len())]: {} }),
        22 => *document = json!([document.take()]),
        // Readers of choices may take an object with the choice as its member.
        24 => {
            let text = target.as_str().unwrap_or("unit").to_owned();
            *target = json!({ text: null });
        }
        23 => match target {
            Value::String(text) => text.push('\n'),
            _ => *target = strange(rng),
        },
        0..=5 => {
            // Remove the value from its object or list.
            let (parent, last) = pointer.rsplit_once('/').unwrap_or_default();
            match document.pointer_mut(parent) {
                Some(Value::Object(map)) => drop(map.remove(&last.replace("~1", "/").replace("~0", "~"))),
                Some(Value::Array(items)) => {
                    if let Ok(index) = last.parse::<usize>() {
                        items.remove(index);
                    }
                }
                _ => {}
            }
        }
        6..=9 => add(rng, target),
        _ => *target = strange(rng),
    }
}

/// Changes a text in one place, like JSON that was written by hand or damaged in transit.
pub fn mutate_text(rng: &mut Rng, text: &str) -> String {
    const PIECES: [&str; 26] = [
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "\\",
        "\\u0041",
        "\\ud800",
        "\\udc00",
        "\\ud83d\\udcc4",
        "\\n",
        "\n",
        " ",
        "1",
        "0",
        "-",
        "+",
        ".",
        "e1",
        "null",
        "true",
        "\u{0}",
        "\"unit\":\"CNY\",",
        "\u{feff}",
    ];
    let boundary = |rng: &mut Rng| {
        let at = rng.usize(..=text.len());
        (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
    };
    let (from, piece) = (boundary(rng), PIECES[rng.usize(..PIECES.len())]);
    let to = match rng.u8(0..4) {
        // Replace a few characters, or insert between two.
        0 => text[from..].char_indices().nth(rng.usize(1..4)).map_or(text.len(), |(at, _)| from + at),
        _ => from,
    };
    match rng.u8(0..8) {
        0 => text[..from].to_owned(),
        1 => format!("{}{}", &text[..from], &text[to..]),
        2 => format!("{}{}", piece.repeat(rng.usize(1..80)), text),
        _ => format!("{}{piece}{}", &text[..from], &text[to..]),
    }
}

fn strange(rng: &mut Rng) -> Value {
    serde_json::from_str(STRANGE[rng.usize(..STRANGE.len())]).unwrap_or(json!(null))
}

fn add(rng: &mut Rng, target: &mut Value) {
    let name = NAMES[rng.usize(..NAMES.len())];
    match target {
        Value::Object(map) => drop(map.insert(name.to_owned(), strange(rng))),
        Value::Array(items) => items.push(strange(rng)),
        Value::String(text) => match rng.u8(0..4) {
            0 => text.push('\n'),
            1 => text.insert(0, '0'),
            2 => text.push('0'),
            _ => text.clear(),
        },
        other => *other = Value::Object(Map::new()),
    }
}

fn collect(value: &Value, at: &mut String, pointers: &mut Vec<String>) {
    if !at.is_empty() {
        pointers.push(at.clone());
    }
    let length = at.len();
    let mut below = |name: &str, value: &Value| {
        at.push('/');
        at.push_str(&name.replace('~', "~0").replace('/', "~1"));
        collect(value, at, pointers);
        at.truncate(length);
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| below(name, value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| below(&index.to_string(), value));
        }
        _ => {}
    }
}
