//! `huizong check`.

use huizong_core::Lang;
use huizong_core::consolidate::count;
use huizong_report::terminal::{self, Style};
use huizong_report::{json, sarif, words};
use huizong_run::digest::rules_digest;
use huizong_run::inputs::{Paths, refuse_absent};
use huizong_run::paths::plain;
use huizong_run::pipeline::{self, Job, Outcome};
use huizong_schema::consolidation::{Coverage, Note};
use huizong_schema::receipt::slashed;

use super::{Asked, Common, exit_of, say_lists, say_notices};
use crate::args::{CheckArgs, CheckFormat};
use crate::exit::{Error, Exit};
use crate::world::World;

pub(super) fn run(args: &CheckArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let inputs = &args.inputs;
    refuse_absent(&inputs.paths, &world.directory)?;
    let common = Common::new(&Asked::from(inputs), lang, world)?;
    let (found, notices) = common.find(world)?;
    let progress = Common::progress(&found, world);
    let job = Job { excerpts: args.format == CheckFormat::Text, ..common.job(&progress) };
    let outcome = pipeline::run(&found, notices, world.stdin, &job);
    let documents = outcome.settled.entries().len() as u64;
    let exit = exit_of(&outcome, common.fail_on);
    say_lists(&common, lang, world);
    common.refuse_unmatched(&outcome, lang, world)?;
    match args.format {
        CheckFormat::Sarif | CheckFormat::Github => {
            let directory = world.directory.clone();
            let paths = Paths::of(&found, &inputs.paths, &directory);
            let path_of = |id: &str| paths.path_of(id);
            let whereabouts =
                sarif::Whereabouts { directory: slashed(&plain(&directory)), path_of: &path_of };
            let findings = outcome.settled.findings();
            if args.format == CheckFormat::Github {
                world.stdout.write_all(sarif::github(findings, &whereabouts, lang).as_bytes())?;
                say_notices(&outcome, lang, world);
            } else {
                let rule_index = common.plugins.rule_index();
                let run = sarif::Run {
                    rule_index: &rule_index,
                    whereabouts: &whereabouts,
                    rules_digest: &rules_digest(),
                    lang,
                };
                json::write(&mut world.stdout, &sarif::log(findings, outcome.settled.notices(), &run), 4)?;
            }
        }
        CheckFormat::Json => json::write(&mut world.stdout, &outcome.into_report(), 2)?,
        CheckFormat::Ndjson => {
            json::write_lines(&mut world.stdout, outcome.into_report().records())?;
        }
        CheckFormat::Text => say_findings(&outcome, documents, lang, world)?,
    }
    Ok(exit)
}

/// Prints findings with their lines, a summary, and how many files were not read.
fn say_findings(outcome: &Outcome, documents: u64, lang: Lang, world: &mut World<'_>) -> Result<(), Error> {
    let style = Style { lang, colours: world.colours, width: world.width, ids: world.ids };
    let settled = &outcome.settled;
    for (finding, excerpt) in settled.findings().iter().zip(&outcome.excerpts) {
        world.say(&(terminal::finding(finding, excerpt.as_ref(), style) + "\n"))?;
    }
    if documents > 0 {
        world.say(&(terminal::summary(documents, &count(settled.findings()), lang) + "\n"))?;
    }
    let notes: Vec<Note> = settled.notices().iter().map(Note::from).collect();
    // Which of them are departments' is worth finding out only where there are any.
    let coverage = if notes.iter().any(|note| note.unread) {
        settled.consolidation().coverage
    } else {
        Coverage::default()
    };
    if let Some(said) = words::not_readable(&coverage, lang) {
        world.say(&(said + "\n"))?;
    }
    world.say(&terminal::unread(&notes, &coverage, lang))?;
    say_notices(outcome, lang, world);
    Ok(())
}
