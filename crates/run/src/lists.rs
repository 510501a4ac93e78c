//! The files that a run reads besides the forms: roster, books, last year's consolidation, a template of the page.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use huizong_core::Lang;
use huizong_core::Snapshot;
use huizong_core::bureau_accounts::BureauAccounts;
use huizong_core::roster::Roster;
use huizong_engine::{ListError, ListRead, Options};
use huizong_report::html::{Fault, Template};
use huizong_report::words::place;
use huizong_schema::findings::{Args, Location, Message, Notice, Place};
use huizong_schema::receipt::Output;

use crate::digest::digest;
use crate::error::Error;
use crate::inputs::{STDIN, is_lines};
use crate::notices::RESULT_CHANGED;
use crate::paths::slashed;
use crate::receipts::outputs_of;

/// A file that was read besides the inputs.
pub struct Consulted {
    /// Its role: `roster`, `books`, `previous`, `template`.
    pub role: &'static str,
    /// Where it is.
    pub path: PathBuf,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The lists of a run.
#[derive(Default)]
pub struct Lists {
    /// The roster.
    pub roster: Option<Arc<Roster>>,
    /// The bureau's accounts.
    pub books: Option<Arc<BureauAccounts>>,
    /// Last year's consolidation.
    pub previous: Option<Arc<Snapshot>>,
    /// The template of the page, and its file.
    pub template: Option<(PathBuf, Template)>,
    /// The groups wanted, as columns of the roster.
    pub group_by: Vec<Vec<usize>>,
    /// The files that they were read from.
    pub consulted: Vec<Consulted>,
    /// Notices about them.
    pub notices: Vec<Notice>,
    /// How they were understood. It is said at once and is no part of a result.
    pub understood: Vec<Notice>,
}

/// The paths of the lists, and the columns to group by.
pub struct Wanted<'w> {
    /// The roster: a table in any format of forms.
    pub roster: Option<&'w Path>,
    /// The bureau's accounts, likewise.
    pub books: Option<&'w Path>,
    /// Last year's result: its folder, or its consolidation.
    pub previous: Option<&'w Path>,
    /// A template of the page.
    pub template: Option<&'w Path>,
    /// Names of the roster's columns, several joined by commas, a group each.
    pub group_by: &'w [String],
}

/// Reads a consolidation that was written before.
///
/// # Errors
///
/// Returns an error if the bytes are not a consolidation.
pub fn snapshot(bytes: &[u8], shown: &str) -> Result<Snapshot, Error> {
    Snapshot::read(bytes).map_err(|error| {
        Error::new(
            format!("{shown} 不是本程序生成的汇总结果，或已被改动；请写汇总时的结果文件夹"),
            format!("{shown} is no consolidation: {error}"),
        )
    })
}

/// A notice if a result's file is not what its receipt says.
pub fn changed_since(outputs: &[Output], file: &Path, bytes: &[u8]) -> Option<Notice> {
    let name = file.file_name()?;
    let recorded = outputs.iter().find(|output| name.to_str() == Some(&output.name))?;
    let is_same = recorded.blake3 == digest(bytes);
    // Only the last folder's name: a result is the same wherever it lies.
    let folder = file.parent().and_then(Path::file_name).map_or(Path::new(""), Path::new);
    let shown = slashed(&folder.join(name));
    (!is_same).then(|| RESULT_CHANGED.notice(Some(&shown), Args::new()))
}

/// The error for a template that cannot be filled in.
pub fn faulty_template(path: &Path, fault: &Fault) -> Error {
    let shown = path.display();
    Error::new(format!("模板 {shown} 有误：{fault}"), format!("the template {shown} is faulty: {fault}"))
}

/// Refuses to compare a year with itself: last year's result must be of another year.
///
/// # Errors
///
/// Returns an error if both are of the same year.
pub fn refuse_same_year(previous: &Snapshot, year: Option<u16>) -> Result<(), Error> {
    match previous.fiscal_year().filter(|of| Some(*of) == year) {
        None => Ok(()),
        Some(year) => Err(Error::new(
            format!("上一年的结果也是 {year} 年度的；请给出上一年的结果文件夹（previous）"),
            format!("the result of last year is for {year} as well: name the earlier one (previous)"),
        )),
    }
}

/// Whether paths can be a whole set of forms: one of them is a folder or standard input, not a single form.
pub fn names_all(paths: &[PathBuf], directory: &Path) -> bool {
    paths.iter().any(|path| path.as_os_str() == STDIN || directory.join(path).is_dir())
}

impl Lists {
    /// Reads the lists.
    ///
    /// # Errors
    ///
    /// Returns an error if a list cannot be read or is faulty, or if groups are asked for without a roster or by a column that it has not.
    pub fn load(wanted: &Wanted<'_>) -> Result<Self, Error> {
        let mut lists = Self::default();
        if let Some(path) = wanted.roster {
            lists.roster = Some(Arc::new(lists.list("roster", path, huizong_engine::roster)?));
        }
        if let Some(path) = wanted.books {
            let mut books = lists.list("books", path, huizong_engine::books)?;
            if let Some(roster) = &lists.roster {
                books.learn(roster);
            }
            lists.books = Some(Arc::new(books));
        }
        if let Some(path) = wanted.previous {
            let path = if path.is_dir() { path.join("consolidation.json") } else { path.to_owned() };
            let shown = path.display().to_string();
            let outputs = path.parent().and_then(outputs_of);
            let bytes = lists.consult("previous", path.clone())?;
            let previous = snapshot(bytes, &shown)?;
            let changed = outputs.and_then(|outputs| changed_since(&outputs, &path, bytes));
            lists.previous = Some(Arc::new(previous));
            lists.notices.extend(changed);
        }
        if let Some(path) = wanted.template {
            lists.template = Some((path.to_owned(), lists.template(path)?));
        }
        lists.group_by = wanted.group_by.iter().map(|by| lists.columns(by)).collect::<Result<_, _>>()?;
        Ok(lists)
    }

    /// Whether the paths are one form, or the folder of one department: what is there says nothing about who else should have reported.
    pub fn is_one(&self, paths: &[PathBuf], directory: &Path) -> bool {
        match paths {
            [path] if names_all(paths, directory) => self.is_of_one_department(&directory.join(path)),
            [path] => !is_lines(path),
            _ => false,
        }
    }

    /// Whether a folder is named as a department of the roster is, but for a number before it, and holds nothing that is named as another
    /// one is: the bureau's own folder may hold the forms of all.
    fn is_of_one_department(&self, folder: &Path) -> bool {
        let Some(roster) = &self.roster else { return false };
        let is_mark = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | ' ' | '、');
        let row_of = |path: &Path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let name = name.trim_start_matches(is_mark);
            if name.is_empty() { None } else { roster.find(None, Some(name)).map(|(row, _)| row) }
        };
        let Some(row) = row_of(folder) else { return false };
        let inside = std::fs::read_dir(folder).into_iter().flatten().flatten();
        inside.into_iter().all(|entry| row_of(&entry.path()).is_none_or(|of| of == row))
    }

    /// The options of a run that compares documents with these lists.
    pub fn options(&self) -> Options {
        let mut options = Options::default().group_by(self.group_by.clone());
        if let Some(roster) = &self.roster {
            options = options.roster(Arc::clone(roster));
        }
        if let Some(books) = &self.books {
            options = options.books(Arc::clone(books));
        }
        if let Some(previous) = &self.previous {
            options = options.previous(Arc::clone(previous));
        }
        options
    }

    /// The files that serve as lists, so that a walk does not take them for forms.
    pub fn serving(&self) -> BTreeSet<PathBuf> {
        self.consulted.iter().filter_map(|consulted| dunce::canonicalize(&consulted.path).ok()).collect()
    }

    fn consult(&mut self, role: &'static str, path: PathBuf) -> Result<&[u8], Error> {
        let bytes = std::fs::read(&path).map_err(|error| {
            let shown = path.display();
            Error::new(format!("无法读取 {shown}"), format!("cannot read {shown}")).because(error)
        })?;
        self.consulted.push(Consulted { role, path, bytes });
        Ok(self.consulted.last().map(|consulted| &*consulted.bytes).unwrap_or_default())
    }

    fn list<T>(
        &mut self,
        role: &'static str,
        path: &Path,
        read: impl Fn(&str, &[u8]) -> Result<ListRead<T>, ListError>,
    ) -> Result<T, Error> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = self.consult(role, path.to_owned())?;
        let shown = path.display();
        let read = read(&name, bytes).map_err(|error| match error {
            ListError::Faulty(faults) => {
                let line = |(at, message): &(Option<Place>, Message), lang: Lang| {
                    let at = at.as_ref().map(|at| place(&Location::new("", Some(at)), lang));
                    let at = at.map(|at| at + lang.pick("：", ": ")).unwrap_or_default();
                    format!("  {at}{}", lang.of(message))
                };
                let lines = |lang| {
                    faults.iter().take(20).map(|fault| line(fault, lang)).collect::<Vec<_>>().join("\n")
                };
                Error::new(
                    format!("{shown} 有误：\n{}", lines(Lang::Zh)),
                    format!("{shown} is faulty:\n{}", lines(Lang::En)),
                )
            }
            ListError::Unreadable(why) => Error::new(
                format!("无法读取 {shown}：{}", why.zh),
                format!("cannot read {shown}: {}", why.en),
            ),
        })?;
        self.notices.extend(read.notices);
        self.understood.extend(read.understood);
        Ok(read.list)
    }

    fn template(&mut self, path: &Path) -> Result<Template, Error> {
        let shown = path.display();
        let text =
            String::from_utf8(self.consult("template", path.to_owned())?.to_owned()).map_err(|_| {
                Error::new(
                    format!("模板 {shown} 不是 UTF-8 编码；请另存为 UTF-8"),
                    format!("the template {shown} is not in UTF-8"),
                )
            })?;
        Template::new(text).map_err(|fault| faulty_template(path, &fault))
    }

    /// Looks up the columns that a group is made of.
    fn columns(&self, by: &str) -> Result<Vec<usize>, Error> {
        let Some(roster) = &self.roster else {
            return Err(Error::new(
                "要分组合计（group_by），先给出名单（roster）",
                "groups (group_by) need a roster: name one (roster)",
            ));
        };
        let column = |name: &str| {
            roster.column(name).ok_or_else(|| {
                let known = roster.headings().collect::<Vec<_>>();
                Error::new(
                    format!("名单中没有“{name}”这一列；可用来分组的有：{}", known.join("、")),
                    format!("the roster has no column \"{name}\"; there are {}", known.join(", ")),
                )
            })
        };
        by.split([',', '，']).map(|name| column(name.trim())).collect()
    }
}
