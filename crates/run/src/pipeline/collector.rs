//! Collects the results of the pieces of work in order, and runs the plugins.
//!
//! There is one collector for all threads. Threads come to it in the order of their pieces, so that which documents a
//! failing plugin did not see does not depend on the threads.

use huizong_engine::{Checked, Plugins, SetFindings, SetOfDocuments};
use huizong_plugin_host::{Plugin, Runner, SetView, without_rows};
use huizong_schema::findings::Finding;

use super::plugin_batch::{Held, Projections};
use super::{Batch, Collected, Job, PluginResults};

pub(super) struct Collector<'j> {
    job: &'j Job<'j>,
    /// How many bytes were read.
    read: u64,
    runners: PluginRunners<'j>,
    all: Batch,
}

impl<'j> Collector<'j> {
    pub(super) fn new(job: &'j Job<'j>, all: Batch) -> Self {
        Self { job, read: 0, runners: PluginRunners::new(job.plugins), all }
    }

    /// Asks the plugins about documents.
    pub(super) fn ask(&mut self, documents: &[Checked<'_>], projections: &Projections) -> Vec<Vec<Finding>> {
        self.runners.ask(documents, projections)
    }

    /// Adds the result of a piece of work that has so many bytes.
    pub(super) fn add(&mut self, work: Batch, bytes: usize) {
        self.read += bytes as u64;
        let (total, read) = (self.job.bytes, self.read);
        let (held, added) = (self.all.rows.entries.len(), work.rows.entries.len());
        if held + added > self.all.rows.entries.capacity() && read > 0 {
            // Room for as many as there will be if the rest is like what was read, and a quarter more: a list that grows is copied, and
            // for that moment there are two of them. Room that is not used is never touched, so it needs no memory.
            let expected = (held + added) as u128 * u128::from(total) / u128::from(read);
            let most = 1 << 22;
            let expected = usize::try_from(expected + expected / 4).unwrap_or(most).min(most);
            self.all.rows.entries.reserve_exact(added.max(expected.saturating_sub(held)));
        }
        self.all.append(work);
    }

    /// After the last document.
    pub(super) fn finish(self) -> Collected<'j> {
        let Batch { rows, excerpts, contents } = self.all;
        Collected { rows, excerpts, contents, runners: self.runners, digests: Vec::new() }
    }
}

/// The plugins of a run, each with its worker.
pub struct PluginRunners<'p> {
    plugins: &'p [Plugin],
    runners: Vec<Runner<'p>>,
}

impl<'p> PluginRunners<'p> {
    /// Starts no worker yet: the first documents do.
    pub fn new(plugins: &'p [Plugin]) -> Self {
        Self { plugins, runners: plugins.iter().map(Runner::new).collect() }
    }

    fn ask(&mut self, documents: &[Checked<'_>], projections: &Projections) -> Vec<Vec<Finding>> {
        let mut all: Vec<Vec<Finding>> = documents.iter().map(|_| Vec::new()).collect();
        let finished = projections.finished();
        for (runner, projected) in self.runners.iter_mut().zip(projections.by_plugin()) {
            let found = runner.check(&Held { documents, finished, projected });
            for (&index, found) in finished.iter().zip(found) {
                all[index].extend(found);
            }
        }
        all
    }

    /// Each plugin's run.
    pub fn each(&self) -> &[Runner<'p>] {
        &self.runners
    }

    /// Each plugin's run, to be added to.
    pub fn each_mut(&mut self) -> &mut [Runner<'p>] {
        &mut self.runners
    }

    /// Ends the workers.
    pub fn finish(self) -> PluginResults {
        let mut results = PluginResults::default();
        for runner in self.runners {
            let ran = runner.finish();
            results.notices.extend(ran.notices);
            results.counts.extend(ran.counts);
            if !ran.said.is_empty() {
                results.said.push((ran.used.id.clone(), ran.said));
            }
            results.used.push(ran.used);
        }
        results
    }
}

impl Plugins for PluginRunners<'_> {
    fn check(&mut self, documents: &[Checked<'_>]) -> Vec<Vec<Finding>> {
        let mut projections = Projections::new(self.plugins);
        for (index, document) in documents.iter().enumerate() {
            // What was read from a text is parsed again where its body was released.
            let draft = document.draft().into_owned();
            let evaluation = draft.finish().ok().filter(|_| document.is_finished());
            projections.add(self.plugins, index, evaluation.as_ref());
        }
        self.ask(documents, &projections)
    }

    fn check_set(&mut self, set: &SetOfDocuments<'_>) -> SetFindings {
        let mut found = SetFindings::default();
        if !self.plugins.iter().any(Plugin::does_sets) {
            return found;
        }
        let departments = set.departments();
        let consolidation = without_rows(&departments, set.findings, set.options);
        let view = SetView { departments: &departments, consolidation: &consolidation };
        for runner in &mut self.runners {
            let of_set = runner.set(&view);
            found.findings.extend(of_set.findings);
            found.aggregates.extend(of_set.aggregates);
        }
        found
    }

    fn skip_set(&mut self) {
        self.runners.iter_mut().for_each(Runner::skip_set);
    }
}
