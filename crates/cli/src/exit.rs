//! How an invocation ends.

use std::fmt;
use std::io;

use huizong_core::Lang;

/// The exit status. Of several the gravest counts: failed, then incomplete, then findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to say, or nothing at or above `--fail-on`.
    Clean = 0,
    /// Findings at or above `--fail-on`.
    Findings = 1,
    /// A mistake of usage, or a failure of our own.
    Failed = 2,
    /// A document could not be read, a plugin or a rule failed.
    Incomplete = 3,
}

/// A failure of our own, or of what we were asked to do.
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

    /// Whether nobody reads what we print any more, as behind `| head`.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.kind() == io::ErrorKind::BrokenPipe)
    }

    pub(crate) fn say(&self, lang: Lang) -> String {
        let text = lang.pick(&self.zh, &self.en);
        match &self.source {
            Some(source) => format!("{text}{}{source}", lang.pick("：", ": ")),
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
