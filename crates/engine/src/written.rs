//! Documents written again: as JSON, or as forms.

use huizong_forms::profile::{Profile, built_in};
use huizong_forms::{Format, best_profile};
use huizong_schema::findings::Notice;

use crate::document::Checked;

/// The profile to write a document by: the one asked for, else the one that it was read by, else the one that shows most of it.
pub fn profile_to_write<'p>(asked: Option<&'p Profile>, document: &Checked<'_>) -> &'p Profile {
    let own = || built_in().iter().find(|profile| Some(&*profile.id) == document.profile());
    asked.or_else(own).unwrap_or_else(|| best_profile(&document.draft()))
}

/// Writes documents as JSON: a single one on several lines, several ones on a line each.
pub fn to_json(documents: &[&Checked<'_>], several: bool) -> Vec<u8> {
    let mut out = Vec::new();
    for document in documents {
        let draft = document.draft();
        let written = if several {
            serde_json::to_writer(&mut out, &draft)
        } else {
            serde_json::to_writer_pretty(&mut out, &draft)
        };
        written.expect("a draft is JSON");
        out.push(b'\n');
    }
    out
}

/// Documents written as forms.
#[derive(Debug)]
pub struct Forms {
    /// The file.
    pub bytes: Vec<u8>,
    /// What is not in it as it was in the documents.
    pub notices: Vec<Notice>,
}

/// Writes documents as forms, one after the other. Returns [`None`] if there is no document, or the profile has no layout.
pub fn to_forms(documents: &[&Checked<'_>], profile: Option<&Profile>, format: Format) -> Option<Forms> {
    let drafts: Vec<_> = documents.iter().map(|document| document.draft().into_owned()).collect();
    let written = huizong_forms::write(&drafts, profile_to_write(profile, documents.first()?), format)?;
    let named = |(document, notices): (&&Checked<'_>, Vec<Notice>)| {
        let id = document.id().to_owned();
        notices.into_iter().map(move |notice| Notice { document: Some(id.clone()), ..notice })
    };
    let notices = documents.iter().zip(written.notices).flat_map(named).collect();
    Some(Forms { bytes: written.bytes, notices })
}
