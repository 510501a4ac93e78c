//! What goes back to whom: the documents in which something has to be mended, by department.

use std::collections::BTreeMap;

use huizong_core::roster::Listed;
use huizong_core::set::DepartmentIndex;
use huizong_core::{State, rules};
use huizong_schema::consolidation::Unread;
use huizong_schema::findings::{Finding, Severity};

use crate::round::Settled;

/// What goes back to a department.
#[derive(Debug)]
pub struct Returned<'s> {
    /// The department's name: as the roster has it, else as its form prints it; [`None`] if nothing tells whose a form is.
    pub department: Option<&'s str>,
    /// Its row of the roster.
    pub listed: Option<&'s Listed>,
    /// Its documents in which something has to be mended, in the order of the inputs.
    pub documents: Vec<ReturnedDocument<'s>>,
    /// Its files that could not be read.
    pub unread: &'s [Unread],
}

/// A document in which something has to be mended.
#[derive(Debug)]
pub struct ReturnedDocument<'s> {
    /// The document's id.
    pub document: &'s str,
    /// Its state.
    pub state: State,
    /// The findings about it, the gravest first; among those about the set only that its department sent several.
    pub findings: Vec<&'s Finding>,
}

impl Settled {
    /// Finds what goes back to whom: documents with errors or warnings, and files that could not be read. Departments come in the
    /// order of the roster, then the others in the order of the inputs.
    pub fn returned<'s>(&'s self, departments: &'s DepartmentIndex<'_>) -> Vec<Returned<'s>> {
        let entries = self.entries();
        let number: BTreeMap<&str, usize> =
            entries.iter().enumerate().map(|(index, entry)| (&*entry.document, index)).collect();
        let mut of: Vec<Vec<&Finding>> = vec![Vec::new(); entries.len()];
        for finding in self.findings() {
            let is_duplicate = rules::find(&finding.rule)
                .and_then(|rule| rule.excludes)
                .is_some_and(|exclusion| exclusion.state == State::Duplicate);
            let of_set = finding.documents.iter().filter(|_| is_duplicate);
            for document in finding.document.iter().chain(of_set) {
                if let Some(index) = number.get(&**document) {
                    of[*index].push(finding);
                }
            }
        }
        // By the roster's row, else by the first document of the department.
        let mut places: BTreeMap<(usize, usize), Returned<'s>> = BTreeMap::new();
        let mut first_of = BTreeMap::new();
        for (index, findings) in of.into_iter().enumerate() {
            if findings.iter().all(|finding| finding.severity == Severity::Info) {
                continue;
            }
            let row = departments.row(index).map_or(usize::MAX, |(row, _)| row);
            let first = match departments.of(index) {
                Some(_) if row < usize::MAX => 0,
                Some(key) => *first_of.entry(key).or_insert(index),
                None => index,
            };
            let listed = departments.on_roster(index);
            let name = listed.map(|listed| &*listed.name).or(entries[index].name.as_deref());
            let returned = places.entry((row, first)).or_insert_with(|| Returned {
                department: name,
                listed,
                documents: Vec::new(),
                unread: &[],
            });
            let mut findings = findings;
            findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
            let (document, state) = (&*entries[index].document, entries[index].state());
            returned.documents.push(ReturnedDocument { document, state, findings });
        }
        let rows = departments.roster().map_or(&[][..], |roster| roster.rows());
        for (row, listed) in rows.iter().enumerate() {
            let unread = departments.unread(row);
            if !unread.is_empty() {
                let department = Some(&*listed.name);
                places
                    .entry((row, 0))
                    .or_insert_with(|| Returned {
                        department,
                        listed: Some(listed),
                        documents: Vec::new(),
                        unread,
                    })
                    .unread = unread;
            }
        }
        for returned in places.values_mut() {
            // A note that lies beside a form is not asked to be one.
            if returned.documents.iter().any(|of| of.state != State::AnotherForm) {
                returned.documents.retain(|of| of.state != State::AnotherForm);
            }
        }
        places.into_values().collect()
    }
}
