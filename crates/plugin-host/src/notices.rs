//! Notices about plugins.

use std::collections::BTreeMap;

use huizong_schema::findings::{Arg, Args, Message, Notice};

use crate::notice_kinds::{
    PLUGIN_DID_NOT_RUN, PLUGIN_FAILED, PLUGIN_FAILED_ON_DOCUMENT, PLUGIN_FINDINGS_DROPPED, PLUGIN_REFUSED,
    PLUGIN_REPLACED, PLUGIN_WEAKLY_ISOLATED,
};
use crate::refused::Refused;

fn args<const N: usize>(plugin: &str, more: [(&'static str, Arg); N]) -> Args {
    let mut args = Args::from(more);
    args.insert("plugin", Arg::Text(plugin.to_owned()));
    args
}

/// The notice that a plugin, named by its id or path, does not take part in the run.
pub fn refused(plugin: &str, why: &Refused) -> Notice {
    match why {
        Refused::Failed(_) => failed("load", plugin, why.message()),
        Refused::Unfit(_) => {
            PLUGIN_REFUSED.incomplete(None, args(plugin, [("reason", Arg::Words(why.message()))]))
        }
    }
}

/// The notice that a flag names a file other than the one pinned under this id.
pub fn replaced(plugin: &str) -> Notice {
    PLUGIN_REPLACED.notice(None, args(plugin, []))
}

/// The notice that the system cannot keep a plugin from doing harm.
pub(crate) fn weakly_isolated(plugin: &str, lacks: Message) -> Notice {
    PLUGIN_WEAKLY_ISOLATED.notice(None, args(plugin, [("lacks", Arg::Words(lacks))]))
}

fn failed(variant: &str, plugin: &str, reason: Message) -> Notice {
    PLUGIN_FAILED.variant(variant, None, args(plugin, [("reason", Arg::Words(reason))]), true)
}

/// The notice that no instance could be created.
pub(crate) fn not_created(plugin: &str, reason: Message) -> Notice {
    failed("create", plugin, reason)
}

/// The notice that the plugin's result about the set is lost.
pub(crate) fn set_lost(plugin: &str, reason: Message) -> Notice {
    failed("set", plugin, reason)
}

/// The notice that the plugin failed on this document.
pub(crate) fn failed_on(plugin: &str, document: &str, reason: Message) -> Notice {
    PLUGIN_FAILED_ON_DOCUMENT.incomplete(Some(document), args(plugin, [("reason", Arg::Words(reason))]))
}

/// The notice that the plugin was off before it saw this document.
pub(crate) fn did_not_run(plugin: &str, document: &str) -> Notice {
    PLUGIN_DID_NOT_RUN.incomplete(Some(document), args(plugin, []))
}

/// The number of different reasons for dropped findings that are counted separately in an answer.
const REASONS: usize = 100;

/// Dropped findings, counted by document and reason.
#[derive(Default)]
pub(crate) struct LeftOut(BTreeMap<(Option<String>, String), (Message, u64)>);

impl LeftOut {
    pub(crate) fn count(&mut self, document: Option<&str>, reason: Message) {
        // Reasons can quote the plugin; without a bound it could cause any number of notices.
        let is_one_more = self.0.len() >= REASONS;
        let mut key = (document.map(str::to_owned), reason.en.clone());
        let mut reason = reason;
        if is_one_more && !self.0.contains_key(&key) {
            reason = Message { zh: "还有其他原因".into(), en: "there are more reasons".into() };
            key = (None, reason.en.clone());
        }
        self.0.entry(key).or_insert((reason, 0)).1 += 1;
    }

    pub(crate) fn notices(self, plugin: &str) -> impl Iterator<Item = Notice> {
        self.0.into_iter().map(move |((document, _), (reason, count))| {
            let args = args(plugin, [("reason", Arg::Words(reason)), ("count", Arg::Count(count))]);
            PLUGIN_FINDINGS_DROPPED.incomplete(document.as_deref(), args)
        })
    }
}

/// The reason for dropping findings beyond the limit.
pub(crate) fn beyond(rule: &str, limit: usize) -> Message {
    Message {
        zh: format!("规则 {rule} 在一份表上的发现超过 {limit} 处，只保留前 {limit} 处"),
        en: format!("{rule} found more than {limit} in one document; the first {limit} are kept"),
    }
}

/// The reason why the set was not passed to a plugin.
pub(crate) fn is_off() -> Message {
    Message { zh: "此前已因多次失败停用".into(), en: "it was off after its failures".into() }
}

pub(crate) fn undeclared_aggregate(id: &str) -> Message {
    let id = huizong_core::shown_text(id);
    Message {
        zh: format!("统计项 {id} 没有在插件说明中声明"),
        en: format!("the aggregate {id} is not declared"),
    }
}

pub(crate) fn strange_group(id: &str, group: &BTreeMap<String, String>) -> Message {
    let shown = group.iter().map(|(by, of)| format!("{by}={of}")).collect::<Vec<_>>().join(" ");
    let shown = huizong_core::shown_text(&shown);
    Message {
        zh: format!("统计项 {id} 的分组“{shown}”不是名单上的列和值"),
        en: format!("the group {shown:?} of {id} is not a column of the roster with its value"),
    }
}

pub(crate) fn strange_value(id: &str, value: &str) -> Message {
    let value = huizong_core::shown_text(value);
    Message {
        zh: format!("统计项 {id} 的值“{value}”不对：要是插件说明中规定位数以内的十进制数，同一组只有一个"),
        en: format!(
            "{value:?} is wrong for {id}: a decimal with at most the declared number of decimals, one for each group"
        ),
    }
}
