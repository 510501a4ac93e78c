//! Tests that the top-level modules of a crate have no circular dependencies, so that one module can be read
//! alone.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test says what went wrong by panicking, and lists what it found"
)]

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::code::{crates, is, is_mark, is_path, modules_for_tests, sources, tokens};

/// Crates that still have a circle. A crate that no longer has one must be removed from this list.
const KNOWN: &[&str] = &[];

/// The name of the crate's root, which counts as a module: the code in `lib.rs` itself.
const ROOT: &str = "lib.rs";

/// For each top-level module, the other modules that it uses, each with the first file that does.
type Uses = BTreeMap<String, BTreeMap<String, String>>;

/// Finds the uses between a crate's top-level modules in its sources: paths below `src`, with their texts.
fn uses_of(sources: &[(&str, &str)]) -> Uses {
    let parsed: Vec<(&str, Vec<TokenTree>)> =
        sources.iter().map(|(path, text)| (*path, tokens(text, path))).collect();
    let modules: BTreeSet<String> = parsed.iter().filter_map(|(path, _)| top_module(path)).collect();
    let test_files: Vec<String> =
        parsed.iter().flat_map(|(path, tokens)| modules_for_tests(path, tokens)).collect();
    let is_root = |path: &str| matches!(path, "lib.rs" | "main.rs");
    let mut names = BTreeMap::new();
    for (_, tokens) in parsed.iter().filter(|(path, _)| is_root(path)) {
        names.extend(names_at_root(tokens, &modules));
    }
    let mut uses = Uses::new();
    for (path, tokens) in &parsed {
        let below =
            |folder: &String| *path == format!("{folder}.rs") || path.starts_with(&format!("{folder}/"));
        if test_files.iter().any(below) {
            continue;
        }
        let from = top_module(path).unwrap_or_else(|| ROOT.to_owned());
        let mut found = BTreeSet::new();
        if is_root(path) {
            of_root(tokens, &modules, &mut found);
        } else {
            of_module(tokens, depth(path), &mut found);
        }
        for name in found {
            let to = if modules.contains(&name) { Some(&name) } else { names.get(&name) };
            // A name that is neither a module nor re-exported is defined in the root.
            let to = to.cloned().unwrap_or_else(|| ROOT.to_owned());
            if to != from {
                uses.entry(from.clone()).or_default().entry(to).or_insert_with(|| (*path).to_owned());
            }
        }
    }
    uses
}

/// The top-level module to which a file belongs.
fn top_module(path: &str) -> Option<String> {
    let first = path.split('/').next()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    (!matches!(name, "lib" | "main" | "bin")).then(|| name.to_owned())
}

/// The module depth of a file: 1 for a top-level module.
fn depth(path: &str) -> usize {
    path.trim_end_matches("/mod.rs").split('/').count()
}

/// The names that a path refers to in the crate's root; `at` is the index after its `::`.
fn first_names(tokens: &[TokenTree], at: usize, found: &mut BTreeSet<String>) {
    match tokens.get(at) {
        Some(TokenTree::Ident(name)) => {
            found.insert(name.to_string());
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            for path in branches(group.stream()) {
                found.extend(path.first().map(ToString::to_string));
            }
        }
        _ => {}
    }
}

/// The parts of `{a, b::c}` between commas.
fn branches(stream: TokenStream) -> Vec<Vec<TokenTree>> {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    tokens
        .split(|token| is_mark(Some(token), ','))
        .map(<[TokenTree]>::to_vec)
        .filter(|path| !path.is_empty())
        .collect()
}

/// The names in the crate's root that a module's code uses: after `crate::`, or after as many `super::` as it
/// is deep.
fn of_module(tokens: &[TokenTree], depth: usize, found: &mut BTreeSet<String>) {
    for (at, token) in tokens.iter().enumerate() {
        if is(token, "crate") && is_path(tokens, at + 1) {
            first_names(tokens, at + 3, found);
        }
        let begins = is(token, "super") && !(at >= 3 && is(&tokens[at - 3], "super"));
        if begins {
            // Two colons are between one `super` and the next.
            let supers = tokens[at..].iter().step_by(3).take_while(|token| is(token, "super")).count();
            if supers == depth {
                first_names(tokens, at + 3 * supers, found);
            }
        }
        if let TokenTree::Group(group) = token {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let is_module = at >= 2 && group.delimiter() == Delimiter::Brace && is(&tokens[at - 2], "mod");
            of_module(&inner, depth + usize::from(is_module), found);
        }
    }
}

/// The modules that the root's own code uses. Re-exports do not count.
fn of_root(tokens: &[TokenTree], modules: &BTreeSet<String>, found: &mut BTreeSet<String>) {
    let mut at = 0;
    while at < tokens.len() {
        if is(&tokens[at], "use") {
            let is_public = at >= 1 && (is(&tokens[at - 1], "pub") || is_restricted(&tokens[..at]));
            let end = (at..tokens.len()).find(|at| is_mark(tokens.get(*at), ';')).unwrap_or(tokens.len());
            if !is_public {
                for (_, path) in paths(&tokens[at + 1..end]) {
                    found.extend(
                        path.into_iter().find(|name| !is_prefix(name)).filter(|name| modules.contains(name)),
                    );
                }
            }
            at = end;
        } else if let TokenTree::Group(group) = &tokens[at] {
            of_root(&group.stream().into_iter().collect::<Vec<_>>(), modules, found);
        } else if let TokenTree::Ident(name) = &tokens[at] {
            let name = name.to_string();
            let is_inner = at >= 2 && is_path(tokens, at - 2) && !is(&tokens[at.saturating_sub(3)], "crate");
            if modules.contains(&name) && is_path(tokens, at + 1) && !is_inner {
                found.insert(name);
            }
        }
        at += 1;
    }
}

/// Whether tokens end in `pub(crate)` or the like.
fn is_restricted(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [.., visible, TokenTree::Group(_)] if is(visible, "pub"))
}

fn is_prefix(name: &str) -> bool {
    matches!(name, "crate" | "self")
}

/// The names that the root imports from a module, by `pub use module::{a, b as c}` or privately; modules see
/// both.
fn names_at_root(tokens: &[TokenTree], modules: &BTreeSet<String>) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (at, _) in tokens.iter().enumerate().filter(|(_, token)| is(token, "use")) {
        let end = (at..tokens.len()).find(|at| is_mark(tokens.get(*at), ';')).unwrap_or(tokens.len());
        for (name, path) in paths(&tokens[at + 1..end]) {
            let module =
                path.into_iter().find(|name| !is_prefix(name)).filter(|module| modules.contains(module));
            names.extend(module.map(|module| (name, module)));
        }
    }
    names
}

/// The paths of a `use`, each with the name that it introduces.
fn paths(tokens: &[TokenTree]) -> Vec<(String, Vec<String>)> {
    let mut path = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(ident) if ident == "as" => {
                let name = tokens.get(at + 1).map(ToString::to_string).unwrap_or_default();
                return vec![(name, path)];
            }
            TokenTree::Ident(ident) => path.push(ident.to_string()),
            TokenTree::Group(group) => {
                let inner = branches(group.stream()).into_iter().flat_map(|branch| paths(&branch));
                return inner
                    .map(|(name, rest)| {
                        let name = if name == "self" { path.last().cloned().unwrap_or(name) } else { name };
                        (name, path.iter().cloned().chain(rest).collect())
                    })
                    .collect();
            }
            _ => {}
        }
    }
    path.last().cloned().map(|name| (name, path)).into_iter().collect()
}

/// Finds a circle of modules, which begins and ends with the same one.
fn circle(uses: &Uses) -> Option<Vec<String>> {
    fn visit(
        uses: &Uses,
        at: &str,
        trail: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> Option<Vec<String>> {
        if let Some(from) = trail.iter().position(|module| module == at) {
            return Some(trail[from..].iter().cloned().chain([at.to_owned()]).collect());
        }
        if done.contains(at) {
            return None;
        }
        trail.push(at.to_owned());
        let next = uses.get(at).into_iter().flat_map(BTreeMap::keys);
        let found = next.into_iter().find_map(|to| visit(uses, to, trail, done));
        trail.pop();
        done.insert(at.to_owned());
        found
    }
    let mut done = BTreeSet::new();
    uses.keys().find_map(|module| visit(uses, module, &mut Vec::new(), &mut done))
}

/// Describes a circle: each step with the file that causes it.
fn shown(circle: &[String], uses: &Uses) -> String {
    let steps =
        circle.windows(2).map(|step| format!("{} uses {} in {}", step[0], step[1], uses[&step[0]][&step[1]]));
    steps.collect::<Vec<_>>().join(", ")
}

#[test]
fn modules_of_a_crate_make_no_circle() {
    let mut wrong = Vec::new();
    for (name, folder) in crates() {
        let sources = sources(&folder);
        let sources: Vec<(&str, &str)> = sources.iter().map(|(path, text)| (&**path, &**text)).collect();
        let uses = uses_of(&sources);
        let found = circle(&uses);
        match &found {
            Some(circle) => println!("{name}: {}", shown(circle, &uses)),
            None => println!("{name}: no circle"),
        }
        match (found, KNOWN.contains(&&*name)) {
            (Some(circle), false) => wrong.push(format!("{name}: {}", shown(&circle, &uses))),
            (None, true) => wrong.push(format!("{name} has no circle any more: take it off the list KNOWN")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_circle_is_found_and_a_chain_is_not() {
    let found = |sources: &[(&str, &str)]| {
        let uses = uses_of(sources);
        circle(&uses).map(|circle| shown(&circle, &uses))
    };
    let chain =
        [("lib.rs", "mod a; mod b; pub use b::B;"), ("a.rs", "use crate::b::B;"), ("b.rs", "pub struct B;")];
    assert_eq!(found(&chain), None);
    // Every way to write a path.
    for back in [
        "use crate::a::A;",
        "use crate::{a::A, c};",
        "pub(crate) use crate::{c, a};",
        "fn f() { let x = crate::a::new(); }",
        "fn f() { println!(\"{}\", crate::a::new()); }",
        "use super::a::A;",
        "mod inner { use super::super::a::A; }",
        "use crate::A;",
        "use crate::Renamed;",
        "use crate::deep;",
    ] {
        let root = "mod a; mod b; mod c; pub use a::{A, Other as Renamed, inner::{self as deep}};";
        let sources = [("lib.rs", root), ("a.rs", "use crate::b::B;"), ("b.rs", back), ("c.rs", "")];
        assert_eq!(found(&sources).as_deref(), Some("a uses b in a.rs, b uses a in b.rs"), "{back}");
    }
    let deep = [
        ("lib.rs", "mod a; mod b;"),
        ("a/inner.rs", "use super::super::b;"),
        ("a/mod.rs", ""),
        ("b.rs", "use super::a;"),
    ];
    assert_eq!(found(&deep).as_deref(), Some("a uses b in a/inner.rs, b uses a in b.rs"));
    // Code in the root counts as a module.
    let root = [("lib.rs", "mod a; pub fn f() { a::g() }"), ("a.rs", "pub fn g() { crate::f() }")];
    assert_eq!(found(&root).as_deref(), Some("a uses lib.rs in a.rs, lib.rs uses a in lib.rs"));
}

#[test]
fn uses_in_tests_or_within_a_module_do_not_count() {
    for back in [
        "#[cfg(test)] mod tests { use crate::a; }",
        "#[cfg(test)] use crate::a;",
        "#[cfg(test)] #[allow(dead_code)] fn f() -> crate::a::A { crate::a::new() }",
        "// use crate::a;",
        "/// See `crate::a`.\nfn f() { \"crate::a\"; }",
        "use crate::b::other; mod inner { use super::a; }",
        "#[cfg(test)] mod tests;",
    ] {
        let sources = [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "use crate::b;"),
            ("b.rs", back),
            ("b/tests.rs", "use crate::a;"),
        ];
        let sources = if back.contains("tests;") { &sources[..] } else { &sources[..3] };
        assert_eq!(circle(&uses_of(sources)), None, "{back}");
    }
}
