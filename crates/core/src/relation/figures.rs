//! Where expressions read figures: a document, or one in which a value is replaced.

use huizong_schema::figures::{Member, Over};
use huizong_schema::{Draft, Pointer};
use rust_decimal::Decimal;

/// Figures by their places.
pub trait Figures {
    /// The value of a figure at a place of its range, as printed.
    fn value(&self, member: &Member, at: usize) -> Option<Decimal>;

    /// The number of places of a range.
    fn count(&self, over: Over) -> usize;
}

impl Figures for Draft<'_> {
    fn value(&self, member: &Member, at: usize) -> Option<Decimal> {
        member.read(self, at)
    }

    fn count(&self, over: Over) -> usize {
        over.count(self)
    }
}

/// Figures of which one has another value.
#[derive(Clone, Debug)]
pub struct With<'f, F> {
    figures: &'f F,
    pointer: Pointer,
    value: Option<Decimal>,
}

impl<'f, F: Figures> With<'f, F> {
    /// Creates the figures in which the one at a pointer has a value, or is missing. Whatever names that figure reads it.
    pub fn new(figures: &'f F, pointer: Pointer, value: Option<Decimal>) -> Self {
        Self { figures, pointer, value }
    }
}

impl<F: Figures> Figures for With<'_, F> {
    fn value(&self, member: &Member, at: usize) -> Option<Decimal> {
        if member.is_at(&self.pointer, at) { self.value } else { self.figures.value(member, at) }
    }

    fn count(&self, over: Over) -> usize {
        self.figures.count(over)
    }
}
