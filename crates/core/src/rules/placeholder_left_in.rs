//! `placeholder-left-in`: a prompt of the template still stands in a cell.

use huizong_schema::findings::{Arg, Args, Severity};

use crate::rule::{Check, Hit, Judgement, Rule};

pub(super) static RULE: Rule = Rule {
    id: "placeholder-left-in",
    severity: Severity::Warning,
    reads: &["/"],
    check: Check::Document(|_, subject| {
        let hit = |(pointer, text): &(huizong_schema::Pointer, String)| {
            let args = Args::from([("found", Arg::Text(text.clone()))]);
            Hit { args, ..Hit::at(pointer.clone()) }
        };
        Judgement::of(subject.reading.placeholders.iter().map(hit).collect())
    }),
    ..Rule::RELATIONS
};
