//! `stale-formula`: a formula's stored value differs from its computed value.

use huizong_schema::findings::{Arg, Args, Severity};

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};
use crate::rule_input::StaleFormula;

pub(super) static RULE: Rule = Rule {
    id: "stale-formula",
    messages: &[Template::new(
        "公式 {formula} 存下的结果是 {actual}，按所引用的格现在应为 {expected}；请重新计算后保存。",
        "The formula {formula} keeps {actual}, and comes to {expected} by the cells that it names; recalculate and save.",
    )],
    page: include_str!("page.md"),
    severity: Severity::Warning,
    reads: &[""],
    judges_reading: true,
    check: Check::Document(|_, input| {
        let hits = input.reading.stale.iter().map(|stale| {
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
