//! `figure-unclaimed`: the form has a figure that no label names.

use huizong_schema::findings::{Arg, Args, Severity};

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "figure-unclaimed",
    messages: &[Template::new(
        "这里的“{found}”像是金额或比率，但看不出是哪一项，没有读取。请核对旁边的项目名称。",
        "\"{found}\" looks like an amount or a rate, but no label says which; it was not read. Check the label beside it.",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &[""],
    judges_reading: true,
    check: Check::Document(|_, input| {
        let hits = input.reading.unclaimed.iter().map(|(text, place)| Hit {
            args: Args::from([("found", Arg::Text(text.clone()))]),
            place: place.clone(),
            ..Hit::at("")
        });
        Judgement::of(hits.collect())
    }),
    ..Rule::RELATIONS
};
