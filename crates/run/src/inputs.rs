//! The inputs that paths name: files, and folders walked in sorted order.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use huizong_forms::FileFormat;
use huizong_forms::notices::not_readable;

use crate::compression::Compression;
use crate::error::{Error, reason};
use crate::files::refuse_reserved;
use crate::nearest::nearest;
use crate::notices::kind_not_supported;
use crate::paths::plain;
use huizong_schema::findings::{Message, Notice};
use huizong_schema::receipt::slashed;
use walkdir::WalkDir;

/// Something to read.
#[derive(Clone, Debug)]
pub struct Input {
    /// The document's id, before any `#N`.
    pub id: String,
    /// The file; `None` for standard input.
    pub path: Option<PathBuf>,
    /// The index of the path under which it was found.
    pub given: usize,
    /// Its path below that path; empty if the path names the file itself.
    pub below: String,
    /// Where it begins in its file.
    pub begins: Begins,
    /// How many bytes it has; [`None`] for what is no file on a disk, and may be there once only.
    pub length: Option<u64>,
}

/// The numbers of the first document and the first line of an input, from 1. They are greater in a piece of a file that has a
/// document a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begins {
    /// The number of the first document.
    pub document: u64,
    /// The number of the first line.
    pub line: u32,
}

impl Begins {
    /// The beginning of a file.
    pub const OF_FILE: Self = Self { document: 1, line: 1 };
}

impl Input {
    /// Whether it is there once only, as what comes out of a pipe is.
    pub(crate) fn passes(&self) -> bool {
        self.path.is_some() && self.length.is_none()
    }

    /// Whether it is read as a whole: a file whose lines are no documents.
    pub fn is_one_piece(&self) -> bool {
        self.path.is_some() && !is_lines(Path::new(&self.id))
    }

    /// Creates an input that is a whole file.
    pub fn new(id: String, path: Option<PathBuf>, given: usize, below: String) -> Self {
        Self { id, path, given, below, begins: Begins::OF_FILE, length: None }
    }
}

/// The path and the id of standard input.
pub const STDIN: &str = "-";

/// What Windows and macOS leave in folders by themselves.
const LEFT_BY_SYSTEMS: [&str; 4] = ["Thumbs.db", "ehthumbs.db", "desktop.ini", "__MACOSX"];

/// The list of all that goes back to departments, in the folder with it.
pub const RETURNS: &str = "退回情况.xlsx";

/// Files of the program that lie among forms.
const OWN: [&str; 2] = ["huizong.toml", "roster.csv"];

/// What is under paths.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The inputs, in the order in which they are read.
    pub inputs: Vec<Input>,
    /// The notices about files that are not read, each with the index of the path under which the file is.
    pub unread: Vec<(usize, Notice)>,
}

impl Found {
    /// The notices about files that are not read.
    pub fn notices(&self) -> impl Iterator<Item = Notice> {
        self.unread.iter().map(|(_, notice)| notice.clone())
    }
}

/// Finds every input under the paths. A file that is named several times is found once. A walk leaves out the files in `serving`.
pub fn find(paths: &[PathBuf], directory: &Path, serving: &BTreeSet<PathBuf>) -> Found {
    let (mut inputs, mut unread) = (Vec::new(), Vec::new());
    let mut has_links = false;
    for (index, given) in paths.iter().enumerate() {
        if given.as_os_str() == STDIN {
            inputs.push(Input::new(STDIN.into(), None, index, String::new()));
            continue;
        }
        let path = directory.join(given);
        if path.is_dir() {
            has_links |= walk(index, &path, serving, &mut inputs, &mut unread);
            continue;
        }
        let id = given.file_name().unwrap_or(given.as_os_str()).to_string_lossy().into_owned();
        if is_unsupported(&path) {
            unread.push((index, kind_not_supported(&id, true)));
            continue;
        }
        match refuse_reserved(&path).and_then(|()| path.metadata()) {
            Err(error) => unread.push((index, not_readable(Some(&id), reason(&error)))),
            Ok(data) => {
                let input = Input::new(id, Some(path), index, String::new());
                inputs.push(Input { length: data.is_file().then_some(data.len()), ..input });
            }
        }
    }
    // A single folder without links has each file once.
    if has_links || paths.len() > 1 {
        once(&mut inputs);
    }
    Found { inputs, unread }
}

/// How many bytes there are to read, as far as is known.
pub fn bytes(inputs: &[Input]) -> u64 {
    inputs.iter().filter_map(|input| input.length).sum()
}

/// The paths of files by their ids.
pub struct Paths<'i> {
    read: BTreeMap<&'i str, &'i Path>,
    given: &'i [PathBuf],
    directory: &'i Path,
}

impl<'i> Paths<'i> {
    /// Notes the paths of inputs that were found under the paths given.
    pub fn of(inputs: &'i [Input], given: &'i [PathBuf], directory: &'i Path) -> Self {
        let read = inputs.iter().filter_map(|input| Some((&*input.id, input.path.as_deref()?)));
        Self { read: read.collect(), given, directory }
    }

    /// The path of a file, with slashes: from the working directory, or absolute if it is not below that.
    pub fn path_of(&self, id: &str) -> String {
        // A file that was not read is below one of the folders.
        let mut below = self.given.iter().map(|given| self.directory.join(given).join(id));
        let read = self.read.get(id).map(|path| (*path).to_owned());
        let path = read.or_else(|| below.find(|path| path.exists()));
        let (path, directory) =
            (plain(&path.unwrap_or_else(|| self.directory.join(id))), plain(self.directory));
        slashed(path.strip_prefix(&directory).unwrap_or(&path))
    }
}

/// Refuses paths that lead nowhere, before anything is read: they are slips of the hand, and the nearest name is said.
///
/// # Errors
///
/// Returns an error for the first path where nothing is.
pub fn refuse_absent(paths: &[PathBuf], directory: &Path) -> Result<(), Error> {
    for given in paths.iter().filter(|given| given.as_os_str() != STDIN) {
        let path = directory.join(given);
        // A link that leads nowhere is there, and cannot be read.
        if path.symlink_metadata().is_ok() {
            continue;
        }
        let shown = given.to_string_lossy();
        let above = path.parent().unwrap_or(directory);
        let entries = std::fs::read_dir(above).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        // Nearly all files have the same ending.
        let stem =
            |name: &str| Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = stem(&path.file_name().unwrap_or_default().to_string_lossy());
        let stems: Vec<String> = names.iter().map(|name| stem(name)).collect();
        let near = nearest(&name, stems.iter().map(String::as_str));
        let near = near.and_then(|near| names.iter().zip(&stems).find(|(_, stem)| *stem == near));
        let (zh, en) = match near.map(|(name, _)| name) {
            Some(near) => (format!("；这里有“{near}”"), format!("; there is \"{near}\"")),
            None => (
                "；请核对文件夹和文件的名字".to_owned(),
                ": look at the names of the folder and the file".to_owned(),
            ),
        };
        return Err(Error::new(format!("没有“{shown}”{zh}"), format!("there is no \"{shown}\"{en}")));
    }
    Ok(())
}

/// Returns true if a file has a JSON document a line, by its ending.
pub fn is_lines(path: &Path) -> bool {
    format(path).is_some_and(FileFormat::is_lines)
}

/// Whether a file's ending says that no reader knows it: named directly, such a file is not taken for text.
pub fn is_unsupported(path: &Path) -> bool {
    format(path).is_some_and(|format| !format.is_read())
}

/// The format that the ending of a file's name says. Only files with a document a line may be compressed.
fn format(path: &Path) -> Option<&'static FileFormat> {
    let name = path.file_name()?.to_string_lossy();
    let (inner, compression) = Compression::of_name(&name);
    FileFormat::of_name(inner).filter(|format| compression.is_none() || format.is_lines())
}

/// Finds the inputs below a folder. Returns whether there are links among what was looked at.
fn walk(
    index: usize,
    root: &Path,
    serving: &BTreeSet<PathBuf>,
    inputs: &mut Vec<Input>,
    unread: &mut Vec<(usize, Notice)>,
) -> bool {
    let is_hidden = |name: &str| {
        let by_system = LEFT_BY_SYSTEMS.iter().any(|left| left.eq_ignore_ascii_case(name));
        name.starts_with('.') || name.starts_with("~$") || by_system
    };
    // Most entries are files, which need no call to the system.
    let may_be_folder = |entry: &walkdir::DirEntry| entry.file_type().is_dir() || entry.path_is_symlink();
    let (mut real, mut has_links) = (RealPaths::default(), false);
    let entries = WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(|entry| {
        entry.depth() == 0
            || !(is_hidden(&entry.file_name().to_string_lossy())
                || may_be_folder(entry) && is_ours(entry.path()))
    });
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let at = error
                    .path()
                    .unwrap_or(root)
                    .strip_prefix(root)
                    .unwrap_or(root)
                    .to_string_lossy()
                    .into_owned();
                // The message of the library has the whole path, which differs between machines.
                let circle = || Message {
                    zh: "这个文件夹的链接指回了自己，没有读取；请删去这个链接".to_owned(),
                    en: "a link leads back to a folder above it".to_owned(),
                };
                let why = error.io_error().map_or_else(circle, reason);
                unread.push((index, not_readable(Some(&at), why)));
                continue;
            }
        };
        has_links |= entry.path_is_symlink();
        if entry.file_type().is_dir() {
            continue;
        }
        let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let id = relative
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect::<Vec<_>>()
            .join("/");
        let is_own = OWN.contains(&entry.file_name().to_string_lossy().as_ref());
        if is_own || !serving.is_empty() && serving.contains(&real.of(entry.path())) {
            continue;
        }
        let data = match entry.path().metadata() {
            Ok(data) => data,
            Err(error) => {
                // A broken link.
                unread.push((index, not_readable(Some(&id), reason(&error))));
                continue;
            }
        };
        // Reading a pipe or a device would never end.
        if data.is_file() && format(entry.path()).is_some_and(FileFormat::is_read) {
            let below = id.clone();
            let input = Input::new(id, Some(entry.path().to_owned()), index, below);
            inputs.push(Input { length: Some(data.len()), ..input });
        } else {
            unread.push((index, kind_not_supported(&id, false)));
        }
    }
    has_links
}

/// The path of a file without links; the path as it is if that cannot be found.
fn followed(path: &Path) -> PathBuf {
    dunce::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Where files really are. A folder is followed once for all files in it.
#[derive(Default)]
struct RealPaths {
    folders: BTreeMap<PathBuf, Option<PathBuf>>,
}

impl RealPaths {
    /// The path of a file without links; the path as it is if that cannot be found.
    fn of(&mut self, path: &Path) -> PathBuf {
        let is_link = path.symlink_metadata().is_ok_and(|data| data.is_symlink());
        let (Some(folder), Some(name), false) = (path.parent(), path.file_name(), is_link) else {
            return followed(path);
        };
        if !self.folders.contains_key(folder) {
            self.folders.insert(folder.to_owned(), dunce::canonicalize(folder).ok());
        }
        self.folders[folder].as_ref().map_or_else(|| path.to_owned(), |folder| folder.join(name))
    }
}

/// Returns true if a folder is a result, or holds what went back to departments: both were made of forms that lie elsewhere.
fn is_ours(path: &Path) -> bool {
    path.is_dir() && (path.join(RETURNS).is_file() || crate::receipts::outputs_of(path).is_some())
}

/// Drops files that were named before: each is read once.
fn once(inputs: &mut Vec<Input>) {
    let (mut seen, mut real) = (BTreeSet::new(), RealPaths::default());
    inputs.retain(|input| match &input.path {
        // A file that was named itself may be written in other letters than it has; one that was found is not.
        Some(path) if input.below.is_empty() => seen.insert(followed(path)),
        Some(path) => seen.insert(real.of(path)),
        None => true,
    });
}

/// The path of an input as it was given, or as it was found below a path that was given.
fn path_given(input: &Input, given: &[PathBuf]) -> String {
    slashed(&given[input.given].join(&input.below)).trim_end_matches('/').to_owned()
}

/// Refuses files that have the same id. An id does not depend on what else is named, so none of them can have another one.
///
/// # Errors
///
/// Returns an error that names two files with one id.
pub fn refuse_same_ids(inputs: &[Input], given: &[PathBuf]) -> Result<(), Error> {
    let mut seen: BTreeMap<&str, &Input> = BTreeMap::new();
    for input in inputs {
        let Some(other) = seen.insert(&input.id, input) else { continue };
        let (one, two, id) = (path_given(other, given), path_given(input, given), &input.id);
        return Err(Error::new(
            format!(
                "“{one}”和“{two}”在结果里都叫“{id}”，分不清是哪一份；请把它们放在同一个文件夹下的不同子文件夹里，命令后面只写那一个文件夹"
            ),
            format!(
                "\"{one}\" and \"{two}\" would both be \"{id}\" in the result: name one folder that holds both"
            ),
        ));
    }
    Ok(())
}

/// Names files by their paths as they were given.
pub fn name_by_paths(inputs: &mut [Input], given: &[PathBuf]) {
    for input in inputs.iter_mut().filter(|input| input.path.is_some()) {
        input.id = path_given(input, given);
    }
}
