//! Reports a key project that several departments claim.

use std::collections::BTreeMap;

use huizong_plugin_sdk::{Document, Finding, Findings, normalise_name};

use crate::department::Department;

/// A name used by more departments than this names a kind of project.
const MANY: usize = 4;

/// The claims to each project, by its normalised name.
#[derive(Default)]
pub(crate) struct Projects(BTreeMap<String, Claims>);

#[derive(Default)]
struct Claims {
    name: String,
    /// The departments that claim it, with their documents.
    by: Vec<(Department, String)>,
    pointer: String,
}

impl Projects {
    pub(crate) fn feed(&mut self, document: &Document<'_>) {
        for (index, project) in document.draft.key_projects.iter().enumerate() {
            let Some(name) = project.name.as_deref() else { continue };
            let plain = normalise_name(name);
            // A name of a few characters names a kind of project.
            if plain.chars().count() < 4 {
                continue;
            }
            let claims = self.0.entry(plain.into_owned()).or_default();
            if claims.by.is_empty() {
                name.clone_into(&mut claims.name);
                claims.pointer = format!("/key_projects/{index}/name");
            }
            claims.by.push((Department::of(document.draft), document.id.to_owned()));
        }
    }

    pub(crate) fn finish(&self, findings: &mut Findings) {
        for claims in self.0.values() {
            // Count a department and its units once, as a department's form includes its units' projects.
            let mut claimants: Vec<&(Department, String)> = Vec::new();
            for claim in &claims.by {
                if !claimants.iter().any(|(known, _)| known.is_related_to(&claim.0)) {
                    claimants.push(claim);
                }
            }
            // A name with many claimants names a kind of project.
            if !(2..=MANY).contains(&claimants.len()) {
                continue;
            }
            let departments: Vec<&str> = claimants.iter().map(|(department, _)| &*department.name).collect();
            let documents = claimants.iter().map(|(_, document)| &**document);
            let finding = Finding::new("lens/key-project-claimed-twice", &*claims.pointer)
                .about(documents)
                .with("item", &*claims.name)
                .with("count", departments.len())
                .with("departments", departments.join("、"));
            findings.report(finding);
        }
    }
}
