//! `budget-base-is-zero`: a budget is zero, so the rate over it is undefined (which is not 0).

use huizong_schema::findings::{Arg, Args, Message, Severity};

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Rule};
use crate::rule_input::{CompletionBase, RuleInput};
use huizong_schema::figures::{ADJUSTED, INITIAL, Over};

pub(super) static RULE: Rule = Rule {
    id: "budget-base-is-zero",
    messages: &[Template::new(
        "{base}为 0，{rate}无法计算，请留空，不要填 0%；{base}不是 0 的，请改正。",
        "The {base} is 0, so the {rate} is undefined (which is not 0%).",
    )],
    page: include_str!("page.md"),
    severity: Severity::Info,
    reads: &["/budget/initial_budget", "/budget/adjusted_budget"],
    check: Check::Document(judge),
    ..Rule::RELATIONS
};

fn judge(_: &Rule, input: &RuleInput<'_>) -> Judgement {
    let mut hits = Vec::new();
    let mut read = 0;
    let rates: [(_, &str, &str); 2] = match input.traits.completion_base {
        CompletionBase::Adjusted => {
            [(&INITIAL, "预算调整率", "adjustment rate"), (&ADJUSTED, "预算完成率", "completion rate")]
        }
        CompletionBase::Initial => {
            [(&INITIAL, "预算调整率", "adjustment rate"), (&INITIAL, "预算完成率", "completion rate")]
        }
    };
    for (base, zh, en) in rates {
        let Some(value) = base.read(input.draft, 0) else { continue };
        read += 1;
        if value.is_zero() {
            let words = |zh: &str, en: &str| Arg::Words(Message { zh: zh.into(), en: en.into() });
            let args = Args::from([("base", words(base.zh, base.en)), ("rate", words(zh, en))]);
            hits.push(Hit { args, ..Hit::at(base.pointer(Over::Document, 0)) });
        }
    }
    if read == 0 { Judgement::Skipped(input.nothing_at(&["/budget"])) } else { Judgement::of(hits) }
}
