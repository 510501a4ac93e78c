//! `huizong consolidate`.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use huizong_core::rollup::Rollup;
use huizong_core::set::{Keys, consolidate};
use huizong_core::{Lang, Legend, Row};
use huizong_report::{csv, json, terminal};
use huizong_schema::consolidation::Consolidation;
use huizong_schema::findings::Finding;

use super::{Common, exit_of, say_notices};
use crate::exit::{Error, Exit};
use crate::inputs;
use crate::pipeline::{self, Job};
use crate::world::World;

/// The terminal shows so many departments; the files hold all.
const ROWS_SHOWN: usize = 120;

pub(super) fn run(args: &ArgMatches, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let common = Common::new(args, world)?;
    let out = args.get_one::<PathBuf>("out").map(|out| world.directory.join(out)).unwrap_or_default();
    // What a link leads to is replaced, not the link.
    let out = fs::canonicalize(&out).unwrap_or(out);
    let formats: Vec<&str> =
        args.get_many::<String>("formats").into_iter().flatten().map(String::as_str).collect();
    refuse_strange_folder(&out)?;
    let (found, mut notices) = inputs::find(&common.paths, &world.directory);
    notices.splice(0..0, common.plugins.notices.iter().cloned());
    let job = Job { exclude_errors: args.get_flag("exclude-errors"), ..common.job(&found, world) };
    let batch = pipeline::run(&found, notices, world.stdin, &job);
    if batch.entries.is_empty() {
        // Nothing was read, perhaps because a path was mistyped: an earlier result stays as it is.
        say_notices(&batch, lang, world);
        world.complain(lang.pick("结果文件夹没有改动。\n", "The folder of the result was left as it was.\n"));
        return Ok(exit_of(&batch, common.fail_on));
    }
    let frame = common.lists.frame();
    let keys = Keys::new(&batch.entries, frame.roster);
    let (mut consolidation, sums) = consolidate(&keys, &batch.findings, frame);
    consolidation.plugins.clone_from(&batch.plugins);
    consolidation.aggregates.clone_from(&batch.aggregates);
    write(&out, &formats, &consolidation, &sums, &batch.findings, &common.plugins.legend())?;

    world.stdout.write_all(terminal::consolidation(&consolidation, ROWS_SHOWN, lang).as_bytes())?;
    // Whole: who reads it may stand in another folder than the one the command ran in.
    let shown = fs::canonicalize(&out).unwrap_or(out).display().to_string();
    let open = if formats.contains(&"csv") { "departments.csv" } else { "consolidation.json" };
    let hint = match (lang, formats.contains(&"csv")) {
        (Lang::Zh, true) => {
            format!(
                "请打开 {shown}/{open}（各部门汇总，金额单位：元）和 {shown}/findings.csv（发现的问题）。"
            )
        }
        (Lang::Zh, false) => format!("请打开 {shown}/{open}。"),
        (Lang::En, true) => {
            format!("Open {shown}/{open} (the departments, in 元) and {shown}/findings.csv (what was found).")
        }
        (Lang::En, false) => format!("Open {shown}/{open}."),
    };
    if let Some(unread) = terminal::unread(&batch.notices, lang) {
        writeln!(world.stdout, "{unread}")?;
    }
    writeln!(world.stdout, "{hint}")?;
    say_notices(&batch, lang, world);
    common.say_settings(&batch.entries, lang, world);
    Ok(exit_of(&batch, common.fail_on))
}

/// A folder that holds anything but an earlier result of ours is never replaced.
fn refuse_strange_folder(out: &Path) -> Result<(), Error> {
    let shown = out.display();
    let Ok(mut entries) = fs::read_dir(out) else {
        if out.exists() {
            return Err(Error::new(format!("{shown} 不是文件夹"), format!("{shown} is not a folder")));
        }
        return Ok(());
    };
    if entries.all(|entry| entry.is_ok_and(|entry| OURS.iter().any(|name| entry.file_name() == *name))) {
        return Ok(());
    }
    Err(Error::new(
        format!("{shown} 里有别的文件，不能作为结果文件夹；请换一个新文件夹"),
        format!("{shown} holds other files and cannot take the result; name a new folder"),
    ))
}

/// All that a result of ours holds.
const OURS: [&str; 7] = [
    "aggregates.csv",
    "consolidation.json",
    "departments.csv",
    "excluded.csv",
    "findings.csv",
    "findings.ndjson",
    "totals.csv",
];

/// Writes a new folder beside the old one and puts it in its place.
fn write(
    out: &Path,
    formats: &[&str],
    consolidation: &Consolidation<Row<'_>>,
    sums: &Rollup,
    findings: &[Finding],
    legend: &Legend,
) -> Result<(), Error> {
    let failed = |path: &Path| {
        let shown = path.display().to_string();
        move |error| Error::new(format!("无法写出 {shown}"), format!("cannot write {shown}")).because(error)
    };
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed(parent))?;
    let staged = tempfile::Builder::new().prefix(".huizong-").tempdir_in(parent).map_err(failed(parent))?;
    let file = |name: &str, fill: &dyn Fn(&mut BufWriter<File>) -> std::io::Result<()>| {
        let path = staged.path().join(name);
        let write = || -> std::io::Result<()> {
            let mut file = BufWriter::with_capacity(1 << 18, File::create(&path)?);
            fill(&mut file)?;
            file.flush()
        };
        write().map_err(failed(&path))
    };
    if formats.contains(&"json") {
        file("consolidation.json", &|file| json::write(file, consolidation, 2))?;
        file("findings.ndjson", &|file| json::write_lines(file, findings))?;
    }
    if formats.contains(&"csv") {
        file("departments.csv", &|file| csv::departments(file, consolidation))?;
        file("totals.csv", &|file| csv::totals(file, sums))?;
        file("excluded.csv", &|file| csv::excluded(file, consolidation))?;
        file("findings.csv", &|file| csv::findings(file, findings, legend))?;
        if !consolidation.aggregates.is_empty() {
            file("aggregates.csv", &|file| csv::aggregates(file, consolidation))?;
        }
    }
    let place = || -> std::io::Result<()> {
        readable_by_all(staged.path())?;
        if out.exists() {
            let old = tempfile::Builder::new().prefix(".huizong-old-").tempdir_in(parent)?.keep();
            fs::remove_dir(&old)?;
            fs::rename(out, &old)?;
            fs::rename(staged.path(), out).or_else(|error| fs::rename(&old, out).and(Err(error)))?;
            fs::remove_dir_all(&old)
        } else {
            fs::rename(staged.path(), out)
        }
    };
    // If it cannot be placed, the guard takes the staged folder away; once it is placed, there is nothing to take.
    place().map_err(failed(out))?;
    let _ = staged.keep();
    Ok(())
}

/// A temporary folder is for its owner alone; a result is for the office.
#[cfg(unix)]
fn readable_by_all(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn readable_by_all(_: &Path) -> std::io::Result<()> {
    Ok(())
}
