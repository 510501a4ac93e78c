//! `title-contradicts-cells`: the form's title names another year or department than its cells.

use huizong_schema::findings::{Arg, Args, Severity};

use crate::message::Template;
use crate::outcome::{Hit, Judgement, Skip};
use crate::rule::{Check, Rule};
use crate::rule_input::RuleInput;
use huizong_schema::normalise_name;

pub(super) static RULE: Rule = Rule {
    id: "title-contradicts-cells",
    messages: &[
        Template::variant(
            "department",
            "标题写的是“{title}”，部门名称一格写的是“{cell}”。请改成一致。",
            "The title names \"{title}\", but the department's cell says \"{cell}\".",
        ),
        Template::variant(
            "year",
            "标题写的是 {title} 年，被评价年度一格写的是 {cell} 年。请改成一致。",
            "The title says {title}, but the year's cell says {cell}.",
        ),
    ],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &["/department/name", "/fiscal_year"],
    check: Check::Document(judge),
    ..Rule::RELATIONS
};

fn judge(_: &Rule, input: &RuleInput<'_>) -> Judgement {
    let Some(title) = &input.reading.title else { return Judgement::Skipped(Skip::NotAsked) };
    let mut hits = Vec::new();
    if let (Some(said), Some(year), false) = (title.year, input.draft.fiscal_year, title.year_taken)
        && said != year.get()
    {
        let args =
            Args::from([("title", Arg::Text(said.to_string())), ("cell", Arg::Text(year.to_string()))]);
        hits.push(Hit { variant: "year", args, ..Hit::at("/fiscal_year") });
    }
    let name = input.draft.department.as_ref().and_then(|d| d.name.as_deref());
    if let (Some(said), Some(name), false) = (&title.department, name, title.department_taken) {
        let (a, b) = (normalise_name(said), normalise_name(name));
        // Titles and cells shorten names: two names contradict only if neither contains the other.
        if !a.contains(&*b) && !b.contains(&*a) {
            let args = Args::from([("title", Arg::Text(said.clone())), ("cell", Arg::Text(name.to_owned()))]);
            hits.push(Hit { variant: "department", args, ..Hit::at("/department/name") });
        }
    }
    Judgement::of(hits)
}
