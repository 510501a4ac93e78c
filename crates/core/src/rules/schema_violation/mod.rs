//! `schema-violation`: the published schema refuses the document.

use huizong_schema::findings::{Arg, Args, Message};
use huizong_schema::{ProblemKind, Violation};

use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "schema-violation",
    page: include_str!("page.md"),
    reads: &[""],
    check: Check::Document(judge),
    ..Rule::RELATIONS
};

fn judge(_: &Rule, subject: &Subject<'_>) -> Judgement {
    let problems = subject.reading.problems.iter();
    let hits = problems.filter_map(|problem| match &problem.kind {
        ProblemKind::Violation(violation) => Some(Hit {
            variant: variant(violation),
            args: args(violation),
            ..Hit::at(problem.pointer.clone())
        }),
        _ => None,
    });
    Judgement::of(hits.collect())
}

/// How a value that the schema has a name for is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// A decimal that is not negative.
    Plain,
    /// A decimal that may be.
    Signed,
    Points,
    Other,
}

fn wanted(violation: &Violation) -> Wanted {
    match violation.wanted.as_deref() {
        Some("Amount" | "Percent") => Wanted::Plain,
        Some("SignedAmount" | "SignedPercent") => Wanted::Signed,
        Some("Points") => Wanted::Points,
        _ => Wanted::Other,
    }
}

fn variant(violation: &Violation) -> &'static str {
    let wanted = wanted(violation);
    let is_number = violation.found.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    match violation.keyword.as_str() {
        "required" => "required",
        "additionalProperties" => "additional",
        "propertyNames" => "name",
        // A number where a decimal string belongs is the mistake that most programs make.
        "type" if wanted != Wanted::Other && is_number => "number",
        "type" => "type",
        "enum" | "const" => "enum",
        "minLength" => "empty",
        "minimum" | "maximum" => "range",
        // What the schema writes as patterns are decimals; their guard against strange characters is `not`.
        "pattern" | "not" if wanted == Wanted::Plain && violation.found.starts_with("\"-") => "negative",
        "pattern" | "not" if wanted == Wanted::Points => "points",
        "pattern" | "not" => "decimal",
        _ => "",
    }
}

/// A type of JSON Schema in words.
fn type_in_words(name: &str) -> Arg {
    let (zh, en) = match name {
        "object" => ("对象", "an object"),
        "array" => ("列表", "a list"),
        "string" => ("文字（带引号）", "a string"),
        "integer" => ("整数", "an integer"),
        other => (other, other),
    };
    Arg::Words(Message { zh: zh.into(), en: en.into() })
}

fn args(violation: &Violation) -> Args {
    let mut args = Args::from([("keyword", Arg::Text(violation.keyword.clone()))]);
    if let Some(member) = &violation.member {
        args.insert("member", Arg::Text(member.clone()));
    }
    if violation.keyword == "type" {
        args.insert("expected", type_in_words(&violation.expected));
    } else if !violation.expected.is_empty() {
        args.insert("expected", Arg::Text(violation.expected.clone()));
    }
    if !violation.found.is_empty() {
        args.insert("found", Arg::Text(violation.found.clone()));
    }
    args
}
