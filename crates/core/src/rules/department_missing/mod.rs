//! `department-missing`: a department of the roster has not reported.

use huizong_schema::findings::{Arg, Args, Severity};

use crate::message::Template;
use crate::outcome::Skip;
use crate::rule::{Check, Rule};
use crate::set::{Set, SetHit, SetJudgement};

pub(super) static RULE: Rule = Rule {
    id: "department-missing",
    messages: &[
        Template::new(
            "“{department}”在应报名单上，还没有收到它的表。请催报。",
            "\"{department}\" is on the roster, and no form of it has come.",
        ),
        Template::variant(
            "due",
            "“{department}”在应报名单上，应于 {due} 前报送，还没有收到它的表。请催报。",
            "\"{department}\" is on the roster and was due on {due}; no form of it has come.",
        ),
    ],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &["/department/code", "/department/name", "/department/scope"],
    check: Check::Set(judge),
    ..Rule::RELATIONS
};

fn judge(set: &Set<'_, '_>) -> SetJudgement {
    let roster = set.departments.roster().ok_or(Skip::NotAsked)?;
    let hits = set.departments.missing().map(|row| {
        let listed = &roster.rows()[row];
        let mut args = Args::from([("department", Arg::Text(listed.name.clone()))]);
        let mut variant = "";
        if let Some(due) = listed.due {
            args.insert("due", Arg::Text(due.to_string()));
            variant = "due";
        }
        if let Some(code) = &listed.code {
            args.insert("code", Arg::Shown(code.clone()));
        }
        SetHit {
            department: Some(listed.name.clone()),
            variant,
            pointer: "/department".into(),
            args,
            ..SetHit::default()
        }
    });
    Ok(hits.collect())
}
