//! `duplicate-task`: two main tasks have the same name.

use huizong_schema::Pointer;
use huizong_schema::findings::{Arg, Args, Severity};

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};
use crate::rules::shared::repeats::{may_repeat, repeats};
use huizong_schema::normalise_name;

pub(super) static RULE: Rule = Rule {
    id: "duplicate-task",
    messages: &[Template::new(
        "第 {first} 项和第 {second} 项主要任务同名：“{item}”。请删去一项，或改正名称。",
        "Main tasks {first} and {second} bear the same name: \"{item}\".",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &["/tasks/*/name"],
    check: Check::Document(|_, input| {
        let tasks = &input.draft.tasks;
        if tasks.is_empty() {
            return Judgement::Skipped(input.nothing_at(&["/tasks"]));
        }
        if !may_repeat(tasks.iter().map(|task| task.name.as_deref())) {
            return Judgement::Passed;
        }
        let at = |index: usize| Pointer::parse("/tasks").item(index).member("name");
        let names =
            tasks.iter().map(|task| task.name.as_deref().map(normalise_name).filter(|name| !name.is_empty()));
        let hits = repeats(names).into_iter().map(|(index, first)| Hit {
            args: Args::from([
                ("item", Arg::Text(tasks[index].name.as_deref().unwrap_or_default().to_owned())),
                ("first", Arg::Position(first as u64 + 1)),
                ("second", Arg::Position(index as u64 + 1)),
            ]),
            related: vec![(at(first), tasks[first].name.as_deref().unwrap_or_default().to_owned())],
            ..Hit::at(at(index))
        });
        Judgement::of(hits.collect())
    }),
    ..Rule::RELATIONS
};
