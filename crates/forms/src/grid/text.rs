//! The text that a cell shows.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

use crate::label::{Comparable, comparable, may_be_label};

/// The text that a cell shows, a paragraph a line.
///
/// A reader asks many times whether a text is a label, so the form that it is compared in is made once.
#[derive(Clone, Default)]
pub struct Text {
    shown: String,
    comparable: OnceLock<String>,
}

impl From<String> for Text {
    fn from(shown: String) -> Self {
        Self { shown, comparable: OnceLock::new() }
    }
}

impl From<&str> for Text {
    fn from(shown: &str) -> Self {
        shown.to_owned().into()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.shown
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.shown == other.shown
    }
}

impl Eq for Text {}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.shown == *other
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown.fmt(f)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown.fmt(f)
    }
}

impl Comparable for Text {
    fn comparable(&self) -> Option<Cow<'_, str>> {
        let make = || comparable(&self.shown);
        may_be_label(&self.shown).then(|| Cow::Borrowed(self.comparable.get_or_init(make).as_str()))
    }
}
