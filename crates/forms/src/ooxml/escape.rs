//! Text within XML and pages.

use std::borrow::Cow;

use quick_xml::escape::escape;

/// Text as it may stand in XML; characters that XML cannot hold at all are left out.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    let is_allowed =
        |c: char| matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(is_allowed) {
        return escape(text);
    }
    let kept: String = text.chars().filter(|c| is_allowed(*c)).collect();
    Cow::Owned(escape(&kept).into_owned())
}

/// A file of a zip container of which nothing tells when it was written.
pub(crate) fn options() -> zip::write::SimpleFileOptions {
    zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::DEFAULT)
}
