//! A reader of JSON that borrows its texts and gives no reasons.
//!
//! Nearly all of a document is texts without escapes, so their ends are looked for 16 bytes at a time. Escapes, and numbers that are not plain
//! integers, are rare: `serde_json` reads them.

use serde::de::value::{StrDeserializer, StringDeserializer};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use wide::u8x16;

use super::Refused;

/// Reads the values of one text, from its beginning to its end.
pub(super) struct Reader<'de> {
    text: &'de str,
    /// The number of bytes that were read.
    at: usize,
    /// Whether the text contains control characters, so that each string has to be searched for them.
    has_controls: bool,
}

enum Token<'de> {
    Borrowed(&'de str),
    Owned(String),
}

impl<'de> Reader<'de> {
    pub(super) fn new(text: &'de str) -> Self {
        Self { text, at: 0, has_controls: has_controls(text.as_bytes()) }
    }

    /// Refuses what follows the value that was read.
    pub(super) fn end(&mut self) -> Result<(), Refused> {
        if self.peek().is_none() { Ok(()) } else { Err(Refused) }
    }

    /// The next byte that is not white space.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    #[inline]
    fn take(&mut self, byte: u8) -> Result<(), Refused> {
        if self.peek() != Some(byte) {
            return Err(Refused);
        }
        self.at += 1;
        Ok(())
    }

    /// Reads a string from its opening quote.
    #[inline]
    fn string(&mut self) -> Result<Token<'de>, Refused> {
        self.take(b'"')?;
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        let length = quote_or_backslash(rest).ok_or(Refused)?;
        if rest[length] == b'\\' {
            return self.escaped(start, length);
        }
        if self.has_controls && has_controls(&rest[..length]) {
            return Err(Refused);
        }
        self.at = start + length + 1;
        Ok(Token::Borrowed(&self.text[start..start + length]))
    }

    /// Reads a string that begins at `start` and whose first backslash comes `length` bytes later.
    #[cold]
    fn escaped(&mut self, start: usize, mut length: usize) -> Result<Token<'de>, Refused> {
        let rest = &self.text.as_bytes()[start..];
        while let Some(next) = rest.get(length..).and_then(quote_or_backslash) {
            length += next;
            if rest[length] == b'"' {
                self.at = start + length + 1;
                let quoted = &self.text[start - 1..self.at];
                return serde_json::from_str(quoted).map(Token::Owned).map_err(|_| Refused);
            }
            length += 2;
        }
        Err(Refused)
    }

    #[inline]
    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Refused> {
        /// So many digits fit in a machine word.
        const MOST_DIGITS: usize = 19;
        let rest = &self.text.as_bytes()[self.at..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let is_plain = digits <= MOST_DIGITS && rest.first() != Some(&b'0');
        if is_plain && digits > 0 && !matches!(rest.get(digits), Some(b'.' | b'e' | b'E')) {
            self.at += digits;
            return visitor.visit_u64(
                rest[..digits].iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')),
            );
        }
        let is_of_number =
            |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
        let start = self.at;
        self.at += rest.iter().take_while(is_of_number).count();
        let mut json = serde_json::Deserializer::from_str(&self.text[start..self.at]);
        let value = json.deserialize_any(visitor).map_err(|_| Refused)?;
        json.end().map_err(|_| Refused)?;
        Ok(value)
    }

    fn word(&mut self, word: &str) -> Result<(), Refused> {
        if !self.text[self.at..].starts_with(word) {
            return Err(Refused);
        }
        self.at += word.len();
        Ok(())
    }

    /// Begins an array or an object.
    fn items(&mut self, opening: u8) -> Result<Items<'_, 'de>, Refused> {
        self.take(opening)?;
        Ok(Items { reader: self, is_first: true })
    }
}

/// Searches for control characters, which strings must not contain.
fn has_controls(bytes: &[u8]) -> bool {
    // Without an early end within a chunk, so that many bytes are compared at once.
    bytes.chunks(256).any(|chunk| chunk.iter().copied().fold(u8::MAX, u8::min) < b' ')
}

/// Finds the first quote or backslash.
#[inline]
fn quote_or_backslash(bytes: &[u8]) -> Option<usize> {
    /// Names of members and figures end within so many vectors; `memchr` is quicker only for longer texts.
    const VECTORS: usize = 4;
    let [quotes, backslashes] = [u8x16::splat(b'"'), u8x16::splat(b'\\')];
    let (vectors, _) = bytes.as_chunks::<16>();
    for (index, vector) in vectors.iter().take(VECTORS).enumerate() {
        let vector = u8x16::new(*vector);
        let found = (vector.simd_eq(quotes) | vector.simd_eq(backslashes)).to_bitmask();
        if found != 0 {
            return Some(index * 16 + found.trailing_zeros() as usize);
        }
    }
    let searched = vectors.len().min(VECTORS) * 16;
    Some(searched + memchr::memchr2(b'"', b'\\', &bytes[searched..])?)
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Refused;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.peek() {
            Some(b'"') => self.deserialize_str(visitor),
            Some(b'{') => self.deserialize_map(visitor),
            Some(b'[') => self.deserialize_seq(visitor),
            Some(b'-' | b'0'..=b'9') => self.number(visitor),
            Some(b't') => self.word("true").and_then(|()| visitor.visit_bool(true)),
            Some(b'f') => self.word("false").and_then(|()| visitor.visit_bool(false)),
            Some(b'n') => self.word("null").and_then(|()| visitor.visit_unit()),
            _ => Err(Refused),
        }
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.string()? {
            Token::Borrowed(text) => visitor.visit_borrowed_str(text),
            Token::Owned(text) => visitor.visit_string(text),
        }
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_map(self.items(b'{')?)
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_seq(self.items(b'[')?)
    }

    /// An array of the members' values is no object.
    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.deserialize_map(visitor)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }

    /// A choice is a string. Other readers also take an object that has the choice as its member.
    #[inline]
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        match self.string()? {
            Token::Borrowed(text) => visitor.visit_enum(StrDeserializer::new(text)),
            Token::Owned(text) => visitor.visit_enum(StringDeserializer::new(text)),
        }
    }

    /// Nothing is skipped: what was skipped would not be checked.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Refused> {
        Err(Refused)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf option unit unit_struct tuple tuple_struct
    }
}

/// The items of an array or the members of an object.
struct Items<'r, 'de> {
    reader: &'r mut Reader<'de>,
    is_first: bool,
}

impl Items<'_, '_> {
    /// Goes to the next item. Returns false at the end.
    #[inline]
    fn advance(&mut self, closing: u8) -> Result<bool, Refused> {
        match self.reader.peek() {
            Some(byte) if byte == closing => {
                self.reader.at += 1;
                return Ok(false);
            }
            Some(b',') if !self.is_first => self.reader.at += 1,
            Some(_) if self.is_first => self.is_first = false,
            _ => return Err(Refused),
        }
        Ok(true)
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Refused;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        if !self.advance(b'}')? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        self.reader.take(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Refused;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refused> {
        if !self.advance(b']')? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    /// As many items as most lists of a document have at most: to make room for more later is cheaper than to make room often.
    #[inline]
    fn size_hint(&self) -> Option<usize> {
        Some(4)
    }
}
