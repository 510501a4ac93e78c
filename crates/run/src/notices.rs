//! The notices that the command raises, and those of all crates.

use huizong_core::{NoticeKind, Template};
use huizong_schema::findings::{Arg, Args, Notice};

/// Returns the kind of notice of that id, whichever crate raises it.
pub fn find(id: &str) -> Option<&'static NoticeKind> {
    all().find(|kind| kind.id == id)
}

/// Every kind of notice, crate by crate.
pub fn all() -> impl Iterator<Item = &'static NoticeKind> {
    let crates = [
        huizong_core::notices::NOTICES,
        huizong_forms::notices::NOTICES,
        huizong_engine::notices::NOTICES,
        huizong_plugin_host::NOTICES,
        NOTICES,
    ];
    crates.into_iter().flatten().copied()
}

static NOTICES: &[&NoticeKind] = &[&INPUT_CHANGED, &KIND_NOT_SUPPORTED, &RESULT_CHANGED];

/// A file changed after it was added up.
pub static INPUT_CHANGED: NoticeKind = NoticeKind {
    id: "input-changed",
    messages: &[Template::new(
        "这个文件在汇总之后改动过，与汇总记录中的不同。",
        "The file was changed since it was added up: it is not the one of the receipt.",
    )],
    page: include_str!("notices/input-changed.md"),
};

/// A kind of file that is not supported.
static KIND_NOT_SUPPORTED: NoticeKind = NoticeKind {
    id: "kind-not-supported",
    messages: &[Template::new("没有读取：{reason}。", "It was not read: {reason}.")],
    page: include_str!("notices/kind-not-supported.md"),
};

/// Creates the notice that a file was not read for its kind, which its name's ending says.
pub fn kind_not_supported(document: &str, incomplete: bool) -> Notice {
    let ending = document.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let args = Args::from([("reason", Arg::Words(huizong_forms::why_not_read(&ending)))]);
    KIND_NOT_SUPPORTED.unread(Some(document), args, incomplete)
}

/// A result was changed.
pub static RESULT_CHANGED: NoticeKind = NoticeKind {
    id: "result-changed",
    messages: &[Template::new(
        "写出之后被改动过，与同一文件夹里的汇总记录不符。",
        "It was changed after it was written: it is not what the receipt beside it says.",
    )],
    page: include_str!("notices/result-changed.md"),
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_notice_has_an_id_of_its_own_a_page_and_messages_in_both_languages() {
        let mut ids = BTreeSet::new();
        for kind in all() {
            assert!(ids.insert(kind.id), "{} is declared twice", kind.id);
            let mut blocks = kind.page.split("\n\n");
            assert_eq!(blocks.next(), Some(format!("# {}", kind.id).as_str()));
            let is_chinese = |text: &str| text.chars().next().is_some_and(|c| !c.is_ascii());
            for heading in ["", "## 什么意思 · What it means", "## 怎么办 · What to do"] {
                if heading.is_empty() {
                    let (zh, en) =
                        blocks.next().and_then(|title| title.split_once(" · ")).unwrap_or_default();
                    assert!(is_chinese(zh) && !is_chinese(en), "{}: title", kind.id);
                    continue;
                }
                assert_eq!(blocks.next(), Some(heading), "{}", kind.id);
                assert!(blocks.next().is_some_and(is_chinese), "{}: {heading} in Chinese", kind.id);
                assert!(blocks.next().is_some_and(|text| !is_chinese(text)), "{}: {heading}", kind.id);
            }
            assert_eq!(blocks.next(), None, "{}", kind.id);
            assert!(!kind.messages.is_empty());
            for message in kind.messages {
                assert!(!message.zh.is_empty() && !message.en.is_empty(), "{}", kind.id);
            }
        }
    }
}
