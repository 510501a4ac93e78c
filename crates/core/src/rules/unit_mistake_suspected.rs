//! `unit-mistake-suspected`: one of the three budget figures is about ten thousand times, or a ten-thousandth of, another.

use huizong_schema::findings::{Arg, Args, Severity};

use crate::member::{ACTUAL, ADJUSTED, INITIAL, Member, Over};
use crate::number::Interval;
use crate::rule::{Check, Hit, Judgement, Rule, Skip};
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "unit-mistake-suspected",
    severity: Severity::Warning,
    reads: &["/budget/initial_budget", "/budget/adjusted_budget", "/budget/actual_expenditure"],
    check: Check::Document(judge),
    ..Rule::RELATIONS
};

fn judge(_: &Rule, subject: &Subject<'_>) -> Judgement {
    let figures: Vec<(&Member, Interval)> = [&INITIAL, &ADJUSTED, &ACTUAL]
        .into_iter()
        .filter_map(|member| Some((member, Interval::printed(member.read(subject.draft, 0)?))))
        .collect();
    if figures.len() < 2 {
        return Judgement::Skipped(Skip::MemberMissing);
    }
    // Of two figures that differ by 10⁴, the one that also differs from the third is the odd one; with no such
    // witness, the later one of the form is named.
    let off = |a: Interval, b: Interval| is_about_ten_thousand(a.value, b.value) || is_about_ten_thousand(b.value, a.value);
    let strange = |index: usize| (0..figures.len()).filter(|&other| off(figures[index].1, figures[other].1)).count();
    let odd = (0..figures.len()).rev().max_by_key(|&index| (strange(index), index)).filter(|&index| strange(index) > 0);
    let Some(odd) = odd else { return Judgement::Passed };
    let sibling = (0..figures.len()).find(|&other| off(figures[odd].1, figures[other].1)).unwrap_or(odd);
    let (member, value) = figures[odd];
    let (other, other_value) = figures[sibling];
    let words = |member: &Member| {
        Arg::Words(huizong_schema::findings::Message { zh: member.zh.into(), en: member.en.into() })
    };
    let args = Args::from([
        ("figure", words(member)),
        ("actual", Arg::Amount(value.decimal(), subject.unit())),
        ("sibling", words(other)),
        ("sibling_value", Arg::Amount(other_value.decimal(), subject.unit())),
    ]);
    let related = vec![(other.pointer(Over::Document, 0), other_value.decimal().to_string())];
    Judgement::Failed(vec![Hit { args, related, ..Hit::at(member.pointer(Over::Document, 0)) }])
}

/// Whether a / b is within 2 % of 10⁴.
fn is_about_ten_thousand(a: i128, b: i128) -> bool {
    b > 0 && a >= b * 9_800 && a <= b * 10_200
}
