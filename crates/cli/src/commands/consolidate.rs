//! `huizong consolidate`.

mod evaluation;
mod links;
pub(crate) mod make;
mod outputs;
mod partial;
pub(crate) mod receipt;

use std::path::Path;

use huizong_core::Lang;
use huizong_run::inputs::refuse_absent;
use huizong_run::paths::{plain, relative};
use huizong_run::receipts::{receipt_of, root_of};
use huizong_schema::receipt::{ResultFormat, RunSpec};

use super::{exit_of, say_lists, say_notices};
use crate::args::ConsolidateArgs;
use crate::exit::{Error, Exit};
use crate::folder::Folder;
use crate::world::World;
use make::{Made, Making, make};

pub(super) fn run(args: &ConsolidateArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let mut making = Making {
        out: args.out.clone().unwrap_or_default(),
        jobs: args.inputs.jobs.jobs,
        fail_on: args.inputs.fail_on,
        require_isolation: args.inputs.reading.require_isolation,
        keeps_state: true,
        ..Making::default()
    };
    let run = match &args.update {
        None => args.run_spec(),
        Some(folder) => run_of(folder, &mut making, world)?,
    };
    refuse_absent(&run.paths, &world.directory)?;
    if let Some(file) = &args.partial {
        return partial::run(&run, &making, &args.piece, file, lang, world);
    }
    let folder = Folder::take(&world.directory.join(&making.out))?;
    let made = make(&run, &making, lang, world, &mut || folder.stage())?;
    say_made(&made, &run, folder, lang, world)
}

/// Returns what the result in a folder was asked for, and goes where it was made: an update does the same again.
fn run_of(folder: &Path, making: &mut Making, world: &mut World<'_>) -> Result<RunSpec, Error> {
    let (shown, target) = (folder.display(), world.directory.join(folder));
    let Some(receipt) = receipt_of(&target)? else {
        return Err(Error::new(
            format!(
                "{shown} 里没有可用的汇总记录，不能更新；请核对文件夹，或重新汇总：huizong consolidate 各部门的表 -o {shown}"
            ),
            format!(
                "{shown} has no receipt and cannot be updated: make it with huizong consolidate FORMS -o {shown}"
            ),
        ));
    };
    let root = plain(&root_of(&target, &receipt, &world.directory));
    let target = plain(&target);
    making.out = relative(&root, &target).into();
    making.update = Some(target);
    world.directory = root;
    Ok(receipt.run)
}

/// Puts a result that was made in its place, and says what to open and what was noticed.
pub(super) fn say_made(
    made: &Made,
    run: &RunSpec,
    folder: Folder,
    lang: Lang,
    world: &mut World<'_>,
) -> Result<Exit, Error> {
    let Made { common, outcome, shown } = made;
    let exit = exit_of(outcome, common.fail_on);
    let Some(shown) = shown else {
        // Nothing was read, perhaps because a path was mistyped: an earlier result is kept.
        say_lists(common, lang, world);
        say_notices(outcome, lang, world);
        world.complain(lang.pick("结果文件夹没有改动。\n", "The folder of the result was left as it was.\n"));
        return Ok(exit);
    };
    let placed = folder.place()?;
    world.say(shown)?;
    // An absolute path: it may be opened from another folder than the one the command ran in.
    let placed = dunce::canonicalize(&placed).unwrap_or(placed);
    world.say(&(what_to_open(&placed, &run.formats, lang) + "\n"))?;
    if run.to_evaluation.is_some() {
        let form = placed.join("evaluation.xlsx");
        let (label, form) =
            (lang.pick("各单位合并成的部门表：", "The form made of the units': "), form.display());
        world.say(&format!("{label}{form}{}\n", lang.pick("。", ".")))?;
    }
    say_lists(common, lang, world);
    say_notices(outcome, lang, world);
    common.say_settings(lang, world);
    Ok(exit)
}

/// The sentence that names the file to open first.
fn what_to_open(folder: &Path, formats: &[ResultFormat], lang: Lang) -> String {
    let first = [
        (ResultFormat::Html, "report.html"),
        (ResultFormat::Xlsx, "consolidation.xlsx"),
        (ResultFormat::Docx, "briefing.docx"),
        (ResultFormat::Csv, "departments.csv"),
        (ResultFormat::Json, "consolidation.json"),
    ];
    let file = first
        .into_iter()
        .find(|(format, _)| formats.contains(format))
        .map_or("receipt.json", |(_, file)| file);
    let path = folder.join(file);
    let others = [
        (ResultFormat::Xlsx, "Excel 汇总表是 consolidation.xlsx", "the workbook is consolidation.xlsx"),
        (ResultFormat::Docx, "一页的简报是 briefing.docx", "a briefing of one page is briefing.docx"),
    ];
    let others = others.iter().filter(|(format, ..)| file == "report.html" && formats.contains(format));
    let beside: Vec<&str> = others.map(|(_, zh, en)| lang.pick(*zh, *en)).collect();
    let beside = if beside.is_empty() {
        String::new()
    } else {
        lang.pick(
            format!("同一文件夹里，{}。", beside.join("，")),
            format!(" In the same folder, {}.", beside.join(" and ")),
        )
    };
    lang.pick(format!("请打开 {}。{beside}", path.display()), format!("Open {}.{beside}", path.display()))
}
