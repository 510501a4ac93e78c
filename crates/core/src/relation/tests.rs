use huizong_schema::Draft;
use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::rule_input::{Reading, Settings, Traits};
use huizong_schema::figures::{ACTUAL, ADJUSTED, ADJUSTMENT, INITIAL, SCORE, TASK_FUNDS, TOTAL_SCORE, USED};

const A: Expr = Expr::Value(&INITIAL);
const B: Expr = Expr::Value(&ADJUSTED);
const C: Expr = Expr::Value(&ACTUAL);
const D: Expr = Expr::Value(&ADJUSTMENT);

fn draft(text: serde_json::Value) -> Draft<'static> {
    <Draft<'_> as Deserialize>::deserialize(text).unwrap()
}

fn show(arg: &Arg) -> String {
    crate::show(arg, crate::Lang::En)
}

fn whole() -> Draft<'static> {
    draft(json!({
        "budget": { "initial_budget": "5.0", "adjusted_budget": "3.00", "budget_adjustment": "-2" },
        "tasks": [{ "funds": "1.5" }, {}, { "funds": "0.25" }],
        "key_projects": [{ "funds_used": "4" }, { "funds_used": "6" }],
        "scorecard": { "indicators": [{ "score": "9" }, { "score": "8.5" }], "total_score": "17" }
    }))
}

fn site<'s>(draft: &'s Draft<'s>, over: Over, at: usize) -> Site<'s, Draft<'s>> {
    Site { figures: draft, base: CompletionBase::Adjusted, over, at }
}

fn value(expr: &Expr) -> Option<(String, i128)> {
    let draft = whole();
    let site = site(&draft, Over::Document, 0);
    assert!(agree(expr, site), "{expr:?}");
    let interval = expr.eval(site).ok()?;
    Some((interval.decimal().to_string(), interval.high - interval.low))
}

/// Whether the quick value of an expression is that of its interval, or says that it does not know.
fn agree<F: Figures>(expr: &Expr, site: Site<'_, F>) -> bool {
    match (expr.value(site), expr.eval(site)) {
        (Quick::Unknown, _) | (Quick::Missing, Err(Missing)) => true,
        (Quick::Value(value), Ok(interval)) => i128::from(value) * 10 == interval.value,
        _ => false,
    }
}

proptest::proptest! {
    #[test]
    fn the_quick_value_is_that_of_the_interval(
        amounts in proptest::collection::vec("0|[1-9][0-9]{0,14}|0\\.[0-9]{0,5}[1-9]|[1-9][0-9]{0,14}\\.[0-9]{1,6}", 3),
        is_cut in proptest::bool::ANY,
    ) {
        let [a, b, d] = &amounts[..] else { unreachable!() };
        let draft = draft(json!({
            "budget": { "initial_budget": a, "adjusted_budget": b, "budget_adjustment": if is_cut && d != "0" { format!("-{d}") } else { d.clone() } },
            "tasks": [{ "funds": a }, {}, { "funds": b }],
        }));
        let site = site(&draft, Over::Document, 0);
        let all = [A, B, C, D, Expr::Minus(&A, &B), Expr::Abs(&Expr::Minus(&D, &B)), Expr::Sum(&[A, C, B, D])];
        let items = [Expr::Items(Over::Tasks, &TASK_FUNDS), Expr::AllItems(Over::Tasks, &TASK_FUNDS)];
        for expr in all.iter().chain(&items) {
            proptest::prop_assert!(agree(expr, site), "{expr:?} of {amounts:?}");
        }
        proptest::prop_assert!(a.len() > 9 || matches!(A.value(site), Quick::Value(_)));
    }
}

/// The width of an interval, by the number of decimals printed.
fn width(scales: &[u32]) -> i128 {
    scales.iter().map(|scale| 10_i128.pow(7 - scale)).sum()
}

#[test]
fn expressions() {
    assert_eq!(value(&A), Some(("5.00".into(), width(&[1]))));
    assert_eq!(value(&C), None);
    assert_eq!(value(&Expr::Number(7)), Some(("7.00".into(), 0)));
    assert_eq!(value(&Expr::Sum(&[A, B, C])), Some(("8.00".into(), width(&[1, 2]))));
    assert_eq!(value(&Expr::Sum(&[C, C])), None);
    assert_eq!(value(&Expr::SumOfAll(&[A, B])), Some(("8.00".into(), width(&[1, 2]))));
    assert_eq!(value(&Expr::SumOfAll(&[A, C])), None);
    assert_eq!(value(&Expr::SumOfAll(&[])), None);
    assert_eq!(value(&Expr::Minus(&B, &A)), Some(("-2.00".into(), width(&[1, 2]))));
    assert_eq!(value(&Expr::Minus(&B, &C)), None);
    assert_eq!(value(&Expr::Abs(&D)), Some(("2.00".into(), width(&[0]))));
    assert_eq!(value(&Expr::Else(&A, &B)).unwrap().0, "5.00");
    assert_eq!(value(&Expr::Else(&C, &B)).unwrap().0, "3.00");
    assert_eq!(value(&Expr::Items(Over::Tasks, &TASK_FUNDS)), Some(("1.75".into(), width(&[1, 2]))));
    assert_eq!(value(&Expr::AllItems(Over::Tasks, &TASK_FUNDS)), None);
    // Points are given, not measured.
    assert_eq!(value(&Expr::AllItems(Over::ScoreRows, &SCORE)), Some(("17.50".into(), 0)));
    assert_eq!(value(&Expr::Rounded(&TOTAL_SCORE)), Some(("17.00".into(), width(&[0]))));
    assert_eq!(value(&Expr::Value(&TOTAL_SCORE)), Some(("17.00".into(), 0)));
    let draft = whole();
    assert_eq!(Expr::Value(&USED).eval(site(&draft, Over::KeyProjects, 1)).unwrap().value, 60_000_000);
    let base = Expr::Base(&ADJUSTED, &INITIAL);
    assert_eq!(base.eval(site(&draft, Over::Document, 0)).unwrap().value, 30_000_000);
    let other = Site { base: CompletionBase::Initial, ..site(&draft, Over::Document, 0) };
    assert_eq!(base.eval(other).unwrap().value, 50_000_000);
}

#[test]
fn expressions_in_words_and_numbers() {
    let draft = whole();
    let shown = |expr: &Expr| {
        let site = site(&draft, Over::Document, 0);
        (expr.formula(true), expr.formula(false), expr.arithmetic(site))
    };
    let expect = |expr: &Expr, zh: &str, en: &str, numbers: &str| {
        assert_eq!(shown(expr), (zh.to_owned(), en.to_owned(), numbers.to_owned()));
    };
    expect(&A, "年初预算", "initial budget", "5.0");
    expect(&Expr::Rounded(&TOTAL_SCORE), "总分", "total score", "17");
    expect(
        &Expr::Sum(&[A, C, B]),
        "年初预算 + 实际支出 + 调整后预算",
        "initial budget + actual expenditure + adjusted budget",
        "5.0 + 3.00",
    );
    expect(&Expr::Sum(&[Expr::Number(0), Expr::Number(0)]), "0 + 0", "0 + 0", "0");
    expect(&Expr::SumOfAll(&[Expr::Number(0), A]), "0 + 年初预算", "0 + initial budget", "5.0");
    expect(&Expr::Items(Over::Tasks, &TASK_FUNDS), "Σ 任务涉及资金", "Σ task funds", "1.5 + 0.25");
    expect(&Expr::Minus(&B, &A), "调整后预算 − 年初预算", "adjusted budget − initial budget", "3.00 − 5.0");
    expect(
        &Expr::Abs(&Expr::Minus(&B, &A)),
        "|调整后预算 − 年初预算|",
        "|adjusted budget − initial budget|",
        "|3.00 − 5.0|",
    );
    expect(&Expr::Abs(&D), "|预算调整数|", "|budget adjustment|", "|-2|");
    expect(&Expr::Abs(&A), "|年初预算|", "|initial budget|", "5.0");
    expect(&Expr::Else(&C, &B), "(实际支出 ‖ 调整后预算)", "(actual expenditure ‖ adjusted budget)", "3.00");
    expect(&Expr::Else(&A, &B), "(年初预算 ‖ 调整后预算)", "(initial budget ‖ adjusted budget)", "5.0");
    expect(&Expr::Base(&ADJUSTED, &INITIAL), "调整后预算", "adjusted budget", "3.00");
    expect(&Expr::Number(100), "100", "100", "100");
    let at = site(&draft, Over::Document, 0);
    assert_eq!(A.sum_shown(at, A.eval(at).unwrap()), "5.0");
    let sum = Expr::Sum(&[A, B]);
    assert_eq!(sum.sum_shown(at, sum.eval(at).unwrap()), "5.0 + 3.00 = 8.00");
    let abs = Expr::Abs(&D);
    assert_eq!(abs.sum_shown(at, abs.eval(at).unwrap()), "|-2| = 2.00");
}

static AT_MOST: Relation =
    Relation { over: Over::Document, test: Test::AtMost(A, B), at: &INITIAL, holds: ("", "") };
static EQUAL: Relation =
    Relation { over: Over::Document, test: Test::Equal(B, A), at: &ADJUSTED, holds: ("", "") };
static MISSING: Relation =
    Relation { over: Over::Document, test: Test::AtMost(C, A), at: &ACTUAL, holds: ("", "") };
static EACH: Relation = Relation {
    over: Over::KeyProjects,
    test: Test::AtMost(Expr::Value(&USED), A),
    at: &USED,
    holds: ("", ""),
};

static BOTH: [Relation; 2] = [
    Relation { over: Over::Document, test: Test::AtMost(C, A), at: &ACTUAL, holds: ("", "") },
    Relation { over: Over::Document, test: Test::AtMost(B, A), at: &ADJUSTED, holds: ("", "") },
];

static SUM: Relation = Relation {
    over: Over::Document,
    test: Test::Equal(Expr::Items(Over::Tasks, &TASK_FUNDS), Expr::AllItems(Over::ScoreRows, &SCORE)),
    at: &ACTUAL,
    holds: ("", ""),
};

fn judged(relations: &'static [Relation], draft: &Draft<'_>, reading: &Reading) -> Judgement {
    let (traits, settings) = (Traits::default(), Settings::default());
    judge(relations, &RuleInput { draft, reading, traits: &traits, settings: &settings })
}

#[test]
fn verdicts_arguments_and_related_members() {
    let draft = whole();
    let hits = |relation: &'static Relation| match judged(
        std::slice::from_ref(relation),
        &draft,
        &Reading::default(),
    ) {
        Judgement::Failed(hits) => hits,
        other => panic!("{other:?}"),
    };
    let hit = &hits(&AT_MOST)[0];
    assert_eq!(hit.pointer.as_str(), "/budget/initial_budget");
    assert_eq!(
        serde_json::to_value(&hit.args).unwrap(),
        json!({
            "actual": "5.00", "expected": "3.00", "difference": "2.00", "arithmetic": "5.0 > 3.00"
        })
    );
    assert_eq!(hit.related, [(Pointer::parse("/budget/adjusted_budget"), "3.00".to_owned())]);
    let hit = &hits(&EQUAL)[0];
    assert_eq!(hit.args["arithmetic"], Arg::Shown("3.00 ≠ 5.0".into()));
    assert_eq!(hit.args["difference"], Arg::Amount("2.00".parse().unwrap(), Unit::Cny10k));
    let each = hits(&EACH);
    assert_eq!(each.len(), 1);
    assert_eq!(each[0].pointer.as_str(), "/key_projects/1/funds_used");
    assert_eq!(each[0].args["item"], Arg::Shown("#2".into()));
}

#[test]
fn skipping_says_why() {
    let draft = whole();
    let none = Reading::default();
    assert!(matches!(
        judged(std::slice::from_ref(&MISSING), &draft, &none),
        Judgement::Skipped(Skip::MemberMissing)
    ));
    let refused = Reading { refused: ["/budget/actual_expenditure".into()].into(), ..Reading::default() };
    assert!(matches!(
        judged(std::slice::from_ref(&MISSING), &draft, &refused),
        Judgement::Skipped(Skip::MemberRefused)
    ));
    let parent = Reading { refused: ["/budget".into()].into(), ..Reading::default() };
    assert!(matches!(
        judged(std::slice::from_ref(&MISSING), &draft, &parent),
        Judgement::Skipped(Skip::MemberRefused)
    ));
    let elsewhere = Reading { refused: ["/budget/completion_rate".into()].into(), ..Reading::default() };
    assert!(matches!(
        judged(std::slice::from_ref(&MISSING), &draft, &elsewhere),
        Judgement::Skipped(Skip::MemberMissing)
    ));
    let unreadable = Reading {
        unreadable: [("/budget/actual_expenditure".into(), "x".into())].into(),
        ..Reading::default()
    };
    assert!(matches!(
        judged(std::slice::from_ref(&MISSING), &draft, &unreadable),
        Judgement::Skipped(Skip::MemberRefused)
    ));
    let empty = draft_without_projects();
    assert!(matches!(
        judged(std::slice::from_ref(&EACH), &empty, &none),
        Judgement::Skipped(Skip::MemberMissing)
    ));
    // If only some amounts have a unit, amounts are not compared; points are.
    let unclear = Reading { unit_unclear: true, ..Reading::default() };
    assert!(matches!(judged(&BOTH, &draft, &unclear), Judgement::Skipped(Skip::MemberMissing)));
    let scored = self::draft(json!({ "scorecard": { "total_score": "2" } }));
    assert!(matches!(judged(std::slice::from_ref(&POINTS), &scored, &unclear), Judgement::Passed));
    // A rule is judged if one of its relations is.
    assert!(matches!(judged(&BOTH, &draft, &none), Judgement::Passed));
}

static POINTS: Relation = Relation {
    over: Over::Document,
    test: Test::AtMost(Expr::Number(1), Expr::Value(&huizong_schema::figures::TOTAL_SCORE)),
    at: &huizong_schema::figures::TOTAL_SCORE,
    holds: ("", ""),
};

fn draft_without_projects() -> Draft<'static> {
    draft(json!({ "budget": { "initial_budget": "0" } }))
}

#[test]
fn rates() {
    static RATE: Relation = Relation {
        over: Over::Document,
        test: Test::Rate {
            printed: &huizong_schema::figures::ADJUSTMENT_RATE,
            numerator: Expr::Abs(&D),
            denominator: A,
            fails_on: Verdict::Contradicted,
        },
        at: &huizong_schema::figures::ADJUSTMENT_RATE,
        holds: ("", ""),
    };
    let with = |initial: &str, rate: &str| {
        draft(
            json!({ "unit": "CNY", "budget": { "initial_budget": initial, "budget_adjustment": "-1.0000", "adjustment_rate": rate } }),
        )
    };
    let of = |draft: &Draft<'_>| judged(std::slice::from_ref(&RATE), draft, &Reading::default());
    assert!(matches!(of(&with("8.0000", "12.5")), Judgement::Passed));
    assert!(matches!(of(&with("0", "12.5")), Judgement::Skipped(Skip::BaseIsZero)));
    let Judgement::Failed(hits) = of(&with("8.0000", "13.5")) else { panic!() };
    assert_eq!(
        serde_json::to_value(&hits[0].args).unwrap(),
        json!({
            "actual": "13.5", "expected": "12.5", "difference": "1.0", "verdict": "contradicted", "arithmetic": "|-1.0000| ÷ 8.0000 = 12.5%"
        })
    );
    assert_eq!(hits[0].related.len(), 2);
    // The expected rate has the sign of the printed one.
    let Judgement::Failed(hits) = of(&with("8.0000", "-13.5")) else { panic!() };
    assert_eq!(show(&hits[0].args["expected"]), "-12.5%");
    assert_eq!(show(&hits[0].args["difference"]), "1.0%");
    let Judgement::Failed(hits) = of(&with("3.0000", "13.5")) else { panic!() };
    assert_eq!(hits[0].args["arithmetic"], Arg::Shown("|-1.0000| ÷ 3.0000 = 33.333333…%".into()));
    assert_eq!(RATE.formula().zh, "预算调整率 = |预算调整数| ÷ 年初预算 × 100%");
    assert_eq!(RATE.formula().en, "adjustment rate = |budget adjustment| ÷ initial budget × 100%");
    assert_eq!(AT_MOST.formula().zh, "年初预算 ≤ 调整后预算");
    assert_eq!(EQUAL.formula().zh, "调整后预算 = 年初预算");
    assert_eq!(
        RATE.reads(),
        ["/budget/adjustment_rate", "/budget/budget_adjustment", "/budget/initial_budget"]
    );
    assert_eq!(SUM.reads(), ["/tasks/*/funds", "/scorecard/indicators/*/score"]);
}

#[test]
fn places_that_hold_with_the_other_base() {
    static RATE: [Relation; 1] = [crate::rules::completion_for_tests()];
    let draft = draft(json!({ "budget": {
        "initial_budget": "100.00", "adjusted_budget": "120.00", "actual_expenditure": "90.00", "completion_rate": "90.00"
    } }));
    let (reading, traits, settings) = (Reading::default(), Traits::default(), Settings::default());
    let input = RuleInput { draft: &draft, reading: &reading, traits: &traits, settings: &settings };
    assert!(holds_at(&RATE, &input, CompletionBase::Adjusted).is_empty());
    assert_eq!(holds_at(&RATE, &input, CompletionBase::Initial), [Pointer::parse("/budget/completion_rate")]);
}

/// Some figures with one of them replaced.
#[test]
fn a_value_that_is_put_in_is_read_by_every_name_of_its_figure() {
    let draft = draft(json!({
        "budget": {
            "initial_budget": "5", "by_source": { "other": { "initial_budget": "2" }, "unit_funds": { "initial_budget": "3" } }
        },
        "tasks": [{ "funds": "1" }, { "funds": "2" }]
    }));
    let with = |pointer: &str, value: Option<&str>| {
        With::new(&draft, pointer.into(), value.map(|value| value.parse().unwrap()))
    };
    let at = |expr: &Expr, figures: &With<'_, Draft<'_>>, over, at| {
        let site = Site { figures, base: CompletionBase::Adjusted, over, at };
        expr.eval(site).ok().map(|interval| interval.decimal().to_string())
    };
    let other = "/budget/by_source/other/initial_budget";
    let put_in = with(other, Some("7"));
    let own = Expr::Value(&huizong_schema::figures::SOURCE_INITIAL);
    let in_column = Expr::Value(&huizong_schema::figures::OTHER);
    let place = huizong_schema::figures::FundSource::Other as usize;
    assert_eq!(at(&own, &put_in, Over::Sources, place).as_deref(), Some("7.00"));
    assert_eq!(at(&in_column, &put_in, Over::Columns, 0).as_deref(), Some("7.00"));
    assert_eq!(at(&in_column, &with(other, None), Over::Columns, 0), None);
    assert_eq!(at(&own, &put_in, Over::Sources, place - 2).as_deref(), Some("3.00"));
    assert_eq!(at(&A, &put_in, Over::Document, 0).as_deref(), Some("5.00"));
    // A figure without a range is the same at every place of another figure's range.
    let initial = with("/budget/initial_budget", Some("9"));
    assert_eq!(at(&A, &initial, Over::KeyProjects, 3).as_deref(), Some("9.00"));
    let funds = Expr::Items(Over::Tasks, &TASK_FUNDS);
    assert_eq!(at(&funds, &with("/tasks/1/funds", Some("4")), Over::Document, 0).as_deref(), Some("5.00"));
    assert_eq!(with("/tasks/1/funds", None).count(Over::Tasks), 2);
}

#[test]
fn a_relation_is_tried_with_another_value() {
    let draft = whole();
    let holds = |value| {
        let put_in = With::new(&draft, "/budget/adjusted_budget".into(), value);
        AT_MOST.holds(&put_in, CompletionBase::Adjusted, 0)
    };
    assert_eq!(AT_MOST.holds(&draft, CompletionBase::Adjusted, 0), Some(false));
    assert_eq!(holds(Some("6.00".parse().unwrap())), Some(true));
    assert_eq!(holds(None), None);
}

#[test]
fn sums_over_different_units_are_not_compared() {
    static NATURE: [Relation; 1] = [Relation {
        over: Over::Document,
        test: Test::AtMost(Expr::Value(&huizong_schema::figures::ADJUSTMENT), Expr::Value(&ADJUSTED)),
        at: &ADJUSTMENT,
        holds: ("", ""),
    }];
    let with = |partial: serde_json::Value| {
        draft(json!({
            "department": { "name": "甲局", "scope": "consolidated", "units": [{ "name": "一所" }, { "name": "二所" }] },
            "budget": { "adjusted_budget": "3.00", "budget_adjustment": "9.00" },
            "extensions": { "huizong": { "partial": partial } }
        }))
    };
    let (reading, traits, settings) = (Reading::default(), Traits::default(), Settings::default());
    let of = |draft: &Draft<'_>| {
        let input = RuleInput { draft, reading: &reading, traits: &traits, settings: &settings };
        judge(&NATURE, &input)
    };
    let Judgement::Failed(hits) = of(&with(json!({}))) else { panic!("the adjustment exceeds the budget") };
    assert_eq!(hits.len(), 1);
    // One unit lacks the adjustment: the two sums are of different units.
    let partial = with(json!({ "/budget/budget_adjustment": ["一所"] }));
    assert!(matches!(of(&partial), Judgement::Skipped(Skip::MemberMissing)));
    // Names that are no units of the department say nothing.
    let strange = with(json!({ "/budget/budget_adjustment": ["三所"] }));
    assert!(matches!(of(&strange), Judgement::Failed(_)));
}

#[test]
fn arithmetic_shows_the_first_of_two_expressions_that_is_there() {
    static BOTH_THERE: Expr = Expr::SumOfAll(&[A, B]);
    static ONE_MISSING: Expr = Expr::SumOfAll(&[A, C]);
    static NOTHING: Expr = Expr::SumOfAll(&[]);
    static WITHOUT_FIRST: Expr = Expr::Minus(&C, &A);
    static WITHOUT_SECOND: Expr = Expr::Minus(&A, &C);
    static WHOLE: Expr = Expr::Minus(&A, &B);
    let draft = whole();
    for (first, shown) in [
        (&BOTH_THERE, "5.0 + 3.00"),
        (&ONE_MISSING, "3.00"),
        (&NOTHING, "3.00"),
        (&WITHOUT_FIRST, "3.00"),
        (&WITHOUT_SECOND, "3.00"),
        (&WHOLE, "5.0 − 3.00"),
    ] {
        assert_eq!(Expr::Else(first, &B).arithmetic(site(&draft, Over::Document, 0)), shown, "{first:?}");
    }
}
