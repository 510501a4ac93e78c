//! Tests that damaged and careless JSON is refused, with the place of the fault, whichever way a file comes in.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use huizong_core::{Tally, rules};
use huizong_engine::{Opened, Options, read};
use huizong_schema::findings::Place;
use huizong_schema::parse;

/// A sound document on one line.
const SOUND: &str = r#"{"schema_version":"1.0","department":{"name":"示范局"},"fiscal_year":2023,"unit":"CNY","budget":{"initial_budget":"10","adjusted_budget":"10","actual_expenditure":"9"},"goal":{"expected":["一\t二"]}}"#;

/// A finding's rule, and its place in the line.
type Fault = (String, Option<u32>);

/// The findings about the second of three lines, and whether it is finished. The other two are sound.
fn faults(line: &[u8]) -> (Vec<Fault>, bool) {
    let bytes = [SOUND.as_bytes(), b"\n", line, b"\n", SOUND.as_bytes(), b"\n"].concat();
    let mut tally = Tally::new(rules::ALL.len());
    let mut found = Vec::new();
    Opened::lines("x.ndjson", &bytes, 1, 1).check(&Options::default(), &mut tally, |document| {
        let faults = document.findings().iter().map(|finding| {
            let column = match finding.place() {
                Some(Place::Text { line: 2, column }) => Some(column),
                _ => None,
            };
            (finding.rule.to_string(), column)
        });
        found.push((document.id().to_owned(), faults.collect::<Vec<_>>(), document.is_finished()));
    });
    assert_eq!(found.len(), 3, "{}", String::from_utf8_lossy(line));
    for (id, faults, is_finished) in [&found[0], &found[2]] {
        assert!(faults.is_empty() && *is_finished, "{id}: {faults:?}");
    }
    let (_, faults, is_finished) = found.swap_remove(1);
    (faults, is_finished)
}

/// The sound document with a part replaced once.
fn with(part: &str, other: &[u8]) -> Vec<u8> {
    let at = SOUND.find(part).unwrap();
    [&SOUND.as_bytes()[..at], other, &SOUND.as_bytes()[at + part.len()..]].concat()
}

#[test]
fn every_kind_of_damage_is_refused_with_its_place() {
    let malformed = "malformed-json";
    let table: [(&str, Vec<u8>, &str); 31] = [
        ("a byte that is not UTF-8", with("示范局", b"\xff"), "text-not-decodable"),
        ("an overlong form", with("示范局", b"\xc0\xaf"), "text-not-decodable"),
        ("a surrogate as UTF-8", with("示范局", b"\xed\xa0\x80"), "text-not-decodable"),
        ("a character cut off", with("示范局", b"\xe7\xa4"), "text-not-decodable"),
        ("an unknown escape", with(r"\t", br"\x"), malformed),
        ("an escape of a code point cut off", with(r"\t", br"\u12"), malformed),
        ("an escape in capitals", with(r"\t", br"\U0041"), malformed),
        ("a high surrogate alone", with(r"\t", br"\ud800"), malformed),
        ("a low surrogate alone", with(r"\t", br"\udc00"), malformed),
        ("surrogates in the wrong order", with(r"\t", br"\udc00\ud800"), malformed),
        ("a lone surrogate in a name", with("goal", br"\ud800"), malformed),
        ("a tab in a string", with(r"\t", b"\t"), malformed),
        ("a NUL in a string", with(r"\t", b"\0"), malformed),
        ("an escape character in a name", with("goal", b"go\x1bal"), malformed),
        ("a NUL between members", with(",\"goal\"", b",\0\"goal\""), malformed),
        ("text after the document", [SOUND.as_bytes(), b" x"].concat(), malformed),
        ("another document on the line", [SOUND, SOUND].concat().into_bytes(), malformed),
        ("a comma after the document", [SOUND.as_bytes(), b","].concat(), malformed),
        ("a member named twice", with("\"unit\"", br#""unit":"CNY","unit""#), "duplicate-member"),
        (
            "a member named twice, once in escapes",
            with("\"unit\"", br#""unit":"CNY","\u0075nit""#),
            "duplicate-member",
        ),
        ("a member of a part named twice", with("\"name\"", br#""name":"x","name""#), "duplicate-member"),
        ("a byte-order mark", [b"\xef\xbb\xbf", SOUND.as_bytes()].concat(), malformed),
        ("a comma too many in an object", with("}}", b"},}"), malformed),
        ("a comma too many in an array", with("]", b",]"), malformed),
        ("no comma", with(",\"unit\"", b"\"unit\""), malformed),
        ("no colon", with("\"unit\":", b"\"unit\""), malformed),
        ("single quotes", with("\"CNY\"", b"'CNY'"), malformed),
        ("a comment", with(",\"unit\"", b",/**/\"unit\""), malformed),
        ("a zero before a number", with("2023", b"02023"), malformed),
        ("a plus before a number", with("2023", b"+2023"), malformed),
        ("no number", with("2023", b"NaN"), malformed),
    ];
    for (kind, line, rule) in table {
        if let Ok(text) = std::str::from_utf8(&line) {
            assert!(parse(text).is_err(), "{kind}");
        }
        let (faults, _) = faults(&line);
        let found = faults.iter().find(|(found, _)| found == rule);
        assert!(matches!(found, Some((_, Some(_)))), "{kind}: {faults:?}");
    }
}

#[test]
fn what_follows_the_document_of_a_file_is_refused_unless_it_is_white_space_of_json() {
    let faults = |tail: &str| {
        let file = read("x.json", format!("{SOUND}{tail}").as_bytes(), &Options::default());
        let rules = file.documents().iter().flat_map(huizong_engine::Checked::findings);
        rules.map(|finding| finding.rule.to_string()).collect::<Vec<_>>()
    };
    for tail in ["", "\n", " \t\r\n\n"] {
        assert!(faults(tail).is_empty(), "{tail:?}");
    }
    for tail in ["\u{c}", "\u{b}", "\u{a0}", "\u{2028}", "\u{3000}\n", "\n\u{feff}", "\0", ",", "}", "x"] {
        assert!(faults(tail).contains(&"malformed-json".to_owned()), "{tail:?}: {:?}", faults(tail));
    }
}

#[test]
fn what_follows_a_document_on_its_line_is_refused_unless_it_is_white_space_of_json() {
    let faults_with = |tail: &str| faults(format!("{SOUND}{tail}").as_bytes()).0;
    for tail in ["", "\r", " \t\r"] {
        assert!(faults_with(tail).is_empty(), "{tail:?}");
    }
    for tail in
        ["\u{c}", "\u{c}\r", "\u{b}", "\u{a0}", "\u{2028}", "\u{3000}", "\u{feff}", "\0", ",", "}", "x"]
    {
        let found = faults_with(tail);
        assert!(found.iter().any(|(rule, _)| rule == "malformed-json"), "{tail:?}: {found:?}");
    }
    // A form feed alone is no blank line.
    assert!(!faults(b"\x0c").1);
}

#[test]
fn a_document_that_ends_early_is_refused_wherever_it_ends() {
    for end in 1..SOUND.len() {
        let (faults, is_finished) = faults(&SOUND.as_bytes()[..end]);
        assert!(!is_finished, "{end}");
        let is_told = |(rule, column): &Fault| {
            ["malformed-json", "text-not-decodable"].contains(&&**rule) && column.is_some()
        };
        assert!(faults.iter().any(is_told), "{end}: {faults:?}");
    }
}

#[test]
fn the_parse_agrees_with_another_reader_about_every_changed_byte() {
    let pieces = [
        &b""[..],
        b"\"",
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b" ",
        b"\n",
        b"\x1f",
        b"\x7f",
        b"0",
        b"-",
        b"e",
    ];
    let (mut accepted, mut refused) = (0, 0);
    for at in 0..=SOUND.len() {
        for piece in pieces {
            for replaced in 0..=1 {
                let rest = SOUND.as_bytes().get(at + replaced..).unwrap_or_default();
                let bytes = [&SOUND.as_bytes()[..at], piece, rest].concat();
                let Ok(text) = std::str::from_utf8(&bytes) else { continue };
                let other = serde_json::from_str::<huizong_schema::Evaluation<'_>>(text).ok();
                assert_eq!(parse(text).ok(), other, "{text}");
                if other.is_some() { accepted += 1 } else { refused += 1 }
            }
        }
    }
    assert!(accepted > 500 && refused > 2_000, "{accepted} accepted, {refused} refused");
}
