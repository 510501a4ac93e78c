//! The ways in which a plugin can fail, and their messages.

use std::fmt;

use huizong_core::shown_text;
use huizong_schema::findings::Message;
use serde::{Deserialize, Serialize};

/// Why a library is not a plugin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoadError {
    /// The system's loader rejected it; holds the loader's message.
    Refused(String),
    /// It does not export this symbol.
    NoSymbol(String),
    /// Its major version differs; holds the value of `huizong_abi_version`.
    WrongVersion(u32),
    /// The table is null.
    NoTable,
    /// The table is smaller than this version's; holds its size.
    SmallTable(u32),
    /// A function of the table is null; holds its name.
    NoFunction(String),
}

/// A violation of the interface that can occur in any call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Violation {
    /// A null pointer with a length above 0.
    NullWithLength,
    /// A buffer longer than the limit; holds its length.
    TooLong(u64),
    /// The answer is not UTF-8, not JSON, or not an answer; holds the parser's message.
    NotAnAnswer(String),
    /// The manifest is not valid; holds the parser's message.
    NotAManifest(String),
}

/// A failure before an instance existed, with the plugin's output on standard error up to then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallen {
    /// The failure.
    pub failure: Failure,
    /// The beginning of the plugin's output, for its author.
    pub said: String,
}

impl From<Failure> for Fallen {
    fn from(failure: Failure) -> Self {
        Self { failure, said: String::new() }
    }
}

impl From<Fallen> for Failure {
    fn from(fallen: Fallen) -> Self {
        fallen.failure
    }
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The library is not a plugin.
    Load(LoadError),
    /// A signal ended the worker; holds its number.
    Signal(i32),
    /// The worker exited; holds its status.
    Ended(i32),
    /// The worker closed its pipe, or wrote something unexpected to it.
    PipeLost,
    /// The deadline passed.
    TimedOut,
    /// The plugin violated the interface.
    Violation(Violation),
    /// The plugin returned a code other than OK; holds the code and the plugin's message, if any.
    Code(i32, String),
    /// No worker could be started; holds the reason.
    NoWorker(String),
    /// Plugins do not run on this system.
    NotOnThisSystem,
    /// The system cannot isolate it, and it must be isolated; holds what is lacking.
    NotIsolated(Message),
    /// Data kept for the plugin could not be written or read back; holds the reason.
    Storage(String),
}

impl Failure {
    /// Whether the instance can be called again: the plugin returned an error, but its process lives.
    pub fn leaves_it_alive(&self) -> bool {
        matches!(self, Self::Violation(_) | Self::Code(..))
    }

    /// The message to show.
    pub fn message(&self) -> Message {
        let (zh, en) = match self {
            Self::Load(error) => return error.message(),
            Self::Signal(number) => (
                format!("进程被信号 {number}（{}）终止", signal_name(*number)),
                format!("its process was ended by signal {number} ({})", signal_name(*number)),
            ),
            Self::Ended(status) => {
                (format!("进程自行退出，状态 {status}"), format!("its process exited with status {status}"))
            }
            Self::PipeLost => ("关闭或弄乱了与主程序的管道".into(), "it closed or garbled its pipe".into()),
            Self::TimedOut => ("超过了时限".into(), "it did not end in time".into()),
            Self::Violation(violation) => return violation.message(),
            Self::Code(code, said) => {
                let (zh, en) = code_name(*code);
                let said = shown_text(said);
                if said.is_empty() {
                    (zh.to_owned(), en.to_owned())
                } else {
                    (format!("{zh}：{said}"), format!("{en}: {said}"))
                }
            }
            Self::Storage(why) => (
                format!("暂存数据时出错：{why}"),
                format!("the data kept for it could not be written or read: {why}"),
            ),
            Self::NotOnThisSystem => (
                "插件目前只能在 Linux 上运行；内置的检查不受影响".into(),
                "plugins run on Linux alone; the built-in checks are not affected".into(),
            ),
            Self::NotIsolated(lacks) => (
                format!("要求完全隔离（--require-isolation），而本机拦不住它：{}", lacks.zh),
                format!(
                    "it must be isolated (--require-isolation), and this system cannot keep it from: {}",
                    lacks.en
                ),
            ),
            Self::NoWorker(why) => {
                (format!("无法启动插件进程：{why}"), format!("no worker could be started: {why}"))
            }
        };
        Message { zh, en }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message().en)
    }
}

impl LoadError {
    fn message(&self) -> Message {
        let (zh, en) = match self {
            Self::Refused(why) => {
                let why = shown_text(why);
                (format!("不是能加载的动态库：{why}"), format!("it cannot be loaded: {why}"))
            }
            Self::NoSymbol(name) => {
                (format!("没有导出 {name}，不是本程序的插件"), format!("it does not export {name}"))
            }
            Self::WrongVersion(version) => {
                let (major, minor) = (version >> 16, version & 0xffff);
                (
                    format!("接口版本是 {major}.{minor}，本程序只认 1.x"),
                    format!("its interface is version {major}.{minor}; this tool knows 1.x"),
                )
            }
            Self::NoTable => ("函数表为空（NULL）".into(), "its table is NULL".into()),
            Self::SmallTable(size) => (
                format!("函数表只有 {size} 字节，应至少 56 字节"),
                format!("its table has {size} bytes, fewer than 56"),
            ),
            Self::NoFunction(name) => {
                (format!("函数表中 {name} 为空（NULL）"), format!("{name} is NULL in its table"))
            }
        };
        Message { zh, en }
    }
}

impl Violation {
    fn message(&self) -> Message {
        let (zh, en) = match self {
            Self::NullWithLength => {
                ("答复为空指针却有长度（规则 4）".into(), "it returned NULL with a length (rule 4)".into())
            }
            Self::TooLong(length) => (
                format!("答复有 {length} 字节，超过上限（规则 4）"),
                format!("it returned {length} bytes, more than the limit (rule 4)"),
            ),
            Self::NotAnAnswer(why) => {
                let why = shown_text(why);
                (format!("答复不是规定的 JSON：{why}"), format!("its answer is not valid: {why}"))
            }
            Self::NotAManifest(why) => {
                let why = shown_text(why);
                (format!("插件说明不合规定：{why}"), format!("its manifest is not valid: {why}"))
            }
        };
        Message { zh, en }
    }
}

fn code_name(code: i32) -> (&'static str, &'static str) {
    match code {
        huizong_plugin_abi::code::INVALID_INPUT => {
            ("插件不认这份请求", "it rejected the request as not valid")
        }
        huizong_plugin_abi::code::UNSUPPORTED => ("插件不会做这件事", "it does not support this op"),
        huizong_plugin_abi::code::CONFIG => ("插件不接受这份设置", "it refused its configuration"),
        _ => ("插件内部出错", "it failed internally"),
    }
}

fn signal_name(number: i32) -> &'static str {
    match number {
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        31 => "SIGSYS",
        _ => "?",
    }
}
