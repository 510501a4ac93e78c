//! `schema-violation`: the published schema refuses the document.

use huizong_schema::findings::{Arg, Args, Message};
use huizong_schema::{ProblemKind, Violation};

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Exclusion, Rule};
use crate::rule_input::RuleInput;
use crate::state::State;

pub(super) static RULE: Rule = Rule {
    id: "schema-violation",
    messages: &[
        Template::new(
            "不符合公布的 JSON Schema（{keyword}）：“{found}”。",
            "The published JSON Schema ({keyword}) refuses this: {found}.",
        ),
        Template::variant(
            "additional",
            "多出字段“{member}”，公布的结构中没有它。",
            "The member \"{member}\" is not part of the published schema.",
        ),
        Template::variant(
            "decimal",
            "{found} 不是规定格式的数字：应为字符串形式的十进制数，如 \"280.19\"，整数部分不超过 15 位、小数不超过 6 位，不带单位、百分号、千分位或多余的零。",
            "{found} is no decimal as the schema wants it: a string such as \"280.19\", at most 15 digits before and 6 after the point, without unit, percent sign, separators or leading zeros.",
        ),
        Template::variant("empty", "此处不能为空。", "This must not be empty."),
        Template::variant(
            "enum",
            "{found} 不在允许的取值之内：{expected}。",
            "{found} is not one of the values allowed: {expected}.",
        ),
        Template::variant(
            "name",
            "扩展的命名空间“{member}”应由小写字母、数字和连字符组成，并以字母开头。",
            "The namespace \"{member}\" must be of lower-case letters, digits and hyphens and begin with a letter.",
        ),
        Template::variant(
            "negative",
            "{found} 不能是负数：此项只接受不小于 0 的数（只有预算调整数和预算调整率可以带负号）。",
            "{found} must not be negative: only the budget adjustment and its rate may be.",
        ),
        Template::variant(
            "number",
            "{found} 应写成字符串，如 \"280.19\"（金额、比率和分数都是带引号的十进制数，以保留印出的位数）。",
            "{found} must be a string such as \"280.19\": amounts, rates and points are decimals in quotes, so that they keep the digits printed.",
        ),
        Template::variant(
            "points",
            "{found} 不是规定格式的分数：应为字符串形式的十进制数，0 至 9999，小数不超过 4 位。",
            "{found} is no number of points as the schema wants it: a decimal string from 0 to 9999 with at most 4 digits after the point.",
        ),
        Template::variant(
            "range",
            "{found} 超出允许范围：应 {expected}。",
            "{found} is out of range: it must be {expected}.",
        ),
        Template::variant(
            "required",
            "缺少必填字段“{member}”。",
            "The required member \"{member}\" is missing.",
        ),
        Template::variant(
            "type",
            "{found} 的类型不对，应为 {expected}。",
            "{found} is of the wrong type; it should be {expected}.",
        ),
    ],
    page: include_str!("page.md"),
    reads: &[""],
    judges_reading: true,
    excludes: Some(Exclusion { precedence: 2, state: State::NotFinished }),
    is_about_reading: true,
    check: Check::Document(judge),
    ..Rule::RELATIONS
};

fn judge(_: &Rule, input: &RuleInput<'_>) -> Judgement {
    let problems = input.reading.problems.iter();
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

/// How a value of a named type of the schema is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// A decimal that is not negative.
    Plain,
    /// A decimal that may be negative.
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
        // Most programs make this mistake: a number instead of a decimal string.
        "type" if wanted != Wanted::Other && is_number => "number",
        "type" => "type",
        "enum" | "const" => "enum",
        "minLength" => "empty",
        "minimum" | "maximum" => "range",
        // The schema's patterns are those of decimals; `not` excludes strange characters from them.
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
