//! Checks that serde_json lacks: members named twice, depth, and the place of a pointer in the text.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

use crate::pointer::Pointer;

/// The deepest nesting of arrays and objects; the document itself is the first level.
pub const MAX_DEPTH: usize = 64;

/// Reads any JSON value, noting each member that its object names twice (the last one counts).
///
/// Refuses nesting beyond the depth given.
pub(crate) struct StrictValue<'d> {
    depth_left: usize,
    at: Pointer,
    duplicates: &'d mut BTreeSet<Pointer>,
}

impl<'d> StrictValue<'d> {
    pub(crate) fn new(depth_left: usize, duplicates: &'d mut BTreeSet<Pointer>) -> Self {
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

/// Reads any value of I-JSON, in which no object names a member twice, at most [`MAX_DEPTH`] deep.
///
/// # Errors
/// Returns an error if the text is anything else, or if something follows the value.
pub fn read_strictly(text: &str) -> Result<Value, serde_json::Error> {
    let mut duplicates = BTreeSet::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let value = StrictValue::new(MAX_DEPTH, &mut duplicates).deserialize(&mut json)?;
    json.end()?;
    match duplicates.first() {
        Some(twice) => Err(de::Error::custom(format_args!("the member {twice} is named twice"))),
        None => Ok(value),
    }
}

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
                self.duplicates.insert(at.clone());
            }
            let value = map.next_value_seed(self.below(at))?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

/// The byte at which the value of each pointer begins, or else that of its nearest ancestor in the text.
///
/// If a member is named twice, the last one counts. The text must be JSON; it is read once for all pointers.
pub fn offsets_of(text: &str, pointers: &[&Pointer]) -> Vec<usize> {
    offsets(text, pointers, false)
}

/// Like [`offsets_of`], for a text that names no member twice: stops as soon as everything is found.
pub fn offsets_of_unique(text: &str, pointers: &[&Pointer]) -> Vec<usize> {
    offsets(text, pointers, true)
}

fn offsets(text: &str, pointers: &[&Pointer], is_unique: bool) -> Vec<usize> {
    let mut wanted = Wanted::default();
    for (index, pointer) in pointers.iter().enumerate() {
        let mut at = &mut wanted;
        for token in pointer.tokens() {
            at = at.below.entry(token).or_default();
        }
        at.indexes.push(index);
    }
    let mut offsets = vec![0; pointers.len()];
    let start = text.as_ptr() as usize;
    wanted.find(text.trim_start(), Search { start, is_unique, offsets: &mut offsets });
    offsets
}

/// The constants of a search.
struct Search<'o> {
    /// Where the text begins.
    start: usize,
    /// Whether no object names a member twice.
    is_unique: bool,
    offsets: &'o mut [usize],
}

impl Search<'_> {
    fn again(&mut self) -> Search<'_> {
        Search { offsets: self.offsets, ..*self }
    }
}

/// The pointers that are looked for, by their tokens.
#[derive(Default)]
struct Wanted<'p> {
    /// The pointers that end here.
    indexes: Vec<usize>,
    below: BTreeMap<Cow<'p, str>, Wanted<'p>>,
}

impl Wanted<'_> {
    fn find(&self, here: &str, search: Search<'_>) {
        self.stands_at(here.as_ptr() as usize - search.start, search.offsets);
        if self.below.is_empty() {
            return;
        }
        let mut json = serde_json::Deserializer::from_str(here);
        if let Some(b'{' | b'[') = here.as_bytes().first() {
            // The text is JSON, so an error only means that the search stopped early.
            let _ = json.deserialize_any(Below { wanted: self, search });
        }
    }

    /// Sets the offset of this pointer and of all below it, until those are found themselves.
    fn stands_at(&self, offset: usize, offsets: &mut [usize]) {
        self.indexes.iter().for_each(|&index| offsets[index] = offset);
        self.below.values().for_each(|below| below.stands_at(offset, offsets));
    }
}

struct Below<'w, 'p> {
    wanted: &'w Wanted<'p>,
    search: Search<'w>,
}

impl<'t> de::Visitor<'t> for Below<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array or an object")
    }

    fn visit_seq<A: SeqAccess<'t>>(mut self, mut seq: A) -> Result<(), A::Error> {
        let mut index = 0_usize;
        while let Some(item) = seq.next_element::<&RawValue>()? {
            if let Some(wanted) = self.wanted.below.get(index.to_string().as_str()) {
                wanted.find(item.get(), self.search.again());
            }
            index += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'t>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut left = self.wanted.below.len();
        while let Some(name) = map.next_key::<Cow<'t, str>>()? {
            let value = map.next_value::<&RawValue>()?;
            if let Some(wanted) = self.wanted.below.get(&*name) {
                wanted.find(value.get(), self.search.again());
                left = left.saturating_sub(1);
                if left == 0 && self.search.is_unique {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// The byte at which arrays and objects nest deeper than [`MAX_DEPTH`], if they do.
///
/// Brackets inside of strings do not count; the text need not be JSON.
pub fn too_deep_at(text: &str) -> Option<usize> {
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
        // Each is found, whatever other pointers are searched for.
        let pointers = [Pointer::parse(pointer), Pointer::parse("/a"), Pointer::parse("/x")];
        let offsets = offsets_of(text, &pointers.each_ref());
        text[offsets[0]..].chars().take(4).collect()
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
