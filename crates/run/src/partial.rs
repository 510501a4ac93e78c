//! Partials: what is kept of documents, in a file, until all of them are in.
//!
//! A partial holds what a run over some of the inputs knows before it is decided which documents count. Partials of all inputs
//! together give the same result as one run over them, whoever made them and in whatever order they come.

mod merge;
mod read;
mod update;
mod write;

pub use merge::{Merged, difference, merge, refuse_other, run_of_all};
pub use read::{Partial, read};
pub use update::{State, state_of};

/// The file in the folder of a result from which an update goes on. It is a partial of all inputs, is not part of the result, and may
/// be deleted: the next update then reads everything.
pub const STATE: &str = ".partial.ndjson";
