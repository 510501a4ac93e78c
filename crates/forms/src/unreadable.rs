//! Why a file could not be read.

use huizong_schema::findings::Message;

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It is encrypted with a password.
    Password,
    /// It is damaged, with the reader's message.
    Broken(String),
    /// It unpacks to more than any form holds.
    TooLarge,
    /// Its format is not read, with the format's name.
    OtherKind(&'static str),
}

impl Unreadable {
    /// The reason in both languages.
    pub(crate) fn message(&self) -> Message {
        let (zh, en) = match self {
            Self::Password => ("设有密码；请取消密码后再报".to_owned(), "it wants a password".to_owned()),
            Self::Broken(why) => (format!("文件已损坏（{why}）"), format!("it is damaged ({why})")),
            Self::TooLarge => {
                ("展开后过大，不像一份表".to_owned(), "it unpacks to more than any form is".to_owned())
            }
            Self::OtherKind(kind) => (format!("{kind} 文件，不能读"), format!("{kind} files are not read")),
        };
        Message { zh, en }
    }
}
