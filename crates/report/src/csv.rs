//! CSV tables in UTF-8 with a byte order mark, so that office programs read the Chinese in them.
//!
//! Amounts are in 元, rates in percent. Text that a spreadsheet would take for a formula gets a leading `'`.

use std::io::{self, Write};

use crate::table::{Table, Value};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Writes a table as CSV.
///
/// # Errors
/// Returns the writer's error.
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

/// Puts a `'` before text that a spreadsheet would take for a formula.
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
