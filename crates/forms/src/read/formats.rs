//! The file formats, one per line, and the one place that decides which format a file has.
//!
//! The content of a file decides. Its name decides only where the content fits several formats, and whether it is text
//! or a format that cannot be read.

use crate::encoding::{Decoded, decode, decode_json, looks_like_utf16};
use crate::ooxml::Package;
use crate::unreadable::Unreadable;

/// The first bytes of a zip: most office files of today.
const ZIP: &[&[u8]] = &[b"PK\x03\x04", b"PK\x05\x06"];
/// The first bytes of an OLE container: old office files, and encrypted ones.
const OLE: &[&[u8]] = &[b"\xd0\xcf\x11\xe0"];

/// Every format. Where first bytes are those of several formats, the first of them that is read reads the file.
const FORMATS: [FileFormat; 29] = [
    text(FileKind::Json, &["json"]),
    text(FileKind::Ndjson, &["ndjson", "jsonl"]),
    text(FileKind::Html, &["html", "htm"]),
    text(FileKind::Text, &["txt", "text", "tsv"]),
    office(Container::Zip, &["xlsx", "xlsm"], ZIP),
    office(Container::Zip, &["docx"], ZIP),
    office(Container::Zip, &["ods"], ZIP),
    office(Container::Ole, &["xls"], OLE),
    office(Container::SpreadsheetXml, &["xml"], &[]),
    office(Container::WebArchive, &["mht", "mhtml"], &[]),
    not_read(&["pdf"], &[b"%PDF"]),
    not_read(&["doc"], OLE),
    not_read(&["wps"], OLE),
    not_read(&["et"], OLE),
    not_read(&["odt"], ZIP),
    not_read(&["ofd"], ZIP),
    not_read(&["ppt"], OLE),
    not_read(&["pptx"], ZIP),
    not_read(&["rtf"], &[]),
    not_read(&["png"], &[b"\x89PNG"]),
    not_read(&["jpeg", "jpg"], &[b"\xff\xd8\xff"]),
    not_read(&["gif"], &[]),
    not_read(&["bmp"], &[]),
    not_read(&["tif", "tiff"], &[]),
    not_read(&["webp"], &[]),
    not_read(&["zip"], ZIP),
    not_read(&["rar"], &[b"Rar!"]),
    not_read(&["7z"], &[b"7z\xbc\xaf"]),
    not_read(&["gz"], &[]),
];

/// A file format, whether it can be read or not.
///
/// ```
/// use huizong_forms::FileFormat;
/// assert!(FileFormat::of_ending("XLSX").is_some_and(FileFormat::is_read));
/// assert!(FileFormat::of_ending("pdf").is_some_and(|pdf| !pdf.is_read()));
/// assert!(FileFormat::of_ending("2023").is_none());
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct FileFormat {
    /// The endings of its files' names. The first one is also the format's name.
    endings: &'static [&'static str],
    /// The first bytes of its files; empty if they do not identify it.
    first_bytes: &'static [&'static [u8]],
    reader: FormatReader,
}

/// The reader of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FormatReader {
    /// The readers of text.
    Text(FileKind),
    /// The readers of office files.
    Office(Container),
    /// Nothing.
    None,
}

const fn text(kind: FileKind, endings: &'static [&'static str]) -> FileFormat {
    FileFormat { endings, first_bytes: &[], reader: FormatReader::Text(kind) }
}

const fn office(
    container: Container,
    endings: &'static [&'static str],
    first_bytes: &'static [&'static [u8]],
) -> FileFormat {
    FileFormat { endings, first_bytes, reader: FormatReader::Office(container) }
}

const fn not_read(endings: &'static [&'static str], first_bytes: &'static [&'static [u8]]) -> FileFormat {
    FileFormat { endings, first_bytes, reader: FormatReader::None }
}

impl FileFormat {
    /// Returns true if files of the format hold a JSON document a line, so that they can be read in blocks.
    pub fn is_lines(&self) -> bool {
        matches!(self.reader, FormatReader::Text(FileKind::Ndjson))
    }

    /// The format with this file name ending, in lower or upper case; `None` if no format has it.
    pub fn of_ending(ending: &str) -> Option<&'static Self> {
        let has = |format: &&Self| format.endings.iter().any(|of| of.eq_ignore_ascii_case(ending));
        FORMATS.iter().find(has)
    }

    /// The format that the ending of a file's name says; `None` if no format has it.
    pub fn of_name(name: &str) -> Option<&'static Self> {
        Self::of_ending(name.rsplit_once('.')?.1)
    }

    /// Whether its files can be read.
    pub fn is_read(&self) -> bool {
        self.reader != FormatReader::None
    }
}

/// The kind of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// One JSON document, or an array of them.
    Json,
    /// JSON documents, one per line.
    Ndjson,
    /// A web page.
    Html,
    /// Text with cells.
    Text,
}

/// The kind of bytes that are neither text nor a page, whatever their file is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// A zip: see [`PackageKind`].
    Zip,
    /// An OLE container.
    Ole,
    /// An XML spreadsheet of Excel 2003.
    SpreadsheetXml,
    /// A page with its parts in one file.
    WebArchive,
    /// Another format, which is not read: its name.
    Other(&'static str),
    /// Neither text nor any format, under the name of a workbook or a document.
    Damaged,
}

impl Container {
    /// The container that bytes are; `None` if they may be text.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let begins = |format: &&FileFormat| format.first_bytes.iter().any(|first| bytes.starts_with(first));
        let by_first_bytes = FORMATS.iter().find(begins).map(|format| match format.reader {
            FormatReader::Office(container) => container,
            FormatReader::Text(_) | FormatReader::None => Self::Other(format.endings[0]),
        });
        by_first_bytes.or_else(|| Self::of_text(bytes))
    }

    /// The container that a text is, by what it says of itself at its beginning.
    fn of_text(bytes: &[u8]) -> Option<Self> {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST_DECLARATION)]);
        let head = head.trim_start_matches('\u{feff}').trim_start();
        if head.starts_with('<') && head.contains("urn:schemas-microsoft-com:office:spreadsheet") {
            // Pages that office programs save name it too, as one of several.
            return (!head.to_ascii_lowercase().contains("<html")).then_some(Self::SpreadsheetXml);
        }
        let lower = head.get(..20).unwrap_or_default().to_ascii_lowercase();
        let is_archive = lower.starts_with("mime-version:") || lower.starts_with("from: <saved by");
        is_archive.then_some(Self::WebArchive)
    }
}

/// The kind of a zip, by the parts in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PackageKind {
    /// A Word document.
    Document,
    /// An Excel workbook.
    Workbook,
    /// An OpenDocument spreadsheet.
    OpenSpreadsheet,
    /// A format that is not read: its name.
    Other(&'static str),
}

impl PackageKind {
    /// The kind of a package.
    pub(crate) fn of(package: &mut Package<'_>) -> Result<Self, Unreadable> {
        if package.has("word/document.xml") || package.has("word/document2.xml") {
            return Ok(Self::Document);
        }
        if package.has("content.xml") {
            let kind = package.part("mimetype")?.unwrap_or_default();
            let is_text = String::from_utf8_lossy(&kind).contains("opendocument.text");
            return Ok(if is_text { Self::Other("odt") } else { Self::OpenSpreadsheet });
        }
        if package
            .names()
            .any(|name| name.starts_with("xl/") && name.ends_with(".bin") && name.contains("workbook"))
        {
            return Ok(Self::Other("xlsb"));
        }
        let is_workbook = package.has("[Content_Types].xml") || package.has("xl/workbook.xml");
        Ok(if is_workbook { Self::Workbook } else { Self::Other("zip") })
    }
}

/// The format of bytes, detected by their beginning.
#[derive(Debug)]
pub(super) enum Sniffed {
    /// A container, still packed.
    Container(Container),
    /// A text, decoded.
    Text(FileKind, Decoded),
}

/// The text of JSON in UTF-8, which nearly all JSON is, without a copy. [`sniff`] comes to the same text, and decodes what this is not
/// sure of.
pub(super) fn plain_json<'b>(bytes: &'b [u8], name: &str) -> Option<&'b str> {
    if !matches!(bytes.first(), Some(b'{' | b'[')) || is_office(name) || looks_like_utf16(bytes) {
        return None;
    }
    let text = simdutf8::basic::from_utf8(bytes).ok()?;
    // The mark of a place that could not be decoded.
    let is_json = is_json(kind_of(name, text)) && !text.contains('\u{fffd}');
    is_json.then_some(text)
}

/// Tells what the bytes of a file of that name are.
pub(super) fn sniff(bytes: &[u8], name: &str) -> Sniffed {
    match Container::of(bytes) {
        Some(container) => Sniffed::Container(container),
        None => {
            let decoded = decode(bytes);
            if is_office(name) && is_noise(&decoded.text) {
                return Sniffed::Container(Container::Damaged);
            }
            match kind_of(name, &decoded.text) {
                kind if is_json(kind) => Sniffed::Text(kind, decode_json(bytes)),
                kind => Sniffed::Text(kind, decoded),
            }
        }
    }
}

fn is_json(kind: FileKind) -> bool {
    matches!(kind, FileKind::Json | FileKind::Ndjson)
}

/// Whether decoded bytes were not a text: many characters are of kinds that texts do not have. A text with one bad byte is still a
/// text, with a finding.
fn is_noise(text: &str) -> bool {
    let is_strange =
        |c: &char| *c == '\u{fffd}' || c.is_control() && !matches!(c, '\t' | '\r' | '\n' | '\u{1a}');
    let (strange, all) = (text.chars().filter(is_strange).count(), text.chars().count());
    strange * 20 > all && kind_of_text(text) != FileKind::Html
}

/// Whether a file's name says that it is a workbook or a document.
fn is_office(name: &str) -> bool {
    FileFormat::of_name(name).is_some_and(|format| !matches!(format.reader, FormatReader::Text(_)))
}

/// The most bytes of a text in which it says what it is.
const LONGEST_DECLARATION: usize = 2_048;

/// The most bytes of a text that are looked at for the mark of a page.
const LONGEST_HEAD: usize = 512;

/// The kind of a text. The content decides; the name decides where the content could be several.
fn kind_of(name: &str, text: &str) -> FileKind {
    match FileFormat::of_name(name).map(|format| format.reader) {
        Some(FormatReader::Text(kind)) if kind != FileKind::Text => kind,
        _ => kind_of_text(text),
    }
}

fn kind_of_text(text: &str) -> FileKind {
    let mut text = text.trim_start();
    while let Some((_, rest)) = text.strip_prefix("<!--").and_then(|comment| comment.split_once("-->")) {
        text = rest.trim_start();
    }
    let head = &text[..text.floor_char_boundary(LONGEST_HEAD)];
    let lower = head.to_ascii_lowercase();
    let is_page = lower.starts_with("<!doctype html")
        || ["<html", "<table", "<body"].iter().any(|tag| lower.contains(tag));
    let is_object = |text: &str| text.trim_start().starts_with('{');
    if is_page {
        FileKind::Html
    } else if head.starts_with('{') || head.strip_prefix('[').is_some_and(is_object) {
        FileKind::Json
    } else {
        FileKind::Text
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample;

    use super::*;

    #[test]
    fn content_decides_where_the_name_does_not() {
        let comment = format!("<!--{}--> <html>", "页".repeat(999));
        for (name, text, kind) in [
            ("a.json", "部门", FileKind::Json),
            ("a.jsonl", "{}", FileKind::Ndjson),
            ("A.HTM", "", FileKind::Html),
            ("a.txt", "  <!DOCTYPE html>", FileKind::Html),
            ("a.txt", &comment, FileKind::Html),
            ("a.txt", "{\"a\": 1}", FileKind::Json),
            ("a.txt", "[\n {", FileKind::Json),
            ("a.txt", "[附件]", FileKind::Text),
            ("a.txt", "部门名称\t甲", FileKind::Text),
            ("-", "", FileKind::Text),
        ] {
            assert_eq!(kind_of(name, text), kind, "{name} {text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        #[test]
        fn plain_json_is_what_a_closer_look_takes_for_json(
            pieces in vec(
                sample::select(&[
                    "{", "[", "\"部门\"", " ", "\n", "\0", "\u{fffd}", "\u{feff}", "<table>", "<!-- -->", "}", "1",
                ][..]),
                1..9,
            ),
            is_cut in any::<bool>(),
            name in sample::select(
                &["a.json", "a.ndjson", "a.txt", "a.html", "a.xlsx", "a", "-", "a.xml", "a.pdf"][..],
            ),
        ) {
            let mut bytes = ["{", &pieces.concat()].concat().into_bytes();
            bytes.truncate(bytes.len() - usize::from(is_cut));
            let plain = plain_json(&bytes, name);
            let is_usual = |piece: &&str| !matches!(*piece, "\0" | "\u{fffd}");
            let is_clean = pieces.iter().all(is_usual) && !is_cut;
            prop_assert!(plain.is_some() || !is_clean || name != "a.json");
            if let Some(text) = plain {
                let Sniffed::Text(kind, decoded) = sniff(&bytes, name) else { panic!("{name} {text:?}") };
                prop_assert!(is_json(kind) && decoded.text == text && decoded.bad == 0);
            }
        }
    }

    #[test]
    fn endings_and_first_bytes_lead_to_one_format_each() {
        let mut endings: Vec<&str> = FORMATS.iter().flat_map(|format| format.endings).copied().collect();
        let count = endings.len();
        endings.sort_unstable();
        endings.dedup();
        assert_eq!(endings.len(), count, "an ending is listed twice");
        for (bytes, expected) in [
            (&b"PK\x03\x04..."[..], Some(Container::Zip)),
            (b"PK\x05\x06", Some(Container::Zip)),
            (b"\xd0\xcf\x11\xe0\xa1", Some(Container::Ole)),
            (b"%PDF-1.7", Some(Container::Other("pdf"))),
            (b"\x89PNG", Some(Container::Other("png"))),
            (b"\xff\xd8\xff\xe0", Some(Container::Other("jpeg"))),
            (b"Rar!", Some(Container::Other("rar"))),
            (b"7z\xbc\xaf", Some(Container::Other("7z"))),
            (b"PK", None),
            (b"", None),
        ] {
            assert_eq!(Container::of(bytes), expected);
        }
    }
}
