//! Documents laid out as their forms, and printed: one layout, several formats.

mod docx;
pub(crate) mod form;
mod html;
pub(crate) mod marked;
pub(crate) mod notes;
pub(crate) mod page;
mod text;
pub(crate) mod xlsx;

pub use self::marked::Mark;
use self::marked::Marked;
use self::page::Page;

/// A format in which forms are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An Excel workbook, a sheet a form.
    Xlsx,
    /// A Word document.
    Docx,
    /// A web page.
    Html,
    /// Text with cells parted by tabs.
    Text,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Xlsx, Self::Docx, Self::Html, Self::Text];

    /// Its name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Docx => "docx",
            Self::Html => "html",
            Self::Text => "text",
        }
    }

    /// The format of files that are called so.
    pub fn of(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
        match ending.as_str() {
            "xlsx" => Some(Self::Xlsx),
            "docx" => Some(Self::Docx),
            "html" | "htm" => Some(Self::Html),
            "txt" | "tsv" => Some(Self::Text),
            _ => None,
        }
    }
}

pub(crate) fn print(pages: &[Page], format: Format, marked: &Marked<'_>) -> Result<Vec<u8>, String> {
    Ok(match format {
        // Every name, row and column is made to be one that workbooks take.
        Format::Xlsx => xlsx::write(pages, marked).map_err(|error| error.to_string())?,
        Format::Docx => docx::write(pages, marked),
        Format::Html => html::write(pages, marked),
        Format::Text => text::write(pages),
    })
}
