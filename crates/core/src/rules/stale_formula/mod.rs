//! `stale-formula`: a formula keeps another value than it comes to.

use huizong_schema::findings::{Arg, Args, Severity};

use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};
use crate::subject::StaleFormula;

pub(super) static RULE: Rule = Rule {
    id: "stale-formula",
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &[""],
    check: Check::Document(|_, subject| {
        let hits = subject.reading.stale.iter().map(|stale| {
            let StaleFormula { pointer, place, formula, stored, computed } = stale;
            let text = |text: &dyn ToString| Arg::Text(text.to_string());
            Hit {
                args: Args::from([
                    ("formula", text(formula)),
                    ("actual", text(stored)),
                    ("expected", text(computed)),
                ]),
                place: place.clone(),
                ..Hit::at(pointer.as_str())
            }
        });
        Judgement::of(hits.collect())
    }),
    ..Rule::RELATIONS
};
