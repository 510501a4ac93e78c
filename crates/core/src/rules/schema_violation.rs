//! `schema-violation`: the published schema refuses the document.

use huizong_schema::findings::{Arg, Args};
use huizong_schema::{ProblemKind, Violation};

use crate::rule::{Check, Hit, Judgement, Rule};
use crate::subject::Subject;

pub(super) static RULE: Rule =
    Rule { id: "schema-violation", reads: &[""], check: Check::Document(judge), ..Rule::RELATIONS };

fn judge(_: &Rule, subject: &Subject<'_>) -> Judgement {
    let problems = subject.reading.problems.iter();
    let hits = problems.filter_map(|problem| match &problem.kind {
        ProblemKind::Violation(violation) => {
            Some(Hit { variant: variant(violation), args: args(violation), ..Hit::at(problem.pointer.clone()) })
        }
        _ => None,
    });
    Judgement::of(hits.collect())
}

fn variant(violation: &Violation) -> &'static str {
    match violation.keyword.as_str() {
        "required" => "required",
        "additionalProperties" => "additional",
        "propertyNames" => "name",
        // A number where a decimal string belongs is the mistake that most programs make.
        "type" if violation.expected.contains("string") && violation.found.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
            "number"
        }
        "type" => "type",
        "enum" | "const" => "enum",
        "minLength" => "empty",
        "minimum" | "maximum" => "range",
        // What the schema writes as patterns are decimals; their guard against strange characters is `not`.
        "pattern" | "not" => "decimal",
        _ => "",
    }
}

fn args(violation: &Violation) -> Args {
    let mut args = Args::from([("keyword", Arg::Text(violation.keyword.clone()))]);
    if let Some(member) = &violation.member {
        args.insert("member", Arg::Text(member.clone()));
    }
    if !violation.expected.is_empty() {
        args.insert("expected", Arg::Text(violation.expected.clone()));
    }
    if !violation.found.is_empty() {
        args.insert("found", Arg::Text(violation.found.clone()));
    }
    args
}
