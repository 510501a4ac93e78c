//! Writes Word documents: paragraphs and tables as text of the main part, and the parts beside it.
//!
//! The same content gives the same bytes: entries have no time of their own.

pub mod chart;
mod escape;

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;

pub use escape::{entry_options, escaped};

/// The namespace of a document's elements, written with the prefix `w`.
pub const NAMESPACE: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/// The width between the margins of A4, in twentieths of a point.
pub const WIDTH: u32 = 10_206;
/// The namespace of the relations between parts.
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A part beside the main one.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its file in the folder `word`, such as `comments.xml`.
    pub file: &'static str,
    /// What it is to the main part, such as `comments`.
    pub relation: &'static str,
    /// The type of its content.
    pub content_type: &'static str,
    /// Its XML.
    pub xml: String,
}

impl Part {
    /// The id by which the main part refers to the part at this place of the list.
    pub fn id(at: usize) -> String {
        // The first is the styles.
        format!("rId{}", at + 2)
    }
}

/// A document with this content, on upright A4.
pub fn document(body: &str, parts: &[Part]) -> Vec<u8> {
    let main = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document xmlns:w=\"{NAMESPACE}\"><w:body>{body}\
         <w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1134\" w:right=\"850\" w:bottom=\"1134\" \
         w:left=\"850\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>"
    );
    let mut entries = vec![
        ("[Content_Types].xml".to_owned(), content_types(parts)),
        ("_rels/.rels".to_owned(), ROOT_RELATIONS.to_owned()),
        ("word/document.xml".to_owned(), main),
        ("word/styles.xml".to_owned(), styles()),
        ("word/_rels/document.xml.rels".to_owned(), relations(parts)),
    ];
    entries.extend(parts.iter().map(|part| (format!("word/{}", part.file), part.xml.clone())));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in entries {
        let written = writer.start_file(name, entry_options()).map(|()| writer.write_all(text.as_bytes()));
        debug_assert!(matches!(written, Ok(Ok(()))), "memory takes whatever is written");
    }
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// Words with their properties (the XML of a run's properties).
pub fn run(text: &str, properties: &str) -> String {
    format!("<w:r>{properties}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escaped(text))
}

/// The beginning of a table as wide as the paper, with lines around all cells.
pub fn table_begins() -> String {
    let mut xml = "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders>".to_owned();
    for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        let _ = write!(xml, "<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"444444\"/>");
    }
    xml + "</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr>"
}

/// The shading of a cell, by the letters of its colour, such as `F2F2F2`.
pub fn shading(colour: &str) -> String {
    format!("<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"{colour}\"/>")
}

const ROOT_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
Target=\"word/document.xml\"/></Relationships>";

fn content_types(parts: &[Part]) -> String {
    const MAIN: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let mut beside = String::new();
    for Part { file, content_type, .. } in parts {
        let _ = write!(beside, "<Override PartName=\"/word/{file}\" ContentType=\"{content_type}\"/>");
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
         ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" \
         ContentType=\"{MAIN}.document.main+xml\"/><Override PartName=\"/word/styles.xml\" \
         ContentType=\"{MAIN}.styles+xml\"/>{beside}</Types>"
    )
}

fn relations(parts: &[Part]) -> String {
    let mut beside = String::new();
    for (at, Part { file, relation, .. }) in parts.iter().enumerate() {
        let id = Part::id(at);
        let _ =
            write!(beside, "<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{relation}\" Target=\"{file}\"/>");
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
         Type=\"{RELATIONS}/styles\" Target=\"styles.xml\"/>{beside}</Relationships>"
    )
}

fn styles() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:styles xmlns:w=\"{NAMESPACE}\"><w:docDefaults>\
         <w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"宋体\"/>\
         <w:sz w:val=\"20\"/><w:szCs w:val=\"20\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault>\
         <w:pPrDefault><w:pPr><w:spacing w:after=\"0\" w:line=\"276\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault>\
         </w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"a\"><w:name w:val=\"Normal\"/></w:style>\
         </w:styles>"
    )
}
