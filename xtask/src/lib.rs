//! Generated files: published schemas, the index of the rules, the reference of the command.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use huizong_core::{Lang, rules};
use huizong_schema::publish;

/// Every generated file: its path from the top of the repository, and its content.
pub fn files() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> =
        publish::ALL.into_iter().map(|schema| (schema.path(), schema.text())).collect();
    files.push(("docs/rules/README.md".into(), rule_index()));
    files.push(("docs/command.md".into(), command_reference()));
    files
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default()
}

/// Writes them.
pub fn write() -> ExitCode {
    for (path, content) in files() {
        let path = top().join(path);
        let written =
            fs::create_dir_all(path.parent().unwrap_or(&path)).and_then(|()| fs::write(&path, content));
        if let Err(error) = written {
            say(&format!("{}: {error}\n", path.display()));
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// The paths of those that are not as they would be written.
pub fn stale() -> Vec<String> {
    let is_stale =
        |path: &str, content: &str| fs::read_to_string(top().join(path)).is_ok_and(|old| old != content);
    let missing = |path: &str| !top().join(path).exists();
    files()
        .into_iter()
        .filter(|(path, content)| missing(path) || is_stale(path, content))
        .map(|(path, _)| path)
        .collect()
}

/// Says something to the maintainer.
pub fn say(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Where the pages of the rules are, seen from their index.
const PAGES: &str = "../../crates/core/src/rules";

fn rule_index() -> String {
    let mut text = String::from(
        "# 规则 · Rules\n\n本页由 `cargo xtask gen` 生成。Written by `cargo xtask gen`.\n\n\
         | 规则 · Rule | 级别 · Severity | 含义 · Meaning |\n|---|---|---|\n",
    );
    for rule in rules::ALL {
        let title = rule.page.lines().nth(2).unwrap_or_default();
        let severity = rule.severity.as_str();
        let _ = writeln!(
            text,
            "| [`{id}`]({PAGES}/{folder}/page.md) | {severity} | {title} |",
            id = rule.id,
            folder = rule.id.replace('-', "_")
        );
    }
    text
}

fn command_reference() -> String {
    let mut text = String::from(
        "# The command · 命令\n\n本页由 `cargo xtask gen` 生成。Written by `cargo xtask gen`.\n",
    );
    for lang in [Lang::Zh, Lang::En] {
        let mut command = huizong::command(lang).term_width(100);
        command.build();
        let _ =
            write!(text, "\n## {}\n\n```\n{}```\n", lang.pick("中文", "English"), command.render_long_help());
        for subcommand in command.get_subcommands_mut() {
            if subcommand.get_name() == "help" {
                continue;
            }
            let name = subcommand.get_name().to_owned();
            let help = subcommand.clone().term_width(100).render_long_help();
            let _ = write!(text, "\n### huizong {name}\n\n```\n{help}```\n");
        }
    }
    // Help pads its lines; a file does not.
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    #[test]
    fn generated_files_are_fresh() {
        let stale = super::stale();
        assert!(stale.is_empty(), "stale: {stale:?}; run `cargo xtask gen` and commit the result");
    }
}
