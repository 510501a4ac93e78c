//! XML parts of office files, read without trusting them.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesEnd, BytesStart, Event};

use crate::unreadable::Unreadable;

/// The text of a part, in the encoding that its first bytes or its declaration say.
pub(crate) fn text_of(part: &[u8]) -> String {
    crate::encoding::decode(part).text
}

/// A piece of a part. Names are without their prefixes, as programs differ in these.
pub(crate) enum Piece<'x> {
    /// The start of an element. An empty one ends at once.
    Start(BytesStart<'x>),
    /// The end of an element.
    End(End<'x>),
    /// Text, with references resolved; one text may come as several pieces.
    Text(Cow<'x, str>),
}

/// The end of an element.
pub(crate) struct End<'x>(BytesEnd<'x>);

impl End<'_> {
    /// The element's name without its prefix.
    pub(crate) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }
}

/// The pieces of a part, one after the other.
pub(crate) struct Pieces<'x>(Reader<&'x [u8]>);

impl<'x> Pieces<'x> {
    pub(crate) fn of(text: &'x str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        // The caller compares ends as far as it matters; a torn part is recognised by the file's end.
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        Self(reader)
    }

    /// The next piece; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Piece<'x>>, Unreadable> {
        loop {
            let event = self.0.read_event();
            return Ok(Some(match event.map_err(|error| Unreadable::Broken(error.to_string()))? {
                Event::Start(start) | Event::Empty(start) => Piece::Start(start),
                Event::End(end) => Piece::End(End(end)),
                Event::Text(text) => Piece::Text(text.xml10_content()),
                Event::CData(text) => Piece::Text(text.xml10_content()),
                Event::GeneralRef(reference) => Piece::Text(match reference.resolve_char_ref() {
                    Ok(Some(c)) => c.to_string().into(),
                    _ => resolved(&reference.xml10_content()).into(),
                }),
                Event::Eof => return Ok(None),
                _ => continue,
            }));
        }
    }
}

impl Pieces<'_> {
    /// Where in the text the next piece begins.
    pub(crate) fn position(&self) -> usize {
        usize::try_from(self.0.buffer_position()).unwrap_or(usize::MAX)
    }

    /// Skips to an element's end, past elements of the same name in it. Calls `seen` with each element on the way.
    pub(crate) fn skip(
        &mut self,
        name: &str,
        mut seen: impl FnMut(&BytesStart<'_>),
    ) -> Result<(), Unreadable> {
        let mut depth = 1_u32;
        while let Some(piece) = self.next()? {
            match piece {
                Piece::Start(element) => {
                    depth += u32::from(element.local_name().as_ref() == name);
                    seen(&element);
                }
                Piece::End(end) if end.name() == name => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        Err(Unreadable::Broken(format!("the file ends within {name}")))
    }
}

/// The text up to an element's end.
pub(crate) fn plain_text(pieces: &mut Pieces<'_>, end: &str) -> Result<String, Unreadable> {
    let mut text = String::new();
    while let Some(piece) = pieces.next()? {
        match piece {
            Piece::Text(piece) => text.push_str(&piece),
            Piece::End(element) if element.name() == end => return Ok(text),
            _ => {}
        }
    }
    Err(Unreadable::Broken("the file ends within a cell".into()))
}

/// The text of an element, its runs together.
pub(crate) fn words_of(xml: &str) -> String {
    let mut words = String::new();
    let mut pieces = Pieces::of(xml);
    let mut is_text = false;
    while let Ok(Some(piece)) = pieces.next() {
        match piece {
            Piece::Start(element) => is_text = element.local_name().as_ref() == "t",
            Piece::Text(text) if is_text => words.push_str(&text),
            Piece::Text(_) => {}
            Piece::End(_) => is_text = false,
        }
    }
    words
}

/// A named reference, resolved; those that a file defines for itself are kept as written.
fn resolved(name: &str) -> String {
    match name {
        "amp" => "&".into(),
        "lt" => "<".into(),
        "gt" => ">".into(),
        "quot" => "\"".into(),
        "apos" => "'".into(),
        other => format!("&{other};"),
    }
}

/// An attribute by its name without a prefix.
pub(crate) fn attribute<'e>(element: &'e BytesStart<'_>, name: &str) -> Option<Cow<'e, str>> {
    let attribute = element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(match attribute.value {
        // A value that cannot be resolved is kept as written.
        Cow::Borrowed(value) => unescape(value).unwrap_or(Cow::Borrowed(value)),
        Cow::Owned(value) => Cow::Owned(unescape(&value).map_or_else(|_| value.clone(), Cow::into_owned)),
    })
}

/// Whether an attribute is true.
pub(crate) fn is_set(element: &BytesStart<'_>, name: &str) -> bool {
    attribute(element, name).is_some_and(|value| matches!(&*value, "1" | "true" | "on"))
}

/// The number in an attribute.
pub(crate) fn number<N: std::str::FromStr>(element: &BytesStart<'_>, name: &str) -> Option<N> {
    attribute(element, name)?.trim().parse().ok()
}
