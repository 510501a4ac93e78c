//! Objects that are read from JSON objects alone.
//!
//! Derived readers of structs also accept an array of the members' values, which no schema allows.

use serde::{Deserializer, de};

/// Refuses arrays where a struct is read.
pub(crate) struct ObjectOnly<D>(pub(crate) D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for ObjectOnly<D> {
    type Error = D::Error;

    fn deserialize_any<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Implements reading and writing for structs that derive both with `#[serde(remote = "Self")]`.
macro_rules! object_only {
    ($($name:ident $(<$life:lifetime>)?),* $(,)?) => { $(
        impl<'de $(: $life, $life)?> serde::Deserialize<'de> for $name $(<$life>)? {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize($crate::object_only::ObjectOnly(deserializer))
            }
        }

        impl $(<$life>)? serde::Serialize for $name $(<$life>)? {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }
    )* };
}
pub(crate) use object_only;

/// Reads a whole number; `1.0` is one, as JSON Schema says.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    serde::Deserialize::deserialize(deserializer).map(|Whole(number)| number)
}

/// Reads a list of whole numbers.
pub(crate) fn whole_numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u32>, D::Error> {
    let numbers: Vec<Whole> = serde::Deserialize::deserialize(deserializer)?;
    Ok(numbers.into_iter().map(|Whole(number)| number).collect())
}

struct Whole(u32);

impl<'de> serde::Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Whole;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a whole number")
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Whole, E> {
                u32::try_from(number).map(Whole).map_err(E::custom)
            }
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Whole, E> {
                match integer(number) {
                    Some(number) => self.visit_u64(number),
                    None => Err(E::custom("not a whole number")),
                }
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// The integer that a number is, if it is one that every JSON reader keeps exactly.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and within the bounds")]
pub(crate) fn integer(number: f64) -> Option<u64> {
    (number.fract() == 0.0 && (0.0..=9_007_199_254_740_991.0).contains(&number)).then_some(number as u64)
}
