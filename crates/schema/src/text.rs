//! Text that borrows from its input if it can, and a district's own members.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;

use crate::json::{MAX_DEPTH, StrictValue};
use crate::shape::no_line_break;

/// A text of the document. Borrowed from the input unless an escape in it had to be resolved.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Default)]
#[serde(transparent)]
pub struct Text<'a>(pub Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Text(Cow::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Text(Cow::Owned(text))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
            fn visit_string<E>(self, text: String) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text)))
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

impl JsonSchema for Text<'_> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// A text with at least one character.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Debug)]
#[serde(transparent)]
pub struct NonEmpty<'a>(Text<'a>);

impl<'a> NonEmpty<'a> {
    /// The text, or [`None`] if it is empty.
    pub fn new(text: impl Into<Text<'a>>) -> Option<Self> {
        let text = text.into();
        (!text.is_empty()).then_some(Self(text))
    }
}

impl Deref for NonEmpty<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for NonEmpty<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        NonEmpty::new(Text::deserialize(deserializer)?).ok_or_else(|| de::Error::custom("an empty text"))
    }
}

impl JsonSchema for NonEmpty<'_> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "NonEmpty".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1 })
    }
}

/// A district's own members, by namespace. The district's plugins read them; nothing else does.
///
/// A namespace is kebab-case: a letter `a` to `z`, then letters, digits and hyphens, at most 64 characters.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Extensions(pub BTreeMap<String, serde_json::Map<String, Value>>);

const NAMESPACE: &str = "^[a-z][a-z0-9-]{0,63}$";

impl Extensions {
    /// Whether a text is a valid namespace.
    pub fn is_namespace(name: &str) -> bool {
        let bytes = name.as_bytes();
        bytes.len() <= 64
            && bytes.first().is_some_and(u8::is_ascii_lowercase)
            && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
    }
}

impl<'de> Deserialize<'de> for Extensions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Extensions;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of namespaces")
            }
            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Extensions, A::Error> {
                let mut all = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    if !Extensions::is_namespace(&name) {
                        return Err(de::Error::custom("a namespace that is not kebab-case"));
                    }
                    // The document and the member `extensions` are two levels already.
                    let mut duplicates = BTreeSet::new();
                    let seed = StrictValue::new(MAX_DEPTH - 2, &mut duplicates);
                    let Value::Object(members) = map.next_value_seed(seed)? else {
                        return Err(de::Error::custom("a namespace that is not an object"));
                    };
                    if !duplicates.is_empty() || all.insert(name, members).is_some() {
                        return Err(de::Error::custom("a member is named twice"));
                    }
                }
                Ok(Extensions(all))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

impl JsonSchema for Extensions {
    fn schema_name() -> Cow<'static, str> {
        "Extensions".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "propertyNames": { "pattern": NAMESPACE, "not": no_line_break() },
            "additionalProperties": { "type": "object" },
            "examples": [{ "tianhe": { "street": "石牌街" } }]
        })
    }
}
