//! Every rule, one line each in [`ALL`], sorted by id.
//!
//! A rule is a folder: `mod.rs` holds its metadata, messages, check and unit tests, `page.md` its page with examples.
//! `shared` holds code that several rules use.

use std::fmt::Write as _;

use crate::message::Template;
use crate::rule::Rule;

mod adjustment_below_net_change;
mod adjustment_rate_contradicts_amounts;
mod another_form;
mod blank_form;
mod budget_base_is_zero;
mod code_contradicts_name;
mod completion_rate_contradicts_amounts;
mod department_missing;
mod department_unknown;
mod deviation_reason_missing;
mod differs_from_books;
mod duplicate_department;
mod duplicate_indicator;
mod duplicate_member;
mod duplicate_task;
mod execution_score_contradicts_rate;
mod expenditure_exceeds_budget;
mod figure_missing;
mod figure_unclaimed;
mod figure_unreadable;
mod fiscal_year_unexpected;
mod full_score_below_target;
mod key_project_exceeds_expenditure;
mod key_project_overspent;
mod loss_without_shortfall;
mod malformed_json;
mod mixed_fiscal_years;
mod not_a_form;
mod parent_unknown;
mod placeholder_left_in;
mod rate_is_truncated;
mod result_missing;
mod row_cannot_be_placed;
mod row_may_continue;
mod schema_violation;
mod score_exceeds_weight;
mod scores_do_not_sum;
mod shared;
mod sources_do_not_sum;
mod sources_exceed_total;
mod stale_formula;
mod task_funds_exceed_expenditure;
mod text_not_decodable;
mod title_contradicts_cells;
mod unit_counted_twice;
mod unit_mistake_suspected;
mod weights_do_not_sum;

pub(crate) use unit_mistake_suspected::is_about_totals as suspects_unit;

/// Every rule, sorted by id.
pub static ALL: &[&Rule] = &[
    &adjustment_below_net_change::RULE,
    &adjustment_rate_contradicts_amounts::RULE,
    &another_form::RULE,
    &blank_form::RULE,
    &budget_base_is_zero::RULE,
    &code_contradicts_name::RULE,
    &completion_rate_contradicts_amounts::RULE,
    &department_missing::RULE,
    &department_unknown::RULE,
    &deviation_reason_missing::RULE,
    &differs_from_books::RULE,
    &duplicate_department::RULE,
    &duplicate_indicator::RULE,
    &duplicate_member::RULE,
    &duplicate_task::RULE,
    &execution_score_contradicts_rate::RULE,
    &expenditure_exceeds_budget::RULE,
    &figure_missing::RULE,
    &figure_unclaimed::RULE,
    &figure_unreadable::RULE,
    &fiscal_year_unexpected::RULE,
    &full_score_below_target::RULE,
    &key_project_exceeds_expenditure::RULE,
    &key_project_overspent::RULE,
    &loss_without_shortfall::RULE,
    &malformed_json::RULE,
    &mixed_fiscal_years::RULE,
    &not_a_form::RULE,
    &parent_unknown::RULE,
    &placeholder_left_in::RULE,
    &rate_is_truncated::RULE,
    &result_missing::RULE,
    &row_cannot_be_placed::RULE,
    &row_may_continue::RULE,
    &schema_violation::RULE,
    &score_exceeds_weight::RULE,
    &scores_do_not_sum::RULE,
    &sources_do_not_sum::RULE,
    &sources_exceed_total::RULE,
    &stale_formula::RULE,
    &task_funds_exceed_expenditure::RULE,
    &text_not_decodable::RULE,
    &title_contradicts_cells::RULE,
    &unit_counted_twice::RULE,
    &unit_mistake_suspected::RULE,
    &weights_do_not_sum::RULE,
];

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}

/// Returns everything about the rules that a user can see: ids, severities, pages and messages.
pub fn as_text() -> String {
    let mut text = String::new();
    for rule in ALL {
        let _ = writeln!(text, "{} {}\n{}", rule.id, rule.severity.as_str(), rule.page);
        for Template { variant, zh, en } in rule.messages {
            let _ = writeln!(text, "{variant}\n{zh}\n{en}");
        }
    }
    text
}

/// The rule's title, in Chinese and in English: the line below its id on its page.
pub fn title(rule: &Rule) -> (&'static str, &'static str) {
    crate::message::title_of_page(rule.page)
}

#[cfg(test)]
pub(crate) const fn completion_for_tests() -> crate::relation::Relation {
    shared::rates::completion(crate::number::Verdict::Contradicted)
}

#[cfg(test)]
mod tests;
