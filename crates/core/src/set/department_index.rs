//! The department of each document.

use std::borrow::Cow;
use std::cell::{LazyCell, OnceCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use huizong_schema::consolidation::{MatchedBy, Unread};
use huizong_schema::findings::Notice;
use huizong_schema::{Level, Scope};

use crate::entry::{Entry, file_of};
use crate::path_hint::PathHint;
use crate::roster::{Listed, Roster};
use huizong_schema::normalise_name;

/// A department's key in the set: its code, or a name that has no code or several.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DepartmentKey<'e> {
    /// 预算单位编码.
    Code(&'e str),
    /// The normalised name.
    Name(Cow<'e, str>),
}

impl<'e> DepartmentKey<'e> {
    /// The code, if the key is one.
    pub fn code(&self) -> Option<&'e str> {
        match self {
            Self::Code(code) => Some(code),
            Self::Name(_) => None,
        }
    }

    /// The key of a department of the roster.
    pub(crate) fn of_row(roster: &'e Roster, row: usize) -> Self {
        let listed = &roster.rows()[row];
        listed
            .code
            .as_deref()
            .map_or_else(|| DepartmentKey::Name(normalise_name(&listed.name)), DepartmentKey::Code)
    }
}

impl fmt::Display for DepartmentKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "code:{code}"),
            Self::Name(name) => write!(f, "name:{name}"),
        }
    }
}

/// The department of each document, whether the document counts or not.
pub struct DepartmentIndex<'e> {
    entries: &'e [Entry],
    /// The documents that name a department, by department, then in their own order.
    sorted: Vec<usize>,
    /// Whether each of these is the first of its department.
    is_first: Vec<bool>,
    /// The names with exactly one code, sorted; built at the first look-up by name.
    bearers: OnceCell<Vec<(Cow<'e, str>, &'e str)>>,
    roster: Option<&'e Roster>,
    /// The roster row of each document's department, and how it was matched; empty without a roster.
    rows: Vec<Option<(usize, MatchedBy)>>,
    /// The files that could not be read and seem to be a department's, by its row.
    unread: BTreeMap<usize, Vec<Unread>>,
}

impl<'e> DepartmentIndex<'e> {
    /// Finds the department of each document, and of each file that a notice says could not be read.
    pub fn new(entries: &'e [Entry], roster: Option<&'e Roster>, notices: &[Notice]) -> Self {
        let mut departments = Self {
            entries,
            sorted: Vec::new(),
            is_first: Vec::new(),
            bearers: OnceCell::new(),
            roster,
            rows: Vec::new(),
            unread: BTreeMap::new(),
        };
        if let Some(roster) = roster {
            departments.match_to(roster, notices);
        }
        departments.sort();
        departments
    }

    /// Matches each document and each file that could not be read to the roster. One that does not say whose it is may be in a file
    /// or a folder that does.
    fn match_to(&mut self, roster: &Roster, notices: &[Notice]) {
        let hints = LazyCell::new(|| PathHint::new(roster));
        let find = |entry: &Entry| match (entry.code.as_deref(), entry.name.as_deref()) {
            (None, None) => hints.find(file_of(&entry.document)),
            (code, name) => roster.find(code, name),
        };
        self.rows = self.entries.iter().map(find).collect();
        for notice in notices.iter().filter(|notice| notice.unread) {
            let Some(document) = &notice.document else { continue };
            let Some((row, by)) = hints.find(document) else { continue };
            let unread = Unread { document: document.clone(), message: notice.message.clone(), by };
            self.unread.entry(row).or_default().push(unread);
        }
        for files in self.unread.values_mut() {
            files.sort_by(|a, b| a.document.cmp(&b.document));
        }
    }

    /// The files that could not be read and seem to be those of a row of the roster.
    pub fn unread(&self, row: usize) -> &[Unread] {
        self.unread.get(&row).map_or(&[], Vec::as_slice)
    }

    /// The key of a normalised name: its code, if it has exactly one.
    fn named(&self, name: Cow<'e, str>) -> DepartmentKey<'e> {
        let bearers = self.bearers.get_or_init(|| {
            let borne = self
                .entries
                .iter()
                .filter_map(|entry| Some((normalise_name(entry.name.as_deref()?), entry.code.as_deref()?)));
            let mut all: Vec<(Cow<'e, str>, &'e str)> = borne.collect();
            all.sort_unstable();
            all.dedup();
            let single = all.chunk_by(|(a, _), (b, _)| a == b).filter(|bearers| bearers.len() == 1);
            single.map(|bearers| bearers[0].clone()).collect()
        });
        match bearers.binary_search_by(|(bearer, _)| bearer.cmp(&name)) {
            Ok(at) => DepartmentKey::Code(bearers[at].1),
            Err(_) => DepartmentKey::Name(name),
        }
    }

    /// The roster, if there is one.
    pub fn roster(&self) -> Option<&'e Roster> {
        self.roster
    }

    /// The roster row of a document's department, and how it was matched.
    pub fn row(&self, index: usize) -> Option<(usize, MatchedBy)> {
        self.rows.get(index).copied().flatten()
    }

    /// The roster's entry for a document's department.
    pub fn on_roster(&self, index: usize) -> Option<&'e Listed> {
        self.roster.zip(self.row(index)).map(|(roster, (row, _))| &roster.rows()[row])
    }

    /// The roster's other columns for a document's department.
    pub fn listed(&self, index: usize) -> BTreeMap<String, String> {
        let row = self.roster.zip(self.row(index));
        row.map(|(roster, (row, _))| roster.values(row)).unwrap_or_default()
    }

    /// The departments above a document's department, from the document and from the roster: codes or names.
    pub fn parents(&self, index: usize) -> impl Iterator<Item = &'e str> {
        let entry = &self.entries[index];
        let listed = self.on_roster(index).filter(|listed| listed.level != Some(Level::Department));
        let both = entry.parent().into_iter().chain(listed.and_then(|listed| listed.parent.as_deref()));
        both.filter(|_| entry.level != Some(Level::Department))
    }

    /// The documents.
    pub fn entries(&self) -> &'e [Entry] {
        self.entries
    }

    /// The document's department; none where it names none. It is found anew each time, as to keep a million of them costs more.
    pub fn of(&self, index: usize) -> Option<DepartmentKey<'e>> {
        if let Some((roster, (row, _))) = self.roster.zip(self.row(index)) {
            return Some(DepartmentKey::of_row(roster, row));
        }
        let entry = &self.entries[index];
        match (&entry.code, &entry.name) {
            (Some(code), _) => Some(DepartmentKey::Code(code)),
            (None, Some(name)) => Some(self.named(normalise_name(name))),
            (None, None) => None,
        }
    }

    /// Sorts the documents that name a department by department, then in their own order.
    fn sort(&mut self) {
        // The beginnings of the keys side by side tell nearly all of them apart: to look at the keys themselves is to look all over
        // the memory, again and again.
        let beginning = |key: &DepartmentKey<'_>| {
            let (rank, text): (u8, &str) = match key {
                DepartmentKey::Code(code) => (0, code),
                DepartmentKey::Name(name) => (1, name),
            };
            let mut bytes = [0; 16];
            bytes[0] = rank;
            let length = text.len().min(15);
            bytes[1..=length].copy_from_slice(&text.as_bytes()[..length]);
            u128::from_be_bytes(bytes)
        };
        let mut keys: Vec<(u128, usize)> = Vec::with_capacity(self.entries.len());
        keys.extend((0..self.entries.len()).filter_map(|index| Some((beginning(&self.of(index)?), index))));
        keys.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| self.of(a.1).cmp(&self.of(b.1))).then_with(|| a.1.cmp(&b.1))
        });
        let goes_on = |before: &(u128, usize), (beginning, index): &(u128, usize)| {
            before.0 == *beginning && self.of(before.1) == self.of(*index)
        };
        let pairs = keys.windows(2).map(|pair| !goes_on(&pair[0], &pair[1]));
        self.is_first = keys.first().map(|_| true).into_iter().chain(pairs).collect();
        self.sorted = keys.into_iter().map(|(_, index)| index).collect();
    }

    /// The documents that name a department, by department.
    pub(crate) fn sorted(&self) -> &[usize] {
        &self.sorted
    }

    /// The roster rows of departments from which nothing came, neither from themselves nor in their parent's document.
    pub fn missing(&self) -> impl Iterator<Item = usize> {
        let rows = 0..self.roster.map_or(0, |roster| roster.rows().len());
        let documents = self.rows.iter().flatten().map(|(row, _)| row);
        let came: BTreeSet<usize> = documents.chain(self.unread.keys()).copied().collect();
        let whole: BTreeSet<usize> = self.whole().collect();
        rows.filter(move |row| !came.contains(row) && !self.is_with_department(*row, &whole))
    }

    /// The rows of departments whose documents include their units.
    pub(crate) fn whole(&self) -> impl Iterator<Item = usize> {
        let entries = self.entries.iter().enumerate();
        entries
            .filter(|(_, entry)| entry.scope == Some(Scope::Consolidated))
            .filter_map(|(index, _)| self.row(index).map(|(row, _)| row))
    }

    /// Whether a row of the roster is a unit of a department whose document includes its units.
    pub(crate) fn is_with_department(&self, row: usize, whole: &BTreeSet<usize>) -> bool {
        let Some(roster) = self.roster else { return false };
        let listed = &roster.rows()[row];
        let above = listed.parent.as_deref().and_then(|parent| roster.meant_by(parent));
        listed.level != Some(Level::Department)
            && above.is_some_and(|above| above != row && whole.contains(&above))
    }

    /// The documents of each department that is not on the roster and whose parent is not either.
    pub(crate) fn unlisted(&self) -> impl Iterator<Item = &[usize]> {
        self.by_department().filter(|documents| {
            let index = documents[0];
            let above = || self.entries[index].parent();
            self.roster.is_some_and(|roster| {
                self.row(index).is_none() && above().and_then(|above| roster.meant_by(above)).is_none()
            })
        })
    }

    /// The documents of each department, ordered by code, then those without a code by name.
    pub fn by_department(&self) -> impl Iterator<Item = &[usize]> {
        let (mut sorted, mut is_first) = (&*self.sorted, &*self.is_first);
        std::iter::from_fn(move || {
            let others = is_first.get(1..)?.iter().take_while(|is_first| !**is_first).count();
            let (of_department, rest) = sorted.split_at(1 + others);
            (sorted, is_first) = (rest, &is_first[1 + others..]);
            Some(of_department)
        })
    }

    /// The documents of the departments that a code or a name means.
    pub fn meant_by<'k>(&'k self, code_or_name: &'e str) -> impl Iterator<Item = usize> + 'k {
        let listed = self
            .roster
            .and_then(|roster| Some(DepartmentKey::of_row(roster, roster.meant_by(code_or_name)?)));
        let by_code = DepartmentKey::Code(code_or_name);
        let by_name = self.named(normalise_name(code_or_name));
        let by_name = (by_name != by_code).then_some(by_name);
        let mut meant: Vec<DepartmentKey<'e>> =
            [Some(by_code), by_name, listed].into_iter().flatten().collect();
        meant.dedup();
        meant.into_iter().flat_map(|key| self.from(&key)).copied()
    }

    fn from(&self, key: &DepartmentKey<'_>) -> &[usize] {
        let key_at = |index: &usize| self.of(*index);
        let start = self.sorted.partition_point(|index| key_at(index).as_ref() < Some(key));
        let length = self.sorted[start..].partition_point(|index| key_at(index).as_ref() == Some(key));
        &self.sorted[start..start + length]
    }
}

/// The departments and years of some documents, as part of a fingerprint.
pub(crate) fn departments_and_years(
    departments: &DepartmentIndex<'_>,
    documents: &[usize],
) -> (String, String) {
    let names: BTreeSet<String> =
        documents.iter().filter_map(|&index| departments.of(index)).map(|key| key.to_string()).collect();
    let years: BTreeSet<u16> =
        documents.iter().filter_map(|&index| departments.entries()[index].fiscal_year).collect();
    let years: Vec<String> = years.iter().map(u16::to_string).collect();
    let names: Vec<String> = names.into_iter().collect();
    (names.join("\n"), years.join("\n"))
}
