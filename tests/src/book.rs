//! The source of the book for mdBook: its chapters, and pages that are generated from the program.

#![allow(clippy::unwrap_used, reason = "a program for maintainers says what went wrong by panicking")]

mod schemas;

use std::fmt::Write as _;

use huizong_book::CHAPTERS;
use huizong_core::{Lang, NoticeKind, RuleIndex};
use huizong_report::page;
use huizong_report::words::severity;
use huizong_schema::publish;

/// The files of the book in a language, by their paths: `book.toml`, and `src/…`.
pub fn files(lang: Lang) -> Vec<(String, String)> {
    let mut files = vec![("book.toml".to_owned(), settings(lang))];
    let mut summary = format!("# {}\n\n", lang.pick("目录", "Contents"));
    let mut titled = |level: usize, path: &str, title: &str, text: String| {
        let _ = writeln!(summary, "{:indent$}- [{title}]({path})", "", indent = level * 2);
        files.push((format!("src/{path}"), joined(&text)));
    };
    let mut chapter = |level: usize, path: &str, text: String| {
        let title = text.lines().next().unwrap().trim_start_matches("# ").to_owned();
        titled(level, path, &title, text);
    };
    for of in CHAPTERS {
        chapter(0, &format!("{}.md", of.name), lang.pick(of.zh, of.en).to_owned());
    }
    let command = format!("# {}\n{}", lang.pick("命令", "The command"), commands(lang));
    chapter(0, "command.md", command);
    chapter(0, "rules/index.md", rule_index(lang));
    for rule in RuleIndex::default().rules() {
        chapter(1, &format!("rules/{}.md", rule.id()), with_list(&page::page(rule, lang)));
    }
    chapter(0, "notices/index.md", notice_index(lang));
    for kind in notices() {
        chapter(1, &format!("notices/{}.md", kind.id), with_list(&page::notice(kind, lang)));
    }
    chapter(0, "schemas/index.md", schemas::index(lang));
    for schema in publish::ALL {
        chapter(1, &format!("schemas/{}.md", schema.name), schemas::page(schema.name, schema.schema(), lang));
    }
    files.push(("src/SUMMARY.md".to_owned(), summary));
    files
}

/// Joins the lines of Chinese paragraphs: a page would show a blank for each line break.
fn joined(text: &str) -> String {
    let is_chinese = |c: Option<char>| c.is_some_and(|c| c >= '\u{2e80}');
    let mut joined = String::new();
    let mut in_code = false;
    for line in text.lines() {
        in_code ^= line.starts_with("```");
        let goes_on = is_chinese(joined.trim_end_matches('\n').chars().last()) && !joined.ends_with("\n\n");
        if goes_on && !in_code && is_chinese(line.trim_start().chars().next()) {
            joined.truncate(joined.trim_end().len());
            joined.push_str(line.trim_start());
        } else {
            joined.push_str(line);
        }
        joined.push('\n');
    }
    joined
}

/// A page whose title is its heading, and whose facts below the title are a list, with pointers and names as code.
fn with_list(page: &str) -> String {
    let (head, rest) = page.split_once("\n## ").map_or((page, ""), |(head, rest)| (head, rest));
    let mut parts = head.split("\n\n");
    let id = parts.next().unwrap().trim_start_matches("# ");
    let mut text = format!("# {}\n\n`{id}`\n", parts.next().unwrap_or_default());
    for line in parts.flat_map(str::lines).filter(|line| !line.is_empty()) {
        let Some((what, of)) = line.split_once('：').or_else(|| line.split_once(": ")) else { continue };
        let is_name =
            |word: &str| word.starts_with('/') || word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        let of = if of.split(' ').all(is_name) && !["error", "warning", "info"].contains(&of) {
            of.split(' ').map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ")
        } else {
            of.replace('*', "\\*")
        };
        let _ = write!(text, "\n- {what}: {of}");
    }
    format!("{text}\n\n## {rest}")
}

fn settings(lang: Lang) -> String {
    let (title, name) = (lang.pick("汇总", "Huizong"), lang.pick("zh", "en"));
    format!(
        "[book]\ntitle = \"{title}\"\nlanguage = \"{name}\"\nsrc = \"src\"\n\n[output.html]\nno-section-label = true\n\n\
         [output.html.fold]\nenable = true\n\n[output.html.print]\nenable = false\n"
    )
}

/// The help of every command.
pub fn commands(lang: Lang) -> String {
    let mut command = huizong::command(lang).term_width(100);
    command.build();
    let mut text = format!("\n```\n{}```\n", command.render_long_help());
    for subcommand in command.get_subcommands_mut().filter(|subcommand| subcommand.get_name() != "help") {
        let name = subcommand.get_name().to_owned();
        let help = subcommand.clone().term_width(100).render_long_help();
        let _ = write!(text, "\n### huizong {name}\n\n```\n{help}```\n");
    }
    // Help pads its lines; a file does not.
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n"
}

fn rule_index(lang: Lang) -> String {
    let mut text = format!(
        "# {}\n\n| {} | {} | {} |\n|---|---|---|\n",
        lang.pick("全部规则", "All rules"),
        lang.pick("规则", "Rule"),
        lang.pick("级别", "Severity"),
        lang.pick("含义", "Meaning")
    );
    for rule in RuleIndex::default().rules() {
        let (zh, en) = rule.title();
        let (id, grade) = (rule.id(), severity(rule.severity(), lang));
        let _ = writeln!(text, "| [`{id}`]({id}.md) | {grade} | {} |", lang.pick(zh, en));
    }
    text
}

/// The kinds of notices, by their ids.
fn notices() -> Vec<&'static NoticeKind> {
    let mut notices: Vec<_> = huizong_run::notices::all().collect();
    notices.sort_by_key(|kind| kind.id);
    notices
}

fn notice_index(lang: Lang) -> String {
    let about = lang.pick(
        "附注说的是程序自己的工作：什么没有读、没有检查，作了什么处理。表里的问题是发现，见规则。",
        "Notices are about the program's own work: what was not read or checked, what was done to it. What is wrong with forms is a finding; see the rules.",
    );
    let mut text = format!(
        "# {}\n\n{about}\n\n| {} | {} |\n|---|---|\n",
        lang.pick("附注", "Notices"),
        lang.pick("附注", "Notice"),
        lang.pick("含义", "Meaning")
    );
    for kind in notices() {
        let (zh, en) = kind.title();
        let _ = writeln!(text, "| [`{id}`]({id}.md) | {} |", lang.pick(zh, en), id = kind.id);
    }
    text
}
