//! A plugin's manifest.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::choices::choice;
use crate::findings::{Message, Severity};
use crate::pointer::Pointer;
use crate::protocol::Given;

/// What a plugin is, what it reads, and which rules and aggregates it brings. The same at every call of `describe`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "插件说明 / Manifest")]
pub struct Manifest {
    /// The protocol that the plugin speaks: 1.
    pub protocol: u32,
    /// Who it is.
    pub plugin: PluginInfo,
    /// What it cannot do without.
    #[serde(default)]
    pub requires: Requires,
    /// The work that it can be asked for: 1 check_documents, 2 set_feed, 3 set_finish.
    pub ops: Vec<u32>,
    /// The members that it reads of a document: JSON Pointers, `*` standing for each item. Absent: whole documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reads: Option<Vec<String>>,
    /// The same for the set (op 2), where that needs other members. Absent: as `reads`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_reads: Option<Vec<String>>,
    /// The JSON Schema of its configuration. Absent: it takes none but an empty object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config_schema: Option<Value>,
    /// Its rules.
    #[serde(default)]
    pub rules: Vec<RuleDeclaration>,
    /// What it measures of the set.
    #[serde(default)]
    pub aggregates: Vec<AggregateDeclaration>,
}

/// Who a plugin is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PluginInfo {
    /// Its name: kebab-case, at most 64 characters. Its rules and aggregates begin with it.
    #[schemars(regex(pattern = "^[a-z](?:-?[a-z0-9])*$"), length(max = 64))]
    pub id: String,
    /// Its version: major.minor.patch. A manifest never changes under one version.
    pub version: String,
    /// Who made it.
    #[serde(default)]
    pub vendor: String,
    /// The licence that it is under.
    #[serde(default)]
    pub license: String,
}

/// What a plugin cannot do without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Requires {
    /// The versions of the document's schema that it reads, such as `>=1.0, <2.0`.
    #[serde(default = "any_of_major_1")]
    pub schema: String,
    /// Capabilities of the protocol. One that the tool does not know is a reason not to load.
    #[serde(default)]
    pub capabilities: Vec<String>,
}

fn any_of_major_1() -> String {
    "^1.0".into()
}

impl Default for Requires {
    fn default() -> Self {
        Self { schema: any_of_major_1(), capabilities: Vec::new() }
    }
}

choice! {
    /// How stable a rule is.
    Status {
        /// It will not change.
        Stable = "stable",
        /// It may change or be removed.
        Preview = "preview",
        /// It will be removed.
        Deprecated = "deprecated",
    }
}

choice! {
    /// What a rule is about.
    Of {
        /// One document at a time.
        Document = "document",
        /// All documents together.
        Set = "set",
    }
}

choice! {
    /// The kind of a message's argument, which determines how it is written and shown.
    ArgKind {
        /// A decimal string: of a document, in its unit; of the set, in 元.
        Amount = "amount",
        /// A decimal string in percent.
        Percent = "percent",
        /// A decimal string of points.
        Points = "points",
        /// A whole number, not negative.
        Count = "count",
        /// A text.
        Text = "text",
    }
}

/// A rule that a plugin brings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleDeclaration {
    /// The plugin's id, a slash, and a name of the defect in kebab-case, such as `tianhe/key-project-missing`.
    pub id: String,
    /// The plugin's version that brought it.
    #[serde(default)]
    pub since: String,
    /// How settled it is.
    #[serde(default = "stable")]
    pub status: Status,
    /// The gravest severity that its findings may have. An error only where the form's own notes or its arithmetic
    /// say *must*.
    pub severity: Severity,
    /// What it is about.
    #[serde(default = "of_a_document")]
    pub scope: Of,
    /// What it is called.
    pub title: Message,
    /// What it checks and why, in a few sentences.
    #[serde(default)]
    pub summary: Message,
    /// More of that: paragraphs, parted by an empty line.
    #[serde(default)]
    pub docs: Message,
    /// What it rests on: a form's note, a notice, a standard.
    #[serde(default)]
    pub basis: Message,
    /// The message: `{name}` puts an argument in, `{{` is a brace, nothing else is special.
    pub message: Message,
    /// The arguments of the message, by name.
    #[serde(default)]
    pub args: BTreeMap<String, ArgKind>,
    /// What it finds in examples. They are run as tests.
    #[serde(default)]
    pub examples: Vec<Example>,
}

fn stable() -> Status {
    Status::Stable
}

fn of_a_document() -> Of {
    Of::Document
}

/// A document, or a set of them, and what the rule finds in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Example {
    /// A whole document; for a rule about the set an array of them, whose ids are `1`, `2` and so on.
    pub input: Value,
    /// The plugin's configuration, where it is not the empty object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Value>,
    /// What the rule finds. Empty: nothing.
    pub expect: Vec<Expected>,
}

/// A finding that an example leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Expected {
    /// For a rule about the set: the ids of the documents concerned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// The member concerned.
    pub pointer: Pointer,
    /// The arguments; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub args: Option<BTreeMap<Cow<'static, str>, Given>>,
}

choice! {
    /// The unit of an aggregate.
    AggregateUnit {
        /// Percent.
        Percent = "percent",
        /// Yuan: 元.
        Cny = "CNY",
        /// Ten thousand yuan: 万元.
        Cny10k = "CNY_10K",
        /// Points.
        Points = "points",
        /// A number of things.
        Count = "count",
    }
}

/// Something that a plugin measures of the set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AggregateDeclaration {
    /// The plugin's id, a slash, and a name in kebab-case.
    pub id: String,
    /// What it is called.
    pub title: Message,
    /// What it is counted in.
    pub unit: AggregateUnit,
    /// How many decimals its values have at most.
    pub scale: u32,
    /// How it is computed and over what.
    #[serde(default)]
    pub docs: Message,
}
