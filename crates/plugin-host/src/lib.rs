//! Loads and runs plugins so that none of them can harm a run.
//!
//! By default a plugin runs in a worker, a process of the command's own program: a crash loses only that
//! plugin's result, and the documents it failed on are reported. The contract is the header of
//! `huizong-plugin-abi`; the messages are the types of [`huizong_schema::protocol`].
//!
//! This crate knows processes, pipes, deadlines and the loader; it knows nothing of forms, reports, settings
//! or the terminal. A plugin's findings are returned as core makes them, sorted by document, rule and
//! pointer.
//!
//! Read first: [`Plugin::describe`] (loads a file as a plugin), [`Runner`] (runs a plugin over documents) and
//! [`Session`] (one conversation, in a worker or not).

mod answer;
#[cfg(target_os = "linux")]
mod conform;
mod examples;
mod failure;
mod host;
#[cfg(target_os = "linux")]
mod in_process;
mod isolation;
#[cfg(target_os = "linux")]
mod library;
mod limits;
mod manifest;
mod notice_kinds;
mod notices;
mod plugin;
mod projected;
mod refused;
mod request;
mod runner;
mod session;
mod set;
mod spool;
mod trust;
#[cfg(target_os = "linux")]
pub mod worker;

#[cfg(target_os = "linux")]
pub use conform::{Clause, Conformity, Outcome, conform};
pub use examples::{Trial, Verdict, trials};
pub use failure::{Failure, LoadError, Violation};
pub use host::Host;
pub use huizong_plugin_abi::HEADER;
pub use isolation::in_force;
pub use limits::Limits;
pub use manifest::is_kebab;
pub use notice_kinds::NOTICES;
pub use notices::{refused, replaced};
pub use plugin::Plugin;
pub use projected::Projected;
pub use refused::Refused;
pub use runner::{Documents, Ran, Runner};
pub use session::Session;
pub use set::{OfSet, SetView, without_rows};
pub use trust::{Candidate, Lock, Pin};
