//! Lists that a bureau keeps in addition to the forms: rows of cells under a row of headings.

use huizong_schema::findings::Message;

/// An error in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFault {
    /// The row, from 0; [`None`] for the whole list.
    pub row: Option<usize>,
    /// The column, from 0; [`None`] for the whole row.
    pub column: Option<usize>,
    /// The error itself.
    pub message: Message,
}

impl ListFault {
    pub(crate) fn new(row: impl Into<Option<usize>>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { row: row.into(), column: None, message: Message { zh: zh.into(), en: en.into() } }
    }

    /// The error, in a column.
    pub(crate) fn at(self, column: Option<usize>) -> Self {
        Self { column, ..self }
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

/// What a column of a list was taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnUse {
    /// Its heading.
    pub heading: String,
    /// The contents that it was taken for; [`None`] if the column is not used.
    pub used_as: Option<Message>,
}

impl ColumnUse {
    pub(crate) fn new(heading: &str, used_as: Option<(&str, &str)>) -> Self {
        let message = |(zh, en): (&str, &str)| Message { zh: zh.to_owned(), en: en.to_owned() };
        Self { heading: heading.trim().to_owned(), used_as: used_as.map(message) }
    }
}

/// A list of the bureau, and how it was understood.
pub trait BureauList {
    /// The columns with a heading, in their order.
    fn column_uses(&self) -> &[ColumnUse];

    /// The rows, from 0, that are no departments: sums and headings of sections.
    fn passed_over(&self) -> &[usize];
}

/// The names of rows that add up others.
const TOTALS: [&str; 8] = ["合计", "总计", "小计", "共计", "全区合计", "合计数", "总数", "total"];

/// How rows begin that are about the list, or about a part of the row above.
const NOTES: [&str; 14] = [
    "备注",
    "注:",
    "注：",
    "说明",
    "填表说明",
    "制表",
    "填表人",
    "填报人",
    "审核人",
    "复核人",
    "负责人",
    "联系人",
    "其中",
    "本页",
];

/// Whether a row is a sum, a note or the heading of a section, and no department. `name` is the cell of the department's
/// name.
pub(crate) fn is_no_department(row: &[String], name: Option<usize>) -> bool {
    let mut filled = row.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty());
    let Some((first, text)) = filled.next() else { return false };
    let is_total = |text: &str| TOTALS.contains(&heading(text).as_str());
    let is_alone = filled.next().is_none() && row.len() > 2;
    let name_of_row = name.and_then(|name| row.get(name));
    let named = name_of_row.is_some_and(|text| is_total(text));
    let is_note = |text: &str| {
        NOTES.iter().any(|note| text.trim().starts_with(note)) || heading(text).ends_with("小计")
    };
    // 一、 | 党委部门: the number of a section, and its name.
    let is_numbered = first < name.unwrap_or(0)
        && is_section(text)
        && row.iter().filter(|cell| !cell.trim().is_empty()).count() == 2;
    is_total(text) && name.is_none_or(|name| first <= name)
        || named
        || is_note(text)
        || name_of_row.is_some_and(|text| is_note(text))
        || is_numbered
        || is_alone && is_section(text)
}

/// Whether a text is numbered like the heading of a section: （一）政府部门, 二、群团.
fn is_section(text: &str) -> bool {
    let narrow = huizong_schema::normalise_name(text);
    let inner = narrow.strip_prefix('(').unwrap_or(&narrow);
    let rest = inner.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    rest.len() < inner.len() && rest.starts_with([')', '、', '.', ','])
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
