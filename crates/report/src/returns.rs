//! The list of what goes back to whom.

use std::io;

use crate::table::{Column, Kind, Table, Value};
use crate::xlsx;

/// What goes back to a department, in words.
#[derive(Clone, Debug, Default)]
pub struct ReturnRow {
    /// The department's name.
    pub department: String,
    /// Whom to ask.
    pub contact: Option<String>,
    /// The telephone number to ask at.
    pub phone: Option<String>,
    /// What has to be mended, a line each.
    pub problems: Vec<String>,
    /// The day by which it should come back.
    pub due: Option<String>,
    /// The files that go back: the form with its notes, the letter.
    pub files: Vec<String>,
    /// The files that came.
    pub came: Vec<String>,
}

/// Writes the list as a workbook.
///
/// # Errors
/// Returns an error if the workbook cannot be built.
pub fn workbook(rows: &[ReturnRow], title: &str) -> io::Result<Vec<u8>> {
    let columns = vec![
        Column::new("department", "部门", Kind::Text),
        Column::new("contact", "联系人", Kind::Text),
        Column::new("phone", "联系电话", Kind::Text),
        Column::new("count", "处数", Kind::Count),
        Column::new("detail", "要修改的地方", Kind::Text),
        Column::new("due", "重新报送期限", Kind::Text),
        Column::new("files", "退回的文件", Kind::Text),
        Column::new("came", "报来的文件", Kind::Text),
    ];
    let rows = rows.iter().map(|row| {
        vec![
            Value::text(&*row.department),
            Value::maybe(row.contact.as_deref()),
            Value::maybe(row.phone.as_deref()),
            Value::Count(row.problems.len() as u64),
            Value::text(row.problems.join("\n")),
            Value::maybe(row.due.as_deref()),
            Value::text(row.files.join("\n")),
            Value::text(row.came.join("\n")),
        ]
    });
    xlsx::list("退回情况", title, Table { id: "returns", columns, rows: Box::new(rows) })
}
