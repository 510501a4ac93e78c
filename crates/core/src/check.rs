//! Holds every rule against one document.

use huizong_schema::findings::{Finding, Notice, Related};

use crate::identity;
use crate::message::render;
use crate::rule::{Judgement, Rule, Skip, Tally};
use crate::subject::{Source, Subject};

/// What the rules have to say about one document, sorted by rule and pointer; places are joined on later.
///
/// A rule that crashed gives a notice.
pub fn check(
    rules: &[&'static Rule],
    document: &str,
    subject: &Subject<'_>,
    tally: &mut Tally,
    notices: &mut Vec<Notice>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let unreadable = is_unreadable(subject);
    for (index, rule) in rules.iter().enumerate() {
        if rule.is_about_the_set() {
            continue;
        }
        let judgement = if unreadable && !JUDGES_ANYTHING.contains(&rule.id) {
            Judgement::Skipped(Skip::EarlierRuleFailed)
        } else {
            rule.judge(subject)
        };
        tally.count(index, &judgement);
        match judgement {
            Judgement::Failed(hits) => {
                let first = findings.len();
                for hit in hits {
                    let key = if hit.variant.is_empty() {
                        rule.id.into()
                    } else {
                        format!("{}.{}", rule.id, hit.variant)
                    };
                    findings.push(Finding {
                        rule: rule.id.into(),
                        severity: hit.severity.map_or(rule.severity, |severity| severity.min(rule.severity)),
                        document: Some(document.to_owned()),
                        documents: Vec::new(),
                        department: department_name(subject),
                        fingerprint: identity::fingerprint(rule.id, subject.draft, &hit.pointer, &hit.args),
                        message: render(&key, &hit.args),
                        location: None,
                        related: hit
                            .related
                            .into_iter()
                            .map(|(pointer, value)| Related { pointer, location: None, value })
                            .collect(),
                        pointer: hit.pointer,
                        args: hit.args,
                    });
                }
                findings[first..].sort_by(|a, b| a.pointer.cmp(&b.pointer));
            }
            Judgement::Crashed => notices.push(crate::notice::rule_crashed(document, rule.id)),
            Judgement::Passed | Judgement::Skipped(_) => {}
        }
    }
    findings
}

/// The rules that have something to say where there is no document.
const JUDGES_ANYTHING: [&str; 3] = ["malformed-json", "not-a-form", "text-not-decodable"];

fn is_unreadable(subject: &Subject<'_>) -> bool {
    use huizong_schema::ProblemKind::{NotJson, TooDeep, TooLong};
    matches!(subject.reading.source, Source::NoForm | Source::Empty)
        || subject.reading.problems.iter().any(|problem| matches!(problem.kind, NotJson | TooDeep | TooLong))
}

fn department_name(subject: &Subject<'_>) -> Option<String> {
    subject.draft.department.as_ref()?.name.as_deref().map(str::to_owned)
}
