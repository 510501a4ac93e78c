//! No public item that only tests use: the compiler reports unused items unless they are public.
//!
//! Uses are found by name, in every crate and plugin here. So an item is missed if a used one has its name; a method, if
//! any method with its name is called. Fields and variants are not looked at.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{ImplItem, Item, Type, UseTree, Visibility};

use super::code::{crates, is, is_cfg_test, is_mark, is_path, modules_for_tests, sources, tokens, top};

/// Items that nothing here uses, each with the reason why it is public all the same.
const ALLOWED: &[(&str, &str)] = &[
    ("Finding::as_severe_as", "for authors of plugins"),
    ("Findings::log", "for authors of plugins"),
    ("Rollup::of", "tests of the laws add up single documents"),
    ("published", "the schemas of the tables are generated from it"),
    ("With", "for the search for the cell to blame; tests hold it to its contract until then"),
    ("With::new", "as With"),
];

/// How often code has a name: `name`, `Type::name`, or `.name` for a call of a method.
#[derive(Default)]
struct Uses(BTreeMap<String, usize>);

impl Uses {
    fn of(&self, name: &str) -> usize {
        self.0.get(name).copied().unwrap_or_default()
    }

    fn add(&mut self, name: String) {
        *self.0.entry(name).or_default() += 1;
    }

    /// Counts the names in tokens. Those of an `impl` do not count as uses of its own type.
    fn count(&mut self, stream: TokenStream, own: Option<&str>) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => {
                    let is_attribute =
                        group.delimiter() == Delimiter::Bracket && at > 0 && is_mark(tokens.get(at - 1), '#');
                    if is_attribute {
                        self.count_attribute(group.stream());
                    } else {
                        self.count(group.stream(), own);
                    }
                }
                TokenTree::Ident(name) => self.count_name(&name.to_string(), &tokens, at, own),
                TokenTree::Literal(literal) => self.count_captures(&literal.to_string()),
                TokenTree::Punct(_) => {}
            }
        }
    }

    fn count_name(&mut self, name: &str, tokens: &[TokenTree], at: usize, own: Option<&str>) {
        let is_field =
            at > 0 && is_mark(tokens.get(at - 1), '.') && !(at > 1 && is_mark(tokens.get(at - 2), '.'));
        if is_field {
            let has_arguments = match tokens.get(at + 1) {
                Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
                _ => false,
            };
            if has_arguments || is_path(tokens, at + 1) {
                self.add(format!(".{name}"));
            }
            return;
        }
        if Some(name) != own {
            self.add(name.to_owned());
        }
        if at > 2 && is_path(tokens, at - 2) {
            let before = before_arguments(&tokens[..at - 2]);
            let owner = if before == "Self" { own.unwrap_or_default() } else { &before };
            self.add(format!("{owner}::{name}"));
        }
    }

    /// Counts the names in an attribute's texts, such as `with = "module::function"`.
    fn count_attribute(&mut self, stream: TokenStream) {
        if matches!(stream.clone().into_iter().next(), Some(token) if is(&token, "doc")) {
            return;
        }
        for token in stream {
            match token {
                TokenTree::Group(group) => self.count_attribute(group.stream()),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    if let Ok(path) = text.trim_matches('"').parse() {
                        self.count(path, None);
                    }
                }
                other => self.count(other.into(), None),
            }
        }
    }

    /// Counts the names that a text to be formatted captures, such as `{NAME}`.
    fn count_captures(&mut self, text: &str) {
        for part in text.split('{').skip(1) {
            let end = part.find(|next: char| !next.is_alphanumeric() && next != '_').unwrap_or(part.len());
            self.add(part[..end].to_owned());
        }
    }
}

/// The last name of a path, its arguments left out: `Type` of `Type` and of `Type::<u8>`.
fn before_arguments(tokens: &[TokenTree]) -> String {
    let mut end = tokens.len();
    if is_mark(tokens.last(), '>') {
        end = tokens.iter().rposition(|token| is_mark(Some(token), '<')).unwrap_or(0);
        end -= if end > 1 && is_path(tokens, end - 2) { 2 } else { 0 };
    }
    tokens[..end].last().map(ToString::to_string).unwrap_or_default()
}

/// A public item: its name as it is shown, the names by which it is used, and the item itself.
struct Public {
    shown: String,
    names: Vec<String>,
    item: TokenStream,
    owner: Option<String>,
}

/// Takes the public items of a file, and counts the names in it.
fn look_at(items: Vec<Item>, public: &mut Vec<Public>, uses: &mut Uses) {
    for item in items {
        if let Item::Mod(module) = item {
            look_at(module.content.map(|(_, items)| items).unwrap_or_default(), public, uses);
            continue;
        }
        let tokens = item.to_token_stream();
        let mut owner = None;
        let named = match &item {
            Item::Const(item) => Some((&item.vis, &item.ident)),
            Item::Enum(item) => Some((&item.vis, &item.ident)),
            Item::Fn(item) => Some((&item.vis, &item.sig.ident)),
            Item::Static(item) => Some((&item.vis, &item.ident)),
            Item::Struct(item) => Some((&item.vis, &item.ident)),
            Item::Trait(item) => Some((&item.vis, &item.ident)),
            Item::Type(item) => Some((&item.vis, &item.ident)),
            Item::Union(item) => Some((&item.vis, &item.ident)),
            Item::Use(item) if is_public(&item.vis) => {
                count_renamed(&item.tree, uses);
                continue;
            }
            Item::Impl(block) => {
                owner = type_name(&block.self_ty);
                let members =
                    block.items.iter().filter_map(|member| public_member(member, owner.as_deref()?));
                public.extend(members);
                None
            }
            _ => None,
        };
        if let Some((visibility, name)) = named
            && is_public(visibility)
        {
            let shown = name.to_string();
            public.push(Public { names: vec![shown.clone()], shown, item: tokens.clone(), owner: None });
        }
        uses.count(tokens, owner.as_deref());
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// A public function or constant of a type.
fn public_member(member: &ImplItem, owner: &str) -> Option<Public> {
    let (visibility, name, has_receiver) = match member {
        ImplItem::Fn(member) => (&member.vis, &member.sig.ident, member.sig.receiver().is_some()),
        ImplItem::Const(member) => (&member.vis, &member.ident, false),
        _ => return None,
    };
    let path = format!("{owner}::{name}");
    let call = has_receiver.then(|| format!(".{name}"));
    let names = call.into_iter().chain([path.clone()]).collect();
    let item = member.to_token_stream();
    is_public(visibility).then(|| Public { shown: path, names, item, owner: Some(owner.to_owned()) })
}

fn type_name(of: &Type) -> Option<String> {
    match of {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}

/// A re-export is no use, but code may use the new name of an item.
fn count_renamed(tree: &UseTree, uses: &mut Uses) {
    match tree {
        UseTree::Path(path) => count_renamed(&path.tree, uses),
        UseTree::Group(group) => group.items.iter().for_each(|tree| count_renamed(tree, uses)),
        UseTree::Rename(renamed) => uses.add(renamed.ident.to_string()),
        _ => {}
    }
}

/// The public items that no file uses: each file its path and its tokens, without what is for tests.
fn unused(files: Vec<(String, Vec<TokenTree>)>) -> Vec<String> {
    let mut public = Vec::new();
    let mut uses = Uses::default();
    for (path, tokens) in files {
        let file: syn::File =
            syn::parse2(without_marks(tokens)).unwrap_or_else(|error| panic!("{path}: {error}"));
        look_at(file.items, &mut public, &mut uses);
    }
    let is_unused = |public: &Public| {
        let mut own = Uses::default();
        own.count(public.item.clone(), public.owner.as_deref());
        public.names.iter().all(|name| uses.of(name) <= own.of(name))
    };
    let mut unused: Vec<String> = public.into_iter().filter(is_unused).map(|item| item.shown).collect();
    unused.sort();
    unused
}

/// Takes out each `#[cfg(test)]`, whose item is taken out already.
fn without_marks(tokens: Vec<TokenTree>) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        if is_mark(kept.last(), '#') && is_cfg_test(&token) {
            kept.pop();
        } else if let TokenTree::Group(group) = &token {
            let inner = without_marks(group.stream().into_iter().collect());
            kept.push(proc_macro2::Group::new(group.delimiter(), inner).into());
        } else {
            kept.push(token);
        }
    }
    kept.into_iter().collect()
}

/// The files of a crate and its examples, without those that are compiled for tests alone.
fn files_of(folder: &Path) -> Vec<(String, Vec<TokenTree>)> {
    let read = |folder: &Path| {
        let texts = sources(folder).into_iter();
        texts.map(|(path, text)| (path.clone(), tokens(&text, &path))).collect::<Vec<_>>()
    };
    let mut files = read(folder);
    let for_tests: Vec<String> =
        files.iter().flat_map(|(path, tokens)| modules_for_tests(path, tokens)).collect();
    let is_below = |path: &str, module: &str| {
        path.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    };
    files.retain(|(path, _)| !for_tests.iter().any(|module| is_below(path, module)));
    let examples = folder.with_file_name("examples");
    if examples.is_dir() {
        files.extend(read(&examples));
    }
    files
}

#[test]
fn every_public_item_is_used() {
    let mut files: Vec<_> = crates().iter().flat_map(|(_, folder)| files_of(folder)).collect();
    // The plugin that `huizong plugin new` writes is the SDK's first user.
    let template = "crates/cli/src/commands/plugin/template/rust/lib.rs.in";
    files.push((template.to_owned(), tokens(&fs::read_to_string(top().join(template)).unwrap(), template)));
    let unused = unused(files);
    let (allowed, unused): (Vec<_>, Vec<_>) =
        unused.iter().partition(|item| ALLOWED.iter().any(|(allowed, _)| allowed == item));
    assert!(unused.is_empty(), "only tests use, so remove or add to the list ALLOWED: {unused:?}");
    let stale: Vec<&str> = ALLOWED
        .iter()
        .map(|(item, _)| *item)
        .filter(|item| !allowed.iter().any(|used| used == item))
        .collect();
    assert!(stale.is_empty(), "used or gone, so take off the list ALLOWED: {stale:?}");
}

#[test]
fn an_unused_item_is_found_and_a_used_one_is_not() {
    let found = |text: &str| unused(vec![("lib.rs".to_owned(), tokens(text, "lib.rs"))]);
    for (item, text) in [
        ("f", "pub fn f() { f() }"),
        ("f", "mod m { pub fn f() {} } pub use m::f;"),
        ("f", "pub fn f() {} #[cfg(test)] mod tests { fn t() { super::f() } }"),
        ("f", "/// See `f`.\npub fn f() {}"),
        ("C", "pub const C: u8 = 1;"),
        (
            "S",
            "#[derive(Clone)] pub struct S; impl S { fn new() -> S { S } } impl Drop for S { fn drop(&mut self) {} }",
        ),
        ("S::new", "pub struct S; impl S { pub fn new() -> Self { Self } } fn f(_: S) { T::new(); }"),
        ("S::get", "pub struct S; impl<'a> S { pub fn get(&self) {} } fn f(s: S) { s.get = 1; get() }"),
        ("S::C", "pub struct S; impl S { pub const C: u8 = 1; } fn f(_: S) { C }"),
    ] {
        assert_eq!(found(text), [item], "{text}");
    }
    for text in [
        "fn f() {} pub(crate) fn g() {}",
        "pub fn f() {} fn g() { f() }",
        "pub fn f() {} fn g() { println!(\"{}\", f()) }",
        "pub fn f() {} #[serde(default = \"f\")] struct S;",
        "pub const C: u8 = 1; fn f() { println!(\"{C}\") }",
        "mod m { pub fn f() {} } pub use m::f as g; fn h() { g() }",
        "pub struct S; impl S { pub fn new() -> Self { Self } } fn f() { S::new(); }",
        "pub struct S<T>(T); impl<T> S<T> { pub fn new() {} } fn f() { S::<u8>::new() }",
        "pub struct S; impl S { pub fn new() -> Self { Self } pub fn other() { Self::new(); } } fn f() { S::other() }",
        "pub struct S; impl S { pub fn get(&self) {} } fn f(s: S) { s.get() }",
        "pub struct S; impl S { pub fn get(&self) {} } fn f(s: S) { s.map(S::get) }",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}
