//! Maps from the names in a table to values.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// A name in a table.
pub trait Named: Copy + Ord + 'static {
    /// What the names are of, for the published schemas.
    const KIND: &'static str;

    /// Every name, in the table's order.
    const ALL: &'static [Self];

    /// Its name in JSON.
    fn as_str(self) -> &'static str;

    /// Its name, in Chinese and in English.
    fn label(self) -> (&'static str, &'static str);

    /// How it is computed, in Chinese and in English, if the name does not say it.
    fn how(self) -> Option<(&'static str, &'static str)> {
        None
    }
}

/// A map from the names in a table to values; in JSON an object with its members in the table's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByName<N, V>(BTreeMap<N, V>);

impl<N: Named, V> ByName<N, V> {
    /// The value of a name.
    pub fn get(&self, name: N) -> Option<&V> {
        self.0.get(&name)
    }

    /// Returns the value of a name. Inserts the default value if it has none.
    pub fn entry(&mut self, name: N) -> &mut V
    where
        V: Default,
    {
        self.0.entry(name).or_default()
    }

    /// Whether no name has a value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets the value of a name.
    pub fn insert(&mut self, name: N, value: V) {
        self.0.insert(name, value);
    }
}

impl<N, V> Default for ByName<N, V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<N: Named, V> FromIterator<(N, V)> for ByName<N, V> {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl<N: Named, V: Serialize> Serialize for ByName<N, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name.as_str(), value)))
    }
}

impl<'de, N: Named, V: Deserialize<'de>> Deserialize<'de> for ByName<N, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values<N, V>(PhantomData<(N, V)>);
        impl<'de, N: Named, V: Deserialize<'de>> Visitor<'de> for Values<N, V> {
            type Value = ByName<N, V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ByName<N, V>, A::Error> {
                let mut values = BTreeMap::new();
                while let Some(key) = map.next_key::<Cow<'_, str>>()? {
                    // A later version may have more names.
                    let Some(name) = N::ALL.iter().copied().find(|name| name.as_str() == key) else {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    };
                    if let Some(value) = map.next_value::<Option<V>>()? {
                        values.insert(name, value);
                    }
                }
                Ok(ByName(values))
            }
        }
        deserializer.deserialize_map(Values(PhantomData))
    }
}

impl<N: Named, V: JsonSchema> JsonSchema for ByName<N, V> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}By{}", V::schema_name(), N::KIND).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = json_schema!({ "type": "object", "properties": {} });
        for name in N::ALL {
            let mut value = generator.subschema_for::<V>();
            let (zh, en) = name.label();
            value.insert("title".into(), format!("{zh} / {en}").into());
            let (zh, en) = name.how().unwrap_or((zh, en));
            let (first, rest) = en.split_at(1);
            value.insert("description".into(), format!("{}{rest}.\n\n{zh}。", first.to_uppercase()).into());
            schema.ensure_object()["properties"][name.as_str()] = value.to_value();
        }
        schema
    }
}
