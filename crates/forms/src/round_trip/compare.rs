//! The members that a document loses or gains on its way through a form.

use huizong_schema::Pointer;
use serde_json::Value;

/// A member that differs.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    pub(super) pointer: Pointer,
    pub(super) what: What,
}

/// How a member differs.
#[derive(Debug, PartialEq)]
pub(super) enum What {
    /// It is not there.
    Lost,
    /// It has another value.
    Changed(String),
    /// It was not there before; its value.
    Added(String),
}

/// The members that differ. If an object or array is missing, it is listed without its members.
pub(super) fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(before, after, &Pointer::root(), &mut found);
    found
}

fn compare(before: &Value, after: &Value, at: &Pointer, found: &mut Vec<Difference>) {
    let mut note = |pointer: Pointer, what: What| found.push(Difference { pointer, what });
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            for (name, value) in old {
                match new.get(name) {
                    Some(now) => compare(value, now, &at.member(name), found),
                    None => found.push(Difference { pointer: at.member(name), what: What::Lost }),
                }
            }
            for (name, value) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
                found.push(Difference { pointer: at.member(name), what: What::Added(shown(value)) });
            }
        }
        // Paragraphs are one text: if they differ, all of them are shown.
        (Value::Array(old), Value::Array(_)) if old.iter().all(Value::is_string) => {
            if before != after {
                note(at.clone(), What::Changed(shown(after)));
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            for (index, value) in old.iter().enumerate() {
                match new.get(index) {
                    Some(now) => compare(value, now, &at.item(index), found),
                    None => found.push(Difference { pointer: at.item(index), what: What::Lost }),
                }
            }
            for (index, value) in new.iter().enumerate().skip(old.len()) {
                found.push(Difference { pointer: at.item(index), what: What::Added(shown(value)) });
            }
        }
        (_, Value::Null) => note(at.clone(), What::Lost),
        _ if before == after => {}
        _ => note(at.clone(), What::Changed(shown(after))),
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_is_named_once() {
        let before =
            json!({"a": "1", "b": {"c": ["x", "y"]}, "t": [{"n": "1"}, {"n": "2"}], "u": [{"n": "1"}]});
        let after = json!({"a": "1", "b": {"c": ["x y"]}, "t": [{"n": "1", "m": "9"}], "z": 3});
        let found: Vec<(String, What)> =
            differences(&before, &after).into_iter().map(|d| (d.pointer.to_string(), d.what)).collect();
        assert_eq!(
            found,
            [
                ("/b/c".into(), What::Changed("[\"x y\"]".into())),
                ("/t/0/m".into(), What::Added("9".into())),
                ("/t/1".into(), What::Lost),
                ("/u".into(), What::Lost),
                ("/z".into(), What::Added("3".into())),
            ]
        );
        assert_eq!(differences(&before, &before), []);
    }
}
