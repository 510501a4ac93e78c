//! The result of reading a file: its documents, and what it shows.

use huizong_core::{InputKind, Origins, Reading, Traits};
use huizong_schema::findings::Notice;
use huizong_schema::{Draft, Pointer};

use super::json::{Part, Places};
use super::{Note, Shown};
use crate::encoding::Decoded;

/// One document as it was read.
#[derive(Debug)]
pub struct Read {
    /// The document, as far as it could be read.
    pub draft: Draft<'static>,
    /// The reader's observations, for the rules.
    pub reading: Reading,
    /// The settings of the form's profile.
    pub traits: Traits,
    /// The profile by which it was read.
    pub profile: Option<String>,
    /// The place of each member, or the place where it is missing.
    pub origins: Origins,
    /// Values that were changed on the way, and cells that no label claims.
    pub notes: Vec<Note>,
    /// Notices about the reading; their location's file is left blank.
    pub notices: Vec<Notice>,
}

impl Read {
    /// A document that could not be read.
    pub fn nothing(source: InputKind) -> Self {
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

impl Read {
    /// Notes that bytes of a text could not be decoded, and the place of the first.
    pub fn not_decodable(&mut self, decoded: &Decoded, part: Part<'_>) {
        self.reading.undecodable = decoded.bad;
        let at = decoded.text.find('\u{fffd}').unwrap_or(0);
        // The finding is about the document as a whole: its place is the first bad character.
        let mut origins = Origins::default();
        origins.note(Pointer::root(), Places::new(part).at(at));
        for (pointer, place) in self.origins.iter() {
            origins.note(pointer.clone(), place.clone());
        }
        self.origins = origins;
    }
}

/// The content of a file.
#[derive(Debug)]
pub struct Contents {
    /// The documents; empty only if the file cannot be read at all, which a notice reports.
    pub documents: Vec<Read>,
    /// The file's text or cells, for excerpts.
    pub shown: Shown,
    /// Notices about the file as a whole; the file itself is left blank in them.
    pub notices: Vec<Notice>,
}
