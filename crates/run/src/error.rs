//! Failures, in words for people.

use std::fmt;
use std::io;

use crate::compression::Damaged;
use huizong_core::Lang;
use huizong_engine::UnitsError;
use huizong_schema::findings::Message;

/// Puts an error of the system into words.
pub fn reason(error: &io::Error) -> Message {
    if is_open_elsewhere(error) {
        return Message {
            zh: "正在别的程序里打开；请关闭后再试".into(),
            en: "it is open in another program: close it and try again".into(),
        };
    }
    if matches!(error.get_ref(), Some(of) if of.is::<Damaged>()) {
        return Message {
            zh: "压缩文件已损坏，或不完整；请重新压缩，或重新传一次".into(),
            en: "the compressed file is damaged or cut off: compress or copy it again".into(),
        };
    }
    let (zh, en) = match error.kind() {
        io::ErrorKind::NotFound => {
            ("没有这个文件或文件夹；请核对名字和位置", "there is no such file or folder")
        }
        io::ErrorKind::PermissionDenied => {
            ("没有权限打开或写入；请看文件是不是只读，或请管理员开通权限", "permission denied")
        }
        io::ErrorKind::IsADirectory => ("这是文件夹，不是文件", "it is a folder, not a file"),
        io::ErrorKind::NotADirectory => {
            ("位置写得不对：中间有一段是文件，不是文件夹；请核对", "a part of the path is not a folder")
        }
        io::ErrorKind::StorageFull => ("磁盘已满；请清理出空间，或换一个盘", "the disk is full"),
        io::ErrorKind::InvalidData => (
            "文件里有乱码；请用记事本打开，另存时“编码”选 UTF-8",
            "it holds bytes that are no text: save it again as UTF-8",
        ),
        io::ErrorKind::InvalidFilename => (
            "名字或路径太长，或有系统不许用的字符；请改短一些，或换个名字",
            "a name or the path is too long, or has characters that the system does not allow: shorten it or take another",
        ),
        io::ErrorKind::ReadOnlyFilesystem => {
            ("这个盘只能读，不能写；请换一个文件夹", "the disk is read-only: name another folder")
        }
        _ if is_of_network(error) => (
            "共享文件夹连不上了；请重新连接，或先拷到本机",
            "the shared folder is out of reach: connect it again, or copy it to this machine",
        ),
        _ if is_of_disk(error) => (
            "读写时出错，可能是盘坏了、拔掉了，或共享文件夹断开了；请检查后再试，或先拷到别的盘",
            "reading or writing went wrong, as when a disk is damaged, was taken out, or a share is gone: look at it, or copy the files to another disk",
        ),
        _ => {
            let number = error.raw_os_error().map_or_else(String::new, |number| format!("，编号 {number}"));
            return Message {
                zh: format!("系统没有说明的错误{number}；请再试一次，仍不行就请技术人员看"),
                en: error.to_string(),
            };
        }
    };
    Message { zh: zh.into(), en: en.into() }
}

/// Whether a file could not be used because another program has it open, which only Windows refuses.
pub fn is_open_elsewhere(error: &io::Error) -> bool {
    // ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
    cfg!(windows) && matches!(error.raw_os_error(), Some(32 | 33))
}

/// Whether a disk failed, or was taken out: no kind says so.
fn is_of_disk(error: &io::Error) -> bool {
    let numbers: &[i32] = if cfg!(windows) {
        // ERROR_NOT_READY, CRC, SEEK, WRITE_FAULT, READ_FAULT, GEN_FAILURE, WRONG_DISK, IO_DEVICE, DEVICE_NOT_CONNECTED
        &[21, 23, 25, 29, 30, 31, 34, 1117, 1167]
    } else {
        // EIO, ENXIO, ENODEV
        &[5, 6, 19]
    };
    error.raw_os_error().is_some_and(|number| numbers.contains(&number))
}

/// Whether a share could not be reached.
fn is_of_network(error: &io::Error) -> bool {
    // Numbers of Windows that have no kind: ERROR_REM_NOT_LIST, BAD_NETPATH, DEV_NOT_EXIST, UNEXP_NET_ERR, NETNAME_DELETED,
    // BAD_NET_NAME, SEM_TIMEOUT, NO_NET_OR_BAD_PATH.
    let numbers: &[i32] = if cfg!(windows) {
        &[51, 53, 55, 59, 64, 67, 121, 1203]
    } else if cfg!(target_os = "linux") {
        // EHOSTDOWN
        &[112]
    } else {
        &[]
    };
    let has_number = error.raw_os_error().is_some_and(|number| numbers.contains(&number));
    has_number
        || matches!(
            error.kind(),
            io::ErrorKind::NetworkDown
                | io::ErrorKind::NetworkUnreachable
                | io::ErrorKind::HostUnreachable
                | io::ErrorKind::NotConnected
                | io::ErrorKind::StaleNetworkFileHandle
                | io::ErrorKind::TimedOut
        )
}

/// A failure of the program, or wrong usage.
#[derive(Debug)]
pub struct Error {
    zh: String,
    en: String,
    source: Option<io::Error>,
}

impl Error {
    /// A failure in both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into(), source: None }
    }

    /// Adds why the system refused.
    #[must_use]
    pub fn because(self, source: io::Error) -> Self {
        Self { source: Some(source), ..self }
    }

    /// Returns true if the reader of the output has closed it, as `| head` does.
    pub fn is_broken_pipe(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Returns why the system refused, if it did.
    pub fn of_system(&self) -> Option<&io::Error> {
        self.source.as_ref()
    }

    /// Returns the failure in a language, with its reason.
    pub fn say(&self, lang: Lang) -> String {
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

impl From<UnitsError> for Error {
    fn from(error: UnitsError) -> Self {
        let message = error.message();
        Self::new(message.zh.clone(), message.en.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_of_the_system_has_chinese_words() {
        for number in 1..200 {
            let said = reason(&io::Error::from_raw_os_error(number)).zh;
            assert!(!said.contains("os error"), "{number}: {said}");
        }
        #[cfg(target_os = "linux")]
        for (number, word) in [(5, "盘"), (28, "已满"), (30, "只能读"), (112, "共享"), (116, "共享")]
        {
            let said = reason(&io::Error::from_raw_os_error(number)).zh;
            assert!(said.contains(word), "{number}: {said}");
        }
    }
}
