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
    // The style sheets of an archive are parts of their own, which its pages link to.
    let (sheets, pages): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(|part| part.is_sheet);
    pages
        .into_iter()
        .filter_map(|page| {
            let styles = page.styles(&sheets);
            Some([page.into_page()?, styles].concat())
        })
        .collect()
}

/// Where the mark between parts is declared.
const LONGEST_HEAD: usize = 8 << 10;
/// The most links of a page that are followed to parts.
const MOST_LINKS: usize = 200;
/// The most parts that are looked at.
const MOST_PARTS: usize = 2_000;

/// A page or a style sheet.
struct Part {
    is_sheet: bool,
    /// Where it was, or its name in the archive.
    names: Vec<String>,
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
        let header = |name: &str| {
            let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(name))?;
            Some(line[name.len()..].trim().trim_matches(['<', '>']).trim_start_matches("cid:").to_owned())
        };
        let names = ["content-location:", "content-id:"]
            .into_iter()
            .filter_map(header)
            .filter(|name| !name.is_empty());
        Some(Self { is_sheet, names: names.collect(), charset: parameter(head, "charset"), body })
    }

    /// The style sheets that a page links to, in the order of its links, for the media that these say.
    fn styles(&self, sheets: &[Part]) -> Vec<u8> {
        let text = crate::encoding::decode(&self.body).text;
        let mut styles = Vec::new();
        for link in text.split("<link").skip(1).take(MOST_LINKS) {
            let link = link.split('>').next().unwrap_or_default();
            let attribute = |name: &str| {
                let value = link.split_once(&format!(" {name}="))?.1;
                let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
                Some(match quote {
                    Some(quote) => value[1..].split(quote).next()?,
                    None => value.split_whitespace().next()?,
                })
            };
            let Some(target) = attribute("href") else { continue };
            let target = target.strip_prefix("cid:").unwrap_or(target);
            let is_target = |name: &String| {
                name == target || name.ends_with(&format!("/{}", target.trim_start_matches(['.', '/'])))
            };
            let Some(sheet) = sheets.iter().find(|sheet| sheet.names.iter().any(is_target)) else { continue };
            let media: String =
                attribute("media").unwrap_or_default().chars().filter(|c| *c != '"').collect();
            styles.extend(format!("<style media=\"{media}\">").into_bytes());
            styles.extend(sheet.in_ascii());
            styles.extend(b"</style>");
        }
        styles
    }

    /// A style sheet in characters that mean the same in any encoding of its page.
    fn in_ascii(&self) -> Vec<u8> {
        let text = crate::encoding::decode(&self.body).text;
        let escaped = text.chars().filter(|c| *c != '<').map(|c| match c {
            c if c.is_ascii() => c.to_string(),
            c => format!("\\{:x} ", u32::from(c)),
        });
        escaped.collect::<String>().into_bytes()
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
        let linked = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n\
            <link rel=stylesheet href=\"cid:a@m\"><link rel=stylesheet href='p.css' media=print><table></table>\r\n\
            --x\r\nContent-Type: text/css\r\nContent-ID: <a@m>\r\n\r\n.a::after{content:\"元\"}\r\n\
            --x\r\nContent-Type: text/css\r\nContent-Location: http://h/p.css\r\n\r\n.b{}\r\n\
            --x\r\nContent-Type: text/css\r\nContent-Location: http://h/q.css\r\n\r\n.c{}\r\n--x--";
        let page = String::from_utf8(super::pages(linked.as_bytes()).pop().unwrap()).unwrap();
        let styles = page.split_once("</table>").unwrap().1.split_whitespace().collect::<String>();
        assert_eq!(
            styles,
            "<stylemedia=\"\">.a::after{content:\"\\5143\"}</style><stylemedia=\"print\">.b{}</style>"
        );
        assert!(super::pages(b"MIME-Version: 1.0\n\n").is_empty());
    }
}
