//! Readers: bytes of each kind to cells, or to documents where there are no cells.

mod build;
mod excerpt;
pub(crate) mod extract;
pub(crate) mod html;
pub mod json;
pub(crate) mod kind;
mod list;
pub(crate) mod office;
mod projects;
pub(crate) mod text;

pub use build::{Note, NoteKind};
pub use excerpt::Shown;
pub use kind::{Kind, is_container, kind_of};
pub use list::{List, list};
