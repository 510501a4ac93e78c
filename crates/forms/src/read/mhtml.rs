//! Web archives: a page and its parts in one file, as office programs save them under many names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The pages of an archive, in their order, as bytes in their own encoding.
///
/// A workbook saved so has a page for its frames and one for each sheet; pages without a table are left out.
pub(super) fn pages(bytes: &[u8]) -> Vec<Vec<u8>> {
    // Headers are ASCII; bodies are encoded in ASCII too, or are left as they are.
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let boundary = parameter(&text[..text.len().min(LONGEST_HEAD)], "boundary");
    let parts: Vec<&str> = match &boundary {
        Some(boundary) => text.split(&format!("--{boundary}")).skip(1).collect(),
        None => vec![&text],
    };
    let parts: Vec<Part> = parts.into_iter().take(MOST_PARTS).filter_map(Part::of).collect();
    // The style sheets of an archive are parts of their own.
    let sheets: Vec<u8> = parts.iter().filter(|part| part.is_sheet).flat_map(Part::as_style).collect();
    let pages = parts.into_iter().filter(|part| !part.is_sheet).filter_map(Part::into_page);
    pages.map(|page| [page, sheets.clone()].concat()).collect()
}

/// Where the mark between parts is declared.
const LONGEST_HEAD: usize = 8 << 10;
/// The most parts that are looked at.
const MOST_PARTS: usize = 2_000;

/// A page or a style sheet.
struct Part {
    is_sheet: bool,
    /// The encoding that its head says.
    charset: Option<String>,
    body: Vec<u8>,
}

impl Part {
    fn of(part: &str) -> Option<Self> {
        let part = part.trim_start_matches(['\r', '\n']);
        let (head, body) = part.split_once("\r\n\r\n").or_else(|| part.split_once("\n\n"))?;
        let lower = head.to_ascii_lowercase();
        let is_sheet = lower.contains("text/css");
        if !is_sheet && !lower.contains("text/html") {
            return None;
        }
        let body = if lower.contains("quoted-printable") {
            from_quoted(body)
        } else if lower.contains("base64") {
            let digits: String = body.split_ascii_whitespace().collect();
            STANDARD.decode(digits.trim_end_matches('-')).ok()?
        } else {
            body.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect()
        };
        Some(Self { is_sheet, charset: parameter(head, "charset"), body })
    }

    fn as_style(&self) -> Vec<u8> {
        // What ends the element early would be shown as text.
        let sheet = self.body.iter().copied().filter(|byte| byte.is_ascii() && *byte != b'<');
        [b"<style>".to_vec(), sheet.collect(), b"</style>".to_vec()].concat()
    }

    /// The page with its encoding declared, if it has a table.
    fn into_page(self) -> Option<Vec<u8>> {
        let has_table = String::from_utf8_lossy(&self.body).to_ascii_lowercase().contains("<table");
        let charset = self.charset.filter(|_| !declares_charset(&self.body));
        let declared = charset.map(|charset| format!("<meta charset=\"{charset}\">").into_bytes());
        has_table.then(|| [declared.unwrap_or_default(), self.body].concat())
    }
}

fn declares_charset(body: &[u8]) -> bool {
    let head = &body[..body.len().min(2048)];
    String::from_utf8_lossy(head).to_ascii_lowercase().contains("charset=")
}

/// The value of a header's parameter.
fn parameter(head: &str, name: &str) -> Option<String> {
    let at = head.to_ascii_lowercase().find(&format!("{name}="))?;
    let value = &head[at + name.len() + 1..];
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => value.split([';', '\r', '\n', ' ']).next()?,
    };
    (!value.is_empty()).then(|| value.to_owned())
}

/// `=E4=BD=A0` as bytes; a line that ends in `=` goes on.
fn from_quoted(body: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend(before.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()));
        rest = match after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                &after[2..]
            }
            None => match after.strip_prefix("\r\n").or_else(|| after.strip_prefix('\n')) {
                Some(after) => after,
                None => {
                    bytes.push(b'=');
                    after
                }
            },
        };
    }
    bytes.extend(rest.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_with_tables_are_taken_out() {
        let archive = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"--=_x\"\r\n\r\n\
            ----=_x\r\nContent-Type: text/html\r\n\r\n<frameset>\r\n\
            ----=_x\r\nContent-Type: text/html; charset=\"utf-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            <table><tr><td>=E7=94=B2=\r\n</td></tr></table>\r\n\
            ----=_x\r\nContent-Type: image/png\r\n\r\nxx\r\n----=_x--";
        let pages = pages(archive.as_bytes());
        assert_eq!(pages.len(), 1);
        assert_eq!(
            String::from_utf8_lossy(&pages[0]).trim_end(),
            "<meta charset=\"utf-8\"><table><tr><td>甲</td></tr></table>"
        );
        assert!(super::pages(b"MIME-Version: 1.0\n\n").is_empty());
    }
}
