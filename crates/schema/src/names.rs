//! Names, and the normal form in which all names are compared.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// A name that the schema knows; borrowed unless it was read from a file.
pub type Name = Cow<'static, str>;

/// Returns a name in the form in which names are compared.
///
/// Full-width characters become narrow, all kinds of brackets become `(` and `)`, ASCII letters become lower case, and
/// white space is removed. Two names are the same name if they are equal after that. The rules, the roster and the
/// plugins' SDK all compare names in this way.
///
/// ```
/// use huizong_schema::normalise_name;
///
/// assert_eq!(normalise_name("示范区 第１管理局（本级）"), "示范区第1管理局(本级)");
/// ```
pub fn normalise_name(name: &str) -> Cow<'_, str> {
    if is_normalised(name) {
        return Cow::Borrowed(name);
    }
    let narrow = name.nfkc().filter(|c| !c.is_whitespace());
    narrow
        .map(|c| match c {
            '【' | '〔' | '[' | '{' => '(',
            '】' | '〕' | ']' | '}' => ')',
            c => c.to_ascii_lowercase(),
        })
        .collect::<String>()
        .into()
}

/// Returns true if the [normal forms](normalise_name) of two names differ for certain, as their first or their last characters are two
/// ideographs. It may return false for names that differ elsewhere; then their normal forms tell.
///
/// ```
/// use huizong_schema::surely_differ;
///
/// assert!(surely_differ("档案 馆", "科协（本级）"));
/// assert!(!surely_differ("科协（本级）", "科协(本级)"));
/// ```
pub fn surely_differ(a: &str, b: &str) -> bool {
    let differ = |a: Option<&[u8; 3]>, b: Option<&[u8; 3]>| {
        a.zip(b).is_some_and(|(a, b)| a != b && is_ideograph(*a) && is_ideograph(*b))
    };
    differ(a.as_bytes().first_chunk(), b.as_bytes().first_chunk())
        || differ(a.as_bytes().last_chunk(), b.as_bytes().last_chunk())
}

/// Returns true if the first character is a common ideograph, U+4E00 to U+9FFF, which every normal form keeps.
pub fn begins_with_ideograph(text: &str) -> bool {
    text.as_bytes().first_chunk().is_some_and(|first| is_ideograph(*first))
}

/// Returns true for the bytes of a character from U+4E00 to U+9FFF. Three bytes of a text are those of one character if the first of
/// them begins one of three bytes.
const fn is_ideograph(bytes: [u8; 3]) -> bool {
    matches!(bytes, [0xe5..=0xe9, _, _] | [0xe4, 0xb8..=0xbf, _])
}

/// Returns true for a name made only of characters that normalisation keeps: common ideographs, digits, lower-case
/// letters and a few marks. It may return false for other normalised names. Most names pass, and need no copy.
fn is_normalised(name: &str) -> bool {
    let mut rest = name.as_bytes();
    loop {
        rest = match rest {
            [] => return true,
            [b'A'..=b'Z' | b'[' | b']' | b'{' | b'}', ..] => return false,
            // U+4E00 to U+9FFF, three bytes each; ASCII; ≤ ≥ “ ” 、 。
            [0xe5..=0xe9, _, _, rest @ ..]
            | [0xe4, 0xb8..=0xbf, _, rest @ ..]
            | [b'!'..=b'~', rest @ ..]
            | [0xe2, 0x89, 0xa4 | 0xa5, rest @ ..]
            | [0xe2, 0x80, 0x9c | 0x9d, rest @ ..]
            | [0xe3, 0x80, 0x81 | 0x82, rest @ ..] => rest,
            _ => return false,
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn width_brackets_case_and_space_make_no_difference() {
        assert_eq!(normalise_name("示范区 科协（本级）"), normalise_name("示范区科协(本级)"));
        assert_eq!(normalise_name("ＡＢ【甲】"), "ab(甲)");
        assert_ne!(normalise_name("甲局"), normalise_name("乙局"));
    }

    #[test]
    fn the_short_way_agrees_with_the_long_one() {
        for kept in ["示范区档案馆", "活动参加人数(人次)", "一龥", "a-z~!", "≥95%≤3", "“甲”、乙。"]
        {
            assert!(is_normalised(kept), "{kept}");
            assert_eq!(kept.nfkc().collect::<String>(), kept);
        }
        for changed in ["㐀", "Ａ", "甲 乙", "甲　乙", "…", "A", "①"] {
            assert!(!is_normalised(changed), "{changed}");
        }
    }

    proptest! {
        #[test]
        fn what_surely_differs_has_two_normal_forms(
            a in "[甲乙０a ①、ﬁ豈]{0,3}", b in "[甲乙０a ①、ﬁ豈]{0,3}"
        ) {
            prop_assert!(!surely_differ(&a, &b) || normalise_name(&a) != normalise_name(&b));
            prop_assert!(!begins_with_ideograph(&a) || normalise_name(&a).chars().next() == a.chars().next());
        }

        #[test]
        fn normalising_twice_changes_nothing(name in "[甲乙局０-９0-9ａ-ｚA-Z（）()【】〔〕\\[\\]{} 　\u{a0}…①ﬁ]{0,12}") {
            let once = normalise_name(&name);
            prop_assert_eq!(&normalise_name(&once), &once);
        }
    }
}
