//! Reports a large budget adjustment that the form does not mention.

use aho_corasick::AhoCorasick;
use huizong_plugin_sdk::{Draft, Finding, Findings};
use rust_decimal::{Decimal, RoundingStrategy};

/// Words that mention an adjustment, unless the configuration sets others.
const WORDS: [&str; 12] = [
    "预算调整",
    "调整预算",
    "预算调增",
    "预算调减",
    "调增预算",
    "调减预算",
    "追加",
    "预算压减",
    "压减预算",
    "核减",
    "收回预算",
    "调剂",
];

pub(crate) struct Adjustment {
    limit: Decimal,
    words: AhoCorasick,
}

impl Adjustment {
    pub(crate) fn new(limit: Option<&str>, words: Option<Vec<String>>) -> Result<Self, String> {
        let limit = limit.unwrap_or("30");
        let limit = limit.parse().map_err(|_| format!("adjustment_limit: {limit} 不是数"))?;
        let words = match words {
            Some(words) => AhoCorasick::new(words),
            None => AhoCorasick::new(WORDS),
        };
        let words = words.map_err(|why| format!("adjustment_words: {why}"))?;
        Ok(Self { limit, words })
    }

    pub(crate) fn check(&self, draft: &Draft<'_>, findings: &mut Findings) {
        let Some(rate) = rate(draft).filter(|rate| *rate > self.limit) else { return };
        if self.is_mentioned(draft) {
            return;
        }
        // Show a printed rate as printed; round only a computed one.
        let shown = if rate.scale() > 6 {
            rate.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
        } else {
            rate
        };
        let finding = Finding::new("tianhe/adjustment-unexplained", "/budget/adjustment_rate");
        findings.report(finding.with("actual", shown.to_string()).with("limit", self.limit.to_string()));
    }

    fn is_mentioned(&self, draft: &Draft<'_>) -> bool {
        let narrative = draft.narrative.iter();
        let narrative = narrative.flat_map(|n| [&n.performance, &n.problems, &n.improvements, &n.conclusion]);
        let reasons = draft.goal.iter().map(|goal| &goal.deviation_reason);
        narrative.chain(reasons).flatten().any(|paragraph| self.words.is_match(&**paragraph))
    }
}

/// The absolute adjustment in percent of the initial budget: the printed rate, else computed from the
/// amounts.
fn rate(draft: &Draft<'_>) -> Option<Decimal> {
    let budget = draft.budget.as_ref()?;
    if let Some(printed) = budget.adjustment_rate {
        return Some(printed.decimal().abs());
    }
    let initial = budget.initial_budget?.decimal();
    // Without a printed adjustment, use the net change.
    let adjustment = match (budget.budget_adjustment, budget.adjusted_budget) {
        (Some(adjustment), _) => adjustment.decimal().abs(),
        (None, Some(adjusted)) => (adjusted.decimal() - initial).abs(),
        (None, None) => return None,
    };
    (adjustment * Decimal::ONE_HUNDRED).checked_div(initial)
}
