//! Markup to paragraphs: of a page's cells, and of cells that hold markup as text.

use std::collections::HashMap;

use ego_tree::NodeId;
use scraper::node::{Element, Node};
use scraper::{ElementRef, Html, Selector};

use crate::runs::{RunStyle, Runs};

/// Elements that are on lines of their own.
const BLOCKS: [&str; 14] =
    ["p", "div", "li", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote"];
/// Elements whose text is not shown.
const UNSEEN: [&str; 8] = ["script", "style", "head", "template", "noscript", "rt", "rp", "button"];

/// The text that an element shows, a paragraph a line, with white space folded.
pub(crate) fn text_of(element: ElementRef<'_>) -> String {
    runs_of(element, &PageStyles::default()).text
}

/// The text that an element shows, and what is in it and not shown.
pub(crate) fn runs_of(element: ElementRef<'_>, styles: &PageStyles) -> Runs {
    let mut runs = Runs::default();
    // Iterative: a page may nest as deep as it likes.
    let mut stack = vec![(*element, styles.inherited(element), false)];
    while let Some((node, style, leaving)) = stack.pop() {
        match node.value() {
            Node::Text(text) => {
                let is_break = |c: char| c.is_whitespace() && c != '\u{3000}';
                let text: String = text.chars().map(|c| if is_break(c) { ' ' } else { c }).collect();
                runs.push(&text, style);
            }
            Node::Element(element) => {
                let name = element.name();
                if UNSEEN.contains(&name) || is_problems(element) {
                    continue;
                }
                if name == "br" || BLOCKS.contains(&name) {
                    runs.text.push('\n');
                } else if matches!(name, "td" | "th") {
                    runs.text.push(' ');
                }
                if leaving {
                    continue;
                }
                let style = styles.style(node.id(), element, style);
                if let Some(value) = ElementRef::wrap(node).and_then(field_value) {
                    runs.push(&value, style);
                    continue;
                }
                stack.push((node, style, true));
                stack.extend(node.children().rev().map(|child| (child, style, false)));
            }
            Node::Fragment | Node::Document => {
                stack.extend(node.children().rev().map(|child| (child, style, false)));
            }
            _ => {}
        }
    }
    let mut runs = runs.finish();
    runs.text = paragraphs(&runs.text).join("\n");
    runs
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
            let chosen = options().find(|option| option.value().attr("selected").is_some());
            Some(
                chosen.or_else(|| options().next()).map(|option| option.text().collect()).unwrap_or_default(),
            )
        }
        _ => None,
    }
}

/// The styles of a page's sheets that decide what is shown, by element.
#[derive(Default)]
pub(crate) struct PageStyles {
    of: HashMap<NodeId, RunStyle>,
}

/// The most rules of a page's style sheets that are read.
const MOST_RULES: usize = 2_000;

impl PageStyles {
    /// Reads a page's `<style>` elements: only rules that hide, strike through or raise text matter.
    pub(crate) fn of(page: &Html) -> Self {
        let mut styles = Self::default();
        let sheets = page.tree.nodes().filter_map(ElementRef::wrap).filter(|e| e.value().name() == "style");
        let text: String =
            sheets.flat_map(|sheet| sheet.text().map(str::to_owned)).collect::<Vec<_>>().join("\n");
        for rule in text.split('}').take(MOST_RULES) {
            let Some((selectors, declarations)) = rule.rsplit_once('{') else { continue };
            let style = declared(declarations, RunStyle::default());
            if style == RunStyle::default() {
                continue;
            }
            let selectors = selectors.rsplit(['{', ';']).next().unwrap_or_default();
            let selectors = selectors.rsplit("*/").next().unwrap_or_default().trim_start_matches("<!--");
            let Ok(selector) = Selector::parse(selectors.trim()) else { continue };
            for element in page.select(&selector) {
                let known = styles.of.entry(element.id()).or_default();
                known.is_hidden |= style.is_hidden;
                known.is_struck |= style.is_struck;
                known.is_raised |= style.is_raised;
                known.is_lowered |= style.is_lowered;
            }
        }
        styles
    }

    /// Whether an element is not shown, or is the list of problems that a form was given back with.
    pub(crate) fn is_hidden(&self, element: ElementRef<'_>) -> bool {
        is_problems(element.value())
            || self.style(element.id(), element.value(), RunStyle::default()).is_hidden
    }

    /// The style that an element inherits.
    fn inherited(&self, element: ElementRef<'_>) -> RunStyle {
        let mut style = RunStyle::default();
        if self.of.is_empty() {
            return style;
        }
        for above in element.ancestors().filter_map(ElementRef::wrap) {
            let of = self.style(above.id(), above.value(), RunStyle::default());
            style.is_struck |= of.is_struck;
        }
        style
    }

    fn style(&self, id: NodeId, element: &Element, above: RunStyle) -> RunStyle {
        let of_sheet = self.of.get(&id).copied().unwrap_or_default();
        let name = element.name();
        let style = RunStyle {
            is_struck: above.is_struck || of_sheet.is_struck || matches!(name, "s" | "strike" | "del"),
            is_hidden: above.is_hidden || of_sheet.is_hidden || element.attr("hidden").is_some(),
            is_raised: above.is_raised || of_sheet.is_raised || name == "sup",
            is_lowered: above.is_lowered || of_sheet.is_lowered || name == "sub",
            font: of_sheet.font.or(above.font),
            is_pale: above.is_pale,
        };
        declared(element.attr("style").unwrap_or_default(), style)
    }
}

/// A style with the declarations of a style sheet or of an element added.
fn declared(declarations: &str, mut style: RunStyle) -> RunStyle {
    if declarations.is_empty() {
        return style;
    }
    for declaration in declarations.to_ascii_lowercase().split(';') {
        let Some((name, value)) = declaration.split_once(':') else { continue };
        let value = value.trim().trim_end_matches("!important").trim();
        match name.trim() {
            "display" => style.is_hidden |= value == "none",
            "visibility" => style.is_hidden |= matches!(value, "hidden" | "collapse"),
            "mso-hide" => style.is_hidden |= value == "all",
            "text-decoration" | "text-decoration-line" => style.is_struck |= value.contains("line-through"),
            "vertical-align" => {
                style.is_raised |= value == "super";
                style.is_lowered |= value == "sub";
            }
            _ => {}
        }
    }
    style
}

/// The attribute of the section that lists the problems of a form that was given back.
pub(crate) const PROBLEMS_ATTRIBUTE: &str = "data-huizong";

fn is_problems(element: &Element) -> bool {
    element.attr(PROBLEMS_ATTRIBUTE).is_some()
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
