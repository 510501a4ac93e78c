//! Documents that the published schema accepts or refuses: every member on both sides, every bound at, under and over.

#![allow(clippy::needless_pass_by_value, reason = "values are written where they are passed")]

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::members::{Kind, Path, all, pointer, smallest, smallest_object, with, with_object, without};

/// The files of cases by name, in the manner of the JSON-Schema-Test-Suite.
pub fn files() -> Vec<(&'static str, Value)> {
    let members = all();
    let of = |pick: &dyn Fn(&Path, &Kind, bool) -> Vec<Value>| -> Vec<Value> {
        let mut seen = BTreeSet::new();
        let mut groups = Vec::new();
        for (path, kind) in &members {
            let is_first = seen.insert(kind.name());
            let tests = pick(path, kind, is_first);
            if !tests.is_empty() {
                let place = path.iter().fold(String::new(), |text, name| text + "/" + name);
                let place = if place.is_empty() { "the document".to_owned() } else { place };
                groups.push(group(&place, tests));
            }
        }
        groups
    };
    vec![
        ("required", of(&required).into()),
        ("additional-members", of(&additional).into()),
        ("types", of(&types).into()),
        ("decimals", of(&decimals).into()),
        ("choices", of(&choices).into()),
        ("years", of(&years).into()),
        ("texts", of(&texts).into()),
        ("lists", of(&lists).into()),
        ("extensions", of(&extensions).into()),
        ("unicode", unicode().into()),
        ("several-errors", several().into()),
    ]
}

fn group(description: &str, tests: Vec<Value>) -> Value {
    json!({ "description": description, "schema": { "$ref": "urn:huizong:schema:v1:evaluation" }, "tests": tests })
}

fn valid(description: impl Into<String>, data: Value) -> Value {
    json!({ "description": description.into(), "data": data, "valid": true })
}

fn invalid(description: impl Into<String>, data: Value, errors: Value) -> Value {
    json!({ "description": description.into(), "data": data, "valid": false, "errors": errors })
}

fn error(pointer: &str, keyword: &str) -> Value {
    json!([{ "pointer": pointer, "keyword": keyword }])
}

fn required(path: &Path, kind: &Kind, _: bool) -> Vec<Value> {
    let Kind::Object { required, members } = kind else { return Vec::new() };
    let at = pointer(path);
    let mut tests = Vec::new();
    for member in required {
        let mut path = path.clone();
        path.push(member.clone());
        let errors = json!([{ "pointer": at, "keyword": "required", "member": member }]);
        tests.push(invalid(format!("without {member}"), without(&path), errors));
    }
    if required.is_empty() {
        tests.push(valid("empty: all members are optional", with_object(path)));
    }
    if path.is_empty() {
        tests.push(valid("with the required members alone", smallest()));
        let errors: Vec<Value> = required
            .iter()
            .map(|member| json!({ "pointer": "", "keyword": "required", "member": member }))
            .collect();
        tests.push(invalid("empty: one error for each required member", json!({}), errors.into()));
    }
    assert!(!members.is_empty());
    tests
}

fn additional(path: &Path, kind: &Kind, is_first: bool) -> Vec<Value> {
    let Kind::Object { members, .. } = kind else { return Vec::new() };
    let mut names = vec!["remark".to_owned()];
    if is_first {
        // A member that another object has, other writings of one that this has, and names that need escapes.
        names.extend(
            ["initial_budget", "Unit", "unit ", "ｕｎｉｔ", "a/b", "~", "", "备注"].map(str::to_owned),
        );
    }
    let mut tests = Vec::new();
    for name in names.iter().filter(|name| !members.contains(name)) {
        let mut document = with_object(path);
        let at = pointer(path);
        document.pointer_mut(&at).expect("the object is there")[name.as_str()] = json!("1");
        let escaped = name.replace('~', "~0").replace('/', "~1");
        let errors = json!([{ "pointer": format!("{at}/{escaped}"), "keyword": "additionalProperties", "member": name }]);
        tests.push(invalid(format!("a member named {name:?}"), document, errors));
    }
    tests
}

/// A value of each type of JSON.
fn of_each_type() -> [(&'static str, Value); 7] {
    [
        ("null", Value::Null),
        ("boolean", json!(true)),
        ("integer", json!(2023)),
        ("number", json!(17.35)),
        ("string", json!("2023")),
        ("array", json!([])),
        ("object", json!({})),
    ]
}

fn types(path: &Path, kind: &Kind, is_first: bool) -> Vec<Value> {
    let (right, keyword) = match kind {
        Kind::Object { .. } | Kind::Extensions => ("object", "type"),
        Kind::List => ("array", "type"),
        Kind::Year => ("integer", "type"),
        // The list of values says the type too.
        Kind::Choice(_) => ("string", "enum"),
        Kind::Decimal(_) | Kind::Name | Kind::Text => ("string", "type"),
    };
    let mut tests = Vec::new();
    for (wrong, value) in of_each_type() {
        let is_tried = is_first || matches!(wrong, "null" | "integer" | "string" | "array" | "object");
        if wrong != right && is_tried && !(path.is_empty() && wrong == "object") {
            tests.push(invalid(
                format!("{wrong} instead of {right}"),
                with(path, value),
                error(&pointer(path), keyword),
            ));
        }
    }
    tests
}

/// What every kind of decimal string refuses.
const NO_DECIMALS: [(&str, &str); 27] = [
    ("empty", ""),
    ("a plus sign", "+1"),
    ("a leading zero", "01"),
    ("two zeros", "00"),
    ("no digit before the point", ".5"),
    ("no digit after the point", "5."),
    ("an exponent", "1e3"),
    ("a blank after", "1 "),
    ("a blank before", " 1"),
    ("a line break after", "1\n"),
    ("a line break before", "\n1"),
    ("a carriage return after", "1\r"),
    ("a line separator after", "1\u{2028}"),
    ("not a number", "NaN"),
    ("a full-width digit", "１"),
    ("an Arabic digit", "٣"),
    ("a digit beyond the basic plane", "𝟏"),
    ("an Arabic digit after another", "1٣"),
    ("an Arabic digit after the point", "1.٣"),
    ("full-width digits after a digit", "1０．０"),
    ("a full-width point", "1．5"),
    ("a thousands separator", "1,000"),
    ("a percent sign", "100%"),
    ("a unit", "1万元"),
    ("two points", "1.2.3"),
    ("a minus sign inside", "1-1"),
    ("a dash for nothing", "—"),
];

/// Decimal strings at their bounds and one step beyond: what it is, the text, and whether it is accepted.
fn bounds(name: &str) -> Vec<(&'static str, &'static str, bool)> {
    let mut bounds = vec![("zero", "0", true), ("one", "1", true)];
    if name == "Points" {
        bounds.extend([
            ("the largest", "9999", true),
            ("the largest with all decimals", "9999.0000", true),
            ("just below the largest", "9998.9999", true),
            ("just above the largest", "9999.0001", false),
            ("one above the largest", "10000", false),
            ("four decimals", "0.0001", true),
            ("five decimals", "0.00001", false),
            ("the largest with five decimals", "9999.00000", false),
            ("a minus sign", "-1", false),
            ("negative zero", "-0", false),
        ]);
        return bounds;
    }
    bounds.extend([
        ("the largest", "999999999999999.999999", true),
        ("15 digits before the point", "999999999999999", true),
        ("16 digits before the point", "1000000000000000", false),
        ("6 decimals", "0.000001", true),
        ("7 decimals", "0.0000001", false),
        ("7 decimals of nothing", "1.0000000", false),
        ("zero with decimals", "0.000000", true),
        ("zeros after the point are kept", "280.10", true),
    ]);
    if name.starts_with("Signed") {
        bounds.extend([
            ("the smallest", "-999999999999999.999999", true),
            ("16 digits after a minus sign", "-1000000000000000", false),
            ("just below zero", "-0.000001", true),
            ("7 decimals below zero", "-0.0000001", false),
            ("negative zero", "-0", false),
            ("negative zero with decimals", "-0.0", false),
            ("negative zero with all decimals", "-0.000000", false),
            ("a minus sign alone", "-", false),
            ("two minus signs", "--1", false),
            ("a leading zero after a minus sign", "-01", false),
            ("no digit between minus sign and point", "-.1", false),
            ("a mathematical minus sign", "−1", false),
        ]);
    } else {
        bounds.extend([("a minus sign", "-1", false), ("negative zero", "-0", false)]);
    }
    bounds
}

fn decimals(path: &Path, kind: &Kind, is_first: bool) -> Vec<Value> {
    let Kind::Decimal(name) = kind else { return Vec::new() };
    let at = pointer(path);
    let mut tests = Vec::new();
    let refused = |what: &str, text: &str| {
        // Which of the two keywords refuses a line break depends on the validator's regular expressions.
        let errors = if text.ends_with('\n') { json!([{ "pointer": at }]) } else { error(&at, "pattern") };
        invalid(what, with(path, json!(text)), errors)
    };
    // Every bound for one member of each kind, those of the digits for all of them.
    let is_tried = |text: &str| {
        is_first
            || matches!(
                text,
                "-1" | "0.000001"
                    | "-0.000001"
                    | "0.0000001"
                    | "10000"
                    | "9999"
                    | "0.00001"
                    | "-0"
                    | "0.0001"
            )
            || text.len() > 14
    };
    for (what, text, is_valid) in bounds(name).into_iter().filter(|(_, text, _)| is_tried(text)) {
        tests.push(if is_valid { valid(what, with(path, json!(text))) } else { refused(what, text) });
    }
    let strange = NO_DECIMALS
        .iter()
        .filter(|(what, _)| is_first || matches!(*what, "a line break after" | "a full-width digit"));
    tests.extend(strange.map(|(what, text)| refused(what, text)));
    tests
}

fn choices(path: &Path, kind: &Kind, _: bool) -> Vec<Value> {
    let Kind::Choice(values) = kind else { return Vec::new() };
    let mut tests: Vec<Value> =
        values.iter().map(|value| valid(value.clone(), with(path, json!(value)))).collect();
    let first = &values[0];
    let mut wrong = vec![
        String::new(),
        format!("{first} "),
        format!("{first}\n"),
        format!("{first}.0"),
        "其他".to_owned(),
    ];
    wrong.extend([first.to_lowercase(), first.to_uppercase()]);
    wrong.extend((path.last().is_some_and(|last| last == "unit")).then(|| "万元".to_owned()));
    wrong.retain(|wrong| !values.contains(wrong));
    wrong.sort();
    wrong.dedup();
    for wrong in wrong {
        tests.push(invalid(format!("{wrong:?}"), with(path, json!(wrong)), error(&pointer(path), "enum")));
    }
    let object = with(path, json!({ first.as_str(): null }));
    tests.push(invalid("an object with the value as its member", object, error(&pointer(path), "enum")));
    tests
}

fn years(path: &Path, kind: &Kind, _: bool) -> Vec<Value> {
    if *kind != Kind::Year {
        return Vec::new();
    }
    let at = pointer(path);
    let year = |year: i32| with(path, json!(year));
    vec![
        valid("the first", year(1990)),
        valid("one after the first", year(1991)),
        invalid("one before the first", year(1989), error(&at, "minimum")),
        valid("the last", year(2100)),
        valid("one before the last", year(2099)),
        invalid("one after the last", year(2101), error(&at, "maximum")),
        invalid("negative", year(-2023), error(&at, "minimum")),
        invalid("zero", year(0), error(&at, "minimum")),
        invalid("with a fraction", with(path, json!(2023.5)), error(&at, "type")),
        valid("with a fraction of zero", with(path, json!(2023.0))),
        invalid("a text", with(path, json!("2023")), error(&at, "type")),
        invalid("a text with its word", with(path, json!("2023年")), error(&at, "type")),
    ]
}

fn texts(path: &Path, kind: &Kind, is_first: bool) -> Vec<Value> {
    let mut tests = Vec::new();
    let at = pointer(path);
    match kind {
        Kind::Name => {
            tests.push(valid("one character", with(path, json!("局"))));
            tests.push(invalid("empty", with(path, json!("")), error(&at, "minLength")));
            if is_first {
                tests.push(valid("one character beyond the basic plane", with(path, json!("𠮷"))));
                tests.push(valid("a blank", with(path, json!(" "))));
                tests.push(valid("a letter and a combining mark", with(path, json!("e\u{301}"))));
            }
        }
        Kind::Text => {
            tests.push(valid("a text", with(path, json!("九场"))));
            if is_first {
                tests.push(valid("empty", with(path, json!(""))));
                tests.push(valid("lines, tabs and quotes", with(path, json!("一\n二\t\"三\"\\"))));
                tests.push(valid("the character 0", with(path, json!("\u{0}"))));
                tests.push(valid("four thousand characters", with(path, json!("字".repeat(4000)))));
            }
        }
        _ => {}
    }
    tests
}

fn lists(path: &Path, kind: &Kind, _: bool) -> Vec<Value> {
    if *kind != Kind::List {
        return Vec::new();
    }
    let mut item = path.clone();
    item.push("*".into());
    let kind = all().into_iter().find(|(path, _)| *path == item).map(|(_, kind)| kind);
    let good = match kind {
        Some(Kind::Object { .. }) => smallest_object(&item),
        _ => json!("一段。"),
    };
    let at = pointer(path);
    vec![
        valid("empty", with(path, json!([]))),
        valid("one item", with(path, json!([good]))),
        valid("two equal items", with(path, json!([good, good]))),
        invalid(
            "the second item is null",
            with(path, json!([good, null])),
            error(&format!("{at}/1"), "type"),
        ),
        invalid("a list in the list", with(path, json!([[good]])), error(&format!("{at}/0"), "type")),
        invalid("the item alone", with(path, good), error(&at, "type")),
    ]
}

fn extensions(path: &Path, kind: &Kind, _: bool) -> Vec<Value> {
    if *kind != Kind::Extensions {
        return Vec::new();
    }
    let at = pointer(path);
    let named = |name: &str| with(path, json!({ name: { "remark": "已审核" } }));
    let mut tests = vec![
        valid("empty", with(path, json!({}))),
        valid("a namespace without members", with(path, json!({ "shifan": {} }))),
        valid(
            "members of every type",
            with(path, json!({ "shifan": { "a": null, "b": [1, 2.5, true], "备注": { "c": "d" } } })),
        ),
    ];
    for (what, name) in
        [("one letter", "a"), ("hyphens and digits", "a-1--b-"), ("64 characters", &*"a".repeat(64))]
    {
        tests.push(valid(format!("a namespace of {what}"), named(name)));
    }
    let wrong = [
        ("no character", ""),
        ("65 characters", &*"a".repeat(65)),
        ("a capital letter first", "Shifan"),
        ("a capital letter", "shiFan"),
        ("a digit first", "1a"),
        ("a hyphen first", "-a"),
        ("an underscore", "a_b"),
        ("a blank", "a b"),
        ("Chinese", "示范"),
        ("a full-width letter", "ａ"),
    ];
    for (what, name) in wrong {
        let errors =
            json!([{ "pointer": format!("{at}/{name}"), "keyword": "propertyNames", "member": name }]);
        tests.push(invalid(format!("a namespace of {what}"), named(name), errors));
    }
    let errors = json!([{ "pointer": format!("{at}/a\n"), "keyword": "propertyNames", "member": "a\n" }]);
    tests.push(invalid("a namespace that ends with a line break", named("a\n"), errors));
    for (wrong, value) in of_each_type().into_iter().filter(|(of, _)| *of != "object") {
        let description = format!("a namespace with {wrong} instead of object");
        tests.push(invalid(
            description,
            with(path, json!({ "shifan": value })),
            error(&format!("{at}/shifan"), "type"),
        ));
    }
    tests
}

/// Texts that are easily mangled: what is in them is kept, whatever it is.
fn unicode() -> Vec<Value> {
    let kinds = [
        ("characters beyond the basic plane", "𠮷野家𝄞📄"),
        ("combining marks", "e\u{301}\u{327} n\u{303}"),
        ("full-width digits and letters", "２０２３年ＡＢＣ"),
        ("compatibility forms", "㈱㎡①ﬁ"),
        ("right to left", "\u{202e}abc\u{202c}"),
        ("joiners and invisible characters", "a\u{200d}b\u{feff}c\u{200b}"),
        ("variation selectors", "葛\u{e0100}"),
        ("characters that are not assigned", "\u{10ffff}\u{fdd0}"),
        ("control characters", "\u{1}\u{7f}\u{85}"),
        ("blanks of all kinds", "a\u{a0}b\u{3000}c\u{2003}"),
    ];
    let name = ["department".to_owned(), "name".to_owned()];
    let result = ["tasks", "*", "indicators", "*", "result"].map(str::to_owned);
    [&name[..], &result[..]]
        .into_iter()
        .map(|path| {
            let tests = kinds.iter().map(|(what, text)| valid(*what, with(path, json!(text)))).collect();
            group(&pointer(path), tests)
        })
        .collect()
}

/// Documents with several errors: one error a mistake.
fn several() -> Vec<Value> {
    let mut document = smallest();
    document["budget"]["initial_budget"] = json!("1,280.19");
    document["budget"]["actual_expenditure"] = json!(90);
    document["unit"] = json!("万元");
    document["remark"] = json!("已审核");
    let errors = json!([
        { "pointer": "/budget/actual_expenditure", "keyword": "type" },
        { "pointer": "/budget/initial_budget", "keyword": "pattern" },
        { "pointer": "/remark", "keyword": "additionalProperties", "member": "remark" },
        { "pointer": "/unit", "keyword": "enum" }
    ]);
    let four = invalid("four mistakes in four members", document, errors);
    let mut document = smallest();
    document["budget"] = json!({ "initial_budget": "1", "rate": "1", "total": "2" });
    let errors = json!([
        { "pointer": "/budget", "keyword": "required", "member": "actual_expenditure" },
        { "pointer": "/budget", "keyword": "required", "member": "adjusted_budget" },
        { "pointer": "/budget/rate", "keyword": "additionalProperties", "member": "rate" },
        { "pointer": "/budget/total", "keyword": "additionalProperties", "member": "total" }
    ]);
    let two_each = invalid("two members are missing and two are strange", document, errors);
    let tasks = with(
        &["tasks".to_owned()],
        json!([{ "funds": "1" }, { "funds": "-1" }, { "indicators": [{ "score": "10000" }, { "weight": 5 }] }]),
    );
    let errors = json!([
        { "pointer": "/tasks/1/funds", "keyword": "pattern" },
        { "pointer": "/tasks/2/indicators/0/score", "keyword": "pattern" },
        { "pointer": "/tasks/2/indicators/1/weight", "keyword": "type" }
    ]);
    vec![group("several mistakes", vec![four, two_each, invalid("mistakes deep in lists", tasks, errors)])]
}
