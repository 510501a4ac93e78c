//! Text escaped for XML and web pages, and the options of new zip entries.

use std::borrow::Cow;

use quick_xml::escape::escape;

/// Text escaped for XML; characters that XML cannot hold at all are left out.
pub fn escaped(text: &str) -> Cow<'_, str> {
    let is_allowed =
        |c: char| matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(is_allowed) {
        return escape(text);
    }
    let kept: String = text.chars().filter(|c| is_allowed(*c)).collect();
    Cow::Owned(escape(&kept).into_owned())
}

/// The options of a zip entry that has no time of its own.
pub fn entry_options() -> zip::write::SimpleFileOptions {
    zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::DEFAULT)
        .system(zip::System::Unix)
}
