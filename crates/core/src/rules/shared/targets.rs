//! Targets and results that can be compared as numbers.

use rust_decimal::Decimal;
use std::cmp::Ordering;

use huizong_schema::findings::{Arg, Args};
use huizong_schema::{begins_with_ideograph, normalise_name};

use crate::outcome::{Hit, Judgement};
use crate::rule_input::RuleInput;
use crate::rules::shared::indicators::{self, Indicator};

/// Whether an indicator's result meets its target; `None` unless both parse as numbers of one unit, with a sign.
pub(in crate::rules) fn met(indicator: &Indicator<'_>) -> Option<bool> {
    let result = indicator.result()?;
    if begins_with_ideograph(result) {
        return None;
    }
    let target = normalise_name(indicator.target()?);
    let (sign, target) = match sign_of(&target) {
        Some(both) => both,
        None => (sign_of(&normalise_name(indicator.sign()?))?.0, &*target),
    };
    let (aim, aim_unit) = number(target)?;
    let result = normalise_name(result);
    let (reached, unit) = number(&result)?;
    // A bare number may leave out the things counted, but not a unit that scales the number.
    let scales = |unit: &str| unit.contains(['%', '‰', '千', '万', '亿', '元']);
    let comparable =
        unit == aim_unit || (unit.is_empty() && !scales(aim_unit)) || (aim_unit.is_empty() && !scales(unit));
    if !comparable {
        return None;
    }
    Some(match sign {
        Sign::AtLeast => reached >= aim,
        Sign::AtMost => reached <= aim,
        Sign::More => reached > aim,
        Sign::Less => reached < aim,
        Sign::Exactly => reached.cmp(&aim) == Ordering::Equal,
    })
}

/// The members that a comparison of points with targets reads.
pub(in crate::rules) const READS: &[&str] = &[
    "/tasks/*/indicators/*/target",
    "/tasks/*/indicators/*/result",
    "/tasks/*/indicators/*/sign",
    "/tasks/*/indicators/*/weight",
    "/tasks/*/indicators/*/score",
    "/scorecard/indicators/*/target",
    "/scorecard/indicators/*/result",
    "/scorecard/indicators/*/sign",
    "/scorecard/indicators/*/weight",
    "/scorecard/indicators/*/score",
];

/// Finds the indicators whose score does not fit the weight and whether the target is met.
pub(in crate::rules) fn judge(
    input: &RuleInput<'_>,
    is_wrong: fn(Decimal, Decimal, bool) -> bool,
) -> Judgement {
    let mut seen = false;
    let mut hits = Vec::new();
    indicators::all(input.draft).for_each(|indicator| {
        let (Some(weight), Some(score)) = (indicator.weight(), indicator.score()) else { return };
        let is_wrong = |met| !weight.decimal().is_zero() && is_wrong(score.decimal(), weight.decimal(), met);
        // Once one could be compared, only those that may be wrong matter.
        if seen && !is_wrong(true) && !is_wrong(false) {
            return;
        }
        let Some(met) = met(&indicator) else { return };
        seen = true;
        if is_wrong(met) {
            let text = |text: Option<&str>| Arg::Text(text.unwrap_or_default().to_owned());
            let args = Args::from([
                ("item", indicator.label()),
                ("score", Arg::Points(score.decimal())),
                ("weight", Arg::Points(weight.decimal())),
                (
                    "target",
                    Arg::Text(format!(
                        "{}{}",
                        written_sign(&indicator),
                        indicator.target().unwrap_or_default()
                    )),
                ),
                ("result", text(indicator.result())),
            ]);
            let related = ["target", "result", "weight"].map(|member| {
                let value = match member {
                    "target" => indicator.target().unwrap_or_default().to_owned(),
                    "result" => indicator.result().unwrap_or_default().to_owned(),
                    _ => weight.to_string(),
                };
                (indicator.pointer(member), value)
            });
            hits.push(Hit { args, related: related.into(), ..Hit::at(indicator.pointer("score")) });
        }
    });
    if seen { Judgement::of(hits) } else { Judgement::Skipped(input.nothing_at(&["/tasks", "/scorecard"])) }
}

/// The sign in the cell next to the target rather than in it.
fn written_sign<'d>(indicator: &Indicator<'d>) -> &'d str {
    let in_target = indicator.target().is_some_and(|target| sign_of(&normalise_name(target)).is_some());
    indicator.sign().filter(|_| !in_target).unwrap_or_default()
}

enum Sign {
    AtLeast,
    AtMost,
    More,
    Less,
    Exactly,
}

fn sign_of(text: &str) -> Option<(Sign, &str)> {
    let mut rest = text.chars();
    let sign = match rest.next()? {
        '≥' | '≧' => Sign::AtLeast,
        '≤' | '≦' => Sign::AtMost,
        '>' => Sign::More,
        '<' => Sign::Less,
        '=' | '﹦' => Sign::Exactly,
        _ => return None,
    };
    match (sign, rest.as_str().strip_prefix('=')) {
        (Sign::More, Some(rest)) => Some((Sign::AtLeast, rest)),
        (Sign::Less, Some(rest)) => Some((Sign::AtMost, rest)),
        (sign, _) => Some((sign, rest.as_str())),
    }
}

/// A number and the unit after it. A unit with digits in it is a sentence, not a unit.
fn number(text: &str) -> Option<(Decimal, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    if unit.chars().count() > 4 || unit.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    Some((digits.parse().ok()?, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met_of(target: &str, result: &str, sign: Option<&str>) -> Option<bool> {
        let text =
            serde_json::json!({ "scorecard": { "indicators": [{ "target": target, "result": result }] } });
        let mut draft = <huizong_schema::Draft<'_> as serde::Deserialize>::deserialize(text).unwrap();
        draft.scorecard.as_mut().unwrap().indicators[0].sign = sign.map(Into::into);
        let indicator = crate::rules::shared::indicators::all(&draft).next().unwrap();
        met(&indicator)
    }

    #[test]
    fn only_numbers_with_a_sign_are_compared() {
        for (target, result, sign, expected) in [
            ("≥200", "202", None, Some(true)),
            ("≥95%", "94.9％", None, Some(false)),
            ("≤4", "4", None, Some(true)),
            ("≤4", "5 个", None, Some(false)),
            (">4", "4", None, Some(false)),
            ("<4", "4", None, Some(false)),
            (">=4", "4", None, Some(true)),
            ("<=4场", "4场", None, Some(true)),
            ("﹦3", "3.0", None, Some(true)),
            ("＝3", "2", None, Some(false)),
            ("3", "2", Some("≥"), Some(false)),
            ("3", "2", None, None),
            ("≥3场", "2人", None, None),
            ("≥3场", "2", None, Some(false)),
            ("≥95%", "0.98", None, None),
            ("≤2万元", "18000", None, None),
            ("≥95", "94%", None, None),
            ("≥3", "全年2场", None, None),
            ("9月前", "7月", Some("≤"), None),
            ("≥3", "3场次共12人", None, None),
            ("≥", "3", None, None),
        ] {
            assert_eq!(met_of(target, result, sign), expected, "{target} {result} {sign:?}");
        }
    }
}
