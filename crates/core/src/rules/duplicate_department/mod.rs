//! `duplicate-department`: a department sent different documents. None counts until the settings accept one.

use huizong_schema::findings::{Arg, Args, Severity};

use crate::entry::SUPERSEDED;
use crate::message::Template;
use crate::rule::{Check, Exclusion, Rule};
use crate::set::{Set, SetHit};
use crate::state::State;

pub(super) static RULE: Rule = Rule {
    id: "duplicate-department",
    messages: &[
        Template::new(
            "“{department}”报来 {count} 份内容不同的表（{documents}），均未计入汇总。请确认以哪一份为准。",
            "{count} differing documents are from \"{department}\", and none is counted: {documents}. Say which of them stands.",
        ),
        Template::variant(
            "accepted",
            "“{department}”报来 {count} 份内容不同的表，按设置以 {accepted} 为准。",
            "{count} differing documents are from \"{department}\"; as the settings say, {accepted} is the one used.",
        ),
        Template::variant(
            "named-before",
            "“{department}”报来 {count} 份内容不同的表，按设置以 {accepted} 为准，修改稿 {corrected} 没有计入。要以修改稿为准，请用 huizong accept 写明。",
            "{count} differing documents are from \"{department}\"; as the settings name {accepted}, the corrected {corrected} does not count. If it should, name it with huizong accept.",
        ),
    ],
    page: include_str!("page.md"),
    reads: &["/department/code", "/department/name"],
    excludes: Some(Exclusion { precedence: 7, state: State::Duplicate }),
    check: Check::Set(|set| Ok(judge(set))),
    ..Rule::RELATIONS
};

/// The documents by name.
fn named(set: &Set<'_, '_>, documents: &[usize]) -> String {
    documents.iter().map(|&index| &*set.entries[index].document).collect::<Vec<_>>().join("、")
}

fn judge(set: &Set<'_, '_>) -> Vec<SetHit> {
    let mut hits = Vec::new();
    for documents in set.repeated() {
        let ids: Vec<&str> = documents.iter().map(|&index| &*set.entries[index].document).collect();
        let name = set.entries[documents[0]].department_name();
        let mut args = Args::from([
            ("department", Arg::Shown(name.clone())),
            ("count", Arg::Count(documents.len() as u64)),
            ("documents", Arg::Document(named(set, &documents))),
        ]);
        let department = Some(name);
        let pointer = "/department".into();
        let hit = if let Some(accepted) = set.accept.of(&ids).map(|at| documents[at]) {
            args.insert("accepted", Arg::Document(set.entries[accepted].document.to_string()));
            let excluded: Vec<usize> = documents.iter().copied().filter(|&i| i != accepted).collect();
            // What was named earlier may be older than what came into the folder for corrected forms since.
            let corrected =
                excluded.iter().find(|&&i| set.accept.is_only_corrected(&set.entries[i].document));
            let (variant, severity) = match corrected {
                Some(&i) => {
                    args.insert("corrected", Arg::Document(set.entries[i].document.to_string()));
                    ("named-before", Severity::Warning)
                }
                None => ("accepted", Severity::Info),
            };
            SetHit {
                documents,
                excluded,
                reason: Some(SUPERSEDED),
                department,
                pointer,
                args,
                variant,
                severity: Some(severity),
            }
        } else {
            SetHit { excluded: documents.clone(), documents, department, pointer, args, ..SetHit::default() }
        };
        hits.push(hit);
    }
    hits
}
