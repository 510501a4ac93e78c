//! `adjustment-rate-contradicts-amounts`: no unrounded amounts give the printed adjustment rate.

use crate::message::Template;
use crate::number::Verdict;
use crate::rule::Rule;
use crate::rules::shared::rates;

pub(super) static RULE: Rule = Rule {
    id: "adjustment-rate-contradicts-amounts",
    messages: &[Template::new(
        "预算调整率填 {actual}，按表内金额应为 {expected}（{arithmetic}）。请核对后改正。",
        "The adjustment rate is printed as {actual}; the amounts give {expected} ({arithmetic}).",
    )],
    page: include_str!("page.md"),
    relations: &[rates::adjustment(Verdict::Contradicted)],
    ..Rule::RELATIONS
};
