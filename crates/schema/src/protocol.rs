//! The messages between the tool and a plugin: manifest, request and answer, protocol 1.
//!
//! Both sides ignore unknown members, so that either may be newer than the other. A plugin names what it requires in
//! [`Requires::capabilities`].

mod answer;
mod manifest;
mod project;
mod request;

pub use crate::choices::AggregateUnit;
pub use answer::{Answer, Given, Measured, Reported};
pub use manifest::{
    AggregateDeclaration, ArgKind, Example, Expected, Manifest, Of, PluginInfo, Requires, RuleDeclaration,
    Status,
};
pub use project::Reads;
pub use request::{Limits, Request, Sent};

/// The protocol that this crate speaks.
pub const PROTOCOL: u32 = 1;

/// The capabilities of this tool, by the names that [`Requires::capabilities`] uses.
///
/// - `set`: the tool calls ops 2 and 3.
/// - `set-reads`: the manifest may name in `set_reads` the members that the set reads.
pub const CAPABILITIES: [&str; 2] = ["set", "set-reads"];

/// The version of the document's schema, in full, to compare with version ranges.
pub const SCHEMA_VERSION: &str = "1.0.0";

/// The version of the document's schema as documents name it: major and minor.
pub fn document_version() -> &'static str {
    SCHEMA_VERSION.rsplit_once('.').map_or(SCHEMA_VERSION, |(version, _)| version)
}

/// The locale in requests. Always the same, so that no answer depends on the reader's language.
pub const LOCALE: &str = "zh-CN";

/// The work that a request asks of a plugin, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum Op {
    /// Checks a batch of documents, each by itself.
    CheckDocuments = 1,
    /// Feeds a batch of the set, in the order of the ids; there is no answer.
    SetFeed = 2,
    /// Ends the set, with the consolidation without its rows.
    SetFinish = 3,
}

impl Op {
    /// Every op, in order.
    pub const ALL: [Self; 3] = [Self::CheckDocuments, Self::SetFeed, Self::SetFinish];

    /// Its number in a request.
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// The op with this number.
    pub fn of(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|op| op.number() == number)
    }
}
