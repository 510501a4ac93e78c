//! Printed numbers as intervals, and the verdict on a printed rate. Integers only.

use huizong_schema::{Money, Unit};
use rust_decimal::Decimal;

/// Printed values and half units of the sixth decimal are whole counts of this fraction.
const DECIMALS: u32 = 7;

/// A power of ten, from a table: the exponents are few and used all the time.
pub(crate) const fn ten_to(exponent: u32) -> i128 {
    // A decimal has at most 28 digits after its point.
    const POWERS: [i128; 29] = {
        let mut powers = [1; 29];
        let mut at = 1;
        while at < powers.len() {
            powers[at] = powers[at - 1] * 10;
            at += 1;
        }
        powers
    };
    POWERS[exponent as usize]
}

/// An amount of a document in 元.
pub fn money(amount: Decimal, unit: Unit) -> Money {
    Money::from_millionths(millionths(amount, unit))
}

/// An amount in 10⁻⁶ 元. 万元 with six decimals are whole counts, so nothing is lost.
pub(crate) fn millionths(amount: Decimal, unit: Unit) -> i128 {
    amount.mantissa() * unit.yuan() * ten_to(6 - amount.scale())
}

/// The values that a printed number may mean: all within half a unit of its last printed digit.
///
/// Counts of 10⁻⁷ of the number's own unit. Sums of intervals are intervals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The least value it may mean.
    pub low: i128,
    /// The value as printed.
    pub value: i128,
    /// The greatest value it may mean.
    pub high: i128,
}

impl Interval {
    /// The interval of a printed number; at most six decimals are counted, as the schema allows no more.
    #[inline]
    pub fn printed(number: Decimal) -> Self {
        let number = if number.scale() < DECIMALS { number } else { number.trunc_with_scale(DECIMALS - 1) };
        let unit = ten_to(DECIMALS - number.scale());
        let value = number.mantissa() * unit;
        Self { low: value - unit / 2, value, high: value + unit / 2 }
    }

    /// The interval of an exact number; at most six decimals are counted.
    #[inline]
    pub fn exact(number: Decimal) -> Self {
        let value = Self::printed(number).value;
        Self { low: value, value, high: value }
    }

    /// The interval of an exact whole number.
    pub const fn exactly(whole: i128) -> Self {
        let value = whole * ten_to(DECIMALS);
        Self { low: value, value, high: value }
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { low: self.low + other.low, value: self.value + other.value, high: self.high + other.high }
    }

    /// The difference.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self { low: self.low - other.high, value: self.value - other.value, high: self.high - other.low }
    }

    /// The absolute value.
    #[must_use]
    pub fn abs(self) -> Self {
        if self.low >= 0 {
            return self;
        }
        let high = self.high.max(-self.low);
        let low = if self.high <= 0 { -self.high } else { 0 };
        Self { low, value: self.value.abs(), high }
    }

    /// Multiplied by a whole number that is not negative.
    #[must_use]
    pub fn times(self, factor: i128) -> Self {
        Self { low: self.low * factor, value: self.value * factor, high: self.high * factor }
    }

    /// Whether no values of the two intervals satisfy `self <= other`.
    pub fn surely_exceeds(self, other: Self) -> bool {
        self.low > other.high
    }

    /// Whether no value lies in both intervals.
    pub fn surely_differs(self, other: Self) -> bool {
        self.surely_exceeds(other) || other.surely_exceeds(self)
    }

    /// The printed value as a decimal without trailing zeros beyond two places.
    pub fn decimal(self) -> Decimal {
        decimal(self.value)
    }
}

/// A count of 10⁻⁷ as a decimal, with two places where they suffice.
pub(crate) fn decimal(count: i128) -> Decimal {
    in_unit(count, Unit::Cny)
}

/// A count of 10⁻⁷ 元 in a unit, exactly, with two places where they suffice.
pub(crate) fn in_unit(yuan: i128, unit: Unit) -> Decimal {
    let scale = DECIMALS + if unit == Unit::Cny10k { 4 } else { 0 };
    let mut short = whole_or_exact(yuan, scale).normalize();
    if short.scale() < 2 {
        short.rescale(2);
    }
    short
}

/// A count of 10^-scale as a decimal. Beyond 96 bits the digits after the point are dropped, then the value is capped:
/// these decimals are shown, never added.
fn whole_or_exact(count: i128, scale: u32) -> Decimal {
    let whole = || Decimal::try_from_i128_with_scale(count / ten_to(scale), 0);
    let most = if count < 0 { Decimal::MIN } else { Decimal::MAX };
    Decimal::try_from_i128_with_scale(count, scale).or_else(|_| whole()).unwrap_or(most)
}

/// How a printed rate follows from the amounts printed beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Rounding half up agrees.
    Rounded,
    /// Only truncation agrees.
    Truncated,
    /// Possible for some unrounded amounts.
    WithinPrinting,
    /// Impossible for all unrounded amounts.
    Contradicted,
}

impl Verdict {
    /// The verdict's name in findings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rounded => "rounded",
            Self::Truncated => "truncated",
            Self::WithinPrinting => "within-printing",
            Self::Contradicted => "contradicted",
        }
    }
}

/// The verdict on `printed` = `per` × numerator / denominator, `per` being 100 for a percentage.
///
/// Compares absolute values. `None` where the denominator may be zero: the rate is undefined.
pub fn verdict(printed: Decimal, numerator: Interval, denominator: Interval, per: i128) -> Option<Verdict> {
    let (numerator, denominator) = (numerator.abs(), denominator.abs());
    if denominator.low <= 0 {
        return None;
    }
    let unit = per * ten_to(printed.scale());
    let printed = printed.mantissa().abs();
    if half_up(numerator.value * unit, denominator.value) == printed {
        return Some(Verdict::Rounded);
    }
    if (numerator.value * unit).div_euclid(denominator.value) == printed {
        return Some(Verdict::Truncated);
    }
    // The rate lies in [low/high, high/low]; the print admits [p - 1/2, p + 1) of its last digit. For whole
    // k and any x: x >= k is floor(x) >= k, and x < k is floor(x) < k, so floors decide exactly.
    let reaches_print = (2 * unit * numerator.high).div_euclid(denominator.low) >= 2 * printed - 1;
    let begins_before = (unit * numerator.low).div_euclid(denominator.high) < printed + 1;
    Some(if reaches_print && begins_before { Verdict::WithinPrinting } else { Verdict::Contradicted })
}

/// `numerator / denominator` rounded half up, of numbers that are not negative.
fn half_up(numerator: i128, denominator: i128) -> i128 {
    let (numerator, denominator) = (2 * numerator + denominator, 2 * denominator);
    match (u64::try_from(numerator), u64::try_from(denominator)) {
        // Nearly all rates: dividing the wider integer takes several times as long.
        (Ok(numerator), Ok(denominator)) => i128::from(numerator / denominator),
        _ => numerator.div_euclid(denominator),
    }
}

/// 100 × numerator / denominator in percent, rounded half away from zero to two places. Both are exact sums of any
/// size, and neither is negative; the denominator is not zero.
pub fn percent_of_sums(numerator: i128, denominator: i128) -> String {
    let rounded = half_up(numerator * 10_000, denominator);
    match u64::try_from(rounded) {
        // Nearly every rate: formatting the wider integer takes several times as long.
        Ok(rounded) => format!("{}.{:02}", rounded / 100, rounded % 100),
        Err(_) => format!("{}.{:02}", rounded / 100, rounded % 100),
    }
}

/// 100 × numerator / denominator, rounded half away from zero to `places` decimals. The denominator is positive.
pub fn percent(numerator: i128, denominator: i128, places: u32) -> Decimal {
    ratio(numerator, denominator, 100, places)
}

/// `per` × numerator / denominator, rounded half away from zero to `places` decimals. The denominator is positive.
pub(crate) fn ratio(numerator: i128, denominator: i128, per: i128, places: u32) -> Decimal {
    let unit = per * ten_to(places);
    let rounded = half_up(numerator.abs() * unit, denominator) * numerator.signum();
    whole_or_exact(rounded, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn of(printed: &str, numerator: &str, denominator: &str) -> Option<Verdict> {
        verdict(dec(printed), Interval::printed(dec(numerator)), Interval::printed(dec(denominator)), 100)
    }

    #[test]
    fn the_four_verdicts() {
        use Verdict::{Contradicted, Rounded, Truncated, WithinPrinting};
        for (printed, numerator, denominator, expected) in [
            ("100", "280.19", "280.19", Some(Rounded)),
            ("17.35", "58.85", "339.04", Some(Truncated)), // 17.3578…
            ("17.36", "58.85", "339.04", Some(Rounded)),
            ("17.37", "58.85", "339.04", Some(Contradicted)),
            ("17.34", "58.85", "339.04", Some(Contradicted)),
            ("17.34", "58.8", "339.0", Some(Truncated)), // 17.3451…
            ("17.33", "58.8", "339.0", Some(WithinPrinting)), // 58.75/339.05 = 17.3278…
            ("102.59", "338.31", "329.77", Some(Rounded)),
            ("35.9", "35.67", "100.00", Some(Contradicted)),
            ("12.5", "1", "8", Some(Rounded)),
            ("12.50", "1", "8", Some(Rounded)),
            ("13", "1", "8", Some(Rounded)), // 12.5 is half way: up
            ("12", "1", "8", Some(Truncated)),
            ("-17.36", "-58.85", "339.04", Some(Rounded)),
            ("17.36", "-58.85", "339.04", Some(Rounded)),
            ("0", "0", "5", Some(Rounded)),
            ("1", "1", "0", None),
            ("1", "1", "0.00", None),
        ] {
            assert_eq!(
                of(printed, numerator, denominator),
                expected,
                "{printed} of {numerator}/{denominator}"
            );
        }
    }

    #[test]
    fn bounds_do_not_overflow() {
        let largest = "999999999999999.999999";
        assert_eq!(of("100.000000", largest, largest), Some(Verdict::Rounded));
        assert_eq!(of(largest, largest, "0.000001"), Some(Verdict::Contradicted));
        let many = Interval::printed(dec(largest)).times(1_000_000);
        assert_eq!(verdict(dec("100.000000"), many, many, 100), Some(Verdict::Rounded));
    }

    #[test]
    fn the_edges_of_the_print_are_half_open() {
        let exact = Interval::exactly;
        // The print 10 admits [9.5, 11).
        let of = |n, d| verdict(dec("10"), exact(n), exact(d), 1).unwrap();
        assert_eq!(of(95, 10), Verdict::Rounded);
        assert_eq!(of(1099, 100), Verdict::Truncated);
        assert_eq!(of(110, 10), Verdict::Contradicted);
        assert_eq!(of(949, 100), Verdict::Contradicted);
        // An interval that only touches 9.5 from below still meets it; one that begins at 11 does not.
        let touching = Interval { low: 90, value: 91, high: 95 };
        assert_eq!(
            verdict(dec("10"), touching, Interval { low: 10, value: 10, high: 10 }, 1),
            Some(Verdict::WithinPrinting)
        );
        let beyond = Interval { low: 110, value: 111, high: 115 };
        assert_eq!(
            verdict(dec("10"), beyond, Interval { low: 10, value: 10, high: 10 }, 1),
            Some(Verdict::Contradicted)
        );
        let just_inside = Interval { low: 109, value: 111, high: 115 };
        assert_eq!(
            verdict(dec("10"), just_inside, Interval { low: 10, value: 10, high: 10 }, 1),
            Some(Verdict::WithinPrinting)
        );
        let just_below = Interval { low: 90, value: 91, high: 94 };
        assert_eq!(
            verdict(dec("10"), just_below, Interval { low: 10, value: 10, high: 10 }, 1),
            Some(Verdict::Contradicted)
        );
        // A denominator whose interval touches zero leaves the rate undefined.
        assert_eq!(verdict(dec("10"), touching, Interval { low: 0, value: 1, high: 2 }, 1), None);
        assert_eq!(
            verdict(dec("9000"), touching, Interval { low: 1, value: 1, high: 2 }, 100),
            Some(Verdict::WithinPrinting)
        );
    }

    #[test]
    fn intervals() {
        let printed = |text: &str| Interval::printed(dec(text));
        assert_eq!(printed("1.50"), Interval { low: 14_950_000, value: 15_000_000, high: 15_050_000 });
        assert_eq!(printed("1.2345678"), printed("1.234567"));
        assert_eq!(printed("1.234567"), Interval { low: 12_345_665, value: 12_345_670, high: 12_345_675 });
        assert_eq!(printed("0"), Interval { low: -5_000_000, value: 0, high: 5_000_000 });
        assert_eq!(printed("-2").abs(), printed("2"));
        assert_eq!(printed("0").abs(), Interval { low: 0, value: 0, high: 5_000_000 });
        assert_eq!(Interval { low: -9, value: -3, high: 2 }.abs(), Interval { low: 0, value: 3, high: 9 });
        assert_eq!(Interval { low: -2, value: 3, high: 9 }.abs(), Interval { low: 0, value: 3, high: 9 });
        assert_eq!(Interval { low: -9, value: -3, high: 0 }.abs(), Interval { low: 0, value: 3, high: 9 });
        let difference = printed("3.0").minus(printed("1.00"));
        assert_eq!(difference, Interval { low: 19_450_000, value: 20_000_000, high: 20_550_000 });
        assert_eq!(
            printed("3.0").plus(printed("1.00")),
            Interval { low: 39_450_000, value: 40_000_000, high: 40_550_000 }
        );
        assert!(printed("3").surely_exceeds(printed("1")));
        assert!(!printed("2").surely_exceeds(printed("1"))); // both may be 1.5
        assert!(printed("2.1").surely_exceeds(printed("1")));
        assert!(printed("1").surely_differs(printed("3")) && printed("3").surely_differs(printed("1")));
        assert!(!printed("1").surely_differs(printed("2")));
        assert_eq!(Interval::exactly(3).times(2), Interval::exactly(6));
        assert_eq!(Interval::exact(dec("3.00")), Interval::exactly(3));
        assert_eq!(printed("1.000000").decimal().to_string(), "1.00");
        assert_eq!(printed("1.234560").decimal().to_string(), "1.23456");
    }

    #[test]
    fn rates_round_half_away_from_zero() {
        assert_eq!(percent(1, 8, 2).to_string(), "12.50");
        assert_eq!(percent(1, 8, 0).to_string(), "13");
        assert_eq!(percent(-1, 8, 0).to_string(), "-13");
        assert_eq!(percent(2, 3, 2).to_string(), "66.67");
        assert_eq!(percent(0, 3, 2).to_string(), "0.00");
        assert_eq!(ratio(1, 3, 1, 3).to_string(), "0.333");
        // Beyond 96 bits the digits after the point are dropped.
        let large = 10_i128.pow(30);
        assert_eq!(decimal(large).to_string(), "100000000000000000000000.00");
        assert_eq!(decimal(large + 5_000_000).to_string(), "100000000000000000000000.00");
        assert_eq!(ratio(large, 100, 1, 3).to_string(), "10000000000000000000000000000");
        assert_eq!(ratio(large, 1, 1, 3), Decimal::MAX);
        assert_eq!(ratio(-large, 1, 1, 3), Decimal::MIN);
        assert_eq!(percent_of_sums(1, 8), "12.50");
        assert_eq!(percent_of_sums(2, 3), "66.67");
        assert_eq!(percent_of_sums(1, 2_000_000), "0.00");
        assert_eq!(percent_of_sums(1, 20_000), "0.01");
        assert_eq!(percent_of_sums(large, 1), "100000000000000000000000000000000.00");
    }

    proptest! {
        /// A rate that was rounded or cut from amounts which were then rounded is never contradicted.
        #[test]
        fn honest_prints_are_never_contradicted(n in 0_i128..10_000_000_000, d in 1_i128..10_000_000_000, cut in 0_u32..4, places in 0_u32..4, truncated: bool) {
            let round = |v: i128| (v + 10_i128.pow(cut) / 2).div_euclid(10_i128.pow(cut));
            let printed = |v: i128| Interval::printed(Decimal::from_i128_with_scale(round(v), 4 - cut));
            let unit = 100 * 10_i128.pow(places);
            let rate = if truncated { n * unit / d } else { half_up(n * unit, d) };
            let verdict = verdict(Decimal::from_i128_with_scale(rate, places), printed(n), printed(d), 100);
            prop_assert_ne!(verdict, Some(Verdict::Contradicted));
        }

        /// Values that two printed numbers may mean add up to a value that their printed sum may mean.
        #[test]
        fn sums_hold_their_parts(a in -1_000_000_i128..1_000_000, b in -1_000_000_i128..1_000_000, cut_a in 0_u32..4, cut_b in 0_u32..4) {
            let printed = |true_value: i128, cut: u32| {
                let unit = 10_i128.pow(cut);
                let half_away = (2 * true_value.abs() + unit).div_euclid(2 * unit) * true_value.signum();
                Interval::printed(Decimal::from_i128_with_scale(half_away, 4 - cut))
            };
            let (x, y) = (printed(a, cut_a), printed(b, cut_b));
            let holds = |interval: Interval, value: i128| interval.low <= value * 1_000 && value * 1_000 <= interval.high;
            prop_assert!(holds(x, a) && holds(y, b));
            prop_assert!(holds(x.plus(y), a + b));
            prop_assert!(holds(x.minus(y), a - b));
            prop_assert!(holds(x.abs(), a.abs()));
        }
    }
}
