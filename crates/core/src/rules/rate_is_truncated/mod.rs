//! `rate-is-truncated`: a printed rate was cut off where rounding gives another figure.

use huizong_schema::findings::Severity;

use crate::message::Template;
use crate::number::Verdict;
use crate::rule::Rule;
use crate::rules::shared::rates;

pub(super) static RULE: Rule = Rule {
    id: "rate-is-truncated",
    messages: &[Template::new(
        "这一比率填 {actual}，是直接舍去尾数得出的；四舍五入应为 {expected}（{arithmetic}）。不影响汇总，可以不改。",
        "Printed as {actual}, which is cut off; rounding gives {expected} ({arithmetic}).",
    )],
    page: include_str!("page.md"),
    severity: Severity::Info,
    relations: &[
        rates::completion(Verdict::Truncated),
        rates::completion_by_source(Verdict::Truncated),
        rates::adjustment(Verdict::Truncated),
    ],
    ..Rule::RELATIONS
};
