//! Forms on disk, to findings and sums on any number of threads. The command is built on this crate, and so are bindings that
//! read files.
//!
//! What `huizong-engine` does not know is here: paths, folders, blocks, threads, the lists and earlier results as files, digests,
//! and failures in words for people. Arguments, settings, the terminal, the clock and the environment are not: callers have them.
//!
//! Read first: [`inputs`] (paths to files), [`pipeline`] (files to findings and sums), [`lists`] (rosters, books and earlier results).

pub mod compression;
pub mod contents;
pub mod digest;
pub mod error;
pub mod files;
pub mod inputs;
pub mod lists;
pub mod nearest;
pub mod notices;
pub mod partial;
pub mod paths;
pub mod pipeline;
pub mod profile;
pub mod receipts;
pub mod rows;
pub mod threads;
