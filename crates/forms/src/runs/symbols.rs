//! Fonts whose letters are symbols: what a reader sees of a character in them.

/// The kind of a font: of letters, or one whose letters are symbols.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FontKind {
    #[default]
    Letters,
    Symbol,
    Wingdings,
    Wingdings2,
    Wingdings3,
    Webdings,
}

/// What is shown of a symbol that is not in the tables: something that is neither blank nor a figure.
const UNKNOWN: char = '\u{fffd}';

/// Symbol: the characters that are not those of ASCII.
const SYMBOL: &[(u8, &str)] = &[
    (0x22, "∀#∃%&∋()∗+,−"),
    (0x40, "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"),
    (0x61, "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"),
    (0xa2, "′≤⁄∞"),
    (0xac, "←↑→↓°±″≥×∝∂•÷≠≡≈…"),
    (0xd2, "®©™∏√⋅"),
    (0xe5, "∑"),
];
const WINGDINGS: &[(u8, &str)] = &[
    (0x6c, "●❍■□"),
    (0x71, "❑❒"),
    (0x75, "◆❖"),
    (0x78, "☒"),
    (0x81, "①②③④⑤⑥⑦⑧⑨⑩"),
    (0x8c, "❶❷❸❹❺❻❼❽❾❿"),
    (0x9f, "•"),
    (0xa1, "○"),
    (0xa7, "▪□"),
    (0xd8, "➢"),
    (0xdf, "←→↑↓"),
    (0xfb, "✗✔☒☑"),
];
const WINGDINGS_2: &[(u8, &str)] =
    &[(0x4f, "✗✔☒☑☒☒"), (0x6a, "①②③④⑤⑥⑦⑧⑨⑩"), (0x75, "❶❷❸❹❺❻❼❽❾❿"), (0x97, "●"), (0xa2, "■□")];
const WINGDINGS_3: &[(u8, &str)] = &[(0x66, "←→↑↓")];
const WEBDINGS: &[(u8, &str)] = &[(0x61, "✔"), (0x63, "□"), (0x67, "■"), (0x72, "✗")];

impl FontKind {
    /// The kind of the font of a name.
    pub(crate) fn named(name: &str) -> Self {
        let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        match name.to_ascii_lowercase().as_str() {
            "symbol" => Self::Symbol,
            "wingdings" => Self::Wingdings,
            "wingdings2" => Self::Wingdings2,
            "wingdings3" => Self::Wingdings3,
            "webdings" => Self::Webdings,
            _ => Self::Letters,
        }
    }

    /// What is shown of a character. Characters beyond one byte come from another font, but for those of the private
    /// area by which Windows names a symbol font's own.
    pub(crate) fn shown(self, c: char) -> char {
        let code = u32::from(c);
        let code = if (0xf000..=0xf0ff).contains(&code) { code - 0xf000 } else { code };
        let Ok(code) = u8::try_from(code) else { return c };
        if code <= 0x20 || code == 0xa0 {
            return c;
        }
        let table = match self {
            Self::Letters => return c,
            Self::Symbol => SYMBOL,
            Self::Wingdings => WINGDINGS,
            Self::Wingdings2 => WINGDINGS_2,
            Self::Wingdings3 => WINGDINGS_3,
            Self::Webdings => WEBDINGS,
        };
        let of =
            |(first, shown): &(u8, &'static str)| shown.chars().nth(usize::from(code.checked_sub(*first)?));
        let is_plain = self == Self::Symbol && code.is_ascii() && !code.is_ascii_alphabetic();
        table.iter().find_map(of).unwrap_or(if is_plain { char::from(code) } else { UNKNOWN })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_what_their_font_shows() {
        let shown = |font: &str, text: &str| -> String {
            let font = FontKind::named(font);
            text.chars().map(|c| font.shown(c)).collect()
        };
        assert_eq!(shown("Wingdings 2", "R是 £否"), "☑是 □否");
        assert_eq!(shown("Wingdings", "\u{f0fe}\u{f0a8}\u{f0fc}"), "☑□✔");
        assert_eq!(shown("wingdings", "2"), "\u{fffd}");
        assert_eq!(shown("Symbol", "\u{f0b3}120 ± \u{f02d}5"), "≥120 ± −5");
        assert_eq!(shown("Symbol", "abWz"), "αβΩζ");
        assert_eq!(shown("宋体", "R2\u{f0fe}"), "R2\u{f0fe}");
    }
}
