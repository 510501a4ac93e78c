//! How the elements of a page are shown: their style sheets and their own styles, as far as these decide what is seen.

use std::cell::RefCell;
use std::collections::HashMap;

use ego_tree::NodeId;
use scraper::node::Element;
use scraper::{ElementRef, Html, Selector};

use super::css::{declarations, holds_on_screen, rules, specificity, without_comments};
use super::is_sign_of_picture;
use crate::runs::{FontKind, Level, RunStyle};

/// The styles of a page's elements.
#[derive(Default)]
pub(crate) struct PageStyles {
    sheets: HashMap<NodeId, Vec<Declared>>,
    /// What style sheets say of the text that they put before and behind elements.
    generated: HashMap<NodeId, Vec<Generated>>,
    /// The styles that were asked for.
    known: RefCell<HashMap<NodeId, Shown>>,
}

/// How an element is shown.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "style sheets have a switch for each")]
pub(crate) struct Shown {
    /// Whether it has no place on the page.
    pub(crate) is_removed: bool,
    /// Whether it is on lines of its own, if a style says so.
    pub(crate) is_block: Option<bool>,
    /// Whether what is in it is laid out piece by piece, as in a grid.
    pub(crate) parts_children: bool,
    /// Whether the items of a list in it have no marks.
    pub(crate) is_unmarked: bool,
    /// Whether it is an item of a list with its mark, if a style says so.
    pub(crate) is_item: Option<bool>,
    /// How its text is shown.
    pub(crate) run: RunStyle,
    is_white: bool,
    has_background: bool,
    /// Whether it keeps its place, and nothing in it is seen: no descendant can change that.
    is_unseen: bool,
    /// Whether it keeps its place and is not seen: a descendant may be.
    is_invisible: bool,
}

/// The properties that one rule sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Properties {
    is_removed: Option<bool>,
    is_block: Option<bool>,
    /// Whether what is in it is laid out piece by piece.
    parts_children: Option<bool>,
    /// Whether it is an item of a list, with its mark.
    is_item: Option<bool>,
    /// Whether the items of a list have no marks.
    is_unmarked: Option<bool>,
    is_invisible: Option<bool>,
    is_unseen: Option<bool>,
    is_struck: Option<bool>,
    level: Option<Level>,
    is_white: Option<bool>,
    has_background: Option<bool>,
    font: Option<FontKind>,
}

/// Properties with the order in which they count.
#[derive(Clone, Copy, Debug)]
struct Declared {
    order: (bool, u32, usize),
    properties: Properties,
}

/// How often an element may be compared with a selector, and how many elements a rule may style.
const MOST_LOOKS: usize = 5_000_000;
const MOST_STYLED: usize = 20_000;

/// What a rule says of the text before or behind an element.
#[derive(Clone, Debug)]
struct Generated {
    order: (bool, u32, usize),
    is_before: bool,
    content: Option<Content>,
    properties: Properties,
}

/// The text that a rule puts beside an element.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Words(String),
    /// The value of an attribute.
    Attribute(String),
}

/// The weight of an element's own style among those of equal importance.
const OWN: u32 = u32::MAX;

impl PageStyles {
    /// Reads a page's `<style>` elements.
    pub(crate) fn of(page: &Html) -> Self {
        let mut styles = Self::default();
        let is_sheet = |element: &ElementRef<'_>| {
            element.value().name() == "style" && element.value().attr("media").is_none_or(holds_on_screen)
        };
        let sheets = page.tree.nodes().filter_map(ElementRef::wrap).filter(is_sheet);
        let text: String =
            sheets.flat_map(|sheet| sheet.text().map(str::to_owned)).collect::<Vec<_>>().join("\n");
        let text = without_comments(&text);
        let nodes = page.tree.values().len();
        let mut looks = MOST_LOOKS;
        let rules: Vec<Parsed<'_>> =
            rules(&text).into_iter().enumerate().map(|(order, rule)| Parsed::of(order, rule)).collect();
        let matters = Matters::of(page, &rules);
        for rule in rules {
            let (plain, important) = (matters.filter(rule.plain), matters.filter(rule.important));
            if plain.is_none() && important.is_none() && rule.content.is_none() {
                continue;
            }
            let Ok(parsed) = Selector::parse(rule.selector.trim()) else { continue };
            // A page of very many elements with very many rules is no form.
            let Some(rest) = looks.checked_sub(nodes) else { break };
            looks = rest;
            let weight = specificity(rule.selector);
            for element in page.select(&parsed).take(MOST_STYLED) {
                for (is_important, properties) in [(false, plain), (true, important)] {
                    let order = (is_important, weight, rule.order);
                    match rule.beside {
                        None => styles
                            .sheets
                            .entry(element.id())
                            .or_default()
                            .extend(properties.map(|properties| Declared { order, properties })),
                        Some(is_before) => {
                            let content = rule.content.clone().filter(|_| !is_important);
                            if content.is_some() || properties.is_some() {
                                let properties = properties.unwrap_or_default();
                                let of = styles.generated.entry(element.id()).or_default();
                                of.push(Generated { order, is_before, content, properties });
                            }
                        }
                    }
                }
            }
        }
        styles
    }

    /// How an element is shown, in what it is in.
    pub(crate) fn shown(&self, element: ElementRef<'_>) -> Shown {
        if let Some(known) = self.known.borrow().get(&element.id()) {
            return *known;
        }
        // From the outermost whose style is not known yet inwards: a page may nest as deep as it likes.
        let mut open = vec![element];
        let mut shown = Shown::default();
        for above in element.ancestors().filter_map(ElementRef::wrap) {
            if let Some(known) = self.known.borrow().get(&above.id()) {
                shown = *known;
                break;
            }
            open.push(above);
        }
        for element in open.into_iter().rev() {
            shown = self.within(element.id(), element.value(), shown);
            self.known.borrow_mut().insert(element.id(), shown);
        }
        shown
    }

    /// How an element is shown in one that is shown so.
    pub(crate) fn within(&self, id: NodeId, element: &Element, above: Shown) -> Shown {
        let (plain, important) = element.attr("style").map(properties).unwrap_or_default();
        let own = [(false, plain), (true, important)].into_iter().filter_map(|(is_important, properties)| {
            Some(Declared { order: (is_important, OWN, 0), properties: properties? })
        });
        let mut declared: Vec<Declared> = self.sheets.get(&id).cloned().unwrap_or_default();
        declared.extend(own);
        declared.sort_by_key(|declared| declared.order);
        let of_element = of_element(element);
        let set = declared.iter().fold(of_element, |set, declared| declared.properties.over(set));
        // What is behind a text shines through elements without a background of their own.
        let is_white = set.is_white.unwrap_or(above.is_white);
        let has_background = set.has_background.unwrap_or(false) || above.has_background;
        let is_invisible = set.is_invisible.unwrap_or(above.is_invisible);
        let is_unseen = set.is_unseen.unwrap_or(false) || above.is_unseen;
        let level = set.level.unwrap_or(Level::Line);
        Shown {
            is_removed: set.is_removed.unwrap_or(false) || above.is_removed,
            is_block: set.is_block,
            parts_children: set.parts_children == Some(true),
            is_item: set.is_item,
            is_unmarked: set.is_unmarked.unwrap_or(above.is_unmarked),
            run: RunStyle {
                is_struck: set.is_struck.unwrap_or(false) || above.run.is_struck,
                is_hidden: is_invisible || is_unseen,
                is_pale: is_white && !has_background,
                is_raised: level == Level::Raised || above.run.is_raised,
                is_lowered: level == Level::Lowered || above.run.is_lowered,
                font: set.font.unwrap_or(above.run.font),
            },
            is_white,
            has_background,
            is_unseen,
            is_invisible,
        }
    }

    /// The text that style sheets put before and behind an element.
    pub(crate) fn generated(&self, id: NodeId, element: &Element) -> Option<(String, String)> {
        let mut all = self.generated.get(&id)?.clone();
        all.sort_by_key(|generated| generated.order);
        let of = |is_before: bool| {
            let mut content = None;
            let mut set = Properties::default();
            for generated in all.iter().filter(|generated| generated.is_before == is_before) {
                content = generated.content.as_ref().or(content);
                set = generated.properties.over(set);
            }
            let is_seen =
                [set.is_removed, set.is_invisible, set.is_unseen].iter().all(|hides| *hides != Some(true));
            match content.filter(|_| is_seen) {
                Some(Content::Words(words)) => words.clone(),
                Some(Content::Attribute(name)) => element.attr(name).unwrap_or_default().to_owned(),
                None => String::new(),
            }
        };
        Some((of(true), of(false)))
    }
}

/// A rule with what it sets.
struct Parsed<'t> {
    order: usize,
    selector: &'t str,
    /// Whether it is about the text before an element, or behind it.
    beside: Option<bool>,
    content: Option<Content>,
    plain: Option<Properties>,
    important: Option<Properties>,
}

impl<'t> Parsed<'t> {
    fn of(order: usize, rule: super::css::Rule<'t>) -> Self {
        let lower = rule.selector.to_ascii_lowercase();
        let end = ["::before", "::after", ":before", ":after"].into_iter().find(|end| lower.ends_with(end));
        let selector = &rule.selector[..rule.selector.len() - end.map_or(0, str::len)];
        let (plain, important) = properties(rule.declarations);
        let beside = end.map(|end| end.ends_with("before"));
        let content = beside.and_then(|_| content(rule.declarations));
        Self { order, selector, beside, content, plain, important }
    }
}

/// Which properties can make a difference on a page: white is of no matter where nothing is white.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "style sheets have a switch for each")]
struct Matters {
    removal: bool,
    visibility: bool,
    unseen: bool,
    strikes: bool,
    levels: bool,
    colours: bool,
    fonts: bool,
    lists: bool,
}

impl Matters {
    fn of(page: &Html, rules: &[Parsed<'_>]) -> Self {
        let elements = || page.tree.values().filter_map(|node| node.as_element());
        let own = elements().filter_map(|element| element.attr("style")).map(properties);
        let own = own.flat_map(|(plain, important)| [plain, important]).flatten();
        let of_rules = rules.iter().flat_map(|rule| [rule.plain, rule.important]).flatten();
        let named = elements().map(of_element);
        let mut matters = Self { lists: elements().any(|element| element.name() == "ol"), ..Self::default() };
        for set in of_rules.chain(own).chain(named) {
            matters.removal |= set.is_removed == Some(true);
            matters.visibility |= set.is_invisible == Some(true);
            matters.unseen |= set.is_unseen == Some(true);
            matters.strikes |= set.is_struck == Some(true);
            matters.levels |= set.level.is_some_and(|level| level != Level::Line);
            matters.colours |= set.is_white == Some(true);
            matters.fonts |= set.font.is_some_and(|font| font != FontKind::Letters);
        }
        matters
    }

    /// Properties without those that make no difference; [`None`] if none is left.
    fn filter(self, properties: Option<Properties>) -> Option<Properties> {
        let set = properties?;
        let left = Properties {
            is_removed: set.is_removed.filter(|_| self.removal),
            is_block: set.is_block,
            parts_children: set.parts_children.filter(|parts| *parts || set.is_block.is_some()),
            is_item: set.is_item.filter(|_| self.lists),
            is_unmarked: set.is_unmarked.filter(|_| self.lists),
            is_invisible: set.is_invisible.filter(|_| self.visibility),
            is_unseen: set.is_unseen.filter(|_| self.unseen),
            is_struck: set.is_struck.filter(|_| self.strikes),
            level: set.level.filter(|_| self.levels),
            is_white: set.is_white.filter(|_| self.colours),
            has_background: set.has_background.filter(|_| self.colours),
            font: set.font.filter(|_| self.fonts),
        };
        (left != Properties::default()).then_some(left)
    }
}

/// What an element says by its name and its attributes.
fn of_element(element: &Element) -> Properties {
    let name = element.name();
    let colour = |name: &str| element.attr(name).map(|value| value.trim().to_ascii_lowercase());
    Properties {
        is_removed: element.attr("hidden").is_some().then_some(true),
        is_struck: matches!(name, "s" | "strike" | "del").then_some(true),
        level: match name {
            "sup" => Some(Level::Raised),
            "sub" => Some(Level::Lowered),
            _ => None,
        },
        is_white: colour("color").filter(|_| name == "font").map(|colour| is_white(&colour)),
        has_background: colour("bgcolor").map(|colour| !is_white(&colour)),
        font: element.attr("face").filter(|_| name == "font").map(FontKind::named),
        ..Properties::default()
    }
}

impl Properties {
    /// These properties, and those of a weaker rule for what they do not set.
    fn over(self, below: Self) -> Self {
        Self {
            is_removed: self.is_removed.or(below.is_removed),
            is_block: self.is_block.or(below.is_block),
            parts_children: self.parts_children.or(below.parts_children),
            is_item: self.is_item.or(below.is_item),
            is_unmarked: self.is_unmarked.or(below.is_unmarked),
            is_invisible: self.is_invisible.or(below.is_invisible),
            is_unseen: self.is_unseen.or(below.is_unseen),
            is_struck: self.is_struck.or(below.is_struck),
            level: self.level.or(below.level),
            is_white: self.is_white.or(below.is_white),
            has_background: self.has_background.or(below.has_background),
            font: self.font.or(below.font),
        }
    }

    /// Takes a declaration. Returns false if it is about something else.
    fn take(&mut self, name: &str, value: &str) -> bool {
        match name {
            "display" => {
                // A browser passes over what it does not know.
                if !DISPLAYS.contains(&value) {
                    return false;
                }
                self.parts_children = Some(matches!(value, "flex" | "grid" | "inline-flex" | "inline-grid"));
                self.is_removed = Some(value == "none");
                self.is_item = Some(value == "list-item");
                self.is_block = match value {
                    "block" | "flex" | "grid" | "list-item" | "table" | "table-row" => Some(true),
                    "inline" | "inline-block" | "inline-flex" => Some(false),
                    _ => None,
                };
            }
            "visibility" => self.is_invisible = Some(matches!(value, "hidden" | "collapse")),
            "list-style" | "list-style-type" => {
                self.is_unmarked = Some(value.split_whitespace().any(|word| word == "none"));
            }
            "mso-hide" => self.is_unseen = Some(value == "all"),
            "opacity" => self.is_unseen = value.parse::<f64>().ok().map(|opacity| opacity == 0.0),
            "font" if value.starts_with("0/") || value.starts_with("0 ") => self.is_unseen = Some(true),
            "transform" | "scale" => {
                self.is_unseen =
                    Some(value == "0" || value.contains("scale(0)") || value.contains("scale(0,"));
            }
            "font-size" => self.is_unseen = Some(number(value) == Some(0.0)),
            // What readers aloud are told, and what is moved off the page.
            "clip" | "clip-path" => {
                let inner = value.split_once('(').map(|(_, inner)| inner.trim_end_matches(')'));
                let lengths = inner.map(|inner| {
                    inner.split([' ', ',']).filter(|length| !length.is_empty()).collect::<Vec<_>>()
                });
                let is_tiny = |length: &&str| {
                    number(length).is_some_and(|length| length.abs() <= 1.0)
                        || matches!(*length, "50%" | "100%")
                };
                self.is_unseen = lengths.map(|lengths| !lengths.is_empty() && lengths.iter().all(is_tiny));
            }
            "left" | "top" | "text-indent" | "margin-left" => {
                if number(value).is_none_or(|length| length > -999.0) {
                    return false;
                }
                self.is_unseen = Some(true);
            }
            "text-decoration" | "text-decoration-line" => {
                self.is_struck = Some(value.contains("line-through"));
            }
            "vertical-align" => {
                self.level = match value {
                    "super" => Some(Level::Raised),
                    "sub" => Some(Level::Lowered),
                    _ => Some(Level::Line),
                };
            }
            "color" => self.is_white = Some(is_white(value) || value == "transparent"),
            "background" | "background-color" => {
                let first = value.split_whitespace().next().unwrap_or_default();
                self.has_background =
                    Some(!is_white(first) && !matches!(first, "transparent" | "none" | "initial" | ""));
            }
            // A picture or a shadow behind a text makes it seen.
            "background-image" | "text-shadow" if value != "none" => self.has_background = Some(true),
            "font-family" => {
                let first = value.split(',').next().unwrap_or_default();
                self.font = Some(FontKind::named(first.trim().trim_matches(['"', '\''])));
            }
            _ => return false,
        }
        true
    }
}

/// The values of `display` that browsers know.
const DISPLAYS: [&str; 24] = [
    "none",
    "block",
    "inline",
    "inline-block",
    "flex",
    "inline-flex",
    "grid",
    "inline-grid",
    "list-item",
    "contents",
    "flow-root",
    "table",
    "inline-table",
    "table-row",
    "table-cell",
    "table-row-group",
    "table-header-group",
    "table-footer-group",
    "table-column",
    "table-caption",
    "initial",
    "inherit",
    "unset",
    "revert",
];

/// The number of a length such as `-9999px`.
fn number(value: &str) -> Option<f64> {
    value.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%').parse().ok()
}

fn is_white(colour: &str) -> bool {
    let plain: String = colour.chars().filter(|c| !c.is_whitespace()).collect();
    let whites =
        ["white", "#fff", "#ffffff", "#ffff", "#ffffffff", "rgb(255,255,255)", "rgb(255255255)", "window"];
    whites.contains(&plain.as_str())
        || plain.starts_with("hsl(") && plain.ends_with("100%)")
        || plain.starts_with("rgba(") && plain.ends_with(",0)")
}

/// The properties that some declarations set: those that are not important, and those that are.
fn properties(text: &str) -> (Option<Properties>, Option<Properties>) {
    let mut set = (None, None);
    for (name, value, is_important) in declarations(text) {
        let into: &mut Option<Properties> = if is_important { &mut set.1 } else { &mut set.0 };
        let mut properties = into.unwrap_or_default();
        if properties.take(&name, &value) {
            *into = Some(properties);
        }
    }
    set
}

/// What a rule puts beside an element; nothing if it says that there is nothing. Signs of a font of pictures are left out.
fn content(text: &str) -> Option<Content> {
    let mut named =
        text.split(';').filter_map(|one| one.split_once(':')).filter(|(name, _)| name.trim() == "content");
    let value = named.next_back()?.1.trim().trim_end_matches("!important").trim();
    if let Some(name) = value.strip_prefix("attr(").and_then(|rest| rest.strip_suffix(')')) {
        return Some(Content::Attribute(name.trim().to_owned()));
    }
    let words = value
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\''))
        .and_then(|quote| value[1..].strip_suffix(quote));
    Some(Content::Words(words.map(unescaped).unwrap_or_default()))
}

/// A text of a style sheet with its escapes resolved: `\5143` is 元.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        plain.push_str(before);
        let length = behind.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        let code = u32::from_str_radix(&behind[..length], 16).ok().and_then(char::from_u32);
        match code {
            Some(c) => {
                plain.extend((!is_sign_of_picture(c)).then_some(c));
                let after = &behind[length..];
                rest = after.strip_prefix(' ').unwrap_or(after);
            }
            None => {
                let mut chars = behind.chars();
                plain.extend(chars.next().filter(|_| length == 0));
                rest = chars.as_str();
            }
        }
    }
    plain + rest
}
