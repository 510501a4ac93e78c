//! `malformed-json`: the text is not JSON, or nests deeper than is accepted.

use huizong_schema::ProblemKind;

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Exclusion, Rule};
use crate::state::State;

pub(super) static RULE: Rule = Rule {
    id: "malformed-json",
    messages: &[
        Template::new("不是合法的 JSON，从此处起无法解析。", "Not JSON: it cannot be read from here on."),
        Template::variant(
            "depth",
            "JSON 嵌套超过 64 层，不予接受。",
            "The JSON nests deeper than 64 levels, which is not accepted.",
        ),
        Template::variant(
            "long",
            "这一行超过 64 MiB，未读取。",
            "This line is longer than 64 MiB and was not read.",
        ),
    ],
    page: include_str!("page.md"),
    judges_unreadable: true,
    excludes: Some(Exclusion { precedence: 0, state: State::NotReadable }),
    is_about_reading: true,
    check: Check::Document(|_, input| {
        let hits = input.reading.problems.iter().filter_map(|problem| {
            let variant = match problem.kind {
                ProblemKind::NotJson => "",
                ProblemKind::TooDeep => "depth",
                ProblemKind::TooLong => "long",
                _ => return None,
            };
            Some(Hit { variant, ..Hit::at(problem.pointer.clone()) })
        });
        Judgement::of(hits.collect())
    }),
    ..Rule::RELATIONS
};
