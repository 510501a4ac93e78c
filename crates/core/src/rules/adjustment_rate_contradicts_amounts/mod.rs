//! `adjustment-rate-contradicts-amounts`: no unrounded amounts give the printed adjustment rate.

use crate::number::Verdict;
use crate::rule::Rule;
use crate::rules::shared::rates;

pub(super) static RULE: Rule = Rule {
    id: "adjustment-rate-contradicts-amounts",
    page: include_str!("page.md"),
    relations: &[rates::adjustment(Verdict::Contradicted)],
    ..Rule::RELATIONS
};
