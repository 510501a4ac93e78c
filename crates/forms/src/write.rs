//! Documents laid out as their forms, and printed: one layout, several formats.

pub(crate) mod docx;
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
#[non_exhaustive]
pub enum Format {
    /// An Excel workbook, one sheet per form.
    Xlsx,
    /// A Word document.
    Docx,
    /// A web page.
    Html,
    /// Text with cells separated by tabs.
    Text,
}

/// Prints pages with marks of their problems.
type Print = fn(&[Page], &Marked<'_>) -> Result<Vec<u8>, String>;

/// Every format, in the order of [`Format`]: its name on the command line, its file name endings, its printer.
const FORMATS: [(Format, &str, &[&str], Print); 4] = [
    // Every name, row and column is made valid for a workbook.
    (Format::Xlsx, "xlsx", &["xlsx"], |pages, marked| {
        xlsx::write(pages, marked).map_err(|error| error.to_string())
    }),
    (Format::Docx, "docx", &["docx"], |pages, marked| Ok(docx::write(pages, marked))),
    (Format::Html, "html", &["html", "htm"], |pages, marked| Ok(html::write(pages, marked))),
    (Format::Text, "text", &["txt", "tsv"], |pages, _| Ok(text::write(pages))),
];

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [FORMATS[0].0, FORMATS[1].0, FORMATS[2].0, FORMATS[3].0];

    /// Its name on the command line.
    pub const fn as_str(self) -> &'static str {
        FORMATS[self as usize].1
    }

    /// The format of a file, by the ending of its name; `None` if no format has it.
    pub fn of(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.')?.1;
        let has = |endings: &[&str]| endings.iter().any(|of| of.eq_ignore_ascii_case(ending));
        FORMATS.iter().find(|(_, _, endings, _)| has(endings)).map(|(format, ..)| *format)
    }
}

/// Prints pages in a format.
pub(crate) fn print(pages: &[Page], format: Format, marked: &Marked<'_>) -> Result<Vec<u8>, String> {
    FORMATS[format as usize].3(pages, marked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_is_at_its_place_in_the_table() {
        for (index, format) in Format::ALL.into_iter().enumerate() {
            assert_eq!(format as usize, index);
            assert_eq!(Format::of(&format!("a.{}", FORMATS[index].2[0])), Some(format));
        }
        assert_eq!(Format::of("A.HTM"), Some(Format::Html));
        assert_eq!((Format::of("a.pdf"), Format::of("xlsx")), (None, None));
    }
}
