//! A document as it was read, and everything that a file holds.

use huizong_core::{Origins, Reading, Source, Traits};
use huizong_schema::Draft;
use huizong_schema::findings::Notice;

use super::{Note, Shown};

/// One document as it was read.
#[derive(Debug)]
pub struct Read {
    /// The document, as far as it could be read.
    pub draft: Draft<'static>,
    /// What the reader saw besides.
    pub reading: Reading,
    /// What the form's profile says about its figures.
    pub traits: Traits,
    /// The profile by which it was read.
    pub profile: Option<String>,
    /// Where each member stands, or would stand.
    pub origins: Origins,
    /// What was done to values that did not stand as a document wants them, and what no label claims.
    pub notes: Vec<Note>,
    /// Notices about the reading; their location's file is left blank.
    pub notices: Vec<Notice>,
}

impl Read {
    /// A document of which nothing could be read.
    pub fn nothing(source: Source) -> Self {
        Self {
            draft: Draft::default(),
            reading: Reading { source, ..Reading::default() },
            traits: Traits::default(),
            profile: None,
            origins: Origins::default(),
            notes: Vec::new(),
            notices: Vec::new(),
        }
    }
}

/// Everything that a file holds.
#[derive(Debug)]
pub struct Contents {
    /// The documents; none only if nothing can be read of the file at all, which a notice says.
    pub documents: Vec<Read>,
    /// What the file shows, for excerpts.
    pub shown: Shown,
    /// Notices about the file as a whole, which is left blank in them.
    pub notices: Vec<Notice>,
}
