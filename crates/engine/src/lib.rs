//! From the bytes of forms to a consolidation. The command is built on this crate, and so is every binding for another language.
//!
//! [`read`] takes the bytes of a file and returns its documents, checked, each finding with its place. A [`Round`] collects
//! the documents of a year; [`Round::settle`] decides which of them count, and [`Settled::consolidation`] adds those up.
//! [`Units`] puts the documents of a department's units together.
//!
//! This crate knows no files, threads, clock, environment or processes; it builds for `wasm32-unknown-unknown`. Plugins
//! are behind the trait [`Plugins`]. To read large inputs in blocks and on several threads, use [`Opened`] instead of [`read`]
//! and keep only [`Rows`].
//!
//! Read first: [`read`], [`Checked`] and [`Round`].
//!
//! ```
//! use huizong_engine::{Options, Round, read};
//! use huizong_schema::figures::Top;
//!
//! let form = "2022年度部门整体支出绩效自评表\n单位：万元\n部门名称\t示范局\t被评价年度\t2022年\n\
//!             部门资金情况\t部门年初预算收入\t339.04\t部门调整预算收入\t280.19\n\t实际支出数\t280.10\n";
//! let options = Options::default().fiscal_year(2022);
//! let mut round = Round::new(&options);
//! round.add(read("01.txt", form.as_bytes(), &options));
//! let settled = round.settle();
//! assert!(settled.entries()[0].state().is_counted());
//! let consolidation = settled.consolidation();
//! assert_eq!(consolidation.totals.top.get(Top::ActualExpenditure).unwrap().value.to_string(), "2801000.00");
//! ```
//!
//! The whole of a district, from a folder of forms to findings and totals:
//!
#![doc = concat!("```\n", include_str!("../examples/district.rs"), "```")]

mod department;
mod document;
mod file;
mod lists;
pub mod notices;
mod opened;
mod options;
mod returns;
mod round;
mod rows;
mod written;

pub use huizong_core::Excerpt;
pub use huizong_core::counting::DigestsOf;

pub use department::{Units, UnitsError};
pub use document::{Checked, Locate};
pub use file::{File, read};
pub use lists::{ListError, ListRead, books, roster};
pub use opened::{Opened, is_blank, lines_of};
pub use options::{Options, ProfileChoice};
pub use returns::{Returned, ReturnedDocument};
pub use round::{Plugins, Round, SetFindings, SetOfDocuments, Settled};
pub use rows::Rows;
pub use written::{Forms, profile_to_write, to_forms, to_json};
