//! How the runs of a document are shown: by their own properties, their style and their paragraph's.

use std::collections::BTreeMap;

use quick_xml::events::BytesStart;

use super::is_on;
use crate::ooxml::xml::{Piece, Pieces, attribute, number};
use crate::runs::{FontKind, Level, RunStyle};
use crate::unreadable::Unreadable;

/// The properties of runs that decide what is shown. What is not set comes from the style below.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Properties {
    is_struck: Option<bool>,
    is_hidden: Option<bool>,
    is_white: Option<bool>,
    is_shaded: Option<bool>,
    level: Option<Level>,
    font: Option<FontKind>,
}

impl Properties {
    /// Takes a property of a run into account.
    pub(super) fn take(&mut self, property: &BytesStart<'_>) {
        let value = || attribute(property, "val").unwrap_or_default().into_owned();
        match property.local_name().as_ref() {
            "vanish" => self.is_hidden = Some(is_on(property)),
            "strike" | "dstrike" => {
                self.is_struck = Some(self.is_struck.unwrap_or_default() || is_on(property));
            }
            "vertAlign" => {
                self.level = Some(match value().as_str() {
                    "superscript" => Level::Raised,
                    "subscript" => Level::Lowered,
                    _ => Level::Line,
                });
            }
            "position" => {
                self.level = value().parse::<i32>().ok().map(|half_points| match half_points.signum() {
                    1 => Level::Raised,
                    -1 => Level::Lowered,
                    _ => Level::Line,
                });
            }
            "color" => self.is_white = Some(value().eq_ignore_ascii_case("FFFFFF")),
            "highlight" => self.is_shaded = Some(!matches!(value().as_str(), "none" | "white")),
            "shd" => self.is_shaded = Some(is_shading(property)),
            "rFonts" => {
                let name = attribute(property, "ascii").or_else(|| attribute(property, "hAnsi"));
                self.font = name.map(|name| FontKind::named(&name)).or(self.font);
            }
            _ => {}
        }
    }

    /// These properties, and those of a style for what is not set.
    pub(super) fn over(self, below: Self) -> Self {
        Self {
            is_struck: self.is_struck.or(below.is_struck),
            is_hidden: self.is_hidden.or(below.is_hidden),
            is_white: self.is_white.or(below.is_white),
            is_shaded: self.is_shaded.or(below.is_shaded),
            level: self.level.or(below.level),
            font: self.font.or(below.font),
        }
    }

    /// The properties of a run's style over its paragraph's: what both strike or hide is neither.
    pub(super) fn toggled_over(self, below: Self) -> Self {
        let toggled = |own: Option<bool>, below: Option<bool>| match (own, below) {
            (Some(own), Some(below)) => Some(own != below),
            _ => own.or(below),
        };
        Self {
            is_struck: toggled(self.is_struck, below.is_struck),
            is_hidden: toggled(self.is_hidden, below.is_hidden),
            ..self.over(below)
        }
    }

    /// These properties, on a colour of the paragraph's own if it has one.
    pub(super) fn shaded(self, is_shaded: bool) -> Self {
        Self { is_shaded: if is_shaded { Some(true) } else { self.is_shaded }, ..self }
    }

    /// How a run with these properties is shown; what is behind it may have a colour.
    pub(super) fn style(self, is_coloured: bool) -> RunStyle {
        RunStyle {
            is_pale: self.is_white == Some(true) && self.is_shaded != Some(true) && !is_coloured,
            is_struck: self.is_struck.unwrap_or_default(),
            is_hidden: self.is_hidden.unwrap_or_default(),
            is_raised: self.level == Some(Level::Raised),
            is_lowered: self.level == Some(Level::Lowered),
            font: self.font.unwrap_or_default(),
        }
    }
}

/// Whether a property gives a colour to what is behind a text.
pub(super) fn is_shading(property: &BytesStart<'_>) -> bool {
    let fill = attribute(property, "fill");
    let is_plain = fill.is_none_or(|fill| fill == "auto" || fill.eq_ignore_ascii_case("FFFFFF"));
    let is_pattern = attribute(property, "val").is_some_and(|pattern| !matches!(&*pattern, "clear" | "nil"));
    !is_plain || is_pattern || attribute(property, "themeFill").is_some()
}

/// The styles of a document, by id.
#[derive(Default)]
pub(super) struct Styles {
    by_id: BTreeMap<String, Style>,
    /// The style of paragraphs that name none.
    of_paragraphs: Properties,
}

#[derive(Default)]
struct Style {
    based_on: Option<String>,
    properties: Properties,
    /// Whether it gives some cells of a table a colour.
    shades_cells: bool,
    /// The list of its paragraphs, and the level.
    list: Option<String>,
    level: Option<usize>,
}

/// The longest chain of styles that are based on one another.
const LONGEST_CHAIN: usize = 32;

impl Styles {
    pub(super) fn read(text: &str) -> Result<Self, Unreadable> {
        let mut styles = Self::default();
        let mut default_paragraph = None;
        let mut open: Option<(String, Style)> = None;
        let mut pieces = Pieces::of(text);
        while let Some(piece) = pieces.next()? {
            match piece {
                Piece::Start(element) => match (element.local_name().as_ref(), &mut open) {
                    ("style", _) => {
                        let of = |name| attribute(&element, name).unwrap_or_default().into_owned();
                        let id = of("styleId");
                        if of("type") == "paragraph" && matches!(of("default").as_str(), "1" | "true" | "on")
                        {
                            default_paragraph = Some(id.clone());
                        }
                        open = Some((id, Style::default()));
                    }
                    ("basedOn", Some((_, style))) => {
                        style.based_on = attribute(&element, "val").map(std::borrow::Cow::into_owned);
                    }
                    // A table's style has properties for some of its cells, which are not the style's own.
                    ("tblStylePr", Some((_, style))) => {
                        let shades = &mut style.shades_cells;
                        pieces.skip("tblStylePr", |inner| {
                            *shades |= inner.local_name().as_ref() == "shd" && is_shading(inner);
                        })?;
                    }
                    ("numId", Some((_, style))) => {
                        style.list = attribute(&element, "val").map(std::borrow::Cow::into_owned);
                    }
                    ("ilvl", Some((_, style))) => style.level = number(&element, "val"),
                    (_, Some((_, style))) => style.properties.take(&element),
                    _ => {}
                },
                Piece::End(end) if end.name() == "style" => styles.by_id.extend(open.take()),
                _ => {}
            }
        }
        styles.of_paragraphs = default_paragraph.map(|id| styles.resolved(&id)).unwrap_or_default();
        Ok(styles)
    }

    /// The properties that a paragraph gives its runs.
    pub(super) fn paragraph(&self, style: Option<&str>) -> Properties {
        style.map_or(self.of_paragraphs, |style| self.resolved(style))
    }

    /// The list that a style puts its paragraphs into, and the level.
    pub(super) fn list(&self, id: &str) -> Option<(String, usize)> {
        let list = self.chain(id).find_map(|style| style.list.clone())?;
        Some((list, self.chain(id).find_map(|style| style.level).unwrap_or(0)))
    }

    /// Whether a table's style gives its cells a colour.
    pub(super) fn shades_cells(&self, id: &str) -> bool {
        self.chain(id).any(|style| style.shades_cells || style.properties.is_shaded == Some(true))
    }

    /// The properties of a style and of those that it is based on.
    pub(super) fn resolved(&self, id: &str) -> Properties {
        self.chain(id).fold(Properties::default(), |properties, style| properties.over(style.properties))
    }

    /// A style and those that it is based on.
    fn chain(&self, id: &str) -> impl Iterator<Item = &Style> {
        let based_on = |style: &&Style| self.by_id.get(style.based_on.as_ref()?);
        std::iter::successors(self.by_id.get(id), based_on).take(LONGEST_CHAIN)
    }
}
