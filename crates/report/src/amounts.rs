//! Amounts as people read them: in 万元, with thousands separators.

use huizong_core::grouped;
use huizong_schema::Money;

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
    let hundredths = (money.millionths().unsigned_abs() + 50_000_000) / 100_000_000;
    let (whole, part) = (hundredths / 100, hundredths % 100);
    let sign = if money.millionths() < 0 && hundredths > 0 { "-" } else { "" };
    grouped(&format!("{sign}{whole}.{part:02}"))
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
}
