//! The notices about plugins.

use huizong_core::{NoticeKind, Template};

/// Every notice, sorted by id.
pub static NOTICES: &[&NoticeKind] = &[
    &PLUGIN_DID_NOT_RUN,
    &PLUGIN_FAILED,
    &PLUGIN_FAILED_ON_DOCUMENT,
    &PLUGIN_FINDINGS_DROPPED,
    &PLUGIN_REFUSED,
    &PLUGIN_REPLACED,
    &PLUGIN_WEAKLY_ISOLATED,
];

/// A plugin was off after too many failures.
pub(crate) static PLUGIN_DID_NOT_RUN: NoticeKind = NoticeKind {
    id: "plugin-did-not-run",
    messages: &[Template::new(
        "插件 {plugin} 已因多次失败停用，没有检查这份表。",
        "The plugin {plugin} was off after its failures and did not check this document.",
    )],
    page: include_str!("notices/plugin-did-not-run.md"),
};

/// A plugin failed.
pub(crate) static PLUGIN_FAILED: NoticeKind = NoticeKind {
    id: "plugin-failed",
    messages: &[
        Template::variant(
            "create",
            "插件 {plugin} 启动失败：{reason}。",
            "The plugin {plugin} could not be started: {reason}.",
        ),
        Template::variant(
            "load",
            "插件 {plugin} 无法加载，它的规则没有检查任何表：{reason}。",
            "The plugin {plugin} could not be loaded, and its rules checked nothing: {reason}.",
        ),
        Template::variant(
            "set",
            "插件 {plugin} 对全部表的检查没有结果：{reason}。",
            "What the plugin {plugin} has to say about the set is lost: {reason}.",
        ),
    ],
    page: include_str!("notices/plugin-failed.md"),
};

/// A plugin failed on a document.
pub(crate) static PLUGIN_FAILED_ON_DOCUMENT: NoticeKind = NoticeKind {
    id: "plugin-failed-on-document",
    messages: &[Template::new(
        "插件 {plugin} 在这份表上失败：{reason}。内置规则和其他插件的结果不受影响。",
        "The plugin {plugin} failed on this document: {reason}. Built-in rules and other plugins are not affected.",
    )],
    page: include_str!("notices/plugin-failed-on-document.md"),
};

/// Findings of a plugin were dropped.
pub(crate) static PLUGIN_FINDINGS_DROPPED: NoticeKind = NoticeKind {
    id: "plugin-findings-dropped",
    messages: &[Template::new(
        "插件 {plugin} 的 {count} 处问题没有采用：{reason}。",
        "Findings of the plugin {plugin} that were left out: {count}. The reason: {reason}.",
    )],
    page: include_str!("notices/plugin-findings-dropped.md"),
};

/// A plugin was not run.
pub(crate) static PLUGIN_REFUSED: NoticeKind = NoticeKind {
    id: "plugin-refused",
    messages: &[Template::new(
        "插件 {plugin} 没有运行，它的规则没有检查任何表：{reason}。",
        "The plugin {plugin} was not run, and its rules checked nothing: {reason}.",
    )],
    page: include_str!("notices/plugin-refused.md"),
};

/// A file other than the pinned one was used for a plugin.
pub(crate) static PLUGIN_REPLACED: NoticeKind = NoticeKind {
    id: "plugin-replaced",
    messages: &[Template::new(
        "本次用 --plugin 指定的文件代替了设置中登记的插件 {plugin}。",
        "The file named by --plugin stands in for the plugin {plugin} that the settings pin.",
    )],
    page: include_str!("notices/plugin-replaced.md"),
};

/// The system cannot keep a plugin from doing harm.
pub(crate) static PLUGIN_WEAKLY_ISOLATED: NoticeKind = NoticeKind {
    id: "plugin-weakly-isolated",
    messages: &[Template::new(
        "本机不能完全隔离插件 {plugin}，拦不住它：{lacks}。请只用来源可靠的插件；要在这样的机器上拒绝插件，加 --require-isolation。",
        "This system cannot keep the plugin {plugin} from: {lacks}. Use only plugins whose source you trust, or refuse them here with --require-isolation.",
    )],
    page: include_str!("notices/plugin-weakly-isolated.md"),
};
