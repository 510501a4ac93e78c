//! Checks department self-evaluations and adds them up.
//!
//! This crate knows no files, no clock, no environment, no threads, and neither forms, reports nor how plugins run:
//! values in, values out. A finding leaves it with a JSON Pointer; the place in a file is joined on at the edge, from the
//! [`Origins`] that a reader filled.
//!
//! Read first: [`check`] (every rule against one document), [`relation`] (arithmetic rules as data) and
//! [`rollup::Rollup`] (the sums).
//!
//! ```
//! use huizong_core::{Reading, Settings, Subject, Tally, Traits, check, rules};
//!
//! let document = huizong_schema::parse(r#"{
//!   "schema_version": "1.0", "department": {"name": "示范局"}, "fiscal_year": 2023, "unit": "CNY_10K",
//!   "budget": {"initial_budget": "339.04", "adjusted_budget": "280.19", "actual_expenditure": "280.19",
//!              "budget_adjustment": "58.85", "adjustment_rate": "17.35"}
//! }"#)?;
//! let subject = Subject {
//!     draft: &document, reading: &Reading::default(), traits: &Traits::default(), settings: &Settings::default(),
//! };
//! let (mut tally, mut notices) = (Tally::new(rules::ALL.len()), Vec::new());
//! let findings = check(rules::ALL, "a.json", &subject, &mut tally, &mut notices);
//! assert_eq!(findings[0].rule, "rate-is-truncated");
//! assert!(findings[0].message.en.contains("17.36%"));
//! # Ok::<(), huizong_schema::Refused>(())
//! ```

pub mod books;
mod check;
pub mod consolidate;

mod contribution;
pub mod counting;
mod declared;
pub mod difference;
mod entry;
pub mod identity;
mod leaf;
mod legend;
mod list;
mod message;
pub mod names;
mod notice;
pub mod notices;
pub mod number;
mod origins;
mod outcome;
mod partial;
mod rate;
pub mod relation;
pub mod rollup;
pub mod roster;
mod row;
mod rule;
pub mod rules;
pub mod set;
mod state;
mod stored;
mod subject;
mod tally;
pub mod unite;

pub use check::check;
pub use contribution::Contribution;
pub use declared::{About, BadArgs, Declared, plain_decimal, shown_text};
pub use entry::{Entry, Uncounted, file_of};
pub use leaf::{Leaf, leaves};
pub use legend::{AnyRule, Legend};
pub use list::ListFault;
pub use message::{Lang, Template, show};
pub use notice::NoticeKind;
pub use number::money;
pub use origins::Origins;
pub use outcome::{Hit, Judgement, Skip};
pub use row::Row;
pub use rule::{Check, Exclusion, Rule};
pub use state::State;
pub use stored::Stored;
pub use subject::{CompletionBase, Reading, Settings, Source, StaleFormula, Subject, Title, Traits};
pub use tally::Tally;
