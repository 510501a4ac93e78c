//! Reports results far above their targets, which may have been set too low.

use huizong_plugin_sdk::{Draft, Finding, Findings};
use rust_decimal::{Decimal, RoundingStrategy};

pub(crate) struct Targets {
    percent: Decimal,
}

impl Targets {
    pub(crate) fn new(percent: u32) -> Self {
        Self { percent: percent.into() }
    }

    pub(crate) fn check(&self, draft: &Draft<'_>, findings: &mut Findings) {
        for (task, of) in draft.tasks.iter().enumerate() {
            for (index, i) in of.indicators.iter().enumerate() {
                let at = format!("/tasks/{task}/indicators/{index}/result");
                let texts = [&i.name, &i.target, &i.result, &i.sign].map(Option::as_deref);
                self.judge(&at, texts, findings);
            }
        }
        let scored = draft.scorecard.iter().flat_map(|card| &card.indicators);
        for (index, i) in scored.enumerate() {
            let at = format!("/scorecard/indicators/{index}/result");
            let texts = [&i.name, &i.target, &i.result, &i.sign].map(Option::as_deref);
            self.judge(&at, texts, findings);
        }
    }

    fn judge(&self, at: &str, [name, target, result, sign]: [Option<&str>; 4], findings: &mut Findings) {
        let (Some(target), Some(result)) = (target, result) else { return };
        let (Some((wanted, unit)), Some((reached, other))) = (aim(target, sign), number(result)) else {
            return;
        };
        // The units must be equal. One may be missing, unless the other scales the number, such as 万 or %.
        if unit != other && !unit.is_empty() && !other.is_empty() {
            return;
        }
        if unit != other
            && (unit.contains(['万', '亿', '%', '％']) || other.contains(['万', '亿', '%', '％']))
        {
            return;
        }
        let percent = reached.checked_mul(Decimal::ONE_HUNDRED).and_then(|many| many.checked_div(wanted));
        let Some(percent) = percent else { return };
        if percent < self.percent {
            return;
        }
        let percent = percent.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        let finding = Finding::new("lens/target-too-soft", at)
            .with("item", name.unwrap_or_default())
            .with("target", target)
            .with("result", result)
            .with("percent", percent.to_string());
        findings.report(finding);
    }
}

/// The target number and its unit, if the form states that more is better: ≥, 不少于, 不低于.
fn aim<'t>(target: &'t str, sign: Option<&str>) -> Option<(Decimal, &'t str)> {
    let target = target.trim();
    let bare =
        ["≥", ">=", "＞=", "不少于", "不低于", "达到"].iter().find_map(|more| target.strip_prefix(more));
    let is_more =
        bare.is_some() || sign.is_some_and(|sign| matches!(sign.trim(), "≥" | ">=" | "不少于" | "不低于"));
    number(bare.unwrap_or(target)).filter(|(wanted, _)| is_more && *wanted > Decimal::ZERO)
}

/// A number and the short unit after it. Dates and durations are left out: for them, more is not better.
fn number(text: &str) -> Option<(Decimal, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(text.len());
    let unit = text[end..].trim();
    let is_unit = unit.chars().count() <= 4
        && !unit.chars().any(|c| c.is_numeric() || "月日年天时分秒周季前后以至-~～±、，".contains(c));
    let number: Decimal = is_unit.then(|| text[..end].replace(',', "").parse().ok())??;
    Some((number, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_numbers_are_compared() {
        let shown = |text: &str| number(text).map(|(number, unit)| format!("{number} {unit}"));
        assert_eq!(shown("3,061 户").as_deref(), Some("3061 户"));
        assert_eq!(shown("95.5%").as_deref(), Some("95.5 %"));
        for other in ["9月前", "6月", "2小时", "达到86", "3-5", "约 3", "", "7月以前", "3.1.2"] {
            assert_eq!(shown(other), None, "{other}");
        }
        assert_eq!(aim("≥200", None), Some((200.into(), "")));
        assert_eq!(aim("不少于200场", None), Some((200.into(), "场")));
        assert_eq!(aim("200", Some("≥")), Some((200.into(), "")));
        // These do not state that more is better, or aim at zero.
        for other in ["≤4", "4", "100万元", "≥0"] {
            assert_eq!(aim(other, None), None, "{other}");
        }
    }

    #[test]
    fn only_equal_units_are_compared() {
        let soft = |target: &str, result: &str| {
            let targets = Targets::new(150);
            let mut findings = Findings::default();
            targets.judge(
                "/tasks/0/indicators/0/result",
                [None, Some(target), Some(result), None],
                &mut findings,
            );
            findings.is_empty()
        };
        assert!(!soft("≥2000户", "3061"));
        for none in
            [("≥1.5万人次", "15230人次"), ("≥50%", "100"), ("≥10场", "10次"), ("≥10", &*"9".repeat(29))]
        {
            assert!(soft(none.0, none.1), "{none:?}");
        }
    }
}
