//! `department-unknown`: a document came from a department that is not on the roster.

use huizong_schema::findings::{Arg, Args, Severity};

use crate::message::Template;
use crate::outcome::Skip;
use crate::rule::{Check, Rule};
use crate::set::{Set, SetHit, SetJudgement};

pub(super) static RULE: Rule = Rule {
    id: "department-unknown",
    messages: &[Template::new(
        "“{department}”不在应报名单上。请核对名称和编码，或把它加入名单（曾用名、简称写在“别名”一列）。",
        "\"{department}\" is not on the roster. Check its name and code, or add it (other names go into the column aliases).",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &["/department/code", "/department/name", "/department/parent"],
    check: Check::Set(judge),
    ..Rule::RELATIONS
};

fn judge(set: &Set<'_, '_>) -> SetJudgement {
    if set.departments.roster().is_none() {
        return Err(Skip::NotAsked);
    }
    let hits = set.departments.unlisted().map(|documents| {
        let name = set.entries[documents[0]].department_name();
        let args = Args::from([("department", Arg::Shown(name.clone()))]);
        SetHit {
            documents: documents.to_vec(),
            department: Some(name),
            pointer: "/department/name".into(),
            args,
            ..SetHit::default()
        }
    });
    Ok(hits.collect())
}
