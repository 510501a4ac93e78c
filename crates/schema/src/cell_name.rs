//! Names of spreadsheet cells, such as `B7`.

use std::fmt;
use std::str::FromStr;

/// A cell of a spreadsheet by its row and column, both from 0.
///
/// Cells are ordered by row, then by column: the order in which a sheet is read.
///
/// ```
/// use huizong_schema::CellName;
/// let cell: CellName = "B7".parse()?;
/// assert_eq!((cell.row, cell.column), (6, 1));
/// assert_eq!(CellName::new(6, 1).to_string(), "B7");
/// assert_eq!(cell.absolute(), "$B$7");
/// assert!("7B".parse::<CellName>().is_err());
/// # Ok::<(), huizong_schema::NotACellName>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CellName {
    /// The row, from 0; programs show it from 1.
    pub row: u32,
    /// The column, from 0; programs show it as letters.
    pub column: u32,
}

/// The most letters and digits of a name. Three letters reach a little beyond [`CellName::COLUMNS`] and seven digits
/// beyond [`CellName::ROWS`], so that cells that a file claims to have there can still be named.
const MOST_LETTERS: usize = 3;
const MOST_DIGITS: usize = 7;

impl CellName {
    /// The number of rows of a sheet.
    pub const ROWS: u32 = 1_048_576;
    /// The number of columns of a sheet.
    pub const COLUMNS: u32 = 16_384;

    /// The cell at a row and column, both from 0.
    pub const fn new(row: u32, column: u32) -> Self {
        Self { row, column }
    }

    /// Reads a cell reference of a formula: `$` may fix the column, the row or both.
    ///
    /// ```
    /// use huizong_schema::CellName;
    /// assert_eq!(CellName::from_reference("$B7"), Some(CellName::new(6, 1)));
    /// ```
    pub fn from_reference(text: &str) -> Option<Self> {
        text.replace('$', "").parse().ok()
    }

    /// The name with both its column and its row fixed, such as `$B$7`.
    pub fn absolute(self) -> String {
        format!("${}${}", Self::letters_of(self.column), u64::from(self.row) + 1)
    }

    /// The letters of a column (from 0): `A` to `Z`, then `AA`.
    pub fn letters_of(column: u32) -> String {
        let mut letters = Vec::new();
        // Counted from 1 here, which can overflow a `u32`.
        let mut left = u64::from(column) + 1;
        while left > 0 {
            letters.push(b'A' + u8::try_from((left - 1) % 26).expect("below 26"));
            left = (left - 1) / 26;
        }
        letters.iter().rev().map(|letter| char::from(*letter)).collect()
    }

    /// The column (from 0) of up to three letters, in lower or upper case.
    pub fn column_of(letters: &str) -> Option<u32> {
        let is_column =
            (1..=MOST_LETTERS).contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_alphabetic());
        let digit = |letter: u8| u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        is_column.then(|| letters.bytes().fold(0, |column, letter| column * 26 + digit(letter)) - 1)
    }
}

impl From<(u32, u32)> for CellName {
    /// The cell at a row and column, both from 0.
    fn from((row, column): (u32, u32)) -> Self {
        Self { row, column }
    }
}

impl fmt::Display for CellName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Self::letters_of(self.column), u64::from(self.row) + 1)
    }
}

/// The error for a text that does not name a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotACellName;

impl fmt::Display for NotACellName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a cell's name: letters and a row, such as B7")
    }
}

impl std::error::Error for NotACellName {}

impl FromStr for CellName {
    type Err = NotACellName;

    /// Reads a name such as `B7`: one to three letters and a row from 1.
    fn from_str(name: &str) -> Result<Self, NotACellName> {
        let digits = name.find(|c: char| c.is_ascii_digit()).ok_or(NotACellName)?;
        let (letters, digits) = name.split_at(digits);
        if digits.len() > MOST_DIGITS {
            return Err(NotACellName);
        }
        let column = Self::column_of(letters).ok_or(NotACellName)?;
        let row: u32 = digits.parse().map_err(|_| NotACellName)?;
        Ok(Self { row: row.checked_sub(1).ok_or(NotACellName)?, column })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cells_have_names() {
        for (at, name) in
            [((0, 0), "A1"), ((6, 25), "Z7"), ((9, 26), "AA10"), ((1_048_575, 16_383), "XFD1048576")]
        {
            assert_eq!(CellName::from(at).to_string(), name);
            assert_eq!(name.parse(), Ok(CellName::from(at)));
        }
        assert_eq!("aa1".parse(), Ok(CellName::new(0, 26)));
        for name in ["", "A", "1", "A0", "ABCD1", "A12345678", "名1", "$A$1", "FF12x", "A-1"] {
            assert_eq!(name.parse::<CellName>(), Err(NotACellName), "{name}");
        }
    }

    #[test]
    fn the_last_cell_of_a_sheet_is_named() {
        let last = CellName::new(CellName::ROWS - 1, CellName::COLUMNS - 1);
        assert_eq!(last.to_string(), "XFD1048576");
        // A file may claim any row and column.
        assert_eq!(CellName::new(u32::MAX, u32::MAX).to_string(), "MWLQKWV4294967296");
    }

    #[test]
    fn references_may_be_fixed() {
        assert_eq!(CellName::from_reference("$aa$1"), Some(CellName::new(0, 26)));
        assert_eq!(CellName::from_reference("B$7"), Some(CellName::new(6, 1)));
        assert_eq!(CellName::from_reference("$"), None);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(row in 0..CellName::ROWS, column in 0..CellName::COLUMNS) {
            let cell = CellName::new(row, column);
            prop_assert_eq!(cell.to_string().parse(), Ok(cell));
            prop_assert_eq!(CellName::from_reference(&cell.absolute()), Some(cell));
            prop_assert_eq!(CellName::column_of(&CellName::letters_of(column)), Some(column));
        }
    }
}
