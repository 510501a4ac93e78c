//! Where each member of a document is in its file.

use std::collections::BTreeMap;

use huizong_schema::Pointer;
use huizong_schema::findings::{Finding, Location, Place};

/// Places by pointer. Readers also note where a missing member should be; the edge adds places to findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(BTreeMap<Pointer, Place>);

impl Origins {
    /// Notes the place of a member. The first place of a member is kept.
    pub fn note(&mut self, pointer: Pointer, place: Place) {
        self.0.entry(pointer).or_insert(place);
    }

    /// Whether a place is noted for this very member.
    pub fn holds(&self, pointer: &Pointer) -> bool {
        self.0.contains_key(pointer)
    }

    /// The place of a member, or else of the nearest member that contains it.
    pub fn place(&self, pointer: &Pointer) -> Option<&Place> {
        let mut at = pointer.clone();
        loop {
            if let Some(place) = self.0.get(&at) {
                return Some(place);
            }
            at = at.parent()?;
        }
    }

    /// Forgets the place of a member, so that another one can be noted.
    pub fn forget(&mut self, pointer: &Pointer) {
        self.0.remove(pointer);
    }

    /// Every member noted, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Pointer, &Place)> {
        self.0.iter()
    }

    /// Sets the location of each finding of a file.
    pub fn join(&self, file: &str, findings: &mut [Finding]) {
        for finding in findings {
            match &mut finding.location {
                // A finding may have its own place already.
                Some(location) => file.clone_into(&mut location.file),
                none => *none = Some(Location::new(file, self.place(&finding.pointer))),
            }
            for related in &mut finding.related {
                related.location = Some(Location::new(file, self.place(&related.pointer)));
            }
        }
    }
}
