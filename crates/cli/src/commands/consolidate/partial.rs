//! `consolidate --partial`: what is known of some of the documents, in a file, until all are in.

use std::path::Path;

use huizong_core::Lang;
use huizong_run::files::write_whole;
use huizong_run::inputs::{Begins, Input, STDIN};
use huizong_run::partial::{Contents, contents, write};
use huizong_run::paths::plain;
use huizong_run::pipeline::reread::{Kept, changed};
use huizong_run::pipeline::{Collected, Job, collect};
use huizong_schema::findings::Notice;
use huizong_schema::partial::{PartialHead, VERSION};
use huizong_schema::receipt::{RunSpec, Tool};

use super::super::{Asked, Common, say_lists, say_notice};
use super::make::{Making, find, is_read_again, refuse_parquet, tool_of};
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

/// Reads again the documents that can be counted, for the formats that show what is in them.
pub(super) fn contents_of(
    inputs: &[Input],
    stdin: &mut dyn std::io::Read,
    common: &Common,
    collected: &Collected<'_>,
) -> Result<Contents, Error> {
    let (kept, again) = contents(inputs, stdin, &common.options, &collected.rows);
    let then: Vec<Option<String>> = collected.digests.iter().map(|digest| digest.blake3.clone()).collect();
    match changed(inputs, &then, &again).first() {
        None => Ok(kept),
        Some(changed) => Err(was_changed(changed)),
    }
}

/// The error that an input is not what it was when it was read first.
pub(super) fn was_changed(notice: &Notice) -> Error {
    let name = notice.document.clone().unwrap_or_default();
    Error::new(
        format!("{name} 在汇总途中被改动，没有写出结果；请再运行一次"),
        format!("{name} was changed while it was added up, and no result was written: run it again"),
    )
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
        run.paths = vec![of.to_owned()];
    }
    let tool = tool_of(world);
    let common = Common::new(&Asked::of_run(&run, making), lang, world)?;
    let (found, notices) = match of {
        None => {
            let (mut found, mut notices) = find(&common, making, world)?;
            if let Some((part, parts)) = piece.part {
                let each = found.len().div_ceil(parts);
                found = found.into_iter().skip((part - 1) * each).take(each).collect();
                // What the paths hold besides is noted once.
                notices.truncate(if part == 1 { notices.len() } else { common.notices_before().len() });
            }
            (found, notices)
        }
        Some(of) => {
            let id = of.file_name().unwrap_or(of.as_os_str()).to_string_lossy().into_owned();
            let begins = Begins { document: piece.document, line: piece.line };
            (vec![Input { begins, ..Input::new(id, None, 0, String::new()) }], common.notices_before())
        }
    };
    let progress = Common::progress(&found, world);
    let job = Job { digests: true, by_members: true, ..common.job(&progress) };
    let has_contents = is_read_again(&run);
    let mut kept_contents = Contents::new();
    let collected = if has_contents {
        let mut stdin = Kept::new(&mut *world.stdin)?;
        let collected = collect(&found, notices, &mut stdin, &job);
        kept_contents = contents_of(&found, &mut stdin.again()?, &common, &collected)?;
        collected
    } else {
        collect(&found, notices, world.stdin, &job)
    };
    let head = head(&common, &run, (*tool).clone(), has_contents, world);
    let used = receipt::inputs_used(&found, &collected.digests);
    let mut bytes = Vec::new();
    write(&mut bytes, head, &collected, &used, common.notices_before().len(), &kept_contents)?;
    write_whole(&world.directory.join(file), &bytes)?;
    let (count, shown) = (collected.rows.entries.len(), file.display());
    world.say(&lang.pick(
        format!("读了 {count} 份表，部分结果写在 {shown}。各部分都做好后，请用 huizong merge 各部分结果 -o 结果 合并。\n"),
        format!("{count} documents were read; the partial is {shown}. Merge all partials: huizong merge PARTIAL... -o DIR\n"),
    ))?;
    say_lists(&common, lang, world);
    for notice in &collected.rows.notices {
        say_notice(notice, lang, world);
    }
    let is_incomplete = collected.rows.notices.iter().any(|notice| notice.incomplete);
    Ok(if is_incomplete { Exit::Incomplete } else { Exit::Clean })
}
