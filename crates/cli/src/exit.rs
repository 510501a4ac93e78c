//! How an invocation ends.

use std::fmt;
use std::io;

use huizong_core::Lang;
use huizong_schema::findings::Message;

/// The exit status. Of several the gravest counts: failed, then incomplete, then findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// No findings at or above `--fail-on`.
    Clean = 0,
    /// Findings at or above `--fail-on`.
    Findings = 1,
    /// Wrong usage, or a failure of the program.
    Failed = 2,
    /// A document could not be read, a plugin or a rule failed.
    Incomplete = 3,
}

/// Puts an error of the system into words.
pub(crate) fn reason(error: &io::Error) -> Message {
    let (zh, en) = match error.kind() {
        io::ErrorKind::NotFound => ("没有这个文件或文件夹", "there is no such file or folder"),
        io::ErrorKind::PermissionDenied => ("没有权限", "permission denied"),
        io::ErrorKind::IsADirectory => ("这是文件夹，不是文件", "it is a folder, not a file"),
        io::ErrorKind::NotADirectory => ("路径中有一段不是文件夹", "a part of the path is not a folder"),
        io::ErrorKind::StorageFull => ("磁盘已满", "the disk is full"),
        io::ErrorKind::InvalidData => ("不是 UTF-8 编码的文字", "it is not text in UTF-8"),
        _ => return Message { zh: error.to_string(), en: error.to_string() },
    };
    Message { zh: zh.into(), en: en.into() }
}

/// A failure of the program, or wrong usage.
#[derive(Debug)]
pub(crate) struct Error {
    zh: String,
    en: String,
    source: Option<io::Error>,
}

impl Error {
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into(), source: None }
    }

    pub(crate) fn because(self, source: io::Error) -> Self {
        Self { source: Some(source), ..self }
    }

    /// Returns true if the reader of the output has closed it, as `| head` does.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.kind() == io::ErrorKind::BrokenPipe)
    }

    pub(crate) fn say(&self, lang: Lang) -> String {
        let text = lang.pick(&self.zh, &self.en);
        match &self.source {
            Some(source) => format!("{text}{}{}", lang.pick("：", ": "), lang.of(&reason(source))),
            None => text.clone(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

impl From<io::Error> for Error {
    fn from(source: io::Error) -> Self {
        Self::new("写出结果时出错", "writing the result failed").because(source)
    }
}
