//! A consolidation that was written earlier, last year or this year.

use huizong_schema::consolidation::{Consolidation, Row as Written};

use crate::contribution::Contribution;
use crate::department_row::{DepartmentRow, OtherColumns};
use crate::entry::Entry;
use crate::name_index::NameIndex;

/// A consolidation that was read from its JSON.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The consolidation without its rows.
    head: Consolidation<()>,
    entries: Vec<Entry>,
    codes: Vec<Option<String>>,
    by: Vec<Option<Box<OtherColumns>>>,
    names: NameIndex,
}

impl Snapshot {
    /// Reads a consolidation's JSON.
    ///
    /// # Errors
    /// Returns an error if the bytes are not a consolidation of version 1.0.
    pub fn read(json: &[u8]) -> Result<Self, serde_json::Error> {
        let mut whole: Consolidation<Written> = serde_json::from_slice(json)?;
        if whole.kind != "consolidation" || whole.unit != "CNY" || whole.schema_version != "1.0" {
            return Err(serde::de::Error::custom("no consolidation of version 1.0"));
        }
        let rows = std::mem::take(&mut whole.departments);
        let mut names = NameIndex::default();
        let (mut entries, mut codes, mut by) = (Vec::new(), Vec::new(), Vec::new());
        for (number, row) in rows.into_iter().enumerate() {
            names.note(number, row.code.as_deref(), Some(&row.name), []);
            let contribution = Contribution::of_row(|figure| row.figures.get(figure), row.counts);
            entries.push(Entry {
                name: Some(row.name.into()),
                fiscal_year: Some(row.fiscal_year),
                contribution: Some(contribution),
                ..Entry::unread(row.document).with_findings(row.findings)
            });
            codes.push(row.code);
            by.push(OtherColumns::new(row.by));
        }
        let head = whole.with_rows(Vec::new());
        Ok(Self { head, entries, codes, by, names })
    }

    /// Restores the consolidation.
    pub fn consolidation(&self) -> Consolidation<DepartmentRow<'_>> {
        let rows = self.entries.iter().enumerate().filter_map(|(number, entry)| {
            entry.contribution.as_ref()?;
            Some(DepartmentRow { entry, code: self.codes[number].as_deref(), by: self.by[number].clone() })
        });
        self.head.with_rows(rows.collect())
    }

    /// The year of its documents.
    pub fn fiscal_year(&self) -> Option<u16> {
        self.head.fiscal_year
    }

    /// A department's contribution to it.
    pub fn find(&self, code: Option<&str>, name: Option<&str>) -> Option<&Contribution> {
        let (number, _) = self.names.find(code, name)?;
        self.entries[number].contribution.as_ref()
    }
}
