//! `figure-unreadable`: a cell that should hold a figure holds something else.

use huizong_schema::findings::{Arg, Args};

use crate::rule::{Check, Hit, Judgement, Rule};

pub(super) static RULE: Rule = Rule {
    id: "figure-unreadable",
    reads: &["/budget", "/tasks/*/funds", "/key_projects/*", "/scorecard", "/fiscal_year"],
    check: Check::Document(|_, subject| {
        let hit = |(pointer, text): &(huizong_schema::Pointer, String)| {
            let args = Args::from([("found", Arg::Text(text.clone()))]);
            Hit { args, ..Hit::at(pointer.clone()) }
        };
        Judgement::of(subject.reading.unreadable.iter().map(hit).collect())
    }),
    ..Rule::RELATIONS
};
