//! `consolidate --partial`: what is known of some of the documents, in a file, until all are in.

use std::path::Path;

use huizong_core::Lang;
use huizong_report::terminal;
use huizong_run::compression::Compression;
use huizong_run::files::write_whole;
use huizong_run::inputs::{Begins, Found, Input, STDIN};
use huizong_run::partial::Partial;
use huizong_run::paths::plain;
use huizong_run::pipeline::{Job, collect};
use huizong_schema::partial::{PartialHead, VERSION};
use huizong_schema::receipt::{RunSpec, Tool};

use super::super::{Asked, Common, say_lists};
use super::make::{Making, find, keeps_alone, refuse_parquet, shows_documents, tool_of};
use super::receipt;
use crate::args::PieceArgs;
use crate::exit::{Error, Exit};
use crate::world::World;

/// Returns what a partial of this run was made by.
pub(super) fn head(
    common: &Common,
    run: &RunSpec,
    tool: Tool,
    has_contents: bool,
    world: &World<'_>,
) -> PartialHead {
    let plugins = common.plugins.loaded.iter().map(|plugin| receipt::plugin_digest(&plugin.used(0)));
    PartialHead {
        schema_version: VERSION.into(),
        tool,
        rules: huizong_run::digest::rules_digest(),
        plugins: plugins.collect(),
        run: run.clone(),
        settings: serde_json::Value::Object(common.settings.said.clone()),
        files: receipt::files_used(common, &plain(&world.directory)),
        plugin_isolation: common.plugins.isolation(),
        has_contents,
    }
}

/// Reads and checks the inputs, and writes what is kept of them.
pub(super) fn run(
    run: &RunSpec,
    making: &Making,
    piece: &PieceArgs,
    file: &Path,
    lang: Lang,
    world: &mut World<'_>,
) -> Result<Exit, Error> {
    refuse_parquet(run)?;
    let mut run = run.clone();
    let of = piece.of.as_deref();
    if of.is_some() != (run.paths == [Path::new(STDIN)]) {
        return Err(Error::new(
            "标准输入（-）的部分结果要用 --piece-of 写明是哪个文件的一段，--piece-of 也只能用于标准输入",
            "a partial of standard input (-) needs --piece-of, and --piece-of is only for standard input",
        ));
    }
    if let Some(of) = of {
        let shown = of.display();
        if Compression::of_name(&of.to_string_lossy()).1.is_some() {
            return Err(Error::new(
                format!("{shown} 是压缩文件，不能分段；请整个读取，或先解压"),
                format!("{shown} is compressed and has no pieces: read it whole, or decompress it first"),
            ));
        }
        run.paths = vec![of.to_owned()];
    }
    let tool = tool_of(world);
    let common = Common::new(&Asked::of_run(&run, making), lang, world)?;
    let found = match of {
        None => {
            let mut found = find(&common, making, world)?;
            if let Some((part, parts)) = piece.part {
                let each = found.inputs.len().div_ceil(parts);
                found.inputs = found.inputs.into_iter().skip((part - 1) * each).take(each).collect();
                // What the paths hold besides is noted once.
                if part > 1 {
                    found.unread.clear();
                }
            }
            found
        }
        Some(of) => {
            let id = of.file_name().unwrap_or(of.as_os_str()).to_string_lossy().into_owned();
            let begins = Begins { document: piece.document, line: piece.line };
            let input = Input { begins, ..Input::new(id, None, 0, String::new()) };
            Found { inputs: vec![input], unread: Vec::new() }
        }
    };
    let notices = common.notices_with(&found);
    let Found { inputs: found, unread } = found;
    let progress = Common::progress(&found, world);
    let has_contents = shows_documents(&run);
    let job = Job { digests: true, keeps: keeps_alone(has_contents), ..common.job(&progress) };
    let collected = collect(&found, notices, world.stdin, &job);
    let head = head(&common, &run, (*tool).clone(), has_contents, world);
    let used = receipt::inputs_used(&found, &collected.digests);
    let (count, shown) = (collected.rows.entries.len(), file.display());
    let skipped = common.notices_before().len();
    let mut partial = Partial::keep(&shown.to_string(), head, &collected, &used, skipped, &unread)?;
    partial.inputs.iter_mut().for_each(|(input, _)| input.piece = of.is_some());
    write_whole(&world.directory.join(file), &partial.to_bytes(common.jobs)?)?;
    world.say(&lang.pick(
        format!("读了 {count} 份表，部分结果写在 {shown}。各部分都做好后，请用 huizong merge 各部分结果 -o 结果 合并。\n"),
        format!("{count} documents were read; the partial is {shown}. Merge all partials: huizong merge PARTIAL... -o DIR\n"),
    ))?;
    say_lists(&common, lang, world);
    world.complain(&terminal::notices(&collected.rows.notices, lang, world.ids));
    let is_incomplete = collected.rows.notices.iter().any(|notice| notice.incomplete);
    Ok(if is_incomplete { Exit::Incomplete } else { Exit::Clean })
}
