//! Notices that core gives about its own work.

use huizong_schema::findings::{Arg, Args, Notice};

use crate::catalogue;
use crate::message::Template;

/// A notice of the catalogue.
pub fn notice(id: &'static str, document: Option<&str>, args: Args, incomplete: bool) -> Notice {
    notice_with(id, id, document, args, incomplete)
}

/// A notice with one of several messages: the catalogue's key for it.
pub fn notice_with(
    id: &'static str,
    message: &str,
    document: Option<&str>,
    args: Args,
    incomplete: bool,
) -> Notice {
    Notice {
        message: template(message).fill(&args),
        notice: id.into(),
        document: document.map(str::to_owned),
        location: None,
        args,
        incomplete,
    }
}

fn template(key: &str) -> Template {
    let (zh, en) = catalogue::template(key).unwrap_or_else(|| panic!("no message {key}"));
    Template::new(zh, en)
}

pub(crate) fn rule_crashed(document: &str, rule: &str) -> Notice {
    notice("rule-crashed", Some(document), Args::from([("rule", Arg::Text(rule.to_owned()))]), true)
}
