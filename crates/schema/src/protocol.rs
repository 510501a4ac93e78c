//! What the tool and a plugin say to each other: manifest, request and answer, protocol 1.
//!
//! Members that a reader does not know are ignored on both sides, so that either may be newer than the other. What a
//! plugin cannot do without, it names in [`Requires::capabilities`].

mod answer;
mod manifest;
mod project;
mod request;

pub use answer::{Answer, Given, Measured, Reported};
pub use manifest::{
    AggregateDeclaration, AggregateUnit, ArgKind, Example, Expected, Manifest, Of, PluginInfo, Requires,
    RuleDeclaration, Status,
};
pub use project::Reads;
pub use request::{Limits, Request, Sent};

/// The protocol that this crate speaks.
pub const PROTOCOL: u32 = 1;

/// What a tool of this protocol offers, by the names that [`Requires::capabilities`] uses.
///
/// - `set`: ops 2 and 3 are called.
/// - `set-reads`: the manifest may say in `set_reads` what the set is projected to.
pub const CAPABILITIES: [&str; 2] = ["set", "set-reads"];

/// The version of the document's schema, as ranges are compared with it.
pub const SCHEMA_VERSION: &str = "1.0.0";

/// That version as documents name it: major and minor.
pub fn document_version() -> &'static str {
    SCHEMA_VERSION.rsplit_once('.').map_or(SCHEMA_VERSION, |(version, _)| version)
}

/// The locale that requests name. Always the same, so that no answer depends on who reads it.
pub const LOCALE: &str = "zh-CN";

/// The work that a plugin may be asked for, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum Op {
    /// A batch of documents, each by itself.
    CheckDocuments = 1,
    /// A batch of the set, in the order of the ids; nothing to answer.
    SetFeed = 2,
    /// The end of the set: the consolidation without its rows.
    SetFinish = 3,
}

impl Op {
    /// Every one, in order.
    pub const ALL: [Self; 3] = [Self::CheckDocuments, Self::SetFeed, Self::SetFinish];

    /// Its number in a request.
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// The one of that number.
    pub fn of(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|op| op.number() == number)
    }
}
