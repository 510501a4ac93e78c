//! `text-not-decodable`: bytes that are not text in any known encoding.

use huizong_schema::findings::{Arg, Args};

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Exclusion, Rule};
use crate::state::State;

pub(super) static RULE: Rule = Rule {
    id: "text-not-decodable",
    messages: &[Template::new(
        "从此处起有 {count} 处字节不属于任何已知的文字编码，以“�”代替。请用 UTF-8 或 GB18030 重新保存。",
        "From here on {count} places hold bytes of no known encoding, shown as \"�\". Save the file again as UTF-8 or GB18030.",
    )],
    page: include_str!("page.md"),
    judges_unreadable: true,
    excludes: Some(Exclusion { precedence: 0, state: State::NotReadable }),
    is_about_reading: true,
    check: Check::Document(|_, input| {
        let count = input.reading.undecodable;
        let hit =
            (count > 0).then(|| Hit { args: Args::from([("count", Arg::Count(count))]), ..Hit::at("") });
        Judgement::of(hit.into_iter().collect())
    }),
    ..Rule::RELATIONS
};
