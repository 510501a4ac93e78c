//! `duplicate-indicator`: one task or second level has an indicator twice, name and target alike.

use huizong_schema::findings::{Arg, Args, Severity};

use crate::identity::normalised;
use crate::rule::{Check, Hit, Judgement, Rule, Skip};
use crate::rules::indicators::{self, Indicator};
use crate::rules::repeats::repeats;

pub(super) static RULE: Rule = Rule {
    id: "duplicate-indicator",
    severity: Severity::Warning,
    reads: &[
        "/tasks/*/indicators/*/name",
        "/tasks/*/indicators/*/target",
        "/scorecard/indicators/*/level2",
        "/scorecard/indicators/*/name",
        "/scorecard/indicators/*/target",
    ],
    check: Check::Document(|_, subject| {
        let all: Vec<Indicator<'_>> = indicators::all(subject.draft).collect();
        if all.is_empty() {
            return Judgement::Skipped(Skip::MemberMissing);
        }
        let key = |i: &'_ Indicator<'_>| {
            let name = normalised(i.name?);
            let (task, level2) = i.home();
            let home = (task, level2.map(normalised));
            (!name.is_empty()).then(|| (home, name, i.target.map(normalised)))
        };
        let hits = repeats(all.iter().map(key)).map(|(index, first)| Hit {
            args: Args::from([("item", Arg::Text(all[index].label()))]),
            related: vec![(all[first].pointer("name"), all[first].label())],
            ..Hit::at(all[index].pointer("name"))
        });
        Judgement::of(hits.collect())
    }),
    ..Rule::RELATIONS
};
