//! The notices that the engine raises.

use huizong_core::{NoticeKind, Template};

/// All notices of the engine, sorted by id.
pub static NOTICES: &[&NoticeKind] = &[
    &BOOKS_WITHOUT_FORM,
    &LIST_COLUMNS,
    &LIST_ROWS_PASSED_OVER,
    &LIST_SHEET,
    &NO_DOCUMENTS,
    &NOT_A_UNIT,
    &NOT_ON_TEMPLATE,
    &PROBLEMS_SETTLED,
    &UNIT_ABSENT,
    &UNIT_ASSUMED,
];

/// Departments of the books have no form.
pub static BOOKS_WITHOUT_FORM: NoticeKind = NoticeKind {
    id: "books-without-form",
    messages: &[Template::new(
        "财政局的账上有 {count} 个部门没有对应的表：{departments}。请核对是没有报送，还是名称、编码不一致。",
        "The books have {count} departments of which there is no form: {departments}.",
    )],
    page: include_str!("notices/books-without-form.md"),
};

/// What the columns of a list were taken for.
pub static LIST_COLUMNS: NoticeKind = NoticeKind {
    id: "list-columns",
    messages: &[Template::new(
        "采用的列：{used}；没有采用的列：{unused}。",
        "Columns used: {used}; not used: {unused}.",
    )],
    page: include_str!("notices/list-columns.md"),
};

/// Rows of a list are no departments.
pub static LIST_ROWS_PASSED_OVER: NoticeKind = NoticeKind {
    id: "list-rows-passed-over",
    messages: &[Template::new(
        "这些行是合计、说明或分类标题，不作为部门：{rows}。",
        "These rows are sums, notes or headings of sections, not departments: {rows}.",
    )],
    page: include_str!("notices/list-rows-passed-over.md"),
};

/// A list is on one of several sheets.
pub static LIST_SHEET: NoticeKind = NoticeKind {
    id: "list-sheet",
    messages: &[Template::new(
        "读取的是工作表“{sheet}”，没有读取：{others}。",
        "The sheet \"{sheet}\" was read; not read: {others}.",
    )],
    page: include_str!("notices/list-sheet.md"),
};

/// No document was found.
pub static NO_DOCUMENTS: NoticeKind = NoticeKind {
    id: "no-documents",
    messages: &[Template::new("没有找到可读的表。", "No document was found.")],
    page: include_str!("notices/no-documents.md"),
};

/// A document is not from a unit of the department.
pub static NOT_A_UNIT: NoticeKind = NoticeKind {
    id: "not-a-unit",
    messages: &[Template::new(
        "不是“{department}”的所属单位，没有并入它的表。",
        "It is of no unit of \"{department}\" and is not part of its form.",
    )],
    page: include_str!("notices/not-a-unit.md"),
};

/// Forms were not filled in on the blank form that most others used.
pub static NOT_ON_TEMPLATE: NoticeKind = NoticeKind {
    id: "not-on-template",
    messages: &[Template::new(
        "多数部门用发下去的空表填报，有 {count} 份是另做的表：{documents}。内容照样读取；另做的表填写时没有提示，请多核对一遍。",
        "Most forms were filled in on the blank form that was sent out; {count} were made anew: {documents}. They are read all the same. Nothing pointed out mistakes while they were filled in; look at them once more.",
    )],
    page: include_str!("notices/not-on-template.md"),
};

/// The bureau settled the problems with a form.
pub static PROBLEMS_SETTLED: NoticeKind = NoticeKind {
    id: "problems-settled",
    messages: &[Template::new(
        "这份表的 {count} 处问题已经核定，不再退回。",
        "The {count} problems with this form are settled; it does not go back.",
    )],
    page: include_str!("notices/problems-settled.md"),
};

/// A unit has no document that counts.
pub static UNIT_ABSENT: NoticeKind = NoticeKind {
    id: "unit-absent",
    messages: &[Template::new(
        "“{department}”的单位“{unit}”没有可计入的表，合并成的表不含该单位（evaluation.json 里注明）；交表前请补上。",
        "The unit \"{unit}\" of \"{department}\" has no document that counts; the form made of the others is without it, which evaluation.json says.",
    )],
    page: include_str!("notices/unit-absent.md"),
};

/// A document that names no department above it is assumed to be a unit's.
pub static UNIT_ASSUMED: NoticeKind = NoticeKind {
    id: "unit-assumed",
    messages: &[Template::new(
        "没有写明主管部门，按“{department}”的单位并入；不是的，请在表上或名单里写明。",
        "It does not say whose unit it is and is taken for one of \"{department}\": if it is not, say so in the form or the roster.",
    )],
    page: include_str!("notices/unit-assumed.md"),
};
