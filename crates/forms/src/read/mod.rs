//! Readers: bytes of each kind to cells, or to documents where there are no cells.

pub(crate) mod html;
pub mod json;
pub(crate) mod office;
pub(crate) mod text;
