//! `adjustment-rate-contradicts-amounts`: no unrounded amounts give the printed adjustment rate.

use crate::number::Verdict;
use crate::rule::Rule;
use crate::rules::rates;

pub(super) static RULE: Rule = Rule {
    id: "adjustment-rate-contradicts-amounts",
    relations: &[rates::adjustment(Verdict::Contradicted)],
    ..Rule::RELATIONS
};
