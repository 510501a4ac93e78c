//! The lists of a bureau, read from the bytes of their files.

use std::fmt;

use huizong_core::bureau_accounts::BureauAccounts;
use huizong_core::roster::Roster;
use huizong_core::{BureauList, ColumnUse, ListFault};
use huizong_forms::{List, Lists};
use huizong_schema::findings::{Arg, Args, Message, Notice, Place};

use crate::notices::{LIST_COLUMNS, LIST_ROWS_PASSED_OVER, LIST_SHEET};
use crate::opened::about;

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
/// let read = huizong_engine::roster("r.csv", "部门名称,类别\n示范局,机关\n".as_bytes()).unwrap();
/// assert_eq!(read.list.rows()[0].name, "示范局");
/// assert_eq!(read.understood[0].notice, "list-columns");
/// ```
pub fn roster(name: &str, bytes: &[u8]) -> Result<ListRead<Roster>, ListError> {
    list(name, bytes, Roster::new)
}

/// Reads the bureau's own books: for each department any of the three amounts of its budget.
///
/// # Errors
/// Returns [`ListError`] if the file cannot be read, no row names the columns, or a row cannot be understood.
pub fn books(name: &str, bytes: &[u8]) -> Result<ListRead<BureauAccounts>, ListError> {
    list(name, bytes, BureauAccounts::new)
}

/// A list, and what is to be said of how it was read.
#[derive(Clone, Debug)]
pub struct ListRead<T> {
    /// The list.
    pub list: T,
    /// Notices about the file.
    pub notices: Vec<Notice>,
    /// What each column was taken for, and the rows that were passed over: for whoever made the list.
    pub understood: Vec<Notice>,
}

fn list<T: BureauList>(
    name: &str,
    bytes: &[u8],
    make: impl Fn(&[Vec<String>]) -> Result<T, Vec<ListFault>>,
) -> Result<ListRead<T>, ListError> {
    let Lists { lists, notices } = huizong_forms::lists(bytes, name).map_err(ListError::Unreadable)?;
    // The first sheet with the headings of a list; a cover sheet may come before it.
    let lacks_headings = |faults: &Vec<ListFault>| faults.iter().all(|fault| fault.row.is_none());
    let mut results = lists.iter().map(|read| make(&read.rows)).enumerate();
    let with_headings =
        results.find(|(_, result)| result.as_ref().err().is_none_or(|faults| !lacks_headings(faults)));
    let blank = List::default();
    let (at, result) = with_headings.unwrap_or_else(|| (0, make(&lists.first().unwrap_or(&blank).rows)));
    let read = lists.get(at).unwrap_or(&blank);
    let list = result.map_err(|faults| {
        let place = |fault: &ListFault| read.place(fault.row?, fault.column);
        let faults = faults.into_iter().map(|fault| (place(&fault), fault.message));
        ListError::Faulty(faults.collect())
    })?;
    let notices =
        notices.iter().chain(&read.notices).map(|notice| about(notice.clone(), name, name)).collect();
    let mut understood = vec![LIST_COLUMNS.notice(Some(name), columns(list.column_uses()))];
    let others = lists.iter().enumerate().filter(|(other, _)| *other != at);
    let others: Vec<&str> = others.filter_map(|(_, list)| list.sheet.as_deref()).collect();
    if let Some(sheet) = read.sheet.as_ref().filter(|_| !others.is_empty()) {
        let args =
            Args::from([("sheet", Arg::Text(sheet.clone())), ("others", Arg::Text(others.join("、")))]);
        understood.push(LIST_SHEET.notice(Some(name), args));
    }
    let passed_over = list.passed_over().iter().filter_map(|row| {
        let text = read.rows.get(*row)?.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        Some(text.collect::<Vec<_>>().join(" "))
    });
    let passed_over: Vec<String> = passed_over.collect();
    if !passed_over.is_empty() {
        let args = Args::from([("rows", Arg::Text(passed_over.join("；")))]);
        understood.push(LIST_ROWS_PASSED_OVER.notice(Some(name), args));
    }
    Ok(ListRead { list, notices, understood })
}

/// The columns in words, those used first.
fn columns(columns: &[ColumnUse]) -> Args {
    let in_words = |pick: &dyn Fn(&Message) -> String| {
        let used = columns.iter().filter_map(|column| {
            let meaning = pick(column.used_as.as_ref()?);
            let heading = &column.heading;
            Some(if *heading == meaning { meaning } else { format!("{heading}→{meaning}") })
        });
        used.collect::<Vec<_>>().join("、")
    };
    let unused =
        columns.iter().filter(|column| column.used_as.is_none()).map(|column| column.heading.as_str());
    let words =
        Message { zh: in_words(&|message| message.zh.clone()), en: in_words(&|message| message.en.clone()) };
    let unused: Vec<&str> = unused.collect();
    let none = Message { zh: "无".to_owned(), en: "none".to_owned() };
    let unused = if unused.is_empty() { Arg::Words(none) } else { Arg::Text(unused.join("、")) };
    Args::from([("used", Arg::Words(words)), ("unused", unused)])
}
