//! `--to-evaluation`: the forms of a department's units as one form of the department.

use std::collections::{BTreeMap, BTreeSet};

use huizong_core::Entry;
use huizong_core::set::{Key, Keys};
use huizong_core::unite::{Above, Apart, Part, unite};
use huizong_core::{Lang, notice};
use huizong_forms::profile::Profile;
use huizong_forms::{Format, best_profile};
use huizong_schema::findings::{Arg, Args, Notice};
use huizong_schema::normalise_name;
use huizong_schema::{Level, Scope, parse};

use super::outputs::Files;
use crate::exit::Error;

/// A department's units among the documents.
pub(super) struct Units<'e> {
    department: Above,
    /// The documents that become one, with their units' codes.
    parts: Vec<(&'e Entry, Option<&'e str>)>,
    /// What there is to say of those that do not.
    pub(super) notices: Vec<Notice>,
    /// The departments that documents name as theirs.
    parents: BTreeSet<&'e str>,
}

/// Who is meant by the department's name or code.
struct Meant<'m> {
    keys: &'m Keys<'m>,
    asked: &'m str,
    row: Option<usize>,
    /// The department's own documents.
    own: BTreeSet<usize>,
}

/// How a document belongs to the department.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Belongs {
    /// It is the department's own, or of a unit as it or the roster says.
    Ours,
    /// Nothing says whose it is.
    Assumed,
    /// It is another department's, or its unit's.
    Elsewhere,
}

/// Units of units of units are as deep as anybody goes; whoever is above himself is not followed for ever.
const DEEPEST: usize = 8;

impl<'m> Meant<'m> {
    fn new(keys: &'m Keys<'m>, asked: &'m str) -> Self {
        let row = keys.roster().and_then(|roster| roster.meant_by(asked));
        let entries = keys.entries();
        let is_own = |index: &usize| {
            let entry = &entries[*index];
            let of_row = keys.row(*index).map(|(row, _)| row);
            (row.is_some() && of_row == row)
                || entry.code.as_deref() == Some(asked)
                || entry.name.as_deref().is_some_and(|name| normalise_name(name) == normalise_name(asked))
        };
        Self { keys, asked, row, own: (0..entries.len()).filter(is_own).collect() }
    }

    fn is_it(&self, code_or_name: &str) -> bool {
        let same = |other: &str| normalise_name(code_or_name) == normalise_name(other);
        let entries = self.keys.entries();
        let own = self.own.iter().flat_map(|&index| [&entries[index].code, &entries[index].name]).flatten();
        let listed = self.keys.roster().and_then(|roster| roster.meant_by(code_or_name));
        same(self.asked)
            || own.into_iter().any(|text| same(text))
            || (self.row.is_some() && listed == self.row)
    }

    /// Whether what is said of it makes it a unit of another.
    fn is_below(&self, level: Option<Level>, parent: Option<&str>) -> bool {
        level == Some(Level::Unit) || parent.is_some_and(|parent| !self.is_it(parent))
    }

    /// Of a document that is not the department's own.
    fn belongs(&self, index: usize) -> Belongs {
        let entry = &self.keys.entries()[index];
        let listed = self.keys.on_roster(index);
        match entry.parent.as_deref().or(listed.and_then(|listed| listed.parent.as_deref())) {
            Some(parent) if self.is_above(parent, DEEPEST) => Belongs::Ours,
            None if listed.is_none() && entry.level != Some(Level::Department) => Belongs::Assumed,
            _ => Belongs::Elsewhere,
        }
    }

    /// Whether it is the department, or one of its units that has units of its own.
    fn is_above(&self, code_or_name: &'m str, steps: usize) -> bool {
        if self.is_it(code_or_name) {
            return true;
        }
        if steps == 0 {
            return false;
        }
        let entries = self.keys.entries();
        let said = self.keys.meant_by(code_or_name).find_map(|index| entries[index].parent.as_deref());
        let roster = self.keys.roster();
        let listed = || {
            let roster = roster?;
            roster.rows()[roster.meant_by(code_or_name)?].parent.as_deref()
        };
        said.or_else(listed).is_some_and(|parent| self.is_above(parent, steps - 1))
    }
}

impl<'e> Units<'e> {
    /// Finds a department's units.
    pub(super) fn find(keys: &'e Keys<'e>, asked: &'e str) -> Result<Self, Error> {
        let meant = Meant::new(keys, asked);
        let entries = keys.entries();
        let roster = keys.roster();
        let listed = roster.zip(meant.row).map(|(roster, row)| &roster.rows()[row]);
        let own = meant.own.iter().copied().min_by_key(|&index| !entries[index].counts());
        let own = own.map(|index| &entries[index]);
        let name = listed
            .map(|listed| listed.name.clone())
            .or_else(|| own.and_then(|own| own.name.clone()))
            .unwrap_or_else(|| asked.to_owned());
        let code =
            listed.and_then(|listed| listed.code.clone()).or_else(|| own.and_then(|own| own.code.clone()));
        let (mut parts, mut notices) = (Vec::new(), Vec::new());
        let (mut absent, mut has_units) = (BTreeSet::new(), false);
        for documents in keys.departments() {
            let counted = documents.iter().copied().find(|&index| entries[index].counts());
            let index = counted.unwrap_or(documents[0]);
            let entry = &entries[index];
            let unit = entry.name.clone().unwrap_or_default();
            // A department is one, however many documents it sent.
            let is_own = documents.iter().any(|index| meant.own.contains(index));
            let belongs = if is_own { Belongs::Ours } else { meant.belongs(index) };
            has_units |= belongs == Belongs::Ours && !is_own;
            let args = || Args::from([("department", Arg::Text(name.clone()))]);
            if belongs == Belongs::Elsewhere {
                if counted.is_some() {
                    notices.push(notice("not-a-unit", Some(&entry.document), args(), false));
                }
            } else if counted.is_none() {
                absent.insert(unit);
            } else if is_own && entry.scope == Some(Scope::Consolidated) {
                let document = &entry.document;
                return Err(Error::new(
                    format!("{document} 已经是“{name}”含下属单位的汇总表，不用再汇总"),
                    format!(
                        "{document} is a consolidated form of \"{name}\" already: there is nothing to add up"
                    ),
                ));
            } else {
                if belongs == Belongs::Assumed {
                    notices.push(notice("unit-assumed", Some(&entry.document), args(), false));
                }
                let known = keys.of(index).and_then(Key::code);
                parts.push((entry, known.or(entry.code.as_deref())));
            }
        }
        for row in keys.missing() {
            let Some(listed) = roster.map(|roster| &roster.rows()[row]) else { continue };
            if Some(row) != meant.row && listed.parent.as_deref().is_some_and(|parent| meant.is_it(parent)) {
                absent.insert(listed.name.clone());
            }
        }
        for unit in &absent {
            let args =
                Args::from([("unit", Arg::Text(unit.clone())), ("department", Arg::Text(name.clone()))]);
            notices.push(notice("unit-absent", None, args, false));
        }
        // Who is a unit itself, and nobody's department, is not made one of guesses.
        let is_unit = own.is_some_and(|own| meant.is_below(own.level, own.parent.as_deref()))
            || listed.is_some_and(|listed| meant.is_below(listed.level, listed.parent.as_deref()));
        if is_unit && !has_units {
            return Err(Error::new(
                format!("“{name}”本身是单位，也没有哪份表或名单写明由它主管，不能作为主管部门来汇总"),
                format!("\"{name}\" is a unit itself, and neither a form nor the roster names a unit of it"),
            ));
        }
        let department = Above { name, code, absent: absent.into_iter().collect() };
        let parents = entries.iter().filter_map(|entry| entry.parent.as_deref()).collect();
        Ok(Self { department, parts, notices, parents })
    }

    /// The documents that become one.
    pub(super) fn documents(&self) -> BTreeSet<&'e str> {
        self.parts.iter().map(|(entry, _)| &*entry.document).collect()
    }

    /// Writes the department's form, as data and as a workbook. Gives what the workbook's form has no cell for.
    pub(super) fn write(
        &self,
        texts: &BTreeMap<String, String>,
        profile: Option<&Profile>,
        files: &mut Files<'_>,
    ) -> Result<Vec<Notice>, Error> {
        let mut evaluations = Vec::new();
        for (entry, code) in &self.parts {
            let document = &entry.document;
            let text = texts.get(document).map_or("", String::as_str);
            // It was read a moment ago, and its digest is the same.
            let evaluation = parse(text).map_err(|_| {
                Error::new(format!("没能再次读出 {document}"), format!("{document} could not be read again"))
            })?;
            evaluations.push((evaluation, *code));
        }
        let parts: Vec<Part<'_>> =
            evaluations.iter().map(|(evaluation, code)| Part { evaluation, code: *code }).collect();
        let draft = unite(&self.department, &parts).map_err(|apart| self.say(apart))?;
        files.write("evaluation.json", |file| {
            serde_json::to_writer_pretty(&mut *file, &draft)?;
            file.write_all(b"\n")
        })?;
        let profile = profile.unwrap_or_else(|| best_profile(&draft));
        let drafts = [draft];
        let Some(written) = huizong_forms::write(&drafts, profile, Format::Xlsx) else {
            return Ok(Vec::new());
        };
        files.write("evaluation.xlsx", |file| file.write_all(&written.bytes))?;
        let mut notices: Vec<Notice> = written.notices.into_iter().flatten().collect();
        for notice in &mut notices {
            // The data hold everything.
            (notice.document, notice.incomplete) = (Some("evaluation.xlsx".to_owned()), false);
        }
        Ok(notices)
    }

    fn say(&self, apart: Apart) -> Error {
        let name = &self.department.name;
        match apart {
            Apart::Nothing => {
                let parents: Vec<&str> = self.parents.iter().copied().take(10).collect();
                let named = |none: &str, join: &str| {
                    if parents.is_empty() { none.to_owned() } else { parents.join(join) }
                };
                Error::new(
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
            Apart::Years(years) => {
                let years = |lang: Lang| {
                    let years: Vec<String> = years.iter().map(u16::to_string).collect();
                    years.join(lang.pick("、", ", "))
                };
                Error::new(
                    format!("“{name}”各单位的表不是同一年度（{}），不能并成一份", years(Lang::Zh)),
                    format!(
                        "the units of \"{name}\" report different years ({}) and cannot be one form",
                        years(Lang::En)
                    ),
                )
            }
            Apart::TooLarge(pointer) => Error::new(
                format!("“{name}”各单位之和（{pointer}）的位数超出表能容纳的，无论以元还是万元计"),
                format!(
                    "the sum {pointer} over the units of \"{name}\" has more digits than a form may hold, in 元 or in 万元"
                ),
            ),
        }
    }
}
