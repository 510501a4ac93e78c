//! Checks department self-evaluations and adds them up.
//!
//! This crate knows no files, clock, environment or threads, and no forms, reports or running plugins: values in,
//! values out. Its findings have a JSON Pointer; the place in a file is added at the edge, from the [`Origins`] that a
//! reader filled.
//!
//! Read first: [`check`] (every rule against one document), [`relation`] (arithmetic rules as data) and
//! [`rollup::Rollup`] (the sums).
//!
//! ```
//! use huizong_core::{Reading, Settings, RuleInput, Tally, Traits, check, rules};
//!
//! let document = huizong_schema::parse(r#"{
//!   "schema_version": "1.0", "department": {"name": "示范局"}, "fiscal_year": 2023, "unit": "CNY_10K",
//!   "budget": {"initial_budget": "339.04", "adjusted_budget": "280.19", "actual_expenditure": "280.19",
//!              "budget_adjustment": "58.85", "adjustment_rate": "17.35"}
//! }"#)?;
//! let input = RuleInput {
//!     draft: &document, reading: &Reading::default(), traits: &Traits::default(), settings: &Settings::default(),
//! };
//! let (mut tally, mut notices) = (Tally::new(rules::ALL.len()), Vec::new());
//! let findings = check(rules::ALL, "a.json", &input, &mut tally, &mut notices);
//! assert_eq!(findings[0].rule, "rate-is-truncated");
//! assert!(findings[0].message.en.contains("17.36%"));
//! # Ok::<(), huizong_schema::Refused>(())
//! ```

mod accepted;
pub mod bureau_accounts;
mod check;
pub mod consolidate;

mod contribution;
pub mod counting;
pub mod day;
pub mod department_document;
mod department_row;
pub mod difference;
mod entry;
mod excerpt;
pub mod identity;
pub mod kept;
mod leaf;
mod list;
mod message;
pub mod name_index;
mod notice;
pub mod notices;
pub mod number;
mod origins;
mod outcome;
mod partial;
mod path_hint;
mod plugin_rule;
mod rate;
pub mod relation;
pub mod rollup;
pub mod roster;
mod rule;
mod rule_index;
mod rule_input;
pub mod rules;
pub mod set;
mod snapshot;
mod state;
mod tally;

pub use accepted::Accepted;
pub use check::check;
pub use contribution::Contribution;
pub use department_row::DepartmentRow;
pub use entry::{ATTACHMENT, DocumentDigest, Entry, SUPERSEDED, Uncounted, file_of};
pub use excerpt::Excerpt;
pub use leaf::{Leaf, leaves};
pub use list::{BureauList, ColumnUse, ListFault};
pub use message::{Lang, Template, grouped, show};
pub use notice::NoticeKind;
pub use number::money;
pub use origins::Origins;
pub use outcome::{Hit, Judgement, Skip};
pub use plugin_rule::{BadArgs, DocumentFindings, PluginRule, plain_decimal, shown_text};
pub use rule::{Check, Exclusion, Rule};
pub use rule_index::{AnyRule, RuleIndex};
pub use rule_input::{
    CompletionBase, InputKind, OtherForm, Reading, RuleInput, Settings, StaleFormula, Title, Traits,
};
pub use snapshot::Snapshot;
pub use state::State;
pub use tally::Tally;
