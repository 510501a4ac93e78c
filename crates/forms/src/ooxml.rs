//! Packages of Office Open XML: zip containers with bounds, the relations between their parts, XML read without
//! believing it, parts changed in a few places, and the names by which our own additions are recognised.

pub(crate) mod marks;
mod package;
pub(crate) mod parts;
mod relations;
pub(crate) mod template_mark;
pub(crate) mod xml;

pub(crate) use huizong_word::{entry_options, escaped};
pub(crate) use package::Package;
pub(crate) use relations::{main_part, relations};
