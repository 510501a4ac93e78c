//! `parent-unknown`: a unit names a parent department that is in no list or form.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;

use huizong_schema::findings::{Arg, Args, Severity};
use huizong_schema::{Level, Scope};

use crate::entry::Entry;
use crate::message::Template;
use crate::outcome::Skip;
use crate::rule::{Check, Rule};
use crate::set::{Set, SetHit, SetJudgement};
use huizong_schema::normalise_name;

pub(super) static RULE: Rule = Rule {
    id: "parent-unknown",
    messages: &[
        Template::new(
            "“{department}”写的主管部门“{parent}”既不在名单上，也没有报送自评表。如果它是某部门的另一种叫法，这个单位可能已含在那个部门的汇总表里，会重复计算。请核对主管部门的名称；是别的叫法的，请写进名单的“别名”一列。",
            "\"{department}\" names \"{parent}\" as the department above it, which is neither on the roster nor among those who reported. If it is another name of one that sent a consolidated form, this unit may be counted twice.",
        ),
        Template::variant(
            "roster",
            "名单上“{department}”的主管部门写的是“{parent}”，而它既不在名单上，也没有报送自评表。如果它是某部门的另一种叫法，这个单位可能已含在那个部门的汇总表里，会重复计算。请核对主管部门的名称；是别的叫法的，请写进名单的“别名”一列。",
            "The roster has \"{parent}\" above \"{department}\", which is neither on the roster itself nor among those who reported. If it is another name of one that sent a consolidated form, this unit may be counted twice.",
        ),
    ],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &[
        "/department/code",
        "/department/level",
        "/department/name",
        "/department/parent",
        "/department/scope",
    ],
    check: Check::Set(judge),
    ..Rule::RELATIONS
};

/// The normalised codes and names of all who sent a document.
fn all_names<'e>(set: &Set<'_, 'e>) -> BTreeSet<Cow<'e, str>> {
    let of = |entry: &'e Entry| {
        let name = entry.name.as_deref().map(normalise_name);
        name.into_iter().chain(entry.code.as_deref().map(normalise_name))
    };
    set.entries.iter().flat_map(of).collect()
}

fn judge(set: &Set<'_, '_>) -> SetJudgement {
    // If only units report and there is no roster, any parent may be right.
    let is_whole = |entry: &Entry| entry.scope == Some(Scope::Consolidated);
    if set.departments.roster().is_none() && !set.entries.iter().any(is_whole) {
        return Err(Skip::NotAsked);
    }
    let names = OnceCell::new();
    let hits = (0..set.entries.len()).filter(|&index| set.counts(index)).filter_map(|index| {
        if set.departments.on_roster(index).is_some_and(|listed| listed.level == Some(Level::Department)) {
            return None;
        }
        // A name that several departments share is known too.
        let is_known = |parent: &str| {
            let listed = set.departments.roster().is_some_and(|roster| roster.knows(parent));
            listed || names.get_or_init(|| all_names(set)).contains(&normalise_name(parent))
        };
        let mut parents = set.departments.parents(index).peekable();
        let first = *parents.peek()?;
        // An unknown name does not matter if the roster or the document also gives a known one.
        if parents.any(is_known) {
            return None;
        }
        let entry = &set.entries[index];
        let name = entry.department_name();
        let args =
            Args::from([("department", Arg::Shown(name.clone())), ("parent", Arg::Text(first.to_owned()))]);
        let (variant, pointer) = if entry.parent().is_some() {
            ("", "/department/parent")
        } else {
            ("roster", "/department/name")
        };
        let (documents, pointer) = (vec![index], pointer.into());
        Some(SetHit { documents, department: Some(name), variant, pointer, args, ..SetHit::default() })
    });
    Ok(hits.collect())
}
