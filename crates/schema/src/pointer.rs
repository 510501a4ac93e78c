//! JSON Pointers (RFC 6901).

use std::borrow::Cow;
use std::fmt::{self, Write};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A JSON Pointer (RFC 6901): the empty one names the whole document.
///
/// ```
/// use huizong_schema::Pointer;
/// let pointer = Pointer::root().member("tasks").item(2).member("funds");
/// assert_eq!(pointer.to_string(), "/tasks/2/funds");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pointer(String);

impl Pointer {
    /// The whole document.
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// Parses a pointer. A text that does not begin with `/` is read as the name of a member of the document.
    pub fn parse(text: &str) -> Self {
        if text.is_empty() || text.starts_with('/') {
            Self(text.to_owned())
        } else {
            Self(format!("/{text}"))
        }
    }

    /// The pointer of the member with this name in this value.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        let mut text = String::with_capacity(self.0.len() + name.len() + 1);
        text.push_str(&self.0);
        text.push('/');
        for c in name.chars() {
            match c {
                '~' => text.push_str("~0"),
                '/' => text.push_str("~1"),
                c => text.push(c),
            }
        }
        Self(text)
    }

    /// The pointer of the item with this index (from 0) in this value.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        let mut text = self.0.clone();
        let _ = write!(text, "/{index}");
        Self(text)
    }

    /// The tokens, unescaped.
    pub fn tokens(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.split('/').skip(1).map(|token| {
            if token.contains('~') {
                Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
            } else {
                Cow::Borrowed(token)
            }
        })
    }

    /// The parent and the last token; `None` for the whole document.
    pub fn split_last(&self) -> Option<(Self, String)> {
        let (parent, last) = self.0.rsplit_once('/')?;
        Some((Self(parent.to_owned()), last.replace("~1", "/").replace("~0", "~")))
    }

    /// The parent; `None` for the whole document.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        Some(Self(self.0.rsplit_once('/')?.0.to_owned()))
    }

    /// Whether this pointer names `other` or something that contains `other`.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.strip_prefix(&self.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The pointer as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl From<String> for Pointer {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl From<&str> for Pointer {
    fn from(text: &str) -> Self {
        Self::parse(text)
    }
}

impl JsonSchema for Pointer {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Pointer".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "json-pointer" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_containment() {
        let pointer = Pointer::root().member("a/b").member("c~d");
        assert_eq!(pointer.as_str(), "/a~1b/c~0d");
        assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["a/b", "c~d"]);
        assert_eq!(pointer.split_last(), Some((Pointer::parse("/a~1b"), "c~d".to_owned())));
        assert!(Pointer::root().contains(&pointer));
        assert!(Pointer::parse("/a~1b").contains(&pointer));
        assert!(!Pointer::parse("/a").contains(&pointer));
        assert_eq!(Pointer::root().split_last(), None);
    }
}
