//! Every rule of a run in one list: the built-in ones and those that plugins declare.

use huizong_schema::findings::Severity;

use crate::plugin_rule::PluginRule;
use crate::rule::Rule;
use crate::rules;

/// The rules of a run.
#[derive(Clone, Debug, Default)]
pub struct RuleIndex {
    declared: Vec<PluginRule>,
}

/// A rule, wherever it comes from.
#[derive(Clone, Copy)]
pub enum AnyRule<'l> {
    /// A rule of the registry.
    BuiltIn(&'static Rule),
    /// A rule of a plugin.
    PluginRule(&'l PluginRule),
}

impl RuleIndex {
    /// Creates the list of the built-in rules and the `declared` ones.
    pub fn with(mut declared: Vec<PluginRule>) -> Self {
        declared.sort_by(|a, b| a.id().cmp(b.id()));
        Self { declared }
    }

    /// Every rule: the built-in ones by id, then the plugins' by id.
    pub fn rules(&self) -> impl Iterator<Item = AnyRule<'_>> {
        let built_in = rules::ALL.iter().map(|rule| AnyRule::BuiltIn(rule));
        built_in.chain(self.declared.iter().map(AnyRule::PluginRule))
    }

    /// The rule of that id.
    pub fn find(&self, id: &str) -> Option<AnyRule<'_>> {
        rules::find(id)
            .map(AnyRule::BuiltIn)
            .or_else(|| self.declared.iter().find(|rule| rule.id() == id).map(AnyRule::PluginRule))
    }

    /// The title of the rule of that id, in Chinese and in English.
    pub fn title(&self, id: &str) -> Option<(&str, &str)> {
        self.find(id).map(AnyRule::title)
    }
}

impl<'l> AnyRule<'l> {
    /// Its id.
    pub fn id(self) -> &'l str {
        match self {
            Self::BuiltIn(rule) => rule.id,
            Self::PluginRule(rule) => rule.id(),
        }
    }

    /// The highest severity that its findings may have.
    pub fn severity(self) -> Severity {
        match self {
            Self::BuiltIn(rule) => rule.severity,
            Self::PluginRule(rule) => rule.declaration.severity,
        }
    }

    /// Its title, in Chinese and in English.
    pub fn title(self) -> (&'l str, &'l str) {
        match self {
            Self::BuiltIn(rule) => rules::title(rule),
            Self::PluginRule(rule) => (&rule.declaration.title.zh, &rule.declaration.title.en),
        }
    }
}
