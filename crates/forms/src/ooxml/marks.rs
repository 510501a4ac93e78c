//! The names by which a reader recognises what this tool added to a file: that is never part of the form.

use huizong_core::Lang;

/// The author of our notes.
pub(crate) const AUTHOR: &str = "财政局（汇总）";
/// The first characters of our words in a workbook's comments.
pub(crate) const OURS: &str = "【汇总】";
/// The name of the sheet that lists the problems.
pub(crate) const PROBLEMS: &str = "问题清单";
/// The column headings of that list, in both languages; the last column is the department's.
pub(crate) const HEADINGS: [[&str; 6]; 2] = [
    ["序号", "级别", "位置", "检查项", "需要修改的地方", ANSWER[0]],
    ["No.", "Severity", "Place", "Check", "What to mend", ANSWER[1]],
];
/// The heading of the column for answers.
pub(crate) const ANSWER: [&str; 2] = ["部门答复", "The department's answer"];
/// The headings of lists that were written before.
const OLD_HEADINGS: [[&str; 5]; 2] = [
    ["序号", "级别", "位置", "检查项", "说明（汇总工具列出）"],
    ["No.", "Severity", "Place", "Check", "Message (listed by Huizong)"],
];

/// Whether texts are the headings of the list.
pub(crate) fn is_heading_row(texts: &[&str]) -> bool {
    HEADINGS.iter().any(|ours| ours == texts) || OLD_HEADINGS.iter().any(|ours| ours == texts)
}

/// The title of the list.
pub(crate) fn title(count: usize, lang: Lang) -> String {
    lang.pick(format!("{PROBLEMS}（{count} 处）"), format!("{ENGLISH_PROBLEMS} ({count})"))
}

const ENGLISH_PROBLEMS: &str = "Problems";

/// Whether a text is the title of the list, with any count.
pub(crate) fn is_title(text: &str) -> bool {
    let count = |text: &str, open: &str, close: &str| {
        text.strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
            .is_some_and(|count| !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()))
    };
    text.strip_prefix(PROBLEMS).is_some_and(|rest| count(rest, "（", " 处）"))
        || text.strip_prefix(ENGLISH_PROBLEMS).is_some_and(|rest| count(rest, " (", ")"))
}
/// The first characters of our bookmarks in documents.
pub(crate) const BOOKMARK: &str = "huizong_";
/// The bookmark around a document's list of problems.
pub(crate) const PROBLEMS_BOOKMARK: &str = "huizong_problems";

/// The first characters of a template's live checks: passed, error, warning, information, summary.
pub(crate) const CHECKS: [&str; 5] = ["检查✓", "检查✗", "检查⚠", "检查※", "检查（自动）"];

/// The first characters of the mark by which a template is known again.
pub(crate) const TEMPLATE: &str = "检查（空表）";

/// The hidden cell of the sheet that says how to fill the template in.
pub(crate) const GUIDE: &str = "检查（空表）说明";

/// Whether a cell is a live check: by its text, or by its formula where that has not been calculated.
pub(crate) fn is_check(text: &str, formula: Option<&str>) -> bool {
    let begins = |mark: &&str| text.starts_with(*mark);
    CHECKS.iter().any(begins) || formula.is_some_and(|formula| formula.contains("\"检查✓"))
}
