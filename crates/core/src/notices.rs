//! The notices that core raises.

use crate::message::Template;
use crate::notice::NoticeKind;

/// Every notice, sorted by id.
pub static NOTICES: &[&NoticeKind] = &[&IDENTICAL_COPY, &RULE_CRASHED];

/// Two documents are identical.
pub static IDENTICAL_COPY: NoticeKind = NoticeKind {
    id: "identical-copy",
    messages: &[Template::new(
        "与 {original} 内容完全相同，只计一次。",
        "The same document as {original}; counted once.",
    )],
    page: include_str!("notices/identical-copy.md"),
};

/// A rule itself failed.
pub static RULE_CRASHED: NoticeKind = NoticeKind {
    id: "rule-crashed",
    messages: &[Template::new(
        "规则 {rule} 自身出错，这份表没有做这项检查。这是程序的问题，请反馈给技术人员。",
        "The rule {rule} itself failed; this document was not checked by it. The fault is the program's: please report it.",
    )],
    page: include_str!("notices/rule-crashed.md"),
};
