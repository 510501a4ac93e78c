//! The receipt of a consolidation: everything needed to repeat the run and compare the result.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::consolidation::{Name, Note};

/// The file's name in the folder of a result.
pub const FILE: &str = "receipt.json";
/// The `kind` of a receipt.
pub const KIND: &str = "receipt";
/// The version of the receipts that are written.
pub const VERSION: &str = "2.0";

/// The receipt of a consolidation: its inputs, settings and outputs. Digests are BLAKE3 unless they say otherwise, in
/// lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "凭据 / Receipt")]
pub struct Receipt {
    /// The version of this schema: `2.0`. Version 1.0 required `arguments`, which `run` replaced, so no reader of one
    /// version can read the other as its own.
    #[schemars(extend("const" = "2.0"))]
    pub schema_version: Name,
    /// Always `receipt`.
    #[schemars(extend("const" = "receipt"))]
    pub kind: Name,
    /// The command that made it.
    pub tool: Tool,
    /// The digest of each published schema, by name.
    pub schemas: BTreeMap<String, String>,
    /// The digest of the built-in rules: ids, severities, messages and pages.
    pub rules: String,
    /// The plugins that took part.
    pub plugins: Vec<PluginDigest>,
    /// What the consolidation was asked for.
    pub run: RunSpec,
    /// The settings in force, as their file has them, except those that change no byte of a result.
    pub settings: Value,
    /// The files read besides the inputs.
    pub files: Vec<FileUsed>,
    /// The inputs.
    pub inputs: Vec<InputUsed>,
    /// The files of the result, except this one.
    pub outputs: Vec<Output>,
    /// What kept the plugins from doing harm, if any took part. Not compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin_isolation: Option<PluginIsolation>,
    /// The notices of the run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Note>,
    /// The working directory of the run, from the folder of the result. Not compared.
    pub root: String,
    /// The folder of the result, from the working directory. Not compared.
    pub out: String,
    /// The settings' file, if there was one, from the working directory. Not compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings_file: Option<String>,
    /// The language of the run. Not compared.
    pub lang: String,
}

/// What keeps plugins from doing harm: it depends on the system that they run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PluginIsolation {
    /// What limits the files that a plugin can reach.
    pub files: FileIsolation,
    /// Whether system calls that a plugin does not need are refused.
    pub system_calls: bool,
    /// Whether memory is limited.
    pub memory: bool,
    /// Whether a plugin ends with the command.
    pub ends_with_command: bool,
}

/// What limits the files that a plugin can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileIsolation {
    /// Landlock of the kernel: only the system's libraries can be read, and nothing written.
    Landlock,
    /// A tree of its own with the system's libraries, by a namespace.
    Namespace,
    /// Nothing: a plugin can do what the user can.
    Nothing,
}

/// What a consolidation was asked for: whatever changes a byte of a result, apart from the settings.
// So it has no language, number of threads, failure threshold or output folder.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunSpec {
    /// The files and folders read, as they were given; `-` is standard input.
    #[serde(serialize_with = "path_texts")]
    #[schemars(with = "Vec<String>")]
    pub paths: Vec<PathBuf>,
    /// The formats written.
    pub formats: Vec<ResultFormat>,
    /// The list of the departments that should report.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "path_text")]
    #[schemars(with = "Option<String>")]
    pub roster: Option<PathBuf>,
    /// The bureau's own books.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "path_text")]
    #[schemars(with = "Option<String>")]
    pub books: Option<PathBuf>,
    /// Last year's consolidation, or the folder that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "path_text")]
    #[schemars(with = "Option<String>")]
    pub previous: Option<PathBuf>,
    /// The template of the report page.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "path_text")]
    #[schemars(with = "Option<String>")]
    pub template: Option<PathBuf>,
    /// The roster's columns to group sums by. Columns joined by commas make groups together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group_by: Vec<String>,
    /// The documents that count where a department sent several, besides those of the settings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accept: Vec<String>,
    /// The year that every document should report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<u16>,
    /// The profile that forms are read by: the name of a built-in one, or a TOML file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The plugins that were named for this run.
    #[serde(default, skip_serializing_if = "Vec::is_empty", serialize_with = "path_texts")]
    #[schemars(with = "Vec<String>")]
    pub plugins: Vec<PathBuf>,
    /// Whether plugins ran in the command's own process.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_process: bool,
    /// Whether documents with errors were left out of the sums.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exclude_errors: bool,
    /// The department, by name or code, whose units' forms were made one form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_evaluation: Option<String>,
}

/// A format of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResultFormat {
    /// `consolidation.json` and `findings.ndjson`.
    Json,
    /// The workbook.
    Xlsx,
    /// The report page.
    Html,
    /// The briefing, one page of Word.
    Docx,
    /// Tables as text.
    Csv,
    /// Tables as Parquet files.
    Parquet,
}

/// A path as text, with `/` between its parts on every system.
// A path that is not Unicode is written with replacement characters: a receipt is JSON.
pub fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy().into_owned();
    if cfg!(windows) { text.replace('\\', "/") } else { text }
}

fn path_texts<S: Serializer>(paths: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(paths.iter().map(|path| slashed(path)))
}

#[allow(clippy::ref_option, reason = "serde passes a reference to the member")]
fn path_text<S: Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
    path.as_ref().map(|path| slashed(path)).serialize(serializer)
}

/// The command that made a result.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The digest of its file.
    pub blake3: String,
}

/// A plugin that took part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PluginDigest {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// The SHA-256 digest of its file.
    pub sha256: String,
    /// The SHA-256 digest of its manifest.
    pub manifest_sha256: String,
}

/// A file read besides the inputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileUsed {
    /// What it was used as: `roster`, `books`, `previous`, `profile`, `template`.
    pub role: String,
    /// Its path.
    pub path: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its digest.
    pub blake3: String,
}

/// An input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InputUsed {
    /// Its documents' id, before any `#N`.
    pub id: String,
    /// Which of the paths given it was found under, from 0.
    pub given: usize,
    /// Its path below that; empty if it is that itself.
    pub path: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its digest; absent if it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blake3: Option<String>,
}

/// A file of the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its digest.
    pub blake3: String,
}

impl Output {
    /// An output with its size and digest.
    pub fn new(name: impl Into<String>, bytes: u64, blake3: impl Into<String>) -> Self {
        Self { name: name.into(), bytes, blake3: blake3.into() }
    }
}

impl Receipt {
    /// Creates a receipt that lists only these output files.
    pub fn of_outputs(outputs: Vec<Output>) -> Self {
        Self {
            schema_version: VERSION.into(),
            kind: KIND.into(),
            tool: Tool::default(),
            schemas: BTreeMap::new(),
            rules: String::new(),
            plugins: Vec::new(),
            run: RunSpec::default(),
            settings: Value::Object(serde_json::Map::new()),
            files: Vec::new(),
            inputs: Vec::new(),
            outputs,
            notices: Vec::new(),
            plugin_isolation: None,
            root: String::new(),
            out: String::new(),
            settings_file: None,
            lang: String::new(),
        }
    }
}
