//! The documents of a department's units as one document of the department.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use huizong_core::department_document::{CannotMerge, ParentDepartment, UnitDocument, merge_units};
use huizong_core::set::DepartmentIndex;
use huizong_core::{Entry, Lang, NoticeKind};
use huizong_schema::findings::{Arg, Args, Message, Notice};
use huizong_schema::{Draft, Level, Scope, normalise_name, parse};
use serde::Deserialize;

use crate::notices::{NOT_A_UNIT, UNIT_ABSENT, UNIT_ASSUMED};

/// The units of one department among the documents of a round.
pub struct Units<'e> {
    department: ParentDepartment,
    /// The documents that are put together, with their units' codes.
    parts: Vec<(&'e Entry, Option<&'e str>)>,
    notices: Vec<Notice>,
    /// The departments that documents name as theirs.
    parents: BTreeSet<&'e str>,
}

/// Why units' documents cannot be put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitsError(Message);

impl UnitsError {
    fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self(Message { zh: zh.into(), en: en.into() })
    }

    /// Returns the reason, in both languages.
    pub fn message(&self) -> &Message {
        &self.0
    }
}

impl fmt::Display for UnitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.en)
    }
}

impl std::error::Error for UnitsError {}

/// The department that is asked for, by name or code.
struct Wanted<'w> {
    departments: &'w DepartmentIndex<'w>,
    asked: &'w str,
    row: Option<usize>,
    /// The department's own documents.
    own: BTreeSet<usize>,
}

/// Whose a document is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Belongs {
    /// It is the department's own, or of a unit as the document or the roster says.
    ToDepartment,
    /// Neither the document nor the roster says whose it is.
    Assumed,
    /// It is another department's, or of a unit of another.
    Elsewhere,
}

/// How many levels of units are followed, so that two departments above each other end.
const MOST_LEVELS: usize = 8;

impl<'w> Wanted<'w> {
    fn new(departments: &'w DepartmentIndex<'w>, asked: &'w str) -> Self {
        let row = departments.roster().and_then(|roster| roster.meant_by(asked));
        let entries = departments.entries();
        let is_own = |index: &usize| {
            let entry = &entries[*index];
            let of_row = departments.row(*index).map(|(row, _)| row);
            (row.is_some() && of_row == row)
                || entry.code.as_deref() == Some(asked)
                || entry.name.as_deref().is_some_and(|name| normalise_name(name) == normalise_name(asked))
        };
        Self { departments, asked, row, own: (0..entries.len()).filter(is_own).collect() }
    }

    /// Returns true if a code or name means the department.
    fn is_meant_by(&self, code_or_name: &str) -> bool {
        let same = |other: &str| normalise_name(code_or_name) == normalise_name(other);
        let entries = self.departments.entries();
        let own = self.own.iter().flat_map(|&index| [&entries[index].code, &entries[index].name]).flatten();
        let listed = self.departments.roster().and_then(|roster| roster.meant_by(code_or_name));
        same(self.asked)
            || own.into_iter().any(|text| same(text))
            || (self.row.is_some() && listed == self.row)
    }

    /// Returns true if a level or a parent makes the department a unit of another one.
    fn is_below(&self, level: Option<Level>, parent: Option<&str>) -> bool {
        level == Some(Level::Unit) || parent.is_some_and(|parent| !self.is_meant_by(parent))
    }

    /// Returns where a document belongs that is not the department's own.
    fn belongs(&self, index: usize) -> Belongs {
        let entry = &self.departments.entries()[index];
        let listed = self.departments.on_roster(index);
        match entry.parent().or(listed.and_then(|listed| listed.parent.as_deref())) {
            Some(parent) if self.is_above(parent, MOST_LEVELS) => Belongs::ToDepartment,
            None if listed.is_none() && entry.level != Some(Level::Department) => Belongs::Assumed,
            _ => Belongs::Elsewhere,
        }
    }

    /// Returns true if a code or name means the department, or one of its units that has units of its own.
    fn is_above(&self, code_or_name: &'w str, levels: usize) -> bool {
        if self.is_meant_by(code_or_name) {
            return true;
        }
        if levels == 0 {
            return false;
        }
        let entries = self.departments.entries();
        let printed = self.departments.meant_by(code_or_name).find_map(|index| entries[index].parent());
        let roster = self.departments.roster();
        let listed = || {
            let roster = roster?;
            roster.rows()[roster.meant_by(code_or_name)?].parent.as_deref()
        };
        printed.or_else(listed).is_some_and(|parent| self.is_above(parent, levels - 1))
    }
}

impl<'e> Units<'e> {
    /// Finds the documents of a department's units. `department` is its name or code.
    ///
    /// # Errors
    /// Returns [`UnitsError`] if the department's own consolidated document is there already, or if it is a unit itself and
    /// has no units.
    pub fn find(departments: &'e DepartmentIndex<'e>, department: &'e str) -> Result<Self, UnitsError> {
        let wanted = Wanted::new(departments, department);
        let entries = departments.entries();
        let roster = departments.roster();
        let listed = roster.zip(wanted.row).map(|(roster, row)| &roster.rows()[row]);
        let own = wanted.own.iter().copied().min_by_key(|&index| !entries[index].counts());
        let own = own.map(|index| &entries[index]);
        let name = listed
            .map(|listed| listed.name.clone())
            .or_else(|| own.and_then(|own| own.name.as_deref().map(str::to_owned)))
            .unwrap_or_else(|| department.to_owned());
        let code = listed
            .and_then(|listed| listed.code.as_deref().map(str::to_owned))
            .or_else(|| own.and_then(|own| own.code.as_deref().map(str::to_owned)));
        let mut sorted = Sorted::new(&wanted, &name);
        for documents in departments.by_department() {
            sorted.add(documents)?;
        }
        let Sorted { parts, mut notices, absent, has_units, .. } = sorted;
        for unit in &absent {
            let args =
                Args::from([("unit", Arg::Text(unit.clone())), ("department", Arg::Text(name.clone()))]);
            notices.push(UNIT_ABSENT.notice(None, args));
        }
        // A unit that nothing names as a department is not made one on a guess.
        let is_unit = own.is_some_and(|own| wanted.is_below(own.level, own.parent()))
            || listed.is_some_and(|listed| wanted.is_below(listed.level, listed.parent.as_deref()));
        if is_unit && !has_units {
            return Err(UnitsError::new(
                format!("“{name}”本身是单位，也没有哪份表或名单写明由它主管，不能作为主管部门来汇总"),
                format!("\"{name}\" is a unit itself, and neither a form nor the roster names a unit of it"),
            ));
        }
        let department = ParentDepartment { name, code, absent: absent.into_iter().collect() };
        let parents = entries.iter().filter_map(|entry| entry.parent()).collect();
        Ok(Self { department, parts, notices, parents })
    }

    /// Returns the ids of the documents that are put together.
    pub fn documents(&self) -> BTreeSet<&'e str> {
        self.parts.iter().map(|(entry, _)| &*entry.document).collect()
    }

    /// Returns notices about documents that are left out, and units without a document.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Puts the units' documents together. `texts` are the documents as JSON, by id.
    ///
    /// # Errors
    /// Returns [`UnitsError`] if there are no units, the documents are of different years, a sum has more digits than a
    /// document may hold, or a text is missing.
    pub fn draft(&self, texts: &BTreeMap<String, String>) -> Result<Draft<'static>, UnitsError> {
        let mut evaluations = Vec::new();
        for (entry, code) in &self.parts {
            let document = &entry.document;
            let text = texts.get(&**document).map_or("", String::as_str);
            let evaluation = parse(text).map_err(|_| {
                UnitsError::new(
                    format!("再次读取 {document} 失败；请看文件是否移走或正在打开，再运行一次"),
                    format!("{document} could not be read again"),
                )
            })?;
            evaluations.push((evaluation, *code));
        }
        let parts: Vec<UnitDocument<'_>> =
            evaluations.iter().map(|(evaluation, code)| UnitDocument { evaluation, code: *code }).collect();
        let draft = merge_units(&self.department, &parts).map_err(|apart| self.explain(apart))?;
        // Written and read again, as the draft borrows from the texts.
        let json = serde_json::to_value(&draft).expect("a document is JSON");
        Ok(<Draft<'_> as Deserialize>::deserialize(json).expect("what was written can be read"))
    }

    fn explain(&self, apart: CannotMerge) -> UnitsError {
        let name = &self.department.name;
        match apart {
            CannotMerge::Nothing => {
                let parents: Vec<&str> = self.parents.iter().copied().take(10).collect();
                let named = |none: &str, join: &str| {
                    if parents.is_empty() { none.to_owned() } else { parents.join(join) }
                };
                UnitsError::new(
                    format!(
                        "读到的表没有一份是“{name}”的单位报来的；表上写的主管部门有：{}",
                        named("（没有）", "、")
                    ),
                    format!(
                        "no document is of a unit of \"{name}\"; the departments that they name are: {}",
                        named("none", ", ")
                    ),
                )
            }
            CannotMerge::Years(years) => {
                let years = |lang: Lang| {
                    let years: Vec<String> = years.iter().map(u16::to_string).collect();
                    years.join(lang.pick("、", ", "))
                };
                UnitsError::new(
                    format!("“{name}”各单位的表不是同一年度（{}），不能并成一份", years(Lang::Zh)),
                    format!(
                        "the units of \"{name}\" report different years ({}) and cannot be one form",
                        years(Lang::En)
                    ),
                )
            }
            CannotMerge::TooLarge(pointer) => UnitsError::new(
                format!(
                    "“{name}”各单位的合计过大，一份表放不下（{pointer}）；多半有单位填混了元和万元，请先核对"
                ),
                format!(
                    "the sum {pointer} over the units of \"{name}\" has more digits than a form may hold, in 元 or in 万元"
                ),
            ),
        }
    }
}

/// The documents of a round: those to put together, and notices about the others.
struct Sorted<'w, 'e> {
    wanted: &'w Wanted<'e>,
    name: &'w str,
    parts: Vec<(&'e Entry, Option<&'e str>)>,
    notices: Vec<Notice>,
    /// The names of units without a document that counts.
    absent: BTreeSet<String>,
    has_units: bool,
}

impl<'w, 'e> Sorted<'w, 'e> {
    fn new(wanted: &'w Wanted<'e>, name: &'w str) -> Self {
        let mut absent = BTreeSet::new();
        for row in wanted.departments.missing() {
            let Some(listed) = wanted.departments.roster().map(|roster| &roster.rows()[row]) else {
                continue;
            };
            let is_unit = listed.parent.as_deref().is_some_and(|parent| wanted.is_meant_by(parent));
            if Some(row) != wanted.row && is_unit {
                absent.insert(listed.name.clone());
            }
        }
        Self { wanted, name, parts: Vec::new(), notices: Vec::new(), absent, has_units: false }
    }

    /// Adds the documents of one department. At most one of them counts.
    fn add(&mut self, documents: &[usize]) -> Result<(), UnitsError> {
        let (wanted, name) = (self.wanted, self.name);
        let entries = wanted.departments.entries();
        let counted = documents.iter().copied().find(|&index| entries[index].counts());
        let index = counted.unwrap_or(documents[0]);
        let entry = &entries[index];
        let is_own = documents.iter().any(|index| wanted.own.contains(index));
        let belongs = if is_own { Belongs::ToDepartment } else { wanted.belongs(index) };
        self.has_units |= belongs == Belongs::ToDepartment && !is_own;
        let mut about = |kind: &NoticeKind| {
            let args = Args::from([("department", Arg::Text(name.to_owned()))]);
            self.notices.push(kind.notice(Some(&entry.document), args));
        };
        if belongs == Belongs::Elsewhere {
            if counted.is_some() {
                about(&NOT_A_UNIT);
            }
        } else if counted.is_none() {
            self.absent.insert(entry.department_name());
        } else if is_own && entry.scope == Some(Scope::Consolidated) {
            let document = &entry.document;
            return Err(UnitsError::new(
                format!("{document} 已经是“{name}”含所属单位的汇总表，不用再汇总"),
                format!(
                    "{document} is a consolidated form of \"{name}\" already: there is nothing to add up"
                ),
            ));
        } else {
            if belongs == Belongs::Assumed {
                about(&UNIT_ASSUMED);
            }
            let known = wanted.departments.of(index).and_then(|key| key.code());
            self.parts.push((entry, known.or(entry.code.as_deref())));
        }
        Ok(())
    }
}
