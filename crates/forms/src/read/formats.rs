//! What kind of file it is, by what it holds rather than by what it is called.

/// A kind of file that this crate reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One JSON document, or an array of them.
    Json,
    /// JSON documents, a line each.
    Ndjson,
    /// A web page.
    Html,
    /// Text with cells.
    Text,
}

/// The kind of a text. The content decides; the name decides where the content could be several.
pub fn kind_of(name: &str, text: &str) -> Kind {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let mut text = text.trim_start();
    while let Some((_, rest)) = text.strip_prefix("<!--").and_then(|comment| comment.split_once("-->")) {
        text = rest.trim_start();
    }
    let end = (0..=512.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let head = &text[..end];
    let lower = head.to_ascii_lowercase();
    let is_page = lower.starts_with("<!doctype html")
        || ["<html", "<table", "<body"].iter().any(|tag| lower.contains(tag));
    match ending.as_str() {
        "json" => Kind::Json,
        "ndjson" | "jsonl" => Kind::Ndjson,
        "htm" | "html" => Kind::Html,
        _ if is_page => Kind::Html,
        _ if head.starts_with('{')
            || head.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('{')) =>
        {
            Kind::Json
        }
        _ => Kind::Text,
    }
}

/// What bytes are that are surely neither text nor page, whatever their file is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// A zip: most office files of today.
    Zip,
    /// An OLE container: office files of old, and those with a password.
    Ole,
    /// Another kind, which is not read.
    Other(&'static str),
}

impl Container {
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let marks: [(&[u8], Self); 8] = [
            (b"PK\x03\x04", Self::Zip),
            (b"PK\x05\x06", Self::Zip),
            (b"\xd0\xcf\x11\xe0", Self::Ole),
            (b"%PDF", Self::Other("pdf")),
            (b"\x89PNG", Self::Other("png")),
            (b"\xff\xd8\xff", Self::Other("jpeg")),
            (b"Rar!", Self::Other("rar")),
            (b"7z\xbc\xaf", Self::Other("7z")),
        ];
        marks.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, kind)| *kind)
    }
}

/// Whether bytes are surely neither text nor page.
pub fn is_container(bytes: &[u8]) -> bool {
    Container::of(bytes).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_where_the_name_does_not() {
        let comment = format!("<!--{}--> <html>", "页".repeat(999));
        for (name, text, kind) in [
            ("a.json", "部门", Kind::Json),
            ("a.jsonl", "{}", Kind::Ndjson),
            ("A.HTM", "", Kind::Html),
            ("a.txt", "  <!DOCTYPE html>", Kind::Html),
            ("a.txt", &comment, Kind::Html),
            ("a.txt", "{\"a\": 1}", Kind::Json),
            ("a.txt", "[\n {", Kind::Json),
            ("a.txt", "[附件]", Kind::Text),
            ("a.txt", "部门名称\t甲", Kind::Text),
            ("-", "", Kind::Text),
        ] {
            assert_eq!(kind_of(name, text), kind, "{name} {text}");
        }
    }
}
