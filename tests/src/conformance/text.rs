//! Texts that are read before any schema applies: what is JSON, and how numbers and names are understood.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::members::smallest;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Cases: a text, whether it is a document, and if not why and where.
pub fn cases() -> Value {
    let good = smallest().to_string();
    let year = |number: &str| good.replace("2023", number);
    let extended =
        |value: &str| good.replacen('{', &format!("{{\"extensions\":{{\"shifan\":{{\"a\":{value}}}}},"), 1);
    let named = |name: &str| good.replacen("示范区档案馆", name, 1);
    let not_json = |what: &str, text: String| json!({ "description": what, "text": text, "valid": false, "reason": "not-json" });
    let ok = |what: &str, text: String| json!({ "description": what, "text": text, "valid": true });
    let refused = |what: &str, text: String, pointer: &str, keyword: &str| {
        json!({ "description": what, "text": text, "valid": false, "reason": "schema",
                "errors": [{ "pointer": pointer, "keyword": keyword }] })
    };
    let duplicate = |what: &str, text: String, pointer: &str| {
        json!({ "description": what, "text": text, "valid": false, "reason": "duplicate-member",
                "errors": [{ "pointer": pointer }] })
    };
    let too_deep = |what: &str, text: String| json!({ "description": what, "text": text, "valid": false, "reason": "too-deep" });
    let nested = |levels: usize| extended(&("[".repeat(levels) + &"]".repeat(levels)));
    let bytes = |what: &str, bytes: &[u8]| {
        json!({ "description": what, "hex": hex(bytes),
                "valid": false, "reason": "not-json" })
    };
    let invalid_utf8 = |bad: &[u8]| {
        let (before, after) = good.split_once("示范区档案馆").expect("the name is there");
        [before.as_bytes(), bad, after.as_bytes()].concat()
    };
    json!([
        ok("a document", good.clone()),
        ok("blanks, tabs and line breaks around", format!(" \t\r\n{good}\r\n ")),
        ok(
            "names and texts written with escapes",
            good.replace("unit", "\\u0075nit").replace("示", "\\u793a")
        ),
        ok("a pair of surrogates", named("\\ud842\\udfb7")),
        ok("a noncharacter", named("\\uffff")),
        ok("a noncharacter beyond the first plane", named("\u{1fffe}")),
        not_json("a byte-order mark: a file may begin with one, a text may not", format!("\u{feff}{good}")),
        not_json("nothing", String::new()),
        not_json("blanks alone", "  \n".into()),
        not_json("cut off", good[..good.len() - 1].to_owned()),
        not_json("cut off in a text", good[..good.find("档").expect("it is there")].to_owned()),
        not_json("something after the document", format!("{good} x")),
        not_json("two documents", format!("{good}{good}")),
        not_json("a comma after the last member", good.replacen('}', ",}", 1)),
        not_json("a comment", good.replacen('{', "{/* */", 1)),
        not_json("apostrophes for quotes", good.replace('"', "'")),
        not_json("a name without quotes", good.replace("\"unit\"", "unit")),
        not_json("a line break in a text", named("示范区\n档案馆")),
        not_json("a control character in a text", named("示范区\u{1}档案馆")),
        not_json("an escape that JSON does not have", named("\\x41")),
        not_json("half an escape", named("\\u12")),
        not_json("a high surrogate alone", named("\\ud842")),
        not_json("a low surrogate alone", named("\\udfb7")),
        not_json("surrogates in the wrong order", named("\\udfb7\\ud842")),
        not_json("a high surrogate before another escape", named("\\ud842\\u0041")),
        not_json("a lone surrogate in the name of a member", good.replace("unit", "\\ud842")),
        bytes("bytes that are not UTF-8", &invalid_utf8(&[0xff, 0xfe])),
        bytes("GB18030 instead of UTF-8", &invalid_utf8(&[0xca, 0xbe, 0xb7, 0xb6])),
        bytes("an overlong form of a slash", &invalid_utf8(&[0xc0, 0xaf])),
        bytes("a surrogate as UTF-8", &invalid_utf8(&[0xed, 0xa0, 0x80])),
        bytes("beyond the last character", &invalid_utf8(&[0xf4, 0x90, 0x80, 0x80])),
        not_json("a number that is not JSON: +2023", year("+2023")),
        not_json("a number that is not JSON: 02023", year("02023")),
        not_json("a number that is not JSON: 2023.", year("2023.")),
        not_json("a number that is not JSON: .2e4", year(".2e4")),
        not_json("a number that is not JSON: 0x7e7", year("0x7e7")),
        not_json("a number that is not JSON: NaN", year("NaN")),
        not_json("a number that is not JSON: Infinity", year("Infinity")),
        not_json("a number beyond a double", extended("1e400")),
        not_json("a negative number beyond a double", extended("-1e400")),
        ok("a number that a double rounds to zero", extended("1e-400")),
        ok("the largest double", extended("1.7976931348623157e308")),
        ok("an integer that a double does not hold", extended("123456789012345678901234567890")),
        ok("a year with a fraction of zero", year("2023.0")),
        ok("a year with an exponent", year("2.023e3")),
        ok("a year that a double rounds to 2100", year("2100.0000000000000000001")),
        refused("a year just above the last", year("2100.1"), "/fiscal_year", "type"),
        refused("a year beyond the last that is an integer", year("2.101e3"), "/fiscal_year", "maximum"),
        duplicate("the same member twice", good.replacen('{', "{\"unit\":\"CNY\",", 1), "/unit"),
        duplicate(
            "the same member twice with the same value",
            good.replacen('{', "{\"unit\":\"CNY_10K\",", 1),
            "/unit"
        ),
        duplicate(
            "the same member twice, once with an escape",
            good.replacen('{', "{\"\\u0075nit\":\"CNY_10K\",", 1),
            "/unit"
        ),
        duplicate(
            "the same member of an inner object twice",
            good.replacen("\"name\"", "\"name\":\"甲\",\"name\"", 1),
            "/department/name"
        ),
        duplicate(
            "the same member of an extension twice",
            extended("{\"b\":1,\"b\":2}"),
            "/extensions/shifan/a/b"
        ),
        ok("64 levels of arrays and objects", nested(61)),
        too_deep(
            "too deep, and the same member twice: depth comes first",
            nested(70).replacen('{', "{\"unit\":\"CNY\",", 1)
        ),
        not_json(
            "the same member twice, and not JSON after it",
            good.replacen('{', "{\"unit\":\"CNY\",", 1) + "x"
        ),
        too_deep("65 levels of arrays and objects", nested(62)),
        too_deep("ten thousand levels", nested(10_000)),
        refused("an array with one document", format!("[{good}]"), "", "type"),
        refused("null", "null".into(), "", "type"),
        refused("a text", "\"示范区档案馆\"".into(), "", "type"),
    ])
}
