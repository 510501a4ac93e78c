//! `huizong consolidate`.

mod evaluation;
mod links;
pub(crate) mod make;
mod outputs;
pub(crate) mod receipt;

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use huizong_core::Lang;

use super::{exit_of, say_notices};
use crate::exit::{Error, Exit};
use crate::folder::Folder;
use crate::world::World;
use make::{Made, Otherwise, make};

pub(super) fn run(args: &ArgMatches, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let out = args.get_one::<PathBuf>("out").map(|out| world.directory.join(out)).unwrap_or_default();
    let folder = Folder::take(&out, args.get_flag("not-atomic"))?;
    let made = make(args, &Otherwise::default(), lang, world, &mut || folder.stage())?;
    let Made { common, formats, batch, shown } = &made;
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
    writeln!(world.stdout, "{}", what_to_open(&placed, formats, lang))?;
    if args.contains_id("to-evaluation") {
        let form = placed.join("evaluation.xlsx");
        let (label, form) = (lang.pick("并成的表：", "The form made of the units': "), form.display());
        writeln!(world.stdout, "{label}{form}{}", lang.pick("。", "."))?;
    }
    say_notices(batch, lang, world);
    common.say_settings(&batch.entries, lang, world);
    Ok(exit)
}

/// What to look at first.
fn what_to_open(folder: &Path, formats: &[String], lang: Lang) -> String {
    let first = [
        ("html", "report.html"),
        ("xlsx", "consolidation.xlsx"),
        ("csv", "departments.csv"),
        ("json", "consolidation.json"),
    ];
    let wants = |format: &str| formats.iter().any(|wanted| wanted == format);
    let file = first.into_iter().find(|(format, _)| wants(format)).map_or("receipt.json", |(_, file)| file);
    let path = folder.join(file);
    let beside = if file == "report.html" && wants("xlsx") {
        lang.pick(
            "要在 Excel 里看，打开同一文件夹的 consolidation.xlsx。",
            " For a spreadsheet, open consolidation.xlsx in the same folder.",
        )
    } else {
        ""
    };
    lang.pick(format!("请打开 {}。{beside}", path.display()), format!("Open {}.{beside}", path.display()))
}
