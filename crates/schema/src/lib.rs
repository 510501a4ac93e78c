//! The document types of the 部门整体支出绩效自评表 (whole-department expenditure performance self-evaluation),
//! and the JSON Schemas published for them.
//!
//! This crate knows no files, no clock, no rules and no threads: text in, values out. `huizong-core` checks whether the
//! figures of a document agree with each other.
//!
//! Read first: [`Draft`] (the document, every member optional), [`Evaluation`] (finished: what the published
//! schema accepts), and [`parse`] with `explain` (the two ways to read them). `explain` uses a general JSON Schema
//! validator; it is in the feature `explain`, which is on by default.
//!
//! ```
//! let text = r#"{
//!   "schema_version": "1.0", "department": {"name": "示范局"}, "fiscal_year": 2023, "unit": "CNY_10K",
//!   "budget": {"initial_budget": "339.04", "adjusted_budget": "280.19", "actual_expenditure": "280.10"}
//! }"#;
//! let document = huizong_schema::parse(text)?;
//! assert_eq!(huizong_schema::figures::ACTUAL.read(&document, 0).unwrap().to_string(), "280.10");
//!
//! // A refused text is explained: the place and the keyword.
//! let broken = text.replace("\"280.10\"", "280.10");
//! assert!(huizong_schema::parse(&broken).is_err());
//! # #[cfg(feature = "explain")] {
//! let problem = &huizong_schema::explain(&broken).problems[0];
//! assert_eq!(problem.pointer.as_str(), "/budget/actual_expenditure");
//! # }
//! # Ok::<(), huizong_schema::Refused>(())
//! ```

mod cell_name;
pub mod check_report;
mod choices;
mod complete;
pub mod consolidation;
mod decimal;
pub mod difference;
mod evaluation;
#[cfg(feature = "explain")]
mod explain;
pub mod figures;
pub mod findings;
mod json;
pub mod lineage;
mod money;
mod names;
mod object_only;
mod parse;
pub mod partial;
mod pointer;
pub mod protocol;
pub mod publish;
mod read_request;
pub mod receipt;
pub mod rule_list;
mod shape;
mod text;

pub use cell_name::{CellName, NotACellName};
pub use choices::{FiscalYear, Level, SchemaVersion, Scope, Unit};
pub use complete::{Evaluation, Required, Unfinished};
pub use decimal::{Amount, NotADecimal, Percent, Points, SignedAmount, SignedPercent};
pub use evaluation::{
    Budget, ByNature, BySource, Department, Draft, ExecutionScore, Goal, Indicator, KeyProject, Narrative,
    NatureFigures, Scorecard, ScoredIndicator, SourceFigures, Submission, Task, UnitBelow,
};
#[cfg(feature = "explain")]
pub use explain::{Explained, Problem, ProblemKind, Violation, explain};
pub use json::{MAX_DEPTH, offsets_of, offsets_of_unique, read_strictly, too_deep_at};
pub use money::{Money, NotMoney};
pub use names::{begins_with_ideograph, normalise_name, surely_differ};
pub use parse::{Refused, parse};
pub use pointer::Pointer;
pub use text::{Extensions, NonEmpty, Text};
