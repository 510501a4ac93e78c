//! `duplicate-indicator`: one task or second level has an indicator twice, with the same name and target.

use std::borrow::Cow;

use huizong_schema::findings::{Args, Severity};

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};
use crate::rules::shared::indicators::{self, Indicator};
use crate::rules::shared::repeats::{may_repeat, repeats};
use huizong_schema::normalise_name;

pub(super) static RULE: Rule = Rule {
    id: "duplicate-indicator",
    messages: &[Template::new(
        "指标“{item}”在同一处出现两次，名称和指标值相同。请删去一处，或改正名称。",
        "Indicator \"{item}\" stands twice in one place, with the same name and target.",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &[
        "/tasks/*/indicators/*/name",
        "/tasks/*/indicators/*/target",
        "/scorecard/indicators/*/level1",
        "/scorecard/indicators/*/level2",
        "/scorecard/indicators/*/name",
        "/scorecard/indicators/*/target",
    ],
    check: Check::Document(|_, input| {
        let mut seen = false;
        let mut hits = Vec::new();
        for list in indicators::lists(input.draft) {
            seen |= list.len() > 0;
            // Hardly any list has a name twice, so the rest of the key is rarely needed.
            if !may_repeat(list.each().map(|indicator| indicator.name())) {
                continue;
            }
            hits.extend(
                repeats(list.each().map(|indicator| {
                    // A refused target may have distinguished two of them.
                    let is_refused = input.has_refused() && input.is_refused(&indicator.pointer("target"));
                    if is_refused { None } else { key(&indicator) }
                }))
                .into_iter()
                .map(|(index, first)| Hit {
                    args: Args::from([("item", list.at(index).label())]),
                    related: vec![(
                        list.at(first).pointer("name"),
                        list.at(first).name().unwrap_or_default().to_owned(),
                    )],
                    ..Hit::at(list.at(index).pointer("name"))
                }),
            );
        }
        if seen {
            Judgement::of(hits)
        } else {
            Judgement::Skipped(input.nothing_at(&["/tasks", "/scorecard"]))
        }
    }),
    ..Rule::RELATIONS
};

/// The members that are equal if one indicator of a list repeats another.
type Key<'d> = (Cow<'d, str>, Option<Cow<'d, str>>, [Option<Cow<'d, str>>; 2]);

fn key<'d>(indicator: &Indicator<'d>) -> Option<Key<'d>> {
    let name = normalise_name(indicator.name()?);
    let levels = || indicator.levels().map(|level| level.map(normalise_name));
    (!name.is_empty()).then(|| (name, indicator.target().map(normalise_name), levels()))
}
