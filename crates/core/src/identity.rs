//! The identity of a department: its code, else its normalised name; and keys that stay the same when lines move.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;

use huizong_schema::findings::{Arg, Args};
use huizong_schema::{Draft, Pointer, normalise_name};
use sha2::{Digest, Sha256};

/// A department's own key: its code, else its normalised name.
pub fn department_key(draft: &Draft<'_>) -> Option<String> {
    let department = draft.department.as_ref()?;
    match (&department.code, &department.name) {
        (Some(code), _) => Some(format!("code:{}", &**code)),
        (None, Some(name)) => Some(format!("name:{}", normalise_name(name))),
        (None, None) => None,
    }
}

/// The common part of the fingerprints of one document's findings.
pub(crate) struct Fingerprints<'d> {
    draft: &'d Draft<'d>,
    /// The department's key and the year.
    of: (String, String),
    /// The names of each list's items, computed for the first finding in the list.
    names: RefCell<BTreeMap<Pointer, Vec<Option<String>>>>,
}

impl<'d> Fingerprints<'d> {
    pub(crate) fn new(draft: &'d Draft<'d>) -> Self {
        let key = department_key(draft).unwrap_or_default();
        let year = draft.fiscal_year.map(|year| year.to_string()).unwrap_or_default();
        Self { draft, of: (key, year), names: RefCell::default() }
    }

    /// 32 hexadecimal digits over rule, department, year, path (items by name) and arguments: no file, no line.
    pub(crate) fn of(&self, rule: &str, pointer: &Pointer, args: &Args) -> String {
        digest(&[rule, &self.of.0, &self.of.1, &self.stable_path(pointer)], args)
    }

    /// The pointer with a list's items by name instead of index; items of the same name are numbered in order.
    fn stable_path(&self, pointer: &Pointer) -> String {
        let mut path = String::new();
        let mut at = Pointer::root();
        for token in pointer.tokens() {
            let name = token.parse().ok().and_then(|index: usize| self.name(&at, index));
            path.push('/');
            path.push_str(name.as_deref().unwrap_or(&token));
            at = at.member(&token);
        }
        path
    }

    fn name(&self, list: &Pointer, index: usize) -> Option<String> {
        let mut names = self.names.borrow_mut();
        let names = names.entry(list.clone()).or_insert_with(|| names_of(self.draft, list));
        names.get(index)?.clone()
    }
}

/// The normalised names of a list's items; repeated names are numbered from the second on.
fn names_of(draft: &Draft<'_>, list: &Pointer) -> Vec<Option<String>> {
    let tokens: Vec<_> = list.tokens().collect();
    let tokens: Vec<&str> = tokens.iter().map(|token| &**token).collect();
    let names: Vec<Option<&str>> = match tokens[..] {
        ["tasks"] => draft.tasks.iter().map(|task| task.name.as_deref()).collect(),
        ["key_projects"] => draft.key_projects.iter().map(|project| project.name.as_deref()).collect(),
        ["tasks", task, "indicators"] => {
            let task = task.parse().ok().and_then(|task: usize| draft.tasks.get(task));
            task.iter().flat_map(|task| &task.indicators).map(|indicator| indicator.name.as_deref()).collect()
        }
        ["scorecard", "indicators"] => {
            let rows = draft.scorecard.iter().flat_map(|card| &card.indicators);
            rows.map(|indicator| indicator.name.as_deref()).collect()
        }
        _ => Vec::new(),
    };
    let mut seen: BTreeMap<Cow<'_, str>, usize> = BTreeMap::new();
    let names = names.into_iter().map(|name| {
        let name = normalise_name(name?);
        let before = seen.entry(name.clone()).or_default();
        *before += 1;
        Some(if *before == 1 { name.into_owned() } else { format!("{name}~{}", *before - 1) })
    });
    names.collect()
}

/// 32 hexadecimal digits over parts and arguments, except arguments that change when files or lines move.
pub(crate) fn digest(parts: &[&str], args: &Args) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let lasting: Vec<_> = args
        .iter()
        .filter(|(_, arg)| !matches!(arg, Arg::Document(_) | Arg::Shown(_) | Arg::Position(_)))
        .collect();
    hash.update(serde_json::to_vec(&lasting).expect("arguments are plain values"));
    let mut text = String::with_capacity(32);
    for byte in &hash.finalize()[..16] {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_items_so_that_order_does_not_matter() {
        let draft: Draft<'_> = serde_json::from_str(
            r#"{"tasks": [{"name": "甲"}, {"name": "甲", "indicators": [{"name": "丙"}]}],
                "scorecard": {"indicators": [{}, {"name": "丁"}]}, "key_projects": [{"name": "戊"}]}"#,
        )
        .unwrap();
        let fingerprints = Fingerprints::new(&draft);
        let path = |pointer: &str| fingerprints.stable_path(&Pointer::parse(pointer));
        assert_eq!(path("/tasks/0/funds"), "/tasks/甲/funds");
        assert_eq!(path("/tasks/1/indicators/0/result"), "/tasks/甲~1/indicators/丙/result");
        assert_eq!(path("/scorecard/indicators/1/score"), "/scorecard/indicators/丁/score");
        assert_eq!(path("/scorecard/indicators/0/score"), "/scorecard/indicators/0/score");
        assert_eq!(path("/key_projects/0/funds_used"), "/key_projects/戊/funds_used");
        assert_eq!(path("/tasks/9/indicators/0"), "/tasks/9/indicators/0");
    }
}
