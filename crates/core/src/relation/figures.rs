//! The figures that expressions read: a document's, or those with one value replaced.

use huizong_schema::figures::{Member, Over};
use huizong_schema::{Draft, Pointer};
use rust_decimal::Decimal;

/// Figures that can be read by place.
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

/// Figures with one value replaced.
#[derive(Clone, Debug)]
pub struct With<'f, F> {
    figures: &'f F,
    pointer: Pointer,
    value: Option<Decimal>,
}

impl<'f, F: Figures> With<'f, F> {
    /// Replaces the figure at a pointer by a value; [`None`] makes it missing. Every member at that pointer reads it.
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
