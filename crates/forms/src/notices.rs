//! The notices that reading and writing forms raise.

use huizong_core::{NoticeKind, Template};
use huizong_schema::findings::{Arg, Args, Message, Notice};

/// Every one, sorted by id.
pub static NOTICES: &[&NoticeKind] = &[
    &COPY_IN_FILE,
    &DEPARTMENT_ANSWERED,
    &EMBEDDED_NOT_READ,
    &ENCODING_GUESSED,
    &FORMULA_RECALCULATES,
    &HIDDEN_CELLS,
    &HIDDEN_LINES_READ,
    &HIDDEN_SHEET,
    &KEY_PROJECT_NOT_PARSED,
    &LINKS_NOT_FOLLOWED,
    &MACROS_NOT_RUN,
    &MEMBER_NOT_PRINTED,
    &NOT_READABLE,
    &ROW_CUT_OFF,
    &SHAPES_NOT_READ,
    &SHEET_NOT_READ,
    &SHEETS_BEYOND,
    &TEMPLATE_ALTERED,
    &TEXT_LEFT_OUT,
];

/// A form is in the file twice.
pub static COPY_IN_FILE: NoticeKind = NoticeKind {
    id: "copy-in-file",
    messages: &[Template::new(
        "文件里还有一份内容完全相同的表，只算一份。",
        "The file holds another form with the same content; it counts once.",
    )],
    page: include_str!("notices/copy-in-file.md"),
};

/// A department answered a problem in a form that was given back.
pub static DEPARTMENT_ANSWERED: NoticeKind = NoticeKind {
    id: "department-answered",
    messages: &[Template::new(
        "部门对“{problem}”的答复：{answer}",
        "The department's answer to \"{problem}\": {answer}",
    )],
    page: include_str!("notices/department-answered.md"),
};

/// Another file is shown in a document.
pub static EMBEDDED_NOT_READ: NoticeKind = NoticeKind {
    id: "embedded-not-read",
    messages: &[Template::new(
        "文档里嵌入了另一个文件（如 Excel 表格），其中的内容没有读取。请把内容直接填在文档的表格里，或另交那个文件。",
        "Another file, such as a spreadsheet, is embedded in the document and was not read. Put its content into the document's own table, or send that file.",
    )],
    page: include_str!("notices/embedded-not-read.md"),
};

/// An encoding was guessed.
pub static ENCODING_GUESSED: NoticeKind = NoticeKind {
    id: "encoding-guessed",
    messages: &[Template::new(
        "文件没有注明文字编码，按 {encoding} 读取。如有乱码，请另存时“编码”选 UTF-8。",
        "The file does not say its encoding and was read as {encoding}. If words look wrong, save it again as UTF-8.",
    )],
    page: include_str!("notices/encoding-guessed.md"),
};

/// A formula gives another value on another day.
pub static FORMULA_RECALCULATES: NoticeKind = NoticeKind {
    id: "formula-recalculates",
    messages: &[Template::new(
        "公式“={formula}”在打开文件时会重新计算，这里读取的是保存时的“{found}”。请核对，并改成固定的内容。",
        "The formula \"={formula}\" is worked out anew when the file is opened; \"{found}\", its value when the file was saved, was read. Check it, and put a fixed value in its place.",
    )],
    page: include_str!("notices/formula-recalculates.md"),
};

/// Hidden rows or columns.
pub static HIDDEN_CELLS: NoticeKind = NoticeKind {
    id: "hidden-cells",
    messages: &[
        Template::new(
            "工作表“{sheet}”有隐藏的行或列，其中的内容没有读取。",
            "The sheet \"{sheet}\" has hidden rows or columns; what stands in them was not read.",
        ),
        Template::variant(
            "page",
            "网页里有不显示的内容，没有读取。",
            "The page has content that is not shown; it was not read.",
        ),
        Template::variant(
            "linked",
            "网页引用了另外的样式文件，没有读取；页面上不显示的内容可能被读取，请核对。最好用浏览器“另存为单个文件”再报。",
            "The page links to style sheets that its file does not hold and that were not read: content that it does not show may have been read. Check it, or save the page as a single file.",
        ),
    ],
    page: include_str!("notices/hidden-cells.md"),
};

/// Hidden rows or columns of a list.
pub static HIDDEN_LINES_READ: NoticeKind = NoticeKind {
    id: "hidden-lines-read",
    messages: &[Template::new(
        "工作表“{sheet}”有隐藏或筛选掉的行、列（{lines}），仍作为名单的内容读取。",
        "The sheet \"{sheet}\" has rows or columns that are hidden or filtered out ({lines}); they belong to the list and were read.",
    )],
    page: include_str!("notices/hidden-lines-read.md"),
};

/// A hidden sheet.
pub static HIDDEN_SHEET: NoticeKind = NoticeKind {
    id: "hidden-sheet",
    messages: &[Template::new(
        "工作表“{sheet}”是隐藏的，没有读取。如有要报的内容，请取消隐藏后再报。",
        "The sheet \"{sheet}\" is hidden and was not read.",
    )],
    page: include_str!("notices/hidden-sheet.md"),
};

/// Key projects not taken apart.
pub static KEY_PROJECT_NOT_PARSED: NoticeKind = NoticeKind {
    id: "key-project-not-parsed",
    messages: &[Template::new(
        "重点项目一栏没有按“项目名称、申报预算、实际使用”的写法填写，认不出名称和金额，金额没有核对；全文留在“具体成效”里。",
        "The key-project text does not follow the usual wording; it is kept whole under outcomes, and no name or amount was taken from it.",
    )],
    page: include_str!("notices/key-project-not-parsed.md"),
};

/// Links to other files.
pub static LINKS_NOT_FOLLOWED: NoticeKind = NoticeKind {
    id: "links-not-followed",
    messages: &[Template::new(
        "工作簿引用了别的文件；只用了其中存下的数值，没有打开那些文件。",
        "The workbook refers to other files; the values that it keeps were used, and those files were not opened.",
    )],
    page: include_str!("notices/links-not-followed.md"),
};

/// Macros.
pub static MACROS_NOT_RUN: NoticeKind = NoticeKind {
    id: "macros-not-run",
    messages: &[Template::new("文件带有宏；宏没有运行。", "The file has macros; they were not run.")],
    page: include_str!("notices/macros-not-run.md"),
};

/// Something is not on the form.
pub static MEMBER_NOT_PRINTED: NoticeKind = NoticeKind {
    id: "member-not-printed",
    messages: &[
        Template::new(
            "有一项内容（{pointer}）在这种版式里没有位置，没有写进表里；要保留，请用 --profile 换一种版式。",
            "{pointer} has no place on this form and was not written.",
        ),
        Template::variant(
            "added",
            "写成的表里多了一项（{pointer}）“{found}”，原来没有。请核对写成的表。",
            "The form as written also says {pointer} ({found}), which was not there.",
        ),
        Template::variant(
            "changed",
            "有一项（{pointer}）写进表里以后读出来是“{found}”，与原来的不同。请核对写成的表。",
            "{pointer} reads \"{found}\" on the form as written, which is not what it was.",
        ),
    ],
    page: include_str!("notices/member-not-printed.md"),
};

/// A file that cannot be read.
pub static NOT_READABLE: NoticeKind = NoticeKind {
    id: "not-readable",
    messages: &[Template::new("无法读取：{reason}。", "It cannot be read ({reason}).")],
    page: include_str!("notices/not-readable.md"),
};

/// Creates the notice that nothing of a file could be read, for this reason.
pub fn not_readable(document: Option<&str>, reason: Message) -> Notice {
    NOT_READABLE.unread(document, Args::from([("reason", Arg::Words(reason))]), true)
}

/// A row breaks off.
pub static ROW_CUT_OFF: NoticeKind = NoticeKind {
    id: "row-cut-off",
    messages: &[Template::new("这一行没有写完，没有读取。", "This row breaks off and was not read.")],
    page: include_str!("notices/row-cut-off.md"),
};

/// Shapes with text lie over a sheet.
pub static SHAPES_NOT_READ: NoticeKind = NoticeKind {
    id: "shapes-not-read",
    messages: &[Template::new(
        "工作表“{sheet}”上有文本框或图形，其中的文字“{found}”没有读取。请把内容填在单元格里。",
        "Text boxes or shapes lie over the sheet \"{sheet}\"; their text \"{found}\" was not read. Put it into cells.",
    )],
    page: include_str!("notices/shapes-not-read.md"),
};

/// A sheet that cannot be read.
pub static SHEET_NOT_READ: NoticeKind = NoticeKind {
    id: "sheet-not-read",
    messages: &[Template::new(
        "工作表“{sheet}”无法读取（{reason}）。",
        "The sheet \"{sheet}\" cannot be read ({reason}).",
    )],
    page: include_str!("notices/sheet-not-read.md"),
};

/// Too many sheets.
pub static SHEETS_BEYOND: NoticeKind = NoticeKind {
    id: "sheets-beyond",
    messages: &[Template::new(
        "工作表过多，最后 {count} 张没有读取。",
        "There are too many sheets; the last {count} were not read.",
    )],
    page: include_str!("notices/sheets-beyond.md"),
};

/// A blank form that this tool wrote came back otherwise than it went out.
pub static TEMPLATE_ALTERED: NoticeKind = NoticeKind {
    id: "template-altered",
    messages: &[
        Template::variant(
            "labels",
            "发下去的空表有 {count} 处文字被改动或盖住：{labels}。其他内容照样读取；这几处旁边的数可能读不出来，请按空表的原文改回（工作表的保护没有密码，可以撤销）。",
            "{count} labels of the blank form were changed or covered: {labels}. The rest is read all the same; the figures beside these labels may be missing. Put the labels back as they were.",
        ),
        Template::variant(
            "checks",
            "空表右边自带的检查没有了，多半是把别处的内容整块粘贴进来的；填表时看不到提示，请多核对一遍。",
            "The checks beside the blank form are gone: most likely the content was pasted over it as a whole. Nothing pointed out mistakes while it was filled in; look at it once more.",
        ),
        Template::variant(
            "version",
            "用的是旧的空表，与现在发的不同。请换用现在的空表；这一份照样读取。",
            "An old blank form was used, which differs from the present one. Use the present one; this form is read all the same.",
        ),
        Template::variant(
            "year",
            "用的是 {sent} 年度的空表，年度填的是 {found}。请核对年度，并换用当年的空表。",
            "The blank form is of {sent}; the year filled in is {found}. Look at the year, and use the blank form of that year.",
        ),
        Template::variant(
            "department",
            "这份空表是发给“{sent}”的，部门名称填的是“{found}”。请核对是哪个部门的表。",
            "The blank form was made for \"{sent}\"; the department filled in is \"{found}\". Find out whose form it is.",
        ),
    ],
    page: include_str!("notices/template-altered.md"),
};

/// A part of a cell is not shown.
pub static TEXT_LEFT_OUT: NoticeKind = NoticeKind {
    id: "text-left-out",
    messages: &[
        Template::variant(
            "struck",
            "“{found}”带删除线，按已删除处理，没有读取。",
            "\"{found}\" is struck through; it counts as deleted and was not read.",
        ),
        Template::variant(
            "hidden",
            "“{found}”设为隐藏文字，没有读取。",
            "\"{found}\" is formatted as hidden text and was not read.",
        ),
        Template::variant(
            "format",
            "单元格的格式不显示数值 {found}，按空白处理。",
            "The cell's format shows nothing of the number {found}; it counts as blank.",
        ),
        Template::variant(
            "prompt",
            "“{found}”是未填写的提示文字，按空白处理。",
            "\"{found}\" is the prompt of a field that was not filled in; it counts as blank.",
        ),
        Template::variant(
            "text-box",
            "单元格上的文本框“{found}”不算单元格的内容，没有读取。",
            "The text box \"{found}\" over the cell is not its content and was not read.",
        ),
        Template::variant(
            "deleted",
            "“{found}”在修订中已删除，没有读取。",
            "\"{found}\" was deleted by a tracked change and was not read.",
        ),
        Template::variant(
            "pale",
            "“{found}”的字色与底色相同，看不见，没有读取。",
            "\"{found}\" has the colour of what is behind it and cannot be seen; it was not read.",
        ),
        Template::variant(
            "conditional",
            "“{found}”所在的单元格有条件格式或表格样式，屏幕上显示的可能不同（数字格式、删除线或字色）；按单元格的内容读取，请核对。",
            "The cell of \"{found}\" has a conditional format or the style of a table and may be shown otherwise (number format, strike-through, colour); its content was read. Check it.",
        ),
        Template::variant(
            "footnote",
            "“{found}”末尾的脚注标记没有读取。",
            "The footnote mark at the end of \"{found}\" was not read.",
        ),
    ],
    page: include_str!("notices/text-left-out.md"),
};
