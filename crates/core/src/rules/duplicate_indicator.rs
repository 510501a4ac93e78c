//! `duplicate-indicator`: one task or second level has an indicator twice, name and target alike.

use std::borrow::Cow;

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
        let hits = repeats(all.iter().map(key)).into_iter().map(|(index, first)| Hit {
            args: Args::from([("item", Arg::Text(all[index].label()))]),
            related: vec![(all[first].pointer("name"), all[first].label())],
            ..Hit::at(all[index].pointer("name"))
        });
        Judgement::of(hits.collect())
    }),
    ..Rule::RELATIONS
};

/// What two indicators have alike if one repeats the other: where they stand, name and target.
type Key<'d> = ((Option<usize>, Option<Cow<'d, str>>), Cow<'d, str>, Option<Cow<'d, str>>);

fn key<'d>(indicator: &Indicator<'d>) -> Option<Key<'d>> {
    let name = normalised(indicator.name?);
    let (task, level2) = indicator.home();
    (!name.is_empty()).then(|| ((task, level2.map(normalised)), name, indicator.target.map(normalised)))
}
