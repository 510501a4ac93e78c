//! A result: read, judged, added up, and written into a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use huizong_core::Entry;
use huizong_core::books::Books;
use huizong_core::consolidate::consolidate;
use huizong_core::set::Keys;
use huizong_core::{Lang, Stored, difference, notice};
use huizong_forms::profile::Profile;
use huizong_report::terminal;
use huizong_schema::consolidation::Note;
use huizong_schema::findings::{Arg, Args, Notice};

use super::super::Common;
use super::evaluation::Units;
use super::links::Links;
use super::outputs::{self, Files, Results};
use super::receipt;
use crate::exit::Error;
use crate::inputs::{self, Input};
use crate::pipeline::again::{self, Again, Kept};
use crate::pipeline::{self, Batch, Job};
use crate::world::World;

/// The terminal shows so many departments; the files hold all.
const ROWS_SHOWN: usize = 120;

/// What is asked otherwise than the arguments do, where a result is made again.
#[derive(Default)]
pub(crate) struct Otherwise {
    /// Other paths to the inputs.
    pub(crate) paths: Vec<PathBuf>,
    /// The ids that inputs have, by the path given and what is below it.
    pub(crate) ids: BTreeMap<(usize, String), String>,
    /// How many threads.
    pub(crate) jobs: Option<usize>,
}

/// What was made.
pub(crate) struct Made {
    pub(super) common: Common,
    pub(super) formats: Vec<String>,
    pub(super) batch: Batch,
    /// What the terminal shows of it; nothing if nothing was read and so nothing written.
    pub(super) shown: Option<String>,
}

impl Made {
    /// Whether anything was written.
    pub(crate) fn wrote(&self) -> bool {
        self.shown.is_some()
    }

    /// What came of the inputs.
    pub(crate) fn batch(&self) -> &Batch {
        &self.batch
    }
}

/// The inputs of a run, as they are named.
pub(crate) fn find(common: &Common, otherwise: &Otherwise, world: &World<'_>) -> (Vec<Input>, Vec<Notice>) {
    let (mut found, notices) = inputs::find(&common.paths, &world.directory, &common.lists.serving());
    for input in &mut found {
        if let Some(id) = otherwise.ids.get(&(input.given, input.below.clone())) {
            input.id.clone_from(id);
        }
    }
    (found, notices)
}

/// Reads again what counts, for what tables show of documents beyond their rows.
fn details(
    found: &[Input],
    kept: &mut std::fs::File,
    profile: Option<&Profile>,
    batch: &Batch,
    texts_of: &BTreeSet<&str>,
) -> Result<Again, Error> {
    let counted = batch.entries.iter().filter(|entry| entry.counts());
    let wanted: BTreeSet<&str> = counted.map(|entry| &*entry.document).collect();
    let again = again::read(found, kept, profile, &wanted, texts_of);
    let then: Vec<Option<String>> = batch.digests.iter().map(|digest| digest.blake3.clone()).collect();
    let changed = again::changed(found, &then, &again.digests);
    if let Some(first) = changed.first() {
        let name = first.document.clone().unwrap_or_default();
        return Err(Error::new(
            format!("{name} 在汇总途中被改动，没有写出结果；请再运行一次"),
            format!("{name} was changed while it was added up, and no result was written: run it again"),
        ));
    }
    Ok(again)
}

/// Who is in the bureau's books and handed in nothing.
fn without_forms(books: &Books, entries: &[Entry]) -> Option<Notice> {
    let without = books.without(entries.iter().map(|entry| (entry.code.as_deref(), entry.name.as_deref())));
    let named = without.iter().take(20).copied().collect::<Vec<_>>().join("、");
    let args = Args::from([
        ("count", Arg::Count(without.len() as u64)),
        ("departments", Arg::Text(named + if without.len() > 20 { "……" } else { "" })),
    ]);
    (!without.is_empty()).then(|| notice("books-without-form", None, args, false))
}

/// Makes a result. The folder is asked for once something was read.
pub(crate) fn make(
    args: &ArgMatches,
    otherwise: &Otherwise,
    lang: Lang,
    world: &mut World<'_>,
    folder: &mut dyn FnMut() -> Result<PathBuf, Error>,
) -> Result<Made, Error> {
    let program = world.program.clone();
    // It takes a while, and nothing else waits for it.
    let tool = std::thread::spawn(move || receipt::tool(&program));
    let mut common = Common::new(args, world)?;
    if !otherwise.paths.is_empty() {
        common.paths.clone_from(&otherwise.paths);
    }
    common.jobs = otherwise.jobs.unwrap_or(common.jobs);
    let formats: Vec<String> = args.get_many::<String>("formats").into_iter().flatten().cloned().collect();
    let (found, mut notices) = find(&common, otherwise, world);
    notices.splice(0..0, common.plugins.notices.iter().chain(&common.lists.notices).cloned());
    let exclude_errors = args.get_flag("exclude-errors");
    let job = Job { exclude_errors, digests: true, ..common.job(&found, world) };
    let to_evaluation = args.get_one::<String>("to-evaluation");
    let with_details = formats.iter().any(|format| outputs::shows_details(format)) || to_evaluation.is_some();
    let (mut batch, kept) = if with_details {
        let mut kept = Kept::new(&mut *world.stdin)?;
        (pipeline::run(&found, notices, &mut kept, &job), Some(kept.again()?))
    } else {
        (pipeline::run(&found, notices, world.stdin, &job), None)
    };
    if batch.entries.is_empty() {
        return Ok(Made { common, formats, batch, shown: None });
    }
    let frame = common.lists.frame();
    let keys = Keys::new(&batch.entries, frame.roster);
    let units = to_evaluation.map(|department| Units::find(&keys, department)).transpose()?;
    let texts_of = units.as_ref().map(Units::documents).unwrap_or_default();
    let again = match kept {
        Some(mut kept) => details(&found, &mut kept, job.profile, &batch, &texts_of)?,
        None => Again::default(),
    };
    let (mut consolidation, sums) = consolidate(&keys, &batch.findings, frame);
    consolidation.plugins.clone_from(&batch.plugins);
    consolidation.aggregates.clone_from(&batch.aggregates);
    let mut of_set: Vec<Notice> = units.iter().flat_map(|units| units.notices.iter().cloned()).collect();
    of_set.extend(common.lists.books.as_ref().and_then(|books| without_forms(books, &batch.entries)));
    consolidation.notices = batch.notices.iter().chain(&of_set).map(Note::from).collect();
    let legend = common.plugins.legend();
    let given: Vec<PathBuf> = args.get_many::<PathBuf>("paths").into_iter().flatten().cloned().collect();
    let out = args.get_one::<PathBuf>("out").cloned().unwrap_or_default();
    let links = Links::new(&found, &given, &world.directory, &out);
    let in_workbook = formats.iter().any(|format| format == "xlsx");
    let before = common.lists.previous.as_deref().filter(|_| in_workbook).map(Stored::consolidation);
    let since = before.as_ref().map(|before| {
        let made = |consolidation| difference::Made { consolidation, receipt: None };
        difference::difference(made(before), made(&consolidation))
    });
    let results = Results {
        links: &links,
        consolidation: &consolidation,
        sums: &sums,
        findings: &batch.findings,
        legend: &legend,
        details: &again.details,
        difference: since.as_ref(),
        template: common.lists.template.as_ref(),
    };
    let folder = folder()?;
    let mut files = Files::new(&folder);
    outputs::write(&mut files, &formats, &results)?;
    if let Some(units) = &units {
        of_set.extend(units.write(&again.texts, job.profile, &mut files)?);
    }
    let tool = tool.join().unwrap_or_default();
    let root: &Path = &world.directory;
    let said = lang.pick("zh", "en");
    let made = (files.written(), &*consolidation.notices);
    let receipt = receipt::receipt(args, &common, (&found, &batch), tool, (root, said), made);
    files.receipt(&receipt)?;
    let shown = terminal::consolidation(&consolidation, ROWS_SHOWN, lang);
    batch.notices.extend(of_set);
    Ok(Made { common, formats, batch, shown: Some(shown) })
}
