//! The styles of a workbook's cells: formats of numbers, fonts, and colours as far as they hide a text.

use std::collections::BTreeMap;

use quick_xml::events::BytesStart;

use super::text::Font;
use crate::ooxml::xml::{Piece, Pieces, attribute, number};
use crate::read::office::number as numbers;
use crate::unreadable::Unreadable;

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Colour {
    /// Red, green, blue.
    Rgb([u8; 3]),
    /// One of the theme, with its tint.
    Theme(u32, f64),
    /// One of the old palette.
    Palette(u32),
}

impl Colour {
    const WHITE: Self = Self::Rgb([0xff; 3]);

    /// The colour that an element names. [`None`] if it names none.
    pub(super) fn of(element: &BytesStart<'_>) -> Option<Self> {
        let tint: f64 = number(element, "tint").unwrap_or(0.0);
        if let Some(rgb) = attribute(element, "rgb").filter(|_| tint == 0.0) {
            let rgb = u32::from_str_radix(rgb.get(rgb.len().checked_sub(6)?..)?, 16).ok()?;
            let [_, red, green, blue] = rgb.to_be_bytes();
            return Some(Self::Rgb([red, green, blue]));
        }
        // The theme's first colour is that of the window; of the old palette only black and white are sure.
        Some(match (number::<u32>(element, "theme"), number::<u32>(element, "indexed")) {
            (Some(0), _) | (None, Some(1 | 9)) if tint == 0.0 => Self::WHITE,
            (Some(1), _) | (None, Some(0 | 8)) if tint == 0.0 => Self::Rgb([0; 3]),
            (Some(theme), _) => Self::Theme(theme, tint),
            // 64 and 65 are the system's own.
            (None, Some(index)) if index < 64 => Self::Palette(index),
            _ => return None,
        })
    }

    /// Whether a text in this colour cannot be told from what is behind it.
    fn is_like(self, behind: Self) -> bool {
        match (self, behind) {
            (Self::Rgb(one), Self::Rgb(other)) => {
                one.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= NEAR)
            }
            (one, other) => one == other,
        }
    }
}

/// How far apart colours may be that look the same.
const NEAR: u8 = 6;

/// What a cell's style says of how its value is shown.
#[derive(Clone)]
pub(super) struct CellStyle {
    /// The format code of numbers.
    pub(super) format: String,
    pub(super) font: Font,
    /// The colour behind the text, if it is known.
    pub(super) paper: Option<Colour>,
}

impl Default for CellStyle {
    fn default() -> Self {
        Self { format: String::new(), font: Font::default(), paper: Some(Colour::WHITE) }
    }
}

impl CellStyle {
    /// Whether a text in a colour cannot be seen on the cell.
    pub(super) fn hides(&self, ink: Option<Colour>) -> bool {
        ink.zip(self.paper).is_some_and(|(ink, paper)| ink.is_like(paper))
    }
}

/// The styles of a workbook.
#[derive(Default)]
pub(super) struct Styles {
    pub(super) cells: Vec<CellStyle>,
    /// By number of a conditional format: whether it may show another text than the cell's.
    pub(super) conditional: Vec<bool>,
}

#[derive(Clone, Copy, Default)]
struct CellFormat {
    number: u32,
    font: usize,
    fill: usize,
}

impl Styles {
    pub(super) fn read(text: &str) -> Result<Self, Unreadable> {
        let mut own: BTreeMap<u32, String> = BTreeMap::new();
        let mut fonts: Vec<Font> = Vec::new();
        let mut fills: Vec<Option<Colour>> = Vec::new();
        let mut formats: Vec<CellFormat> = Vec::new();
        let mut conditional = Vec::new();
        let mut list = String::new();
        let mut pieces = Pieces::of(text);
        while let Some(piece) = pieces.next()? {
            let element = match piece {
                Piece::Start(element) => element,
                Piece::End(end) => {
                    if end.name() == list {
                        list.clear();
                    }
                    continue;
                }
                Piece::Text(_) => continue,
            };
            match (list.as_str(), element.local_name().as_ref()) {
                ("", name @ ("fonts" | "fills" | "cellXfs" | "dxfs" | "numFmts")) => {
                    name.clone_into(&mut list);
                }
                ("numFmts", "numFmt") => {
                    let code = attribute(&element, "formatCode");
                    if let (Some(id), Some(code)) = (number(&element, "numFmtId"), code) {
                        own.insert(id, code.into_owned());
                    }
                }
                ("fonts", "font") => fonts.push(Font::default()),
                ("fonts", _) => {
                    if let Some(font) = fonts.last_mut() {
                        font.take(&element);
                    }
                }
                ("fills", "fill") => fills.push(None),
                ("fills", "patternFill")
                    if attribute(&element, "patternType").is_none_or(|kind| kind == "none") =>
                {
                    fills.pop();
                    fills.push(Some(Colour::WHITE));
                }
                ("fills", "patternFill")
                    if attribute(&element, "patternType").is_some_and(|kind| kind == "solid") => {}
                // A pattern of two colours, or one that fades.
                ("fills", "patternFill" | "gradientFill") => {
                    pieces.skip(element.local_name().as_ref(), |_| ())?;
                }
                ("fills", "fgColor") => {
                    if let Some(fill) = fills.last_mut() {
                        *fill = Colour::of(&element);
                    }
                }
                ("cellXfs", "xf") => formats.push(CellFormat {
                    number: number(&element, "numFmtId").unwrap_or(0),
                    font: number(&element, "fontId").unwrap_or(0),
                    fill: number(&element, "fillId").unwrap_or(0),
                }),
                ("dxfs", "dxf") => conditional.push(false),
                ("dxfs", name) => {
                    if let Some(changes) = conditional.last_mut() {
                        *changes |= match name {
                            "numFmt" => true,
                            "strike" => attribute(&element, "val")
                                .is_none_or(|value| !matches!(&*value, "0" | "false")),
                            "color" => Colour::of(&element) == Some(Colour::WHITE),
                            _ => false,
                        };
                    }
                }
                _ => {}
            }
        }
        let style = |format: CellFormat| CellStyle {
            format: own
                .get(&format.number)
                .cloned()
                .unwrap_or_else(|| numbers::built_in(format.number).to_owned()),
            font: fonts.get(format.font).copied().unwrap_or_default(),
            paper: fills.get(format.fill).copied().unwrap_or(Some(Colour::WHITE)),
        };
        Ok(Self { cells: formats.into_iter().map(style).collect(), conditional })
    }
}
