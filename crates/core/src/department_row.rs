//! A department's row of a consolidation, written from what is kept of its document.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use crate::contribution::Contribution;
use crate::entry::Entry;
use huizong_schema::figures::{Column, Figure, FundSource, Nature, Top};

/// One document in the totals. Serializes as [`huizong_schema::consolidation::Row`].
#[derive(Clone, Debug, PartialEq)]
pub struct DepartmentRow<'e> {
    /// The document's entry.
    pub entry: &'e Entry,
    /// The department's code, as reported or as found by its name.
    pub code: Option<&'e str>,
    /// The roster's other columns for the department, if there are any.
    pub by: Option<Box<OtherColumns>>,
}

/// What the roster says of a department in its other columns.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherColumns(BTreeMap<String, String>);

impl OtherColumns {
    /// Keeps values, if there are any.
    pub(crate) fn new(values: BTreeMap<String, String>) -> Option<Box<Self>> {
        (!values.is_empty()).then(|| Box::new(Self(values)))
    }
}

impl<'e> DepartmentRow<'e> {
    /// Its figures.
    ///
    /// # Panics
    ///
    /// If the document has none; then it does not count, and has no row.
    pub fn contribution(&self) -> &'e Contribution {
        self.entry.contribution.as_ref().expect("what counts has figures")
    }

    /// The roster's value in one of its other columns.
    pub fn by(&self, column: &str) -> Option<&str> {
        self.by.as_ref()?.0.get(column).map(String::as_str)
    }
}

impl Serialize for DepartmentRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_struct("Row", 9)?;
        row.serialize_field("name", self.entry.name.as_deref().unwrap_or_default())?;
        if let Some(code) = self.code {
            row.serialize_field("code", code)?;
        }
        if let Some(by) = &self.by {
            row.serialize_field("by", &by.0)?;
        }
        row.serialize_field("document", &*self.entry.document)?;
        row.serialize_field("fiscal_year", &self.entry.fiscal_year.unwrap_or_default())?;
        row.serialize_field("figures", &Figures(self.contribution()))?;
        row.serialize_field("rates", &self.contribution().rates())?;
        row.serialize_field("counts", &self.contribution().counts())?;
        row.serialize_field("findings", &self.entry.findings())?;
        row.end()
    }
}

/// Figures by name; those of sources and natures are one and two levels down.
struct Figures<'c>(&'c Contribution);

impl Serialize for Figures<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut figures = serializer.serialize_map(None)?;
        for &top in Top::ALL {
            if let Some(value) = self.0.value(Figure::Top(top)) {
                figures.serialize_entry(top.as_str(), &value)?;
            }
        }
        let sources = Groups { of: self.0, names: FundSource::ALL, figure: Figure::Source };
        if sources.any() {
            figures.serialize_entry("by_source", &sources)?;
        }
        let natures = Groups { of: self.0, names: Nature::ALL, figure: Figure::Nature };
        if natures.any() {
            figures.serialize_entry("by_nature", &natures)?;
        }
        figures.end()
    }
}

/// The figures of sources, or of natures: by name, then by column.
struct Groups<'c, N: 'static> {
    of: &'c Contribution,
    names: &'static [N],
    figure: fn(N, Column) -> Figure,
}

impl<N: Copy> Groups<'_, N> {
    /// The figures of one source or nature that the document reports.
    fn columns(&self, name: N) -> impl Iterator<Item = (&'static str, huizong_schema::Money)> {
        Column::ALL
            .iter()
            .filter_map(move |&column| Some((column.as_str(), self.of.value((self.figure)(name, column))?)))
    }

    fn has(&self, name: N) -> bool {
        Column::ALL.iter().any(|&column| self.of.has((self.figure)(name, column)))
    }

    fn any(&self) -> bool {
        self.names.iter().any(|&name| self.has(name))
    }
}

impl<N: Copy> Serialize for Groups<'_, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut groups = serializer.serialize_map(None)?;
        for &name in self.names {
            if self.has(name) {
                let columns = Columns(|| self.columns(name));
                groups.serialize_entry((self.figure)(name, Column::Initial).name(), &columns)?;
            }
        }
        groups.end()
    }
}

struct Columns<F>(F);

impl<F: Fn() -> I, I: Iterator<Item = (&'static str, huizong_schema::Money)>> Serialize for Columns<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map((self.0)())
    }
}
