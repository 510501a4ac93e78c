//! Markup to paragraphs: of a page's cells, and of cells that hold markup as text.

use scraper::node::{Element, Node};
use scraper::{ElementRef, Html};

/// Elements that are on lines of their own.
const BLOCKS: [&str; 14] =
    ["p", "div", "li", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote"];
/// Elements whose text is not shown.
const UNSEEN: [&str; 5] = ["script", "style", "head", "template", "noscript"];

/// The text that an element shows: one line per paragraph, each run of white space as one space.
pub(crate) fn text_of(element: ElementRef<'_>) -> String {
    let mut raw = String::new();
    // Iterative: a page may nest as deep as it likes.
    let mut stack = vec![(*element, false)];
    while let Some((node, leaving)) = stack.pop() {
        match node.value() {
            Node::Text(text) => {
                raw.extend(text.chars().map(|c| if c.is_whitespace() && c != '\u{3000}' { ' ' } else { c }));
            }
            Node::Element(element) => {
                let name = element.name();
                if UNSEEN.contains(&name) || is_hidden(element) {
                    continue;
                }
                // A raised digit is a power or a footnote mark, not a digit of the number before it.
                if name == "sup" && !leaving {
                    let raised =
                        ElementRef::wrap(node).map(|sup| sup.text().collect::<String>()).unwrap_or_default();
                    raw.extend(raised.chars().map(raise));
                    continue;
                }
                if name == "br" || BLOCKS.contains(&name) {
                    raw.push('\n');
                } else if matches!(name, "td" | "th") {
                    raw.push(' ');
                }
                if !leaving {
                    stack.push((node, true));
                    stack.extend(node.children().rev().map(|child| (child, false)));
                }
            }
            Node::Fragment | Node::Document => {
                stack.extend(node.children().rev().map(|child| (child, false)));
            }
            _ => {}
        }
    }
    paragraphs(&raw).join("\n")
}

/// The attribute of the section that lists the problems of a form that was given back.
pub(crate) const PROBLEMS_ATTRIBUTE: &str = "data-huizong";

/// Whether an element is hidden, or is the list of problems that a form was given back with.
pub(crate) fn is_hidden(element: &Element) -> bool {
    if element.attr(PROBLEMS_ATTRIBUTE).is_some() {
        return true;
    }
    let style = element.attr("style").unwrap_or_default().replace(' ', "").to_ascii_lowercase();
    style.contains("display:none") || element.attr("hidden").is_some()
}

fn raise(c: char) -> char {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    c.to_digit(10).map_or(c, |digit| RAISED[digit as usize])
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
