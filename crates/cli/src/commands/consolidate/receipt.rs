//! The receipt of a run.

use std::path::Path;

use clap::ArgMatches;
use clap::parser::ValueSource;
use huizong_core::rules;
use huizong_schema::consolidation::Note;
use huizong_schema::publish;
use huizong_schema::receipt::{FileUsed, InputUsed, Output, PluginDigest, Receipt, Tool};
use serde_json::Value;

use super::super::Common;
use crate::digest::{digest, digest_of};
use crate::inputs::Input;
use crate::lists::Consulted;
use crate::pipeline::Batch;

/// Arguments that change no byte of a result.
const WITHOUT_TRACE: [&str; 5] = ["out", "jobs", "lang", "fail-on", "not-atomic"];

/// The arguments of a run as they would be typed again, paths last.
pub(super) fn arguments(args: &ArgMatches) -> Vec<String> {
    let mut flags = Vec::new();
    let mut ids: Vec<&str> = args.ids().map(clap::Id::as_str).collect();
    ids.sort_unstable();
    for id in ids {
        if WITHOUT_TRACE.contains(&id) || args.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        if args.try_get_one::<bool>(id).is_ok_and(|flag| flag.is_some()) {
            flags.push(format!("--{id}"));
            continue;
        }
        let mut values: Vec<_> =
            args.get_raw(id).into_iter().flatten().map(|value| value.to_string_lossy()).collect();
        if id == "formats" {
            // One list, which is split as it is read.
            values = vec![values.join(",").into()];
        }
        for value in values {
            flags.push(if id == "paths" { value.into_owned() } else { format!("--{id}={value}") });
        }
    }
    // A path may look like a flag.
    let (paths, mut flags): (Vec<String>, Vec<String>) =
        flags.into_iter().partition(|flag| !flag.starts_with("--"));
    flags.push("--".to_owned());
    flags.extend(paths);
    flags
}

/// What a run is made of, but for its outputs.
pub(super) fn receipt(
    args: &ArgMatches,
    common: &Common,
    (inputs, batch): (&[Input], &Batch),
    tool: Tool,
    (root, lang): (&Path, &str),
    (outputs, notices): (Vec<Output>, &[Note]),
) -> Receipt {
    let input = |(input, digest): (&Input, &crate::pipeline::Digest)| InputUsed {
        id: input.id.clone(),
        given: input.given,
        path: input.below.clone(),
        bytes: digest.bytes,
        blake3: digest.blake3.clone(),
    };
    let plugin = |plugin: &huizong_schema::consolidation::PluginUsed| PluginDigest {
        id: plugin.id.clone(),
        version: plugin.version.clone(),
        sha256: plugin.sha256.clone(),
        manifest_sha256: plugin.manifest_sha256.clone(),
    };
    let consulted =
        common.lists.consulted.iter().chain(common.profile.as_ref().and_then(|profile| profile.file()));
    Receipt {
        tool,
        schemas: publish::ALL
            .into_iter()
            .map(|schema| (schema.name.to_owned(), digest(schema.text().as_bytes())))
            .collect(),
        rules: digest(rules::as_text().as_bytes()),
        plugins: batch.plugins.iter().map(plugin).collect(),
        arguments: arguments(args),
        settings: Value::Object(common.settings.said.clone()),
        files: consulted.map(|consulted| file_used(consulted, root)).collect(),
        inputs: inputs.iter().zip(&batch.digests).map(input).collect(),
        notices: notices.to_vec(),
        root: root.to_string_lossy().into_owned(),
        out: args
            .get_one::<std::path::PathBuf>("out")
            .map(|out| out.to_string_lossy().into_owned())
            .unwrap_or_default(),
        settings_file: common.settings.file.as_ref().map(|file| file.to_string_lossy().into_owned()),
        lang: lang.to_owned(),
        ..Receipt::of_outputs(outputs)
    }
}

/// A file's path is told as seen from the working directory where it stands below that.
fn file_used(consulted: &Consulted, root: &Path) -> FileUsed {
    FileUsed {
        role: consulted.role.to_owned(),
        path: consulted.path.strip_prefix(root).unwrap_or(&consulted.path).to_string_lossy().into_owned(),
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
