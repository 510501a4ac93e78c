//! The lists of a bureau, read from the bytes of their files.

use std::fmt;

use huizong_core::ListFault;
use huizong_core::books::Books;
use huizong_core::roster::Roster;
use huizong_schema::findings::{Message, Place};

/// Why a list cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListError {
    /// The file cannot be read at all.
    Unreadable(Message),
    /// Rows cannot be understood: what is wrong with each, and where it is.
    Faulty(Vec<(Option<Place>, Message)>),
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "the list cannot be read: {}", why.en),
            Self::Faulty(faults) => {
                f.write_str("the list is faulty:")?;
                faults.iter().try_for_each(|(place, why)| match place {
                    Some(place) => write!(f, " {place}: {};", why.en),
                    None => write!(f, " {};", why.en),
                })
            }
        }
    }
}

impl std::error::Error for ListError {}

/// Reads the roster: the list of departments that should report (csv, xlsx or any other file with a table).
///
/// # Errors
/// Returns [`ListError`] if the file cannot be read, no row names the columns, or a row cannot be understood.
///
/// ```
/// let roster = huizong_engine::roster("r.csv", "部门名称,类别\n示范局,机关\n".as_bytes()).unwrap();
/// assert_eq!(roster.rows()[0].name, "示范局");
/// ```
pub fn roster(name: &str, bytes: &[u8]) -> Result<Roster, ListError> {
    list(name, bytes, Roster::new)
}

/// Reads the bureau's own books: for each department any of the three amounts of its budget.
///
/// # Errors
/// Returns [`ListError`] if the file cannot be read, no row names the columns, or a row cannot be understood.
pub fn books(name: &str, bytes: &[u8]) -> Result<Books, ListError> {
    list(name, bytes, Books::new)
}

fn list<T>(
    name: &str,
    bytes: &[u8],
    make: impl Fn(&[Vec<String>]) -> Result<T, Vec<ListFault>>,
) -> Result<T, ListError> {
    let list = huizong_forms::list(bytes, name).map_err(ListError::Unreadable)?;
    make(&list.rows).map_err(|faults| {
        let place = |row: usize| list.places.get(row)?.clone();
        let faults = faults.into_iter().map(|fault| (fault.row.and_then(place), fault.message));
        ListError::Faulty(faults.collect())
    })
}
