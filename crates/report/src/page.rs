//! The page of a rule or a notice in one language.

use std::fmt::Write;

use huizong_core::{AnyRule, Lang, NoticeKind, PluginRule, Rule, Template};
use huizong_schema::protocol::{Example, Of, Status};

use crate::words::severity;

/// The page of a rule, wherever it comes from.
pub fn page(rule: AnyRule<'_>, lang: Lang) -> String {
    match rule {
        AnyRule::BuiltIn(rule) => built_in(rule, lang),
        AnyRule::PluginRule(rule) => declared(rule, lang),
    }
}

/// A rule's page in Chinese for those who ask by its title: without its id, the members that it reads and its examples in JSON.
pub fn for_offices(page: &str) -> String {
    let mut text = String::new();
    let mut is_example = false;
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            is_example = heading.ends_with("的例子");
        }
        let is_for_programs = ["# ", "读取：", "始于版本：", "参数：", "不计入时的状态："];
        let is_for_programs = is_for_programs.iter().any(|begin| line.starts_with(begin));
        if !is_example && !is_for_programs {
            text.push_str(line);
            text.push('\n');
        }
    }
    text.trim_start().to_owned()
}

/// Returns the first paragraph of a page's first section: what the rule checks.
pub fn summary(page: &str) -> &str {
    let section = page.split_once("\n## ").map_or("", |(_, section)| section);
    section.split("\n\n").nth(1).unwrap_or_default().trim()
}

/// Prints the page of a built-in rule: id, title, severity and formula, then the sections.
fn built_in(rule: &Rule, lang: Lang) -> String {
    in_one_language(rule.page, &facts(rule, lang), lang)
}

/// Prints the page of a kind of notice.
pub fn notice(kind: &NoticeKind, lang: Lang) -> String {
    in_one_language(kind.page, "", lang)
}

/// Takes one language out of a page, and puts facts below its title.
///
/// A paragraph's first character decides its language; headings and titles have both, with ` · ` between them.
fn in_one_language(page: &str, facts: &str, lang: Lang) -> String {
    let mut text = String::new();
    for block in &blocks(page) {
        let is_heading = block.starts_with('#');
        if let Some((zh, en)) = block.split_once(" · ").filter(|_| is_heading || text.lines().count() == 2) {
            let marks = if is_heading { "## " } else { "" };
            text.push_str(&lang.pick(zh.to_owned(), format!("{marks}{en}")));
            text.push_str("\n\n");
            if !is_heading {
                text.push_str(facts);
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
    let args = args(rule.messages);
    if !args.is_empty() {
        lines.push(format!("{}{}", lang.pick("参数：", "Arguments: "), args.join(" ")));
    }
    if let Some(exclusion) = rule.excludes {
        let state = exclusion.state.as_str();
        lines.push(format!(
            "{}{state}",
            lang.pick("不计入时的状态：", "State of a document that it excludes: ")
        ));
    }
    lines.join("\n") + "\n\n"
}

/// The names of the arguments of messages, sorted.
pub(crate) fn args(templates: &[Template]) -> Vec<&str> {
    let mut names: Vec<&str> = templates.iter().flat_map(Template::args).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The page of a plugin's rule, from what its manifest says, in the order of the others.
fn declared(rule: &PluginRule, lang: Lang) -> String {
    let of = &rule.declaration;
    let mut text = format!("# {}\n\n{}\n\n", of.id, lang.of(&of.title));
    let mut fact = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "{name}{value}");
        }
    };
    fact(lang.pick("级别：", "Severity: "), severity(of.severity, lang));
    let plugin = &rule.plugin;
    let from = [&*plugin.id, &*plugin.version, &*plugin.vendor].join(" ");
    fact(lang.pick("插件：", "Plugin: "), from.trim_end());
    fact(lang.pick("始于插件版本：", "Since the plugin's version: "), &of.since);
    let status = match of.status {
        Status::Stable => "",
        Status::Preview => lang.pick("试行", "preview"),
        Status::Deprecated => lang.pick("将停用", "deprecated"),
    };
    fact(lang.pick("状态：", "Status: "), status);
    let scope = match of.scope {
        Of::Document => lang.pick("单份表", "one document at a time"),
        Of::Set => lang.pick("全部表", "all documents together"),
    };
    fact(lang.pick("检查对象：", "About: "), scope);
    let reads = rule.reads.as_ref().map(|reads| reads.join(" "));
    let whole = lang.pick("整份表", "whole documents");
    fact(lang.pick("读取：", "Reads: "), reads.as_deref().unwrap_or(whole));
    let mut section = |heading: &str, body: &str| {
        if !body.trim().is_empty() {
            let _ = write!(text, "\n## {heading}\n\n{}\n", body.trim());
        }
    };
    let what = [lang.of(&of.summary), lang.of(&of.docs)].map(str::trim);
    section(lang.pick("检查什么", "What it checks"), &what.join("\n\n"));
    section(lang.pick("依据", "Basis"), lang.of(&of.basis));
    section(lang.pick("消息", "Message"), lang.of(&of.message));
    let examples = |fails: bool| {
        let of_kind = of.examples.iter().filter(|example| example.expect.is_empty() != fails);
        of_kind.map(block).collect::<Vec<_>>().join("\n\n")
    };
    section(lang.pick("不合格的例子", "A form that fails"), &examples(true));
    section(lang.pick("合格的例子", "A form that passes"), &examples(false));
    text
}

fn block(example: &Example) -> String {
    let pretty = |value| serde_json::to_string_pretty(value).unwrap_or_default();
    let config = example.config.as_ref().map(|config| format!("config = {config}\n\n")).unwrap_or_default();
    format!("{config}```json\n{}\n```", pretty(&example.input))
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
