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
    ["序号", "级别", "位置", "检查项", "问题及处理意见", ANSWER[0]],
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

/// The title of the list: how many problems there are to mend, and how many remarks besides.
pub(crate) fn title(problems: usize, remarks: usize, lang: Lang) -> String {
    let more = match remarks {
        0 => String::new(),
        _ => lang.pick(format!("，另有提示 {remarks} 处"), format!(", and {remarks} remarks")),
    };
    lang.pick(format!("{PROBLEMS}（{problems} 处{more}）"), format!("{ENGLISH_PROBLEMS} ({problems}{more})"))
}

const ENGLISH_PROBLEMS: &str = "Problems";

/// Whether a text is the title of the list, with any counts.
pub(crate) fn is_title(text: &str) -> bool {
    let counts = |begins: &str, open: &str, close: &str| {
        text.strip_prefix(begins)
            .and_then(|rest| rest.strip_prefix(open))
            .and_then(|rest| rest.strip_suffix(close))
            .is_some_and(|counts| counts.starts_with(|c: char| c.is_ascii_digit()))
    };
    counts(PROBLEMS, "（", " 处）") || counts(ENGLISH_PROBLEMS, " (", ")")
}
/// The first characters of our bookmarks in documents.
pub(crate) const BOOKMARK: &str = "huizong_";
/// The bookmark around a document's list of problems.
pub(crate) const PROBLEMS_BOOKMARK: &str = "huizong_problems";

/// The first characters of a template's live checks: passed, error, warning, information, summary.
pub(crate) const CHECKS: [&str; 5] = ["检查✓", "检查✗", "检查⚠", "检查※", "检查（自动）"];

/// The first characters of the mark of a template.
pub(crate) const TEMPLATE: &str = "检查（空表）";

/// Whether a formula is a template's for a rate: blank while its amounts are.
pub(crate) fn is_rate(formula: Option<&str>) -> bool {
    formula.is_some_and(|formula| formula.contains("IF(AND(COUNT(") && !formula.contains(CHECKS[0]))
}

/// The hidden cell of the sheet that says how to fill the template in.
pub(crate) const GUIDE: &str = "检查（空表）说明";

/// Whether a cell is a live check: by its text, or by its formula where that has not been calculated.
pub(crate) fn is_check(text: &str, formula: Option<&str>) -> bool {
    let begins = |mark: &&str| text.starts_with(*mark);
    let is_ours =
        |formula: &str| [CHECKS[0], CHECKS[4]].iter().any(|mark| formula.contains(&format!("\"{mark}")));
    CHECKS.iter().any(begins) || formula.is_some_and(is_ours)
}
