//! The receipt of a run.

use std::path::Path;

use huizong_run::digest::{digest, digest_of, rules_digest};
use huizong_run::inputs::Input;
use huizong_run::lists::Consulted;
use huizong_run::paths::{plain, relative};
use huizong_run::pipeline::{Digest, Outcome};
use huizong_schema::consolidation::{Note, PluginUsed};
use huizong_schema::publish;
use huizong_schema::receipt::{FileUsed, InputUsed, Output, PluginDigest, Receipt, RunSpec, Tool};
use serde_json::Value;

use super::super::Common;

/// Where and in which language a run takes place: recorded, and not compared.
pub(super) struct Place<'p> {
    pub(super) root: &'p Path,
    pub(super) out: &'p Path,
    pub(super) lang: &'static str,
}

/// The receipt of a run.
pub(super) fn receipt(
    run: &RunSpec,
    common: &Common,
    (inputs, outcome): (&[Input], &Outcome),
    tool: Tool,
    place: &Place<'_>,
    (outputs, notices): (Vec<Output>, &[Note]),
) -> Receipt {
    let root = plain(place.root);
    let out = plain(&place.root.join(place.out));
    Receipt {
        tool,
        schemas: publish::ALL
            .into_iter()
            .map(|schema| (schema.name.to_owned(), digest(schema.text().as_bytes())))
            .collect(),
        rules: rules_digest(),
        plugins: outcome.plugins.used.iter().map(plugin_digest).collect(),
        run: run.clone(),
        settings: Value::Object(common.settings.said.clone()),
        files: files_used(common, &root),
        inputs: inputs_used(inputs, &outcome.digests),
        plugin_isolation: common.plugins.isolation(),
        notices: notices.to_vec(),
        root: relative(&out, &root),
        out: relative(&root, &out),
        settings_file: common.settings.file.as_ref().map(|file| relative(&root, &plain(file))),
        lang: place.lang.to_owned(),
        ..Receipt::of_outputs(outputs)
    }
}

/// The inputs and their digests.
pub(super) fn inputs_used(inputs: &[Input], digests: &[Digest]) -> Vec<InputUsed> {
    let used = |(input, digest): (&Input, &Digest)| InputUsed {
        id: input.id.clone(),
        given: input.given,
        path: input.below.clone(),
        bytes: digest.bytes,
        blake3: digest.blake3.clone(),
    };
    inputs.iter().zip(digests).map(used).collect()
}

/// A plugin and its digests.
pub(super) fn plugin_digest(plugin: &PluginUsed) -> PluginDigest {
    PluginDigest {
        id: plugin.id.clone(),
        version: plugin.version.clone(),
        sha256: plugin.sha256.clone(),
        manifest_sha256: plugin.manifest_sha256.clone(),
    }
}

/// The files read besides the inputs.
pub(super) fn files_used(common: &Common, root: &Path) -> Vec<FileUsed> {
    let profile = common.profile.as_ref().and_then(|profile| profile.file());
    common.lists.consulted.iter().chain(profile).map(|consulted| file_used(consulted, root)).collect()
}

fn file_used(consulted: &Consulted, root: &Path) -> FileUsed {
    FileUsed {
        role: consulted.role.to_owned(),
        path: relative(root, &plain(&root.join(&consulted.path))),
        bytes: consulted.bytes.len() as u64,
        blake3: digest(&consulted.bytes),
    }
}

/// The command's own file.
pub(super) fn tool(program: &Path) -> Tool {
    Tool {
        name: "huizong".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        blake3: digest_of(program).map(|(_, digest)| digest).unwrap_or_default(),
    }
}
