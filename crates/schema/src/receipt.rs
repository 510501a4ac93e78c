//! The receipt of a consolidation: everything needed to repeat the run and compare the result.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::consolidation::{Name, Note};
use crate::object_only::object_only;

/// The file's name in the folder of a result.
pub const FILE: &str = "receipt.json";
/// The `kind` of a receipt.
pub const KIND: &str = "receipt";
/// The version of the receipts that are written.
pub const VERSION: &str = "2.0";

/// The receipt of a consolidation: its inputs, settings and outputs. Digests are BLAKE3 unless they say otherwise, in
/// lower-case hexadecimal digits.
///
/// 一次汇总的汇总记录：列出输入、设置和输出。摘要没有另外注明的，都是 BLAKE3，写成小写的十六进制数字。
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
#[serde(deny_unknown_fields)]
#[schemars(title = "汇总记录 / Receipt")]
pub struct Receipt {
    /// The version of this schema: `2.0`. Version 1.0 required `arguments`, which `run` replaced, so no reader of one
    /// version can read the other as its own.
    ///
    /// 本模式的版本，固定写 `2.0`。1.0 版必须有 `arguments`，2.0 版改为 `run`，所以只认一个版本的程序，不能把另一个版本当作自己的来读。
    #[schemars(extend("const" = "2.0"))]
    pub schema_version: Name,
    /// Always `receipt`.
    ///
    /// 固定写 `receipt`。
    #[schemars(extend("const" = "receipt"))]
    pub kind: Name,
    /// The command that made it.
    ///
    /// 做出结果的命令。
    pub tool: Tool,
    /// The digest of each published schema, by name.
    ///
    /// 各个公布的模式的摘要，按名字存放。
    #[schemars(with = "BTreeMap<String, crate::shape::Digest>")]
    pub schemas: BTreeMap<String, String>,
    /// The digest of the built-in rules: ids, severities, messages and pages.
    ///
    /// 内置规则的摘要，包括编号、级别、提示和说明页。
    #[schemars(with = "crate::shape::Digest")]
    pub rules: String,
    /// The plugins that took part.
    ///
    /// 参加运行的插件。
    pub plugins: Vec<PluginDigest>,
    /// What the consolidation was asked for.
    ///
    /// 这次汇总要求做什么。
    pub run: RunSpec,
    /// The settings in force, as their file has them, except those that change no byte of a result.
    ///
    /// 生效的设置，写法与设置文件相同；对结果一个字节也没有影响的设置除外。
    pub settings: Value,
    /// The files read besides the inputs.
    ///
    /// 输入以外读取的文件。
    pub files: Vec<FileUsed>,
    /// The inputs.
    ///
    /// 各个输入。
    pub inputs: Vec<InputUsed>,
    /// The files of the result, except this one.
    ///
    /// 结果中的各个文件，本文件除外。
    pub outputs: Vec<Output>,
    /// What kept the plugins from doing harm, if any took part. Not compared.
    ///
    /// 用什么防止插件造成损害；有插件参加运行时才有。核对时不比较。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plugin_isolation: Option<PluginIsolation>,
    /// The notices of the run.
    ///
    /// 运行中的附注。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Note>,
    /// The working directory of the run, from the folder of the result. Not compared.
    ///
    /// 运行时的工作目录，从结果文件夹算起。核对时不比较。
    pub root: String,
    /// The folder of the result, from the working directory. Not compared.
    ///
    /// 结果文件夹，从工作目录算起。核对时不比较。
    pub out: String,
    /// The settings' file, if there was one, from the working directory. Not compared.
    ///
    /// 设置文件，有才写，从工作目录算起。核对时不比较。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings_file: Option<String>,
    /// The language of the run. Not compared.
    ///
    /// 运行时的语言。核对时不比较。
    pub lang: String,
}

/// What keeps plugins from doing harm: it depends on the system that they run on.
///
/// 用什么防止插件造成损害，视运行插件的系统而定。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
#[serde(deny_unknown_fields)]
pub struct PluginIsolation {
    /// What limits the files that a plugin can reach.
    ///
    /// 用什么限制插件能访问的文件。
    pub files: FileIsolation,
    /// Whether system calls that a plugin does not need are refused.
    ///
    /// 是否拒绝插件不需要的系统调用。
    pub system_calls: bool,
    /// Whether memory is limited.
    ///
    /// 是否限制内存。
    pub memory: bool,
    /// Whether a plugin ends with the command.
    ///
    /// 插件是否随命令一起结束。
    pub ends_with_command: bool,
}

/// What limits the files that a plugin can reach.
///
/// 用什么限制插件能访问的文件。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileIsolation {
    /// Landlock of the kernel: only the system's libraries can be read, and nothing written.
    ///
    /// 内核的 Landlock：只能读取系统的库，不能写入任何文件。
    Landlock,
    /// A tree of its own with the system's libraries, by a namespace.
    ///
    /// 用命名空间建立的单独的目录树，其中有系统的库。
    Namespace,
    /// Nothing: a plugin can do what the user can.
    ///
    /// 没有限制：用户能做的，插件都能做。
    Nothing,
}

/// What a consolidation was asked for: whatever changes a byte of a result, apart from the settings.
///
/// 这次汇总要求做什么：除设置以外，凡是能使结果变动一个字节的，都列在这里。
// So it has no language, number of threads, failure threshold or output folder.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
#[serde(deny_unknown_fields)]
pub struct RunSpec {
    /// The files and folders read, as they were given; `-` is standard input.
    ///
    /// 读取的文件和文件夹，按当时所给的写法；`-` 表示标准输入。
    #[serde(serialize_with = "path_texts")]
    #[schemars(with = "Vec<String>")]
    pub paths: Vec<PathBuf>,
    /// The formats written.
    ///
    /// 写出的格式。
    pub formats: Vec<ResultFormat>,
    /// The list of the departments that should report.
    ///
    /// 应报部门的名单。
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "path_text")]
    #[schemars(with = "Option<String>")]
    pub roster: Option<PathBuf>,
    /// The bureau's own books.
    ///
    /// 财政部门的账。
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "path_text")]
    #[schemars(with = "Option<String>")]
    pub books: Option<PathBuf>,
    /// Last year's consolidation, or the folder that holds it.
    ///
    /// 上年的汇总结果，或它所在的文件夹。
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "path_text")]
    #[schemars(with = "Option<String>")]
    pub previous: Option<PathBuf>,
    /// The template of the report page.
    ///
    /// 报告页的模板。
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "path_text")]
    #[schemars(with = "Option<String>")]
    pub template: Option<PathBuf>,
    /// The roster's columns to group sums by. Columns joined by commas make groups together.
    ///
    /// 合计按名单的哪些列分组。用逗号连在一起的几列，按组合分组。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group_by: Vec<String>,
    /// The documents that count where a department sent several, besides those of the settings.
    ///
    /// 同一部门报来几份表时，以哪些表为准；设置里写明的除外。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accept: Vec<String>,
    /// The year that every document should report.
    ///
    /// 各表应报的年度。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<u16>,
    /// The profile that forms are read by: the name of a built-in one, or a TOML file.
    ///
    /// 读表所用的版式：内置版式的名字，或 TOML 文件。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The plugins that were named for this run.
    ///
    /// 这次运行指定的插件。
    #[serde(default, skip_serializing_if = "Vec::is_empty", serialize_with = "path_texts")]
    #[schemars(with = "Vec<String>")]
    pub plugins: Vec<PathBuf>,
    /// Whether plugins ran in the command's own process.
    ///
    /// 插件是否在命令自己的进程里运行。
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_process: bool,
    /// Whether documents with errors were left out of the sums.
    ///
    /// 有错误的表是否不计入合计。
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exclude_errors: bool,
    /// The department, by name or code, whose units' forms were made one form.
    ///
    /// 把哪个部门所属单位的表并成一份表，写部门的名称或编码。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_evaluation: Option<String>,
}

/// A format of a result.
///
/// 结果的一种格式。
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResultFormat {
    /// `consolidation.json` and `findings.ndjson`.
    ///
    /// `consolidation.json` 和 `findings.ndjson` 两个文件。
    Json,
    /// The workbook.
    ///
    /// 工作簿。
    Xlsx,
    /// The report page.
    ///
    /// 报告页。
    Html,
    /// The briefing, one page of Word.
    ///
    /// 简报，一页 Word 文档。
    Docx,
    /// Tables as text.
    ///
    /// 文本形式的表格。
    Csv,
    /// Tables as Parquet files.
    ///
    /// Parquet 文件形式的表格。
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
///
/// 做出结果的命令。
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Tool {
    /// Its name.
    ///
    /// 命令的名称。
    pub name: String,
    /// Its version.
    ///
    /// 命令的版本。
    pub version: String,
    /// The digest of its file.
    ///
    /// 命令的程序文件的摘要。
    #[schemars(with = "crate::shape::Digest")]
    pub blake3: String,
}

/// A plugin that took part.
///
/// 参加运行的一个插件。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct PluginDigest {
    /// Its id.
    ///
    /// 插件的编号。
    #[schemars(with = "crate::shape::PluginId")]
    pub id: String,
    /// Its version.
    ///
    /// 插件的版本。
    #[schemars(with = "crate::shape::Version")]
    pub version: String,
    /// The SHA-256 digest of its file.
    ///
    /// 插件文件的 SHA-256 摘要。
    #[schemars(with = "crate::shape::Digest")]
    pub sha256: String,
    /// The SHA-256 digest of its manifest.
    ///
    /// 插件说明的 SHA-256 摘要。
    #[schemars(with = "crate::shape::Digest")]
    pub manifest_sha256: String,
}

/// A file read besides the inputs.
///
/// 输入以外读取的一个文件。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct FileUsed {
    /// What it was used as: `roster`, `books`, `previous`, `profile`, `template`.
    ///
    /// 文件的用途：`roster` 为名单，`books` 为账，`previous` 为上年结果，`profile` 为版式，`template` 为模板。
    pub role: String,
    /// Its path.
    ///
    /// 文件的路径。
    pub path: String,
    /// How many bytes it has.
    ///
    /// 文件有多少字节。
    pub bytes: u64,
    /// Its digest.
    ///
    /// 文件的摘要。
    #[schemars(with = "crate::shape::Digest")]
    pub blake3: String,
}

/// An input.
///
/// 一个输入。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct InputUsed {
    /// Its documents' id, before any `#N`.
    ///
    /// 其中各表的编号，只取 `#N` 之前的部分。
    pub id: String,
    /// Which of the paths given it was found under, from 0.
    ///
    /// 在所给的第几个路径下找到，从 0 数起。
    pub given: usize,
    /// Its path below that; empty if it is that itself.
    ///
    /// 在该路径之下的路径；它本身就是该路径的，为空。
    pub path: String,
    /// How many bytes it has.
    ///
    /// 输入有多少字节。
    pub bytes: u64,
    /// Its digest; absent if it could not be read.
    ///
    /// 输入的摘要；无法读取的不写。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::shape::Digest>")]
    pub blake3: Option<String>,
}

/// A file of the result.
///
/// 结果中的一个文件。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Output {
    /// Its name.
    ///
    /// 文件的名称。
    pub name: String,
    /// How many bytes it has.
    ///
    /// 文件有多少字节。
    pub bytes: u64,
    /// Its digest.
    ///
    /// 文件的摘要。
    #[schemars(with = "crate::shape::Digest")]
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

object_only!(Receipt, PluginIsolation, RunSpec, Tool, PluginDigest, FileUsed, InputUsed, Output);
