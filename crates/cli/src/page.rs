//! A rule's page in one language.

use huizong_core::{Lang, Rule, rules};
use huizong_report::terminal::severity;

/// The page for the terminal: id, severity and formula, then the sections in one language.
///
/// A paragraph's language is told by its first character; headings and titles hold both, parted by ` · `.
pub(crate) fn page(rule: &Rule, lang: Lang) -> String {
    let mut blocks = blocks(rules::page(rule));
    let mut text = String::new();
    for block in &mut blocks {
        let is_heading = block.starts_with('#');
        if let Some((zh, en)) = block.split_once(" · ").filter(|_| is_heading || text.lines().count() == 2) {
            let marks = if is_heading { "## " } else { "" };
            let shown = lang.pick(zh.to_owned(), format!("{marks}{en}"));
            text.push_str(&shown);
            text.push_str("\n\n");
            if !is_heading {
                text.push_str(&facts(rule, lang));
            }
            continue;
        }
        let chinese = block.chars().next().is_some_and(|c| !c.is_ascii());
        if is_heading || block.starts_with("```") || chinese == (lang == Lang::Zh) {
            text.push_str(block);
            text.push_str("\n\n");
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn facts(rule: &Rule, lang: Lang) -> String {
    let mut lines = vec![format!("{}{}", lang.pick("级别：", "Severity: "), severity(rule.severity, lang))];
    lines.push(format!("{}{}", lang.pick("始于版本：", "Since: "), rule.since));
    for relation in rule.relations {
        lines.push(format!("{}{}", lang.pick("应有：", "Must hold: "), lang.of(&relation.formula())));
    }
    let reads = rule.read_set();
    if !reads.is_empty() {
        lines.push(format!(
            "{}{}",
            lang.pick("读取：", "Reads: "),
            reads
                .iter()
                .map(|read| if read.is_empty() {
                    lang.pick("整份文档", "the whole document")
                } else {
                    read
                })
                .collect::<Vec<_>>()
                .join(" ")
        ));
    }
    lines.join("\n") + "\n\n"
}

/// Paragraphs and code blocks.
fn blocks(page: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    let mut in_code = false;
    let mut fresh = true;
    for line in page.lines() {
        if line.is_empty() && !in_code {
            fresh = true;
            continue;
        }
        if line.starts_with("```") {
            in_code = !in_code;
        }
        match blocks.last_mut().filter(|_| !fresh) {
            Some(block) => {
                block.push('\n');
                block.push_str(line);
            }
            None => blocks.push(line.to_owned()),
        }
        fresh = false;
    }
    blocks
}
