//! Markup to paragraphs: of a page's cells, and of cells that hold markup as text.

mod css;
mod styles;

use ego_tree::NodeRef;
use scraper::node::{Element, Node};
use scraper::{ElementRef, Html};

pub(crate) use self::styles::PageStyles;
use crate::runs::{FontKind, LeftOutKind, Runs};

/// Elements that are on lines of their own.
const BLOCKS: [&str; 32] = [
    "p",
    "div",
    "li",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "blockquote",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "nav",
    "aside",
    "dl",
    "dt",
    "dd",
    "fieldset",
    "legend",
    "figure",
    "address",
    "center",
    "hr",
    "details",
    "summary",
];
/// Elements whose text is not shown: of scripts, of fields and pictures, and what is there for programs that lack these.
const UNSEEN: [&str; 19] = [
    "script", "style", "head", "title", "desc", "template", "noscript", "rt", "rp", "button", "datalist",
    "iframe", "canvas", "progress", "meter", "audio", "video", "object", "noframes",
];

/// The text that an element shows, a paragraph a line, with white space folded.
pub(crate) fn text_of(element: ElementRef<'_>) -> String {
    runs_of(element, &PageStyles::default()).text
}

/// The text that an element shows, and what is in it and not shown.
pub(crate) fn runs_of(element: ElementRef<'_>, styles: &PageStyles) -> Runs {
    let mut runs = Runs::default();
    let above =
        element.parent().and_then(ElementRef::wrap).map(|above| styles.shown(above)).unwrap_or_default();
    // Iterative: a page may nest as deep as it likes.
    let mut stack = vec![(*element, above, false)];
    while let Some((node, above, leaving)) = stack.pop() {
        match node.value() {
            Node::Text(text) => {
                let is_break = |c: char| c.is_whitespace() && c != '\u{3000}';
                let text: String = text.chars().map(|c| if is_break(c) { ' ' } else { c }).collect();
                // The pictures of a page are signs of a font of its own.
                if above.run.font != FontKind::Letters || !is_picture(&text) {
                    runs.push(&text, above.run);
                }
            }
            Node::Element(element) => {
                let name = element.name();
                if UNSEEN.contains(&name) || is_closed(element) {
                    continue;
                }
                let shown = if leaving { above } else { styles.within(node.id(), element, above) };
                if !leaving && above.parts_children {
                    runs.text.push(' ');
                }
                if shown.is_removed {
                    let text = ElementRef::wrap(node).map(|element| element.text().collect::<String>());
                    runs.leave_out(LeftOutKind::Hidden, text.unwrap_or_default().trim());
                    continue;
                }
                let generated = styles.generated(node.id(), element);
                if let Some((_, after)) = generated.as_ref().filter(|_| leaving) {
                    runs.push(after, shown.run);
                }
                if name == "br" || shown.is_block.unwrap_or_else(|| BLOCKS.contains(&name)) {
                    runs.text.push('\n');
                } else if matches!(name, "td" | "th") {
                    runs.text.push(' ');
                }
                if leaving {
                    continue;
                }
                if let Some(number) =
                    number_in_list(node).filter(|_| !shown.is_unmarked && shown.is_item != Some(false))
                {
                    runs.push(&format!("{number}. "), shown.run);
                }
                if let Some((before, _)) = &generated {
                    runs.push(before, shown.run);
                }
                if let Some(value) = ElementRef::wrap(node).and_then(field_value) {
                    runs.push(&value, shown.run);
                    continue;
                }
                stack.push((node, shown, true));
                // What can be folded away is folded: of details, only their summary is seen.
                let is_folded = name == "details" && element.attr("open").is_none();
                let is_summary = |child: &NodeRef<'_, Node>| {
                    child.value().as_element().is_some_and(|element| element.name() == "summary")
                };
                let children = node.children().rev().filter(|child| !is_folded || is_summary(child));
                stack.extend(children.map(|child| (child, shown, false)));
            }
            Node::Fragment | Node::Document => {
                stack.extend(node.children().rev().map(|child| (child, above, false)));
            }
            _ => {}
        }
    }
    let mut runs = runs.finish();
    runs.text = paragraphs(&runs.text).join("\n");
    runs
}

/// The number of an item of an ordered list.
fn number_in_list(node: NodeRef<'_, Node>) -> Option<u32> {
    let item = |node: &NodeRef<'_, Node>| {
        node.value().as_element().filter(|element| element.name() == "li").cloned()
    };
    let own = item(&node)?;
    let list = node.parent()?;
    let of_list = list.value().as_element().filter(|element| element.name() == "ol")?;
    let is_plain = |element: &Element| {
        !element.attr("style").is_some_and(|style| style.contains("none"))
            && element.attr("type").is_none_or(|kind| kind == "1")
    };
    let value =
        |element: &Element, name: &str| element.attr(name).and_then(|value| value.trim().parse::<u32>().ok());
    let before = || {
        let count = node.prev_siblings().take(MOST_ITEMS).filter(|node| item(node).is_some()).count();
        u32::try_from(count).ok().filter(|_| node.prev_siblings().nth(MOST_ITEMS).is_none())
    };
    let start = value(of_list, "start").unwrap_or(1);
    let number = value(&own, "value").or_else(|| start.checked_add(before()?));
    number.filter(|_| is_plain(of_list) && is_plain(&own))
}

/// The most nodes of a list that are counted.
const MOST_ITEMS: usize = 400;

/// Whether a text is nothing but signs that no font of letters has.
fn is_picture(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.chars().all(is_sign_of_picture)
}

/// Whether a character is one that no font of letters has.
fn is_sign_of_picture(c: char) -> bool {
    ('\u{e000}'..='\u{f8ff}').contains(&c)
}

/// Whether an element is a dialog that is not open.
fn is_closed(element: &Element) -> bool {
    element.name() == "dialog" && element.attr("open").is_none()
}

/// Whether an element has no place on the page, or is the list of problems that a form was given back with.
pub(crate) fn is_removed(element: ElementRef<'_>, styles: &PageStyles) -> bool {
    is_closed(element.value()) || styles.shown(element).is_removed
}

/// What a field of a page shows: what was typed, chosen or ticked. [`None`] for other elements.
fn field_value(element: ElementRef<'_>) -> Option<String> {
    let value = element.value();
    match value.name() {
        "input" => {
            let of_type = value.attr("type").unwrap_or("text").to_ascii_lowercase();
            Some(match of_type.as_str() {
                "hidden" | "submit" | "button" | "reset" | "image" | "file" | "password" => String::new(),
                "checkbox" | "radio" => if value.attr("checked").is_some() { "☑" } else { "□" }.to_owned(),
                _ => value.attr("value").unwrap_or_default().to_owned(),
            })
        }
        "textarea" => Some(element.text().collect()),
        "select" => {
            let options = || {
                element.descendants().filter_map(ElementRef::wrap).filter(|e| e.value().name() == "option")
            };
            let is = |option: &ElementRef<'_>, name: &str| option.value().attr(name).is_some();
            let chosen = options().filter(|option| is(option, "selected")).last();
            let first = || options().find(|option| !is(option, "disabled")).or_else(|| options().next());
            Some(chosen.or_else(first).map(|option| option.text().collect()).unwrap_or_default())
        }
        _ => None,
    }
}

/// Text of a cell that may hold markup as text, such as `<p>…</p>` copied out of a page's source.
pub(crate) fn unmark(text: &str) -> Option<String> {
    let is_markup = |tag: &str| text.contains(&format!("</{tag}>")) || text.contains(&format!("<{tag}>"));
    let has_tags = ["p", "br", "div", "span", "strong", "b"].iter().any(|tag| is_markup(tag))
        || text.contains("<br/>")
        || text.contains("<br />");
    let has_entities =
        ["&nbsp;", "&amp;", "&lt;", "&gt;", "&ldquo;", "&rdquo;", "&mdash;"].iter().any(|e| text.contains(e));
    if has_tags {
        return Some(text_of(Html::parse_fragment(text).root_element()));
    }
    // Without a tag, < is a plain character.
    has_entities.then(|| text_of(Html::parse_fragment(&text.replace('<', "&lt;")).root_element()))
}

/// The lines that are not blank, with each run of white space as one space.
pub(crate) fn paragraphs(text: &str) -> Vec<String> {
    let lines = text.split('\n').map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_text_becomes_paragraphs() {
        assert_eq!(unmark("<p>一是 甲。</p> <p>二是\n乙。</p>").as_deref(), Some("一是 甲。\n二是 乙。"));
        assert_eq!(unmark("甲<br>乙&nbsp;丙").as_deref(), Some("甲\n乙 丙"));
        assert_eq!(unmark("<p>a<script>x</script></p>").as_deref(), Some("a"));
        assert_eq!(unmark("<p>280.19<sup>1</sup></p>").as_deref(), Some("280.19¹"));
        assert_eq!(unmark("<p><span style='display: none'>9</span>5</p>").as_deref(), Some("5"));
        assert_eq!(unmark("满意度 < 95，或 > 90"), None);
        assert_eq!(unmark("甲 & 乙"), None);
        assert_eq!(unmark("x<y &amp; <a和b>").as_deref(), Some("x<y & <a和b>"));
    }
}
