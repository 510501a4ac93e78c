//! `huizong check`.

use std::path::PathBuf;

use clap::ArgMatches;
use huizong_core::Lang;
use huizong_core::set::count;
use huizong_report::sarif;
use huizong_report::terminal::{self, Style};
use huizong_schema::consolidation::Note;
use huizong_schema::findings::CheckReport;

use super::{Asked, Common, exit_of, named_plugins, say_notices};
use crate::exit::{Error, Exit};
use crate::inputs;
use crate::pipeline::{self, Job};
use crate::world::World;

pub(super) fn run(args: &ArgMatches, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let paths: Vec<PathBuf> = args.get_many::<PathBuf>("paths").into_iter().flatten().cloned().collect();
    let plugins = named_plugins(args);
    let common = Common::new(&Asked::of_flags(args, &paths, &plugins), world)?;
    let format = args.get_one::<String>("format").map_or("text", String::as_str);
    let (found, mut notices) = inputs::find(&common.paths, &world.directory, &common.lists.serving());
    notices.splice(0..0, common.plugins.notices.iter().cloned());
    let job = Job { excerpts: format == "text", ..common.job(&found, world) };
    let batch = pipeline::run(&found, notices, world.stdin, &job);
    let documents = batch.entries.len() as u64;
    let exit = exit_of(&batch, common.fail_on);
    if format == "sarif" {
        let log = sarif::log(&batch.findings, &batch.notices, &common.plugins.legend(), lang);
        huizong_report::json::write(&mut world.stdout, &log, 4)?;
        return Ok(exit);
    }
    if format == "github" {
        world.stdout.write_all(sarif::github(&batch.findings, lang).as_bytes())?;
        say_notices(&batch, lang, world);
        return Ok(exit);
    }
    if format == "json" {
        let rules = batch.rule_counts();
        let report = CheckReport { findings: batch.findings, notices: batch.notices, rules, documents };
        huizong_report::json::write(&mut world.stdout, &report, 2)?;
        return Ok(exit);
    }
    let style = Style { lang, colours: world.colours, width: world.width };
    for (finding, excerpt) in batch.findings.iter().zip(&batch.excerpts) {
        writeln!(world.stdout, "{}", terminal::finding(finding, excerpt.as_ref(), style))?;
    }
    if documents > 0 {
        writeln!(world.stdout, "{}", terminal::summary(documents, &count(&batch.findings), lang))?;
    }
    let notes: Vec<Note> = batch.notices.iter().map(Note::from).collect();
    world.stdout.write_all(terminal::unread(&notes, lang).as_bytes())?;
    say_notices(&batch, lang, world);
    Ok(exit)
}
