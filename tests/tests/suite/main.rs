//! What crosses crates: the command, the two paths, forms written and read again, the example district.
//!
//! One program, so that the command and what it needs are linked once. Tests that start workers, and those that measure
//! the memory of their own process, are programs of their own.

mod annotate;
mod architecture;
mod circles;
mod code;
mod command;
mod compat;
mod conformance;
mod difference;
mod engine;
mod generated;
mod habits;
mod hostile;
mod layouts;
mod lineage;
mod mutants;
mod page;
mod partials;
mod printed;
mod profiles;
mod programs;
// Its results are made with a plugin.
#[cfg(target_os = "linux")]
mod receipt;
mod returned;
mod roster;
mod round_trip;
mod sets;
mod settings;
mod standing;
mod strictness;
mod template;
mod two_paths;
mod units;
mod unused;
mod variants;
mod words;
