//! `unit-mistake-suspected`: a figure is about ten thousand times, or a ten-thousandth of, a related one.

use std::ops::RangeInclusive;

use huizong_schema::Unit;
use huizong_schema::findings::{Arg, Args, Finding, Message, Severity};
use rust_decimal::Decimal;

use crate::bureau_accounts::in_yuan;
use crate::message::Template;
use crate::number::{Interval, decimal, in_unit};
use crate::outcome::{Hit, Judgement};
use crate::partial::lacking;
use crate::rule::{Check, Rule};
use crate::rule_input::RuleInput;
use huizong_schema::figures::{
    self, ACTUAL, Column, FundSource, Member, Over, REQUESTED, SOURCE_ACTUAL, SOURCE_ADJUSTED,
    SOURCE_INITIAL, USED,
};

pub(super) static RULE: Rule = Rule {
    id: "unit-mistake-suspected",
    messages: &[
        Template::new(
            "{figure}填 {actual}，与{sibling} {sibling_value} 相差约一万倍，可能填混了元和万元。请核对后改正。",
            "The {figure} of {actual} is about ten thousand times, or a ten-thousandth of, the {sibling} of {sibling_value}: 元 and 万元 may have been mixed up.",
        ),
        Template::variant(
            "whole-books",
            "表上写的单位是{unit}，{figures}却都是财政局账上的{times}，很可能按{other}填了。请把各个数换算成{unit}再报。",
            "The form's unit is {unit}, and {figures} are all {times} the bureau's books have: they were probably given in {other}. Convert them to {unit}.",
        ),
        Template::variant(
            "whole-last-year",
            "表上写的单位是{unit}，{figures}却都是上一年的{times}，很可能按{other}填了。请把各个数换算成{unit}再报。",
            "The form's unit is {unit}, and {figures} are all {times} they were last year: they were probably given in {other}. Convert them to {unit}.",
        ),
        Template::variant(
            "books",
            "{figure}填 {actual}，与财政局账上的 {sibling_value} 相差约一万倍，可能填混了元和万元，请核对。",
            "The {figure} of {actual} is about ten thousand times, or a ten-thousandth of, the {sibling_value} of the bureau's books: 元 and 万元 may have been mixed up.",
        ),
        Template::variant(
            "last-year",
            "{figure}填 {actual}，与上一年的 {sibling_value} 相差约一万倍，可能填混了元和万元，请核对。",
            "The {figure} of {actual} is about ten thousand times, or a ten-thousandth of, last year's {sibling_value}: 元 and 万元 may have been mixed up.",
        ),
    ],
    page: include_str!("page.md"),
    reads: &[
        "/department/code",
        "/department/name",
        "/fiscal_year",
        UNIT,
        "/budget/initial_budget",
        "/budget/adjusted_budget",
        "/budget/actual_expenditure",
        "/budget/by_source/*/initial_budget",
        "/budget/by_source/*/adjusted_budget",
        "/budget/by_source/*/actual_expenditure",
        "/key_projects/*/budget_requested",
        "/key_projects/*/funds_used",
    ],
    check: Check::Document(judge),
    ..Rule::RELATIONS
};

/// Where a mistake of the whole form is.
const UNIT: &str = "/unit";

/// Whether a finding says that a department's totals may be in another unit than the form says.
pub(crate) fn is_about_totals(finding: &Finding) -> bool {
    let is_total = |column: &Column| column.total().pointer(Over::Document, 0) == finding.pointer;
    finding.rule == RULE.id && (finding.pointer.as_str() == UNIT || Column::ALL.iter().any(is_total))
}

/// A figure at one place of a range.
#[derive(Clone, Copy)]
struct Figure {
    member: &'static Member,
    over: Over,
    at: usize,
    value: i128,
}

impl Figure {
    fn read(input: &RuleInput<'_>, member: &'static Member, over: Over, at: usize) -> Option<Self> {
        let value = Interval::printed(member.read(input.draft, at)?).value;
        Some(Self { member, over, at, value })
    }

    fn is_off(self, other: Self) -> bool {
        is_off_by(self.value, other.value, WITHIN)
    }
}

fn judge(_: &Rule, input: &RuleInput<'_>) -> Judgement {
    if let Some(skip) = input.amounts_are_incomparable() {
        return Judgement::Skipped(skip);
    }
    let of_budget = |member| Figure::read(input, member, Over::Document, 0);
    let three: Vec<Figure> = Column::ALL.iter().map(|column| column.total()).filter_map(of_budget).collect();
    let of_three = odd_one(&three);
    let mut pairs: Vec<(Figure, Figure)> = of_three.into_iter().collect();
    let mut compared = three.len() > 1;
    let mut compare = |over: Over, member, sibling, sibling_over: Over| {
        for at in 0..over.count(input.draft) {
            let Some(figure) = Figure::read(input, member, over, at) else { continue };
            let sibling_at = if sibling_over == over { at } else { 0 };
            let Some(sibling) = Figure::read(input, sibling, sibling_over, sibling_at) else { continue };
            compared = true;
            // Sums over different units of a department may differ by any factor.
            let units = |of: Figure| lacking(input.draft, of.member.pointer(of.over, of.at).as_str());
            let is_off = figure.is_off(sibling) && units(figure) == units(sibling);
            if is_off && !pairs.iter().any(|(odd, _)| (odd.over, odd.at) == (over, at)) {
                pairs.push((figure, sibling));
            }
        }
    };
    compare(Over::KeyProjects, &USED, &REQUESTED, Over::KeyProjects);
    if input.draft.budget.as_ref().is_some_and(|budget| budget.by_source.is_some()) {
        compare(Over::Sources, &SOURCE_ACTUAL, &SOURCE_ADJUSTED, Over::Sources);
        compare(Over::Sources, &SOURCE_ADJUSTED, &SOURCE_INITIAL, Over::Sources);
        // A source may be any part of the total, however small, unless it is the only one.
        let sources = (0..Over::Sources.count(input.draft))
            .filter(|&at| SOURCE_ACTUAL.read(input.draft, at).is_some_and(|value| !value.is_zero()));
        if of_three.is_none() && sources.count() == 1 {
            compare(Over::Sources, &SOURCE_ACTUAL, &ACTUAL, Over::Document);
        }
    }
    let mut hits: Vec<Hit> = pairs.into_iter().map(|(odd, sibling)| hit(input, odd, sibling)).collect();
    let whole = of_whole_form(input);
    if let Some(whole) = &whole {
        hits.push(whole.hit(input));
    }
    for (variant, known) in [("books", Known::BureauAccounts), ("last-year", Known::LastYear)] {
        if whole.is_some() {
            break;
        }
        for &column in Column::ALL {
            let member = column.total();
            let Some(known) = known.value(input, column) else { continue };
            let Some(value) = member.read(input.draft, 0) else { continue };
            compared = true;
            let value_in_yuan = in_yuan(value, input.unit()).value;
            let pointer = member.pointer(Over::Document, 0);
            if is_off_by(value_in_yuan, known.value, OUTSIDE)
                && !hits.iter().any(|hit| hit.pointer == pointer)
            {
                let args = Args::from([
                    ("figure", Arg::Words(Message { zh: member.zh.into(), en: member.en.into() })),
                    ("actual", Arg::Amount(value, input.unit())),
                    ("sibling_value", Arg::Amount(in_unit(known.value, input.unit()), input.unit())),
                ]);
                hits.push(Hit { variant, args, severity: Some(Severity::Warning), ..Hit::at(pointer) });
            }
        }
    }
    if !compared {
        return Judgement::Skipped(input.nothing_at(&["/budget", "/key_projects"]));
    }
    Judgement::of(hits)
}

/// A department's figures from outside its form.
#[derive(Clone, Copy)]
enum Known {
    BureauAccounts,
    LastYear,
}

impl Known {
    /// A figure in 10⁻⁷ 元.
    fn value(self, input: &RuleInput<'_>, column: Column) -> Option<Interval> {
        let settings = input.settings;
        if input.is_of_another_year() {
            return None;
        }
        match self {
            Self::BureauAccounts => {
                let books = settings.books.as_ref()?;
                let (value, unit) =
                    input.of_department(|code, name| books.find(code, name))?.figure(column)?;
                Some(in_yuan(value, unit))
            }
            Self::LastYear => {
                let previous = settings.previous.as_ref()?;
                let last = input.of_department(|code, name| previous.find(code, name))?;
                let value = last.value(figures::Figure::at(column.as_str())?)?.millionths() * 10;
                Some(Interval { low: value, value, high: value })
            }
        }
    }
}

/// All totals of a form are off from the department's known ones by the same factor: one mistake, not several.
pub(in crate::rules) struct OfWholeForm {
    known: Known,
    /// The totals that could be compared.
    totals: Vec<(&'static Member, Decimal)>,
    /// Whether the form's figures are too large, not too small.
    is_too_large: bool,
}

/// The mistake of a whole form's unit, if there is one: at least two totals are known, and all of them show it.
pub(in crate::rules) fn of_whole_form(input: &RuleInput<'_>) -> Option<OfWholeForm> {
    [Known::BureauAccounts, Known::LastYear].into_iter().find_map(|known| {
        let mut totals = Vec::new();
        let mut factors = Vec::new();
        for &column in Column::ALL {
            let member = column.total();
            let (Some(theirs), Some(value)) = (known.value(input, column), member.read(input.draft, 0))
            else {
                continue;
            };
            let ours = in_yuan(value, input.unit()).value;
            factors.push(is_off_by(ours, theirs.value, OUTSIDE).then_some(ours > theirs.value));
            totals.push((member, value));
        }
        let is_too_large = (*factors.first()?)?;
        let agree = factors.len() > 1 && factors.iter().all(|factor| *factor == Some(is_too_large));
        // 元 under 万元 is too large, and 万元 under 元 too small; the other way round it is another mistake.
        let fits_unit = is_too_large == (input.unit() == Unit::Cny10k);
        (agree && fits_unit).then_some(OfWholeForm { known, totals, is_too_large })
    })
}

impl OfWholeForm {
    /// Whether the bureau's own books show it.
    pub(in crate::rules) const fn is_by_books(&self) -> bool {
        matches!(self.known, Known::BureauAccounts)
    }

    fn hit(&self, input: &RuleInput<'_>) -> Hit {
        let unit = input.unit();
        let other = if unit == Unit::Cny { Unit::Cny10k } else { Unit::Cny };
        let names = |pick: fn(&Member) -> &'static str, between: &str| {
            self.totals.iter().map(|(member, _)| pick(member)).collect::<Vec<_>>().join(between)
        };
        let figures = Message { zh: names(|member| member.zh, "、"), en: names(|member| member.en, ", ") };
        let times = if self.is_too_large {
            ("约一万倍", "about ten thousand times what")
        } else {
            ("约万分之一", "about a ten-thousandth of what")
        };
        let args = Args::from([
            ("figures", Arg::Words(figures)),
            ("times", Arg::Words(Message { zh: times.0.into(), en: times.1.into() })),
            ("unit", Arg::Text(unit.word().to_owned())),
            ("other", Arg::Text(other.word().to_owned())),
        ]);
        let pointer = |member: &Member| member.pointer(Over::Document, 0);
        let related =
            self.totals.iter().map(|(member, value)| (pointer(member), value.to_string())).collect();
        let (variant, severity) = match self.known {
            Known::BureauAccounts => ("whole-books", None),
            Known::LastYear => ("whole-last-year", Some(Severity::Warning)),
        };
        Hit { severity, variant, args, related, ..Hit::at(UNIT) }
    }
}

/// The odd one of the budget's three figures, and the one that it is compared with.
fn odd_one(three: &[Figure]) -> Option<(Figure, Figure)> {
    let pairs = [(0, 1), (0, 2), (1, 2)].into_iter().filter(|(_, b)| *b < three.len());
    let (first, second) = pairs.into_iter().find(|&(a, b)| three[a].is_off(three[b]))?;
    // The odd one of the pair is farther from the third figure; without a third, it is the later one on the form.
    let third = (0..three.len()).find(|index| *index != first && *index != second);
    let far = |index: usize| third.map_or(0, |third| distance(three[index].value, three[third].value));
    Some(if far(first) > far(second) { (three[first], three[second]) } else { (three[second], three[first]) })
}

fn hit(input: &RuleInput<'_>, odd: Figure, sibling: Figure) -> Hit {
    let name = |figure: Figure| {
        let Member { zh, en, .. } = figure.member;
        Arg::Words(match figure.over {
            Over::Sources => {
                let (source_zh, source_en) = FundSource::ALL[figure.at].label();
                Message {
                    zh: format!("{source_zh}的{}", zh.trim_start_matches("该来源")),
                    en: format!("{source_en}: {en}"),
                }
            }
            _ => Message { zh: (*zh).into(), en: (*en).into() },
        })
    };
    let decimal = |figure: Figure| decimal(figure.value);
    let args = Args::from([
        ("figure", name(odd)),
        ("actual", Arg::Amount(decimal(odd), input.unit())),
        ("sibling", name(sibling)),
        ("sibling_value", Arg::Amount(decimal(sibling), input.unit())),
    ]);
    let related = vec![(sibling.member.pointer(sibling.over, sibling.at), decimal(sibling).to_string())];
    let pointer = odd.member.pointer(odd.over, odd.at);
    Hit { args, related, severity: Some(Severity::Warning), ..Hit::at(pointer) }
}

/// How many times the smaller one goes into the larger one; the maximum if the smaller is zero.
fn distance(a: i128, b: i128) -> i128 {
    let (small, large) = (a.min(b), a.max(b));
    if small <= 0 { i128::MAX } else { large / small }
}

/// How many times larger a figure is than another one of the same form, if one of them is in the other unit: figures of one form may
/// differ by any factor, so the bounds are close, within 2 % of 10⁴.
const WITHIN: RangeInclusive<i128> = 9_800..=10_200;
/// The same for a figure that is known from elsewhere. It may have changed to a half or to the double, so anything from 5,000 to 20,000
/// times is a mistake of the unit.
const OUTSIDE: RangeInclusive<i128> = 5_000..=20_000;

/// Whether one of two figures is 10⁴ times the other, within these bounds.
fn is_off_by(a: i128, b: i128, times: RangeInclusive<i128>) -> bool {
    // Nearly all figures are of much the same length, which is quicker to see than how many times one goes into the other.
    if a.leading_zeros().abs_diff(b.leading_zeros()) < times.start().ilog2() {
        return false;
    }
    let is_about = |a: i128, b: i128| b > 0 && a >= b * times.start() && a <= b * times.end();
    is_about(a, b) || is_about(b, a)
}
