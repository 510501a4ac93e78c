//! `rate-is-truncated`: a printed rate was cut off where rounding gives another figure.

use huizong_schema::findings::Severity;

use crate::number::Verdict;
use crate::rule::Rule;
use crate::rules::shared::rates;

pub(super) static RULE: Rule = Rule {
    id: "rate-is-truncated",
    page: include_str!("page.md"),
    severity: Severity::Info,
    relations: &[
        rates::completion(Verdict::Truncated),
        rates::completion_by_source(Verdict::Truncated),
        rates::adjustment(Verdict::Truncated),
    ],
    ..Rule::RELATIONS
};
