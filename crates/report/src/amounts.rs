//! Amounts as people read them: in 万元, with thousands separators.

use huizong_core::grouped;
use huizong_schema::Money;

/// The millionths of 元 in a hundredth of 万元.
const HUNDREDTH: i128 = 100_000_000;

/// Formats 元 as 万元 exactly, with thousands separators and at least two decimals.
pub(crate) fn in_ten_thousands(money: Money) -> String {
    let (whole, part) = (
        money.millionths().unsigned_abs() / 10_000_000_000,
        money.millionths().unsigned_abs() % 10_000_000_000,
    );
    let part = format!("{part:010}");
    let kept = part.trim_end_matches('0').len().max(2);
    let sign = if money.millionths() < 0 { "-" } else { "" };
    grouped(&format!("{sign}{whole}.{}", &part[..kept]))
}

/// Formats 元 as 万元 with two decimals and thousands separators, rounded half away from zero. For display only.
pub(crate) fn ten_thousands(money: Money) -> String {
    shown(hundredths(money))
}

/// An amount as it is shown, in hundredths of 万元: rounded half away from zero.
fn hundredths(money: Money) -> i128 {
    let count = money.millionths();
    (count.abs() + HUNDREDTH / 2) / HUNDREDTH * count.signum()
}

fn shown(hundredths: i128) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, part) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    grouped(&format!("{sign}{whole}.{part:02}"))
}

/// By how much a printed total differs from the sum of its printed parts; [`None`] if they are equal. A table prints the difference
/// on a line of its own, so that its column adds up.
pub(crate) fn residual(parts: impl IntoIterator<Item = Money>, total: Money) -> Option<Money> {
    let parts: i128 = parts.into_iter().map(hundredths).sum();
    let left = hundredths(total) - parts;
    (left != 0).then(|| Money::from_millionths(left * HUNDREDTH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_shown_in_ten_thousands() {
        let show = |millionths| ten_thousands(Money::from_millionths(millionths));
        assert_eq!(show(2_801_900_000_000), "280.19");
        assert_eq!(show(12_345_678_900_000_000), "1,234,567.89");
        assert_eq!(show(-50_000_000), "-0.01");
        assert_eq!(show(49_999_999), "0.00");
        assert_eq!(show(10_442_460_254_000_000), "1,044,246.03");
        assert_eq!(show(50_000_000), "0.01");
        assert_eq!(show(-1), "0.00");
    }

    #[test]
    fn what_rounding_leaves_is_told() {
        let residual = |parts: &[i128], total| {
            residual(parts.iter().copied().map(Money::from_millionths), Money::from_millionths(total))
                .map(ten_thousands)
        };
        assert_eq!(residual(&[100_000_000, -200_000_000], -100_000_000), None);
        // Three thirds of a hundredth are shown as nothing, and their sum as one.
        assert_eq!(residual(&[33_333_333, 33_333_333, 33_333_334], 100_000_000).as_deref(), Some("0.01"));
        assert_eq!(residual(&[50_000_000, 50_000_000], 100_000_000).as_deref(), Some("-0.01"));
    }
}
