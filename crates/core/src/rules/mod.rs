//! Every rule, one line each, sorted. A rule is a file here, a page under `docs/rules` and its messages.

use crate::rule::Rule;

mod indicators;
mod rates;
mod repeats;
mod sources;
mod targets;

macro_rules! registry {
    ($($module:ident = $id:literal,)*) => {
        $(mod $module;)*

        /// Every rule, sorted by id.
        pub static ALL: &[&Rule] = &[$(&$module::RULE),*];

        /// The rules' pages, in the same order.
        static PAGES: &[(&str, &str)] =
            &[$(($id, include_str!(concat!("../../../../docs/rules/", $id, ".md")))),*];
    };
}

registry! {
    adjustment_below_net_change = "adjustment-below-net-change",
    adjustment_rate_contradicts_amounts = "adjustment-rate-contradicts-amounts",
    budget_base_is_zero = "budget-base-is-zero",
    completion_rate_contradicts_amounts = "completion-rate-contradicts-amounts",
    department_missing = "department-missing",
    department_unknown = "department-unknown",
    deviation_reason_missing = "deviation-reason-missing",
    differs_from_books = "differs-from-books",
    duplicate_department = "duplicate-department",
    duplicate_indicator = "duplicate-indicator",
    duplicate_member = "duplicate-member",
    duplicate_task = "duplicate-task",
    execution_score_contradicts_rate = "execution-score-contradicts-rate",
    expenditure_exceeds_budget = "expenditure-exceeds-budget",
    figure_missing = "figure-missing",
    figure_unclaimed = "figure-unclaimed",
    figure_unreadable = "figure-unreadable",
    fiscal_year_unexpected = "fiscal-year-unexpected",
    full_score_below_target = "full-score-below-target",
    key_project_exceeds_expenditure = "key-project-exceeds-expenditure",
    key_project_overspent = "key-project-overspent",
    loss_without_shortfall = "loss-without-shortfall",
    malformed_json = "malformed-json",
    mixed_fiscal_years = "mixed-fiscal-years",
    not_a_form = "not-a-form",
    parent_unknown = "parent-unknown",
    placeholder_left_in = "placeholder-left-in",
    rate_is_truncated = "rate-is-truncated",
    result_missing = "result-missing",
    row_cannot_be_placed = "row-cannot-be-placed",
    schema_violation = "schema-violation",
    score_exceeds_weight = "score-exceeds-weight",
    scores_do_not_sum = "scores-do-not-sum",
    sources_do_not_sum = "sources-do-not-sum",
    sources_exceed_total = "sources-exceed-total",
    stale_formula = "stale-formula",
    task_funds_exceed_expenditure = "task-funds-exceed-expenditure",
    text_not_decodable = "text-not-decodable",
    title_contradicts_cells = "title-contradicts-cells",
    unit_counted_twice = "unit-counted-twice",
    unit_mistake_suspected = "unit-mistake-suspected",
    weights_do_not_sum = "weights-do-not-sum",
}

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}

/// The rule's page: Markdown, both languages.
pub fn page(rule: &Rule) -> &'static str {
    PAGES.iter().find(|(id, _)| *id == rule.id).map_or("", |(_, page)| page)
}

/// All that the rules are known by: ids, severities, pages and messages.
pub fn as_text() -> String {
    let rules = ALL.iter().map(|rule| format!("{} {}\n{}\n", rule.id, rule.severity.as_str(), page(rule)));
    let messages = crate::catalogue::MESSAGES.iter().map(|(key, zh, en)| format!("{key}\n{zh}\n{en}\n"));
    rules.chain(messages).collect()
}

/// The rule's title, in Chinese and in English: the line below its id on its page.
pub fn title(rule: &Rule) -> (&'static str, &'static str) {
    let line = page(rule).lines().nth(2).unwrap_or_default();
    line.split_once(" · ").unwrap_or((line, line))
}

#[cfg(test)]
pub(crate) const fn completion_for_tests() -> crate::relation::Relation {
    rates::completion(crate::number::Verdict::Contradicted)
}

#[cfg(test)]
mod tests;
