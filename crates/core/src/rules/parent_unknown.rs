//! `parent-unknown`: a unit names a department above that nobody knows.

use huizong_schema::findings::{Arg, Args, Severity};
use huizong_schema::Scope;

use crate::rule::{Check, Rule, Skip};
use crate::set::{Set, SetHit, SetJudgement};

pub(super) static RULE: Rule = Rule {
    id: "parent-unknown",
    severity: Severity::Warning,
    reads: &["/department/level", "/department/parent", "/department/scope"],
    check: Check::Set(judge),
    ..Rule::RELATIONS
};

fn judge(set: &Set<'_, '_>) -> SetJudgement {
    // Where units alone report and no list says who is above them, any name may be right.
    let is_whole = |entry: &crate::set::Entry| entry.scope == Some(Scope::Consolidated);
    if set.keys.roster().is_none() && !set.entries.iter().any(is_whole) {
        return Err(Skip::NotAsked);
    }
    let hits = set.entries.iter().enumerate().filter_map(|(index, entry)| {
        let parent = entry.parent.as_deref()?;
        let is_known = |parent| {
            let listed = set.keys.roster().and_then(|roster| roster.meant_by(parent));
            listed.is_some() || set.keys.meant_by(parent).next().is_some()
        };
        // Another name of it is no matter where the roster says whose unit it is.
        let mut parents = set.keys.parents(index).peekable();
        if parents.peek().is_none() || parents.any(is_known) {
            return None;
        }
        let name = entry.name.clone().unwrap_or_default();
        let args = Args::from([
            ("department", Arg::Shown(name.clone())),
            ("parent", Arg::Text(parent.to_owned())),
        ]);
        let (documents, pointer) = (vec![index], "/department/parent".into());
        Some(SetHit { documents, department: Some(name), pointer, args, ..SetHit::default() })
    });
    Ok(hits.collect())
}
