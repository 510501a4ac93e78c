//! Tables for spreadsheets: UTF-8 with a byte order mark, so that office programs read the Chinese in them.
//!
//! Amounts are in 元, rates in percent. A text that a spreadsheet would take for a formula is given a leading `'`.

use std::io::{self, Write};

use crate::table::{Table, Value};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Writes a table.
///
/// # Errors
/// If the writer fails.
pub fn write(mut out: impl Write, table: Table<'_>) -> io::Result<()> {
    out.write_all(BYTE_ORDER_MARK)?;
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(table.columns.iter().map(|column| &*column.zh))?;
    for row in table.rows {
        let cell = |value: &Value<'_>| match value {
            Value::Text(words) => text(words),
            value => value.print().into_owned(),
        };
        writer.write_record(row.iter().map(cell))?;
    }
    writer.flush()
}

/// Text that no spreadsheet takes for a formula.
fn text(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text() {
        assert_eq!(text("=1+1"), "'=1+1");
        assert_eq!(text("示范局"), "示范局");
    }
}
