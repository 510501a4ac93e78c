//! A result: read, judged, added up, and written into a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use huizong_core::Lang;
use huizong_core::set::{Keys, consolidate};
use huizong_report::terminal;

use super::super::Common;
use super::outputs::{self, Files, Results};
use super::receipt;
use crate::exit::Error;
use crate::inputs::{self, Input};
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
pub(crate) fn find(
    common: &Common,
    otherwise: &Otherwise,
    world: &World<'_>,
) -> (Vec<Input>, Vec<huizong_schema::findings::Notice>) {
    let (mut found, notices) = inputs::find(&common.paths, &world.directory, &common.lists.serving());
    for input in &mut found {
        if let Some(id) = otherwise.ids.get(&(input.given, input.below.clone())) {
            input.id.clone_from(id);
        }
    }
    (found, notices)
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
    notices.splice(0..0, common.plugins.notices.iter().cloned());
    let exclude_errors = args.get_flag("exclude-errors");
    let job = Job { exclude_errors, digests: true, ..common.job(&found, world) };
    let batch = pipeline::run(&found, notices, world.stdin, &job);
    if batch.entries.is_empty() {
        return Ok(Made { common, formats, batch, shown: None });
    }
    let frame = common.lists.frame();
    let keys = Keys::new(&batch.entries, frame.roster);
    let (mut consolidation, sums) = consolidate(&keys, &batch.findings, frame);
    consolidation.plugins.clone_from(&batch.plugins);
    consolidation.aggregates.clone_from(&batch.aggregates);
    let legend = common.plugins.legend();
    let results =
        Results { consolidation: &consolidation, sums: &sums, findings: &batch.findings, legend: &legend };
    let folder = folder()?;
    let mut files = Files::new(&folder);
    outputs::write(&mut files, &formats, &results)?;
    let tool = tool.join().unwrap_or_default();
    let root: &Path = &world.directory;
    let said = lang.pick("zh", "en");
    let receipt = receipt::receipt(args, &common, (&found, &batch), tool, (root, said), files.written());
    files.receipt(&receipt)?;
    let shown = terminal::consolidation(&consolidation, ROWS_SHOWN, lang);
    Ok(Made { common, formats, batch, shown: Some(shown) })
}
