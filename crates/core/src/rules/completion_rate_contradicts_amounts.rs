//! `completion-rate-contradicts-amounts`: no unrounded amounts give the printed completion rate.

use huizong_schema::findings::Severity;

use crate::number::Verdict;
use crate::relation;
use crate::rule::{Check, Hit, Judgement, Rule};
use crate::rules::rates;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "completion-rate-contradicts-amounts",
    relations: &[rates::completion(Verdict::Contradicted), rates::completion_by_source(Verdict::Contradicted)],
    check: Check::Document(judge),
    ..Rule::RELATIONS
};

/// A rate that fits the other budget only is a warning that says so.
fn judge(rule: &Rule, subject: &Subject<'_>) -> Judgement {
    let Judgement::Failed(hits) = relation::judge(rule, subject) else {
        return relation::judge(rule, subject);
    };
    let with_other = relation::judge_with_base(rule, subject, subject.traits.completion_base.other());
    let fits_other = |hit: &Hit| match &with_other {
        Judgement::Passed => true,
        Judgement::Failed(others) => others.iter().all(|other| other.pointer != hit.pointer),
        Judgement::Skipped(_) | Judgement::Crashed => false,
    };
    let soften = |hit: Hit| {
        if fits_other(&hit) { Hit { severity: Some(Severity::Warning), variant: "other-base", ..hit } } else { hit }
    };
    Judgement::Failed(hits.into_iter().map(soften).collect())
}
