//! Runs every rule on one document.

use std::cell::{Cell, OnceCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

use huizong_schema::findings::{Finding, Location, Notice, Related};

use crate::identity::Fingerprints;
use crate::outcome::{Hit, Judgement, Skip};
use crate::rule::{Check, Rule};
use crate::rule_input::{InputKind, RuleInput};
use crate::tally::Tally;

/// Runs the rules on one document. Findings are sorted by rule and pointer; their places are added later.
///
/// A rule that crashes leaves a notice; the others still run.
pub fn check(
    rules: &[&'static Rule],
    document: &str,
    input: &RuleInput<'_>,
    tally: &mut Tally,
    notices: &mut Vec<Notice>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let unreadable = is_unreadable(input);
    let at = Cell::new(0);
    // Most documents have no findings and need no fingerprints.
    let fingerprints = OnceCell::new();
    while at.get() < rules.len() {
        // One guard for all remaining rules: a guard around each costs more than most rules do.
        let ended = catch_unwind(AssertUnwindSafe(|| {
            while let Some(rule) = rules.get(at.get()) {
                if let Check::Document(judge) = rule.check {
                    let mut judgement = if unreadable && !rule.judges_unreadable {
                        Judgement::Skipped(Skip::EarlierRuleFailed)
                    } else {
                        judge(rule, input)
                    };
                    if let Judgement::Failed(hits) = &mut judgement {
                        let fingerprints = fingerprints.get_or_init(|| Fingerprints::new(input.draft));
                        findings.extend(found(rule, document, input, fingerprints, std::mem::take(hits)));
                    }
                    tally.count(at.get(), &judgement);
                }
                at.set(at.get() + 1);
            }
        }));
        if ended.is_err() {
            tally.count(at.get(), &Judgement::Crashed);
            notices.push(rules[at.get()].crashed(document));
            at.set(at.get() + 1);
        }
    }
    findings
}

/// Turns a rule's hits into findings, sorted by pointer.
fn found(
    rule: &Rule,
    document: &str,
    input: &RuleInput<'_>,
    fingerprints: &Fingerprints<'_>,
    hits: Vec<Hit>,
) -> Vec<Finding> {
    let finding = |hit: Hit| Finding {
        rule: rule.id.into(),
        severity: rule.severity_of(hit.severity),
        document: Some(document.to_owned()),
        documents: Vec::new(),
        department: department_name(input),
        fingerprint: fingerprints.of(rule.id, &hit.pointer, &hit.args),
        message: rule.message(hit.variant, &hit.args),
        location: hit.place.map(|place| Location::new("", Some(&place))),
        related: hit
            .related
            .into_iter()
            .map(|(pointer, value)| Related { pointer, location: None, value })
            .collect(),
        pointer: hit.pointer,
        args: hit.args,
    };
    let mut findings: Vec<Finding> = hits.into_iter().map(finding).collect();
    findings.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    findings
}

fn is_unreadable(input: &RuleInput<'_>) -> bool {
    use huizong_schema::ProblemKind::{NotJson, TooDeep, TooLong};
    matches!(
        input.reading.source,
        InputKind::NoForm
            | InputKind::OtherForm(_)
            | InputKind::BlankForm
            | InputKind::TooDeep
            | InputKind::TooLarge
            | InputKind::Empty
    ) || input.reading.problems.iter().any(|problem| matches!(problem.kind, NotJson | TooDeep | TooLong))
}

fn department_name(input: &RuleInput<'_>) -> Option<String> {
    input.draft.department.as_ref()?.name.as_deref().map(str::to_owned)
}
