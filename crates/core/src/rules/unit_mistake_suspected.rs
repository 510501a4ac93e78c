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
    if let Some(skip) = subject.amounts_are_incomparable() {
        return Judgement::Skipped(skip);
    }
    let figures: Vec<(&Member, Interval)> = [&INITIAL, &ADJUSTED, &ACTUAL]
        .into_iter()
        .filter_map(|member| Some((member, Interval::printed(member.read(subject.draft, 0)?))))
        .collect();
    if figures.len() < 2 {
        return Judgement::Skipped(Skip::MemberMissing);
    }
    let off = |a: Interval, b: Interval| is_about_ten_thousand(a.value, b.value) || is_about_ten_thousand(b.value, a.value);
    let pairs = [(0, 1), (0, 2), (1, 2)].into_iter().filter(|(_, b)| *b < figures.len());
    let Some((first, second)) = pairs.clone().find(|&(a, b)| off(figures[a].1, figures[b].1)) else {
        return Judgement::Passed;
    };
    // The odd one of the pair is the one farther from the third figure; with no third, the later one of the form.
    let third = (0..figures.len()).find(|index| *index != first && *index != second);
    let far = |index: usize| third.map_or(0, |third| distance(figures[index].1.value, figures[third].1.value));
    let (odd, sibling) = if far(first) > far(second) { (first, second) } else { (second, first) };
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

/// How many times the smaller one goes into the larger one; a figure of nothing is farthest of all.
fn distance(a: i128, b: i128) -> i128 {
    let (small, large) = (a.min(b), a.max(b));
    if small <= 0 { i128::MAX } else { large / small }
}

/// Whether a / b is within 2 % of 10⁴.
fn is_about_ten_thousand(a: i128, b: i128) -> bool {
    b > 0 && a >= b * 9_800 && a <= b * 10_200
}
