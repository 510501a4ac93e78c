//! What goes back to whom: the documents in which something has to be mended, by department.

use std::collections::{BTreeMap, BTreeSet};

use huizong_core::roster::Listed;
use huizong_core::set::DepartmentIndex;
use huizong_core::{Entry, State, rules};
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
    /// The document.
    pub entry: &'s Entry,
    /// The findings about it, the gravest first; among those about the set only that its department sent several.
    pub findings: Vec<&'s Finding>,
}

impl Settled {
    /// Finds what goes back to whom: documents with errors or warnings, and files that could not be read. Departments come in the
    /// order of the roster, then the others in the order of the inputs.
    ///
    /// Of a department whose form is here, nothing beside that form goes back: no scan of it, no note, no earlier version. What is no
    /// form and nobody's by its name does not go back either. Settled findings do not count.
    pub fn returned<'s>(&'s self, departments: &'s DepartmentIndex<'_>) -> Vec<Returned<'s>> {
        let entries = self.entries();
        let number: BTreeMap<&str, usize> =
            entries.iter().enumerate().map(|(index, entry)| (&*entry.document, index)).collect();
        let mut of: Vec<Vec<&Finding>> = vec![Vec::new(); entries.len()];
        for finding in self.findings().iter().filter(|finding| !self.settles(finding)) {
            let is_duplicate = rules::find(&finding.rule)
                .and_then(|rule| rule.excludes)
                .is_some_and(|exclusion| exclusion.state == State::Duplicate);
            // Once it is decided which of several counts, the department need not know.
            let is_undecided = is_duplicate && finding.severity > Severity::Info;
            let of_set = finding.documents.iter().filter(|_| is_undecided);
            for document in finding.document.iter().chain(of_set) {
                if let Some(index) = number.get(&**document) {
                    of[*index].push(finding);
                }
            }
        }
        let has_form = departments_with(departments, entries, |entry| {
            !matches!(entry.state(), State::AnotherForm | State::NotReadable)
        });
        let has_counted = departments_with(departments, entries, Entry::counts);
        // By the roster's row, else by the first document of the department.
        let mut places: BTreeMap<(usize, usize), Returned<'s>> = BTreeMap::new();
        let mut first_of = BTreeMap::new();
        for (index, findings) in of.into_iter().enumerate() {
            if findings.iter().all(|finding| finding.severity == Severity::Info) {
                continue;
            }
            let entry = &entries[index];
            let state = entry.state();
            let is_beside =
                has_counted[index] && !entry.counts() || has_form[index] && state == State::AnotherForm;
            let is_nobodys = state == State::AnotherForm && departments.of(index).is_none();
            if is_beside || is_nobodys {
                continue;
            }
            let row = departments.row(index).map_or(usize::MAX, |(row, _)| row);
            let first = match departments.of(index) {
                Some(_) if row < usize::MAX => 0,
                Some(key) => *first_of.entry(key).or_insert(index),
                None => index,
            };
            let listed = departments.on_roster(index);
            let name = listed.map(|listed| &*listed.name).or(entry.name.as_deref());
            let returned = places.entry((row, first)).or_insert_with(|| Returned {
                department: name,
                listed,
                documents: Vec::new(),
                unread: &[],
            });
            let mut findings = findings;
            findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
            returned.documents.push(ReturnedDocument { entry, findings });
        }
        let rows = departments.roster().map_or(&[][..], |roster| roster.rows());
        let rows_with_form: BTreeSet<usize> = (0..entries.len())
            .filter(|&index| has_form[index])
            .filter_map(|index| Some(departments.row(index)?.0))
            .collect();
        for (row, listed) in rows.iter().enumerate() {
            let unread = departments.unread(row);
            if !unread.is_empty() && !rows_with_form.contains(&row) {
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
        places.into_values().collect()
    }
}

/// For each document, whether its department has such a one.
fn departments_with(
    departments: &DepartmentIndex<'_>,
    entries: &[Entry],
    is_such: impl Fn(&Entry) -> bool,
) -> Vec<bool> {
    let mut has = vec![false; entries.len()];
    for documents in departments.by_department() {
        if documents.iter().any(|&index| is_such(&entries[index])) {
            for &index in documents {
                has[index] = true;
            }
        }
    }
    has
}
