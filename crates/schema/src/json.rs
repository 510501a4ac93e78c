//! What serde_json does not tell: members named twice, depth, and where in the text a pointer leads.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

use crate::pointer::Pointer;

/// Arrays and objects may nest this deep, the document itself being the first level.
pub const MAX_DEPTH: usize = 64;

/// Reads any JSON value, noting each member that its object names twice (the last one stands).
///
/// Refuses nesting beyond the depth given.
pub(crate) struct StrictValue<'d> {
    depth_left: usize,
    at: Pointer,
    duplicates: &'d mut Vec<Pointer>,
}

impl<'d> StrictValue<'d> {
    pub(crate) fn new(depth_left: usize, duplicates: &'d mut Vec<Pointer>) -> Self {
        Self { depth_left, at: Pointer::root(), duplicates }
    }

    fn below(&mut self, at: Pointer) -> StrictValue<'_> {
        StrictValue { depth_left: self.depth_left - 1, at, duplicates: self.duplicates }
    }

    fn enter<E: de::Error>(&self) -> Result<(), E> {
        if self.depth_left == 0 {
            return Err(E::custom(TOO_DEEP));
        }
        Ok(())
    }
}

pub(crate) const TOO_DEEP: &str = "nested too deep";

impl<'de> DeserializeSeed<'de> for StrictValue<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> de::Visitor<'de> for StrictValue<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut items = Vec::new();
        loop {
            let at = self.at.item(items.len());
            match seq.next_element_seed(self.below(at))? {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let at = self.at.member(&name);
            if members.contains_key(&name) {
                self.duplicates.push(at.clone());
            }
            let value = map.next_value_seed(self.below(at))?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

/// The byte at which the value stands that `pointer` names, or else its nearest ancestor that exists.
///
/// Of members named twice the last one is meant. The text must be JSON.
pub fn offset_of(text: &str, pointer: &Pointer) -> usize {
    let Ok(mut here) = serde_json::from_str::<&RawValue>(text) else { return 0 };
    for token in pointer.tokens() {
        match child(here, &token) {
            Some(next) => here = next,
            None => break,
        }
    }
    here.get().as_ptr() as usize - text.as_ptr() as usize
}

fn child<'t>(value: &'t RawValue, token: &str) -> Option<&'t RawValue> {
    struct Find<'w>(&'w str);
    impl<'t> de::Visitor<'t> for Find<'_> {
        type Value = Option<&'t RawValue>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array or an object")
        }
        fn visit_seq<A: SeqAccess<'t>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let wanted: Option<usize> = self.0.parse().ok();
            let (mut found, mut index) = (None, 0);
            while let Some(item) = seq.next_element::<&RawValue>()? {
                if Some(index) == wanted {
                    found = Some(item);
                }
                index += 1;
            }
            Ok(found)
        }
        fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(name) = map.next_key::<String>()? {
                let value = map.next_value::<&RawValue>()?;
                if name == self.0 {
                    found = Some(value);
                }
            }
            Ok(found)
        }
    }
    let mut json = serde_json::Deserializer::from_str(value.get());
    match value.get().as_bytes().first() {
        Some(b'{' | b'[') => json.deserialize_any(Find(token)).ok().flatten(),
        _ => None,
    }
}

/// The byte at which arrays and objects nest deeper than [`MAX_DEPTH`], if they do.
///
/// Brackets inside of strings do not count; the text need not be JSON.
pub(crate) fn too_deep_at(text: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Some(offset);
                }
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, pointer: &str) -> String {
        text[offset_of(text, &Pointer::parse(pointer))..].chars().take(4).collect()
    }

    #[test]
    fn pointers_lead_to_their_place() {
        let text = r#" {"a": {"b/c": [1, "二", {"d": 4}]}, "x": 1, "x": 27} "#;
        assert_eq!(at(text, ""), r#"{"a""#);
        assert_eq!(at(text, "/a/b~1c/1"), r#""二","#);
        assert_eq!(at(text, "/a/b~1c/2/d"), "4}]}");
        assert_eq!(at(text, "/a/b~1c/7/d"), "[1, ");
        assert_eq!(at(text, "/x"), "27} ");
        assert_eq!(at(text, "/x/y"), "27} ");
    }

    #[test]
    fn depth_is_counted_outside_of_strings() {
        let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert_eq!(too_deep_at(&nested(64)), None);
        assert_eq!(too_deep_at(&nested(65)), Some(64));
        assert_eq!(too_deep_at(&format!(r#"["{}\"["]"#, "[".repeat(99))), None);
    }
}
