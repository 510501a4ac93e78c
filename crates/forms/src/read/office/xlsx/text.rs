//! The texts of a workbook's cells, run by run.

use std::borrow::Cow;

use quick_xml::events::BytesStart;

use super::styles::{CellStyle, Colour};
use crate::ooxml::xml::{Piece, Pieces, attribute};
use crate::read::office::Budget;
use crate::runs::{FontKind, RunStyle, Runs};
use crate::unreadable::Unreadable;

/// A text as runs.
#[derive(Clone, Default)]
pub(super) struct RichText(Vec<Run>);

#[derive(Clone)]
struct Run {
    text: String,
    /// Its own font; one without has that of its cell.
    font: Option<Font>,
}

/// What a font says of how its text is shown.
#[derive(Clone, Copy, Default)]
pub(super) struct Font {
    pub(super) style: RunStyle,
    /// The colour of its text, if it is known; without one it can be seen.
    pub(super) ink: Option<Colour>,
}

impl RichText {
    fn size(&self) -> usize {
        self.0.iter().map(|run| run.text.len() + size_of::<Run>()).sum()
    }

    /// Whether some of it cannot be seen on a cell.
    pub(super) fn is_pale_on(&self, cell: &CellStyle) -> bool {
        self.0.iter().any(|run| cell.hides(run.font.unwrap_or(cell.font).ink))
    }

    /// The text as a cell shows it. Text in the colour of its cell is not shown.
    pub(super) fn shown(&self, cell: &CellStyle) -> Runs {
        let mut runs = Runs::default();
        for run in &self.0 {
            let font = run.font.unwrap_or(cell.font);
            let is_pale = cell.hides(font.ink);
            runs.push(&unescaped(&run.text), RunStyle { is_pale, ..font.style });
        }
        runs
    }
}

pub(super) fn shared_strings(text: &str, budget: &mut Budget) -> Result<Vec<RichText>, Unreadable> {
    let mut strings = Vec::new();
    let mut pieces = Pieces::of(text);
    while let Some(piece) = pieces.next()? {
        if let Piece::Start(element) = piece
            && element.local_name().as_ref() == "si"
        {
            let string = string_of(&mut pieces, "si")?;
            budget.spend(string.size())?;
            strings.push(string);
        }
    }
    Ok(strings)
}

/// The runs of a string, up to its end, without its phonetic text.
pub(super) fn string_of(pieces: &mut Pieces<'_>, name: &str) -> Result<RichText, Unreadable> {
    let mut string = RichText::default();
    let (mut is_text, mut spoken) = (false, 0_u32);
    let mut font = None;
    while let Some(piece) = pieces.next()? {
        match piece {
            Piece::Start(element) => match element.local_name().as_ref() {
                "t" => {
                    is_text = spoken == 0;
                    if is_text {
                        string.0.push(Run { text: String::new(), font });
                    }
                }
                "r" => font = None,
                "rPr" => font = Some(Font::default()),
                "rPh" => spoken += 1,
                _ => {
                    if let Some(font) = &mut font {
                        font.take(&element);
                    }
                }
            },
            Piece::Text(text) if is_text => {
                if let Some(last) = string.0.last_mut() {
                    last.text.push_str(&text);
                }
            }
            Piece::Text(_) => {}
            Piece::End(end) => match end.name() {
                "t" => is_text = false,
                "rPh" => spoken = spoken.saturating_sub(1),
                end if end == name => return Ok(string),
                _ => {}
            },
        }
    }
    Err(Unreadable::Broken("the file ends within a text".into()))
}

impl Font {
    /// Takes a property of a font.
    pub(super) fn take(&mut self, property: &BytesStart<'_>) {
        let value = attribute(property, "val");
        match property.local_name().as_ref() {
            "strike" => self.style.is_struck = value.is_none_or(|value| !matches!(&*value, "0" | "false")),
            "vertAlign" => {
                self.style.is_raised = value.as_deref() == Some("superscript");
                self.style.is_lowered = value.as_deref() == Some("subscript");
            }
            "name" | "rFont" => {
                self.style.font = value.map(|name| FontKind::named(&name)).unwrap_or_default();
            }
            "color" => self.ink = Colour::of(property),
            _ => {}
        }
    }
}

/// Characters that XML cannot hold are written `_x000D_`.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") && !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let code = from.get(2..6).filter(|_| from.as_bytes().get(6) == Some(&b'_'));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                plain.push(c);
                rest = &from[7..];
            }
            None => {
                plain.push_str("_x");
                rest = &from[2..];
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain.replace("\r\n", "\n").replace('\r', "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_unescaped() {
        assert_eq!(unescaped("甲_x000D_\n乙_x0041_ _x_ _xZZZZ_ _x00"), "甲\n乙A _x_ _xZZZZ_ _x00");
    }
}
