//! Reads the sources of the workspace's crates as tokens.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The root of the workspace.
pub(super) fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Every crate under `crates` and `plugins` that has Rust sources: its folder's name, and its `src`.
pub(super) fn crates() -> Vec<(String, PathBuf)> {
    let folders = ["crates", "plugins", "integrations"]
        .into_iter()
        .flat_map(|group| fs::read_dir(top().join(group)).unwrap());
    let named = folders.map(|entry| entry.unwrap());
    let mut crates: Vec<(String, PathBuf)> = named
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path().join("src")))
        .filter(|(_, sources)| sources.is_dir())
        .collect();
    crates.sort();
    crates
}

/// The sources of a crate, with their paths below `src`.
pub(super) fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut sources = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let below = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                sources.push((below, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    sources.sort();
    sources
}

/// A file's tokens without code that is compiled for tests only.
pub(super) fn tokens(text: &str, path: &str) -> Vec<TokenTree> {
    let stream: TokenStream = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
    without_tests(stream)
}

/// Removes items under `#[cfg(test)]`, except `mod tests;`, whose file is left out as a whole.
fn without_tests(stream: TokenStream) -> Vec<TokenTree> {
    let mut kept = Vec::new();
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_attribute = is_mark(Some(&token), '#');
        if is_attribute && tokens.peek().is_some_and(is_cfg_test) {
            kept.extend([token, tokens.next().unwrap()]);
            let item: Vec<TokenTree> = take_item(&mut tokens);
            let is_file = item.len() == 3 && is(&item[0], "mod") && is_mark(item.last(), ';');
            kept.extend(item.into_iter().filter(|_| is_file));
        } else if let TokenTree::Group(group) = &token {
            let inner = without_tests(group.stream()).into_iter().collect();
            kept.push(proc_macro2::Group::new(group.delimiter(), inner).into());
        } else {
            kept.push(token);
        }
    }
    kept
}

/// Whether a token is the bracket of `#[cfg(test)]`.
pub(super) fn is_cfg_test(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.to_string().replace(' ', "") == "[cfg(test)]")
}

/// The tokens up to the end of an item: its semicolon or its block.
fn take_item(tokens: &mut impl Iterator<Item = TokenTree>) -> Vec<TokenTree> {
    let mut item = Vec::new();
    for token in tokens {
        let is_end = match &token {
            TokenTree::Punct(mark) => mark.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        item.push(token);
        if is_end {
            break;
        }
    }
    item
}

/// The files, without extension, of modules that are compiled for tests only.
pub(super) fn modules_for_tests(path: &str, tokens: &[TokenTree]) -> Vec<String> {
    let folder = match path.strip_suffix("/mod.rs").or_else(|| path.strip_suffix(".rs")).unwrap_or(path) {
        "lib" | "main" => String::new(),
        folder => format!("{folder}/"),
    };
    let named = tokens.windows(3).filter(|window| is_cfg_test(&window[0]) && is(&window[1], "mod"));
    named.map(|window| format!("{folder}{}", window[2])).collect()
}

pub(super) fn is(token: &TokenTree, text: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == text)
}

pub(super) fn is_mark(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

/// Whether there is a `::` at an index.
pub(super) fn is_path(tokens: &[TokenTree], at: usize) -> bool {
    is_mark(tokens.get(at), ':') && is_mark(tokens.get(at + 1), ':')
}
