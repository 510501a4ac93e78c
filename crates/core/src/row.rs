//! A department's row of a consolidation, written from what is kept of its document.

use huizong_schema::consolidation::Total;
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use crate::rollup::{Figure, Rollup};
use crate::set::Entry;

/// One document that the totals hold. Its JSON is that of [`huizong_schema::consolidation::Row`].
#[derive(Clone, Debug, PartialEq)]
pub struct Row<'e> {
    /// What is kept of the document.
    pub entry: &'e Entry,
    /// Its sums.
    pub rollup: &'e Rollup,
    /// The department's code, its own or the one that its name belongs to.
    pub code: Option<String>,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_struct("Row", 8)?;
        row.serialize_field("name", self.entry.name.as_deref().unwrap_or_default())?;
        if let Some(code) = &self.code {
            row.serialize_field("code", code)?;
        }
        row.serialize_field("document", &self.entry.document)?;
        row.serialize_field("fiscal_year", &self.entry.fiscal_year.unwrap_or_default())?;
        row.serialize_field("figures", &Figures(self.rollup.sums()))?;
        row.serialize_field("rates", &self.rollup.rates())?;
        row.serialize_field("counts", &self.rollup.counts)?;
        row.serialize_field("findings", &self.entry.findings)?;
        row.end()
    }
}

type Sums<'s> = &'s [(Figure, Total)];

/// Figures by name; those of sources and natures one and two levels down.
struct Figures<'s>(Sums<'s>);

impl Serialize for Figures<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut figures = serializer.serialize_map(None)?;
        // Sums are sorted: the plain ones first, then the sources', then the natures'.
        let plain = self.0.partition_point(|(figure, _)| matches!(figure, Figure::Top(_)));
        let sources = self.0.partition_point(|(figure, _)| !matches!(figure, Figure::Nature(..)));
        for (figure, total) in &self.0[..plain] {
            figures.serialize_entry(figure.name(), &total.value)?;
        }
        for (name, part) in [("by_source", &self.0[plain..sources]), ("by_nature", &self.0[sources..])] {
            if !part.is_empty() {
                figures.serialize_entry(name, &Groups(part))?;
            }
        }
        figures.end()
    }
}

struct Groups<'s>(Sums<'s>);

impl Serialize for Groups<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut groups = serializer.serialize_map(None)?;
        for group in self.0.chunk_by(|(a, _), (b, _)| a.name() == b.name()) {
            groups.serialize_entry(group[0].0.name(), &Columns(group))?;
        }
        groups.end()
    }
}

struct Columns<'s>(Sums<'s>);

impl Serialize for Columns<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut columns = serializer.serialize_map(Some(self.0.len()))?;
        for (figure, total) in self.0 {
            columns.serialize_entry(figure.column().unwrap_or_default(), &total.value)?;
        }
        columns.end()
    }
}
