//! `cargo xtask messages`: every Chinese text of the program with its place, to be read through as an office would.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Lists the texts in the order of their files.
pub(crate) fn messages(top: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    for krate in fs::read_dir(top.join("crates"))? {
        sources(&krate?.path().join("src"), &mut files)?;
    }
    files.sort();
    let mut list = String::new();
    for file in files {
        let text = fs::read_to_string(&file)?;
        // Tests come last in a file.
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let shown = file.strip_prefix(top).unwrap_or(&file).display();
        for (line, literal) in literals(text) {
            if literal.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
                let _ = writeln!(list, "{shown}:{line}: {}", literal.replace('\n', "\\n"));
            }
        }
    }
    Ok(list)
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            sources(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") && name != "tests.rs" {
            files.push(path);
        }
    }
    Ok(())
}

/// The string literals of a source, each with its line.
fn literals(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let (mut line, mut rest) = (1, text);
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            rest.find("\"'").map_or(1, |at| at + 2)
        } else if c == '"' {
            let (literal, length) = literal(&rest[1..]);
            found.push((line, literal));
            1 + length
        } else {
            c.len_utf8()
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    found
}

/// A literal after its opening mark, and how long it is with its closing one.
fn literal(text: &str) -> (String, usize) {
    let mut literal = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (literal, at + 1),
            '\\' => match chars.next() {
                Some((_, 'n')) => literal.push('\n'),
                Some((_, '\n')) => {
                    // A line that goes on begins at its first word.
                    while text[chars.offset()..].starts_with([' ', '\t']) {
                        chars.next();
                    }
                }
                Some((_, other)) => literal.push(other),
                None => {}
            },
            c => literal.push(c),
        }
    }
    (literal, text.len())
}
