//! A document reduced to the members that a plugin reads.

use std::borrow::Cow;
use std::fmt::Display;

use serde::ser::{
    Error as _, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer,
};
use serde_json::Error;

use crate::evaluation::Draft;
use crate::pointer::Pointer;

/// The members that a plugin reads, as a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reads {
    /// The value and all below it.
    Whole,
    /// Some members of an object, or some items of a list; `*` is every item.
    Some(Vec<(String, Reads)>),
}

impl Reads {
    /// Builds the tree from a manifest's pointers, where `*` is every item. [`None`] means whole documents.
    pub fn of(pointers: Option<&[String]>) -> Self {
        let Some(pointers) = pointers else { return Self::Whole };
        let pointers: Vec<Pointer> = pointers.iter().map(|pointer| Pointer::parse(pointer)).collect();
        Self::of_pointers(&pointers)
    }

    /// Builds the tree from pointers. An item of a list is named by its index; `*` is every item.
    pub fn of_pointers<'p>(pointers: impl IntoIterator<Item = &'p Pointer>) -> Self {
        let mut root = Self::Some(Vec::new());
        pointers.into_iter().for_each(|pointer| root.add(&mut pointer.tokens()));
        root
    }

    fn add<'t>(&mut self, tokens: &mut impl Iterator<Item = Cow<'t, str>>) {
        let Some(token) = tokens.next() else { return *self = Self::Whole };
        if let Self::Some(members) = self {
            let at = members.iter().position(|(name, _)| *name == token).unwrap_or_else(|| {
                members.push((token.into_owned(), Self::Some(Vec::new())));
                members.len() - 1
            });
            members[at].1.add(tokens);
        }
    }

    fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Whole => Some(&Self::Whole),
            Self::Some(members) => members.iter().find(|(known, _)| known == name).map(|(_, reads)| reads),
        }
    }

    fn item(&self, index: usize) -> &Self {
        static NOTHING: Reads = Reads::Some(Vec::new());
        match self {
            Self::Whole => self,
            Self::Some(members) if members.is_empty() => self,
            Self::Some(_) => {
                let each = self.member("*");
                each.or_else(|| self.member(&index.to_string())).unwrap_or(&NOTHING)
            }
        }
    }

    /// Appends the document's members that are read to `out`, as JSON.
    pub fn project(&self, draft: &Draft<'_>, out: &mut Vec<u8>) {
        draft.serialize(Json { reads: self, out }).expect("a document can be written to memory");
    }
}

/// Writes JSON, with only those members of objects that are read.
///
/// Most of a document is texts, which hardly ever need an escape; searching many bytes at a time for one halves the
/// cost of a document.
struct Json<'r, 'o> {
    reads: &'r Reads,
    out: &'o mut Vec<u8>,
}

impl Json<'_, '_> {
    fn plain(self, value: &impl Serialize) -> Result<(), Error> {
        serde_json::to_writer(self.out, value)
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) -> Result<(), Error> {
    if any_escaped(text.as_bytes()) {
        return serde_json::to_writer(out, text);
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
    Ok(())
}

/// Whether any byte of a text has to be escaped.
fn any_escaped(bytes: &[u8]) -> bool {
    // Without branches, and in chunks of a constant size, so that the compiler uses vector instructions.
    fn any(bytes: &[u8]) -> bool {
        let of = |byte: u8| u8::from(byte < 0x20) | u8::from(byte == b'"') | u8::from(byte == b'\\');
        bytes.iter().fold(0, |any, &byte| any | of(byte)) != 0
    }
    /// Searches in chunks; the last one may overlap the one before it.
    fn piecewise<const N: usize>(bytes: &[u8]) -> Option<bool> {
        let last = bytes.last_chunk::<N>()?;
        Some(bytes.as_chunks::<N>().0.iter().fold(any(last), |found, piece| found | any(piece)))
    }
    piecewise::<32>(bytes).or_else(|| piecewise::<8>(bytes)).unwrap_or_else(|| any(bytes))
}

macro_rules! plainly {
    ($($name:ident($type:ty);)*) => { $(fn $name(self, value: $type) -> Result<(), Error> { self.plain(&value) })* };
}

impl<'r, 'o> Serializer for Json<'r, 'o> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = List<'r, 'o>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Object<'r, 'o>;
    type SerializeStruct = Object<'r, 'o>;
    type SerializeStructVariant = Impossible<(), Error>;

    plainly! {
        serialize_bool(bool); serialize_i8(i8); serialize_i16(i16); serialize_i32(i32); serialize_i64(i64);
        serialize_u8(u8); serialize_u16(u16); serialize_u32(u32); serialize_u64(u64);
        serialize_f32(f32); serialize_f64(f64); serialize_char(char);
    }

    fn serialize_str(self, text: &str) -> Result<(), Error> {
        write_text(text, self.out)
    }
    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Error> {
        serde_json::Serializer::new(self.out).collect_str(value)
    }
    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        Err(strange())
    }
    fn serialize_none(self) -> Result<(), Error> {
        self.plain(&())
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<(), Error> {
        self.plain(&())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.plain(&())
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        write_text(variant, self.out)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        Err(strange())
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<List<'r, 'o>, Error> {
        self.out.push(b'[');
        Ok(List { reads: self.reads, out: self.out, index: 0 })
    }
    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        Err(strange())
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Error> {
        Err(strange())
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        Err(strange())
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Object<'r, 'o>, Error> {
        self.out.push(b'{');
        Ok(Object { reads: self.reads, out: self.out, is_first: true, name: None })
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'r, 'o>, Error> {
        self.serialize_map(None)
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        Err(strange())
    }
}

fn strange() -> Error {
    Error::custom("no document holds one")
}

struct List<'r, 'o> {
    reads: &'r Reads,
    out: &'o mut Vec<u8>,
    index: usize,
}

impl SerializeSeq for List<'_, '_> {
    type Ok = ();
    type Error = Error;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        if self.index > 0 {
            self.out.push(b',');
        }
        let reads = self.reads.item(self.index);
        self.index += 1;
        value.serialize(Json { reads, out: self.out })
    }
    fn end(self) -> Result<(), Error> {
        self.out.push(b']');
        Ok(())
    }
}

struct Object<'r, 'o> {
    reads: &'r Reads,
    out: &'o mut Vec<u8>,
    is_first: bool,
    /// The name of the next member, if names are written separately from values.
    name: Option<String>,
}

impl Object<'_, '_> {
    fn member<T: Serialize + ?Sized>(
        &mut self,
        name: &str,
        value: &T,
        write_name: impl FnOnce(&str, &mut Vec<u8>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Some(reads) = self.reads.member(name) else { return Ok(()) };
        if !std::mem::take(&mut self.is_first) {
            self.out.push(b',');
        }
        write_name(name, self.out)?;
        value.serialize(Json { reads, out: self.out })
    }
}

impl SerializeStruct for Object<'_, '_> {
    type Ok = ();
    type Error = Error;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        // The members of the document's types need no escape.
        self.member(name, value, |name, out| {
            for part in ["\"", name, "\":"] {
                out.extend_from_slice(part.as_bytes());
            }
            Ok(())
        })
    }
    fn end(self) -> Result<(), Error> {
        self.out.push(b'}');
        Ok(())
    }
}

impl SerializeMap for Object<'_, '_> {
    type Ok = ();
    type Error = Error;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.name = serde_json::to_value(key)?.as_str().map(str::to_owned);
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        match self.name.take() {
            Some(name) => self.member(&name, value, |name, out| {
                write_text(name, out)?;
                out.push(b':');
                Ok(())
            }),
            None => Err(strange()),
        }
    }
    fn end(self) -> Result<(), Error> {
        self.out.push(b'}');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn document() -> Value {
        json!({
            "schema_version": "1.0", "department": {"name": "示范局", "units": [{"name": "甲"}, {"name": "乙", "code": "1"}]},
            "fiscal_year": 2023, "unit": "CNY",
            "budget": {"initial_budget": "10.0", "by_source": {"other": {"initial_budget": "1"}}},
            "goal": {"expected": ["一\"二", "三"]},
            "key_projects": [{"name": "甲", "outcomes": ["x"]}, {"outcomes": ["y"]}],
            "extensions": {"a": {"b": [{"c": 1, "d": 2}], "e": null}, "y": {"2023": 1, "x": 2}, "z": {}},
        })
    }

    fn projected(pointers: Option<&[&str]>) -> Value {
        let text = document().to_string();
        let draft: Draft<'_> = serde_json::from_str(&text).unwrap();
        let pointers: Option<Vec<String>> = pointers.map(|p| p.iter().map(|p| (*p).to_owned()).collect());
        let mut out = Vec::new();
        Reads::of(pointers.as_deref()).project(&draft, &mut out);
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn texts_are_written_as_json() {
        let assert_written = |text: &str| {
            let mut out = Vec::new();
            write_text(text, &mut out).unwrap();
            assert_eq!(out, serde_json::to_vec(text).unwrap());
        };
        ["", "示范局", "a\"b", "\\", "\u{1}", "\u{7f}\u{2028}😀"].into_iter().for_each(assert_written);
        // A byte that needs an escape, at every place of texts of every length.
        for length in 1..80 {
            for at in 0..length {
                let mut text = "x".repeat(length);
                text.replace_range(at..=at, ["\n", "\"", "\\"][at % 3]);
                assert_written(&text);
            }
        }
    }

    #[test]
    fn only_what_is_read_is_sent() {
        assert_eq!(projected(None), document());
        assert_eq!(projected(Some(&[""])), document());
        assert_eq!(projected(Some(&[])), json!({}));
        assert_eq!(
            projected(Some(&[
                "/fiscal_year",
                "/budget/by_source",
                "/key_projects/*/name",
                "/nothing/at/all"
            ])),
            json!({
                "fiscal_year": 2023, "budget": {"by_source": {"other": {"initial_budget": "1"}}},
                "key_projects": [{"name": "甲"}, {}],
            })
        );
        assert_eq!(
            projected(Some(&["/goal/expected", "/department/units/*/code", "/extensions/a/b/*/d"])),
            json!({
                "goal": {"expected": ["一\"二", "三"]}, "department": {"units": [{}, {"code": "1"}]},
                "extensions": {"a": {"b": [{"d": 2}]}},
            })
        );
        // A number is an item's index or a member's name; `*` is every item.
        assert_eq!(
            projected(Some(&["/department/units/1/code"]))["department"],
            json!({"units": [{}, {"code": "1"}]})
        );
        assert_eq!(projected(Some(&["/extensions/y/2023"]))["extensions"], json!({"y": {"2023": 1}}));
        // A wider pointer after a narrower one, and the other way round.
        assert_eq!(
            projected(Some(&["/department/name", "/department"]))["department"],
            document()["department"]
        );
        assert_eq!(
            projected(Some(&["/department", "/department/name"]))["department"],
            document()["department"]
        );
    }
}
