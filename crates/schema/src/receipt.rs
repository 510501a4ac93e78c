//! The receipt of a consolidation: what it was made of, enough to make it again and compare.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::consolidation::{Name, Note};

/// The file's name in the folder of a result.
pub const FILE: &str = "receipt.json";
/// What a receipt says it is.
pub const KIND: &str = "receipt";

/// What a consolidation was made of. Digests are BLAKE3 unless they say otherwise, in lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "凭据 / Receipt")]
pub struct Receipt {
    /// The version of this schema: `1.0`.
    #[schemars(extend("const" = "1.0"))]
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
    /// The arguments of the run, but for those that change no byte of a result.
    pub arguments: Vec<String>,
    /// The settings that held, as their file has them, but for those that change no byte of a result.
    pub settings: Value,
    /// The files read besides the inputs.
    pub files: Vec<FileUsed>,
    /// The inputs.
    pub inputs: Vec<InputUsed>,
    /// The files of the result but for this one.
    pub outputs: Vec<Output>,
    /// What there was to say about the work itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Note>,
    /// The working directory of the run. Not compared.
    pub root: String,
    /// The folder of the result, as it was named. Not compared.
    pub out: String,
    /// The settings' file, if there was one. Not compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings_file: Option<String>,
    /// The language of the run. Not compared.
    pub lang: String,
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
    /// What it served as: `roster`, `books`, `previous`, `profile`, `template`.
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
    /// A file of the result.
    pub fn new(name: impl Into<String>, bytes: u64, blake3: impl Into<String>) -> Self {
        Self { name: name.into(), bytes, blake3: blake3.into() }
    }
}

impl Receipt {
    /// A receipt of files that were made of nothing.
    pub fn of_outputs(outputs: Vec<Output>) -> Self {
        Self {
            schema_version: "1.0".into(),
            kind: KIND.into(),
            tool: Tool::default(),
            schemas: BTreeMap::new(),
            rules: String::new(),
            plugins: Vec::new(),
            arguments: Vec::new(),
            settings: Value::Object(serde_json::Map::new()),
            files: Vec::new(),
            inputs: Vec::new(),
            outputs,
            notices: Vec::new(),
            root: String::new(),
            out: String::new(),
            settings_file: None,
            lang: String::new(),
        }
    }
}
