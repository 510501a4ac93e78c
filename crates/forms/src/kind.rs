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
    let head = text.trim_start().get(..512).unwrap_or(text.trim_start());
    let lower = head.to_ascii_lowercase();
    let is_page = lower.starts_with("<!doctype html")
        || ["<html", "<table", "<body"].iter().any(|tag| lower.contains(tag));
    match ending.as_str() {
        "json" => Kind::Json,
        "ndjson" | "jsonl" => Kind::Ndjson,
        "htm" | "html" => Kind::Html,
        _ if is_page => Kind::Html,
        _ if head.starts_with('{') => Kind::Json,
        _ => Kind::Text,
    }
}
