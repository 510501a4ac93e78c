//! Renders findings and consolidations as terminal text, data files, a workbook and a page.
//!
//! This crate reads no input and makes no decisions: findings and consolidations in, bytes out. It knows no
//! files and no terminal; the caller passes the width of a line and whether to use colours.
//!
//! Read first: [`terminal::finding`], [`terminal::consolidation`] and [`tables`].

mod amounts;
pub mod book;
pub mod briefing;
pub mod csv;
pub mod datapackage;
pub mod detail;
pub mod difference;
pub mod explain;
pub mod html;
pub mod json;
mod names;
pub mod page;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod returns;
pub mod rule_list;
pub mod sarif;
pub mod standing;
pub mod table;
pub mod tables;
pub mod target;
pub mod terminal;
pub mod words;
pub mod xlsx;
