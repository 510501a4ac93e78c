//! Lists rules and notices for programs.

use huizong_core::{AnyRule, Lang, NoticeKind, RuleIndex, Template};
use huizong_schema::check_report::ToolVersion;
use huizong_schema::findings::Message;
use huizong_schema::protocol::Of;
use huizong_schema::rule_list::{ListedMessage, ListedNotice, ListedRule, RuleList};

use crate::page;

/// This program, as outputs name it.
pub fn tool() -> ToolVersion {
    ToolVersion { name: "huizong".into(), version: env!("CARGO_PKG_VERSION").into() }
}

/// The list of the rules for which `is_wanted` returns true, and of these notices.
pub fn rule_list<'n>(
    rule_index: &RuleIndex,
    is_wanted: impl Fn(&str) -> bool,
    notices: impl IntoIterator<Item = &'n NoticeKind>,
    rules_digest: String,
) -> RuleList {
    let rules = rule_index.rules().filter(|rule| is_wanted(rule.id())).map(listed);
    let mut notices: Vec<ListedNotice> = notices.into_iter().map(listed_notice).collect();
    notices.sort_by(|a, b| a.id.cmp(&b.id));
    RuleList {
        schema_version: "1.0".into(),
        kind: "rules".into(),
        tool: tool(),
        rules_digest,
        rules: rules.collect(),
        notices,
    }
}

fn listed(rule: AnyRule<'_>) -> ListedRule {
    let page = Message { zh: page::page(rule, Lang::Zh), en: page::page(rule, Lang::En) };
    let (zh, en) = rule.title();
    let title = both(zh, en);
    match rule {
        AnyRule::BuiltIn(rule) => ListedRule {
            id: rule.id.to_owned(),
            plugin: None,
            since: rule.since.to_owned(),
            severity: rule.severity,
            scope: if rule.is_about_set() { Of::Set } else { Of::Document },
            title,
            messages: messages(rule.messages),
            args: args(rule.messages),
            reads: (!rule.read_set().is_empty())
                .then(|| rule.read_set().into_iter().map(str::to_owned).collect()),
            excludes: rule.excludes.map(|exclusion| exclusion.state.as_str().into()),
            page,
        },
        AnyRule::PluginRule(rule) => {
            let of = &rule.declaration;
            ListedRule {
                id: of.id.clone(),
                plugin: Some(rule.plugin.id.clone()),
                since: of.since.clone(),
                severity: of.severity,
                scope: of.scope,
                title,
                messages: vec![ListedMessage {
                    variant: None,
                    zh: of.message.zh.clone(),
                    en: of.message.en.clone(),
                }],
                args: of.args.keys().cloned().collect(),
                reads: Some(rule.reads.clone().unwrap_or_else(|| vec![String::new()])),
                excludes: None,
                page,
            }
        }
    }
}

fn listed_notice(kind: &NoticeKind) -> ListedNotice {
    let (zh, en) = kind.title();
    ListedNotice {
        id: kind.id.into(),
        title: both(zh, en),
        messages: messages(kind.messages),
        args: args(kind.messages),
        page: Message { zh: page::notice(kind, Lang::Zh), en: page::notice(kind, Lang::En) },
    }
}

fn both(zh: &str, en: &str) -> Message {
    Message { zh: zh.to_owned(), en: en.to_owned() }
}

fn messages(templates: &[Template]) -> Vec<ListedMessage> {
    let listed = |template: &Template| ListedMessage {
        variant: (!template.variant.is_empty()).then(|| template.variant.into()),
        zh: template.zh.to_owned(),
        en: template.en.to_owned(),
    };
    templates.iter().map(listed).collect()
}

fn args(templates: &[Template]) -> Vec<String> {
    page::args(templates).into_iter().map(str::to_owned).collect()
}
