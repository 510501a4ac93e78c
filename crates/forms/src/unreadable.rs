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
            Self::Password => ("设有密码；请取消密码，另存一份".to_owned(), "it wants a password".to_owned()),
            // What the library says is English.
            Self::Broken(why) => (
                "文件已损坏，打不开；请在原来的程序里重新保存一份再报".to_owned(),
                format!("it is damaged ({why})"),
            ),
            Self::TooLarge => (
                "文件内容过大，不像一份自评表；请只留表格本身".to_owned(),
                "it unpacks to more than any form is".to_owned(),
            ),
            Self::OtherKind(kind) => return why_not_read(kind),
        };
        Message { zh, en }
    }
}

/// What a file of a format that is not read is, and what to do. The format is the ending of the files' names.
pub fn why_not_read(kind: &str) -> Message {
    let (what, step, en_what, en_step) = match kind {
        "doc" | "doc / wps" => (
            "旧版 Word 或 WPS 文字文件",
            "请用 Word 或 WPS 另存为 .docx 再报",
            "a document of old Word or of WPS",
            "save it as .docx",
        ),
        "wps" => ("WPS 文字文件", "请用 WPS 另存为 .docx 再报", "a document of WPS", "save it as .docx"),
        "et" => ("WPS 表格文件", "请用 WPS 另存为 .xlsx 再报", "a spreadsheet of WPS", "save it as .xlsx"),
        "zip" | "rar" | "7z" | "gz" => {
            ("压缩包", "请解压，把里面的表报上来", "an archive", "unpack it and hand in the forms in it")
        }
        "pdf" | "ofd" => (
            "版式文件",
            "请报制表时的 Excel 或 Word 原件",
            "a print",
            "hand in the Excel or Word file that it was made from",
        ),
        "png" | "jpeg" | "jpg" | "gif" | "bmp" | "tif" | "tiff" | "webp" => (
            "图片",
            "请报制表时的 Excel 或 Word 原件",
            "a picture",
            "hand in the Excel or Word file that it was made from",
        ),
        "odt" | "rtf" => ("文字文件", "请另存为 .docx 再报", "a text document", "save it as .docx"),
        "ppt" | "pptx" => (
            "演示文稿",
            "请报制表时的 Excel 或 Word 原件",
            "a presentation",
            "hand in the Excel or Word file that it was made from",
        ),
        _ => (
            "别的程序的文件",
            "请另存为 .xlsx 或 .docx 再报",
            "a file of another program",
            "save it as .xlsx or .docx",
        ),
    };
    Message {
        zh: format!("{what}（.{kind}）；{step}"),
        en: format!("{en_what} ({kind}), which is not read; {en_step}"),
    }
}
