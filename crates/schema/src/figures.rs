//! The figures of a document and of a consolidation, each said once: how it is called, where it is, how it is read and
//! written, what is added up of it.
//!
//! A [`Member`] is a figure of a document. A [`Figure`] is a sum over documents, made of members; a [`Rate`] is made of
//! two sums, a [`Thing`] is counted. Rules, sums, tables and pages take names and labels from here.

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
