//! `figure-unreadable`: a cell that should hold a figure holds something else.

use crate::rule::{Check, Hit, Judgement, Rule};

pub(super) static RULE: Rule = Rule {
    id: "figure-unreadable",
    reads: &["/budget", "/tasks/*/funds", "/key_projects/*", "/scorecard", "/fiscal_year"],
    check: Check::Document(|_, subject| Judgement::of(Hit::texts_found(&subject.reading.unreadable))),
    ..Rule::RELATIONS
};
