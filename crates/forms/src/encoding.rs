//! Bytes to text, in the encodings that Chinese office machines write.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// A decoded text.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The text, without a byte order mark; its lines end in a line feed.
    pub text: String,
    /// The encoding's name.
    pub encoding: &'static str,
    /// How many places had bytes that could not be decoded; each is `U+FFFD` in the text.
    pub bad: u64,
    /// Whether neither a mark nor a declaration nor the bytes themselves say the encoding.
    pub is_guess: bool,
}

/// Reads bytes as JSON text: UTF-8, or UTF-16 or UTF-32 after a mark (RFC 8259). No other encoding is tried: a guess
/// would turn one cut character into other words.
pub fn decode_json(bytes: &[u8]) -> Decoded {
    let wide = |mark: &[u8], of: fn([u8; 4]) -> u32| bytes.strip_prefix(mark).map(|bytes| utf32(bytes, of));
    let utf32 =
        wide(b"\xff\xfe\0\0", u32::from_le_bytes).or_else(|| wide(b"\0\0\xfe\xff", u32::from_be_bytes));
    utf32.unwrap_or_else(|| match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => with(encoding, &bytes[mark..]),
        None => with(UTF_8, bytes),
    })
}

/// Reads bytes from the middle of JSON text as UTF-8. A mark is allowed only at the beginning of a text, so here it is kept.
pub fn decode_json_part(bytes: &[u8]) -> Decoded {
    with(UTF_8, bytes)
}

/// Text of four bytes a character.
fn utf32(bytes: &[u8], number: fn([u8; 4]) -> u32) -> Decoded {
    let (mut text, mut bad) = (String::with_capacity(bytes.len() / 2), 0);
    let characters = bytes.chunks_exact(4);
    let is_cut = !characters.remainder().is_empty();
    for four in characters {
        let c = four.try_into().ok().map(number).and_then(char::from_u32);
        bad += u64::from(c.is_none());
        text.push(c.unwrap_or('\u{fffd}'));
    }
    if is_cut {
        bad += 1;
        text.push('\u{fffd}');
    }
    Decoded { text, encoding: "UTF-32", bad, is_guess: false }
}

/// Reads bytes as text.
///
/// A byte order mark decides; else UTF-8 if all bytes agree; else UTF-16 if zero bytes say so; else the encoding
/// that a page declares; else GB18030 (which holds GBK and GB2312) if the bytes make sense in it, or UTF-16 if they
/// make sense in that; else whatever leaves the fewest places unread.
pub fn decode(bytes: &[u8]) -> Decoded {
    let mut decoded = decode_as_it_stands(bytes);
    // Text without a line feed ends its lines in an older way; replacing the marks moves no character.
    if !decoded.text.contains('\n') && decoded.text.contains('\r') {
        decoded.text = decoded.text.replace('\r', "\n");
    }
    decoded
}

fn decode_as_it_stands(bytes: &[u8]) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[mark..]);
    }
    if let Ok(text) = simdutf8::basic::from_utf8(bytes)
        && !looks_like_utf16(bytes)
    {
        return Decoded { text: text.to_owned(), encoding: UTF_8.name(), bad: 0, is_guess: false };
    }
    if looks_like_utf16(bytes) {
        let odd_zeros = bytes.iter().skip(1).step_by(2).filter(|b| **b == 0).count();
        let even_zeros = bytes.iter().step_by(2).filter(|b| **b == 0).count();
        return with(if odd_zeros >= even_zeros { UTF_16LE } else { UTF_16BE }, bytes);
    }
    if let Some(encoding) = declared(bytes) {
        return with(encoding, bytes);
    }
    let guess = |decoded: Decoded| Decoded { is_guess: true, ..decoded };
    let gb18030 = guess(with(GB18030, bytes));
    if gb18030.bad == 0 && makes_sense(&gb18030.text) {
        return gb18030;
    }
    if bytes.len().is_multiple_of(2)
        && let Some(utf16) = [UTF_16LE, UTF_16BE]
            .into_iter()
            .map(|encoding| guess(with(encoding, bytes)))
            .find(|decoded| decoded.bad == 0 && makes_sense(&decoded.text))
    {
        return utf16;
    }
    // Damaged text: UTF-8 that was cut, or GB18030? The one with fewer bad places.
    let utf8 = with(UTF_8, bytes);
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guessed = guess(with(detector.guess(Some(b"cn"), chardetng::Utf8Detection::Allow), bytes));
    // Bytes of UTF-8 are hardly ever anything else, so a text that is nearly UTF-8 is damaged UTF-8.
    let is_damaged_utf8 =
        utf8.bad > 0 && utf8.bad * 50 < utf8.text.chars().filter(|c| !c.is_ascii()).count() as u64;
    if is_damaged_utf8 {
        return utf8;
    }
    let best = [utf8, gb18030, guessed].into_iter().min_by_key(|decoded| decoded.bad);
    let mut best = best.unwrap_or_else(|| with(UTF_8, bytes));
    // A guess without a single impossible byte may still be no text.
    if best.bad == 0 && best.is_guess && !makes_sense(&best.text) {
        best.bad = 1;
    }
    best
}

fn with(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let bad = text.matches('\u{fffd}').count() as u64;
    Decoded { text: text.into_owned(), encoding: encoding.name(), bad, is_guess: false }
}

/// ASCII in UTF-16 makes every other byte zero. A lone NUL in a text does not.
pub(crate) fn looks_like_utf16(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096) & !1];
    // Hardly any text has one.
    if !head.contains(&0) {
        return false;
    }
    let zeros = head.iter().filter(|b| **b == 0).count();
    let on_one_side = |parity: usize| head.iter().skip(parity).step_by(2).all(|b| *b != 0);
    bytes.len().is_multiple_of(2)
        && zeros >= 2
        && zeros * 20 >= head.len()
        && (on_one_side(0) || on_one_side(1))
}

/// Whether nearly all characters of a text are usual in Chinese forms. Bytes in the wrong encoding are a medley.
fn makes_sense(text: &str) -> bool {
    let is_usual = |c: char| {
        matches!(c, ' '..='~' | '\t' | '\n' | '\r' | '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
            || matches!(c, '“' | '”' | '‘' | '’' | '—' | '…' | '·' | '≥' | '≤' | '％' | '℃' | '①'..='⑳' | '─'..='╿')
    };
    let (mut usual, mut all) = (0_usize, 0_usize);
    for c in text.chars().take(8192) {
        usual += usize::from(is_usual(c));
        all += 1;
    }
    usual * 20 >= all * 19
}

/// The encoding that the beginning of a page declares.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_ascii_lowercase();
    let label = head.split_once("charset=").or_else(|| head.split_once("encoding="))?.1;
    let label = label.trim_start_matches(['"', '\'']);
    let end = label.find(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c)))?;
    // A page that declares UTF-8 but is not UTF-8 is left to the checks of its bytes.
    Encoding::for_label(&label.as_bytes()[..end]).filter(|encoding| *encoding != UTF_8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "部门名称\t示范区档案馆\t2023年\r\n实际支出数\t280.19\n";

    #[test]
    fn the_encodings_of_office_machines() {
        let utf16 = |big: bool| -> Vec<u8> {
            let units = TEXT.encode_utf16();
            units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        let gbk = encoding_rs::GBK.encode(TEXT).0.into_owned();
        let with_mark = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for (bytes, encoding) in [
            (TEXT.as_bytes().to_vec(), "UTF-8"),
            (with_mark(b"\xef\xbb\xbf", TEXT.as_bytes()), "UTF-8"),
            (gbk, "gb18030"),
            (utf16(false), "UTF-16LE"),
            (utf16(true), "UTF-16BE"),
            (with_mark(b"\xff\xfe", &utf16(false)), "UTF-16LE"),
            (with_mark(b"\xfe\xff", &utf16(true)), "UTF-16BE"),
        ] {
            let decoded = decode(&bytes);
            assert_eq!((decoded.text.as_str(), decoded.encoding, decoded.bad), (TEXT, encoding, 0));
        }
    }

    #[test]
    fn utf16_with_hardly_any_ascii() {
        let text = "部门整体支出绩效自评表：示范区档案馆把馆藏整理、主题展览和咨询服务都办完了，来馆人次比上年多。\n".repeat(3);
        for big in [false, true] {
            let units = text.encode_utf16();
            let bytes: Vec<u8> =
                units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect();
            assert_eq!(decode(&bytes).text, text);
        }
        let gbk = encoding_rs::GBK.encode(&text).0;
        assert_eq!(decode(&gbk).text, text);
    }

    #[test]
    fn four_byte_characters_of_gb18030() {
        let text = "𠮷野家示范𡈽";
        let bytes = GB18030.encode(text).0.into_owned();
        assert_eq!(decode(&bytes).text, text);
    }

    #[test]
    fn damage_is_counted() {
        let mut bytes = TEXT.as_bytes().to_vec();
        bytes[1] = 0xff;
        let decoded = decode(&bytes);
        assert_eq!(decoded.encoding, "UTF-8");
        assert!(decoded.bad > 0 && decoded.text.contains("示范区档案馆"));
        assert_eq!(decode(b"a\0b").bad, 0);
        assert_eq!(decode(b"").text, "");
        assert_eq!(decode(b"a\rb").text, "a\nb");
    }

    #[test]
    fn json_is_utf8_or_says_that_it_is_not() {
        let text = r#"{"name": "档案馆"}"#;
        let utf32 = |of: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| of(u32::from(c))).collect::<Vec<u8>>();
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            [b"\xff\xfe".to_vec(), utf16].concat(),
            [b"\xff\xfe\0\0".to_vec(), utf32(u32::to_le_bytes)].concat(),
            [b"\0\0\xfe\xff".to_vec(), utf32(u32::to_be_bytes)].concat(),
        ] {
            let decoded = decode_json(&bytes);
            assert_eq!((decoded.text.as_str(), decoded.bad), (text, 0));
        }
        let cut = &text.as_bytes()[..text.len() - 3];
        assert_eq!(decode_json(cut).bad, 1);
        let gbk = encoding_rs::GBK.encode(text).0;
        assert!(decode_json(&gbk).bad > 0);
    }

    #[test]
    fn one_cut_character_makes_no_text_of_another_encoding() {
        let text = TEXT.repeat(20);
        for cut in 1..40 {
            let mut bytes = text.as_bytes().to_vec();
            let Some(at) = bytes.iter().skip(cut * 7).position(|byte| *byte >= 0xe0) else { continue };
            bytes.remove(cut * 7 + at + 1);
            let decoded = decode(&bytes);
            assert_eq!(decoded.encoding, "UTF-8", "{cut}");
            assert!(decoded.bad > 0, "{cut}");
        }
    }

    #[test]
    fn a_guess_is_called_one() {
        let gbk = encoding_rs::GBK.encode(TEXT).0.into_owned();
        assert!(decode(&gbk).is_guess);
        assert!(!decode(TEXT.as_bytes()).is_guess);
        assert!(!decode(&[b"\xef\xbb\xbf", TEXT.as_bytes()].concat()).is_guess);
    }

    #[test]
    fn a_page_declares_its_encoding() {
        let page = "<html><head><meta charset=\"big5\"></head>預算</html>";
        let bytes = encoding_rs::BIG5.encode(page).0.into_owned();
        assert!(decode(&bytes).text.contains("預算"));
    }
}
