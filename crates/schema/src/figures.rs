//! The figures of a document and of a consolidation, each defined once: its name, its place, how it is read and
//! written, and how it is added up.
//!
//! A [`Member`] is a figure of a document. A [`Figure`] is a sum of members over documents, a [`Rate`] the quotient of
//! two sums, and a [`Thing`] is counted. Rules, sums, tables and pages take names and labels from here.

mod by_name;
mod member;
mod object;
mod range;
mod rate;
mod total;

pub use by_name::{ByName, Named};
pub use member::*;
pub use range::{Column, FundSource, Nature, Over};
pub use rate::{Rate, Thing};
pub use total::{Addend, Counted, Figure, Top};

#[cfg(test)]
mod tests;
