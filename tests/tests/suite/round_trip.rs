//! Tests that a document written as a form is read back as the same document.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says what went wrong by panicking")]

use std::io::Cursor;

use calamine::{Data, Reader};
use fastrand::Rng;
use huizong_forms::profile::{Profile, built_in};
use huizong_forms::{Format, Options, read, write};
use huizong_schema::Draft;
use huizong_tests::cases;
use huizong_tests::printable::{Form, document};
use serde_json::Value;

fn profile(form: Form) -> &'static Profile {
    built_in().iter().find(|profile| profile.id == form.profile()).unwrap()
}

fn draft(text: &str) -> Draft<'_> {
    serde_json::from_str(text).unwrap()
}

/// Reads the documents back, without checking them.
fn again(bytes: &[u8], format: Format) -> Vec<Value> {
    let name = format!("form.{}", if format == Format::Text { "txt" } else { format.as_str() });
    let contents = read(bytes, &name, &Options::default());
    contents.documents.iter().map(|read| serde_json::to_value(&read.draft).unwrap()).collect()
}

#[test]
fn random_documents_come_back_digit_for_digit() {
    let mut tried = 0;
    for seed in 0..cases(60) {
        for form in Form::ALL {
            let document = document(&mut Rng::with_seed(seed), form);
            for format in Format::ALL {
                let written = write(&[draft(&document.to_string())], profile(form), format).unwrap();
                let said: Vec<&str> =
                    written.notices[0].iter().map(|notice| notice.message.en.as_str()).collect();
                let again = again(&written.bytes, format);
                assert!(
                    said.is_empty() && again == [document.clone()],
                    "seed {seed}, {form:?}, {format:?}: {said:#?}\n{}\n{again:#?}",
                    serde_json::to_string_pretty(&document).unwrap()
                );
                tried += 1;
            }
        }
    }
    println!("{tried} forms written and read again");
}

/// The notices about a document written as the district's form.
fn said(document: &Value, format: Format) -> Vec<String> {
    let written = write(&[draft(&document.to_string())], profile(Form::District), format).unwrap();
    written.notices[0].iter().map(|notice| notice.message.en.clone()).collect()
}

#[test]
fn a_member_without_a_cell_is_named_and_the_others_are_written() {
    let mut document = document(&mut Rng::with_seed(1), Form::District);
    document["department"]["units"] = serde_json::json!([{"name": "示范中心"}]);
    document["extensions"] = serde_json::json!({"x": {"a": 1}});
    document["tasks"] = serde_json::json!([{"name": "展览", "budget": "5.00"}, {"expected": ["无名"]}]);
    document["budget"]["unit_funds"] = Value::Null;
    document["budget"].as_object_mut().unwrap().remove("unit_funds");
    for format in Format::ALL {
        assert_eq!(
            said(&document, format),
            [
                "/department/units has no place on this form and was not written.",
                "/extensions has no place on this form and was not written.",
                "/tasks/0/budget has no place on this form and was not written.",
                "The form as written also says /tasks/0/expected ([\"无名\"]), which was not there.",
                "/tasks/1 has no place on this form and was not written.",
            ]
            .map(String::from),
            "{format:?}"
        );
    }
}

#[test]
fn amounts_that_spreadsheets_would_round_are_text() {
    let mut document = document(&mut Rng::with_seed(2), Form::District);
    document["budget"]["initial_budget"] = "123456789012345.678901".into();
    document["budget"]["adjusted_budget"] = "1234567890123.45".into();
    let written = write(&[draft(&document.to_string())], profile(Form::District), Format::Xlsx).unwrap();
    let mut sheet =
        calamine::open_workbook_from_rs::<calamine::Xlsx<_>, _>(Cursor::new(&written.bytes)).unwrap();
    let range = sheet.worksheet_range_at(0).unwrap().unwrap();
    let values: Vec<&Data> = range.used_cells().map(|(_, _, value)| value).collect();
    assert!(values.contains(&&Data::String("123456789012345.678901".into())));
    assert!(values.contains(&&Data::Float(1_234_567_890_123.45)));
}

#[test]
fn several_documents_are_written_into_one_file() {
    let documents: Vec<Value> =
        (0..3).map(|seed| document(&mut Rng::with_seed(seed), Form::District)).collect();
    let texts: Vec<String> = documents.iter().map(Value::to_string).collect();
    let drafts: Vec<Draft<'_>> = texts.iter().map(|text| draft(text)).collect();
    for format in Format::ALL {
        let written = write(&drafts, profile(Form::District), format).unwrap();
        assert!(written.notices.iter().all(Vec::is_empty), "{format:?}: {:#?}", written.notices);
        assert_eq!(again(&written.bytes, format), documents, "{format:?}");
    }
}

#[test]
fn long_texts_go_over_several_rows_of_a_sheet() {
    let mut document = document(&mut Rng::with_seed(3), Form::District);
    document["narrative"] =
        serde_json::json!({"performance": ["一句很长的话".repeat(700)], "problems": ["短"]});
    let written = write(&[draft(&document.to_string())], profile(Form::District), Format::Xlsx).unwrap();
    assert_eq!(again(&written.bytes, Format::Xlsx), [document]);
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = document(&mut Rng::with_seed(4), Form::Scored).to_string();
    for format in Format::ALL {
        let bytes = || write(&[draft(&document)], profile(Form::Scored), format).unwrap().bytes;
        assert!(bytes() == bytes(), "{format:?}");
    }
}

#[test]
fn an_indicator_with_nothing_but_a_name_is_one_of_its_own() {
    let mut document = document(&mut Rng::with_seed(5), Form::Scored);
    let level = |name: &str| serde_json::json!({"level1": "产出指标", "level2": "数量指标", "name": name, "result": "4场"});
    let bare = serde_json::json!({"level1": "产出指标", "level2": "数量指标", "name": "人数"});
    document["scorecard"]["indicators"] = serde_json::json!([level("场次"), bare, level("展品")]);
    for format in Format::ALL {
        let written = write(&[draft(&document.to_string())], profile(Form::Scored), format).unwrap();
        assert_eq!(again(&written.bytes, format), std::slice::from_ref(&document), "{format:?}");
    }
}
