//! Note 2: a department collects its units' reports and hands them in as one form.

use std::collections::{BTreeMap, BTreeSet};

use huizong_plugin_sdk::schema::Scope;
use huizong_plugin_sdk::{Document, End, Finding, Findings, normalise_name};

/// The names and codes of consolidated forms as printed, and the units' forms by their parent department.
#[derive(Default)]
pub(crate) struct Units {
    consolidated: Vec<String>,
    below: BTreeMap<String, Below>,
}

#[derive(Default)]
struct Below {
    /// The parent department, as the first unit names it.
    parent: String,
    documents: Vec<String>,
}

impl Units {
    pub(crate) fn feed(&mut self, document: &Document<'_>) {
        let Some(department) = &document.draft.department else { return };
        if department.scope == Some(Scope::Consolidated) {
            let known = [department.name.as_deref(), department.code.as_deref()];
            self.consolidated.extend(known.into_iter().flatten().map(str::to_owned));
        }
        // Some departments enter themselves as their own parent.
        let is_itself = |parent: &&str| {
            let itself = [department.name.as_deref(), department.code.as_deref()];
            itself.into_iter().flatten().any(|own| normalise_name(own) == normalise_name(parent))
        };
        if let Some(parent) = department.parent.as_deref().filter(|parent| !is_itself(parent)) {
            let below = self.below.entry(normalise_name(parent).into_owned()).or_default();
            if below.documents.is_empty() {
                parent.clone_into(&mut below.parent);
            }
            below.documents.push(document.id.to_owned());
        }
    }

    pub(crate) fn finish(&mut self, end: &End<'_>, findings: &mut Findings) {
        if self.below.is_empty() {
            return;
        }
        let consolidated: BTreeSet<_> = self.consolidated.iter().map(|name| normalise_name(name)).collect();
        let is_there = |parent: &str| consolidated.contains(parent);
        let alone = self.below.iter().filter(|(parent, _)| !is_there(parent));
        let is_copy = |id: &str| {
            let at = end.documents.binary_search_by(|document| document.id.cmp(id));
            at.is_ok_and(|at| end.documents[at].excluded == Some("identical-copy"))
        };
        for (_, below) in alone {
            let documents: Vec<&str> =
                below.documents.iter().map(String::as_str).filter(|id| !is_copy(id)).collect();
            let finding = Finding::new("tianhe/not-consolidated", "/department/parent")
                .about(documents.iter().copied())
                .with("count", documents.len())
                .with("parent", below.parent.as_str());
            findings.report(finding);
        }
    }
}
