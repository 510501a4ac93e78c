//! Lists that a bureau keeps in addition to the forms: rows of cells under a row of headings.

use huizong_schema::findings::Message;

/// An error in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFault {
    /// The row, from 0; [`None`] for the whole list.
    pub row: Option<usize>,
    /// The error itself.
    pub message: Message,
}

impl ListFault {
    pub(crate) fn new(row: impl Into<Option<usize>>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { row: row.into(), message: Message { zh: zh.into(), en: en.into() } }
    }

    /// Creates the error for a row with the same department as an earlier row.
    pub(crate) fn twin(row: usize, name: &str, earlier: usize) -> Self {
        let first = earlier + 1;
        Self::new(
            row,
            format!("“{name}”与第 {first} 行是同一个部门"),
            format!("\"{name}\" is the same department as row {first}"),
        )
    }
}

/// A heading as it is compared: in lower case, without spaces, marks and unit.
pub(crate) fn heading(text: &str) -> String {
    let name = huizong_schema::normalise_name(text).into_owned();
    let name = name.split('(').next().unwrap_or_default();
    name.chars().filter(|c| !matches!(c, '_' | '-' | '*' | ':')).collect()
}

/// Whether a heading is one of these.
pub(crate) fn is_one_of(text: &str, names: &[&str]) -> bool {
    let heading = heading(text);
    names.contains(&&*heading)
}

/// The cell of a row, without white space around it; [`None`] if it is blank.
pub(crate) fn cell(row: &[String], column: Option<usize>) -> Option<&str> {
    let text = row.get(column?)?.trim();
    (!text.is_empty()).then_some(text)
}
