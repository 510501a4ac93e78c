//! The names by which a reader recognises what this tool added to a file: that is never part of the form.

/// The author of our notes.
pub(crate) const AUTHOR: &str = "汇总 Huizong";
/// The first characters of our words in a workbook's comments.
pub(crate) const OURS: &str = "【汇总】";
/// The name of the sheet that lists the problems.
pub(crate) const PROBLEMS: &str = "问题清单";
/// The column headings of that list, in both languages.
pub(crate) const HEADINGS: [[&str; 5]; 2] = [
    ["序号", "级别", "位置", "检查项", "说明（汇总工具列出）"],
    ["No.", "Severity", "Place", "Check", "Message (listed by Huizong)"],
];
/// The first characters of our bookmarks in documents.
pub(crate) const BOOKMARK: &str = "huizong_";
/// The bookmark around a document's list of problems.
pub(crate) const PROBLEMS_BOOKMARK: &str = "huizong_problems";

/// The first characters of a template's live checks: passed, error, warning, information, summary.
pub(crate) const CHECKS: [&str; 5] = ["检查✓", "检查✗", "检查⚠", "检查※", "检查（自动）"];

/// Whether a cell is a live check: by its text, or by its formula where that has not been calculated.
pub(crate) fn is_check(text: &str, formula: Option<&str>) -> bool {
    let begins = |mark: &&str| text.starts_with(*mark);
    CHECKS.iter().any(begins) || formula.is_some_and(|formula| formula.contains("\"检查✓"))
}
