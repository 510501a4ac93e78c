//! A document reduced to the members that a plugin reads.

use huizong_schema::Draft;
use serde::ser::{
    Error, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, Serializer,
};

/// The members that a plugin reads, as a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    /// The value and all below it.
    Whole,
    /// Some members of an object, or the same of each item of a list.
    Some(Vec<(String, Reads)>),
}

impl Reads {
    /// Of a manifest's pointers, `*` standing for each item; none at all means whole documents.
    pub(crate) fn of(pointers: Option<&[String]>) -> Self {
        let Some(pointers) = pointers else { return Self::Whole };
        let mut root = Self::Some(Vec::new());
        for pointer in pointers {
            root.add(&mut huizong_schema::Pointer::parse(pointer).tokens());
        }
        root
    }

    fn add(&mut self, tokens: &mut dyn Iterator<Item = std::borrow::Cow<'_, str>>) {
        let Some(token) = tokens.next() else { return *self = Self::Whole };
        if token == "*" {
            // Items are as their list: what is read of it is read of each.
            return self.add(tokens);
        }
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

    /// The document's members that are read, as JSON, behind what is in `out`.
    pub(crate) fn project(&self, draft: &Draft<'_>, out: &mut Vec<u8>) {
        let view = View { reads: self, value: draft };
        serde_json::to_writer(out, &view).expect("a document can be printed to memory");
    }
}

/// A value of which some members are written.
struct View<'r, T: ?Sized> {
    reads: &'r Reads,
    value: &'r T,
}

impl<T: Serialize + ?Sized> Serialize for View<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.reads {
            Reads::Whole => self.value.serialize(serializer),
            reads @ Reads::Some(_) => self.value.serialize(Part { reads, to: serializer }),
        }
    }
}

/// A serializer that passes on the members that are read.
struct Part<'r, S> {
    reads: &'r Reads,
    to: S,
}

macro_rules! pass_on {
    ($($name:ident($type:ty);)*) => { $(fn $name(self, value: $type) -> Result<S::Ok, S::Error> { self.to.$name(value) })* };
}

impl<'r, S: Serializer> Serializer for Part<'r, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Part<'r, S::SerializeSeq>;
    type SerializeTuple = Part<'r, S::SerializeTuple>;
    type SerializeTupleStruct = Impossible<S::Ok, S::Error>;
    type SerializeTupleVariant = Impossible<S::Ok, S::Error>;
    type SerializeMap = Entries<'r, S::SerializeMap>;
    type SerializeStruct = Part<'r, S::SerializeStruct>;
    type SerializeStructVariant = Impossible<S::Ok, S::Error>;

    pass_on! {
        serialize_bool(bool); serialize_i8(i8); serialize_i16(i16); serialize_i32(i32); serialize_i64(i64);
        serialize_u8(u8); serialize_u16(u16); serialize_u32(u32); serialize_u64(u64);
        serialize_f32(f32); serialize_f64(f64); serialize_char(char); serialize_str(&str); serialize_bytes(&[u8]);
    }

    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        self.to.serialize_none()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.to.serialize_unit()
    }
    fn serialize_unit_struct(self, name: &'static str) -> Result<S::Ok, S::Error> {
        self.to.serialize_unit_struct(name)
    }
    fn serialize_unit_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<S::Ok, S::Error> {
        self.to.serialize_unit_variant(name, index, variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.to.serialize_newtype_variant(name, index, variant, value)
    }
    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        Ok(Part { reads: self.reads, to: self.to.serialize_seq(length)? })
    }
    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, S::Error> {
        Ok(Part { reads: self.reads, to: self.to.serialize_tuple(length)? })
    }
    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, S::Error> {
        Err(S::Error::custom("no document holds one"))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        Err(S::Error::custom("no document holds one"))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        Ok(Entries { reads: self.reads, to: self.to.serialize_map(None)?, name: None })
    }
    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Self::SerializeStruct, S::Error> {
        Ok(Part { reads: self.reads, to: self.to.serialize_struct(name, length)? })
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        Err(S::Error::custom("no document holds one"))
    }
}

impl<S: SerializeSeq> SerializeSeq for Part<'_, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        self.to.serialize_element(&View { reads: self.reads, value })
    }
    fn end(self) -> Result<S::Ok, S::Error> {
        self.to.end()
    }
}

impl<S: SerializeTuple> SerializeTuple for Part<'_, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        self.to.serialize_element(&View { reads: self.reads, value })
    }
    fn end(self) -> Result<S::Ok, S::Error> {
        self.to.end()
    }
}

impl<S: SerializeStruct> SerializeStruct for Part<'_, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), S::Error> {
        match self.reads.member(name) {
            Some(reads) => self.to.serialize_field(name, &View { reads, value }),
            None => self.to.skip_field(name),
        }
    }
    fn skip_field(&mut self, name: &'static str) -> Result<(), S::Error> {
        self.to.skip_field(name)
    }
    fn end(self) -> Result<S::Ok, S::Error> {
        self.to.end()
    }
}

/// An object whose members' names are not known beforehand: a district's own.
struct Entries<'r, S> {
    reads: &'r Reads,
    to: S,
    name: Option<String>,
}

impl<S: SerializeMap> SerializeMap for Entries<'_, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), S::Error> {
        let name = serde_json::to_value(key).map_err(S::Error::custom)?;
        self.name = name.as_str().map(str::to_owned);
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        let Some(name) = self.name.take() else { return Ok(()) };
        match self.reads.member(&name) {
            Some(reads) => self.to.serialize_entry(&name, &View { reads, value }),
            None => Ok(()),
        }
    }
    fn end(self) -> Result<S::Ok, S::Error> {
        self.to.end()
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
            "extensions": {"a": {"b": [{"c": 1, "d": 2}], "e": null}, "z": {}},
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
        // A wider pointer behind a narrower one, and the other way round.
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
