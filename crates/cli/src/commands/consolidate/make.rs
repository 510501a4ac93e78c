//! A result: read, judged, added up, and written into a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use huizong_core::{Lang, Stored, difference};
use huizong_engine::{Options, Units};
use huizong_report::terminal;
use huizong_schema::consolidation::Note;
use huizong_schema::findings::Notice;
use huizong_schema::receipt::{ResultFormat, RunSpec};

use super::super::{Asked, Common, ProfileChoice};
use super::evaluation;
use super::links::Links;
use super::outputs::{self, Files, Results};
use super::receipt;
use crate::args::FailOn;
use crate::exit::Error;
use crate::inputs::{self, Input};
use crate::pipeline::reread::{self, Kept, Reread};
use crate::pipeline::{self, Job, Outcome};
use crate::world::World;

/// The number of departments that the terminal shows. The files have all.
const ROWS_SHOWN: usize = 120;

/// How a result is made, apart from what was asked for.
#[derive(Default)]
pub(crate) struct Making {
    /// The folder of the result, as it was named: the result's links to the forms are relative to it.
    pub(crate) out: PathBuf,
    /// The number of threads.
    pub(crate) jobs: Option<u16>,
    /// The severity from which findings fail the run.
    pub(crate) fail_on: Option<FailOn>,
    /// Where the inputs are now, if they are not where they were.
    pub(crate) moved_to: Vec<PathBuf>,
    /// The ids of inputs that had one before, by the path given and the path below it.
    pub(crate) ids: BTreeMap<(usize, String), String>,
}

/// A result that was made.
pub(crate) struct Made {
    pub(super) common: Common,
    pub(super) outcome: Outcome,
    /// The text for the terminal; `None` if nothing was read, and so nothing written.
    pub(super) shown: Option<String>,
}

impl Made {
    /// Whether anything was written.
    pub(crate) fn wrote(&self) -> bool {
        self.shown.is_some()
    }

    /// The documents, findings and notices of the inputs.
    pub(crate) fn outcome(&self) -> &Outcome {
        &self.outcome
    }
}

/// Finds the inputs of a run.
pub(crate) fn find(common: &Common, making: &Making, world: &World<'_>) -> (Vec<Input>, Vec<Notice>) {
    let (mut found, notices) = inputs::find(&common.paths, &world.directory, &common.lists.serving());
    for input in &mut found {
        if let Some(id) = making.ids.get(&(input.given, input.below.clone())) {
            input.id.clone_from(id);
        }
    }
    (found, notices)
}

/// Reads the documents that count again, for the tables that show more of them than their rows.
fn details(
    found: &[Input],
    kept: &mut std::fs::File,
    options: &Options,
    outcome: &Outcome,
    texts_of: &BTreeSet<&str>,
) -> Result<Reread, Error> {
    let counted = outcome.settled.entries().iter().filter(|entry| entry.counts());
    let wanted: BTreeSet<&str> = counted.map(|entry| &*entry.document).collect();
    let again = reread::read(found, kept, options, &wanted, texts_of);
    let then: Vec<Option<String>> = outcome.digests.iter().map(|digest| digest.blake3.clone()).collect();
    let changed = reread::changed(found, &then, &again.digests);
    if let Some(first) = changed.first() {
        let name = first.document.clone().unwrap_or_default();
        return Err(Error::new(
            format!("{name} 在汇总途中被改动，没有写出结果；请再运行一次"),
            format!("{name} was changed while it was added up, and no result was written: run it again"),
        ));
    }
    Ok(again)
}

impl<'a> Asked<'a> {
    fn of_run(run: &'a RunSpec, making: &Making) -> Self {
        Self {
            paths: &run.paths,
            is_whole_set: true,
            year: run.year,
            profile: run.profile.as_deref(),
            plugins: &run.plugins,
            in_process: run.in_process,
            roster: run.roster.as_deref(),
            books: run.books.as_deref(),
            previous: run.previous.as_deref(),
            template: run.template.as_deref(),
            group_by: &run.group_by,
            exclude_errors: run.exclude_errors,
            jobs: making.jobs,
            fail_on: making.fail_on,
        }
    }
}

/// Makes a result from what a run was asked for and from the settings alone. Asks for the folder once something was read.
pub(crate) fn make(
    run: &RunSpec,
    making: &Making,
    lang: Lang,
    world: &mut World<'_>,
    folder: &mut dyn FnMut() -> Result<PathBuf, Error>,
) -> Result<Made, Error> {
    if cfg!(not(feature = "parquet")) && run.formats.contains(&ResultFormat::Parquet) {
        return Err(Error::new(
            "本程序编译时没有包括 Parquet，不能写这种格式",
            "this command was built without Parquet and cannot write it",
        ));
    }
    let program = world.program.clone();
    // The digest of the command takes a while, and nothing else waits for it.
    let tool = std::thread::spawn(move || receipt::tool(&program));
    let mut common = Common::new(&Asked::of_run(run, making), world)?;
    if !making.moved_to.is_empty() {
        common.paths.clone_from(&making.moved_to);
    }
    let (found, mut notices) = find(&common, making, world);
    notices.splice(0..0, common.plugins.notices.iter().chain(&common.lists.notices).cloned());
    let job = Job { digests: true, ..common.job(&found, world) };
    let with_details = run.formats.iter().copied().any(outputs::shows_details) || run.to_evaluation.is_some();
    let (mut outcome, kept) = if with_details {
        let mut kept = Kept::new(&mut *world.stdin)?;
        (pipeline::run(&found, notices, &mut kept, &job), Some(kept.again()?))
    } else {
        (pipeline::run(&found, notices, world.stdin, &job), None)
    };
    if outcome.settled.entries().is_empty() {
        return Ok(Made { common, outcome, shown: None });
    }
    let departments = outcome.settled.departments();
    let units =
        run.to_evaluation.as_deref().map(|department| Units::find(&departments, department)).transpose()?;
    let texts_of = units.as_ref().map(Units::documents).unwrap_or_default();
    let again = match kept {
        Some(mut kept) => details(&found, &mut kept, job.options, &outcome, &texts_of)?,
        None => Reread::default(),
    };
    let (mut consolidation, sums) = outcome.settled.consolidate();
    consolidation.plugins.clone_from(&outcome.plugins.used);
    let mut of_set: Vec<Notice> = units.iter().flat_map(|units| units.notices().iter().cloned()).collect();
    of_set.extend(outcome.settled.books_without_form());
    consolidation.notices.extend(of_set.iter().map(Note::from));
    let legend = common.plugins.legend();
    let links = Links::new(&found, &run.paths, &world.directory, &making.out);
    let in_workbook = run.formats.contains(&ResultFormat::Xlsx);
    let before = common.lists.previous.as_deref().filter(|_| in_workbook).map(Stored::consolidation);
    let since = before.as_ref().map(|before| {
        let made = |consolidation| difference::Made { consolidation, receipt: None };
        difference::difference(made(before), made(&consolidation))
    });
    let results = Results {
        links: &links,
        consolidation: &consolidation,
        sums: &sums,
        findings: outcome.settled.findings(),
        legend: &legend,
        details: &again.details,
        difference: since.as_ref(),
        template: common.lists.template.as_ref(),
    };
    let folder = folder()?;
    let mut files = Files::new(&folder);
    outputs::write(&mut files, &run.formats, &results)?;
    if let Some(units) = &units {
        let profile = common.profile.as_ref().map(ProfileChoice::get);
        of_set.extend(evaluation::write(units, &again.texts, profile, &mut files)?);
    }
    let tool = tool.join().unwrap_or_default();
    let place = receipt::Place { root: &world.directory, out: &making.out, lang: lang.pick("zh", "en") };
    let made = (files.written(), &*consolidation.notices);
    let receipt = receipt::receipt(run, &common, (&found, &outcome), tool, &place, made);
    files.receipt(&receipt)?;
    let shown = terminal::consolidation(&consolidation, ROWS_SHOWN, lang);
    outcome.settled.rows.notices.extend(of_set);
    Ok(Made { common, outcome, shown: Some(shown) })
}
