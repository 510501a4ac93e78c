//! A result: read, judged, added up, and written into a folder.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use huizong_core::{DepartmentRow, Lang, Snapshot, difference};
use huizong_engine::Units;
use huizong_report::terminal;
use huizong_run::contents::{Contents, details};
use huizong_run::files::cannot_write;
use huizong_run::inputs::{Found, Input, refuse_same_ids};
use huizong_run::lists::refuse_same_year;
use huizong_run::partial::{Merged, Partial, STATE, merge, refuse_other, run_of_all, state_of};
use huizong_run::pipeline::reread::{self, Kept, Reread};
use huizong_run::pipeline::{self, Job, Keeps, Outcome};
use huizong_run::profile::ProfileChoice;
use huizong_schema::consolidation::Consolidation;
use huizong_schema::difference::Difference;
use huizong_schema::findings::Notice;
use huizong_schema::receipt::{ResultFormat, RunSpec, Tool};

use super::super::{Asked, Common, Isolation};
use super::evaluation;
use super::links::Links;
use super::outputs::{self, Files, Results};
use super::{partial, receipt};
use crate::args::FailOn;
use crate::exit::Error;
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
    /// Whether a plugin that cannot be isolated wholly ends the run.
    pub(crate) require_isolation: bool,
    /// Where the inputs are now, if they are not where they were.
    pub(crate) moved_to: Vec<PathBuf>,
    /// Whether what is known of the inputs is kept beside the result, for an update.
    pub(crate) keeps_state: bool,
    /// The folder of the result that is updated: what is kept there of unchanged inputs is used.
    pub(crate) update: Option<PathBuf>,
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

/// Finds the inputs of a run, each with an id of its own.
pub(super) fn find(common: &Common, making: &Making, world: &World<'_>) -> Result<Found, Error> {
    let mut found = common.find_all(world);
    if making.ids.is_empty() {
        refuse_same_ids(&found.inputs, &common.paths)?;
    }
    for input in &mut found.inputs {
        if let Some(id) = making.ids.get(&(input.given, input.below.clone())) {
            input.id.clone_from(id);
        }
    }
    Ok(found)
}

impl<'a> Asked<'a> {
    pub(super) fn of_run(run: &'a RunSpec, making: &Making) -> Self {
        Self {
            paths: &run.paths,
            is_whole_set: true,
            shows_lists: true,
            year: run.year,
            profile: run.profile.as_deref(),
            plugins: &run.plugins,
            isolation: Isolation { in_process: run.in_process, is_required: making.require_isolation },
            roster: run.roster.as_deref(),
            books: run.books.as_deref(),
            previous: run.previous.as_deref(),
            template: run.template.as_deref(),
            group_by: &run.group_by,
            accept: &run.accept,
            exclude_errors: run.exclude_errors,
            jobs: making.jobs,
            fail_on: making.fail_on,
        }
    }
}

/// Makes a result from only the run's spec and the settings. Asks for the folder once something was read.
pub(crate) fn make(
    run: &RunSpec,
    making: &Making,
    lang: Lang,
    world: &mut World<'_>,
    folder: &mut dyn FnMut() -> Result<PathBuf, Error>,
) -> Result<Made, Error> {
    refuse_parquet(run)?;
    let tool = tool_of(world);
    let checked = CheckedInputs::new(run, making, &tool, lang, world)?;
    finish(checked, &tool, run, making, lang, world, folder)
}

/// The command with its digest, which takes a while.
pub(super) type ToolLater = LazyCell<Tool, Box<dyn FnOnce() -> Tool>>;

/// Takes the digest of the command on a thread: only who asks for it waits.
pub(super) fn tool_of(world: &World<'_>) -> ToolLater {
    let program = world.program.clone();
    let thread = std::thread::spawn(move || receipt::tool(&program));
    LazyCell::new(Box::new(move || thread.join().unwrap_or_default()))
}

/// Makes a result of partials, as one run over all of their inputs makes it.
pub(crate) fn make_of_partials(
    partials: Vec<Partial>,
    making: &Making,
    lang: Lang,
    world: &mut World<'_>,
    folder: &mut dyn FnMut() -> Result<PathBuf, Error>,
) -> Result<(RunSpec, Made), Error> {
    let run = run_of_all(&partials)?;
    refuse_parquet(&run)?;
    let tool = tool_of(world);
    let common = Common::new(&Asked::of_run(&run, making), lang, world)?;
    if let Some(partial) = partials.first() {
        let now =
            partial::head(&common, &partial.head.run, (*tool).clone(), partial.head.has_contents, world);
        refuse_other(partial, &now)?;
    }
    let before = common.notices_before();
    let merged = merge(partials, &run.paths, &world.directory, before, &common.plugins.loaded)?;
    let Merged { inputs: found, mut collected, .. } = merged;
    let contents = ContentsFrom::Kept(std::mem::take(&mut collected.contents));
    let outcome = collected.settle(&common.options, None);
    let checked = CheckedInputs { common, found, outcome, contents, state: None };
    let made = finish(checked, &tool, &run, making, lang, world, folder)?;
    Ok((run, made))
}

/// Refuses formats that this build cannot write.
pub(super) fn refuse_parquet(run: &RunSpec) -> Result<(), Error> {
    if cfg!(not(feature = "parquet")) && run.formats.contains(&ResultFormat::Parquet) {
        return Err(Error::new(
            "这个程序不带 Parquet，不能写这种格式；请用发布的程序，或从 --formats 里去掉 parquet",
            "this command was built without Parquet and cannot write it",
        ));
    }
    Ok(())
}

/// Writes the result of inputs that were checked.
fn finish(
    mut checked: CheckedInputs,
    tool: &ToolLater,
    run: &RunSpec,
    making: &Making,
    lang: Lang,
    world: &mut World<'_>,
    folder: &mut dyn FnMut() -> Result<PathBuf, Error>,
) -> Result<Made, Error> {
    if checked.outcome.settled.entries().is_empty() {
        return Ok(Made { common: checked.common, outcome: checked.outcome, shown: None });
    }
    checked.common.refuse_unmatched(&checked.outcome, lang, world)?;
    let place = receipt::Place { root: &world.directory, out: &making.out, lang: lang.pick("zh", "en") };
    let (consolidated, notices) = {
        let department = run.to_evaluation.as_deref();
        let departments = department.map(|_| checked.outcome.settled.departments());
        let units = departments.as_ref().zip(department).map(|(all, of)| Units::find(all, of)).transpose()?;
        let reread = checked.reread(units.as_ref())?;
        let mut notices: Vec<Notice> =
            units.iter().flat_map(|units| units.notices().iter().cloned()).collect();
        let (consolidation, sums) = checked.outcome.consolidate(&notices);
        notices.extend(checked.outcome.settled.books_without_form());
        if let Some(previous) = &checked.common.lists.previous {
            refuse_same_year(previous, consolidation.fiscal_year)?;
        }
        let folder = folder()?;
        let mut files = Files::new(&folder);
        outputs::write(
            &mut files,
            &run.formats,
            &Results {
                links: &Links::new(&checked.found, &run.paths, place.root, place.out),
                consolidation: &consolidation,
                sums: &sums,
                findings: checked.outcome.settled.findings(),
                rule_index: &checked.common.plugins.rule_index(),
                details: &reread.details,
                difference: checked.since_last_year(run, &consolidation).as_ref(),
                template: checked.common.lists.template.as_ref(),
                threads: checked.common.jobs,
            },
        )?;
        if let Some(units) = &units {
            let profile = checked.common.profile.as_ref().map(ProfileChoice::get);
            notices.extend(evaluation::write(units, &reread.texts, profile, &mut files)?);
        }
        let made = (files.written(), &*consolidation.notices);
        let inputs = (&*checked.found, &checked.outcome);
        files.receipt(&receipt::receipt(run, &checked.common, inputs, (**tool).clone(), &place, made))?;
        if let Some(state) = &checked.state {
            // It is no part of the result: if it is lost, the next update reads everything.
            std::fs::write(folder.join(STATE), state)
                .map_err(|error| cannot_write(Path::new(STATE), error))?;
        }
        (terminal::consolidation(&consolidation, ROWS_SHOWN, lang), notices)
    };
    checked.outcome.settled.rows.notices.extend(notices);
    Ok(Made { common: checked.common, outcome: checked.outcome, shown: Some(consolidated) })
}

/// Whether a run shows more of documents than their rows.
pub(super) fn shows_documents(run: &RunSpec) -> bool {
    run.formats.iter().copied().any(outputs::shows_details) || run.to_evaluation.is_some()
}

/// What is kept of documents where the inputs may not be there later.
pub(super) fn keeps_alone(has_contents: bool) -> Keeps {
    if has_contents { Keeps::Documents } else { Keeps::RowsAlone }
}

/// Where the contents of documents come from, for the formats that show them.
enum ContentsFrom {
    /// No format shows them.
    Nowhere,
    /// The inputs are read again; this is what was standard input.
    Inputs(std::fs::File),
    /// They were kept.
    Kept(Contents),
}

/// The inputs of a run, read and checked.
struct CheckedInputs {
    common: Common,
    found: Vec<Input>,
    outcome: Outcome,
    contents: ContentsFrom,
    /// What is kept beside the result.
    state: Option<Vec<u8>>,
}

impl CheckedInputs {
    /// Reads and checks the inputs. Keeps standard input if it has to be read again.
    fn new(
        run: &RunSpec,
        making: &Making,
        tool: &ToolLater,
        lang: Lang,
        world: &mut World<'_>,
    ) -> Result<Self, Error> {
        let mut common = Common::new(&Asked::of_run(run, making), lang, world)?;
        if !making.moved_to.is_empty() {
            common.paths.clone_from(&making.moved_to);
        }
        let found = find(&common, making, world)?;
        // An update goes by files. Of a single one there is nothing to keep, and of files with many documents too much.
        if making.keeps_state && found.inputs.len() > 1 && found.inputs.iter().all(Input::is_one_piece) {
            return Self::with_state(run, making, tool, common, found, world);
        }
        let notices = common.notices_with(&found);
        let found = found.inputs;
        let progress = Common::progress(&found, world);
        let job = Job { digests: true, ..common.job(&progress) };
        let (outcome, contents) = if shows_documents(run) {
            let mut kept = Kept::new(&mut *world.stdin)?;
            let outcome = pipeline::run(&found, notices, &mut kept, &job);
            (outcome, ContentsFrom::Inputs(kept.again()?))
        } else {
            (pipeline::run(&found, notices, world.stdin, &job), ContentsFrom::Nowhere)
        };
        Ok(Self { common, found, outcome, contents, state: None })
    }

    /// Reads and checks the inputs that have changed since the result that is updated, and keeps what is known of all.
    fn with_state(
        run: &RunSpec,
        making: &Making,
        tool: &ToolLater,
        common: Common,
        found: Found,
        world: &mut World<'_>,
    ) -> Result<Self, Error> {
        let notices = common.notices_with(&found);
        let Found { inputs: found, unread } = found;
        let has_contents = shows_documents(run);
        // It waits for the digest of the command.
        let head = LazyCell::new(|| partial::head(&common, run, (**tool).clone(), has_contents, world));
        let state = |folder: &Path| state_of(folder, &head, &found, common.jobs);
        let before = making.update.as_deref().and_then(state);
        let read = before.as_ref().map_or(&*found, |state| &state.changed);
        let progress = Common::progress(read, world);
        let job = Job { digests: true, keeps: keeps_alone(has_contents), ..common.job(&progress) };
        let collected = pipeline::collect(read, notices, &mut std::io::empty(), &job);
        let used = receipt::inputs_used(read, &collected.digests);
        let notices_before = common.notices_before();
        let kept = Partial::keep(STATE, head.clone(), &collected, &used, notices_before.len(), &unread)?;
        let (state, mut collected) = match before.filter(|state| !state.is_empty()) {
            None => (kept.to_bytes(common.jobs)?, collected),
            Some(before) => {
                let joined = before.join(kept, &found);
                let state = joined.to_bytes(common.jobs)?;
                let (paths, plugins) = (&common.paths, &common.plugins.loaded);
                let merged = merge(vec![joined], paths, &world.directory, notices_before, plugins)?;
                (state, merged.collected)
            }
        };
        let contents = ContentsFrom::Kept(std::mem::take(&mut collected.contents));
        let outcome = collected.settle(&common.options, None);
        Ok(Self { common, found, outcome, contents, state: Some(state) })
    }

    /// Reads the documents that count again, for the tables that show more of them than their rows, and keeps the texts of
    /// units' documents.
    fn reread(&self, units: Option<&Units<'_>>) -> Result<Reread, Error> {
        let wanted = || -> BTreeSet<&str> {
            let counted = self.outcome.settled.entries().iter().filter(|entry| entry.counts());
            counted.map(|entry| &*entry.document).collect()
        };
        let texts_of = units.map(Units::documents).unwrap_or_default();
        match &self.contents {
            ContentsFrom::Nowhere => Ok(Reread::default()),
            ContentsFrom::Kept(contents) => {
                let text = |id: &&str| Some(((*id).to_owned(), contents.get(*id)?.document.get().to_owned()));
                let texts = texts_of.iter().filter_map(text).collect();
                Ok(Reread { details: details(contents, wanted()), texts, digests: Vec::new() })
            }
            ContentsFrom::Inputs(stdin) => {
                let options = &self.common.options;
                let reread = reread::read(&self.found, &mut &*stdin, options, &wanted(), &texts_of);
                reread::refuse_changed(&self.found, &self.outcome.digests, &reread.digests)?;
                Ok(reread)
            }
        }
    }

    /// Compares with last year's consolidation, if it is given and the workbook is wanted, which shows the difference.
    fn since_last_year(
        &self,
        run: &RunSpec,
        consolidation: &Consolidation<DepartmentRow<'_>>,
    ) -> Option<Difference> {
        if !run.formats.contains(&ResultFormat::Xlsx) {
            return None;
        }
        let before = self.common.lists.previous.as_deref().map(Snapshot::consolidation)?;
        let made = |consolidation| difference::Made { consolidation, receipt: None };
        Some(difference::difference(made(&before), made(consolidation)))
    }
}
