//! `huizong consolidate`.

mod evaluation;
mod links;
pub(crate) mod make;
mod outputs;
pub(crate) mod receipt;

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use huizong_core::Lang;
use huizong_schema::receipt::{ResultFormat, RunSpec};

use super::{exit_of, flag, say_notices};
use crate::exit::{Error, Exit};
use crate::folder::Folder;
use crate::world::World;
use make::{Made, Making, make};

pub(super) fn run(args: &ArgMatches, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let run = run_spec(args);
    let making = Making {
        out: args.get_one::<PathBuf>("out").cloned().unwrap_or_default(),
        jobs: flag::<u16>(args, "jobs").copied(),
        fail_on: flag::<String>(args, "fail-on").map(String::as_str),
        ..Making::default()
    };
    let folder = Folder::take(&world.directory.join(&making.out), args.get_flag("not-atomic"))?;
    let made = make(&run, &making, lang, world, &mut || folder.stage())?;
    let Made { common, batch, shown } = &made;
    let exit = exit_of(batch, common.fail_on);
    let Some(shown) = shown else {
        // Nothing was read, perhaps because a path was mistyped: an earlier result stays as it is.
        say_notices(batch, lang, world);
        world.complain(lang.pick("结果文件夹没有改动。\n", "The folder of the result was left as it was.\n"));
        return Ok(exit);
    };
    let placed = folder.place()?;
    world.stdout.write_all(shown.as_bytes())?;
    // Whole: who reads it may stand in another folder than the one the command ran in.
    let placed = std::fs::canonicalize(&placed).unwrap_or(placed);
    writeln!(world.stdout, "{}", what_to_open(&placed, &run.formats, lang))?;
    if run.to_evaluation.is_some() {
        let form = placed.join("evaluation.xlsx");
        let (label, form) = (lang.pick("并成的表：", "The form made of the units': "), form.display());
        writeln!(world.stdout, "{label}{form}{}", lang.pick("。", "."))?;
    }
    say_notices(batch, lang, world);
    common.say_settings(&batch.entries, lang, world);
    Ok(exit)
}

/// What the arguments ask for.
fn run_spec(args: &ArgMatches) -> RunSpec {
    let path = |name| flag::<PathBuf>(args, name).cloned();
    let text = |name| flag::<String>(args, name).cloned();
    let paths = |name| args.get_many::<PathBuf>(name).into_iter().flatten().cloned().collect();
    RunSpec {
        paths: paths("paths"),
        formats: args.get_many::<ResultFormat>("formats").into_iter().flatten().copied().collect(),
        roster: path("roster"),
        books: path("books"),
        previous: path("previous"),
        template: path("template"),
        group_by: args.get_many("group-by").into_iter().flatten().cloned().collect(),
        year: flag::<u16>(args, "year").copied(),
        profile: text("profile"),
        plugins: paths("plugin"),
        in_process: args.get_flag("in-process"),
        exclude_errors: args.get_flag("exclude-errors"),
        to_evaluation: text("to-evaluation"),
    }
}

/// What to look at first.
fn what_to_open(folder: &Path, formats: &[ResultFormat], lang: Lang) -> String {
    let first = [
        (ResultFormat::Html, "report.html"),
        (ResultFormat::Xlsx, "consolidation.xlsx"),
        (ResultFormat::Csv, "departments.csv"),
        (ResultFormat::Json, "consolidation.json"),
    ];
    let file = first
        .into_iter()
        .find(|(format, _)| formats.contains(format))
        .map_or("receipt.json", |(_, file)| file);
    let path = folder.join(file);
    let beside = if file == "report.html" && formats.contains(&ResultFormat::Xlsx) {
        lang.pick(
            "要在 Excel 里看，打开同一文件夹的 consolidation.xlsx。",
            " For a spreadsheet, open consolidation.xlsx in the same folder.",
        )
    } else {
        ""
    };
    lang.pick(format!("请打开 {}。{beside}", path.display()), format!("Open {}.{beside}", path.display()))
}
