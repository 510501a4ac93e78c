//! What is made of findings and consolidations: text for the terminal, data files, a workbook and a page.
//!
//! This crate reads nothing and decides nothing: findings and consolidations in, bytes out. It knows no files and no
//! terminal; the caller says how wide a line may be and whether colours are wanted.
//!
//! Read first: [`terminal::finding`], [`terminal::consolidation`] and [`tables`].

pub mod book;
pub mod csv;
pub mod detail;
pub mod difference;
pub mod explain;
pub mod html;
pub mod json;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod sarif;
pub mod table;
pub mod tables;
pub mod target;
pub mod terminal;
pub mod words;
pub mod xlsx;
